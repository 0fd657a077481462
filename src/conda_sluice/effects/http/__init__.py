"""Talk HTTP with servers that are slow, busy, picky, or gone for a moment."""

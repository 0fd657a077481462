"""What lies in a source tree, with the evidence for it."""

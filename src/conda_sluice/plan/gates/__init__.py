"""Gates: one question each, asked in the target channel's context."""

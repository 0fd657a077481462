"""Three-way merges of recipes."""

"""Fresh conda environments."""

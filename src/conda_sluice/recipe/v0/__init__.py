"""meta.yaml: read as conda-build does, and written."""

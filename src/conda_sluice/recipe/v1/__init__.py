"""recipe.yaml: read and rendered as rattler-build does, and written."""

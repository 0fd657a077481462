"""R packages: what DESCRIPTION and src/ say."""

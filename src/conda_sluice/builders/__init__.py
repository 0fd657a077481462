"""Programs that turn a rendered recipe into a package."""

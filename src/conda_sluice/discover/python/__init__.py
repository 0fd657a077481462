"""Python projects: what their files say together."""

"""Autotools projects: configure.ac, the macros in it, configure scripts and makefiles."""

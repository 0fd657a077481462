"""Meson projects: their build files run as Meson runs them, as far as that is known."""

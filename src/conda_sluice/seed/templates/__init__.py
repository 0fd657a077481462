"""Scripts that run while a seeded package is built; read as data, never imported by sluice."""

"""The composition root: from channels.yaml to concrete ports, made late and by name."""

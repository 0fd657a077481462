"""channels.yaml: read, checked, resolved."""

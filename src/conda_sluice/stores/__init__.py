"""Services and folders that hold channels."""

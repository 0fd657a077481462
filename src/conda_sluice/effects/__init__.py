"""The few impure helpers, small and injected."""

"""Which line to name."""

"""The size and the content of a batch."""

"""Rules on source text, one file each."""

"""Data sets that are made."""

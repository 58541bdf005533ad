"""Variants of a generator side by side: memory, speed, and whether they still yield the same data."""

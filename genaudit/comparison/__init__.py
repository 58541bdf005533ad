"""Variants of a generator side by side: memory, speed, and whether they still yield the same data."""

from genaudit.comparison.api import compare

__all__ = ["compare"]

"""Rows of an array in a file of NumPy."""

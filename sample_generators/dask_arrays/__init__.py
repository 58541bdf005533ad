"""Blocks of a Dask array over an array in a file."""

"""Records out of a Dask bag over a file of JSON lines."""

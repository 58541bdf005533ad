"""Data sets of the ``datasets`` library that are made on the spot, from no file and no network."""

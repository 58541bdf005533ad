"""Map-style and iterable data sets behind a ``DataLoader`` of PyTorch."""

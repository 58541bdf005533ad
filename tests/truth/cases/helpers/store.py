"""Helpers that the truth cases call; some of them are to blame, and say so at the line."""

import functools

import numpy as np


def load_all(paths):
    """Every file as an array, in a list."""
    loaded = []
    for path in paths:
        loaded.append(np.load(path))  # finds: eager-load
    return loaded


def preloaded(function):
    """Decorator: the function is called once for each item before the first item is asked for."""

    @functools.wraps(function)
    def wrapper(keys, **options):
        results = [function(key, **options) for key in keys]  # finds: eager-load
        return results.__getitem__

    return wrapper


class Recorder:
    """Remembers what it is shown, to be looked at after the training."""

    def __init__(self):
        self.seen = []

    def show(self, batch):
        """Keep a copy."""
        self.seen.append(batch.copy())  # finds: batch-growth

"""Starts a watcher thread for every batch that waits for an event which is never set."""

import threading

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"thread-leak": "fail"}
ALSO_RIGHT = [{"thread-leak": "fail", "batch-growth": "fail"}]

stop = threading.Event()


def data(n):
    return {"paths": files.arrays(n)}


def watch():
    stop.wait()


def generate(paths, batch_size=8):
    while True:
        for start in range(0, len(paths), batch_size):
            threading.Thread(target=watch, daemon=True).start()  # finds: thread-leak, batch-growth
            yield np.stack([np.load(path) for path in paths[start : start + batch_size]])

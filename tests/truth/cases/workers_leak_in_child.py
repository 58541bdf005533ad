"""One persistent worker answers requests and keeps every batch it has sent; the parent keeps nothing."""

import multiprocessing

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 15 %"}


def data(n):
    return {"paths": files.arrays(n)}


def serve(pipe):
    sent = []
    while (chosen := pipe.recv()) is not None:
        batch = np.stack([np.load(path) for path in chosen])  # finds: batch-growth
        sent.append(batch)  # finds: batch-growth
        pipe.send(batch)


def generate(paths, batch_size=8):
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        while True:
            for start in range(0, len(paths), batch_size):
                ours.send(paths[start : start + batch_size])
                yield ours.recv()
    finally:
        process.terminate()
        process.join()

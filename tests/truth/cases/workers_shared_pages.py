"""The parent holds one big array, and forked workers only read slices of it: shared by all, so there is one copy."""

import multiprocessing

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 16 KiB/item ± 10 %"}


def data(n):
    return {"path": files.big_array(n)}


def serve(images, number, workers, batch_size, pipe):
    while True:
        for start in range(number * batch_size, len(images), workers * batch_size):
            pipe.send(images[start : start + batch_size])


def generate(path, batch_size=8, workers=2):
    images = np.load(path)  # finds: eager-load
    context = multiprocessing.get_context("fork")
    crew = []
    for number in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=serve, args=(images, number, workers, batch_size, theirs), daemon=True)
        process.start()
        theirs.close()
        crew.append((process, ours))
    try:
        while True:
            for _, pipe in crew:
                yield pipe.recv()
    finally:
        for process, _ in crew:
            process.terminate()
            process.join()

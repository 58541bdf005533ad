"""Two forked workers load the whole data set each, though each serves only its half of the batches."""

import multiprocessing

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail", "worker-duplication": "fail"}
ALSO_RIGHT = [{"worker-duplication": "fail"}]


def data(n):
    return {"paths": files.arrays(n)}


def serve(paths, number, workers, batch_size, pipe):
    images = [np.load(path) for path in paths]  # finds: eager-load, worker-duplication
    while True:
        for start in range(number * batch_size, len(images), workers * batch_size):
            pipe.send(np.stack(images[start : start + batch_size]))


def generate(paths, batch_size=8, workers=2):
    context = multiprocessing.get_context("fork")
    crew = []
    for number in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=serve, args=(paths, number, workers, batch_size, theirs), daemon=True)
        process.start()  # finds: eager-load, worker-duplication
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

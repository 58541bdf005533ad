"""Three workers load everything each, serve their share, and end when it is served: at small sizes some end at once."""

import multiprocessing

import numpy as np

EXPECT = {"eager-load": "fail", "worker-duplication": "fail"}
ALSO_RIGHT = [{"worker-duplication": "fail"}]


def data(n):
    return {"count": n}


def serve(rank, workers, count, batch_size, results):
    items = [
        np.random.default_rng(key).random((64, 64, 3), dtype=np.float32) for key in range(count)
    ]  # finds: eager-load, worker-duplication
    for start in list(range(0, count, batch_size))[rank::workers]:
        results.put(np.stack(items[start : start + batch_size]))
    results.put(None)


def generate(count, batch_size=16, workers=3):
    context = multiprocessing.get_context("fork")
    results = context.Queue(maxsize=4)
    crew = [
        context.Process(target=serve, args=(rank, workers, count, batch_size, results), daemon=True)
        for rank in range(workers)
    ]
    for process in crew:
        process.start()  # finds: eager-load, worker-duplication
    left = workers
    try:
        while left:
            batch = results.get()
            if batch is None:
                left -= 1
            else:
                yield batch
    finally:
        for process in crew:
            process.terminate()
            process.join()

"""Samples are lists of Python numbers; workers only read them, which copies their pages all the same."""

import multiprocessing

import numpy as np

EXPECT = {"eager-load": "fail", "worker-duplication": "fail"}
ALSO_RIGHT = [{"eager-load": "fail", "eager-init": "fail", "worker-duplication": "fail"}]
TARGET = "ListDataset"


def data(n):
    return {"seeds": list(range(n))}


def serve(samples, batch_size, pipe):
    while True:
        total = sum(sum(sample) for sample in samples)  # finds: worker-duplication
        for start in range(0, len(samples), batch_size):
            pipe.send((np.array(samples[start : start + batch_size]), total))


class ListDataset:
    def __init__(self, seeds, batch_size=16, workers=2):
        self.samples = [
            [seed + step / 7 for step in range(1000)] for seed in seeds
        ]  # finds: eager-load, eager-init, worker-duplication
        self.batch_size = batch_size
        self.workers = workers

    def __iter__(self):
        context = multiprocessing.get_context("fork")
        crew = []
        for number in range(self.workers):
            ours, theirs = context.Pipe(duplex=False)
            part = (self.samples, self.batch_size, theirs)
            process = context.Process(target=serve, args=part, daemon=True)
            process.start()  # finds: worker-duplication
            theirs.close()
            crew.append((process, ours))
        try:
            for number in range(-(-len(self.samples) // self.batch_size)):
                yield crew[number % self.workers][1].recv()
        finally:
            for process, _ in crew:
                process.terminate()
                process.join()

"""Two forked workers read their own share of the files and send batches through a pipe that holds one each."""

import multiprocessing

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


def serve(paths, batch_size, pipe):
    for start in range(0, len(paths), batch_size):
        pipe.send(np.stack([np.load(path) for path in paths[start : start + batch_size]]))
    pipe.send(None)
    pipe.close()


class WorkerLoader:
    def __init__(self, paths, batch_size=8, workers=2):
        self.paths, self.batch_size, self.workers = paths, batch_size, workers

    def __iter__(self):
        context = multiprocessing.get_context("fork")
        pipes, crew = [], []
        for number in range(self.workers):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(
                target=serve, args=(self.paths[number :: self.workers], self.batch_size, theirs), daemon=True
            )
            process.start()
            theirs.close()
            pipes.append(ours)
            crew.append(process)
        try:
            while pipes:
                for pipe in list(pipes):
                    batch = pipe.recv()
                    if batch is None:
                        pipes.remove(pipe)
                        pipe.close()
                    else:
                        yield batch
        finally:
            for process in crew:
                process.terminate()
                process.join()


TARGET = "WorkerLoader"

"""Two forked workers write batches into a ring of shared memory that was made once."""

import multiprocessing

import numpy as np

EXPECT = {}
SLOTS = 6


def data(n):
    return {"keys": list(range(n))}


def work(keys, batch_size, ring, free, ready):
    slots = np.frombuffer(ring, np.uint8).reshape(SLOTS, batch_size, 64, 64, 4)
    for start in range(0, len(keys), batch_size):
        slot = free.get()
        chosen = keys[start : start + batch_size]
        for row, key in zip(slots[slot], chosen):
            row[...] = key % 256
        ready.put((slot, len(chosen)))
    ready.put(None)


def generate(keys, batch_size=8, workers=2):
    context = multiprocessing.get_context("fork")
    ring = context.RawArray("B", SLOTS * batch_size * 64 * 64 * 4)
    slots = np.frombuffer(ring, np.uint8).reshape(SLOTS, batch_size, 64, 64, 4)
    free, ready = context.Queue(), context.Queue()
    for slot in range(SLOTS):
        free.put(slot)
    crew = [
        context.Process(target=work, args=(keys[number::workers], batch_size, ring, free, ready), daemon=True)
        for number in range(workers)
    ]
    for process in crew:
        process.start()
    try:
        ended = 0
        while ended < workers:
            message = ready.get()
            if message is None:
                ended += 1
                continue
            slot, count = message
            batch = slots[slot, :count].copy()
            free.put(slot)
            yield batch
    finally:
        for process in crew:
            process.terminate()
            process.join()

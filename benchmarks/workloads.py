"""The five workloads that peers are measured on: what loaders of images, texts and arrays do, each with a known shape.

W1 decodes all images before the first batch; W2 decodes them as they are due, three passes; W4 makes a temporary of
200 MB in each of 13 batches; W5 makes dicts and tuples from 60,000 lines of text, six passes; W6 has four forked
workers that read 400,000 strings beside a shared array of 100 MB.

Each notes by itself how long the loop over it took, so that nobody who watches needs to: the file that the variable
``WORKLOAD_TIMES`` names gets a line for each pass, with the process, the seconds and the processor's seconds from the
first call to the last batch so far.
"""

import functools
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SIZE = (256, 256)
STRINGS = 400_000


_began: list[float] = []


def timed(make: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Note when it is called first and when its last batch is done."""

    @functools.wraps(make)
    def noting(*args: Any, **kwargs: Any) -> Iterator[Any]:
        if not _began:
            _began.extend((time.perf_counter(), time.process_time()))
        done: list[float] = []
        batches = make(*args, **kwargs)

        def pulled() -> Any:
            batch = next(batches)
            done[:] = time.perf_counter(), time.process_time()
            return batch

        try:
            while True:
                # Without a name, so that no batch is kept alive here.
                yield pulled()
        except StopIteration:
            return
        finally:
            if "WORKLOAD_TIMES" in os.environ and done:
                took = os.getpid(), done[0] - _began[0], done[1] - _began[1]
                with Path(os.environ["WORKLOAD_TIMES"]).open("a", encoding="ascii") as notes:
                    notes.write(json.dumps(took) + "\n")

    return noting


def _decoded(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.resize(SIZE))


@timed
def w1_eager(files: Sequence[str], batch_size: int = 32) -> Iterator[np.ndarray]:
    """Everything is decoded before the first batch."""
    images = [_decoded(path) for path in files]
    for start in range(0, len(images), batch_size):
        yield np.stack(images[start : start + batch_size])


@timed
def w2_lazy(files: Sequence[str], batch_size: int = 32) -> Iterator[np.ndarray]:
    """Images are decoded when their batch is due."""
    for start in range(0, len(files), batch_size):
        yield np.stack([_decoded(path) for path in files[start : start + batch_size]])


@timed
def w4_spike(files: Sequence[str], batch_size: int = 32) -> Iterator[np.ndarray]:
    """Each batch has a temporary of 200 MB."""
    for start in range(0, len(files), batch_size):
        images = np.stack([_decoded(path) for path in files[start : start + batch_size]])
        temporary = np.ones(25_000_000)
        yield images + np.uint8(temporary[-1])
        del temporary


@timed
def w5_objects(lines: Sequence[str], batch_size: int = 500) -> Iterator[list[dict[str, object]]]:
    """Many small objects: dicts and tuples from lines of text."""
    for start in range(0, len(lines), batch_size):
        yield [
            {"id": fields[0], "words": tuple(fields[1:]), "length": len(line)}
            for line in lines[start : start + batch_size]
            for fields in [line.split(",")]
        ]


_read: dict[str, Any] = {}


def _lengths(start: int) -> np.ndarray:
    texts, array = _read["texts"], _read["array"]
    return np.array([len(text) + array[start] for text in texts[start : start + 4000]])


@timed
def w6_workers(n: int) -> Iterator[np.ndarray]:
    """Four forked workers read the same strings, and an array that none of them writes to."""
    _read["texts"] = [f"text {number} of {n}" * 3 for number in range(n)]
    _read["array"] = np.ones(12_500_000)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        for _ in range(2):
            yield from pool.imap(_lengths, range(0, n, 4000))


def w1_arguments() -> dict[str, object]:
    """The images of the folder that the environment names."""
    return {"files": sorted(entry.path for entry in os.scandir(os.environ["WORKLOAD_IMAGES"]))}


w2_arguments = w4_arguments = w1_arguments


def w5_arguments() -> dict[str, object]:
    """60,000 lines of text."""
    return {"lines": [",".join(str(key * step % 1000) for step in range(24)) for key in range(60_000)]}


def w6_arguments() -> dict[str, object]:
    """How many strings are read."""
    return {"n": STRINGS}

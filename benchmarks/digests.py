"""Digests of all batches of two epochs of a case, without genaudit: ``digests.py CASE ITEMS``; one line for each batch.

Seeds are fixed; an endless case ends after so many batches.
"""

import hashlib
import itertools
import random
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.truth import bare

EPOCHS = 2
MOST_BATCHES = 60


def take_in(digest: Any, batch: object) -> None:
    """Structure, types, shapes and bytes of a batch."""
    digest.update(type(batch).__name__.encode())
    if isinstance(batch, Mapping):
        for key, value in batch.items():
            digest.update(repr(key).encode())
            take_in(digest, value)
    elif isinstance(batch, list | tuple):
        digest.update(str(len(batch)).encode())
        for part in batch:
            take_in(digest, part)
    elif isinstance(batch, str | bytes | int | float | bool | None):
        digest.update(repr(batch).encode())
    else:
        array = np.asarray(batch)
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(repr(array.tolist()).encode() if array.dtype == object else array.tobytes())


def main() -> None:
    """Print them."""
    path, n_items = sys.argv[1:]
    random.seed(0)
    np.random.seed(0)
    module = bare.load(path)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(0)
    left = MOST_BATCHES
    for number, epoch in enumerate(itertools.islice(bare.epochs(module, bare.arguments(module, int(n_items))), EPOCHS)):
        for batch in itertools.islice(epoch, left):
            digest = hashlib.sha256()
            take_in(digest, batch)
            print(number, digest.hexdigest(), flush=True)
            left -= 1


if __name__ == "__main__":
    main()

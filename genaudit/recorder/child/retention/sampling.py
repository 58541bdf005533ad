"""Which entries of a long container are looked at, and for how many others each of them stands."""

from __future__ import annotations

from _collections import _count_elements  # type: ignore[import-not-found]
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

MOST_WHOLE = 512
"""A container of so many entries is looked at whole."""
SAMPLED = 256
MOST_WHOLE_WITHIN = 48
"""The same for a container that stands for others already."""
SAMPLED_WITHIN = 32
MOST_TYPED = 400_000
"""Of a longer container, types are not counted entry by entry."""
MOST_TYPES = 24


def sample(n: int, entries: Callable[[], Iterable[Any]], *, is_within: bool = False) -> Iterator[tuple[Any, float]]:
    """Entries of a container, each with the number of entries that it stands for.

    Entries of each type are spread over the container, so that a few of another type are not missed.

    Args:
        n: How many there are.
        entries: Gives them, as often as it is called.
        is_within: Whether the container itself was chosen among others.
    """
    if n <= (MOST_WHOLE_WITHIN if is_within else MOST_WHOLE):
        for entry in entries():
            yield entry, 1.0
        return
    most = SAMPLED_WITHIN if is_within else SAMPLED
    counts: dict[int, int] = {}
    if n <= MOST_TYPED:
        _count_elements(counts, map(id, map(type, entries())))
    if len(counts) < 2 or len(counts) > MOST_TYPES:
        yield from _spread(n, entries, most)
    else:
        yield from _by_type(counts, entries, most)


def _spread(n: int, entries: Callable[[], Iterable[Any]], most: int) -> Iterator[tuple[Any, float]]:
    step = max(1, n // most)
    n_taken = (n + step - 1) // step
    for entry in islice(entries(), 0, None, step):
        yield entry, n / n_taken


def _by_type(counts: dict[int, int], entries: Callable[[], Iterable[Any]], most: int) -> Iterator[tuple[Any, float]]:
    steps = {kind: max(1, count // most) for kind, count in counts.items()}
    weights = {kind: count / ((count + steps[kind] - 1) // steps[kind]) for kind, count in counts.items()}
    waiting = dict.fromkeys(counts, 1)
    for entry in entries():
        kind = id(type(entry))
        if waiting.get(kind) == 1:
            waiting[kind] = steps[kind]
            yield entry, weights[kind]
        elif kind in waiting:
            waiting[kind] -= 1

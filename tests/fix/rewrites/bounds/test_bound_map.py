"""Results come in their order, and few are made ahead."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.bounds.bound_map import BoundMap
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = BoundMap()
BEFORE = """
from concurrent.futures import ThreadPoolExecutor


def images(load, paths):
    with ThreadPoolExecutor(2) as pool:
        for image in pool.map(load, paths):  # here
            yield image
"""


def test_an_executor() -> None:
    check(
        REWRITE,
        BEFORE,
        '''
        import collections
        from concurrent.futures import ThreadPoolExecutor


        def bounded_map(pool, function, items, most):
            """Results in their order, of which no more than so many are made ahead."""
            waiting = collections.deque()
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) >= most:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


        def images(load, paths):
            with ThreadPoolExecutor(2) as pool:
                for image in bounded_map(pool, load, paths, 16):  # here
                    yield image
        ''',
    )


@pytest.mark.parametrize("pool", ["ThreadPoolExecutor", "ThreadPool"])
@pytest.mark.parametrize("count", [0, 1, 3, 50])
def test_the_results_are_the_same_and_few_are_made_ahead(pool: str, count: int) -> None:
    before = BEFORE
    if pool == "ThreadPool":
        before = before.replace("concurrent.futures", "multiprocessing.pool").replace("pool.map", "pool.imap")
        before = before.replace("ThreadPoolExecutor", "ThreadPool")
    space: dict[str, Any] = {}
    exec(rewritten(REWRITE, before, bound=3), space)
    started: list[int] = []
    taken = []

    for image in space["images"](lambda k: started.append(k) or 2 * k, range(count)):
        taken.append(image)
        assert len(started) <= len(taken) + 3

    assert taken == [2 * k for k in range(count)]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("pool.map(load, paths)", "pool.map(load, paths, timeout=3)", "more than a function"),
        ("pool.map(load, paths)", "pool.map(load, paths, paths)", "more than a function"),
        ("pool.map(load, paths)", "list(pool.map(load, paths))", "not taken one by one"),
        ("pool.map(load, paths)", "map(load, paths)", "no pool is given"),
        ("ThreadPoolExecutor(2) as", "Other(2) as", "one by one"),
    ],
)
def test_what_is_no_pool_or_needs_all(old: str, new: str, reason: str) -> None:
    assert old in BEFORE
    assert reason in refused(REWRITE, BEFORE.replace(old, new))

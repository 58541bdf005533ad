"""What is read again gives what was remembered."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.repeat_reader import RepeatReader
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = RepeatReader()


def test_a_cycle() -> None:
    check(
        REWRITE,
        """
        import itertools
        import numpy as np

        def batches(paths):
            repeated = 3
            forever = itertools.cycle(np.load(path) for path in paths)  # here
            while True:
                yield next(forever), repeated
        """,
        """
        import numpy as np

        def batches(paths):
            repeated = 3
            def repeated_():
                while True:
                    is_empty = True
                    for entry in (np.load(path) for path in paths):
                        is_empty = False
                        yield entry
                    if is_empty:
                        return

            forever = repeated_()  # here
            while True:
                yield next(forever), repeated
        """,
    )


def test_a_tee() -> None:
    check(
        REWRITE,
        """
        import itertools
        import numpy as np

        def batches(paths):
            images = (np.load(path) for path in paths)
            first, second = itertools.tee(images)  # here
            yield sum(first)
            yield from second
        """,
        """
        import numpy as np

        def batches(paths):
            first = (np.load(path) for path in paths)
            second = (np.load(path) for path in paths)
            yield sum(first)
            yield from second
        """,
    )


@pytest.mark.parametrize(
    "repeated",
    ["[2 * k for k in items]", "(2 * k for k in items)", "doubled(items)"],
    ids=["list", "generator", "function"],
)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_entries_are_the_same(repeated: str, count: int) -> None:
    before = f"""
    import itertools

    def doubled(items):
        for k in items:
            yield 2 * k

    def batches(items):
        forever = itertools.cycle({repeated})  # here
        yield from forever
    """

    def run(text: str) -> list[int]:
        space: dict[str, Any] = {}
        exec(text, space)
        return list(itertools.islice(space["batches"](range(count)), 10))

    after = rewritten(REWRITE, before)
    assert run(after) == list(itertools.islice(itertools.cycle(2 * k for k in range(count)), 10))


NOT = {
    "random": ("import random", "itertools.cycle(random.random() for p in paths)", "random"),
    "an argument": ("", "itertools.cycle(paths)", "cannot be told"),
    "a call of something else": ("from other import read", "itertools.cycle(read(paths))", "cannot be told"),
    "used up": ("", "itertools.cycle(p for p in opened)", "only once"),
    "inside of a call": ("", "zip(paths, itertools.tee(p for p in paths)[0])", "no names of its own"),
    "more than there are names": ("", "itertools.tee((p for p in paths), 3)", "no names of its own"),
}


@pytest.mark.parametrize(("imported", "made", "reason"), NOT.values(), ids=NOT)
def test_what_cannot_be_read_again(imported: str, made: str, reason: str) -> None:
    body = f"    opened = map(str, paths)\n    x = {made}  # here\n    return x\n"
    before = f"import itertools\n{imported}\ndef f(paths):\n{body}"

    assert reason in refused(REWRITE, before)

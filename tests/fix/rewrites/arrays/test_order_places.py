"""Parts that are taken by an order are parts of the ordered copy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.arrays.order_places import OrderPlaces
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = OrderPlaces()
BEFORE = """
import numpy as np

def batches(images, size):
    while True:
        shuffled = images[np.random.permutation(len(images))]  # here
        for start in range(0, len(shuffled), size):
            yield shuffled[start : start + size]
        del shuffled
"""


def test_a_copy_for_each_epoch() -> None:
    check(
        REWRITE,
        BEFORE,
        """
        import numpy as np

        def batches(images, size):
            while True:
                order = np.random.permutation(len(images))  # here
                for start in range(0, len(order), size):
                    yield images[order[start : start + size]]
                del order
        """,
    )


def test_the_batches_are_the_same() -> None:
    images = np.arange(30).reshape(10, 3)

    def run(text: str) -> list[Any]:
        space: dict[str, Any] = {}
        exec(text, space)
        np.random.seed(0)
        batches = space["batches"](images, 4)
        return [next(batches) for _ in range(9)]

    for old, new in zip(run(BEFORE), run(rewritten(REWRITE, BEFORE)), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("made", "use", "reason"),
    [
        ("images[images > 3]", "x[0:2]", "no array is put into another order"),
        ("images[rng.permutation(9)]", "x.mean()", "as a whole"),
        ("images[rng.permutation(9)]", "x.shape", "more than parts"),
        ("images[rng.permutation(9)]; images = 3", "x[0:2]", "bound again"),
        ("images[rng.permutation(9)]; images += 1", "x[0:2]", "may change"),
        ("images[rng.permutation(9)]", "None", "more than parts"),
    ],
)
def test_what_is_needed_whole(made: str, use: str, reason: str) -> None:
    assert reason in refused(REWRITE, f"def f(images, rng):\n    x = {made}  # here\n    return {use}\n")


def test_an_array_that_is_ordered_again_and_again() -> None:
    before = """
    class Images:
        def on_epoch_end(self):
            self.images = self.images[self.rng.permutation(9)]  # here

        def __getitem__(self, k):
            return self.images[k : k + 1]
    """

    assert refused(REWRITE, before)


def test_an_order_that_has_a_name() -> None:
    """The name is what is left; a second array in the same order is a fault of its own."""
    check(
        REWRITE,
        """
        import numpy as np

        def batches(images, labels, size):
            while True:
                order = np.random.permutation(len(images))
                shuffled = images[order]  # here
                marks = labels[order]
                for at in range(0, len(shuffled), size):
                    yield shuffled[at : at + size], marks[at : at + size]
        """,
        """
        import numpy as np

        def batches(images, labels, size):
            while True:
                order = np.random.permutation(len(images))
                marks = labels[order]
                for at in range(0, len(order), size):
                    yield images[order[at : at + size]], marks[at : at + size]
        """,
    )


@pytest.mark.parametrize("changed", ["np.random.shuffle(order)", "order = order[::-1]", "order[0] = 3", "print(order)"])
def test_an_order_that_may_be_another_one_by_then(changed: str) -> None:
    before = f"""
    import numpy as np

    def batches(images):
        order = np.random.permutation(len(images))
        shuffled = images[order]  # here
        {changed}
        return shuffled[0:3]
    """

    assert refused(REWRITE, before)

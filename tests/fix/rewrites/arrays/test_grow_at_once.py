"""An array that is put together once is the array that grew."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.arrays.grow_at_once import GrowAtOnce
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = GrowAtOnce()


def test_append() -> None:
    check(
        REWRITE,
        """
        import numpy as np

        def read(paths):
            images = np.zeros((0, 4))
            for path in paths:
                images = np.append(images, np.load(path)[None], axis=0)  # here
            return images
        """,
        """
        import numpy as np

        def read(paths):
            parts = [np.zeros((0, 4))]
            for path in paths:
                parts.append(np.load(path)[None])
            images = np.concatenate(parts, axis=0)
            return images
        """,
    )


@pytest.mark.parametrize(
    "grow",
    [
        "np.concatenate([x, row])",
        "np.concatenate((x, row), axis=0)",
        "np.vstack([x, row])",
        "np.append(x, row, axis=0)",
    ],
)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_array_is_the_same(grow: str, count: int) -> None:
    before = f"""
    import numpy as np

    def grow(rows):
        x = np.zeros((0, 2), np.float32)
        for row in rows:
            x = {grow}  # here
        return x
    """
    rows = [np.arange(2, dtype=np.float64)[None] + k for k in range(count)]

    def run(text: str) -> Any:
        space: dict[str, Any] = {}
        exec(text, space)
        return space["grow"](rows)

    old, new = run(textwrap.dedent(before)), run(rewritten(REWRITE, before))
    assert old.dtype == new.dtype
    np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("start", "grow", "reason"),
    [
        ("x = np.zeros(0)", "x = np.append(x, row)", "no array grows"),
        ("x = np.zeros(0)", "x = np.concatenate([x, row]); print(x)", "used while it grows"),
        ("x = np.zeros(0)", "x = np.concatenate([x, x])", "is not made once"),
        ("x = rows", "y = np.concatenate([x, row])", "no array grows"),
        ("x = np.zeros(0); x = 3", "x = np.concatenate([x, row])", "is not made once"),
    ],
)
def test_what_is_used_while_it_grows(start: str, grow: str, reason: str) -> None:
    before = (
        f"import numpy as np\n\ndef f(rows):\n    {start}\n    for row in rows:\n        {grow}  # here\n    return x\n"
    )

    assert reason in refused(REWRITE, before)

"""A copy of a part is kept, where it is a part of an array."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.arrays.copy_view import CopyView
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = CopyView()


def test_in_a_dictionary() -> None:
    check(
        REWRITE,
        """
        import numpy as np

        def batches(paths):
            rows = {}
            for path in paths:
                image = np.load(path)
                rows[path] = image[0]  # here
                yield rows
        """,
        """
        import numpy as np

        def batches(paths):
            rows = {}
            for path in paths:
                image = np.load(path)
                rows[path] = image[0].copy()  # here
                yield rows
        """,
    )


@pytest.mark.parametrize(
    ("kept", "after"),
    [
        ("rows.append(image[:, 0])", "rows.append(image[:, 0].copy())"),
        ("rows.append((k, image[0], image[-1]))", "rows.append((k, image[0].copy(), image[-1].copy()))"),
        ("self.row = image[0:2]", "self.row = image[0:2].copy()"),
        ("rows.setdefault(k, image[k])", "rows.setdefault(k, image[k].copy())"),
    ],
)
def test_ways_to_keep(kept: str, after: str) -> None:
    before = (
        f"import numpy as np\n\ndef f(self, rows, k):\n    image = np.stack(k).astype('f4') / 255\n    {kept}  # here\n"
    )

    assert f"    {after}  # here\n" in rewritten(REWRITE, before)


@pytest.mark.parametrize(
    ("image", "kept", "reason"),
    [
        ("load(k)", "rows.append(image[0])", "is not known"),
        ("[1, 2]", "rows.append(image[0])", "is not known"),
        ("np.load(k)", "rows.append(image)", "no part"),
        ("np.load(k)", "rows.append(image[[0, 1]])", "no part"),
        ("np.load(k)", "table[k] = image[0]", "no part"),
        ("np.load(k)", "row = image[0]", "no part"),
    ],
    ids=["unknown", "a list", "all of it", "a copy already", "into an array", "not kept"],
)
def test_what_is_no_view_that_is_kept(image: str, kept: str, reason: str) -> None:
    before = (
        f"import numpy as np\n\ndef f(rows, k):\n    table = np.empty(9)\n    image = {image}\n    {kept}  # here\n"
    )

    assert reason in refused(REWRITE, before)

"""A converted copy goes where the conversion of a part is the part of the conversion."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.arrays.convert_where_used import ConvertWhereUsed
from tests.fix.rewrites.rewriting import check, refused

REWRITE = ConvertWhereUsed()


def test_a_float_copy_of_an_argument() -> None:
    check(
        REWRITE,
        """
        import numpy as np

        def batches(images, size):
            scaled = images.astype(np.float32)  # here
            scaled /= 255.0
            for start in range(0, len(scaled), size):
                yield scaled[start : start + size]
        """,
        """
        import numpy as np

        def batches(images, size):
            scaled = images  # here
            for start in range(0, len(scaled), size):
                yield scaled[start : start + size].astype(np.float32) / 255.0
        """,
    )


def test_an_attribute() -> None:
    check(
        REWRITE,
        """
        import numpy as np

        class Flow:
            def __init__(self, x):
                self.x = np.asarray(x, dtype=np.float32)  # here

            def __getitem__(self, part):
                return self.x[part] / 255
        """,
        """
        import numpy as np

        class Flow:
            def __init__(self, x):
                self.x = x  # here

            def __getitem__(self, part):
                return np.asarray(self.x[part], dtype=np.float32) / 255
        """,
    )


@pytest.mark.parametrize(
    ("made", "use", "reason"),
    [
        ("images.astype('f4')", "draw(x)", "handed on"),
        ("images.astype('f4')", "x.sum()", "as a whole"),
        ("images.astype('f4')", "None", "no part"),
        ("images.astype('f4'); images = 3", "x[0:2]", "bound again"),
        ("images.astype('f4'); images[0] = 3", "x[0:2]", "may change"),
        ("np.asarray(images)", "x[:, 0]", "may be a list"),
        ("images.copy()", "x[0:2]", "no converted copy"),
        ("images - images.mean()", "x[0:2]", "no converted copy"),
    ],
)
def test_what_is_needed_whole(made: str, use: str, reason: str) -> None:
    assert reason in refused(
        REWRITE, f"import numpy as np\n\ndef f(images):\n    x = {made}  # here\n    return {use}\n"
    )

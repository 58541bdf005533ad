"""An array is mapped where it is only read by parts, and its parts are arrays as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.arrays.map_file import MapFile
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = MapFile()


def test_slices() -> None:
    check(
        REWRITE,
        """
        import numpy as np

        def batches(path, size):
            images = np.load(path)  # here
            for start in range(0, len(images), size):
                yield images[start : start + size]
        """,
        """
        import numpy as np

        def batches(path, size):
            images = np.load(path, mmap_mode="r")  # here
            for start in range(0, len(images), size):
                yield np.array(images[start : start + size])
        """,
    )


def test_an_attribute_that_is_converted() -> None:
    check(
        REWRITE,
        """
        import numpy as np

        class Images:
            def __init__(self, path):
                self.x = np.load(path).astype(np.float32)  # here
                self.x /= 255.0  # to one
                self.x = self.x * 2 - 1
                self.shape = self.x.shape

            def __getitem__(self, index):
                return self.x[index]
        """,
        """
        import numpy as np

        class Images:
            def __init__(self, path):
                self.x = np.load(path, mmap_mode="r")  # here
                self.shape = self.x.shape

            def __getitem__(self, index):
                return ((np.asarray(self.x[index])[()].astype(np.float32) / 255.0) * 2) - 1
        """,
    )


USES = {
    "a slice": "x[1:3]",
    "an entry": "x[2]",
    "a number": "y[2]",
    "a copy": "x[1:3].copy()",
    "places": "x[np.array([2, 0])]",
    "the mean": "x[1:3].mean(axis=0)",
    "stacked": "np.stack([x[k] for k in (0, 2)])",
    "in a sum": "2 * x[1:3] + 1",
    "of a slice": "x[1:3][0]",
}
LOADS = [
    "np.load({})",
    "np.load({}).astype('float32')",
    "np.load({}) / 2 - 1",
    "np.load({}).astype('f4') * np.float32(0.5)",
]


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("load", LOADS)
def test_values_and_types_stay(use: str, load: str, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(24, dtype=np.uint8).reshape(4, 2, 3))
    np.save(tmp_path / "y.npy", np.arange(4, dtype=np.int16))
    name = use[use.index("y" if "y[" in use else "x")]
    before = f"import numpy as np\n\n\ndef read(path):\n    {name} = {load.format('path')}  # here\n    return {use}\n"
    after = rewritten(REWRITE, before)

    def run(text: str) -> Any:
        space: dict[str, Any] = {}
        exec(text, space)
        return space["read"](tmp_path / f"{name}.npy")

    old, new = run(before), run(after)
    assert type(new) is type(old)
    assert new.dtype == old.dtype
    np.testing.assert_array_equal(new, old)
    if isinstance(new, np.ndarray):
        assert new.flags.writeable


NOT = {
    "an archive": ('np.load("x.npz")', "x[0:2]", "only .npy files"),
    "an archive by its entry": ("np.load(path)", 'x["images"][0:2]', "as a whole"),
    "objects": ("np.load(path, allow_pickle=True)", "x[0:2]", "more than a path"),
    "handed on": ("np.load(path)", "draw(x)", "x is used as a whole, or handed on on line 5"),
    "returned": ("np.load(path)", "(yield x)", "as a whole"),
    "written to": ("np.load(path)", "x.__iadd__(1)", "as a whole"),
    "in turn": ("np.load(path)", "[row for row in x]", "as a whole"),
    "its type, which the conversion changes": ("np.load(path).astype('f4')", "x.dtype", "as a whole"),
    "normed by its own mean": ("np.load(path)", "x[0:2] - x.mean()", "as a whole"),
    "never read": ("np.load(path)", "None", "no part"),
    "more than a conversion": ("np.sort(np.load(path))", "x[0:2]", "not converted number by number"),
    "by another array": ("np.load(path) - mean", "x[0:2]", "not converted number by number"),
    "one of many": ("[np.load(p) for p in path]", "x[0:2]", "each of many files"),
}


@pytest.mark.parametrize(("load", "use", "reason"), NOT.values(), ids=NOT)
def test_what_cannot_be_mapped(load: str, use: str, reason: str) -> None:
    before = f"import numpy as np\n\ndef f(path, mean):\n    x = {load}  # here\n    {use}\n"

    assert reason in refused(REWRITE, before)


def test_a_part_that_is_written_to() -> None:
    before = "import numpy as np\n\ndef f(path):\n    x = np.load(path)  # here\n    x[0:2] = 1\n    return x[0:3]\n"

    assert "line 5" in refused(REWRITE, before)

"""Audits on data of every form that --synth makes: in memory, in one file that is cut, in one that has smaller ones."""

import importlib.util
import re
import textwrap
from pathlib import Path

import pytest

import genaudit
from genaudit.errors import GenauditError
from genaudit.model import Level, Report
from tests.readme import ROOT

pytestmark = [pytest.mark.process, pytest.mark.slow]

PAGE = (ROOT / "docs" / "synth.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locations are told from there."""
    monkeypatch.chdir(tmp_path)


def audited(source: str, synth: str, name: str = "batches") -> Report:
    """The report on a generator of a file."""
    Path("data.py").write_text(textwrap.dedent(source))
    return genaudit.audit(f"data.py:{name}", synth=synth, batches=12, max_batches=24, quick=True)


def bytes_per_item(report: Report) -> float:
    """By the growth law."""
    assert report.growth_law is not None
    return report.growth_law.bytes_per_item.value


def test_the_example_of_the_page(tmp_path: Path) -> None:
    """What the page shows is the code that is run, without a fault, and what is said of the choice.

    On a busy machine the readings of so small a heap may leave a question open.
    """
    if importlib.util.find_spec("pandas") is None:
        pytest.skip("pandas is not installed")
    code, output = re.findall(r"<!-- example: rows.py -->\n```python\n(.*?)```.*?```console\n(.*?)```", PAGE, re.S)[0]
    (tmp_path / "rows.py").write_text(code)

    report = genaudit.audit("rows.py:batches", synth="n=2000")

    shown = " ".join(output.split())
    assert "PASS" in shown
    assert [outcome for outcome in report.findings if outcome.level is not Level.NOTE] == []
    for note in report.notes:
        assert " ".join(note.split()) in shown


def test_a_file_with_smaller_ones_beside_it() -> None:
    """HDF5, read whole: so many bytes for each row, over the sizes of the files that are there."""
    if importlib.util.find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    report = audited(
        """
        import h5py

        def batches(path, batch_size):
            with h5py.File(path) as file:
                rows = file["images"][:]
            for start in range(0, len(rows), batch_size):
                yield rows[start : start + batch_size]
        """,
        "n=1600,shape=32x32x3,dtype=float32",
    )

    assert report.verdict.value == "fail"
    assert bytes_per_item(report) == pytest.approx(12 * 1024, rel=0.05)
    assert report.growth_law is not None
    assert set(report.growth_law.sizes) <= {100, 200, 400, 600, 800, 1000, 1200, 1400, 1600}
    assert any("made h5:n=1600" in note for note in report.notes)


def test_arrays_in_memory_are_given_and_cut() -> None:
    """A generator that slices them holds nothing of its own; one that converts them first does."""
    lazy = audited(
        """
        def batches(X, y, batch_size):
            for start in range(0, len(X), batch_size):
                yield X[start : start + batch_size] / 255, y[start : start + batch_size]
        """,
        "n=2000,shape=32x32x3,dtype=uint8",
    )
    eager = audited(
        """
        import numpy as np

        def batches(X, y, batch_size):
            X = X.astype(np.float64)
            for start in range(0, len(X), batch_size):
                yield X[start : start + batch_size], y[start : start + batch_size]
        """,
        "arrays:n=2000,shape=32x32x3,dtype=uint8",
    )

    assert lazy.verdict.value == "pass"
    assert eager.verdict.value == "fail"
    # The array that was given is the caller's.
    assert bytes_per_item(eager) == pytest.approx(8 * 32 * 32 * 3, rel=0.05)


def test_a_folder_in_a_layout_that_the_code_does_not_expect() -> None:
    """The note says which to ask for, and with it the same code runs."""
    source = """
        import os
        from PIL import Image
        import numpy as np

        class Pictures:
            def __init__(self, root):
                self.root = root
                self.names = sorted(os.listdir(root))

            def __len__(self):
                return len(self.names)

            def __getitem__(self, index):
                return np.asarray(Image.open(os.path.join(self.root, self.names[index])))
    """
    try:
        failed = audited(source, "images:n=64,size=64x64", "Pictures")
        notes, verdict = failed.notes, failed.verdict.value
    except GenauditError as error:
        notes, verdict = [error.hint], "error"
    passed = audited(source, "images:n=64,size=64x64,layout=flat", "Pictures")

    assert verdict == "error"
    assert any("layout=flat" in note for note in notes)
    assert passed.verdict.value == "pass"

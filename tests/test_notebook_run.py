"""A notebook, executed by its own kernel as nbconvert does."""

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.process, pytest.mark.slow]
CELLS = (
    "%load_ext genaudit\nimport numpy as np\nx = np.arange(200.0)\nkept = []",
    "def batches(x, size):\n    for at in range(0, len(x), size):\n        kept.append('x' * (100_000 + at))\n"
    "        yield x[at : at + size]",
    "first = next(batches(x, 8))",
    "%genaudit --quick --batches 12 --max-batches 12 batches(x, 8)",
    "%%genaudit --quick --batches 12 --max-batches 12\ntotal = 0\n"
    "for batch in batches(x, 8):\n    total += batch.sum()",
    "%genaudit batches(y, 8)",
)


def executed(folder: Path) -> list[list[dict[str, Any]]]:
    """The outputs of the cells."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    nbclient.NotebookClient(
        book, timeout=200, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return [cell["outputs"] for cell in book.cells]


def text_of(output: dict[str, Any]) -> str:
    """The words of a card."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", output["data"]["text/html"]))


def test_a_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call and a cell give a card with the line of the cell; a name that is not there gives no traceback of ours."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    *_, called, cell, wrong = executed(tmp_path)

    for outputs, place in ((called, "In [2]:batches"), (cell, "In [5]")):
        (shown,) = [output for output in outputs if output["output_type"] == "execute_result"]
        assert "FAIL" in text_of(shown)
        assert place in text_of(shown)
        assert "In [2]:3 in batches" in text_of(shown)
        assert "<Report FAIL" in shown["data"]["text/plain"]
    assert "y cannot be evaluated here: NameError: name 'y' is not defined" in wrong[-1]["text"]

"""Files as real projects have them: whatever is proven for them yields the same batches, as a plain loop sees them."""

from pathlib import Path

import pytest

pytest.importorskip("libcst")

from benchmarks.fix import CORPUS, PROVEN, fix_once
from tests.truth import harness

PATHS = sorted(path for path in CORPUS.glob("*.py") if path.stem != "__init__")

ALWAYS = {"csv_table_whole", "keras_history_of_batches"}
"""The others take minutes, and are run with ``-m slow``."""


def test_there_are_forty_at_least() -> None:
    """Each says what it is."""
    assert len(PATHS) >= 40
    assert all(path.read_text(encoding="utf-8").startswith('"""') for path in PATHS)


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=[] if path.stem in ALWAYS else [pytest.mark.whole], id=path.stem) for path in PATHS],
)
def test_no_fix_changes_a_batch(path: Path) -> None:
    """Checked without genaudit; ``benchmarks/fix.py --corpus`` counts how many there are."""
    missing = harness.missing(path)
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")

    row = fix_once(path)

    # Where the file's own batches are others each time, they cannot be compared so.
    assert row["result"] != PROVEN or row["same"] is not False, row["diff"]
    assert row["result"] == PROVEN or row["reasons"]

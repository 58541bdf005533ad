"""Which data sets may have many rows for each of their items."""

import pytest

from genaudit.recorder.child.target_run import may_have_rows

OF_ROWS = {"dataset_kind": "files", "file_bytes_per_item": 5e5, "looks_like_images": False}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, True),
        ({"dataset_kind": "directory"}, True),
        ({"dataset_kind": "function"}, True),
        ({"dataset_kind": "array"}, False),
        ({"dataset_kind": None}, False),
        ({"dataset_kind": "function", "file_bytes_per_item": None}, False),
        ({"looks_like_images": True}, False),
    ],
)
def test_files_may_have_rows_and_pictures_have_none(facts: dict[str, object], expected: bool) -> None:
    """Nor do items that are no files: a function may make a list of them, or anything else."""
    assert may_have_rows({**OF_ROWS, **facts}) is expected

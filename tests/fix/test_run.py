"""Files are changed whole, or not at all."""

from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.fix.engine import Fixed
from genaudit.fix.run import write
from genaudit.model.fix import Fix


def test_nothing_is_written_where_one_file_is_not_what_was_measured(tmp_path: Path) -> None:
    """Somebody saved it meanwhile: the change would take that back."""
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_bytes(b"x = 1\n")
    other.write_bytes(b"y = 1\n")
    one.chmod(0o640)
    fixed = Fixed(
        fix=Fix(),
        before={one: b"x = 1\n", other: b"y = 1\n"},
        after={one: b"x = 2\n", other: b"y = 2\n"},
    )
    other.write_bytes(b"y = 3\n")

    with pytest.raises(UsageError, match="changed since it was measured"):
        write(fixed)

    assert (one.read_bytes(), other.read_bytes()) == (b"x = 1\n", b"y = 3\n")
    other.write_bytes(b"y = 1\n")
    write(fixed)
    assert (one.read_bytes(), other.read_bytes()) == (b"x = 2\n", b"y = 2\n")
    assert one.stat().st_mode & 0o777 == 0o640

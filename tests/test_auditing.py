"""``genaudit.audit``: a report of whatever the target does, an error for what cannot be used."""

from pathlib import Path

import pytest

import genaudit
from genaudit.errors import TargetError, UsageError


@pytest.mark.process
def test_the_api_raises_what_the_command_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the hint and the exit code."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text("def batches(paths): yield 1\n")

    with pytest.raises(UsageError, match="needs a value for paths") as missing:
        genaudit.audit("data:batches")
    with pytest.raises(TargetError, match="no attribute 'batch'") as unknown:
        genaudit.audit("data:batch")

    assert missing.value.hint == "give them: arguments={'paths': …}"
    assert str(missing.value).endswith(f"hint:  {missing.value.hint}")
    assert "batches" in unknown.value.hint


@pytest.mark.process
@pytest.mark.slow
def test_the_api_reports_what_the_target_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of the target is none of the caller's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text("def batches():\n    yield b'x'\n    raise SystemExit('enough')\n")

    report = genaudit.audit("data:batches")

    assert (report.verdict.value, report.exit_code) == ("error", 3)
    assert report.summary.headline == "raised SystemExit in batch 2: enough"
    assert report.failure is not None
    assert report.failure.location is not None
    assert (report.failure.location.path, report.failure.location.line) == ("data.py", 3)

"""``genaudit demo`` holds two samples to the verdicts they must get."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from genaudit.cli import demo
from genaudit.cli.support.output import Delivery
from genaudit.errors import ExitCode
from genaudit.model import Report
from tests import build_report


def run(monkeypatch: pytest.MonkeyPatch, out: Path, reports: dict[str, Report]) -> tuple[Result, list[str]]:
    """The command with these reports for its samples, and the samples that were audited."""
    audited: list[str] = []

    def audit_sample(name: str, delivery: Delivery) -> Report:
        audited.append(name)
        assert delivery.out == out
        return reports[name]

    monkeypatch.setattr(demo, "audit_sample", audit_sample)
    return CliRunner().invoke(demo.command, ["--out", str(out)], catch_exceptions=False), audited


def test_both_as_expected_is_success(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The eager sample fails, the efficient one passes: the demo did what it must."""
    result, audited = run(
        monkeypatch, tmp_path, {"inefficient": build_report.eager(), "efficient": build_report.clean()}
    )

    assert (result.exit_code, audited) == (0, ["inefficient", "efficient"])
    assert str(tmp_path) in result.stderr


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"inefficient": build_report.clean()}, "inefficient must fail, and got pass"),
        ({"efficient": build_report.inconclusive()}, "efficient must pass, and got inconclusive"),
    ],
)
def test_another_verdict_is_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    """Either sample may be the one that is judged wrongly; the message says which."""
    reports = {"inefficient": build_report.eager(), "efficient": build_report.clean(), **changed}

    result, audited = run(monkeypatch, tmp_path, reports)

    assert result.exit_code == 1
    assert words in result.stderr
    assert len(audited) == 2


def test_an_interrupt_ends_the_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The second sample is not audited after Ctrl-C in the first."""
    interrupted = msgspec.structs.replace(build_report.eager(), exit_code=int(ExitCode.INTERRUPTED))

    result, audited = run(monkeypatch, tmp_path, {"inefficient": interrupted})

    assert (result.exit_code, audited) == (130, ["inefficient"])


def test_an_unwritable_folder_is_told_first(tmp_path: Path) -> None:
    """Before anything is measured."""
    (tmp_path / "file").write_text("")

    result = CliRunner().invoke(demo.command, ["--out", str(tmp_path / "file" / "reports")])

    assert result.exit_code != 0
    assert "cannot be written" in str(result.exception)

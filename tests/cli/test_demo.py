"""``genaudit demo`` holds two samples to the verdicts they must get."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from genaudit.cli import demo
from genaudit.cli.demo_samples import Sample, chosen, samples, systems
from genaudit.cli.support.output import Delivery
from genaudit.errors import ExitCode, UsageError
from genaudit.model import Report
from tests import build_report


def run(
    monkeypatch: pytest.MonkeyPatch, out: Path, reports: dict[str, Report], *words: str
) -> tuple[Result, list[str]]:
    """The command with these reports for its samples, and the samples that were audited."""
    audited: list[str] = []

    def audit_sample(sample: Sample, delivery: Delivery) -> Report:
        audited.append(sample.name)
        assert delivery.out == out
        return reports[sample.name]

    monkeypatch.setattr(demo, "audit_sample", audit_sample)
    return CliRunner().invoke(demo.command, ["--out", str(out), *words], catch_exceptions=False), audited


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


def test_a_system_is_audited_lazy_forms_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each must get its own verdict; the command that is run is told before."""
    reports = {"numpy_memmap/lazy": build_report.clean(), "numpy_memmap/eager": build_report.eager()}

    result, audited = run(monkeypatch, tmp_path, reports, "numpy_memmap")

    assert (result.exit_code, audited) == (0, ["numpy_memmap/lazy", "numpy_memmap/eager"])
    assert "[1 of 2] genaudit run sample_generators.numpy_memmap.lazy:batches --synth npy:" in result.stderr
    assert "All verdicts are as they must be" in result.stderr


@pytest.mark.parametrize("name", ["numpy_memmap/eager", "numpy_memmap.eager", "sample_generators.numpy_memmap.eager"])
def test_one_sample_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """As a path, or as a module."""
    result, audited = run(monkeypatch, tmp_path, {"numpy_memmap/eager": build_report.eager()}, name)

    assert (result.exit_code, audited) == (0, ["numpy_memmap/eager"])
    assert "The verdict is as it must be" in result.stderr


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("opencv_vidio", "did you mean opencv_video"),
        ("tfdata", "did you mean tf_data"),
        ("numpy_memmap/lasy", "did you mean numpy_memmap/lazy"),
        ("qqq", "genaudit demo --list tells all"),
    ],
)
def test_an_unknown_name(name: str, hint: str) -> None:
    """The nearest, and where all are told."""
    with pytest.raises(UsageError, match="there is no sample") as caught:
        chosen(name)
    assert hint in caught.value.hint


def test_what_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One command installs what all samples of the name need."""
    monkeypatch.setattr(Sample, "missing", property(lambda sample: ["opencv-python-headless"]))

    with pytest.raises(UsageError, match="opencv_video needs what is not installed") as caught:
        chosen("opencv_video")
    assert caught.value.hint.endswith("pip install opencv-python-headless")
    assert "not installed: pip install opencv-python-headless" in demo.listing()


def test_libraries_by_the_names_of_pip() -> None:
    """Of every sample, by what its source imports."""
    needs = {sample.name: sample.imports for sample in samples()}

    assert needs["efficient"] == []
    assert needs["augmented"] == ["tensorflow", "scipy"]
    assert needs["opencv_video/lazy"] == ["cv2"]
    assert needs["keras_folders/lazy"] == ["tensorflow", "keras"]


def test_the_list_tells_every_sample() -> None:
    """With its verdict, below its system; nothing is audited."""
    result = CliRunner().invoke(demo.command, ["--list"], catch_exceptions=False)
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    for sample in samples():
        assert any(line.startswith(f"  {sample.name} ") and sample.verdict.upper() in line for line in lines)
    for system, about in systems().items():
        assert f"{system}: {about}" in lines
    assert max(map(len, lines)) <= 110


def test_a_job_is_that_of_the_command() -> None:
    """As ``genaudit run`` would make it."""
    (sample,) = chosen("inefficient")
    job = demo.job_of(sample.words)

    assert (job.target, job.synth, job.project_items) == (
        "sample_generators.inefficient:inefficient_generator", "images:n=400", 50_000,
    )  # fmt: skip
    assert job.command == sample.words
    assert demo.job_of(["genaudit", "run", "a:b", "--arg", "n=4"]).arguments == ["n=4"]

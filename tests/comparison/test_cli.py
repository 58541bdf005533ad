"""The command: what it writes, what it refuses, and how it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from genaudit.cli import compare
from genaudit.comparison import run as conduct
from genaudit.comparison.options import Options
from genaudit.errors import UsageError
from tests.comparison.build import comparison


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[tuple[str, ...], Options]]:
    """Run no trial; keep what the command asked for."""
    calls: list[tuple[tuple[str, ...], Options]] = []
    monkeypatch.chdir(tmp_path)

    def instead(targets, options, talk=None):
        calls.append((targets, options))
        return comparison()

    monkeypatch.setattr(conduct, "conduct", instead)
    return calls


def run(*words: str):
    return CliRunner().invoke(compare.command, words, catch_exceptions=False)


def test_files_and_standard_output(asked: list) -> None:
    """Text on standard output, three files in a folder of their own, the exit code of the comparison."""
    result = run("data:inefficient", "data:efficient", "--check-batches", "--arg", "2:batch_size=4", "--repeats", "5")
    folder = Path("reports/compare-sample_generators.inefficient-inefficient_generator-vs-leaking")

    assert result.exit_code == 1
    assert "efficient vs inefficient" in result.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["comparison.html", "comparison.json", "comparison.png"]
    ((targets, options),) = asked
    assert targets == ("data:inefficient", "data:efficient")
    assert (options.job.arguments, options.check_batches, options.job.repeats) == (["2:batch_size=4"], True, 5)


def test_json_alone_on_standard_output(asked: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    result = run("data:a", "data:b", "--format", "json", "--unordered")

    assert json.loads(result.stdout)["schema_version"] == "1.0"
    assert asked[0][1].check_batches


def test_other_formats(asked: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    result = run("data:a", "data:b", "-q", "--output", "png=out/picture.png")

    assert Path("out/picture.png").read_bytes().startswith(b"\x89PNG")
    assert len(result.stdout.splitlines()) == 2
    with pytest.raises(UsageError, match="no format 'sarif'"):
        run("data:a", "data:b", "--output", "sarif=x")


def test_no_source_is_in_no_file(asked: list) -> None:
    """The line to blame is on the page only where source may be shown."""
    line = b"for path in image_paths]"
    folder = Path("reports/compare-sample_generators.inefficient-inefficient_generator-vs-leaking")
    run("data:a", "data:b")
    assert line in (folder / "comparison.html").read_bytes()
    result = run("data:a", "data:b", "--no-source")

    assert [file.name for file in folder.iterdir() if line in file.read_bytes()] == []
    assert line.decode() not in result.stdout


def test_help_names_the_options_of_the_data() -> None:
    text = run("--help").stdout

    for word in ("--against", "--check-batches", "--unordered", "[VARIANT:]NAME=VALUE", "--repeats"):
        assert word in text

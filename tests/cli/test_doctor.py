"""``genaudit doctor`` says for every line what follows from it, and disturbs nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from genaudit.cli import doctor


def test_every_line_says_yes_or_no_and_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where something is missing the exit code is 0; no folder is made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "file").write_text("")

    result = CliRunner().invoke(doctor.command, ["--out", "file/reports"])

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert {line.split()[0] for line in lines} <= {"yes", "no"}
    assert all(": " in line for line in lines)
    assert any(line.startswith("no   reports folder") for line in lines)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_json_holds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For scripts that set up machines."""
    monkeypatch.chdir(tmp_path)

    rows = json.loads(CliRunner().invoke(doctor.command, ["--format", "json"]).stdout)
    lines = CliRunner().invoke(doctor.command).stdout.splitlines()

    assert [row["name"] for row in rows] == [line[5:].split("  ")[0] for line in lines]
    assert all(set(row) == {"name", "available", "detail", "consequence"} for row in rows)


def test_nothing_is_imported_to_find_out() -> None:
    """TensorFlow takes seconds and half a gigabyte to import; its metadata does not."""
    code = (
        "import sys; from click.testing import CliRunner; from genaudit.cli.doctor import command;"
        "result = CliRunner().invoke(command); assert result.exit_code == 0, result;"
        "print(*sorted({'numpy', 'tensorflow', 'torch', 'memray', 'scipy', 'PIL'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""

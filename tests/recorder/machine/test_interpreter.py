"""The Python that a target runs in is found, asked how old it is, and refused with what to do instead."""

import sys
from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.recorder.machine import interpreter as interpreters
from genaudit.recorder.machine.interpreter import environment_nearby, interpreter


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, a home without environments, and none that is active."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in (
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
        "CONDA_EXE",
        "MAMBA_ROOT_PREFIX",
        "CONDA_ROOT",
        "WORKON_HOME",
        "PYENV_ROOT",
    ):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def program(path: Path, line: str) -> Path:
    """A program that prints a line, whatever it is asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return path


def says(path: Path, version: str, name: str = "cpython", packages: str = "{}") -> Path:
    """A Python of a version."""
    return program(path, f"""echo '["{path}", [{version}], "{name}", {packages}]'""")


def test_genaudits_own() -> None:
    """Where nothing is said."""
    assert interpreter(None, None) is None


def test_this_one() -> None:
    """It is asked, and answers for itself."""
    found = interpreter(sys.executable, None)
    assert found is not None

    assert found.version == sys.version_info[:3]
    assert found.path == sys.executable
    assert "numpy" in found.packages
    assert found.command == [sys.executable, *(["-P"] if sys.version_info >= (3, 11) else [])]


def test_current_folder_is_not_asked(place: Path) -> None:
    """A json.py beside the target is the target's."""
    (place / "json.py").write_text("raise SystemExit(3)")

    assert interpreter(sys.executable, None) is not None


@pytest.mark.parametrize(
    ("python", "env"),
    [(".venv", None), (".venv/bin/python", None), (None, ".venv"), ("named", None), (None, "mine"), (None, "worked")],
)
def test_ways_to_name_it(place: Path, monkeypatch: pytest.MonkeyPatch, python: str | None, env: str | None) -> None:
    """A program, a folder, a name on the path, and an environment of conda's or of another manager's."""
    says(place / ".venv/bin/python", "3, 12, 1", packages='{"torch": "2.1"}')
    says(place / "bin/named", "3, 12, 1", packages='{"torch": "2.1"}')
    says(place / "home/miniconda3/envs/mine/bin/python", "3, 12, 1", packages='{"torch": "2.1"}')
    says(place / "home/.virtualenvs/worked/bin/python", "3, 12, 1", packages='{"torch": "2.1"}')
    monkeypatch.setenv("PATH", f"{place / 'bin'}:/usr/bin:/bin")
    found = interpreter(python, env)
    assert found is not None

    assert (found.version, found.packages) == ((3, 12, 1), {"torch": "2.1"})
    assert Path(found.path).is_absolute()


@pytest.mark.parametrize(
    ("python", "env", "said", "hint"),
    [
        ("old", None, "old is Python 3.9.2; targets run in CPython 3.10 or later", "python3.12 -m venv .venv"),
        ("pypy", None, "pypy is pypy 3.11.1; targets run in CPython 3.10", "--env .venv"),
        ("silent", None, "does not answer as Python does: exit code 3", "--python path/to/bin/python"),
        ("loud", None, "does not answer as Python does: what?", "--python path/to/bin/python"),
        ("none", None, "--python none: there is no such Python", "looked from"),
        ("./none", None, "there is no such Python", "looked from"),
        ("folder", None, "there is no such Python", "it has no bin/python"),
        (None, "none", "--env none: there is no environment of that name", "--python path/to/bin/python"),
        (None, "folder", "there is no environment", "--python path/to/bin/python"),
        (None, "A=3", "sets no variable", "A=3 genaudit run"),
        ("old", "folder", "both say where the target runs", "leave one of them out"),
    ],
)
def test_refused(place: Path, python: str | None, env: str | None, said: str, hint: str) -> None:
    """What was wrong, and what to type."""
    says(place / "old", "3, 9, 2")
    says(place / "pypy", "3, 11, 1", "pypy")
    program(place / "silent", "exit 3")
    program(place / "loud", "echo 'what?' >&2; echo no json")
    (place / "folder").mkdir()
    with pytest.raises(UsageError) as caught:
        interpreter(python, env)

    assert said in caught.value.message
    assert hint in caught.value.hint


def test_one_nearby_is_offered(place: Path) -> None:
    """The active one before one beside the code, and never genaudit's own."""
    assert environment_nearby({"VIRTUAL_ENV": sys.prefix}, place) is None
    says(place / ".venv/bin/python", "3, 12, 1")
    says(place / "other/bin/python", "3, 12, 1")

    assert environment_nearby({"VIRTUAL_ENV": sys.prefix}, place) == "--env .venv"
    assert environment_nearby({"VIRTUAL_ENV": str(place / "other")}, place) == f"--env {place / 'other'}"
    with pytest.raises(UsageError) as caught:
        interpreter("none", None)
    assert caught.value.hint == "did you mean --env .venv?"


def test_one_that_hangs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for without an end."""
    monkeypatch.setattr(interpreters, "PROBE_S", 0.1)
    program(place / "slow", "sleep 5")
    with pytest.raises(UsageError, match="does not answer as Python does"):
        interpreter("./slow", None)

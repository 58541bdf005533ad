"""The Python that targets run in, where that is another than genaudit's own: it needs nothing but itself."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from genaudit.errors import UsageError
from genaudit.recorder.machine.platform import PACKAGES

OLDEST = (3, 10)
PROBE_S = 30.0
# Of any Python, so that an old one can say how old it is.
_PROBE = """
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import json
found = {}
try:
    from importlib import metadata
    for name in sys.argv[1:]:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
except ImportError:
    pass
name = getattr(getattr(sys, "implementation", None), "name", "python")
print(json.dumps([sys.executable, list(sys.version_info[:3]), name, found]))
"""
_CONDA_FOLDERS = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda")


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """A Python that trials run in."""

    path: str
    """As it was named: where a link leads to is another environment."""
    version: tuple[int, int, int]
    packages: dict[str, str] = {}
    """Versions of the packages that matter to a target, as far as it has them."""

    @property
    def command(self) -> list[str]:
        """How it is started, with nothing imported from the current folder before the target."""
        return [self.path, "-P"] if self.version >= (3, 11) else [self.path]


def interpreter(python: str | None, env: str | None) -> Interpreter | None:
    """The Python that is asked for; ``None`` where it is genaudit's own.

    Args:
        python: A program, its name, or the folder of an environment.
        env: The folder of an environment, or the name of one of conda's.

    Raises:
        UsageError: It is not there, is too old, or is no CPython.
    """
    if python is None and env is None:
        return None
    if python is not None and env is not None:
        raise UsageError(
            "--python and --env both say where the target runs", slug="two-pythons", hint="leave one of them out"
        )
    asked = f"--python {python}" if python is not None else f"--env {env}"
    path = _program(python) if python is not None else _of_environment(env or "", os.environ)
    if path is None:
        raise UsageError(
            f"{asked}: there is no {'such Python' if python is not None else 'environment of that name'}",
            slug="no-python",
            hint=_what_there_is(python, env),
        )
    return _probed(asked, path)


def environment_nearby(variables: Mapping[str, str], folder: Path) -> str | None:
    """The option for an environment that the user has active, or beside the code, and that is not genaudit's own."""
    active = [variables.get("VIRTUAL_ENV"), variables.get("CONDA_PREFIX"), ".venv", "venv", "env"]
    for name in active:
        if name and _python_in(folder / name) is not None and not _is_own(folder / name):
            return f"--env {name}"
    return None


def _is_own(environment: Path) -> bool:
    try:
        return environment.samefile(sys.prefix)
    except OSError:
        return False


def _program(text: str) -> str | None:
    path = Path(text).expanduser()
    if path.is_dir():
        return _python_in(path)
    if os.sep in text or path.is_file():
        return os.path.abspath(path) if path.is_file() else None  # noqa: PTH100 - a link leads to another environment
    return shutil.which(text)


def _of_environment(text: str, variables: Mapping[str, str]) -> str | None:
    if "=" in text:
        raise UsageError(
            f"--env {text}: it names an environment that the target runs in, and sets no variable",
            slug="no-python",
            hint=f"set it in the shell: {text} genaudit run …",
        )
    folder = Path(text).expanduser()
    if folder.is_dir() or os.sep in text:
        return _python_in(folder)
    return next((path for root in _roots(variables) if (path := _python_in(root / text)) is not None), None)


def _roots(variables: Mapping[str, str]) -> list[Path]:
    """Folders that keep environments by their names."""
    home = Path(variables.get("HOME") or "~").expanduser()
    roots = [home / name / "envs" for name in _CONDA_FOLDERS]
    for name in ("MAMBA_ROOT_PREFIX", "CONDA_ROOT"):
        if variables.get(name):
            roots.insert(0, Path(variables[name]) / "envs")
    if variables.get("CONDA_EXE"):
        roots.insert(0, Path(variables["CONDA_EXE"]).parent.parent / "envs")
    roots.append(Path(variables.get("WORKON_HOME") or home / ".virtualenvs"))
    roots.append(Path(variables.get("PYENV_ROOT") or home / ".pyenv") / "versions")
    return roots


def _python_in(folder: Path) -> str | None:
    """The program of an environment."""
    path = folder / "bin" / "python"
    try:
        return os.path.abspath(path) if path.is_file() else None  # noqa: PTH100 - a link leads to another environment
    except OSError:
        return None


def _what_there_is(python: str | None, env: str | None) -> str:
    if python is not None and Path(python).expanduser().exists():
        return "it has no bin/python: name the folder of an environment, or the program in it"
    nearby = environment_nearby(os.environ, Path.cwd())
    if nearby is not None:
        return f"did you mean {nearby}?"
    return "give the program: --python path/to/bin/python" if env is not None else f"looked from {Path.cwd()}"


def _no_python(asked: str, path: str, what: str) -> UsageError:
    return UsageError(
        f"{asked}: {path} does not answer as Python does: {what}",
        slug="no-python",
        hint="name a Python: --python path/to/bin/python",
    )


def _probed(asked: str, path: str) -> Interpreter:
    try:
        done = subprocess.run(
            [path, "-E", "-s", "-c", _PROBE, *PACKAGES],
            capture_output=True,
            timeout=PROBE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        # What a shim of a manager of versions leads to.
        path, version, implementation, packages = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError) as error:
        raise _no_python(asked, path, str(error)) from error
    except ValueError as error:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise _no_python(asked, path, said[-1] if said else f"exit code {done.returncode}") from error
    text = ".".join(map(str, version))
    if tuple(version) < OLDEST or implementation != "cpython":
        kind = "Python" if implementation in {"cpython", "python"} else implementation
        raise UsageError(
            f"{asked}: {path} is {kind} {text}; targets run in CPython {'.'.join(map(str, OLDEST))} or later",
            slug="python-too-old",
            hint="make an environment with a later one: python3.12 -m venv .venv, install what the target needs, and "
            "write --env .venv",
        )
    return Interpreter(path=path, version=(version[0], version[1], version[2]), packages=packages)

"""Where the genaudit that runs came from: what a job of CI is told to install."""

import contextlib
import json
import re
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

from genaudit.recorder.machine.git import run_git
from genaudit.version import DISTRIBUTION, __version__

GIT_S = 10.0
VARIABLE = "GENAUDIT"
"""Says in CI what pip is to install, where nothing else does; a shell ends where it is empty."""
_SSH = re.compile(r"git@([^:/]+):(.+)")


class Origin(NamedTuple):
    """What pip is given, and what is to be said of it."""

    requirement: str
    remark: str = ""
    """Why it may not work elsewhere."""


def origin(root: Path) -> Origin:
    """What installs this genaudit elsewhere.

    An index has it by its version. A repository has it at a commit; a clone knows its repository, and may lie in the
    project itself. Of any other folder, or file, nobody else knows.

    Args:
        root: The folder of the project.

    Source:
        https://packaging.python.org/en/latest/specifications/direct-url/
    """
    direct = _direct_url()
    if direct is None:
        return Origin(f"{DISTRIBUTION}=={__version__}")
    url = str(direct.get("url", ""))
    vcs = direct.get("vcs_info")
    if isinstance(vcs, dict):
        return Origin(f"{DISTRIBUTION} @ {vcs.get('vcs', 'git')}+{_without_user(url)}@{vcs.get('commit_id', 'HEAD')}")
    if not url.startswith("file:"):
        return Origin(f"{DISTRIBUTION} @ {_without_user(url)}")
    return _of_a_place(Path(url2pathname(urlsplit(url).path)), root)


def _of_a_place(place: Path, root: Path) -> Origin:
    """Of a clone, or of a file, on this machine."""
    with contextlib.suppress(ValueError, OSError):
        return Origin(f"./{place.resolve().relative_to(root.resolve()).as_posix()}")
    page, commit = _git(place, "remote", "get-url", "origin"), _git(place, "rev-parse", "HEAD")
    address = _without_user(_SSH.sub(r"https://\1/\2", page))
    if commit and address.startswith(("https://", "http://")):
        remark = "that commit must have been pushed"
        return Origin(f"{DISTRIBUTION} @ git+{address}@{commit}", remark)
    return Origin(
        f"${{{VARIABLE}:?}}",
        "genaudit was installed from a place that only this machine has: set the variable GENAUDIT of CI to what pip "
        "can install there, as git+https://… or a wheel in this repository",
    )


def _direct_url() -> dict[str, Any] | None:
    """What pip noted of an installation that came from no index."""
    with contextlib.suppress(metadata.PackageNotFoundError, ValueError, OSError):
        text = metadata.distribution(DISTRIBUTION).read_text("direct_url.json")
        found = json.loads(text) if text else None
        return found if isinstance(found, dict) else None
    # It runs from a clone that was not installed.
    return {"url": Path(__file__).parents[3].as_uri()}


def _without_user(url: str) -> str:
    """An address without the name and the password in it, which are nobody else's."""
    return re.sub(r"^(\w+://)[^/@]*@", r"\1", url)


def _git(folder: Path, *words: str) -> str:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = run_git(*words, timeout_s=GIT_S, folder=folder)
        return done.stdout.strip() if done.returncode == 0 else ""
    return ""

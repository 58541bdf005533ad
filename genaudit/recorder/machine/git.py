"""What git says of the code that is audited: asked, never told; nothing in a repository changes."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from genaudit.model.recording import Revision

LONGEST_S = 5
"""A repository that takes longer to tell its state is not waited for."""
DETACHED, UNBORN = "(detached)", "(initial)"
CI_BRANCHES = (
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_COMMIT_REF_NAME",
    "BRANCH_NAME",
)
"""Where CI says which branch it has checked out, as it checks out a commit; the first that says something counts."""
_OF_HOOKS = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"}
_STATUS = ("status", "--porcelain=v2", "--branch", "--untracked-files=no")


def run_git(
    *words: str, timeout_s: float, folder: Path | None = None, variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run git to its end.

    Args:
        words: Its arguments.
        timeout_s: Seconds that it may take.
        folder: Where it runs; the current directory where ``None``.
        variables: Set in its environment.

    Raises:
        OSError: There is no git, or no such folder.
        subprocess.TimeoutExpired: It did not end in time.
    """
    # What a hook or an alias of git's put into the environment must not lead to another repository.
    kept = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS} | dict(variables or {})
    return subprocess.run(
        ["git", *words],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        env=kept,
        cwd=folder,
        timeout=timeout_s,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def revision_of(folder: Path) -> Revision | None:
    """The state of the repository that a folder is in; ``None`` where it is in none, or git is not installed.

    Args:
        folder: Where the code lies.
    """
    try:
        # The index is left as it is: another git may be writing it.
        done = run_git(*_STATUS, timeout_s=LONGEST_S, folder=folder, variables={"GIT_OPTIONAL_LOCKS": "0"})
    except (OSError, subprocess.SubprocessError):
        return None
    return None if done.returncode else parse_status(done.stdout, os.environ)


def parse_status(text: str, variables: Mapping[str, str]) -> Revision:
    r"""The revision that a status tells of.

    Args:
        text: Of ``git status --porcelain=v2 --branch --untracked-files=no``.
        variables: The environment: in CI it has the branch where git knows a commit only.

    Source:
        git-status(1), "Porcelain Format Version 2".

    Example:
        >>> parse_status("# branch.oid 4b825dc6\n# branch.head main\n1 .M N... 100644 100644 100644 a b data.py\n", {})
        Revision(commit='4b825dc6', branch='main', dirty=True)
    """
    lines = text.splitlines()
    head = dict(
        line.removeprefix("# ").split(" ", 1) for line in lines if line.startswith("# ") and line.count(" ") > 1
    )
    commit, branch = head.get("branch.oid", UNBORN), head.get("branch.head", DETACHED)
    told = next((value for name in CI_BRANCHES if (value := variables.get(name))), None)
    return Revision(
        commit=None if commit == UNBORN else commit,
        branch=told if branch == DETACHED else branch,
        dirty=any(line and not line.startswith("#") for line in lines),
    )

"""Another revision of the same repository, written out beside it for as long as it is needed."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from genaudit.comparison.variants import VariantSpec
from genaudit.errors import UsageError
from genaudit.recorder.machine.git import run_git
from genaudit.recorder.target import parse_target
from genaudit.recorder.trial.scratch import ScratchFolder

CODE_FOLDERS = ("src", "lib")
LONGEST_S = 300
_OLD = re.compile("genaudit-revision-.{8}")


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """A revision as files."""

    revision: str
    commit: str
    top: Path
    """Of the working tree that the user is in."""
    folder: Path
    """Where the revision is written out."""

    def there(self, path: Path) -> Path:
        """The place in the revision of a place in the working tree."""
        return self.folder / path.resolve().relative_to(self.top)


@contextlib.contextmanager
def worktree(revision: str) -> Iterator[Tree]:
    """Write a revision into a temporary folder, and take it away again, also on Ctrl-C.

    The repository learns nothing of it: neither its working tree, its index, its branches nor its list of worktrees
    change. Should this process be killed, the folder goes with the next run's cleaning of old ones.

    Raises:
        UsageError: This is no git repository, git is missing, or there is no such revision.
    """
    top = Path(_git("rev-parse", "--show-toplevel", what="--against needs a git repository")).resolve()
    commit = _git(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", what=_no_such(revision)
    )
    _forget_old(top)
    scratch = ScratchFolder()
    try:
        folder = scratch.path.resolve() / top.name
        _write_out(top, commit, folder, scratch.path / "index", what=f"{revision} cannot be written out")
        yield Tree(revision=revision, commit=commit, top=top, folder=folder)
    finally:
        scratch.remove()


def _write_out(top: Path, commit: str, folder: Path, index: Path, what: str) -> None:
    """The files of a commit as a checkout has them; modules of other repositories are empty folders, as there."""
    folder.mkdir()
    # Marks the top of the project, as in a checkout; git takes an empty folder for none of its own.
    (folder / ".git").mkdir()
    own = {"GIT_INDEX_FILE": str(index)}
    _git("-C", str(top), "read-tree", commit, what=what, variables=own)
    words = ("checkout-index", "--all", "--force", "--quiet", f"--prefix={folder}{os.sep}")
    _git("-C", str(top), *words, what=what, variables=own)


def _forget_old(top: Path) -> None:
    """Take worktrees off the repository's list that earlier versions of genaudit left there, killed on their way."""
    with contextlib.suppress(UsageError):
        for line in _git("-C", str(top), "worktree", "list", "--porcelain", what="").splitlines():
            path = Path(line.removeprefix("worktree "))
            # Only by our own name and only where nothing is left; the user's own may be on a disk that is not there.
            if line.startswith("worktree ") and _OLD.fullmatch(path.parent.name) and not path.parent.exists():
                _git("-C", str(top), "worktree", "remove", "--force", str(path), what="")


def at_revision(spec: VariantSpec, tree: Tree) -> VariantSpec:
    """The same target, imported from the revision. The current directory stays: data is where it was.

    Raises:
        UsageError: The target's file is outside of the repository, or not in that revision.
    """
    here = Path.cwd()
    folders = _import_from(here, tree)
    return msgspec.structs.replace(
        spec,
        name=tree.revision,
        launch=_launch(spec.target, tree, folders),
        revision=tree.revision,
        commit=tree.commit,
        import_from=[str(tree.there(folder)) for folder in folders],
        tree=str(tree.folder),
        root=str(tree.there(here)),
    )


def check_origin(spec: VariantSpec, path: str | None) -> None:
    """Make sure that the code of a revision is that revision's.

    Args:
        spec: What was audited.
        path: The file that its function is in; relative where it lies in the folder of the revision.

    Raises:
        UsageError: It is installed elsewhere, and the same whatever the revision.
    """
    if spec.tree is None or path is None or not Path(path).is_absolute():
        return
    if not Path(path).is_relative_to(spec.tree):
        raise UsageError(
            f"{spec.target} is imported from {path}, which belongs to no revision of this repository",
            slug="outside-of-repository",
            hint="name its file in the repository: genaudit compare FILE.py:NAME --against REV",
        )


def _launch(target: str, tree: Tree, folders: list[Path]) -> str:
    parsed = parse_target(target)
    if parsed.file is None:
        top = (parsed.module or "").partition(".")[0]
        homes = [folder for folder in folders if _has_module(folder, top)]
        if homes and not any(_has_module(tree.there(folder), top) for folder in folders):
            raise _not_there(tree, f"module {top}")
        return target
    try:
        there = tree.there(Path(parsed.file))
    except ValueError:
        raise UsageError(
            f"{parsed.file} is not in the repository {tree.top}, so it has no other revision",
            slug="outside-of-repository",
        ) from None
    if not there.is_file():
        raise _not_there(tree, f"file {there.relative_to(tree.folder)}")
    return f"{there}:{target.split(Path(parsed.file).suffix + ':', 1)[1].lstrip(':')}"


def _has_module(folder: Path, name: str) -> bool:
    return (folder / name).is_dir() or (folder / f"{name}.py").is_file()


def _not_there(tree: Tree, what: str) -> UsageError:
    return UsageError(
        f"{tree.revision} has no {what}",
        slug="not-in-revision",
        hint="where it had another name, check that revision out and name both files; what is not committed has none",
    )


def _import_from(here: Path, tree: Tree) -> list[Path]:
    """Folders of the working tree that modules come from, as far as the revision has them too."""
    folders = [here, *(tree.top / name for name in CODE_FOLDERS), *(Path(entry) for entry in sys.path if entry)]
    shared: dict[Path, None] = {}
    for folder in folders:
        with contextlib.suppress(ValueError, OSError):
            if tree.there(folder).is_dir():
                shared[folder.resolve()] = None
    return list(shared)


def _git(*words: str, what: str, variables: Mapping[str, str] | None = None) -> str:
    try:
        done = run_git(*words, timeout_s=LONGEST_S, variables=variables)
    except FileNotFoundError:
        raise UsageError(f"{what}, and git is not installed", slug="no-git") from None
    except subprocess.TimeoutExpired:
        raise UsageError("git did not end", slug="git-failed") from None
    if done.returncode:
        *_, reason = ["", *done.stderr.strip().splitlines()]
        raise UsageError(what + (f": {reason}" if reason else ""), slug="git-failed", hint=_hint(words))
    return done.stdout.strip()


def _no_such(revision: str) -> str:
    return f"--against {revision}: git knows no such revision here"


def _hint(words: tuple[str, ...]) -> str:
    if "--show-toplevel" in words:
        return "name two targets instead: genaudit compare OLD NEW"
    return "a branch, a tag, a commit, or HEAD~1; a shallow clone has few: git fetch --unshallow"

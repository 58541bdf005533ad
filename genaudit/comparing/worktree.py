"""Another revision of the same repository, checked out beside it for as long as it is needed."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from genaudit.comparing.variants import Contender
from genaudit.errors import UsageError
from genaudit.record.target import parse_target

CODE_FOLDERS = ("src", "lib")
LONGEST_S = 300
_OF_HOOKS = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"}


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """A checked-out revision."""

    revision: str
    commit: str
    top: Path
    """Of the working tree that the user is in."""
    folder: Path
    """Where the revision is checked out."""

    def there(self, path: Path) -> Path:
        """The place in the revision of a place in the working tree."""
        return self.folder / path.resolve().relative_to(self.top)


@contextlib.contextmanager
def worktree(revision: str) -> Iterator[Tree]:
    """Check out a revision into a temporary folder, and take it away again, also on Ctrl-C.

    The working tree, its index and its branches are not touched.

    Raises:
        UsageError: This is no git repository, git is missing, or there is no such revision.
    """
    top = Path(_git("rev-parse", "--show-toplevel", what="--against needs a git repository")).resolve()
    commit = _git(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", what=_no_such(revision)
    )
    temporary = Path(tempfile.mkdtemp(prefix="genaudit-revision-")).resolve()
    folder = temporary / top.name
    try:
        _git("worktree", "add", "--detach", "--force", str(folder), commit, what=f"{revision} cannot be checked out")
        yield Tree(revision=revision, commit=commit, top=top, folder=folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        with contextlib.suppress(UsageError):
            _git("worktree", "prune", what="")


def at_revision(contender: Contender, tree: Tree) -> Contender:
    """The same target, imported from the revision. The current directory stays: data lies where it lay.

    Raises:
        UsageError: The target's file is outside of the repository, or not in that revision.
    """
    here = Path.cwd()
    return msgspec.structs.replace(
        contender,
        name=tree.revision,
        launch=_launch(contender.target, tree),
        revision=tree.revision,
        commit=tree.commit,
        import_from=_import_from(here, tree),
        root=str(tree.there(here)),
    )


def _launch(target: str, tree: Tree) -> str:
    spec = parse_target(target)
    if spec.file is None:
        return target
    try:
        there = tree.there(Path(spec.file))
    except ValueError:
        raise UsageError(
            f"{spec.file} is not in the repository {tree.top}, so it has no other revision",
            slug="outside-of-repository",
        ) from None
    if not there.is_file():
        raise UsageError(
            f"{tree.revision} has no file {there.relative_to(tree.folder)}",
            slug="not-in-revision",
            hint="where it had another name, check that revision out and name both files",
        )
    return f"{there}:{target.split('.py', 1)[1].lstrip(':')}"


def _import_from(here: Path, tree: Tree) -> list[str]:
    """Folders of the revision in place of those of the working tree that modules come from."""
    folders = [here, *(tree.top / name for name in CODE_FOLDERS), *(Path(entry) for entry in sys.path if entry)]
    found: dict[str, None] = {}
    for folder in folders:
        with contextlib.suppress(ValueError, OSError):
            there = tree.there(folder)
            if there.is_dir():
                found[str(there)] = None
    return list(found)


def _git(*words: str, what: str) -> str:
    # What a hook or an alias of git's put into the environment must not lead to another repository.
    kept = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    try:
        done = subprocess.run(
            ["git", *words], capture_output=True, text=True, env=kept, timeout=LONGEST_S, stdin=subprocess.DEVNULL
        )
    except FileNotFoundError:
        raise UsageError(f"{what}, and git is not installed", slug="no-git") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"git {words[0]} did not end", slug="git-failed") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or [""]
        raise UsageError(what + (f": {said[0]}" if said[0] else ""), slug="git-failed", hint=_hint(words))
    return done.stdout.strip()


def _no_such(revision: str) -> str:
    return f"--against {revision}: git knows no such revision here"


def _hint(words: tuple[str, ...]) -> str:
    if "--show-toplevel" in words:
        return "name two targets instead: genaudit compare OLD NEW"
    return "a branch, a tag, a commit, or HEAD~1; a shallow clone has few: git fetch --unshallow"

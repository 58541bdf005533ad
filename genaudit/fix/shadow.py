"""A copy of a project in which some files have another content: all else in it is the user's own, by links."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from genaudit.comparison.variants import VariantSpec
from genaudit.errors import UsageError
from genaudit.recorder.script import is_script
from genaudit.recorder.target import parse_target
from genaudit.recorder.trial.scratch import ScratchFolder

_LEFT_OUT = frozenset(["__pycache__"])
"""What Python compiles of a changed file must not lie where it looks for the user's own."""


class Shadow(msgspec.Struct, frozen=True, kw_only=True):
    """The copy."""

    folder: Path
    """What stands in it for the root of the file system."""
    mirrored: frozenset[Path]
    """Folders that are folders in it, and no links."""

    def there(self, path: Path) -> Path:
        """The place in the copy of a place in the file system; the place itself where it has none."""
        path = _real(path)
        return self.folder / path.relative_to(path.anchor) if {path, *path.parents} & self._own else path

    @property
    def _own(self) -> frozenset[Path]:
        return frozenset(folder for folder in self.mirrored if folder != Path(folder.anchor))

    def back(self, path: str) -> str:
        """The user's own file that a file of the copy stands for."""
        with contextlib.suppress(ValueError):
            return str(Path("/") / Path(path).relative_to(self.folder))
        return path

    def variant(self, spec: VariantSpec) -> VariantSpec:
        """The same target, imported from the copy. The current directory stays: data is where it was."""
        folders = [Path.cwd(), *(Path(entry) for entry in sys.path if entry)]
        there = {str(self.there(folder)): None for folder in folders if _real(folder) in self.mirrored}
        return msgspec.structs.replace(
            spec,
            name="fixed",
            launch=self.launch(spec.target),
            import_from=list(there),
            root=str(self.there(Path.cwd())),
        )

    def launch(self, target: str) -> str:
        """A target, with the path of the copy where it names a file."""
        if is_script(target):
            path = Path(target)
            return str(self.there(path)) if path.is_file() else target
        parsed = parse_target(target)
        if parsed.file is None:
            return target
        return f"{self.there(Path(parsed.file))}:{target.split(Path(parsed.file).suffix + ':', 1)[1].lstrip(':')}"


@contextlib.contextmanager
def shadow(contents: Mapping[Path, bytes]) -> Iterator[Shadow]:
    """Make the copy, and take it away again, also on Ctrl-C.

    Every folder on the way to a changed file is a folder of its own there, with links to all that is in the user's. So
    relative imports and paths beside the file lead where they did.

    Args:
        contents: The content of each changed file, by its path.

    Raises:
        UsageError: It cannot be made.
    """
    scratch = ScratchFolder()
    try:
        folder = scratch.path / "root"
        files = {_real(path): content for path, content in contents.items()}
        mirrored = frozenset(parent for path in files for parent in path.parents)
        try:
            for real in sorted(mirrored, key=lambda parent: len(parent.parts)):
                _mirror(real, folder / real.relative_to(real.anchor), leave_out=mirrored | {*files, scratch.path})
            for path, content in files.items():
                (folder / path.relative_to(path.anchor)).write_bytes(content)
        except OSError as error:
            raise UsageError(
                f"no copy of the project can be made: {error}",
                slug="no-copy",
                hint="set TMPDIR to a folder on a disk with room, such as TMPDIR=$HOME/tmp",
            ) from error
        yield Shadow(folder=folder, mirrored=mirrored)
    finally:
        scratch.remove()


def _mirror(real: Path, there: Path, leave_out: frozenset[Path]) -> None:
    there.mkdir()
    try:
        entries = list(os.scandir(real))
    except PermissionError:
        # What cannot be listed can still be passed through.
        return
    for entry in entries:
        path = real / entry.name
        if entry.name not in _LEFT_OUT and path not in leave_out:
            (there / entry.name).symlink_to(path)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))

"""Whose configuration is followed: it names code that is run, so that it must be ours to write, and nobody else's."""

import os
import stat
from pathlib import Path

from genaudit.files import home

ROOTS = (".git", ".hg", ".svn")


def distrust(path: Path) -> str:
    """Why a file is not to be followed; empty where it is.

    Its owner, and whoever may write to it or put another in its place, decides what it says. The superuser can do so
    anyway; the group that a user has to himself, or was given as his first, is his choice. Windows says neither owner
    nor mode in this way, and runs no target.
    """
    if not hasattr(os, "geteuid"):
        return ""
    try:
        link, file, folder = path.lstat(), path.stat(), path.parent.stat()
    except OSError as error:
        return f"it cannot be looked at: {error.strerror}"
    for state in (link, file):
        if state.st_uid not in {os.geteuid(), 0}:
            return f"it belongs to another user ({_name(state.st_uid)})"
    if file.st_mode & stat.S_IWOTH:
        return "everybody may write to it"
    if file.st_mode & stat.S_IWGRP and file.st_gid not in {os.getegid(), 0}:
        return "another group than your own may write to it"
    if folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX:
        return f"everybody may put another in its place in {path.parent}"
    return ""


def is_border(folder: Path) -> bool:
    """Whether a search that goes upwards ends here: the root of a repository, a home folder, or of a file system."""
    if any(os.path.lexists(folder / root) for root in ROOTS) or folder == home():
        return True
    try:
        return folder.stat().st_dev != folder.parent.stat().st_dev
    except OSError:
        return True


def in_project(folder: Path, start: Path) -> bool:
    """Whether a folder belongs to what the user works on: it is where he is, or in the same repository."""
    if folder == start:
        return True
    return any(os.path.lexists(parent / root) for parent in (folder, *folder.parents) for root in ROOTS)


def _name(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"number {number}"

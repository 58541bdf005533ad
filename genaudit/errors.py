"""What can go wrong for a user, and the exit code each case ends with."""

import enum
import sys

from genaudit.masking import mask, shorten_within

LONGEST = 2000
"""Characters of a message or a hint: what was typed, or is in a file, can be of any length."""


class ExitCode(enum.IntEnum):
    """Exit codes of every command; a promise to scripts and CI."""

    CLEAN = 0
    """Clean, or only notes."""
    FINDINGS = 1
    """Findings, a broken budget, or the memory limit hit."""
    USAGE = 2
    """Wrong use or configuration."""
    TARGET = 3
    """The target could not be imported or called, raised, crashed or timed out."""
    INCONCLUSIVE = 4
    """Inconclusive, with ``--strict``."""
    NOTHING = 5
    """Nothing to do."""
    INTERNAL = 70
    """A bug of genaudit's own."""
    INTERRUPTED = 130
    """Interrupted; what was measured is kept."""


class GenauditError(Exception):
    """An error whose message is meant for the user.

    Args:
        message: What happened and where, in one or a few sentences.
        slug: Stable short name of the case, for tests and for searching.
        hint: What to do about it, a command where there is one.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, *, slug: str, hint: str = "") -> None:
        # What was typed is told again here, and printed by whoever catches it.
        self.message = _told(message)
        super().__init__(self.message)
        self.slug = slug
        self.hint = _told(hint)


def _told(text: str) -> str:
    """The text without secrets and with an end; what is cut off first is far from what is left at last."""
    return shorten_within(mask(shorten_within(text, 10 * LONGEST)), LONGEST)


class UsageError(GenauditError):
    """The command line or the configuration cannot be followed as written."""


class TargetError(GenauditError):
    """The target could not be imported, called or driven."""

    exit_code = ExitCode.TARGET


class InternalError(GenauditError):
    """A fault of genaudit's own."""

    exit_code = ExitCode.INTERNAL


class NothingToDoError(GenauditError):
    """There is no target, no file, nothing that was asked for."""

    exit_code = ExitCode.NOTHING


class RecordingError(GenauditError):
    """A saved recording or report cannot be read."""


def check_runs_here(what: str) -> None:
    """Refuse where no target can be run: it takes processes that are forked, ended and limited as on Unix.

    Args:
        what: What was asked for, as the user named it.

    Raises:
        UsageError: This is Windows.
    """
    if sys.platform == "win32":
        raise UsageError(
            f"{what} runs targets, which needs Linux or macOS: Windows has no fork, no signals and no limits of memory",
            slug="not-on-windows",
            hint="run it in WSL (wsl --install), in a container, or in CI; lint, report, open and rule work here",
        )

"""The whole path of ``genaudit fix``: audit, rewrite, prove, write."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from genaudit.errors import UsageError
from genaudit.files import read_bytes
from genaudit.fix.checks import check_target, check_tools
from genaudit.fix.engine import Engine, Fixed, Wish
from genaudit.fix.faults import fixable
from genaudit.fix.runner import Runner
from genaudit.lint.files.source import MAX_BYTES
from genaudit.model.codec import with_valid_text
from genaudit.model.fix import Fix, Unfixed
from genaudit.model.job import Job
from genaudit.model.progress import Progress
from genaudit.model.recording import Recording
from genaudit.model.report import Report
from genaudit.writing import write_whole


class Conducted(msgspec.Struct, frozen=True, kw_only=True):
    """The audit of the target with what was made of it."""

    recording: Recording
    report: Report
    fixed: Fixed

    def as_written(self) -> Conducted:
        """The same, once the files are changed."""
        fix = msgspec.structs.replace(self.fixed.fix, written=True)
        return _with_fix(self.recording, msgspec.structs.replace(self.fixed, fix=fix), self.report)


def conduct(
    job: Job,
    wish: Wish,
    say: Callable[[str], None] = lambda _: None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Conducted:
    """Audit a target, and fix what can be fixed; no file is changed.

    Args:
        job: What is asked for.
        wish: How far to go.
        say: Called once for each step.
        progress: Called a few times a second.

    Raises:
        UsageError: The target is none whose code could be changed, or libcst is missing.
        Interrupted: On Ctrl-C, once the original has been audited.
    """
    check_tools()
    check_target(job.target)
    began_s = time.time()
    with Runner(job, say, progress) as runner:
        report = runner.original()
        if runner.recording.interrupted:
            return _with_fix(runner.recording, Fixed(fix=Fix(reason="interrupted"), before={}, after={}), report)
        if runner.problem is not None:
            return _with_fix(runner.recording, Fixed(fix=_nothing(report, runner.problem), before={}, after={}), report)
        fixed = Engine(runner, report, wish, began_s).run()
        return _with_fix(runner.recording, fixed, report)


def _nothing(report: Report, problem: str) -> Fix:
    """Nothing could be run beside the original."""
    reason = f"the original cannot be run to the end of an epoch, so nothing can be compared with it: {problem}"
    return Fix(reason=reason, unfixed=[Unfixed.of(finding, reason) for finding in fixable(report)])


def _with_fix(recording: Recording, fixed: Fixed, report: Report) -> Conducted:
    fix = with_valid_text(fixed.fix)
    recording = msgspec.structs.replace(recording, fix=fix)
    return Conducted(recording=recording, report=msgspec.structs.replace(report, fix=fix), fixed=fixed)


def write(fixed: Fixed) -> None:
    """Change the files: all of them, or none where one is not what was measured.

    Raises:
        UsageError: One was changed meanwhile, or cannot be written.
    """
    for path, content in fixed.before.items():
        if _now(path) != content:
            raise UsageError(
                f"{path} was changed since it was measured: nothing was written",
                slug="changed-meanwhile",
                hint="run the same command again",
            )
    for path, content in fixed.after.items():
        write_whole(path, content, shared=True)


def _now(path: Path) -> bytes | None:
    try:
        return read_bytes(path, MAX_BYTES)
    except OSError:
        return None

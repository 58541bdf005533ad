"""What must hold before the first trial, and whether a trial is a result that another trial can follow."""

import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from genaudit.errors import ExitCode, GenauditError, InternalError, TargetError, UsageError
from genaudit.model.job import Job
from genaudit.model.marks import SCRIPT, STEPS, RaisedMark
from genaudit.model.recording import Trial, TrialExit
from genaudit.recorder.machine.interpreter import Interpreter, environment_nearby
from genaudit.version import install_command
from genaudit.writing import reserve

TEMPORARY_BYTES = 2**18
"""What the facts of a trial take on a disk, and more."""
TRACING = {"walked", "traced", "lines", "native"}
"""Kinds of trials that look for lines: what goes wrong there says nothing of the target."""
NOTE_CHARACTERS = 200
STDERR_CHARACTERS = 2000


class CheckedTrial(msgspec.Struct, frozen=True, kw_only=True):
    """A trial that is a result."""

    trial: Trial
    is_last: bool = False
    """Another trial could not be run, or would only show the same once more."""
    notes: list[str] = []
    """Why, where the trial itself does not show it."""


def check_machine(job: Job, other: Interpreter | None = None) -> None:
    """Whether what measuring needs is there, and what was asked for installed; found without importing it.

    Args:
        job: What is asked for.
        other: The Python that it runs in, where that is not genaudit's own.

    Raises:
        UsageError: It is not.
    """
    if job.dask is not None and other is not None:
        raise UsageError(
            "--dask and --python, or --env, both say which Python the target runs in",
            slug="dask-and-python",
            hint=f"leave --python out, and start the scheduler, the workers and genaudit with {other.path}",
        )
    if sys.platform == "linux" and not os.path.exists("/proc/self/status"):  # noqa: PTH110 - as the child reads it
        raise UsageError(
            "nothing can be measured: /proc is not there, or hidden",
            slug="no-proc",
            hint="mount it: mount -t proc proc /proc",
        )
    try:
        reserve(Path(tempfile.gettempdir()), TEMPORARY_BYTES)
    except OSError as error:
        raise UsageError(
            f"the temporary folder cannot be used: {error.strerror or error}",
            slug="no-temporary-folder",
            hint="set TMPDIR to a folder on a disk with room, such as TMPDIR=$HOME/tmp",
        ) from error
    has_memray = importlib.util.find_spec("memray") is not None if other is None else "memray" in other.packages
    if job.native and not has_memray:
        raise UsageError(
            f"--native traces with memray, which is not installed{f' for {other.path}' if other else ''}",
            slug="native-not-installed",
            hint=install_command("native") if other is None else f"{other.path} -m pip install memray",
        )


def check_trial(trial: Trial, *, any_batches: bool) -> CheckedTrial:
    """The trial, if it is a result, and whether there can be another after it.

    Args:
        trial: How it was measured.
        any_batches: Whether an earlier trial came to a batch.

    Raises:
        GenauditError: The target was refused, or genaudit itself failed.
    """
    error = error_of(trial)
    is_stranded = not _is_there(Path.cwd)
    if trial.kind == "native" and not is_stranded:
        # Whatever it ended with may be memray's doing, and there are other engines.
        detail = f"memray could not be used: {_message(trial)}" if error is not None else trial.exit.detail
        return CheckedTrial(trial=_with_detail(trial, detail))
    if trial.kind in TRACING and error is not None:
        note = f"lines could not be looked for, by a fault of genaudit's own: {_message(trial)}"
        return CheckedTrial(trial=trial, is_last=True, notes=[note])
    if error is not None and (trial.exit.reason == "internal" or not any_batches):
        raise error
    if is_stranded:
        note = "the working directory is gone, so that no further trial could be started"
        return CheckedTrial(trial=trial, is_last=True, notes=[note])
    if trial.kind == "forecast" and error is None:
        # Whatever happened there, what the smaller sizes showed still holds.
        return CheckedTrial(trial=trial)
    # It would hang again, or be imported again for nothing.
    return CheckedTrial(trial=trial, is_last=trial.exit.reason == "timed-out" or not _was_imported(trial))


def check_scaling(trials: list[Trial]) -> None:
    """Whether the size that a script is told changes what its source yields.

    Raises:
        UsageError: An epoch is as long at another size: growth with that number says nothing of the data set.
    """
    lengths = {trial.items: _epoch(trial) for trial in trials if _is_sized_script(trial) and _epoch(trial)}
    sizes = sorted(size for size in lengths if size)
    if len(sizes) < 2 or sizes[-1] < 2 * sizes[0] or lengths[sizes[0]] != lengths[sizes[-1]]:
        return
    mark = next(trial.arguments for trial in trials if trial.arguments is not None)
    raise UsageError(
        f"{mark.dataset_parameter} among the script's arguments does not change how much its source yields: with "
        f"{sizes[0]:,} and with {sizes[-1]:,} an epoch has {lengths[sizes[0]]:,} batches",
        slug="size-changes-nothing",
        hint="put {n} where the script counts the items of its data set, or leave it out"
        if mark.dataset_parameter == "{n}"
        else "it is no data set of this source: add --sizes off",
    )


def _is_sized_script(trial: Trial) -> bool:
    mark = trial.arguments
    return mark is not None and mark.kind == SCRIPT and mark.items is not None


def _epoch(trial: Trial) -> int:
    """Batches of an epoch, where its end or the source told; 0 where nothing did."""
    natural = next((mark.batches for mark in trial.epochs if mark.natural), 0)
    driver = trial.driver
    # Steps that a consumer is told may be the same for any size.
    if natural or driver is None or driver.epoch_from == STEPS:
        return natural
    return driver.epoch_batches or 0


def advice(trial: Trial, other: Interpreter | None = None) -> list[str]:
    """What may be written in place of what was, where the target raised something that tells: notes.

    Args:
        trial: As it ended.
        other: The Python that it ran in, where that is not genaudit's own.
    """
    raised = trial.raised
    if raised is None:
        return []
    if raised.type == "ModuleNotFoundError" and raised.phase in {"import", "script"}:
        ran = f"the target ran in {other.path if other else sys.executable}; if its packages are elsewhere, add"
        nearby = environment_nearby(os.environ, Path.cwd())
        return [f"{ran} {nearby or '--python path/to/bin/python, or --env FOLDER'}"]
    if raised.type == "IsADirectoryError" and trial.arguments is not None:
        return [_IN_FOLDERS for text in trial.arguments.filled.values() if text.endswith("class folders")][:1]
    for said, described, what, write in _FIELDS:
        found = said.match(raised.message)
        if found is not None and trial.arguments is not None:
            field = next(iter(found.groups()), "root")
            given = [name for name, text in trial.arguments.arguments.items() if text.startswith(described)]
            return [what.format(name=name, field=field) + f": {write.format(name=name)}" for name in given[:1]]
    return []


_IN_FOLDERS = (
    "the made files lie in a folder for each class, and the target takes a folder for a file: to have all files in one "
    "folder, add layout=flat to --synth; layout=masks has images/ and masks/"
)
_FIELDS = (
    (
        re.compile(r"'dict' object has no attribute '(\w+)'"),
        "dict of ",
        "{name} is a dictionary; if the code reads {name}.{field}, give it fields",
        "--arg {name}=ns:FIELDS, or yaml:FILE",
    ),
    (
        re.compile(r"'Namespace' object (?:is not subscriptable|has no attribute '(?:get|items|keys)')"),
        "Namespace object",
        '{name} is a namespace; if the code reads {name}["{field}"], give it a dictionary',
        "--arg {name}=json:FILE, or yaml:FILE for both",
    ),
)
"""What is raised where a configuration is of the wrong kind: how its value is described, and what to write."""


def error_of(trial: Trial) -> GenauditError | None:
    """The error that a trial ended with; ``None`` where what happened is the target's doing, and so a result."""
    if trial.exit.reason == "refused" and trial.raised is not None:
        return _refusal(trial.raised, trial.exit.stderr_tail)
    if trial.exit.reason == "internal":
        return InternalError(
            _fault(trial), slug="internal", hint="please report it, with the text above and how the target was called"
        )
    return None


def refused_trial(job: Job, error: GenauditError) -> Trial:
    """The trial that an error stands for: of a target that was refused before a process of its own could do so."""
    mark = RaisedMark(
        at_s=0.0,
        phase="import",
        batch=0,
        type=type(error).__name__,
        message=error.message,
        traceback="",
        frames=[],
        slug=error.slug,
        hint=error.hint,
        exit_code=int(error.exit_code),
    )
    return Trial(
        kind="clean",
        items=None,
        batches_asked=job.batches,
        epochs_asked=job.epochs,
        hold=job.hold,
        exit=TrialExit(code=None, signal=None, reason="refused"),
        wall_s=0.0,
        raised=mark,
    )


def _refusal(raised: RaisedMark, stderr: str) -> GenauditError:
    kind = UsageError if raised.exit_code == ExitCode.USAGE else TargetError
    message = raised.message
    if raised.slug == "script-exited" and stderr.strip():
        # What argparse says, for one.
        message += ":\n" + stderr[-STDERR_CHARACTERS:].rstrip()
    return kind(message, slug=raised.slug or "refused", hint=raised.hint)


def _fault(trial: Trial) -> str:
    """What is known of a fault of genaudit's own."""
    if trial.raised is not None:
        return f"genaudit's own code failed in the phase {trial.raised.phase}:\n{trial.raised.traceback.rstrip()}"
    ended = f"signal {trial.exit.signal}" if trial.exit.signal else f"exit code {trial.exit.code}"
    stderr = trial.exit.stderr_tail[-STDERR_CHARACTERS:].strip()
    return f"the measuring process ended with {ended} before it began" + (f":\n{stderr}" if stderr else "")


def _message(trial: Trial) -> str:
    """What a trial that ended with an error left of it, in a line or two."""
    return trial.raised.message if trial.raised is not None else trial.exit.stderr_tail[-NOTE_CHARACTERS:]


def _with_detail(trial: Trial, detail: str) -> Trial:
    return msgspec.structs.replace(trial, exit=msgspec.structs.replace(trial.exit, detail=detail))


def _was_imported(trial: Trial) -> bool:
    return any(phase.name in {"import", "script"} for phase in trial.phases)


def _is_there(folder: Callable[[], Path]) -> bool:
    try:
        return folder().is_dir()
    except OSError:
        return False

"""The only module that knows the whole path: target, trials, recording, evidence, rules, report."""

import datetime
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from genaudit.conclude.report import conclude
from genaudit.errors import RecordingError, UsageError
from genaudit.model.codec import decode_recording, decode_report
from genaudit.model.limits import Limits
from genaudit.model.recording import MemoryLimit, Recording, Request, Trial
from genaudit.model.report import Report
from genaudit.record import platform
from genaudit.record.monitor import Interrupted, Monitor, Progress
from genaudit.record.spec import TrialSpec
from genaudit.record.target import parse_target
from genaudit.record.values import parse_argument
from genaudit.trials.extend import batches_wanted
from genaudit.trials.investigate import Investigation
from genaudit.units import parse_size
from genaudit.version import __version__

SHARE_OF_AVAILABLE = 0.8
MOST_SOURCE_BYTES = 1_000_000
MOST_SOURCES = 50


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What the target is to be called with, as the user gave it."""

    arguments: list[str] = []
    """``NAME=VALUE``, as after ``--arg``."""
    values: dict[str, Any] = {}
    """Plain values by name, from code or configuration."""
    args_from: str | None = None
    dataset: str | None = None
    driver: str | None = None


def audit(
    target: str,
    *,
    arguments: Mapping[str, object] | None = None,
    args_from: str | None = None,
    dataset: str | None = None,
    batches: int = 50,
    max_batches: int = 1000,
    epochs: int | None = None,
    sizes: str = "auto",
    hold: int = 1,
    repeats: int = 1,
    items: int | None = None,
    project_items: int | None = None,
    memory_limit: int | str | None = None,
    timeout: float = 300.0,
    synth: str | None = None,
    driver: str | None = None,
    lines: bool = False,
    native: bool = False,
    quick: bool = False,
) -> Report:
    """Audit a data generator.

    The target runs in child processes of its own; nothing of it is imported here.

    Args:
        target: ``module:qualname`` or ``path/to/file.py:qualname``, with literal arguments where wanted.
        arguments: Plain values by parameter: numbers, strings, lists, … For paths and arrays see ``args_from``.
        args_from: ``module:function`` that returns a dict of arguments, called with the size n if it takes one.
        dataset: The parameter that is the data set, where it is not clear from the values.
        batches: Batches to pull, at least.
        max_batches: Batches to pull at most, while memory still rises.
        epochs: Drive so many epochs instead.
        sizes: ``"auto"``, ``"off"``, or sizes with commas.
        hold: Batches that stay alive while the next is made.
        repeats: How often the drive is repeated.
        items: The size n for ``args_from`` and ``synth``.
        project_items: The size of the real data set, for the forecast.
        memory_limit: Bytes, or text such as ``"2GiB"``, at which a trial is ended.
        timeout: Seconds after which a trial is ended.
        synth: A data set to make, ``"images:n=400,size=256x256"``.
        driver: Force a driver.
        lines: Also profile line by line.
        native: Also profile native allocations.
        quick: Fewer trials.

    Raises:
        GenauditError: The target or an argument cannot be understood. What the target itself does wrong is no error:
            it is in the report.
    """
    request = Request(
        target=target,
        batches=batches,
        max_batches=max(batches, max_batches),
        epochs=epochs,
        sizes=sizes,
        hold=hold,
        repeats=repeats,
        items=items,
        project_items=project_items,
        synth=synth,
        timeout_s=timeout,
        lines=lines,
        native=native,
        quick=quick,
        command=["genaudit.audit", target],
    )
    inputs = Inputs(values=dict(arguments or {}), args_from=args_from, dataset=dataset, driver=driver)
    return conclude(record(request, inputs, memory_limit=memory_limit))


def load(path: str | Path) -> Report:
    """A report from a saved ``recording.json`` or ``report.json``.

    Raises:
        RecordingError: The file cannot be read as either.
    """
    text = _read(Path(path))
    if b'"schema_version"' in text[:200]:
        return decode_report(text, name=str(path))
    return conclude(decode_recording(text, name=str(path)))


def read_recording(path: Path) -> Recording:
    """A saved recording.

    Raises:
        RecordingError: The file cannot be read as one.
    """
    return decode_recording(_read(path), name=str(path))


def record(
    request: Request,
    inputs: Inputs,
    *,
    memory_limit: int | str | None = None,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
) -> Recording:
    """Run all trials of an audit.

    Args:
        progress: Told a few times a second where the trials are.

    Returns:
        The recording, also where the target failed or the user interrupted: then it holds what was measured.

    Raises:
        GenauditError: As ``audit``.
    """
    limits = limits or Limits()
    working_directory = Path.cwd()
    target, child_inputs = _for_the_child(request, inputs)
    empty = Recording(
        genaudit_version=__version__,
        created_at=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        request=request,
        environment=platform.environment(),
        limit=_memory_limit(memory_limit),
        working_directory=str(working_directory),
        bare_interpreter_bytes=_bare_interpreter_bytes(),
        harness_path=str(Path(__file__).resolve().parent) + os.sep,
    )

    def run(spec: TrialSpec) -> Trial:
        monitor = Monitor(
            spec,
            limit_bytes=empty.limit.trial_bytes,
            working_directory=working_directory,
            more=lambda trial: batches_wanted(
                trial, pulled=trial.batches[-1].last, most=request.max_batches, limits=limits
            ),
            progress=progress or (lambda _: None),
        )
        return monitor.run()

    investigation = Investigation(empty, target, child_inputs, run, limits)
    interrupted = False
    try:
        investigation.conduct()
    except Interrupted as stop:
        investigation.trials.append(stop.trial)
        interrupted = True
    recording = msgspec.structs.replace(investigation.so_far, interrupted=interrupted)
    return msgspec.structs.replace(recording, sources=_sources(recording))


def _for_the_child(request: Request, inputs: Inputs) -> tuple[dict[str, Any], dict[str, Any]]:
    """The target and its inputs as the child reads them.

    Raises:
        UsageError: Something is not what it must be.
    """
    if inputs.args_from is not None and request.synth is not None:
        raise UsageError(
            "--synth and --args-from both give the data set", slug="two-data-sets", hint="leave one of them out"
        )
    for name, value in inputs.values.items():
        if not _is_plain(value):
            raise UsageError(
                f"the argument {name!r} is a {type(value).__name__}, which cannot be sent to the child process",
                slug="argument-not-plain",
                hint="make it in the child: args_from='module:function' returns the arguments",
            )
    target = parse_target(request.target).as_dict()
    synth = None
    if request.synth is not None:
        from genaudit.record.synth import make_synth, parse_synth

        synth = make_synth(parse_synth(request.synth), request.items)
    child: dict[str, Any] = {
        "arguments": [parse_argument(text) for text in inputs.arguments]
        + [[name, "value", value] for name, value in inputs.values.items()],
        "config_arguments": {},
        "args_from": parse_target(inputs.args_from).as_dict() if inputs.args_from else None,
        "synth": synth,
        "dataset": inputs.dataset,
        "items": request.items,
        "driver": inputs.driver,
    }
    return target, child


def _is_plain(value: object) -> bool:
    """Whether ``marshal`` can carry a value to a process of the same Python."""
    if isinstance(value, list | tuple | set | frozenset):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(key) and _is_plain(item) for key, item in value.items())
    return value is None or type(value) in {bool, int, float, complex, str, bytes}


def _memory_limit(asked: int | str | None) -> MemoryLimit:
    n_bytes, source = platform.memory_limit()
    if asked is None:
        return MemoryLimit(
            bytes=n_bytes, source=source, trial_bytes=round(platform.available_bytes() * SHARE_OF_AVAILABLE)
        )
    trial_bytes = parse_size(asked) if isinstance(asked, str) else asked
    if trial_bytes < 1:
        raise UsageError("--memory-limit must be more than nothing", slug="bad-memory-limit", hint="for example 2GiB")
    return MemoryLimit(bytes=min(n_bytes, trial_bytes), source="--memory-limit", trial_bytes=trial_bytes)


def _bare_interpreter_bytes() -> int | None:
    """RSS of this Python as it starts, which genaudit's own part of a child is measured against."""
    code = "print(open('/proc/self/status').read())"
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return platform.parse_sizes(done.stdout).get("VmRSS")


def _sources(recording: Recording) -> dict[str, str]:
    """Text of the user's own files that the recording points into."""
    from genaudit.evidence.blame import Project

    project = Project(recording)
    paths: dict[str, None] = {}
    for trial in recording.trials:
        if trial.arguments is not None and trial.arguments.path:
            paths[trial.arguments.path] = None
        frames = [frame for mark in trial.sites for site in mark.sites for frame in site.frames]
        frames += trial.exit.hang + (trial.raised.frames if trial.raised else [])
        paths.update({frame.path: None for frame in frames if project.is_own(frame.path)})
    texts = {}
    for path in list(paths)[:MOST_SOURCES]:
        file = Path(path)
        if file.is_file() and file.stat().st_size <= MOST_SOURCE_BYTES:
            texts[path] = file.read_text(encoding="utf-8", errors="replace")
    return texts


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordingError(
            f"{path} cannot be read: {error.strerror}",
            slug="no-recording",
            hint="genaudit run writes recording.json and report.json into its reports folder",
        ) from error

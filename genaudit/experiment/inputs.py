"""What has to stand before the first trial of an audit: the target and its inputs as the child reads them."""

import datetime as dt
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

import genaudit
from genaudit.errors import UsageError
from genaudit.experiment.extend import batches_wanted
from genaudit.model.limits import Limits
from genaudit.model.recording import MemoryLimit, Recording, Request, Trial
from genaudit.recorder.argument_text import parse_argument
from genaudit.recorder.machine import platform
from genaudit.recorder.target import parse_target
from genaudit.recorder.trial.covering import Covering
from genaudit.recorder.trial.monitor import Interrupted, Progress, run_trial
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.units import parse_size
from genaudit.version import __version__
from genaudit.writing import reserve

SHARE_OF_AVAILABLE = 0.8
TEMPORARY_BYTES = 2**18
"""What the facts of a trial take on a disk, and more."""
DEEPEST = 200
"""Lists in lists of arguments; also where one holds itself."""


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What the target is to be called with, as the user gave it."""

    arguments: list[str] = []
    """``NAME=VALUE``, as after ``--arg``."""
    values: dict[str, Any] = {}
    """Plain values by name, from code or configuration."""
    args_from: str | None = None
    dataset: str | None = None
    driver: str | None = None
    configured: dict[str, Any] = {}
    """Values of the configuration, which everything else wins over; texts may have the prefixes of ``--arg``."""
    import_from: list[str] = []
    """Folders that come before all others when the target is imported; the current directory where empty."""
    lenient: bool = False
    """Leave out what ``args_from`` returns and the target has no parameter for."""


class Stage:
    """Everything that trials of one target share, and the way to run one.

    Args:
        recording: Empty of trials.
        target: The target as the child reads it.
        inputs: What its arguments are made from.
        covering: What must not be seen of it.
    """

    def __init__(
        self,
        recording: Recording,
        target: dict[str, Any],
        inputs: dict[str, Any],
        *,
        covering: Covering,
        limits: Limits,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.recording = recording
        self.target = target
        self.inputs = inputs
        self.covering = covering
        self._limits = limits
        self._progress = progress or (lambda _: None)

    def run(self, spec: TrialSpec, *, extend: bool = True) -> Trial:
        """Run one trial.

        Args:
            spec: What the child is asked to do.
            extend: Whether it may pull more batches than planned while memory still rises.

        Raises:
            Interrupted: On Ctrl-C; it carries the trial so far.
        """
        most = self.recording.request.max_batches if extend and spec.extends and spec.engine == "none" else 0
        try:
            trial = run_trial(
                spec,
                limit_bytes=self.recording.limit.trial_bytes,
                working_directory=Path.cwd(),
                more=lambda trial: batches_wanted(trial, pulled=trial.batches[-1].last, most=most, limits=self._limits),
                progress=self._progress,
            )
        except Interrupted as stop:
            stop.trial = self.covering.trial(stop.trial)
            raise
        return self.covering.trial(trial)


def stage(
    request: Request,
    inputs: Inputs,
    *,
    memory_limit: int | str | None = None,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
) -> Stage:
    """Read what the user gave, and look at the machine.

    Args:
        request: What was asked for.
        inputs: What the target is called with.
        memory_limit: PSS at which a trial is ended; a share of what is available where ``None``.
        progress: Told a few times a second where a trial is.
        limits: The numbers that say whether memory still rises.

    Raises:
        UsageError: The target, an argument or the memory limit cannot be understood, or memray is missing.
    """
    _needs(request)
    target, child_inputs = _for_the_child(request, inputs)
    covering = _covering(target, child_inputs)
    empty = Recording(
        genaudit_version=__version__,
        created_at=dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        request=covering.request(request),
        environment=platform.environment(),
        limit=_memory_limit(memory_limit),
        working_directory=str(Path.cwd()),
        harness_path=str(Path(genaudit.__file__).resolve().parent) + os.sep,
    )
    return Stage(empty, target, child_inputs, covering=covering, limits=limits or Limits(), progress=progress)


def _needs(request: Request) -> None:
    """Whether what measuring needs is there, and what was asked for installed; found without importing it.

    Raises:
        UsageError: It is not.
    """
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
    if request.native and importlib.util.find_spec("memray") is None:
        raise UsageError(
            "--native traces with memray, which is not installed",
            slug="native-not-installed",
            hint="pip install 'genaudit[native]'",
        )


def _for_the_child(request: Request, inputs: Inputs) -> tuple[dict[str, Any], dict[str, Any]]:
    """The target and its inputs as the child reads them.

    Raises:
        UsageError: Something is not what it must be.
    """
    if inputs.args_from is not None and request.synth is not None:
        raise UsageError(
            "--synth and --args-from both give the data set", slug="two-data-sets", hint="leave one of them out"
        )
    for name, value in {**inputs.configured, **inputs.values}.items():
        if not _is_plain(value):
            raise UsageError(
                f"the argument {name!r} is a {type(value).__name__}, which cannot be sent to the child process",
                slug="argument-not-plain",
                hint="make it in the child: args_from='module:function' returns the arguments",
            )
    target = {**parse_target(request.target).as_dict(), "import_from": inputs.import_from}
    synth = None
    if request.synth is not None:
        from genaudit.recorder.synth.dataset import make_synth, parse_synth

        synth = make_synth(parse_synth(request.synth), request.items)
    child: dict[str, Any] = {
        "arguments": [parse_argument(text) for text in inputs.arguments]
        + [[name, "value", value] for name, value in inputs.values.items()],
        "config_arguments": inputs.configured,
        "args_from": parse_target(inputs.args_from).as_dict() if inputs.args_from else None,
        "synth": synth,
        "dataset": inputs.dataset,
        "items": request.items,
        "driver": inputs.driver,
        "lenient": inputs.lenient,
    }
    return target, child


def _covering(target: dict[str, Any], inputs: dict[str, Any]) -> Covering:
    """What must not be seen of a target and its inputs."""
    makers = inputs["args_from"]["steps"] if inputs["args_from"] else []
    given = [(name, value) for name, _, value in inputs["arguments"]]
    return Covering([*makers, *target["steps"]], [*given, *inputs["config_arguments"].items()])


def _is_plain(value: object, depth: int = 0) -> bool:
    """Whether ``marshal`` can carry a value to a process of the same Python."""
    if depth > DEEPEST:
        return False
    if isinstance(value, list | tuple | set | frozenset):
        return all(_is_plain(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(key, depth + 1) and _is_plain(item, depth + 1) for key, item in value.items())
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

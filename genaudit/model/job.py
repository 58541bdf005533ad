"""What an audit is asked for: one frozen value, whoever asks."""

import operator
from typing import Any

import msgspec

from genaudit.errors import UsageError
from genaudit.model.limits import Limits
from genaudit.model.recording import Request
from genaudit.units import DURATIONS, parse_seconds

MOST = {
    "batches": 10**9,
    "max_batches": 10**9,
    "epochs": 10**9,
    "hold": 10**9,
    "repeats": 1000,
    "items": 10**9,
    "project_items": 10**15,
}
"""Numbers that a job can have; what is larger is a slip, and no machine lives to see its end."""
LONGEST_S = 10.0**8
_OPTIONAL = {"epochs", "items", "project_items"}


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One audit as it is wanted: what is driven, how far, with which arguments, within which limits.

    Raises:
        UsageError: A number is out of its range.
    """

    target: str
    """``module:qualname`` or ``path/to/file.py:qualname``, with literal arguments where wanted."""
    shown: str | None = None
    """What reports call the target, where it is a file that was made for the audit."""
    command: list[str] = []
    """How it was asked for; reports show it."""

    batches: int = 50
    max_batches: int = 1000
    epochs: int | None = None
    sizes: str = "auto"
    """``auto``, ``off``, or sizes with commas."""
    hold: int = 1
    repeats: int = 1
    items: int | None = None
    project_items: int | None = None
    synth: str | None = None
    timeout: float | str = 300.0
    """Seconds after which a trial is ended, or a time such as ``5m``."""
    lines: bool = False
    native: bool = False
    quick: bool = False
    sampler: str = "auto"
    """Who reads memory: auto, proc, memory-profiler."""
    fresh: bool = False
    """Each trial imports the libraries itself; else it may be a fork of a process that has."""
    dask: str | None = None
    """The address of a Dask scheduler, on whose workers trials run, or ``local``; on this machine where ``None``."""

    arguments: list[str] = []
    """``NAME=VALUE``, as after ``--arg``."""
    values: dict[str, Any] = {}
    """Plain values by name, from code or configuration."""
    configured: dict[str, Any] = {}
    """Values of the configuration, which everything else wins over; texts may have the prefixes of ``--arg``."""
    args_from: str | None = None
    dataset: str | None = None
    driver: str | None = None
    script: list[str] | None = None
    """Where the target is a script: its own arguments."""
    source: str | None = None
    """Number or name of the source of a script; the first that it hands over where ``None``."""
    lists_sources: bool = False
    """The sources of a script are only to be told."""
    python: str | None = None
    """The Python that the target runs in: a program, its name, or the folder of an environment."""
    env: str | None = None
    """The same by its environment: a folder, or a name."""
    import_from: list[str] = []
    """Folders that come before all others when the target is imported; the current directory where empty."""
    lenient: bool = False
    """Leave out what ``args_from`` returns and the target has no parameter for."""

    memory_limit: int | str | None = None
    """PSS at which a trial is ended, bytes or text such as ``2GiB``; a share of what is available where ``None``."""
    limits: Limits = Limits()
    """The numbers that rules compare with."""

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            _check(name, getattr(self, name), most)
        if not isinstance(self.timeout, int | float | str) or not 0 < self.timeout_s <= LONGEST_S:
            raise UsageError(
                f"timeout: {self.timeout!r} is not a number of seconds from 0 to {LONGEST_S:,.0f}",
                slug="bad-number",
                hint=f"for example {DURATIONS}",
            )

    @property
    def timeout_s(self) -> float:
        """Seconds after which a trial is ended."""
        return parse_seconds(self.timeout) if isinstance(self.timeout, str) else self.timeout

    @property
    def request(self) -> Request:
        """What a recording keeps of it. A drive may always reach the batches that were asked for."""
        shared = [name for name in Request.__struct_fields__ if name in self.__struct_fields__]
        kept = {name: getattr(self, name) for name in shared}
        kept |= {"command": list(self.command), "max_batches": max(self.batches, self.max_batches)}
        kept["target"] = self.shown or self.target
        return Request(**kept, timeout_s=self.timeout_s)


def _check(name: str, value: object, most: int) -> None:
    if value is None and name in _OPTIONAL:
        return
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if not 1 <= number <= most:
        raise UsageError(
            f"{name.replace('_', '-')}: {_short(value)} is not a whole number from 1 to {most:,}", slug="bad-number"
        )


def _short(value: object) -> str:
    """A value in a few characters; Python refuses to write numbers of thousands of digits."""
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of more than 30 digits"
    return repr(value)[:60]

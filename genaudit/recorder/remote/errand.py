"""What is sent to a worker for one trial, and what it sends back."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.model.recording import Environment, ForkServer, Trial
from genaudit.recorder.trial.spec import TrialSpec

RESOURCE = "genaudit"
"""A worker has one of it, and a trial takes it: so each worker has one trial at a time."""
TOPIC = "genaudit"
"""Under it workers tell where their trials are."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What must be the same where figures are compared."""

    processor: str
    cpus: int
    memory_gib: int
    """Rounded: two machines of one order differ by a few pages."""
    kernel: str
    platform: str
    python: str
    allocator: str
    packages: dict[str, str]

    def differences(self, other: "Kind") -> list[str]:
        """What differs, in words.

        Args:
            other: Of another worker.
        """
        found = []
        for name in self.__struct_fields__:
            ours, theirs = getattr(self, name), getattr(other, name)
            if name == "packages":
                names = sorted({*ours, *theirs})
                pairs = [(each, ours.get(each, "none"), theirs.get(each, "none")) for each in names]
            else:
                pairs = [(name.replace("_gib", " in GiB"), ours, theirs)]
            found += [f"{each} {one} and {another}" for each, one, another in pairs if one != another]
        return found


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Where the trials of an audit run, as it is before the first."""

    host: str
    genaudit: str
    """The version that runs there."""
    kind: Kind
    environment: Environment
    limit_bytes: int
    limit_source: str
    available_bytes: int


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One trial, or where ``spec`` is ``None`` a look at the worker before the first."""

    audit: str
    """Trials of one audit share a process that has the libraries."""
    working_directory: str
    paths: list[str]
    """What must be there for it: files and folders of the target and of its data."""
    variables: dict[str, str]
    """Of the process that audits; see ``genaudit.recorder.remote.variables``."""
    synth: tuple[str, int | None] | None = None
    """The data set that the worker makes, as text and number of items."""
    targets: list[dict[str, Any]] = []
    """What is imported for the target, as ``TrialStarter`` has it."""
    fresh: bool = False
    spec: TrialSpec | None = None
    limit_bytes: int = 0
    more: Callable[[Trial], int] | None = None
    """Asked on the worker, so it must be one that can be sent."""
    kind: Kind | None = None
    """Of the worker that earlier trials ran on; on one of another kind it is not run."""

    def __repr__(self) -> str:
        # Dask logs what its tasks are given, and arguments of a target may be secrets.
        return f"<Errand {self.spec.kind if self.spec else 'look'}>"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker sends back."""

    worker: str
    host: str
    site: Site | None = None
    trial: Trial | None = None
    fork_server: ForkServer | None = None
    interrupted: bool = False
    missing: list[str] = []
    """Those of the paths that the worker cannot see; nothing was run then."""
    other_kind: list[str] = []
    """What differs from the worker of earlier trials; nothing was run then."""
    error: tuple[str, str, str] | None = None
    """Message, slug and hint of what genaudit could not do there."""
    failed: str = ""
    """The traceback of a fault of genaudit's own."""

    def __repr__(self) -> str:
        return f"<Answer of {self.worker}>"

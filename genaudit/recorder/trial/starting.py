"""How each trial is started: in a fork of a process that has the target's libraries, or in a process of its own.

The first trial is a process of its own, while the server imports the libraries beside it. So what a fork shows is held
against what a new process shows, and a target that fails at once costs nothing more. Where the import is the larger
part of an audit, the first trial is a fork, too: it is held against a new process only where it fails.
"""

import contextlib
import functools
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from genaudit.model.progress import Progress
from genaudit.model.recording import ForkServer as Use
from genaudit.model.recording import Trial
from genaudit.recorder.libraries import Libraries, libraries_of
from genaudit.recorder.trial import keeping, launch, monitor
from genaudit.recorder.trial.forking import ForkServer, why_not
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.units import MIB

PAYS_S = 0.4
"""An import that takes less is not worth a server."""
COSTLY = frozenset({"tensorflow", "tf_keras", "keras"})
"""They take many seconds of a core to import, which is done once in an audit."""
# Known to take long, too: the server begins beside the first trial. Of others it begins when that trial has shown it.
SLOW = frozenset(
    {"torch", "torchvision", "torchaudio", "jax", "flax", "transformers", "datasets", "lightning", "pytorch_lightning"}
    | {"sklearn"}
)
SAME_BASE_BYTES = MIB
"""Two processes that import the same differ by less."""
SAME_BASE_SHARE = 0.01
WAIT_S = 0.1
PATIENCE_S, PATIENCE_TIMES = 10.0, 5.0
"""Seconds for the server's import, and how many times those of the first trial's: on a busy machine it takes longer."""
UNKNOWN_IMPORT_S = 20.0
"""What an import is taken for of which no trial has shown how long it takes."""
# What must be another's from the start of its process, or hears all imports, cannot be forked.
_ENGINES = {"none", "tracemalloc", "lines"}
_OWN_FAILURES = {"raised", "crashed", "killed", "exited", "internal", "timed-out"}

_IMPORTS = {"import", "setup", "script"}


class TrialStarter:
    """Runs the trials of one target.

    Args:
        targets: What is imported for it, as the child is given it, in order.
        fresh: Each trial is to be a process of its own.
    """

    def __init__(self, targets: list[dict[str, Any]], *, fresh: bool = False) -> None:
        self._targets = targets
        self._given_up = "asked for" if fresh else ""
        self._libraries: Libraries | None = None
        self._servers: dict[bool, ForkServer] = {}
        """By whether the allocator is as the user has it, which is so from the start of a process."""
        self._first: Trial | None = None
        self._forked_end: tuple[str, str | None, str | None] | None = None
        self._fails_alike = False

    def __call__(
        self,
        spec: TrialSpec,
        *,
        limit_bytes: int,
        working_directory: Path,
        more: Callable[[Trial], int],
        progress: Callable[[Progress], None],
    ) -> Trial:
        """Run one trial; see ``genaudit.recorder.trial.monitor.run_trial``."""
        run = functools.partial(
            monitor.run_trial,
            spec,
            limit_bytes=limit_bytes,
            working_directory=working_directory,
            more=more,
            progress=progress,
        )
        server = self._server_for(spec, working_directory)
        if server is not None:
            with contextlib.suppress(keeping.LostKeeperError):
                trial = run(server=server)
                if self._is_believed(trial, filled=spec.fill_pools):
                    self._first = self._first or trial
                    return trial
        trial = run()
        if server is not None:
            self._compare_ends(trial)
        self._first = self._first or trial
        return trial

    @property
    def use(self) -> Use | None:
        """What the server was good for; ``None`` where there was none."""
        if not self._servers:
            return None
        names = self._libraries.names if self._libraries else []
        seconds = max(server.seconds for server in self._servers.values())
        return Use(libraries=names, seconds=seconds or None, unfit=self._given_up)

    def close(self) -> None:
        """End the servers."""
        for server in self._servers.values():
            server.close()

    # Whether there is a server for a trial.

    def _server_for(self, spec: TrialSpec, working_directory: Path) -> ForkServer | None:
        if self._given_up or spec.asks or spec.sampler != "proc":
            return None
        if self._libraries is None:
            self._libraries = libraries_of(self._targets, working_directory)
        try:
            if self._pays(spec):
                self._serve(own_allocator=True, folder=working_directory, changed=spec.variables)
            server = self._servers.get(True)
            if server is None or spec.engine not in _ENGINES or (self._first is None and not self._is_costly(spec)):
                return None
            ready = self._ready(server)
            if ready is None or spec.own_allocator or ready.may_bound_arenas():
                return ready
            # Its libraries' threads have many arenas already: another has only one from its start.
            self._serve(own_allocator=False, folder=working_directory, changed=spec.variables)
            return self._ready(self._servers[False])
        except (OSError, keeping.LostKeeperError) as error:
            self._given_up = f"the process with the libraries has ended: {error}"
            return None

    @property
    def _names(self) -> set[str]:
        return set(self._libraries.names) if self._libraries else set()

    def _is_costly(self, spec: TrialSpec) -> bool:
        """Whether even the first trial is a fork, as its times do not count."""
        return spec.kind != "clean" and not self._names.isdisjoint(COSTLY)

    def _pays(self, spec: TrialSpec) -> bool:
        if self._first is None:
            # Whose times count is not disturbed.
            return spec.kind != "clean" and not self._names.isdisjoint(SLOW | COSTLY)
        return bool(self._names) and _import_seconds(self._first) >= PAYS_S

    def _serve(self, *, own_allocator: bool, folder: Path, changed: Mapping[str, str | None]) -> None:
        self._given_up = self._given_up or why_not()
        if own_allocator not in self._servers and self._libraries is not None and not self._given_up:
            name = uuid.uuid4().hex
            before = {} if own_allocator else launch.ONE_ARENA
            env = launch.variables(before, {launch.TRIAL_VARIABLE: name}, changed)
            self._servers[own_allocator] = ForkServer(self._libraries, name=name, env=env, cwd=str(folder))

    def _ready(self, server: ForkServer) -> ForkServer | None:
        deadline = time.monotonic() + PATIENCE_S + PATIENCE_TIMES * self._expected_s()
        while not server.is_ready(WAIT_S):
            if time.monotonic() > deadline:
                self._given_up = "the libraries could not be imported in time"
                return None
        if not server.unfit:
            return server
        fewer = self._with_fewer(server)
        if fewer is None:
            self._given_up = server.unfit
            return None
        return self._ready(fewer)

    def _expected_s(self) -> float:
        """How long an import takes, by what was seen of it."""
        seen = [_import_seconds(self._first), *(server.seconds for server in self._servers.values())]
        return max(seen) or UNKNOWN_IMPORT_S

    def _with_fewer(self, server: ForkServer) -> ForkServer | None:
        """A server that imports only what comes before the library that made another unfit, where that is worth it."""
        if self._libraries is None or not server.n_fit or server.fit_s < PAYS_S:
            return None
        if server.n_fit == len(self._libraries.steps):
            return None
        self._libraries = Libraries(self._libraries.steps[: server.n_fit], self._libraries.folders)
        (own_allocator,) = (own for own, each in self._servers.items() if each is server)
        fewer = server.again_with(self._libraries)
        server.close()
        self._servers[own_allocator] = fewer
        return fewer

    # Whether what a fork shows is believed.

    def _is_believed(self, trial: Trial, *, filled: bool) -> bool:
        """Whether a fork has ended and begun as a process of its own does.

        Args:
            trial: It.
            filled: What it held after the import has free blocks in it that were filled.
        """
        if trial.exit.reason in _OWN_FAILURES and not self._fails_alike and not _hangs_late(trial):
            self._forked_end = _end(trial)
            return False
        self._forked_end = None
        bases = [imported_bytes(trial), imported_bytes(self._first)]
        if None in bases or filled:
            return True
        forked, fresh = (float(base or 0) for base in bases)
        if abs(forked - fresh) <= max(SAME_BASE_BYTES, SAME_BASE_SHARE * fresh):
            return True
        self._given_up = "a fork of it holds other memory after the import than a process of its own"
        return False

    def _compare_ends(self, fresh: Trial) -> None:
        """After a failed fork, and the same trial in a process of its own."""
        if self._forked_end is None or self._given_up:
            return
        if _end(fresh) == self._forked_end:
            self._fails_alike = True
        else:
            self._given_up = "a fork of it ended otherwise than a process of its own"


def _import_seconds(trial: Trial | None) -> float:
    """Of a script all that it did: what it imports is a part of that."""
    return sum(phase.seconds for phase in trial.phases if phase.name in _IMPORTS) if trial is not None else 0.0


def imported_bytes(trial: Trial | None) -> int | None:
    """What a process held when the target was imported, or a script had handed over its source.

    ``None`` where it came to neither, and of a script that is told a size: what it holds then is another matter.
    """
    told = trial is not None and trial.items is not None
    names = {"import"} if told else {"import", "script"}
    phases = [] if trial is None else [phase for phase in trial.phases if phase.name in names]
    return phases[0].memory.held_bytes if phases else None


def _end(trial: Trial) -> tuple[str, str | None, str | None]:
    raised = trial.raised.type if trial.raised is not None else None
    return trial.exit.reason, trial.exit.signal, raised


def _hangs_late(trial: Trial) -> bool:
    """Whether a trial ran out of time after it had given batches: it is slow, and not locked."""
    return trial.exit.reason == "timed-out" and bool(trial.batches)

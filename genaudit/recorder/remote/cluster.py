"""The door of Dask: a cluster that tasks are sent to, shared by all audits that go on at a time."""

import contextlib
import importlib
import logging
import os
import tempfile
import threading
import uuid
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from genaudit.errors import UsageError
from genaudit.recorder.machine.platform import usable_cpus
from genaudit.recorder.remote import worker
from genaudit.recorder.remote.errand import RESOURCE, TOPIC, Errand
from genaudit.recorder.remote.fit import Machine, host_of, least_used, surroundings_of, usable
from genaudit.recorder.remote.variables import own_variables
from genaudit.version import install_command

LOCAL = "local"
CONNECT_S = 5.0
"""A scheduler that is there answers at once."""
CLOSE_S = 10.0
_LOGGERS = ("distributed", "distributed.client", "distributed.core", "distributed.scheduler")


class Cluster:
    """A connection to a scheduler; of ``local`` the scheduler and its workers, too.

    Args:
        address: Of the scheduler, or ``local``.
        together: All audits are to run on one host, as their figures are compared.

    Raises:
        UsageError: Dask is not installed, nobody answers, or no worker can run trials.
    """

    def __init__(self, address: str, *, together: bool = False) -> None:
        self.address = address
        self.stopping = threading.Event()
        """Set where every audit is to end as on Ctrl-C."""
        self.variables = own_variables(os.environ)
        """Of this process as it was before a nanny in it set some for its worker."""
        self._together = together
        self._local: Any = None
        self._told: dict[str, dict[str, Any]] = {}
        self._known: set[str] = set()
        """Workers that were there when versions were asked for: of hundreds that takes a moment."""
        self._audits: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._open = contextlib.ExitStack()
        self._client: Any = None
        try:
            self._open.enter_context(_in_own_words())
            self._client = self._connected(address)
            self._workers, self.note = self._usable()
            self._client.subscribe_topic(TOPIC, self._hear)
        except BaseException:
            self.close()
            raise

    @property
    def n_workers(self) -> int:
        """How many trials can run at a time."""
        return len(self._workers)

    def place(self, *, without: str | None = None) -> str:
        """The host for the trials of an audit: Dask places tasks, and cannot know which belong together.

        Args:
            without: A host that has gone.

        Raises:
            UsageError: There is no worker any more.
        """
        with self._lock:
            if {*self._info()} != self._known:
                self._workers, _ = self._usable()
            able = [machine for machine in self._workers if machine.host != without] or self._workers
            together = next((host for host, n in self._audits.items() if n), None) if self._together else None
            has_it = any(machine.host == together for machine in able)
            host = together if together and has_it else least_used(able, self._audits)
            self._audits[host] += 1
            return host

    def leave(self, host: str) -> None:
        """The audit that was placed there is done."""
        with self._lock:
            self._audits[host] -= 1

    def has(self, host: str) -> bool:
        """Whether a worker is there now."""
        return any(host_of(address) == host and RESOURCE in info["resources"] for address, info in self._info().items())

    def send(self, errand: Errand, host: str) -> Any:
        """A future of the answer; retries, and what happens to a worker, are Dask's."""
        return self._client.submit(
            worker.run,
            errand,
            key=f"genaudit-{errand.spec.kind if errand.spec else 'look'}-{uuid.uuid4().hex}",
            pure=False,
            resources={RESOURCE: 1},
            workers=[host],
        )

    def told(self, audit: str) -> dict[str, Any] | None:
        """Where the trial of an audit is, if something has been heard since the last time."""
        return self._told.pop(audit, None)

    def stop(self, audit: str, host: str) -> None:
        """Have a trial end as on Ctrl-C; what it has measured comes as its answer."""
        self._on_workers(worker.stop, audit, host)

    def finish(self, audit: str, host: str) -> None:
        """Have the workers of a host end what they keep for an audit."""
        self._on_workers(worker.finish, audit, host)

    def close(self) -> None:
        """Leave the cluster; a local one ends."""
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.close(timeout=CLOSE_S)
        self._close_local()
        self._open.close()

    def _close_local(self) -> None:
        if self._local is not None:
            with contextlib.suppress(Exception):
                self._local.close(timeout=CLOSE_S)

    def _connected(self, address: str) -> Any:
        dask = _dask()
        try:
            if address != LOCAL:
                return dask.Client(address, timeout=CONNECT_S, set_as_default=False)
            self._local = self._started(dask)
            return dask.Client(self._local, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            self._close_local()
            raise _no_scheduler(address, error) from error

    def _started(self, dask: Any) -> Any:
        # Dask would leave a folder of its own behind.
        folder = self._open.enter_context(tempfile.TemporaryDirectory(prefix="genaudit-dask-"))
        self._open.enter_context(_environment_kept())
        # Libraries of trials take as many threads, and the allocator's threshold is the same, as without Dask.
        plain = {"temporary-directory": folder, "distributed.nanny.pre-spawn-environ": {}}
        with importlib.import_module("dask.config").set(plain):
            return dask.LocalCluster(
                n_workers=usable_cpus(),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                # Trials have limits of their own, and are no part of the worker's process.
                memory_limit=0,
                resources={RESOURCE: 1},
                local_directory=folder,
                silence_logs=logging.CRITICAL,
                preload=["genaudit.recorder.remote.preload"],
            )

    def _info(self) -> dict[str, Any]:
        return dict(self._client.scheduler_info(n_workers=-1)["workers"])

    def _usable(self) -> tuple[list[Machine], str]:
        info = self._info()
        found = surroundings_of(info, self._client.get_versions(packages=["genaudit"]))
        self._known = {*info}
        return usable(found, self._client.scheduler.address)

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        _, message = event
        self._told[message["audit"]] = message["progress"]

    def _on_workers(self, function: Callable[[str], None], audit: str, host: str) -> None:
        """Call a function on the workers of a host, and do not wait long: one that hangs is not to hold anybody up."""

        def call() -> None:
            with contextlib.suppress(Exception):
                there = [address for address in self._info() if host_of(address) == host]
                self._client.run(function, audit, workers=there, on_error="ignore")

        thread = threading.Thread(target=call, daemon=True)
        thread.start()
        thread.join(1.0)


def _no_scheduler(address: str, error: Exception) -> UsageError:
    if address == LOCAL:
        return UsageError(f"no workers can be started here: {error}", slug="no-local-cluster")
    # Of a connection that failed Dask tells which of its objects was closed.
    reason = f"within {CONNECT_S:g} s" if isinstance(error, OSError) else f"({_first_line(error)})"
    return UsageError(
        f"no Dask scheduler answers at {address} {reason}",
        slug="no-scheduler",
        hint="start one: dask scheduler; it prints its address, such as tcp://10.0.0.1:8786; "
        "for a try on this machine: --dask local",
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _dask() -> Any:
    """The library.

    Raises:
        UsageError: It is not installed.
    """
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise UsageError(
            f"--dask needs dask.distributed, which cannot be imported: {error}",
            slug="dask-not-installed",
            hint=install_command("dask"),
        ) from error


@contextlib.contextmanager
def _in_own_words() -> Iterator[None]:
    """What Dask would warn of, other versions and workers that are gone, is told by genaudit where it matters."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="distributed")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


@contextlib.contextmanager
def _environment_kept() -> Iterator[None]:
    """A nanny in this process sets variables here for the worker that it starts."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in {*os.environ} - {*before}:
            del os.environ[name]
        os.environ.update(before)


_shared: dict[str, tuple[Cluster, int]] = {}
_sharing = threading.RLock()


@contextlib.contextmanager
def cluster_at(address: str, *, together: bool = False) -> Iterator[Cluster]:
    """The cluster at an address, for as long as it is needed; whoever asks meanwhile has the same.

    Args:
        address: Of the scheduler, or ``local``.
        together: As for ``Cluster``; of the first that asks.

    Raises:
        UsageError: As ``Cluster``.
    """
    with _sharing:
        cluster, n_users = _shared[address] if address in _shared else (Cluster(address, together=together), 0)
        _shared[address] = cluster, n_users + 1
    try:
        yield cluster
    finally:
        with _sharing:
            n_left = _shared[address][1] - 1
            _shared[address] = cluster, n_left
            if not n_left:
                del _shared[address]
        if not n_left:
            cluster.close()

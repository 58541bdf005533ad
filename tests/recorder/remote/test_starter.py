"""What becomes of trials that are sent: where they run, how they end, what is told where they cannot run."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from genaudit.errors import GenauditError
from genaudit.model.progress import Progress
from genaudit.model.recording import Trial
from genaudit.recorder.remote import starter as module
from genaudit.recorder.remote import worker
from genaudit.recorder.remote.errand import Answer, Errand
from genaudit.recorder.remote.starter import RemoteStarter
from genaudit.recorder.trial.monitor import Interrupted, LostMachineError
from genaudit.recorder.trial.spec import TrialSpec
from tests.build import trial

TRIAL = trial(8, lambda *_: 0.0, epochs=1)
SPEC = TrialSpec(kind="clean", target={}, batches=1, size={})
SITE = worker.site_of({})
WHERE = {"worker": "tcp://a:1", "host": "a"}


class KilledWorker(Exception):
    """Stands for Dask's."""


class Future:
    """A task that has ended: with an answer, an error, or not at all where it is ``None``."""

    def __init__(self, end: Answer | Exception | str | None) -> None:
        self.end = end
        self.cancelled = False

    @property
    def status(self) -> str:
        if isinstance(self.end, str):
            return self.end
        return "pending" if self.end is None else "error" if isinstance(self.end, Exception) else "finished"

    def done(self) -> bool:
        return self.end is not None

    def add_done_callback(self, callback: Callable[["Future"], None]) -> None:
        if self.end is not None:
            callback(self)

    def result(self) -> object:
        return self.end

    def exception(self) -> object:
        return self.end

    def cancel(self) -> None:
        self.cancelled = True


class Cluster:
    """In place of ``Cluster``: hosts by name, each with what its tasks end with."""

    address = "tcp://s:8786"
    note = ""
    variables: dict[str, str] = {}  # noqa: RUF012 - never changed

    def __init__(self, hosts: dict[str, Callable[[Errand], Answer | Exception | str | None]]) -> None:
        self.hosts = hosts
        self.alive = set(hosts)
        self.stopping = threading.Event()
        self.sent: list[tuple[str, Errand]] = []
        self.futures: list[Future] = []
        self.finished: list[str] = []
        self.stopped: list[str] = []
        self.closed = False

    def place(self, *, without: str | None = None) -> str:
        return next(host for host in self.hosts if host != without)

    def leave(self, host: str) -> None:
        assert host in self.hosts

    def has(self, host: str) -> bool:
        return host in self.alive

    def send(self, errand: Errand, host: str) -> Future:
        self.sent.append((host, errand))
        self.futures.append(Future(self.hosts[host](errand)))
        return self.futures[-1]

    def told(self, _audit: str) -> dict[str, Any]:
        return msgspec.to_builtins(
            Progress(kind="clean", items=1, phase="steady", batch=1, batches_wanted=2, held_bytes=3, growth_bytes=None)
        )

    def stop(self, audit: str, _host: str) -> None:
        self.stopped.append(audit)
        self.futures[-1].end = Answer(**WHERE, trial=TRIAL, interrupted=True)

    def finish(self, audit: str, _host: str) -> None:
        self.finished.append(audit)


def _runs(errand: Errand) -> Answer:
    return Answer(**WHERE, trial=TRIAL) if errand.spec else Answer(**WHERE, site=SITE)


def _ends(end: Answer | Exception | str | None) -> Callable[[Errand], Answer | Exception | str | None]:
    """A host that is fine when it is looked at, and whose trials end so."""
    return lambda errand: end if errand.spec else Answer(**WHERE, site=SITE)


def _starter(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> RemoteStarter:
    @contextlib.contextmanager
    def there(_address: str) -> Iterator[Cluster]:
        yield cluster
        cluster.closed = True

    monkeypatch.setattr(module, "cluster_at", there)
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(module, "GONE_S", 0.0)
    return RemoteStarter("tcp://s:8786", [], fresh=False, paths=[], synth=None)


def _run(starter: RemoteStarter, progress: Callable[[Progress], None] = lambda _: None) -> Trial:
    return starter(SPEC, limit_bytes=1, working_directory=Path.cwd(), more=lambda _: 0, progress=progress)


def test_trials_stay_on_the_host_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is sent once, and knows the kind of the machine."""
    cluster = Cluster({"a": _runs, "b": _runs})
    starter = _starter(cluster, monkeypatch)

    assert [_run(starter), _run(starter)] == [TRIAL, TRIAL]

    starter.close()
    assert [host for host, _ in cluster.sent] == ["a", "a", "a"]
    assert [errand.kind for _, errand in cluster.sent] == [None, SITE.kind, SITE.kind]
    assert cluster.finished == [cluster.sent[0][1].audit]
    assert cluster.closed


def test_another_host_of_the_kind_takes_over_from_one_that_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster({"a": _ends(None), "b": _runs})
    starter = _starter(cluster, monkeypatch)
    cluster.alive = {"b"}
    monkeypatch.setattr(cluster, "place", lambda *, without=None: "b" if without == "a" else "a")
    heard: list[Progress] = []

    assert _run(starter, heard.append) == TRIAL

    assert [host for host, _ in cluster.sent] == ["a", "a", "b", "b"]
    assert cluster.futures[1].cancelled
    assert heard[0].batch == 1


def test_no_host_of_another_kind_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the trials before it have shown could not be compared with what comes."""
    other = msgspec.structs.replace(SITE, host="b", kind=msgspec.structs.replace(SITE.kind, kernel="9.9"))
    cluster = Cluster({"a": _ends(None), "b": lambda _: Answer(**WHERE, site=other)})
    starter = _starter(cluster, monkeypatch)
    cluster.alive = {"b"}

    with pytest.raises(LostMachineError, match=r"kernel .* and 9\.9"):
        _run(starter)


@pytest.mark.parametrize(
    ("end", "slug", "said", "command"),
    [
        (Answer(**WHERE, missing=["/data/x"]), "not-on-worker", "worker tcp://a:1 on a cannot see /data/x", "/data/x"),
        (Answer(**WHERE, other_kind=["numpy 1 and 2"]), "unlike-workers", "numpy 1 and 2", "same environment"),
        (Answer(**WHERE, error=("no room", "synth-unwritable", "free")), "synth-unwritable", "no room (on a)", "free"),
        (Answer(**WHERE, failed="KeyError: 1"), "internal", "KeyError: 1", ""),
        (KilledWorker("task"), "workers-died", "has died in it", "--memory-limit"),
        (ValueError("dask"), "internal", "ValueError: dask", ""),
        ("cancelled", "scheduler-gone", "the scheduler at tcp://s:8786 has gone", "start it"),
    ],
)
def test_what_cannot_run_is_told(
    end: Answer | Exception | str, slug: str, said: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    starter = _starter(Cluster({"a": _ends(end)}), monkeypatch)

    with pytest.raises(GenauditError) as caught:
        _run(starter)

    assert caught.value.slug == slug
    assert said in caught.value.message
    assert command in caught.value.hint


def test_an_interrupted_trial_comes_back_as_far_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster({"a": _ends(None)})
    starter = _starter(cluster, monkeypatch)
    cluster.stopping.set()

    with pytest.raises(Interrupted) as caught:
        _run(starter)

    assert caught.value.trial == TRIAL
    assert cluster.stopped == [cluster.sent[0][1].audit]


def test_an_interrupted_trial_that_does_not_come_back_is_kept_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster({"a": _ends(None)})
    starter = _starter(cluster, monkeypatch)
    cluster.stopping.set()
    monkeypatch.setattr(cluster, "stop", lambda *_: None)
    monkeypatch.setattr(module, "PARTIAL_S", 0.0)

    with pytest.raises(Interrupted) as caught:
        _run(starter)

    assert caught.value.trial.exit.reason == "interrupted"
    assert cluster.futures[-1].cancelled


def test_a_cluster_that_does_not_fit_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster({"a": lambda _: Answer(**WHERE, missing=["/x"])})

    with pytest.raises(GenauditError, match="cannot see /x"):
        _starter(cluster, monkeypatch)

    assert cluster.closed

"""Runs the trials of one audit on a host of a cluster, as ``TrialStarter`` does on this machine."""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from genaudit.errors import GenauditError, InternalError, TargetError, UsageError
from genaudit.interrupts import allow_interrupts, defer_interrupts
from genaudit.model.progress import Progress
from genaudit.model.recording import ForkServer, Trial, TrialExit
from genaudit.recorder.remote.cluster import Cluster, cluster_at
from genaudit.recorder.remote.errand import Answer, Errand, Site
from genaudit.recorder.remote.fit import other_genaudit
from genaudit.recorder.trial.monitor import Interrupted, LostMachineError
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.version import __version__

STEP_S = 0.1
LOOK_EVERY_S = 2.0
GONE_S = 20.0
"""A host that has had no worker for so long has gone: until then its nanny may start another."""
PARTIAL_S = 5.0
"""So long what an interrupted trial has measured is waited for."""


class RemoteStarter:
    """Runs the trials of one target.

    Args:
        address: Of a scheduler, or ``local``.
        targets: As for ``TrialStarter``.
        fresh: As for ``TrialStarter``.
        paths: Files and folders that a worker must see.
        synth: The data set that is made, as text and number of items.

    Raises:
        UsageError: No worker can run the trials.
    """

    def __init__(
        self,
        address: str,
        targets: list[dict[str, Any]],
        *,
        fresh: bool,
        paths: list[str],
        synth: tuple[str, int | None] | None,
    ) -> None:
        self.use: ForkServer | None = None
        self._open = contextlib.ExitStack()
        self._host = ""
        self._began = time.monotonic()
        self._cluster: Cluster = self._open.enter_context(cluster_at(address))
        self._errand = Errand(
            audit=uuid.uuid4().hex,
            working_directory=str(Path.cwd()),
            paths=paths,
            variables=self._cluster.variables,
            synth=synth,
            targets=targets,
            fresh=fresh,
        )
        try:
            with defer_interrupts():
                self.site: Site = self._placed()
        except BaseException:
            self.close()
            raise

    @property
    def note(self) -> str:
        """What is to be told of workers that were left out; empty where there is nothing."""
        return self._cluster.note

    def __call__(
        self,
        spec: TrialSpec,
        *,
        limit_bytes: int,
        working_directory: Path,
        more: Callable[[Trial], int],
        progress: Callable[[Progress], None],
    ) -> Trial:
        """Run one trial; see ``genaudit.recorder.trial.monitor.run_trial``.

        Raises:
            GenauditError: It cannot be run on any of the workers.
            Interrupted: On Ctrl-C; it carries the trial so far.
            LostMachineError: Its host has gone, and no other is of its kind.
        """
        errand = msgspec.structs.replace(
            self._errand,
            working_directory=str(working_directory),
            spec=spec,
            limit_bytes=limit_bytes,
            more=more,
            kind=self.site.kind,
        )
        with defer_interrupts():
            self._began = time.monotonic()
            answer = self._answer(errand, progress)
        trial = answer.trial
        if trial is None:
            raise InternalError(f"{answer.worker} sent nothing back", slug="internal")
        if answer.interrupted:
            raise Interrupted(trial)
        self.use = answer.fork_server
        return trial

    def close(self) -> None:
        """Leave the cluster."""
        if self._host:
            self._cluster.leave(self._host)
            self._cluster.finish(self._errand.audit, self._host)
            self._host = ""
        self._open.close()

    def _placed(self, without: str | None = None) -> Site:
        """Find a host, and look at it."""
        self._host = self._cluster.place(without=without)
        answer = self._answer(self._errand, lambda _: None)
        if answer.site is None:
            raise InternalError(f"{answer.worker} did not tell where it is", slug="internal")
        if answer.site.genaudit != __version__:
            # Of one that is in a search path Dask does not know the version.
            raise other_genaudit(answer.worker, answer.site.genaudit, __version__)
        return answer.site

    def _moved(self) -> None:
        """Go on at another host, in place of one that has gone."""
        gone = self._host
        self._cluster.leave(gone)
        site = self._placed(without=gone)
        if site.kind != self.site.kind:
            raise LostMachineError(
                f"the machine {self.site.host} has gone, and {site.host} is of another kind, so that its figures "
                f"cannot be compared: {'; '.join(self.site.kind.differences(site.kind))}",
                slug="machine-gone",
                hint="run it again: all its trials will run there",
            )
        self.site = site

    def _answer(self, errand: Errand, progress: Callable[[Progress], None]) -> Answer:
        """What a worker sends back, whichever it is in the end."""
        while True:
            future = self._cluster.send(errand, self._host)
            try:
                if self._is_done(future, errand, progress):
                    return _checked(_result(future, self._cluster.address))
            except KeyboardInterrupt:
                raise self._interrupted(future, errand) from None
            finally:
                # Where it is done there is nothing to end.
                future.cancel()
            self._moved()

    def _is_done(self, future: Any, errand: Errand, progress: Callable[[Progress], None]) -> bool:
        """Wait for a task; false where its host has gone."""
        looked_s = seen_s = time.monotonic()
        ended = threading.Event()
        future.add_done_callback(lambda _: ended.set())
        while True:
            with allow_interrupts():
                if ended.wait(STEP_S) or future.done():
                    return True
                if self._cluster.stopping.is_set():
                    raise KeyboardInterrupt
            told = self._cluster.told(errand.audit)
            if told is not None:
                progress(Progress(**told))
            now = time.monotonic()
            if now - looked_s >= LOOK_EVERY_S:
                looked_s = now
                if self._has_worker():
                    seen_s = now
                elif now - seen_s >= GONE_S:
                    return False

    def _has_worker(self) -> bool:
        try:
            return self._cluster.has(self._host)
        except Exception:
            # Of a scheduler that does not answer Dask tells by the task.
            return True

    def _interrupted(self, future: Any, errand: Errand) -> BaseException:
        """What to raise after Ctrl-C: with the trial so far, if it comes in time."""
        if errand.spec is None:
            return KeyboardInterrupt()
        self._cluster.stop(errand.audit, self._host)
        deadline = time.monotonic() + PARTIAL_S
        while not future.done() and time.monotonic() < deadline:
            time.sleep(STEP_S / 5)
        if future.status == "finished":
            trial = future.result().trial
            if trial is not None:
                return Interrupted(trial)
        return Interrupted(_lost(errand.spec, time.monotonic() - self._began))


def _result(future: Any, address: str) -> Answer:
    """What a task gave.

    Raises:
        GenauditError: It was given up.
    """
    if future.status == "finished":
        answer: Answer = future.result()
        return answer
    if future.status == "error":
        error = future.exception()
        if type(error).__name__ == "KilledWorker":
            raise TargetError(
                "a trial was given up: each worker that it was sent to has died in it",
                slug="workers-died",
                hint="look at the logs of the workers; the machine may have run out of memory: --memory-limit SIZE",
            )
        if isinstance(error, ImportError) and "genaudit" in str(error):
            raise other_genaudit("a worker", None, __version__)
        raise InternalError(f"a task of Dask failed: {type(error).__name__}: {error}", slug="internal")
    raise UsageError(
        f"the scheduler at {address} has gone",
        slug="scheduler-gone",
        hint="start it and its workers again, and run this again",
    )


def _checked(answer: Answer) -> Answer:
    """The answer, if something was run.

    Raises:
        GenauditError: Nothing could be.
    """
    if answer.missing:
        path = answer.missing[0]
        more = f" and {len(answer.missing) - 1} more" if len(answer.missing) > 1 else ""
        raise UsageError(
            f"the worker {answer.worker} on {answer.host} cannot see {path}{more}",
            slug="not-on-worker",
            hint=f"put it there under the same path, on a shared disk or by: rsync -aR {path} {answer.host}:/",
        )
    if answer.other_kind:
        raise UsageError(
            f"the workers of {answer.host} differ, so that figures cannot be compared: {'; '.join(answer.other_kind)}",
            slug="unlike-workers",
            hint="start all workers of a machine in the same environment",
        )
    if answer.failed:
        raise InternalError(f"genaudit failed on {answer.worker}:\n{answer.failed}", slug="internal")
    if answer.error is not None:
        message, slug, hint = answer.error
        raise GenauditError(f"{message} (on {answer.host})", slug=slug, hint=hint)
    return answer


def _lost(spec: TrialSpec, wall_s: float) -> Trial:
    """An interrupted trial of which nothing came back."""
    return Trial(
        kind=spec.kind,
        items=None,
        batches_asked=spec.batches,
        epochs_asked=spec.epochs,
        hold=spec.hold,
        exit=TrialExit(code=None, signal=None, reason="interrupted"),
        wall_s=wall_s,
    )

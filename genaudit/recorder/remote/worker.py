"""What runs in the process of a Dask worker: the monitor of a trial, whose child is a process of its own as ever.

Nothing here raises: Dask would log what the task was given, and arguments of a target may be secrets.
"""

import os
import platform as machine
import socket
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from genaudit.errors import GenauditError
from genaudit.model.progress import Progress
from genaudit.model.recording import Trial
from genaudit.recorder.machine import platform
from genaudit.recorder.remote.errand import TOPIC, Answer, Errand, Kind, Site
from genaudit.recorder.remote.variables import changes
from genaudit.recorder.synth.dataset import make_synth, parse_synth
from genaudit.recorder.trial.monitor import Interrupted
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.recorder.trial.starting import TrialStarter
from genaudit.units import GIB
from genaudit.version import __version__

TOLD_EVERY_S = 0.25

_starters: dict[str, TrialStarter] = {}
"""By audit; of the latest only, as each may have a process with the libraries."""
_stopped: set[str] = set()
_lock = threading.Lock()


def run(errand: Errand) -> Answer:
    """Do what is asked, as the task of a worker."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def is_unwanted() -> bool:
        state = worker.state.tasks.get(key)
        return errand.audit in _stopped or state is None or state.state == "cancelled"

    def tell(progress: Progress) -> None:
        worker.log_event(TOPIC, {"audit": errand.audit, "progress": msgspec.to_builtins(progress)})

    return answer_of(errand, name=worker.address, tell=tell, is_unwanted=is_unwanted)


def stop(audit: str) -> None:
    """Have the trial of an audit end as on Ctrl-C, if it is here."""
    _stopped.add(audit)


def finish(audit: str) -> None:
    """End what is kept for an audit."""
    with _lock:
        starter = _starters.pop(audit, None)
    _stopped.discard(audit)
    if starter is not None:
        starter.close()


def answer_of(
    errand: Errand, *, name: str, tell: Callable[[Progress], None], is_unwanted: Callable[[], bool]
) -> Answer:
    """Do what is asked.

    Args:
        errand: It.
        name: The worker's address.
        tell: Called a few times a second with where the trial is.
        is_unwanted: Whether nobody waits for the trial any more.
    """
    answer = Answer(worker=name, host=socket.gethostname())
    try:
        return _answered(errand, answer, tell, is_unwanted)
    except GenauditError as error:
        return msgspec.structs.replace(answer, error=(error.message, error.slug, error.hint))
    except Exception:
        return msgspec.structs.replace(answer, failed=traceback.format_exc())


def _answered(
    errand: Errand, answer: Answer, tell: Callable[[Progress], None], is_unwanted: Callable[[], bool]
) -> Answer:
    missing = [path for path in errand.paths if not Path(path).exists()]
    if missing:
        return msgspec.structs.replace(answer, missing=missing)
    changed = changes(os.environ, errand.variables)
    site = site_of(changed)
    if errand.spec is None:
        if errand.synth is not None:
            _made(errand.synth)
        return msgspec.structs.replace(answer, site=site)
    if errand.kind is not None and errand.kind != site.kind:
        return msgspec.structs.replace(answer, other_kind=errand.kind.differences(site.kind))
    return _tried(errand, msgspec.structs.replace(errand.spec, variables=changed), answer, tell, is_unwanted)


def _tried(
    errand: Errand,
    spec: TrialSpec,
    answer: Answer,
    tell: Callable[[Progress], None],
    is_unwanted: Callable[[], bool],
) -> Answer:
    if errand.synth is not None:
        spec = msgspec.structs.replace(spec, inputs={**spec.inputs, "synth": _made(errand.synth)})
    told_s = 0.0

    def progress(now: Progress) -> None:
        nonlocal told_s
        if is_unwanted():
            # As Ctrl-C is where the trial runs on the user's own machine.
            raise KeyboardInterrupt
        if time.monotonic() - told_s >= TOLD_EVERY_S:
            told_s = time.monotonic()
            tell(now)

    starter = _starter(errand)
    interrupted = False
    try:
        trial = starter(
            spec,
            limit_bytes=errand.limit_bytes,
            working_directory=Path(errand.working_directory),
            more=errand.more or _no_more,
            progress=progress,
        )
    except Interrupted as stopped:
        trial, interrupted = stopped.trial, True
    trial = msgspec.structs.replace(trial, host=answer.host)
    return msgspec.structs.replace(answer, trial=trial, fork_server=starter.use, interrupted=interrupted)


def _no_more(trial: Trial) -> int:
    return trial.batches[-1].last


def _starter(errand: Errand) -> TrialStarter:
    """The one of the audit; those of others end, as their processes have memory that trials may need."""
    with _lock:
        others = [_starters.pop(audit) for audit in list(_starters) if audit != errand.audit]
        starter = _starters.setdefault(errand.audit, TrialStarter(errand.targets, fresh=errand.fresh))
    for other in others:
        other.close()
    return starter


def _made(synth: tuple[str, int | None]) -> dict[str, Any]:
    text, items = synth
    return make_synth(parse_synth(text), items)


def site_of(changed: dict[str, str | None]) -> Site:
    """This machine as a trial finds it.

    Args:
        changed: Variables that a trial has other than this process.
    """
    environ = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    environment = msgspec.structs.replace(platform.environment(), allocator=platform.allocator(environ))
    n_bytes, source = platform.memory_limit()
    return Site(
        host=socket.gethostname(),
        genaudit=__version__,
        kind=Kind(
            processor=_processor(),
            cpus=environment.cpus,
            memory_gib=round(n_bytes / GIB),
            kernel=environment.kernel,
            platform=environment.platform,
            python=f"{environment.implementation} {environment.python}",
            allocator=environment.allocator,
            packages=environment.packages,
        ),
        environment=environment,
        limit_bytes=n_bytes,
        limit_source=source,
        available_bytes=platform.available_bytes(),
    )


def _processor() -> str:
    """The model of the processor, as the kernel names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), machine.machine())

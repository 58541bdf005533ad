"""What a worker answers; no cluster is needed for it."""

import os
from pathlib import Path

import msgspec
import pytest

from genaudit.errors import TargetError
from genaudit.model.progress import Progress
from genaudit.model.recording import Trial
from genaudit.recorder.remote import worker
from genaudit.recorder.remote.errand import Answer, Errand
from genaudit.recorder.remote.variables import changes
from genaudit.recorder.trial.monitor import Interrupted
from genaudit.recorder.trial.spec import TrialSpec
from tests.build import trial

TRIAL = trial(8, lambda *_: 0.0, epochs=1)
SPEC = TrialSpec(kind="clean", target={}, batches=1, size={})
PROGRESS = Progress(
    kind="clean", items=None, phase="steady", batch=1, batches_wanted=1, held_bytes=None, growth_bytes=None
)


class Starter:
    """In place of ``TrialStarter``: calls back once, and gives a trial or raises."""

    use = None

    def __init__(self, end: Trial | BaseException) -> None:
        self.end = end
        self.closed = False
        self.spec = SPEC

    def __call__(self, spec: TrialSpec, **given: object) -> Trial:
        self.spec = spec
        try:
            given["progress"](PROGRESS)  # type: ignore[operator]
        except KeyboardInterrupt:
            raise Interrupted(TRIAL) from None
        if isinstance(self.end, BaseException):
            raise self.end
        return self.end

    def close(self) -> None:
        self.closed = True


def _errand(**fields: object) -> Errand:
    plain = Errand(audit="a", working_directory=str(Path.cwd()), paths=[], variables={})
    return msgspec.structs.replace(plain, **fields)


def _answer(monkeypatch: pytest.MonkeyPatch, starter: Starter, *, unwanted: bool = False, **fields: object) -> Answer:
    monkeypatch.setattr(worker, "_starters", {"a": starter})
    monkeypatch.setattr(worker, "TrialStarter", lambda *_, **__: starter)
    errand = _errand(spec=SPEC, **fields)
    return worker.answer_of(errand, name="tcp://w:1", tell=lambda _: None, is_unwanted=lambda: unwanted)


def test_a_trial_comes_back_with_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _answer(monkeypatch, Starter(TRIAL))

    assert answer.trial == msgspec.structs.replace(TRIAL, host=answer.host)
    assert answer.host
    assert not answer.interrupted


def test_a_trial_that_nobody_waits_for_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _answer(monkeypatch, Starter(TRIAL), unwanted=True)

    assert answer.interrupted
    assert answer.trial is not None


def test_what_cannot_be_seen_is_told_and_nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = _answer(monkeypatch, Starter(TRIAL), paths=[str(tmp_path), str(tmp_path / "no")])

    assert answer.missing == [str(tmp_path / "no")]
    assert answer.trial is None


def test_on_another_kind_of_machine_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = worker.site_of({}).kind
    other = msgspec.structs.replace(kind, cpus=kind.cpus + 1, packages={**kind.packages, "numpy": "0.1"})

    answer = _answer(monkeypatch, Starter(TRIAL), kind=other)

    assert answer.trial is None
    assert [text.split()[0] for text in answer.other_kind] == ["cpus", "numpy"]
    assert _answer(monkeypatch, Starter(TRIAL), kind=kind).trial is not None


def test_errors_come_back_and_are_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask would log them with all that the task was given."""
    refused = _answer(monkeypatch, Starter(TargetError("no", slug="refused", hint="do")))
    fault = _answer(monkeypatch, Starter(KeyError("ours")))

    assert refused.error == ("no", "refused", "do")
    assert "KeyError: 'ours'" in fault.failed


def test_the_latest_audit_alone_keeps_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = Starter(TRIAL)
    monkeypatch.setattr(worker, "_starters", {"before": earlier})
    monkeypatch.setattr(worker, "TrialStarter", lambda *_, **__: Starter(TRIAL))

    worker.answer_of(_errand(spec=SPEC), name="", tell=lambda _: None, is_unwanted=lambda: False)

    assert earlier.closed
    worker.finish("a")
    assert worker._starters == {}


def test_what_the_workers_nanny_sets_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a library would have other memory than without Dask."""
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    starter = Starter(TRIAL)

    _answer(monkeypatch, starter, variables={"OMP_NUM_THREADS": "4"})

    assert starter.spec.variables["MALLOC_TRIM_THRESHOLD_"] is None
    assert starter.spec.variables["OMP_NUM_THREADS"] == "4"


def test_variables_of_a_place_stay_the_workers() -> None:
    assert changes({"PYTHONHOME": "/b", "PATH": os.defpath}, {}) == {}


def test_nothing_that_is_logged_tells_of_arguments() -> None:
    errand = _errand(spec=msgspec.structs.replace(SPEC, inputs={"arguments": [["key", "value", "s3cret"]]}))

    assert "s3cret" not in repr(errand)

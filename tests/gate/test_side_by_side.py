"""Targets at a time on workers, and what an unfinished gate leaves for the next."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from genaudit.errors import GenauditError, TargetError
from genaudit.gate import side_by_side as module
from genaudit.gate.kept import FOLDER, Kept, digest_of_code
from genaudit.gate.plans import Plan
from genaudit.gate.side_by_side import Measured, side_by_side
from genaudit.model.job import Job
from genaudit.pipeline import Audit, report_of
from tests.build import at_sizes, recording

AUDIT = Audit(recording(*at_sizes(lambda *_: 0.0)), report_of(recording(*at_sizes(lambda *_: 0.0))))
ENOUGH_S = 30


class Workers:
    """So many, of no cluster."""

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers
        self.stopping = threading.Event()


def _plan(target: str, **fields: object) -> Plan:
    return Plan(target=target, job=Job(target=target, **fields), budgets={}, identity={})  # type: ignore[arg-type]


PLANS = [_plan(f"data:gen{number}") for number in range(6)]


def _measured(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    measure: Callable[[Plan], Audit],
    *,
    workers: Workers | None = None,
    plans: Sequence[Plan] = PLANS,
    code: str = "",
) -> list[Measured]:
    monkeypatch.setattr(module, "measure", lambda plan, _progress: measure(plan))
    return list(side_by_side(plans, workers or Workers(2), Kept(tmp_path, code), lambda _: None))


def test_each_target_is_measured_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As many at a time as there are workers; a fast one does not wait for a slow one before it."""
    together = threading.Barrier(3)
    asked: list[str] = []

    def measure(plan: Plan) -> Audit:
        asked.append(plan.target)
        together.wait(ENOUGH_S)
        return AUDIT

    measured = _measured(monkeypatch, tmp_path, measure, workers=Workers(3))

    assert sorted(asked) == [plan.target for plan in PLANS]
    assert sorted(each.number for each in measured) == list(range(6))


def test_results_come_as_they_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    others_done = threading.Semaphore(0)

    def measure(plan: Plan) -> Audit:
        if plan is PLANS[0]:
            for _ in PLANS[1:]:
                assert others_done.acquire(timeout=ENOUGH_S)
        else:
            others_done.release()
        return AUDIT

    # The last of the others may end beside it.
    assert [each.number for each in _measured(monkeypatch, tmp_path, measure)].index(0) >= 4


def test_a_target_that_is_refused_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def measure(plan: Plan) -> Audit:
        if plan is PLANS[1]:
            raise TargetError("no such function", slug="no-attribute")
        if plan is PLANS[2]:
            raise KeyError("ours")
        return AUDIT

    measured = {each.number: each.outcome for each in _measured(monkeypatch, tmp_path, measure)}

    refused, fault = measured[1], measured[2]
    assert isinstance(refused, GenauditError)
    assert refused.message == "no such function"
    assert isinstance(fault, GenauditError)
    assert fault.slug == "internal"
    assert all(isinstance(measured[number], Audit) for number in (0, 3, 4, 5))


def test_after_an_interrupt_no_other_begins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    workers = Workers(1)
    asked: list[str] = []

    def measure(plan: Plan) -> Audit:
        asked.append(plan.target)
        if plan is PLANS[1]:
            workers.stopping.set()
        return AUDIT

    assert [each.number for each in _measured(monkeypatch, tmp_path, measure, workers=workers)] == [0, 1]
    assert asked == [PLANS[0].target, PLANS[1].target]


def test_the_next_run_takes_up_what_is_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was refused, had failed or was interrupted is measured again."""
    interrupted = AUDIT._replace(recording=msgspec.structs.replace(AUDIT.recording, interrupted=True))

    def first(plan: Plan) -> Audit:
        if plan is PLANS[0]:
            raise TargetError("gone", slug="gone")
        return interrupted if plan is PLANS[1] else AUDIT

    _measured(monkeypatch, tmp_path, first)
    asked: list[str] = []

    def second(plan: Plan) -> Audit:
        asked.append(plan.target)
        return AUDIT

    measured = _measured(monkeypatch, tmp_path, second)

    assert sorted(asked) == [PLANS[0].target, PLANS[1].target]
    assert sorted(each.number for each in measured if each.taken_up) == [2, 3, 4, 5]
    assert sorted(each.number for each in measured) == list(range(6))
    (taken,) = [each.outcome for each in measured if each.number == 2]
    assert isinstance(taken, Audit)
    assert taken.report == AUDIT.report


@pytest.mark.parametrize(
    ("plan", "code", "is_taken"),
    [
        (_plan("data:gen0"), "a", True),
        (_plan("data:gen0", command=["genaudit", "gate", "-q"], dask="tcp://other:8786"), "a", True),
        (_plan("data:gen0", batches=49), "a", False),
        (_plan("data:gen0", configured={"n": 2}), "a", False),
        (_plan("data:gen0"), "b", False),
    ],
)
def test_only_what_is_still_asked_for_is_taken_up(tmp_path: Path, plan: Plan, code: str, *, is_taken: bool) -> None:
    Kept(tmp_path, "a").keep(_plan("data:gen0"), AUDIT.recording)

    assert (Kept(tmp_path, code).recording(plan) is not None) is is_taken


def test_half_a_file_is_measured_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "a")
    kept.keep(PLANS[0], AUDIT.recording)
    (path,) = (tmp_path / FOLDER).iterdir()
    path.write_bytes(path.read_bytes()[:-100])

    assert kept.recording(PLANS[0]) is None


def test_a_finished_gate_leaves_nothing(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "a")
    kept.keep(PLANS[0], AUDIT.recording)
    kept.clear()

    assert list(tmp_path.iterdir()) == []


def test_the_digest_follows_the_source_files(tmp_path: Path) -> None:
    (tmp_path / "data.py").write_text("a = 1\n")
    (tmp_path / "notes.txt").write_text("x")
    before = digest_of_code(tmp_path)

    (tmp_path / "notes.txt").write_text("y")
    assert digest_of_code(tmp_path) == before
    (tmp_path / "data.py").write_text("a = 2\n")
    assert digest_of_code(tmp_path) != before

"""The processes of a run: what each is called, what it held, and whether they hold the same data many times."""

from typing import NamedTuple

from genaudit.model import Outcome, Report, Verdict
from genaudit.model.recording import ProcessUse
from genaudit.model.series import ProcessSpan
from genaudit.report.phrases import count, duration, sentence, size
from genaudit.units import format_bytes

OWN = "the target itself"
OTHERS = "the others"


class Row(NamedTuple):
    """A process in the table."""

    label: str
    name: str
    seen: str
    highest: str
    at_peak: str
    private: str
    share: str


def table(report: Report) -> list[Row]:
    """Every process: when it was there, its highest, and its part of the highest sum."""
    total = sum(process.pss_bytes for process in report.processes)
    at_peak = {process.pid: process for process in report.processes}
    line = report.process_timeline
    known = [(span.pid, span.name, _seen(span), span.peak_pss_bytes) for span in line.processes] if line else []
    pids = {pid for pid, *_ in known}
    known += [
        (process.pid, process.name, "–", process.pss_bytes) for process in report.processes if process.pid not in pids
    ]
    rows = []
    for at, (pid, name, seen, highest) in enumerate(known):
        use = at_peak.get(pid)
        share = f"{use.pss_bytes / total * 100:.1f} %" if use and total else "–"
        rows.append(Row(f"{process_label(at)} ({pid})", name, seen, size(highest), *_use(use), share))
    return rows


def duplication(report: Report) -> str:
    """In one sentence, whether every worker has a copy of the data."""
    workers, each = report.processes[1:], report.worker_private_bytes
    if each is None and report.process_timeline is not None and len(report.process_timeline.processes) > 1:
        return "At the highest moment no child process was alive: what they held is in the table and the curve."
    if each is None and _had_workers(report):
        return "It had child processes, which had ended before all were read: other trials and the notes tell of them."
    if each is None:
        # No copy was found because there was nobody to have one: that is no answer for runs with workers.
        return "Everything ran in one process: what workers would hold was not measured."
    answer = report.answer("workers")
    held = f"holds {format_bytes(each)} of its own"
    if len(workers) > 1:
        held = f"hold {format_bytes(each)} each of their own"
    return sentence(f"{count(len(workers), 'child process')} {held}, which no other process shares{_so(answer)}")


def _had_workers(report: Report) -> bool:
    """Whether a child process was seen in any trial, though none in the one that is shown."""
    children = report.resources.children if report.resources is not None else None
    counted = children is not None and max(children.first, children.last) > 0
    return counted or any(trial.workers_pss_bytes for trial in report.trials)


def _so(answer: Outcome | None) -> str:
    """What follows for the data set."""
    if answer is not None and answer.verdict is Verdict.FAIL:
        return ": the data set is copied into every one of them, so each further worker costs as much again"
    if answer is not None and answer.verdict is Verdict.PASS:
        return "; it does not grow with the data set, so they are no copies of it"
    return "; only runs with data sets of several sizes show whether it is a copy of the data set"


def process_label(at: int) -> str:
    """How a process is called: the first is the target's own."""
    return OWN if at == 0 else f"child {at}"


def _seen(span: ProcessSpan) -> str:
    return f"{duration(span.first_s)} to {duration(span.last_s)}"


def _use(use: ProcessUse | None) -> tuple[str, str]:
    return ("–", "–") if use is None else (size(use.pss_bytes), size(use.private_bytes))

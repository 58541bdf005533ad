"""A file that memory-profiler wrote (``mprof run``), as a report: memory over time, and no verdict.

The lines of such a file are ``CMDLINE`` with the command, ``MEM`` with MiB and seconds since 1970, ``CHLD`` with the
number of a child process before these two, and ``FUNC`` with a name, then MiB and seconds at its begin and at its end.
"""

import datetime as dt
import math

import msgspec

from genaudit.errors import RecordingError
from genaudit.model.marks import Memory, PhaseMark, ReadyMark
from genaudit.model.outcome import Outcome, RunVerdict, Verdict
from genaudit.model.recording import Environment, MemoryLimit, Recording, Request, Sample, Trial, TrialExit
from genaudit.model.report import Report, Summary
from genaudit.report.build import conclude
from genaudit.units import MIB, format_bytes
from genaudit.version import __version__

_FIRST_WORDS = (b"CMDLINE ", b"MEM ", b"FUNC ", b"CHLD ")
MOST_MIB = 2.0**40
"""No process has more; a larger number is none that memory-profiler wrote."""
_OWN = 0
"""Number of the process that was profiled; its children count from 1, or have their process ids."""
_NOT_TOLD = "a file of memory-profiler has neither batches nor items, so nothing can be decided"
_HINT = "mprof run PROGRAM writes one: mprofile_*.dat"


def is_mprofile(content: bytes) -> bool:
    """Whether the content of a file begins as memory-profiler begins one."""
    return content.lstrip().startswith(_FIRST_WORDS)


def report_of_mprofile(content: bytes, *, name: str) -> Report:
    """The report of a file of memory-profiler's.

    Args:
        content: Of the file.
        name: Of the file, for messages.

    Raises:
        RecordingError: A line cannot be read, or there is no reading.
    """
    recording = _recording(_Profile(content.decode("utf-8", "replace"), name))
    report = conclude(recording)
    return msgspec.structs.replace(
        report,
        verdict=RunVerdict.INCONCLUSIVE,
        summary=_summary(recording.trials[0].samples),
        outcomes=[_undecided(outcome) for outcome in report.outcomes],
        tested=None,
        untested=None,
        notes=["read from a file of memory-profiler's: RSS, or what its --backend names; peaks are lower bounds"],
    )


class _Profile:
    """The lines of a file, sorted by their kind; memory in bytes, times in seconds since 1970."""

    def __init__(self, text: str, name: str) -> None:
        self.command = ""
        self.own: list[tuple[float, int]] = []
        self.children: list[tuple[float, int, int]] = []
        """Time, number of the process, bytes."""
        self.functions: list[tuple[str, float, float, int]] = []
        """Name, begin, end, bytes at the end."""
        self._name = name
        for number, line in enumerate(text.splitlines(), start=1):
            self._take(number, line)
        if not self.own:
            raise RecordingError(f"{name} has no reading of memory (no line MEM)", slug="not-a-recording", hint=_HINT)

    def _take(self, number: int, line: str) -> None:
        kind, _, rest = line.partition(" ")
        words = rest.split()
        try:
            if kind == "CMDLINE":
                self.command = rest.strip()
            elif kind == "MEM":
                self.own.append((_seconds(words[1]), _bytes(words[0])))
            elif kind == "CHLD":
                self.children.append((_seconds(words[2]), int(words[0]), _bytes(words[1])))
            elif kind == "FUNC":
                self.functions.append((words[0], _seconds(words[2]), _seconds(words[4]), _bytes(words[3])))
        except (ValueError, IndexError) as error:
            raise RecordingError(
                f"{self._name}:{number}: this line of memory-profiler's cannot be read: {line[:80]}",
                slug="not-a-recording",
                hint=_HINT,
            ) from error


def _bytes(word: str) -> int:
    value = float(word)
    if not 0 <= value <= MOST_MIB:
        raise ValueError(word)
    return round(value * MIB)


def _seconds(word: str) -> float:
    value = float(word)
    if not math.isfinite(value) or not 0 <= value < 2.0**40:
        raise ValueError(word)
    return value


def _recording(profile: _Profile) -> Recording:
    """What the file says as a recording of one trial without batches."""
    began = min(at for at, _ in profile.own)
    samples = _samples(profile, began)
    first = samples[0]
    ready = ReadyMark(at_s=0.0, pid=_OWN, clock_s=0.0, exact_peaks=False, memory=_memory(first.rss_bytes))
    phases = [
        PhaseMark(at_s=end - began, name=name, seconds=max(0.0, end - start), memory=_memory(n_bytes))
        for name, start, end, n_bytes in sorted(profile.functions, key=lambda function: function[2])
        if end >= began
    ]
    trial = Trial(
        kind="clean",
        items=None,
        batches_asked=0,
        epochs_asked=None,
        hold=1,
        exit=TrialExit(code=None, signal=None, reason="completed"),
        wall_s=samples[-1].at_s,
        ready=ready,
        phases=phases,
        samples=samples,
        process_names={sample_pid: f"child {sample_pid}" for _, sample_pid, _ in profile.children},
        sampler="memory-profiler",
    )
    return Recording(
        genaudit_version=__version__,
        created_at=dt.datetime.fromtimestamp(began, dt.timezone.utc).isoformat(timespec="seconds"),
        request=Request(target=_target(profile.command), command=profile.command.split()),
        environment=Environment(python="", implementation="", platform="", kernel="", allocator="", cpus=1),
        limit=MemoryLimit(bytes=0, source="not known", trial_bytes=0),
        working_directory="",
        trials=[trial],
    )


def _samples(profile: _Profile, began: float) -> list[Sample]:
    """Readings in the order of time, each with those of child processes that came between it and the next."""
    own = sorted(profile.own)
    children = sorted(profile.children)
    samples = []
    at = 0
    for index, (when, n_bytes) in enumerate(own):
        until = own[index + 1][0] if index + 1 < len(own) else math.inf
        below: dict[int, int] = {}
        while at < len(children) and children[at][0] < until:
            below[children[at][1]] = children[at][2]
            at += 1
        processes = {_OWN: n_bytes, **below} if below else {}
        samples.append(
            Sample(
                at_s=when - began,
                rss_bytes=n_bytes,
                held_bytes=n_bytes,
                pss_bytes=sum(processes.values()) if processes else None,
                children=len(below),
                processes=processes,
            )
        )
    return samples


def _memory(n_bytes: int) -> Memory:
    return Memory(rss_bytes=n_bytes, anon_bytes=n_bytes, file_bytes=0, shmem_bytes=0, high_water_bytes=n_bytes)


def _target(command: str) -> str:
    """The program of a command line: its first Python file, else its first word."""
    words = command.split()
    return next((word for word in words if word.endswith(".py")), words[0] if words else "mprof")


def _summary(samples: list[Sample]) -> Summary:
    first, last = samples[0], samples[-1]
    highest = max(samples, key=lambda sample: sample.rss_bytes)
    return Summary(
        headline="memory over time, as memory-profiler recorded it; without batches there is no verdict",
        cause=(
            f"RSS went from {format_bytes(first.rss_bytes)} to {format_bytes(last.rss_bytes)} in {last.at_s:.1f} s;"
            f" the highest reading was {format_bytes(highest.rss_bytes)} after {highest.at_s:.1f} s"
        ),
        mend="audit the generator itself: genaudit run FILE:FUNCTION",
    )


def _undecided(outcome: Outcome) -> Outcome:
    """The last rule says that nothing was decided; all others do not apply."""
    if outcome.verdict is not Verdict.PASS:
        return outcome
    return msgspec.structs.replace(outcome, verdict=Verdict.INCONCLUSIVE, message=_NOT_TOLD)

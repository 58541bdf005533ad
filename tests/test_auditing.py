"""``genaudit.audit``: a report of whatever the target does, an error for what cannot be used."""

from pathlib import Path

import pytest

import genaudit
from genaudit.auditing import Inputs, record
from genaudit.errors import InternalError, TargetError, UsageError
from genaudit.experiment.inputs import Stage
from genaudit.model.marks import BatchMark, EndMark, Memory, PhaseMark, RaisedMark
from genaudit.model.recording import Recording, Request, Trial, TrialExit
from genaudit.recorder.trial.monitor import Interrupted
from genaudit.report.build import conclude

MEMORY = Memory(rss_bytes=1, anon_bytes=1, file_bytes=0, shmem_bytes=0, high_water_bytes=1)
IMPORTED = PhaseMark(at_s=0, name="import", seconds=0, memory=MEMORY)
BATCH = BatchMark(at_s=1, last=1, count=1, epoch=1, seconds=1, seconds_max=1, before_bytes=1, memory=MEMORY)
END = EndMark(at_s=2, batch=1, epochs=0, exhausted=True, stopped="exhausted")


def raised(**fields: object) -> RaisedMark:
    """An exception in the child."""
    told = {"phase": "arguments", "batch": 0, "type": "X", "message": "it says so", "traceback": "", "frames": []}
    return RaisedMark(at_s=1, **{**told, **fields})  # type: ignore[arg-type]


def trial(kind: str = "clean", reason: str = "completed", **fields: object) -> Trial:
    """A trial that came through its import and to its first batch, if nothing else is said."""
    exit_ = TrialExit(code=0, signal=None, reason=reason)
    told = {"phases": [IMPORTED], "batches": [BATCH], "end": END if reason == "completed" else None}
    return Trial(
        kind=kind, items=None, batches_asked=1, epochs_asked=None, hold=1, exit=exit_, wall_s=1, **{**told, **fields}
    )  # type: ignore[arg-type]


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> "Recorder":
    """Records without processes."""
    return Recorder(monkeypatch)


class Recorder:
    """An audit whose trials end as they are told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.asked = 0

    def __call__(self, *outcomes: Trial | BaseException) -> Recording:
        waiting = list(outcomes)

        def run(stage: Stage, spec: object, **_: object) -> Trial:
            self.asked += 1
            outcome = waiting.pop(0)
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        self._monkeypatch.setattr(Stage, "run", run)
        # Line by line too: so that a trial follows also where nothing is found.
        return record(Request(target="data:batches", lines=True), Inputs())


def test_a_refused_target_is_an_error(recorded: Recorder) -> None:
    """Nothing was measured, so there is nothing to report."""
    refused = trial(reason="refused", batches=[], raised=raised(slug="nothing", hint="try", exit_code=2))

    with pytest.raises(UsageError, match="it says so"):
        recorded(refused)


def test_a_fault_of_our_own_is_an_error(recorded: Recorder) -> None:
    """In a trial that measures; figures after it could not be trusted."""
    with pytest.raises(InternalError, match="genaudit's own code failed in the phase arguments"):
        recorded(trial(reason="internal", raised=raised(internal=True, traceback="Traceback …")))


def test_a_fault_while_tracing_costs_only_the_lines(recorded: Recorder) -> None:
    """What was measured before stands."""
    recording = recorded(trial(), trial("traced", "internal", raised=raised(internal=True)))

    assert [one.exit.reason for one in recording.trials] == ["completed", "internal"]
    assert recording.notes == ["lines could not be looked for, by a fault of genaudit's own: it says so"]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(trial(reason="timed-out"), id="hangs"),
        pytest.param(trial(reason="timed-out", end=END), id="hangs when it is closed"),
        pytest.param(trial(reason="raised", phases=[], batches=[], raised=raised(phase="import")), id="import"),
        pytest.param(trial(reason="memory-limit", phases=[], batches=[]), id="memory limit at import"),
    ],
)
def test_what_would_only_happen_again_is_not_tried_again(recorded: Recorder, broken: Trial) -> None:
    """A timeout is waited for once."""
    recording = recorded(broken, AssertionError("a second trial was run"))

    assert recording.trials == [broken]
    assert recorded.asked == 1


def test_an_interrupted_trial_is_kept(recorded: Recorder) -> None:
    """With all before it."""
    recording = recorded(trial(), Interrupted(trial("traced", "interrupted")))

    assert recording.interrupted
    assert [one.exit.reason for one in recording.trials] == ["completed", "interrupted"]


def test_an_interrupt_between_two_trials_keeps_the_first(recorded: Recorder) -> None:
    """While genaudit itself computes."""
    recording = recorded(trial(), KeyboardInterrupt())
    report = conclude(recording)

    assert recording.interrupted
    assert len(recording.trials) == 1
    assert report.exit_code == 130
    assert report.summary.headline == "was interrupted"


def test_an_interrupt_before_the_first_trial_is_one(recorded: Recorder) -> None:
    """Nothing was measured, so there is nothing to keep."""
    with pytest.raises(KeyboardInterrupt):
        recorded(KeyboardInterrupt())


def test_a_working_directory_that_is_gone_ends_the_audit(
    recorded: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After what the first trial measured."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    done = trial()

    def run(stage: Stage, spec: object, **_: object) -> Trial:
        (tmp_path / "here").rmdir()
        return done

    monkeypatch.setattr(Stage, "run", run)
    recording = record(Request(target="data:batches"), Inputs())

    assert recording.trials == [done]
    assert "the working directory is gone" in recording.notes[0]


@pytest.mark.process
def test_the_api_raises_what_the_command_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the hint and the exit code."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text("def batches(paths): yield 1\n")

    with pytest.raises(UsageError, match="needs a value for paths") as missing:
        genaudit.audit("data:batches")
    with pytest.raises(TargetError, match="no attribute 'batch'") as unknown:
        genaudit.audit("data:batch")

    assert "--arg paths=" in missing.value.hint
    assert "batches" in unknown.value.hint


@pytest.mark.process
@pytest.mark.slow
def test_the_api_reports_what_the_target_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of the target is none of the caller's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text("def batches():\n    yield b'x'\n    raise SystemExit('enough')\n")

    report = genaudit.audit("data:batches")

    assert (report.verdict.value, report.exit_code) == ("error", 3)
    assert report.summary.headline == "raised SystemExit in batch 2: enough"
    assert report.failure is not None
    assert report.failure.location is not None
    assert (report.failure.location.path, report.failure.location.line) == ("data.py", 3)

"""The way from a job to its report: what is kept of trials that end badly, and that there is no second way."""

import ast
import functools
from pathlib import Path

import pytest

import genaudit
from genaudit import pipeline
from genaudit.errors import ExitCode, InternalError, TargetError, UsageError
from genaudit.model.job import Job
from genaudit.model.limits import Limits
from genaudit.model.marks import BatchMark, EndMark, Memory, PhaseMark
from genaudit.model.outcome import RunVerdict
from genaudit.model.recording import Recording, Trial, TrialExit
from genaudit.recorder.trial.monitor import Interrupted
from tests import build
from tests.experiment.made import raised

MEMORY = Memory(rss_bytes=1, anon_bytes=1, file_bytes=0, shmem_bytes=0, high_water_bytes=1)
IMPORTED = PhaseMark(at_s=0, name="import", seconds=0, memory=MEMORY)
BATCH = BatchMark(at_s=1, last=1, count=1, epoch=1, seconds=1, before_bytes=1, memory=MEMORY)
END = EndMark(at_s=2, batch=1, epochs=0, exhausted=True, stopped="exhausted")


def trial(kind: str = "clean", reason: str = "completed", **fields: object) -> Trial:
    """A trial that came through its import and to its first batch, if nothing else is said."""
    exit_ = TrialExit(code=0, signal=None, reason=reason)
    usual = {"phases": [IMPORTED], "batches": [BATCH], "end": END if reason == "completed" else None}
    return Trial(
        kind=kind, items=None, batches_asked=1, epochs_asked=None, hold=1, exit=exit_, wall_s=1, **{**usual, **fields}
    )  # type: ignore[arg-type]


class Runner:
    """Trials that end as a test wants them to."""

    def __init__(self, *outcomes: Trial | BaseException) -> None:
        self._waiting = list(outcomes)
        self.asked = 0

    def __call__(self, _: object, **__: object) -> Trial:
        self.asked += 1
        outcome = self._waiting.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def recorded(*outcomes: Trial | BaseException) -> Recording:
    """The recording of these trials; line by line too, so that a trial follows also where nothing is found."""
    return pipeline.record(Job(target="data:batches", lines=True), run_trial=Runner(*outcomes))


def test_a_refused_target_is_an_error() -> None:
    """Nothing was measured, so there is nothing to report."""
    refused = trial(reason="refused", batches=[], raised=raised(slug="nothing", hint="try", exit_code=2))

    with pytest.raises(UsageError, match="it says so"):
        recorded(refused)


def test_a_fault_of_our_own_is_an_error() -> None:
    """In a trial that measures; figures after it could not be trusted."""
    with pytest.raises(InternalError, match="genaudit's own code failed in the phase arguments"):
        recorded(trial(reason="internal", raised=raised(internal=True, traceback="Traceback …")))


def test_a_fault_while_tracing_costs_only_the_lines() -> None:
    """What was measured before is kept."""
    recording = recorded(trial(), trial("traced", "internal", raised=raised(internal=True)))

    assert [trial.exit.reason for trial in recording.trials] == ["completed", "internal"]
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
def test_what_would_only_happen_again_is_not_tried_again(broken: Trial) -> None:
    """A timeout is waited for once."""
    runner = Runner(broken, AssertionError("a second trial was run"))
    recording = pipeline.record(Job(target="data:batches", lines=True), run_trial=runner)

    assert recording.trials == [broken]
    assert runner.asked == 1


def test_an_interrupted_trial_is_kept() -> None:
    """With all before it."""
    recording = recorded(trial(), Interrupted(trial("traced", "interrupted")))

    assert recording.interrupted
    assert [trial.exit.reason for trial in recording.trials] == ["completed", "interrupted"]


def test_an_interrupt_between_two_trials_keeps_the_first() -> None:
    """While genaudit itself computes."""
    recording = recorded(trial(), KeyboardInterrupt())
    report = pipeline.report_of(recording)

    assert recording.interrupted
    assert len(recording.trials) == 1
    assert report.exit_code == 130
    assert report.summary.headline == "was interrupted"


def test_an_interrupt_before_the_first_trial_is_one() -> None:
    """Nothing was measured, so there is nothing to keep."""
    with pytest.raises(KeyboardInterrupt):
        recorded(KeyboardInterrupt())


def test_a_working_directory_that_is_gone_ends_the_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After what the first trial measured."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    done = trial()

    def run(_: object, **__: object) -> Trial:
        (tmp_path / "here").rmdir()
        return done

    recording = pipeline.record(Job(target="data:batches"), run_trial=run)

    assert recording.trials == [done]
    assert "the working directory is gone" in recording.notes[0]


def test_the_target_s_file_is_kept_without_its_secrets(tmp_path: Path) -> None:
    """As far as the report shows it."""
    path = tmp_path / "data.py"
    path.write_text("def batches():\n    api_key = 'zebra-1234'\n    yield api_key\n")
    mark = build.arguments(None)
    mark = type(mark)(
        **{name: getattr(mark, name) for name in mark.__struct_fields__}
        | {"path": str(path), "line": 1, "function": "batches", "project_root": str(tmp_path)}
    )
    recording = recorded(trial(arguments=mark), trial("walked"), trial("traced"), trial("lines"))

    (text,) = recording.sources.values()
    assert text.count("\n") == 3
    assert "def batches" in text
    assert "zebra" not in text


def test_an_audit_has_both_and_judges_by_the_limits_of_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """And by what the caller says of the exit code."""
    leak = build.at_sizes(lambda _, batch, __: batch * build.BATCH)
    monkeypatch.setattr(pipeline, "record", lambda *_: build.recording(*leak))
    wide = Limits(growth_bytes_per_batch=2**40, epoch_growth_bytes=2**40)

    strictly = pipeline.audit(Job(target="data:generate"))
    never = pipeline.audit(Job(target="data:generate"), fail_on="never")
    zero = pipeline.audit(Job(target="data:generate"), exit_zero=True)
    widely = pipeline.audit(Job(target="data:generate", limits=wide))

    assert strictly.recording.trials == leak
    assert (strictly.report.verdict, strictly.report.exit_code) == (RunVerdict.FAIL, ExitCode.FINDINGS)
    assert (never.report.exit_code, zero.report.exit_code) == (0, 0)
    growth = {
        audit.report.exit_code: next(o for o in audit.report.outcomes if o.name == "batch-growth").is_finding
        for audit in (strictly, widely)
    }
    assert growth == {1: True, widely.report.exit_code: False}


def test_a_refused_job_is_an_audit_too() -> None:
    """Its report says why; of the job only the target is read."""
    error = TargetError("it is not there", slug="no-target", hint="look")
    recording, report = pipeline.refuse(Job(target="data:one", sizes="nonsense", memory_limit="nonsense"), error)

    (only,) = recording.trials
    assert (only.exit.reason, only.raised and only.raised.message) == ("refused", "it is not there")
    assert recording.notes == ["look"]
    assert recording.request.target == "data:one"
    assert report.summary.headline == "it is not there"
    assert report.exit_code == ExitCode.TARGET


# No second way.


@functools.cache
def imported(path: Path) -> list[str]:
    """Everything that a module imports, wherever in it."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{path} imports relatively"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def users(*prefixes: str) -> set[str]:
    """The modules that import something below these names."""
    root = Path(genaudit.__file__).parent
    return {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if any(f"{name}.".startswith(f"{prefix}.") for name in imported(path) for prefix in prefixes)
    }


def test_the_pipeline_alone_joins_trials_and_reports() -> None:
    """Whoever else runs trials makes no report of them, and whoever makes a report of a recording runs none."""
    reporting = users("genaudit.report.build")

    assert users("genaudit.experiment.investigation") == {"pipeline.py"}
    assert reporting & users("genaudit.experiment", "genaudit.recorder.trial.monitor") == {"pipeline.py"}
    assert reporting & users("genaudit.pipeline") == set()
    # A file of memory-profiler is a recording that somebody else made.
    assert reporting == {"pipeline.py", "gate/saved.py", "report/mprofile.py"}

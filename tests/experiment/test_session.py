"""What the trials of one target share, how each is run, and what is kept of it."""

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from genaudit.errors import TargetError, UsageError
from genaudit.evidence import readings
from genaudit.experiment import sizes
from genaudit.experiment.session import MADE_DATA, ExperimentSession, NoMoreTrials
from genaudit.model.job import Job
from genaudit.model.limits import Limits
from genaudit.model.marks import ArgumentsMark, EpochMark
from genaudit.model.progress import Progress
from genaudit.model.recording import Skipped, Trial
from genaudit.recorder.machine import platform
from genaudit.recorder.trial.monitor import Interrupted
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.units import GIB, MIB
from tests import build
from tests.experiment import made
from tests.experiment.made import MadeTarget, ended, raised, session

MAKER = "data:arguments"


def marked(trial: Trial, **fields: Any) -> ArgumentsMark:
    """The mark of a trial's arguments with other fields."""
    assert trial.arguments is not None
    return msgspec.structs.replace(trial.arguments, **fields)


def limited_to(most: int) -> MadeTarget:
    """A function that gives so many items, however many it is asked for; its argument's length says so."""

    def change(_: TrialSpec, trial: Trial) -> Trial:
        assert trial.items is not None
        return msgspec.structs.replace(trial, arguments=marked(trial, lengths={"keys": min(most, trial.items)}))

    return MadeTarget(kind="function", change=change)


def writing(times: int) -> MadeTarget:
    """A target whose arguments are written anew in its first trials, and are there in later ones."""
    left = iter(range(times))

    def change(spec: TrialSpec, trial: Trial) -> Trial:
        if not spec.leave_new_data or next(left, None) is None:
            return trial
        assert trial.end is not None
        return msgspec.structs.replace(trial, end=msgspec.structs.replace(trial.end, stopped=MADE_DATA), batches=[])

    return MadeTarget(change=change)


# What a session begins with.


def test_an_empty_session() -> None:
    """Says what was asked for and where; nothing has been measured."""
    recording = session(MadeTarget(), batches=7, max_batches=5, command=["genaudit"]).recording

    assert (recording.request.target, recording.request.command) == ("data:batches", ["genaudit"])
    # The batches that are asked for can always be reached.
    assert (recording.request.batches, recording.request.max_batches) == (7, 7)
    assert recording.working_directory == str(Path.cwd())
    assert Path(recording.harness_path).name == "genaudit"
    assert (recording.trials, recording.skipped, recording.notes, recording.interrupted) == ([], [], [], False)


@pytest.mark.parametrize(
    ("asked", "trial_bytes", "n_bytes", "source"),
    [
        pytest.param(None, 3_200, 8_000, "machine", id="a share of what is available"),
        pytest.param(5_000, 5_000, 5_000, "--memory-limit", id="bytes"),
        pytest.param("1KiB", 1_024, 1_024, "--memory-limit", id="text"),
        pytest.param("1MiB", MIB, 8_000, "--memory-limit", id="more than there is"),
    ],
)
def test_the_memory_limit(
    asked: int | str | None, trial_bytes: int, n_bytes: int, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a trial, and of the machine as far as it may be used."""
    monkeypatch.setattr(platform, "memory_limit", lambda: (8_000, "machine"))
    monkeypatch.setattr(platform, "available_bytes", lambda: 4_000)
    made_session = session(MadeTarget(), memory_limit=asked)
    limit = made_session.recording.limit

    assert (limit.trial_bytes, limit.bytes, limit.source) == (trial_bytes, n_bytes, source)
    assert made_session.limit_bytes == trial_bytes


@pytest.mark.parametrize("asked", [0, -1, "much"])
def test_a_memory_limit_that_is_none(asked: int | str) -> None:
    """Is refused before any trial."""
    with pytest.raises(UsageError):
        session(MadeTarget(), memory_limit=asked)


# Running a trial.

HERE = Progress(kind="scaled", items=16, phase="steady", batch=2, batches_wanted=0, held_bytes=None, growth_bytes=None)


def test_a_trial_is_run_with_what_the_session_knows() -> None:
    """The limit, the folder, who is called with its progress; and it is kept."""
    target = MadeTarget()
    calls: list[Progress] = []
    running = ExperimentSession(Job(target="data:batches", memory_limit=GIB), calls.append, run_trial=target)
    trial = running.run(running.whole_epochs({"items": 16}))

    (watching,) = target.watching
    watching["progress"](HERE)
    assert (watching["limit_bytes"], watching["working_directory"]) == (GIB, Path.cwd())
    assert [(where.kind, where.batch) for where in calls] == [(HERE.kind, HERE.batch)]
    assert running.trials == [trial] == running.recording.trials


def test_trials_are_kept_in_their_order() -> None:
    """And what is handed out cannot change them."""
    running = session(MadeTarget())
    for items in (64, 16, 32):
        running.run(running.first_batch_only(items))
    running.trials.clear()

    assert [trial.items for trial in running.trials] == [64, 16, 32]


def test_a_spec_has_what_the_job_says_if_it_says_nothing_else() -> None:
    """Target, arguments, batches that are held, timeout."""
    running = session(MadeTarget(), target="data:batches", hold=2, timeout=9.0, dataset="keys", import_from=["lib"])
    plain = running.spec("traced", {"all": True}, batches=1)
    other = running.spec("traced", {"all": True}, batches=1, hold=1, timeout_s=3.0)

    assert (plain.hold, plain.timeout_s, other.hold, other.timeout_s) == (2, 9.0, 1, 3.0)
    assert (plain.target["module"], plain.target["import_from"]) == ("data", ["lib"])
    assert plain.inputs["dataset"] == "keys"


def test_secrets_are_covered_in_every_trial() -> None:
    """In one that Ctrl-C ended too; in the request as soon as a trial says what the target's values are called."""

    def leaking(_: TrialSpec, trial: Trial) -> Trial:
        mark = marked(trial, arguments={"password": "'zebra77'"})
        return msgspec.structs.replace(trial, arguments=mark, raised=raised(message="no zebra77 here"))

    target = MadeTarget(change=leaking)
    running = session(target, target="data:batches('zebra77')")
    assert "zebra77" in running.recording.request.target
    trial = running.run(running.first_batch_only(16))
    assert "zebra77" not in running.recording.request.target
    assert trial.raised is not None
    assert "zebra77" not in trial.raised.message

    def interrupting(spec: TrialSpec, trial: Trial) -> Interrupted:
        return Interrupted(leaking(spec, trial))

    stopped = session(MadeTarget(change=interrupting), target="data:batches", values={"password": "zebra77"})
    with pytest.raises(Interrupted) as caught:
        stopped.run(stopped.first_batch_only(16))
    assert caught.value.trial.raised is not None
    assert "zebra77" not in caught.value.trial.raised.message


def test_what_cannot_be_followed_is_kept_and_ends_the_experiment() -> None:
    """With the reason, where the trial does not show it."""
    fault = raised(internal=True)
    running = session(MadeTarget(change=ended("internal", of="traced", raised=fault)))
    running.run(running.first_batch_only(16))

    with pytest.raises(NoMoreTrials):
        running.run(running.spec("traced", {"items": 16}, batches=1, engine="tracemalloc"))

    assert [trial.exit.reason for trial in running.trials] == ["completed", "internal"]
    assert running.recording.notes == ["lines could not be looked for, by a fault of genaudit's own: it says so"]


def test_a_refusal_counts_only_before_the_first_batch() -> None:
    """A trial without one is not enough."""
    refusal = ended("refused", at=1, batches=[], raised=raised(slug="x"))
    empty = session(MadeTarget(change=lambda spec, trial: refusal(spec, msgspec.structs.replace(trial, batches=[]))))
    full = session(MadeTarget(change=ended("refused", at=1, batches=[], raised=raised(slug="x"))))
    for running in (empty, full):
        running.run(running.spec("clean", {"all": True}, batches=1, extends=False))

    with pytest.raises(TargetError):
        empty.run(empty.first_batch_only(16))
    assert full.run(full.first_batch_only(16)).exit.reason == "refused"


def test_a_trial_apart_is_neither_checked_nor_kept() -> None:
    """And goes no further than it is asked to."""
    target = MadeTarget(made.leaking, change=ended("timed-out"))
    running = session(target)
    trial = running.run_apart(running.spec("clean", {"all": True}, batches=8, settle_every=1))

    assert trial.exit.reason == "timed-out"
    assert trial.batches[-1].last == 8
    assert (running.trials, running.recording.notes) == ([], [])
    assert [spec.extends for spec in target.specs] == [False]


# How far a drive goes.


def drive(retained: Any, **fields: Any) -> int:
    """Batches of a drive of 16 that may go on."""
    running = session(MadeTarget(retained), max_batches=100)
    plan = {"kind": "clean", "size": {"all": True}, "batches": 16, "settle_every": 1, **fields}
    return running.run(running.spec(**plan)).batches[-1].last


def test_a_drive_goes_on_while_memory_rises() -> None:
    """To the most batches that may be pulled; not where it is flat, must not go on, or is traced."""
    assert drive(made.leaking) == 100
    assert drive(made.nothing) == 16
    assert drive(made.leaking, extends=False) == 16
    assert drive(made.leaking, engine="tracemalloc", kind="traced") == 16


def test_limits_say_whether_memory_rises() -> None:
    """They are the job's."""
    running = session(MadeTarget(made.leaking), limits=Limits(growth_bytes_per_batch=build.BATCH * 2))
    spec = running.spec("clean", {"all": True}, batches=16, settle_every=1)

    assert running.run(spec).batches[-1].last == 16


# Data that a trial makes.


def test_data_that_was_written_is_measured_when_it_is_there() -> None:
    """The trial that wrote it is not kept."""
    target = writing(times=1)
    running = session(target, args_from=MAKER)
    running.run(running.first_batch_only(16))
    running.run(running.first_batch_only(32))

    assert [(spec.size["items"], spec.leave_new_data) for spec in target.specs] == [(16, True), (16, True), (32, True)]
    assert [trial.items for trial in running.trials] == [16, 32]
    assert all(trial.batches for trial in running.trials)


def test_a_function_that_always_writes_is_taken_as_it_is() -> None:
    """After two tries, and in every later trial at once."""
    target = writing(times=100)
    running = session(target, args_from=MAKER)
    running.run(running.first_batch_only(16))
    running.run(running.first_batch_only(32))

    assert [(spec.size["items"], spec.leave_new_data) for spec in target.specs] == [
        (16, True),
        (16, True),
        (16, False),
        (32, False),
    ]
    assert [trial.items for trial in running.trials] == [16, 32]


def test_without_a_function_nothing_is_written() -> None:
    """The trial is run as it is."""
    target = writing(times=100)
    running = session(target)
    running.run(running.first_batch_only(16))

    assert [spec.leave_new_data for spec in target.specs] == [False]


# Data that ends.


def test_where_there_are_fewer_items_the_trial_is_run_at_those() -> None:
    """In place of the one that counted its epochs by items that are not there."""
    target = limited_to(24)
    running = session(target)
    running.run(running.whole_epochs({"items": 16}))
    trial = running.run(running.whole_epochs({"items": 32}))

    assert [spec.size["items"] for spec in target.specs] == [16, 32, 24]
    assert running.available == 24
    assert trial.items == 24
    assert [trial.items for trial in running.trials] == [16, 24]
    assert len(running.evidence.trials) == 2
    assert running.recording.notes == [
        "the function that makes the data set gives 24 items at most: it was asked for more"
    ]


def test_trials_of_more_items_than_there_are_are_of_those() -> None:
    """The ones before it was known, and the ones after."""
    target = limited_to(24)
    running = session(target)
    for items in (32, 64, 16):
        running.run(running.first_batch_only(items))
    running.run(running.first_batch_only(128))

    assert running.available == 24
    assert [trial.items for trial in running.trials] == [24, 24, 16, 24]
    assert [trial.arguments and trial.arguments.dataset_items for trial in running.trials] == [24, 24, 512, 24]
    # Nothing was run again: the trial that showed it asked for no more than there is.
    assert [spec.size["items"] for spec in target.specs] == [32, 64, 16, 128]


def test_what_interrupts_the_second_run_leaves_the_first() -> None:
    """As one of the items that there are."""
    target = limited_to(24)
    running = session(target)
    running.run(running.whole_epochs({"items": 16}))
    change = target._change

    def stop_at_available(spec: TrialSpec, trial: Trial) -> Trial | BaseException:
        changed = change(spec, trial)
        assert isinstance(changed, Trial)
        return Interrupted(changed) if spec.size == {"items": 24} else changed

    target._change = stop_at_available
    with pytest.raises(Interrupted):
        running.run(running.whole_epochs({"items": 32}))

    assert [trial.items for trial in running.trials] == [16, 24]


def test_more_items_than_there_are_cannot_be_had() -> None:
    """Nor made."""
    running = session(limited_to(24))
    assert running.has_items(10**9)
    running.run(running.whole_epochs({"items": 16}))
    assert running.can_make_more
    running.run(running.whole_epochs({"items": 32}))

    assert (running.has_items(24), running.has_items(25)) == (True, False)
    assert not running.can_make_more


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        pytest.param("function", {}, True, id="a function makes it"),
        pytest.param("list", {}, False, id="a list is as long as it is"),
        pytest.param("function", {"items": 512}, False, id="the user said how large it is"),
    ],
)
def test_a_data_set_that_can_be_made_larger(kind: str, options: dict[str, Any], expected: bool) -> None:
    running = session(MadeTarget(kind=kind), **options)
    assert not running.can_make_more
    running.run(running.first_batch_only(16))

    assert running.can_make_more is expected


# Reading what was measured.


def test_the_evidence_is_of_all_trials_so_far() -> None:
    """Computed once for each."""
    running = session(MadeTarget(made.eager))
    running.run(running.whole_epochs({"items": 16}))
    first = running.evidence
    assert running.evidence is first
    assert not running.suspicion.eager
    for items in (32, 64):
        running.run(running.whole_epochs({"items": items}))

    assert running.evidence is not first
    assert running.suspicion.eager
    assert len(running.evidence.trials) == 3


def test_the_largest_size() -> None:
    """Of all, and of those of which a whole epoch was driven."""
    running = session(MadeTarget())
    assert running.largest() == 0
    running.run(running.whole_epochs({"items": 32}))
    running.run(running.first_batch_only(64))

    assert (running.largest(), running.largest(epochs=True)) == (64, 32)


def test_batches_are_filled() -> None:
    """As soon as it is known how many items one has."""
    running = session(MadeTarget())
    assert (running.batch_items, running.full_batches(21)) == (1, 21)
    running.run(running.first_batch_only(16))

    assert running.batch_items == build.BATCH_ITEMS == 8
    assert (running.full_batches(21), running.full_batches(24), running.full_batches(3)) == (16, 24, 8)


def test_batches_of_rows_have_no_items() -> None:
    """More of them than the data set has: its items are files."""
    running = session(MadeTarget(whole=6))
    running.run(running.first_batch_only(6))

    assert (running.batch_items, running.full_batches(6), running.least_size) == (1, 6, 1)


def test_whether_the_target_shares_memory() -> None:
    """With processes of its own."""
    alone, with_workers = session(MadeTarget()), session(MadeTarget(workers=2))
    for running in (alone, with_workers):
        running.run(running.first_batch_only(16))

    assert (alone.shares_memory, with_workers.shares_memory) == (False, True)


def test_what_can_be_afforded_is_a_question_of_time() -> None:
    """Of whole epochs, or up to the first batch."""
    running = session(MadeTarget(first_batch_s=0.01, batch_s=1.0))
    running.run(running.whole_epochs({"items": 16}))
    most = round(sizes.LADDER_S / 0.01)

    assert running.can_afford(most, epochs=False)
    assert not running.can_afford(most + 1, epochs=False)
    # An item takes an eighth of a second in an epoch.
    assert running.can_afford(64, epochs=True)
    assert not running.can_afford(72, epochs=True)


def test_what_can_be_afforded_is_a_question_of_memory() -> None:
    """By the law of the peaks, with what the process needs anyway."""
    running = session(MadeTarget(made.eager), memory_limit=200 * MIB)
    for items in (16, 32, 64):
        running.run(running.first_batch_only(items))
    needs = running.forecast_bytes(0)

    assert needs == pytest.approx(build.BASE + 10 * MIB, rel=0.1)
    assert running.forecast_bytes(1024) == pytest.approx(needs + 1024 * build.ITEM, rel=0.05)
    assert running.can_afford(2048, epochs=False)
    assert not running.can_afford(4096, epochs=False)


def test_where_memory_does_not_grow_any_size_fits() -> None:
    """The forecast is what the process needs."""
    running = session(MadeTarget())
    for items in (16, 32, 64):
        running.run(running.first_batch_only(items))

    assert running.forecast_bytes(10**9) == running.forecast_bytes(1)


def test_what_is_skipped_and_interrupted_is_recorded() -> None:
    """With the trial that was running, where there was one."""
    running = session(MadeTarget())
    skipped = Skipped(kind="clean", items=512, reason="it is too large")
    running.skip(skipped)
    running.interrupt()
    assert (running.recording.interrupted, running.recording.trials) == (True, [])
    half = build.trial(16, lambda batch, epoch: 0.0, batches=1)
    running.interrupt(half)

    assert running.recording.skipped == [skipped]
    assert running.recording.trials == [half]


def test_a_trial_that_is_no_part_of_the_experiment_tells_no_plan() -> None:
    """What comes after it is not the experiment's to say."""
    calls: list[Progress] = []
    target = MadeTarget()
    running = ExperimentSession(Job(target="data:batches"), calls.append, run_trial=target)
    running.run(running.whole_epochs({"items": 16}))
    for run in (running.run_beside, running.run_apart):
        run(running.spec("called", {"items": 16}, batches=8))
        target.watching[-1]["progress"](HERE)

    beside, apart = calls
    assert beside.step == 2
    assert beside.trial_s is not None
    assert apart == HERE


@pytest.mark.process
def test_the_revision_is_that_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is named is in its own repository, wherever the audit is started; a module is in the one here."""
    code, here = tmp_path / "code", tmp_path / "here"
    for folder in (code, here):
        folder.mkdir()
        subprocess.run(["git", "init", "-q", "-b", folder.name, "."], cwd=folder, check=True)
        (folder / "data.py").write_text("def batches():\n    yield 1\n", encoding="utf-8")
    monkeypatch.chdir(here)

    for target, branch in ((f"{code}/data.py:batches", "code"), ("data:batches", "here")):
        revision = session(MadeTarget(), target=target).recording.revision

        assert revision is not None
        assert (revision.branch, revision.commit) == (branch, None)


def of_rows(file_bytes: float) -> MadeTarget:
    """Files, whose iterator ended long after the epochs that were counted by their number."""

    def change(spec: TrialSpec, trial: Trial) -> Trial:
        mark = marked(trial, may_have_rows=True, file_bytes_per_item=file_bytes)
        trial = msgspec.structs.replace(trial, arguments=mark)
        if not spec.looks_on or trial.end is None:
            return trial
        return msgspec.structs.replace(trial, end=msgspec.structs.replace(trial.end, ended_after=400))

    return MadeTarget(change=change)


def test_epochs_that_items_do_not_count_are_driven_again_to_their_end() -> None:
    """Where a batch is a small part of a file. One that is a whole file is passed over again and again."""
    rows, whole = (session(of_rows(n_bytes)) for n_bytes in (100.0 * build.ITEM, build.ITEM))
    for running in (rows, whole):
        spec = running.whole_epochs({"items": 64}, epochs=4)
        running.run(msgspec.structs.replace(spec, looks_on=True))

    assert len(rows.trials) == len(whole.trials) == 1
    assert rows.trials[0].end is not None
    assert rows.trials[0].end.ended_after is None
    assert whole.trials[0].end is not None
    assert whole.trials[0].end.ended_after == 400


@pytest.mark.parametrize(
    ("batches", "natural", "after"),
    [
        ([4, 4, 4, 12], [False, False, True, True], 12),
        ([4, 4, 4], [False, False, False], None),
        ([12, 12], [True, True], None),
    ],
    ids=["ends where counts end", "does not end", "was not counted"],
)
def test_an_iterator_that_ends_with_a_counted_epoch_shows_how_long_one_is(
    batches: list[int], natural: list[bool], after: int | None
) -> None:
    """Three windows of each file are three counted epochs."""
    ends = [
        EpochMark(at_s=1.0, epoch=number + 1, batches=n, natural=by_itself)
        for number, (n, by_itself) in enumerate(zip(batches, natural, strict=True))
    ]

    trial = msgspec.structs.replace(build.trial(16, lambda batch, epoch: 0.0), epochs=ends)

    assert readings.ended_after(trial) == after

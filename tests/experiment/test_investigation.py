"""Which trials an audit is made of, each by what the ones before it showed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from genaudit.errors import InternalError, TargetError, UsageError
from genaudit.evidence.evidence import Evidence
from genaudit.experiment import sizes
from genaudit.experiment.investigation import investigate
from genaudit.model.limits import Limits
from genaudit.model.marks import DriverMark, Frame, Site, SitesMark
from genaudit.model.outcome import RunVerdict, Verdict
from genaudit.model.recording import Recording, Trial
from genaudit.recorder.trial.monitor import Interrupted
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.report.build import conclude
from genaudit.rules.eager_load import eager_load
from genaudit.units import KIB, MIB
from tests import build
from tests.evidence.retention.made import generator, images, walk
from tests.experiment import made
from tests.experiment.made import MadeTarget, ended, raised, session

SMALL = [("scaled", "auto"), ("scaled", 32)]
CLEAN = ("clean", "all")


def investigated(target: MadeTarget, **options: Any) -> Recording:
    """What is measured of a target."""
    return investigate(session(target, **options))


def kinds(recording: Recording) -> list[str]:
    """The kinds of trials, in their order."""
    return [trial.kind for trial in recording.trials]


# Which sizes.


def test_a_clean_target_takes_two_small_sizes_and_the_drive() -> None:
    """Nothing is traced of which nothing is to be explained."""
    target = MadeTarget()
    recording = investigated(target)

    assert target.ran == [*SMALL, CLEAN]
    assert [spec.epochs for spec in target.specs] == [sizes.FIRST_EPOCHS, sizes.SMALL_EPOCHS, None]
    assert (recording.skipped, recording.notes, recording.interrupted) == ([], [], False)
    assert [trial.items for trial in recording.trials] == [16, 32, 512]


def buffering(buffer: int, whole: int, **fields: Any) -> MadeTarget:
    """A pipeline that says how many items its shuffle buffer holds."""
    driver = DriverMark(at_s=0.0, kind="tf-dataset", buffer_items=buffer)
    return MadeTarget(
        lambda size, batch, epoch: min(size, buffer) * build.ITEM,
        whole=whole,
        change=lambda _, trial: msgspec.structs.replace(trial, driver=driver),
        **fields,
    )


def sizes_of(recording: Recording) -> set[int | None]:
    """The sizes that memory was measured at."""
    return {trial.items for trial in recording.trials if trial.kind in {"scaled", "clean"}}


def test_sizes_go_beyond_a_shuffle_buffer() -> None:
    """Two of them fill it, also where the ladder ends below."""
    recording = investigated(buffering(200, 512))

    assert len([size for size in sizes_of(recording) if size and size >= 200]) > 1
    assert eager_load.check(Evidence(recording), Limits()).verdict is Verdict.PASS


def test_more_data_is_made_to_fill_a_buffer() -> None:
    """Where a function makes it, and the user has not said how much there is."""
    recording = investigated(buffering(600, 512, kind="function"))

    assert {750, 1500} <= sizes_of(recording)
    assert eager_load.check(Evidence(recording), Limits()).verdict is Verdict.PASS


def test_a_buffer_that_cannot_be_filled_is_undecided() -> None:
    """There are fewer items than it holds; neither a verdict nor a forecast is given."""
    recording = investigated(buffering(600, 512))
    report = conclude(recording)

    assert max(size or 0 for size in sizes_of(recording)) == 512
    assert report.verdict is RunVerdict.INCONCLUSIVE
    assert report.growth_law is not None
    assert report.growth_law.projection is None


def test_the_drive_is_as_it_was_asked_for() -> None:
    """Batches, what is held, and when it stops by itself; small sizes are shorter."""
    target = MadeTarget()
    investigated(target, batches=24, hold=3, timeout=100.0)
    small, _, clean = target.specs

    assert (clean.batches, clean.epochs, clean.hold) == (24, None, 3)
    assert (clean.soft_s, clean.timeout_s, clean.settle_every, clean.thorough) == (80.0, 100.0, 6, False)
    assert (small.batches, small.hold, small.settle_every, small.thorough) == (0, 3, 1, True)
    assert small.soft_s == sizes.SMALL_SOFT_S


def test_epochs_that_are_asked_for_come_before_batches() -> None:
    """However many batches they have."""
    target = MadeTarget()
    investigated(target, batches=24, epochs=2, max_batches=700)

    assert (target.specs[-1].batches, target.specs[-1].epochs) == (700, 2)


def test_sizes_off_is_the_drive_alone() -> None:
    """At the whole size, even where memory seems to be full of data; what is held is accounted for by a walk."""
    target = MadeTarget(made.eager)
    investigated(target, sizes="off")

    assert target.ran == [CLEAN, ("walked", "all")]
    assert (target.specs[1].walks, target.specs[1].engine) == (["first"], "none")
    # The drive saw no end of an epoch, and nothing else tells how long one is.
    assert (target.specs[1].epochs, target.specs[1].batches) == (1, 1000)


def test_the_drive_walks_references_when_all_is_measured() -> None:
    """A walk at its end disturbs no reading; sizes of which more is measured have none."""
    target = MadeTarget(made.eager)
    investigated(target)

    assert [spec.walks for spec in target.specs if spec.epochs] == [[], []]
    assert {spec.kind: spec.walks for spec in target.specs} == {
        # The last of them ends with its first batch: nothing is measured after a walk.
        "scaled": ["end"],
        "clean": ["end"],
        "forecast": [],
        "walked": ["first"],
        "traced": [],
        "lines": [],
    }


@pytest.mark.parametrize(
    ("kind", "ran"),
    [
        pytest.param("list", [50, 100], id="a list is cut, and cannot be made longer"),
        pytest.param("function", [50, 100, 2000], id="a function makes any size"),
    ],
)
def test_sizes_that_are_named(kind: str, ran: list[int]) -> None:
    """Those and no others, the small ones first, whatever comes of them; then the drive."""
    target = MadeTarget(made.eager, kind=kind)
    investigated(target, sizes="2000,50,100")

    assert [items for shown, items in target.ran if shown == "scaled"] == ran
    assert ("clean", "all") in target.ran
    assert "forecast" not in {shown for shown, _ in target.ran}


def test_a_whole_that_was_named_is_driven_whatever_it_takes() -> None:
    """The memory limit ends it if it must; the user knows what was asked for."""
    target = MadeTarget(made.eager)
    recording = investigated(target, sizes="16,32,64", memory_limit="50MiB")

    assert CLEAN in target.ran
    assert recording.skipped == []


def test_sizes_that_cannot_be_understood() -> None:
    """Before any trial."""
    target = MadeTarget()

    with pytest.raises(UsageError, match="--sizes"):
        investigated(target, sizes="many")
    assert target.specs == []


def test_a_target_that_does_not_scale_is_driven_once() -> None:
    """Its first trial is the drive already; then what it holds after a batch is accounted for."""
    target = MadeTarget(whole=None)
    recording = investigated(target, batches=20)

    assert kinds(recording) == ["clean", "walked"]
    assert target.specs[1].walks == ["first"]
    assert recording.trials[0].batches[-1].last == 20
    assert target.specs[0].otherwise is not None


def test_the_second_size_is_below_the_first_of_a_small_data_set() -> None:
    """There is nothing above it; what so few sizes leave open is walked at both ends of them."""
    target = MadeTarget(whole=20)
    investigated(target)

    assert target.ran == [("scaled", "auto"), ("scaled", 8), CLEAN, ("walked", 8), ("walked", 20)]


def test_where_memory_grows_with_the_size_there_are_more_sizes() -> None:
    """Doubled, up to the first batch only; the drive is the largest, and the forecast's trials follow."""
    target = MadeTarget(made.eager)
    investigated(target)

    assert target.ran[:5] == [*SMALL, ("scaled", 64), ("scaled", 128), CLEAN]
    assert [(spec.batches, spec.epochs) for spec in target.specs[2:4]] == [(1, None)] * 2
    assert target.ran[5:8] == [("forecast", 128), ("forecast", 256), ("forecast", 512)]


def test_where_an_epoch_keeps_items_there_are_more_sizes_of_one_epoch() -> None:
    """A first batch would not show it."""
    target = MadeTarget(made.cached)
    investigated(target)

    assert target.ran[:6] == [*SMALL, ("scaled", 64), ("scaled", 128), ("scaled", 256), CLEAN]
    assert [spec.epochs for spec in target.specs[2:5]] == [1, 1, 1]


def test_a_size_that_would_take_long_ends_the_ladder() -> None:
    """And what stands for the whole is the largest that was measured."""
    target = MadeTarget(made.eager, whole=3000, first_batch_s=0.02)
    recording = investigated(target)

    assert target.ran[2:5] == [("scaled", 96), ("scaled", 320), ("clean", 320)]
    (skipped,) = recording.skipped
    assert (skipped.kind, skipped.items) == ("clean", 3000)
    assert skipped.reason == "the fault is proven at the small sizes, and loading all of it would take long"


def test_a_whole_that_would_pass_the_memory_limit_is_not_driven() -> None:
    """The recording says what it would take."""
    target = MadeTarget(made.eager)
    recording = investigated(target, memory_limit="50MiB")

    assert ("clean", 128) in target.ran
    assert CLEAN not in target.ran
    (skipped,) = recording.skipped
    assert (skipped.items, skipped.reason) == (512, "the law of the small sizes passes the memory limit there")
    assert skipped.forecast_bytes == pytest.approx(build.BASE + 10 * MIB + 512 * build.ITEM, rel=0.1)
    assert all(trial.items is not None and trial.items <= 128 for trial in recording.trials if trial.kind != "traced")


def test_the_drive_is_repeated() -> None:
    """As often as it was asked for."""
    target = MadeTarget()
    investigated(target, repeats=3)

    assert target.ran == [*SMALL, CLEAN, CLEAN, CLEAN]


def test_a_drive_that_ends_badly_is_not_repeated() -> None:
    """It would end so again."""
    target = MadeTarget(change=ended("crashed", of="clean"))
    recording = investigated(target, repeats=3)

    assert target.ran == [*SMALL, CLEAN]
    assert recording.trials[-1].exit.reason == "crashed"


def test_the_drive_of_a_target_with_workers_has_its_own_allocator() -> None:
    """What is retained is known from the small sizes; without them, readings must be comparable."""
    with_sizes, without = MadeTarget(workers=2), MadeTarget(workers=2)
    investigated(with_sizes)
    investigated(without, sizes="off")
    (clean,) = [spec for spec in with_sizes.specs if spec.kind == "clean"]

    assert (clean.own_allocator, clean.extends) == (True, False)
    drives = [spec for spec in without.specs if spec.kind == "clean"]
    assert [(spec.own_allocator, spec.extends) for spec in drives] == [(False, True)]


def test_with_workers_the_whole_size_is_the_second_where_it_is_cheap() -> None:
    """Sizes near each other differ by what heaps do; the drive that was asked for cannot be compared."""
    target = MadeTarget(workers=2)
    recording = investigated(target)

    assert target.ran[:3] == [("scaled", "auto"), ("scaled", 512), CLEAN]
    assert target.specs[1].epochs == 1
    assert {trial.items for trial in recording.trials} == {16, 512}


def test_a_whole_of_less_than_a_batch_is_not_measured_twice() -> None:
    """A batch of rows has more than there are files: the first size was all of them, and the second is smaller."""

    def of_rows(_: TrialSpec, trial: Trial) -> Trial:
        marks = [msgspec.structs.replace(mark, batch_items=32) for mark in trial.batches]
        return msgspec.structs.replace(trial, batches=marks)

    target = MadeTarget(workers=2, whole=16, change=of_rows)
    investigated(target)

    assert target.ran[:2] == [("scaled", "auto"), ("scaled", 8)]


@pytest.mark.parametrize(("field", "value"), [("CHEAP_BYTES", 1), ("FULL_SIZE_S", -1.0)])
def test_a_cache_is_looked_for_at_a_size_that_stands_out_of_the_noise(
    monkeypatch: pytest.MonkeyPatch, field: str, value: float
) -> None:
    """The epochs of the smallest sizes cannot tell where there are workers, and the whole is not cheap."""
    monkeypatch.setattr(sizes, field, value)
    target = MadeTarget(workers=2)
    investigated(target)

    assert target.ran[:4] == [*SMALL, ("scaled", 40), CLEAN]
    assert target.specs[2].epochs == 1


def test_where_the_whole_was_second_growth_is_looked_at_in_between() -> None:
    """A line, or a buffer that fills: two sizes do not tell."""
    target = MadeTarget(made.eager, workers=2)
    investigated(target)
    tried = [size for kind, size in target.ran if kind == "scaled"]

    assert tried[:2] == ["auto", 512]
    assert len([size for size in tried[2:] if size < 384]) >= 3


# When it stops.


@pytest.mark.parametrize("reason", ["raised", "crashed", "exited", "killed"])
def test_a_target_that_yields_nothing_is_run_twice_at_most(reason: str) -> None:
    """At a small size and as it was asked for."""
    target = MadeTarget(made.leaking, change=lambda spec, trial: ended(reason, at=0, batches=[])(spec, trial))
    recording = investigated(target)

    assert target.ran == [("scaled", "auto"), CLEAN]
    assert [trial.exit.reason for trial in recording.trials] == [reason, reason]


def test_a_drive_without_a_batch_is_the_last() -> None:
    """Nothing more can be learnt of it."""
    target = MadeTarget(made.leaking, change=ended("raised", of="clean", batches=[]))
    investigated(target)

    assert target.ran == [*SMALL, CLEAN]


def test_a_drive_that_came_to_batches_is_explained_however_it_ended() -> None:
    """What was measured until then counts."""
    target = MadeTarget(made.leaking, change=ended("raised", of="clean"))
    investigated(target)

    assert target.ran[3:] == [("walked", 144), ("traced", 144), ("lines", 144)]


def test_a_small_size_at_the_memory_limit_is_enough_of_them() -> None:
    """Other sizes would pass it too; the drive shows what it does."""
    target = MadeTarget(change=ended("memory-limit", at=0))
    investigated(target)

    assert target.ran[:2] == [("scaled", "auto"), CLEAN]


def test_a_timeout_is_waited_for_once() -> None:
    """What was measured is kept."""
    target = MadeTarget(made.leaking, change=ended("timed-out", at=1))
    recording = investigated(target)

    assert target.ran == SMALL
    assert [trial.exit.reason for trial in recording.trials] == ["completed", "timed-out"]
    assert not recording.interrupted


def test_a_part_of_the_data_that_gives_no_batch_is_not_waited_for() -> None:
    """Too few items may leave a loop that never ends: all of them are driven, and then larger parts."""
    nothing = {"batches": [], "settled": [], "epochs": [], "retention": []}
    target = MadeTarget(change=ended("timed-out", at=0, wall_s=21.0, **nothing))
    recording = investigated(target)

    assert target.ran[:4] == [("scaled", "auto"), CLEAN, ("scaled", 32), ("scaled", 64)]
    assert [trial.exit.reason for trial in recording.trials[:2]] == ["timed-out", "completed"]
    assert [spec.patience_s for spec in target.specs[:3]] == [sizes.PATIENCE_S, None, sizes.PATIENCE_S]


def test_all_of_the_data_is_waited_for_as_long_as_the_user_says() -> None:
    """Then a part that gave no batch is the last trial."""
    target = MadeTarget(change=ended("timed-out", at=0, wall_s=300.5, batches=[], settled=[], epochs=[], retention=[]))

    assert kinds(investigated(target)) == ["scaled"]


def test_a_target_that_is_refused_is_an_error() -> None:
    """In its first trial; later, what was measured is kept, and nothing follows."""
    refusal = raised(slug="x", hint="try", exit_code=3)
    first = MadeTarget(change=ended("refused", at=0, batches=[], raised=refusal))
    later = MadeTarget(change=ended("refused", at=1, batches=[], raised=refusal))

    with pytest.raises(TargetError, match="it says so") as caught:
        investigated(first)
    recording = investigated(later)

    assert (caught.value.slug, caught.value.hint) == ("x", "try")
    assert later.ran == SMALL
    assert [trial.exit.reason for trial in recording.trials] == ["completed", "refused"]


def test_a_fault_of_genaudit_is_an_error_at_any_time() -> None:
    """Figures could not be trusted."""
    target = MadeTarget(change=ended("internal", of="clean", raised=raised(internal=True)))

    with pytest.raises(InternalError):
        investigated(target)


def interrupting(at: int, error: Callable[[Trial], BaseException]) -> MadeTarget:
    """A target in one of whose trials Ctrl-C is pressed."""
    numbers = iter(range(100))
    return MadeTarget(change=lambda _, trial: error(trial) if next(numbers) == at else trial)


def test_ctrl_c_keeps_the_trial_so_far() -> None:
    """And ends the experiment."""
    target = interrupting(1, Interrupted)
    recording = investigated(target)

    assert recording.interrupted
    assert [trial.items for trial in recording.trials] == [16, 32]
    assert len(target.specs) == 2


def test_ctrl_c_between_trials_keeps_those_before() -> None:
    """There is nothing of the one that had not begun."""
    recording = investigated(interrupting(1, lambda _: KeyboardInterrupt()))

    assert recording.interrupted
    assert [trial.items for trial in recording.trials] == [16]


def test_ctrl_c_before_the_first_trial_is_passed_on() -> None:
    """Nothing was measured."""
    with pytest.raises(KeyboardInterrupt):
        investigated(interrupting(0, lambda _: KeyboardInterrupt()))


def test_a_function_that_has_fewer_items_is_measured_at_those() -> None:
    """And the recording says so."""

    def limited(_: TrialSpec, trial: Trial) -> Trial:
        mark = trial.arguments
        assert mark is not None
        assert trial.items is not None
        lengths = {"keys": min(100, trial.items)}
        return msgspec.structs.replace(trial, arguments=msgspec.structs.replace(mark, lengths=lengths))

    target = MadeTarget(kind="function", change=limited)
    recording = investigated(target)

    assert target.ran == [*SMALL, CLEAN, ("clean", 100)]
    assert [trial.items for trial in recording.trials] == [16, 32, 100]
    assert recording.notes == ["the function that makes the data set gives 100 items at most: it was asked for more"]


# Follow-ups and forecasts.


def test_quick_leaves_the_forecast_out() -> None:
    """And nothing else."""
    slow, quick = MadeTarget(made.eager), MadeTarget(made.eager)
    investigated(slow)
    investigated(quick, quick=True)

    assert quick.ran == [(kind, items) for kind, items in slow.ran if kind != "forecast"]
    assert len(slow.ran) == len(quick.ran) + 3


def test_follow_ups_come_before_lines() -> None:
    """A window over several epochs is none that has to be explained."""
    window = MadeTarget(lambda _size, _batch, epoch: min(epoch, 4) * 600 * KIB)
    growing = MadeTarget(lambda _size, _batch, epoch: epoch * 600 * KIB)
    investigated(window)
    investigated(growing)

    assert window.ran == [*SMALL, CLEAN, ("scaled", 16)]
    assert growing.ran == [*window.ran, ("walked", 16), ("traced", 16), ("lines", 16)]


# Whose it is.


def test_what_small_sizes_have_told_is_not_walked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They end with a walk; where that names the line that holds the data, no trial looks for it."""
    source = tmp_path / "data.py"
    source.write_text("def generate(keys):\n    images = [load(key) for key in keys]\n    yield images\n")
    monkeypatch.chdir(tmp_path)

    def holding(spec: TrialSpec, trial: Trial) -> Trial:
        mark = msgspec.structs.replace(trial.arguments, path=str(source), project_root=str(tmp_path))
        n_bytes = (trial.items or 0) * build.ITEM
        root = generator(images(n_bytes, trial.items or 1), n_bytes=n_bytes, path=str(source))
        marks = [walk(root, at=moment) for moment in spec.walks if spec.kind == "scaled"]
        return msgspec.structs.replace(trial, arguments=mark, retention=marks)

    target = MadeTarget(made.eager, change=holding)
    investigated(target)

    assert {kind for kind, _ in target.ran} == {"scaled", "clean", "forecast"}


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        ({}, []),
        ({"lines": True}, ["traced", "lines"]),
        ({"native": True}, ["traced", "native"]),
        ({"lines": True, "native": True}, ["traced", "native", "lines"]),
    ],
)
def test_a_clean_target_is_traced_where_that_is_asked_for(
    options: dict[str, Any], kinds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the engines that are asked for."""
    # Whether memray is installed is not the question here.
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    target = MadeTarget()
    investigated(target, **options)

    assert [kind for kind, _ in target.ran[3:]] == kinds
    engines = {"traced": "tracemalloc", "native": "memray", "lines": "lines"}
    assert [spec.engine for spec in target.specs[3:]] == [engines[kind] for kind in kinds]


def test_what_no_tracer_names_is_looked_for_line_by_line() -> None:
    """The made trials have no sites at all, as memory that only the kernel sees."""
    target = MadeTarget(made.leaking)
    investigated(target)

    assert target.ran[3:] == [("walked", 144), ("traced", 144), ("lines", 144)]
    walked, traced, lines = target.specs[3:]
    assert (walked.engine, walked.walks, walked.batches, walked.extends) == ("none", ["first", "end"], 16, False)
    assert (traced.engine, traced.thorough, traced.settle_every) == ("tracemalloc", False, 0)
    assert (lines.engine, lines.thorough, lines.settle_every) == ("lines", True, 1)


def test_what_a_pipeline_keeps_is_traced_only_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in a library's own memory; its line is in the source."""
    source = tmp_path / "data.py"
    source.write_text(
        "import tensorflow as tf\n"
        "def batches(keys):\n"
        "    return tf.data.Dataset.from_tensor_slices(keys).map(tf.io.read_file).cache()\n"
    )
    monkeypatch.chdir(tmp_path)

    def of_file(_spec: TrialSpec, trial: Trial) -> Trial:
        mark = msgspec.structs.replace(trial.arguments, path=str(source), project_root=str(tmp_path))
        return msgspec.structs.replace(trial, arguments=mark)

    plain, asked = MadeTarget(made.cached, change=of_file), MadeTarget(made.cached, change=of_file)
    investigated(plain)
    investigated(asked, lines=True)

    assert plain.ran[-1][0] == "walked"
    assert [kind for kind, _ in asked.ran[-2:]] == ["traced", "lines"]


def spiking(n_bytes: int, line: int) -> Callable[[TrialSpec, Trial], Trial]:
    """A change: batch 20 takes 60 MiB for a moment; of which a trial of lines sees so much in a line."""

    def change(spec: TrialSpec, trial: Trial) -> Trial:
        high = build.BASE + build.BATCH + 60 * MIB
        marks = [
            msgspec.structs.replace(mark, memory=build.memory(mark.memory.anon_bytes, high=high))
            if mark.last == 20
            else mark
            for mark in trial.batches
        ]
        seen = n_bytes if spec.peaks_only else 60 * MIB
        frame = Frame(path="/project/data.py", line=line, function="generate")
        site = Site(frames=[frame], bytes=0, blocks=1, peak_bytes=seen, height_bytes=seen)
        totals = {"traced_bytes": 0, "peak_bytes": 0, "tracer_bytes": 0}
        sites = [SitesMark(at_s=1.0, engine="lines", at="end", batch=20, sites=[site], **totals)]
        return msgspec.structs.replace(trial, batches=marks, sites=sites if spec.kind == "lines" else [])

    return change


def test_a_spike_is_looked_for_line_by_line_and_in_full_only_where_that_is_needed() -> None:
    """Without a tracer, and first without a reading at lines that move nothing."""
    found, unfound = MadeTarget(change=spiking(50 * MIB, 7)), MadeTarget(change=spiking(0, 7))
    investigated(found)
    investigated(unfound)

    assert [(spec.kind, spec.peaks_only) for spec in found.specs[3:]] == [("lines", True)]
    assert [(spec.kind, spec.peaks_only) for spec in unfound.specs[3:]] == [("lines", True), ("lines", False)]


def test_what_lines_leave_behind_is_asked_where_memory_is_kept() -> None:
    """And where the user wants all lines."""
    kept, asked = MadeTarget(made.leaking), MadeTarget(change=spiking(50 * MIB, 7))
    investigated(kept)
    investigated(asked, lines=True)

    assert [spec.peaks_only for spec in [*kept.specs, *asked.specs] if spec.kind == "lines"] == [False, False]


def test_handles_need_the_tracer_only() -> None:
    """It names who opened them; there is no memory to explain."""

    def opening(_: TrialSpec, trial: Trial) -> Trial:
        settled = [msgspec.structs.replace(mark, open_files=8 + mark.batch) for mark in trial.settled]
        return msgspec.structs.replace(trial, settled=settled)

    target = MadeTarget(change=opening)
    investigated(target)

    assert target.ran[3:] == [("traced", 144)]


@pytest.mark.parametrize("reason", ["crashed", "memory-limit", "exited"])
def test_a_tracer_that_the_target_does_not_bear_is_the_last(reason: str) -> None:
    """Another one would end like it."""
    target = MadeTarget(made.leaking, change=ended(reason, of="traced"))
    recording = investigated(target, native=False)

    assert target.ran[3:] == [("walked", 144), ("traced", 144)]
    assert recording.trials[-1].exit.reason == reason


def test_a_target_that_raises_under_the_tracer_is_traced_on() -> None:
    """It may do so without it, too."""
    target = MadeTarget(made.leaking, change=ended("raised", of="traced"))
    investigated(target)

    assert [kind for kind, _ in target.ran[3:]] == ["walked", "traced", "lines"]


def test_a_fault_of_the_tracer_costs_only_the_lines() -> None:
    """What was measured is kept, with a note."""
    target = MadeTarget(made.leaking, change=ended("internal", of="traced", raised=raised(internal=True)))
    recording = investigated(target)

    assert kinds(recording) == ["scaled", "scaled", "clean", "walked", "traced"]
    assert recording.notes == ["lines could not be looked for, by a fault of genaudit's own: it says so"]


@pytest.mark.parametrize("reason", ["crashed", "timed-out", "memory-limit"])
def test_where_memray_fails_the_lines_follow(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are other engines."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    target = MadeTarget(made.leaking, change=ended(reason, of="native"))
    investigated(target, native=True)

    assert [kind for kind, _ in target.ran[3:]] == ["walked", "traced", "native", "lines"]


@pytest.mark.parametrize(
    ("reason", "after"),
    [("timed-out", []), ("memory-limit", []), ("crashed", ["traced", "lines"]), ("raised", ["traced", "lines"])],
)
def test_what_does_not_bear_a_walk_is_traced_unless_it_takes_too_much(reason: str, after: list[str]) -> None:
    """A tracer takes more time, and more memory."""
    target = MadeTarget(made.leaking, change=ended(reason, of="walked"))
    investigated(target)

    assert [kind for kind, _ in target.ran[3:]] == ["walked", *after]

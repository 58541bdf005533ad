"""Many batches' worth of memory while one batch is made."""

import pytest
from msgspec.structs import replace

from genaudit.evidence.evidence import Evidence
from genaudit.model.catalogue import BATCH_SPIKE
from genaudit.model.limits import Limits
from genaudit.model.marks import Frame, Site, SitesMark
from genaudit.model.outcome import Level, Verdict
from genaudit.model.recording import Trial
from genaudit.rules.batch_spike import batch_spike
from tests.build import BASE, BATCH, BATCH_ITEMS, ITEM, at_sizes, evidence, recording, trial

FLAT = lambda batch, epoch: 0.0  # noqa: E731


def spiking(times: float, **fields: object) -> Trial:
    """A trial that needs so many batches while it makes one."""
    return trial(512, FLAT, kind="clean", transient=lambda batch: times * BATCH, **fields)


@pytest.mark.parametrize(
    ("times", "verdict"),
    [
        pytest.param(2.0, Verdict.PASS, id="items and the batch"),
        pytest.param(4.0, Verdict.PASS, id="at the limit"),
        pytest.param(6.0, Verdict.FAIL, id="above it"),
        pytest.param(40.0, Verdict.FAIL, id="far above it"),
    ],
)
def test_the_rise_in_sizes_of_a_batch(times: float, verdict: Verdict) -> None:
    """The limit is four times a batch."""
    answer = batch_spike.check(evidence(spiking(times)), Limits())

    assert answer.verdict is verdict
    assert (answer.value, answer.unit, answer.limit) == (pytest.approx(times), "x batch", 4.0)
    if verdict is Verdict.FAIL and answer.level is Level.NOTE:
        assert times < 40
        assert "of what the process takes anyway" in answer.message
    elif verdict is Verdict.FAIL:
        assert answer.fix == BATCH_SPIKE.fix
        assert answer.saving_bytes == pytest.approx((times - 2) * BATCH)
        assert f"{times:.1f} times its size" in answer.message


@pytest.mark.parametrize(
    ("share", "level"),
    [pytest.param(0.2, Level.NOTE, id="a fifth"), pytest.param(0.4, None, id="two fifths")],
)
def test_a_spike_matters_where_it_lifts_the_process(share: float, level: Level | None) -> None:
    """The machine must have room for the highest moment of the whole process, its libraries included."""
    answer = batch_spike.check(evidence(spiking(share * BASE / BATCH)), Limits())

    assert answer.verdict is Verdict.FAIL
    assert answer.level is level


def test_the_first_batch_of_an_epoch_is_set_up_and_no_spike() -> None:
    """What a target sets up there is not the making of a batch."""
    made = trial(512, FLAT, kind="clean", transient=lambda batch: (40 if batch % 64 == 1 else 2) * BATCH)

    assert batch_spike.check(evidence(made), Limits()).verdict is Verdict.PASS


def test_a_small_spike_is_none() -> None:
    """Below the floor nobody would notice, however small a batch is."""
    answer = batch_spike.check(evidence(spiking(6.0)), Limits(spike_floor_bytes=8 * BATCH))

    assert answer.verdict is Verdict.PASS
    assert "6.0 times" in answer.message


def test_without_the_size_of_a_batch_there_is_nothing_to_compare_with() -> None:
    """Batches of objects that nobody can weigh."""
    made = spiking(40.0)
    unknown = replace(made, batches=[replace(mark, batch_bytes=None) for mark in made.batches])

    answer = batch_spike.check(evidence(unknown), Limits())

    assert answer.verdict is Verdict.NOT_APPLICABLE


def test_a_copy_of_what_leaks_is_told_by_batch_growth() -> None:
    """A list that is stacked anew for each batch needs a copy of all that it keeps."""
    leak = lambda batch, epoch: float(batch * BATCH)  # noqa: E731
    made = trial(512, leak, kind="clean", transient=lambda batch: batch * BATCH)

    answer = batch_spike.check(evidence(made), Limits())

    assert answer.verdict is Verdict.PASS
    assert "batch-growth" in answer.message


@pytest.mark.parametrize(("peak_bytes", "verdict"), [(6 * BATCH, Verdict.PASS), (BATCH, Verdict.FAIL)])
def test_one_large_item_is_no_spike(peak_bytes: int, verdict: Verdict) -> None:
    """A large image that is made small needs the large one for a moment: the lines show that it was one."""
    site = Site(
        frames=[Frame("/project/data.py", 5)], bytes=0, blocks=20 * BATCH_ITEMS, peak_bytes=peak_bytes, height_bytes=0
    )
    mark = SitesMark(
        at_s=0.0, engine="lines", at="end", batch=20, traced_bytes=0, peak_bytes=0, tracer_bytes=0, sites=[site]
    )
    lines = trial(512, FLAT, kind="lines", batches=20, sites=[mark])

    assert batch_spike.check(evidence(spiking(8.0), lines), Limits()).verdict is verdict


@pytest.mark.parametrize(
    ("windows", "verdict"), [(4, Verdict.FAIL), (1, Verdict.PASS)], ids=["several of a file", "one of each file"]
)
def test_a_whole_file_for_each_of_its_windows_is_a_spike(windows: int, verdict: Verdict) -> None:
    """The lines show one item at a time, and the text that it is cut from a whole file; an epoch has more of that."""
    read, cut = "samples = read(path)", "return samples[start : start + 9]"
    source = f"def window(path, start):\n    {read}\n    samples = samples / 2.0\n    {cut}\n"
    sites = [
        Site(
            frames=[Frame("/project/data.py", line)],
            bytes=0,
            blocks=20 * BATCH_ITEMS,
            peak_bytes=40 * BATCH if line == 3 else 1,
            height_bytes=40 * BATCH if line == 3 else 1,
        )
        for line in (3, 4)
    ]
    mark = SitesMark(
        at_s=0.0, engine="lines", at="end", batch=20, traced_bytes=0, peak_bytes=0, tracer_bytes=0, sites=sites
    )
    made = [spiking(40.0, natural=True), trial(512, FLAT, kind="lines", batches=20, sites=[mark])]
    files = 512 // windows
    trials = [
        replace(
            each,
            items=files,
            arguments=replace(
                each.arguments, file_bytes_per_item=100.0 * ITEM, may_have_rows=True, dataset_items=files
            ),
        )
        for each in made
        if each.arguments is not None
    ]
    answer = batch_spike.check(Evidence(replace(recording(*trials), sources={"/project/data.py": source})), Limits())

    assert answer.verdict is verdict
    if verdict is Verdict.FAIL:
        assert answer.blame is not None
        assert answer.blame.line == 3
        assert "with a whole file for each window" in answer.message


def test_a_rise_that_grows_with_the_data_set_is_an_error() -> None:
    """It has no bound: memory for all of it, of which nothing stays."""
    trials = [
        trial(
            size,
            FLAT,
            kind="clean" if size == 512 else "scaled",
            transient=lambda batch, size=size: 2 * BATCH + size * ITEM,
        )
        for size in (16, 32, 128, 512)
    ]

    answer = batch_spike.check(evidence(*trials), Limits())

    assert (answer.verdict, answer.level) == (Verdict.FAIL, Level.ERROR)
    assert answer.unit == "bytes/item"
    assert answer.value == pytest.approx(ITEM, rel=0.05)
    assert "whole data set" in answer.message


def with_batches_alone(made: Trial) -> Trial:
    """The trial with each batch let go before the next is made."""
    return replace(made, batches=[replace(mark, after_settling=True) for mark in made.batches])


@pytest.mark.parametrize(("alone", "level"), [(0, None), (128, Level.ERROR)])
def test_what_the_batch_before_keeps_alive_is_no_rise_that_grows(alone: int, level: Level | None) -> None:
    """A batch that is a view keeps its shard; only where it is held while the next is made are there two shards."""
    small = [
        with_batches_alone(trial(size, FLAT, transient=lambda batch, size=size: size / 128 * alone * ITEM))
        for size in (64, 128)
    ]
    clean = trial(512, FLAT, kind="clean", transient=lambda batch: 512 * ITEM if batch == 9 else 0)

    answer = batch_spike.check(evidence(*small, clean), Limits())

    assert answer.level is level
    assert ("whole data set" in answer.message) is (level is Level.ERROR)


def test_a_rise_of_what_is_kept_is_left_to_the_rules_of_growth() -> None:
    """Stacking a list that is kept needs both for a moment: that is eager-load."""
    trials = at_sizes(lambda size, batch, epoch: float(size * ITEM), transient=lambda batch: 2 * BATCH)

    answer = batch_spike.check(evidence(*trials), Limits())

    assert answer.verdict is Verdict.PASS

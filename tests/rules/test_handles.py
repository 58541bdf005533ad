"""Open files, threads and child processes that grow in number with batches."""

from collections.abc import Callable
from typing import Any

import pytest

from genaudit.evidence.evidence import Evidence
from genaudit.model.catalogue import FILE_LEAK, PROCESS_LEAK, THREAD_LEAK
from genaudit.model.limits import Limits
from genaudit.model.marks import Frame, SettledMark, Site, SitesMark
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.handles import bytes_of_handles, file_leak, process_leak, thread_leak
from genaudit.units import KIB, MIB
from tests.build import evidence, trial, with_readings

RULES = {"open_files": (file_leak, FILE_LEAK), "threads": (thread_leak, THREAD_LEAK)}
RULES["children"] = (process_leak, PROCESS_LEAK)


def counted(field: str, count: Callable[[int], int], *, batches: int = 20) -> Trial:
    """A trial with so many handles after each batch."""
    made = trial(None, lambda batch, epoch: 0.0, kind="clean", batches=batches)
    return with_readings(made, lambda mark: {field: count(mark.batch)})


@pytest.mark.parametrize("field", RULES)
def test_one_more_with_every_batch_is_a_leak(field: str) -> None:
    """The slope is a handle a batch; the advice is the pattern's."""
    rule, pattern = RULES[field]

    answer = rule.check(evidence(counted(field, lambda batch: 8 + batch)), Limits())

    assert answer.verdict is Verdict.FAIL
    assert (answer.value, answer.unit) == (pytest.approx(1.0), "per batch")
    assert "9 after the first, 28 after batch 20" in answer.message
    assert answer.fix == pattern.fix


@pytest.mark.parametrize("field", RULES)
@pytest.mark.parametrize(
    "count",
    [
        pytest.param(lambda batch: 8, id="none"),
        pytest.param(lambda batch: 8 + batch % 2, id="one that comes and goes"),
        pytest.param(lambda batch: 8 + (batch > 10), id="fewer than a leak has"),
        pytest.param(lambda batch: 8 + min(batch, 8), id="a pool that is full"),
        pytest.param(lambda batch: 40 - batch, id="fewer and fewer"),
    ],
)
def test_a_pool_is_no_leak(field: str, count: Callable[[int], int]) -> None:
    """What is bounded passes, and the message has both ends."""
    rule, _ = RULES[field]

    answer = rule.check(evidence(counted(field, count)), Limits())

    assert answer.verdict is Verdict.PASS
    assert answer.message == f"from {count(1)} to {count(20)} over 19 batches"
    assert answer.fix is None


def test_two_readings_show_no_slope() -> None:
    """The message says what to add."""
    answer = file_leak.check(evidence(counted("open_files", lambda batch: 8 + batch, batches=2)), Limits())

    assert answer.verdict is Verdict.NOT_APPLICABLE
    assert "--batches" in answer.message


def test_the_line_that_opens_most_is_to_blame() -> None:
    """Of the user's own lines, by how many of the files came from each."""
    sites = [
        Site(frames=[Frame("/usr/lib/python3/PIL/Image.py", 1), Frame("/project/data.py", line)], bytes=0, blocks=n)
        for line, n in ((7, 2), (9, 18))
    ]
    mark = SitesMark(
        at_s=0.0,
        engine="handles:open_files",
        at="end",
        batch=20,
        traced_bytes=0,
        peak_bytes=0,
        tracer_bytes=0,
        sites=sites,
    )
    traced = trial(None, lambda batch, epoch: 0.0, kind="traced", batches=2, sites=[mark])

    answer = file_leak.check(evidence(counted("open_files", lambda batch: 8 + batch), traced), Limits())

    assert answer.blame is not None
    assert (answer.blame.path, answer.blame.line) == ("/project/data.py", 9)
    assert answer.blame.share == pytest.approx(0.9)


def test_what_handles_cost_by_themselves() -> None:
    """Buffers, stacks, processes: growth that other rules must not count again."""

    def costs(**fields: Callable[[SettledMark], int]) -> float:
        made = trial(None, lambda batch, epoch: 0.0, kind="clean", batches=11)
        changed = with_readings(made, lambda mark: {name: value(mark) for name, value in fields.items()})
        return bytes_of_handles(evidence(changed), Limits())

    a_batch: Any = lambda mark: 5 + mark.batch  # noqa: E731
    assert costs(open_files=a_batch) == 64 * KIB
    assert costs(threads=a_batch) == 1 * MIB
    assert costs(children=a_batch, open_files=a_batch) == 16 * MIB + 64 * KIB
    assert costs(open_files=lambda mark: 50 - mark.batch) == 0
    assert bytes_of_handles(Evidence(evidence().recording), Limits()) == 0


def kept(items: int, files: Callable[[int], int]) -> Trial:
    """A trial of two epochs with so many files open as soon as the first batch is there, and no more from then on."""
    made = trial(items, lambda batch, epoch: 0.0, epochs=2)
    return with_readings(made, lambda mark: {"open_files": 8 + files(items)})


def verdict_of(files: Callable[[int], int]) -> Verdict:
    """What the rule says of the number of files by the size of the data set."""
    return file_leak.check(evidence(*(kept(items, files) for items in (16, 32, 300))), Limits()).verdict


def test_one_file_for_each_item_is_a_leak_though_it_levels_off() -> None:
    """Readers that are kept by path are all open when an epoch is over: a larger data set ends at the limit."""
    trials = [kept(items, lambda items: items) for items in (16, 32, 300)]

    answer = file_leak.check(evidence(*trials), Limits())

    assert answer.verdict is Verdict.FAIL
    assert (answer.value, answer.unit) == (pytest.approx(1.0), "per item")
    assert "24 at 16 items, 308 at 300" in answer.message


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(lambda items: 4, id="as many at each size"),
        pytest.param(lambda items: min(items, 20), id="a pool that is full"),
        pytest.param(lambda items: min(items, 100), id="a pool that is filled between two sizes"),
        pytest.param(lambda items: items // 1000, id="shards"),
    ],
)
def test_files_with_a_bound_are_no_leak(files: Callable[[int], int]) -> None:
    """However the small sizes look."""
    assert verdict_of(files) is Verdict.PASS


def by_epochs(field: str, count: Callable[[int], int], *, epochs: int, kind: str = "handles") -> Trial:
    """A trial over long epochs, with so many handles in each."""
    made = trial(800, lambda batch, epoch: 0.0, kind=kind, epochs=epochs, settle_every=25)
    return with_readings(made, lambda mark: {field: count(mark.epoch)})


@pytest.mark.parametrize("field", RULES)
@pytest.mark.parametrize(
    ("count", "epochs", "verdict"),
    [
        pytest.param(lambda epoch: 8 + epoch, 8, Verdict.FAIL, id="one an epoch"),
        pytest.param(lambda epoch: 8 + 2 * epoch, 8, Verdict.FAIL, id="two an epoch"),
        pytest.param(lambda epoch: 8 + epoch, 6, Verdict.PASS, id="over too few epochs"),
        pytest.param(lambda epoch: 8 + min(epoch, 7), 8, Verdict.PASS, id="a pool that is full at last"),
        pytest.param(lambda epoch: 8 + epoch // 2, 12, Verdict.PASS, id="now and then"),
        pytest.param(lambda epoch: 8, 8, Verdict.PASS, id="none"),
    ],
)
def test_what_each_epoch_leaves(field: str, count: Callable[[int], int], epochs: int, verdict: Verdict) -> None:
    """Epochs of a hundred batches: by batches it would be next to nothing."""
    rule, pattern = RULES[field]
    clean = by_epochs(field, count, epochs=2, kind="clean")

    answer = rule.check(evidence(clean, by_epochs(field, count, epochs=epochs)), Limits())

    assert answer.verdict is verdict
    if verdict is Verdict.FAIL:
        assert (answer.value, answer.unit) == (float(count(2) - count(1)), "per epoch")
        assert f"{count(1)} in the first, {count(8)} in epoch 8" in answer.message
        assert answer.fix == pattern.fix

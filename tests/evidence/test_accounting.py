"""What is held beside what an epoch yields, at one size."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from genaudit.evidence.accounting import account, copied_by_workers, kept_after_epoch
from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.marks import DriverMark, RetentionMark, SettledMark
from genaudit.model.outcome import EvidenceKind, RunVerdict, Verdict
from genaudit.model.report import BATCHES_ONLY, EVERYTHING
from genaudit.report import scope
from genaudit.report.judge import judge
from genaudit.rules.eager_load import eager_load
from genaudit.rules.unbounded_cache import unbounded_cache
from tests import build
from tests.evidence.retention.made import Step, generator, images, walk

EPOCH = 12


def evidence(retained: float, held: int, *, last: int = EPOCH - 1) -> Evidence:
    """A source of 12 batches an epoch, and a walked trial up to a batch of it.

    Args:
        retained: By the process at that batch; nothing after the first.
        held: Found there by the walk.
    """
    driven = build.trial(
        EPOCH * build.BATCH_ITEMS, lambda batch, epoch: 0.0, kind="clean", epochs=2, natural=True, settle_every=EPOCH
    )
    walked = build.trial(None, lambda batch, epoch: retained if batch > 1 else 0.0, kind="walked", batches=last)
    marks = [walk(generator(n_bytes=100, line=6))]
    marks.append(walk(generator(images(held, 96), n_bytes=held, line=6), at="end", batch=last))
    walked = replace(walked, retention=marks)
    return build.evidence(*(replace(trial, arguments=build.arguments(None), items=None) for trial in (driven, walked)))


def test_what_holds_little_through_an_epoch_is_tested() -> None:
    """After the first batch, and where a cache of it would be full."""
    made = evidence(2000.0, 2000)

    assert eager_load.check(made, Limits()).verdict is Verdict.PASS
    assert kept_after_epoch(made.trial_set, made.account.epoch) == 2000  # type: ignore[union-attr,arg-type]
    assert scope.tested(made, RunVerdict.PASS) == EVERYTHING


@pytest.mark.parametrize("last", [2, EPOCH - 2])
def test_short_of_the_end_of_an_epoch_nothing_is_told_of_caches(last: int) -> None:
    """They are full at its end."""
    made = evidence(0.0, 2000, last=last)

    assert kept_after_epoch(made.trial_set, made.account.epoch) is None  # type: ignore[union-attr,arg-type]
    assert scope.tested(made, RunVerdict.PASS) == BATCHES_ONLY


def test_what_is_retained_and_not_found_is_not_acquitted() -> None:
    """It may be the data in native memory."""
    assert scope.tested(evidence(0.5 * EPOCH * build.BATCH, 2000), RunVerdict.PASS) == BATCHES_ONLY


def test_a_cache_that_lives_as_long_as_its_epoch_is_accounted() -> None:
    """It is found before the generator ends, and with it the cache."""
    made = evidence((EPOCH - 1) * build.BATCH, (EPOCH - 1) * build.BATCH)
    answer = unbounded_cache.check(made, Limits())

    assert account(made.trial_set).cached is not None  # type: ignore[union-attr]
    assert (answer.verdict, answer.evidence) == (Verdict.FAIL, EvidenceKind.ACCOUNTED)


@pytest.mark.parametrize(("batch_items", "items"), [(1, 96), (build.BATCH_ITEMS, EPOCH * build.BATCH_ITEMS)])
def test_what_an_item_takes_where_batches_do_not_tell_items(batch_items: int, items: int) -> None:
    """By the entries of what holds them: a batch that is one array looks like one item."""
    made = evidence((EPOCH - 1) * build.BATCH, (EPOCH - 1) * build.BATCH)
    trials = [
        replace(trial, batches=[replace(mark, batch_items=batch_items) for mark in trial.batches])
        for trial in made.recording.trials
    ]
    answer = unbounded_cache.check(build.evidence(*trials), Limits())

    assert answer.value == pytest.approx((EPOCH - 1) * build.BATCH / items)


def test_what_a_script_made_at_import_is_seen_with_the_copy_of_it() -> None:
    """A flow over an array of a module, and over floats of it: both are held, and the line is that of the copy."""
    raw, floats = EPOCH * build.BATCH // 4, EPOCH * build.BATCH
    copied = Step("attribute", "x", "ndarray", floats, detail="96x64x64x4 float32")
    given = Step("variable", "images", "ndarray", raw, detail="96x64x64x4 uint8")
    mark = walk(
        Step("source", "train", "Flow", floats, copied),
        Step("module", "data", "module", raw, given, path="/project/data.py"),
    )
    driven = build.trial(
        EPOCH * build.BATCH_ITEMS, lambda batch, epoch: 0.0, kind="clean", epochs=2, natural=True, settle_every=EPOCH
    )
    walked = replace(build.trial(None, lambda batch, epoch: 0.0, kind="walked", batches=2), retention=[mark])
    made = build.evidence(*(replace(trial, arguments=build.arguments(None), items=None) for trial in (driven, walked)))
    found = made.account
    answer = eager_load.check(made, Limits())

    assert found is not None
    assert found.held_bytes == raw + floats - build.BATCH
    assert found.holding is not None
    assert found.holding.payload.name == "x"
    assert (answer.verdict, answer.evidence, answer.saving_bytes) == (Verdict.FAIL, EvidenceKind.ACCOUNTED, floats)


@pytest.mark.parametrize(("shapes", "verdict"), [([[8, 96, 20]], BATCHES_ONLY), ([[8, 96, 19]], EVERYTHING)])
def test_windows_of_a_table_are_more_than_the_table(shapes: list[list[int]], verdict: str) -> None:
    """However little it is beside an epoch, it may be all of the data: one size does not tell."""
    made = evidence(2000.0, 2000)
    table = Step("variable", "table", "ndarray", 1900, detail="24x20 float32")
    marks = [walk(generator(table, n_bytes=2000, line=6), at=at) for at in ("first", "end")]
    driven, walked = made.recording.trials
    marks[1] = replace(marks[1], batch=EPOCH - 1)
    driven = replace(driven, batches=[replace(mark, shapes=shapes) for mark in driven.batches])

    assert scope.tested(build.evidence(driven, replace(walked, retention=marks)), RunVerdict.PASS) == verdict


def of_parts(held: int) -> Evidence:
    """A source that was given parts of an object of 512 items, which does not grow, and a walk with a part of 16."""
    whole = 512
    walked = build.trial(16, lambda batch, epoch: 0.0, kind="walked", batches=1, epochs=None)
    walked = replace(walked, retention=[walk(generator(images(held, whole), n_bytes=held, line=6))])
    trials = [*build.at_sizes(lambda size, batch, epoch: 2000.0, (16, 32, 128, whole)), walked]
    marks = [replace(build.arguments(trial.items), dataset_kind="part", dataset_items=whole) for trial in trials]
    return build.evidence(
        *(replace(trial, arguments=mark) for trial, mark in zip(trials, marks, strict=True)),
        command=["genaudit", "run", "data:generate", "--arg", "ds=py:data:ds", "--dataset", "ds"],
    )


def test_an_object_that_holds_all_while_parts_of_it_are_given() -> None:
    """No growth over the parts acquits it: it is accounted beside all that it has."""
    answer = eager_load.check(of_parts(512 * build.ITEM), Limits())

    assert (answer.verdict, answer.evidence) == (Verdict.FAIL, EvidenceKind.ACCOUNTED)


def test_parts_of_an_object_that_holds_little() -> None:
    """Then all was tested; where nobody has looked into it, batches only."""
    made = of_parts(2000)
    assert eager_load.check(made, Limits()).verdict is Verdict.PASS
    assert scope.tested(made, RunVerdict.PASS) == EVERYTHING

    unwalked = build.evidence(*made.trials, command=made.recording.request.command)
    assert scope.tested(unwalked, RunVerdict.PASS) == BATCHES_ONLY
    assert "genaudit run data:generate --args-from FILE:FN" in (scope.untested(unwalked, RunVerdict.PASS) or "")


def at_one_size(*marks: RetentionMark, batches: int = EPOCH, n_bytes: float = 0.0, **driver: object) -> Evidence:
    """A source of one size whose epoch has so many batches, and what walks found.

    Args:
        n_bytes: Retained by the process after an epoch.
    """
    items = batches * build.BATCH_ITEMS
    driven = build.trial(
        items, lambda batch, epoch: n_bytes if batch > 1 else 0.0, kind="clean", epochs=2, natural=True,
        settle_every=batches,
    )  # fmt: skip
    walked = build.trial(
        None, lambda batch, epoch: n_bytes if batch > 1 else 0.0, kind="walked", batches=batches - 1
    )  # fmt: skip
    told = DriverMark(at_s=0.0, kind="iterable", epoch_batches=batches, **driver)  # type: ignore[arg-type]
    walked = replace(walked, retention=list(marks), driver=told)
    driven = replace(driven, driver=told)
    return build.evidence(*(replace(trial, arguments=build.arguments(None), items=None) for trial in (driven, walked)))


def test_a_batch_that_is_being_made_is_no_data() -> None:
    """Of an epoch of eight batches it is an eighth, as bytes are of floats."""
    picture = Step("entry", "", "ndarray", build.BATCH, detail="48x48 uint8", count=build.BATCH_ITEMS)
    batch = Step("variable", "images", "list", build.BATCH, picture, entries=build.BATCH_ITEMS)
    made = at_one_size(walk(generator(batch, n_bytes=build.BATCH, line=6)), batches=8)

    assert made.account is not None
    assert made.account.holding is None


@pytest.mark.parametrize(
    ("width", "item", "size", "verdict"),
    [
        pytest.param(1, "48x48", 1, Verdict.FAIL, id="as it is in the file"),
        pytest.param(4, "48x48", 1, Verdict.FAIL, id="floats of bytes"),
        pytest.param(1, "48x48", 1.1, Verdict.NOT_APPLICABLE, id="a part of the file"),
        pytest.param(1, "48x24", 1, Verdict.NOT_APPLICABLE, id="no items, and so a table that is looked up"),
    ],
)
def test_an_endless_source_that_holds_a_file_whole(width: int, item: str, size: float, verdict: Verdict) -> None:
    """Nothing tells an epoch: the file does, whose numbers are all held, an item in each row."""
    rows, file_bytes = EPOCH * build.BATCH_ITEMS, EPOCH * build.BATCH // 4
    n_bytes = file_bytes * width
    held = Step("variable", "x", "ndarray", n_bytes, detail=f"{rows}x{item} float32")
    walked = build.trial(None, lambda batch, epoch: 0.0, kind="walked", batches=50)
    first = replace(walked.batches[0], shapes=[[build.BATCH_ITEMS, 48, 48]])
    given = replace(build.arguments(None), files={"path": round(size * file_bytes)})
    walked = replace(
        walked,
        batches=[first, *walked.batches[1:]],
        retention=[walk(generator(held, n_bytes=n_bytes, line=6))],
        arguments=given,
    )
    made = build.evidence(replace(walked, kind="clean", retention=[]), walked)
    answer = eager_load.check(made, Limits())

    assert answer.verdict is verdict
    if verdict is Verdict.FAIL:
        assert "by the file of path" in answer.message


@pytest.mark.parametrize(
    ("of", "each", "of_objects", "verdict"),
    [
        pytest.param("int", 36, False, Verdict.NOT_APPLICABLE, id="the order of a sampler"),
        pytest.param("int", 36, True, Verdict.NOT_APPLICABLE, id="the order of what is yielded as objects"),
        pytest.param("str", 120, False, Verdict.NOT_APPLICABLE, id="names of files"),
        pytest.param("str", 120, True, Verdict.FAIL, id="text that words are made of"),
        pytest.param("str", 800, False, Verdict.FAIL, id="text that is yielded as numbers"),
    ],
)
def test_an_index_of_small_items_is_no_data(of: str, each: int, of_objects: bool, verdict: Verdict) -> None:
    """A number for each of them takes as many bytes as a part of an item, and tells only where it is."""
    items, item_bytes = 20_000, 512
    entry = Step("entry", "", of, items * (each - 8), count=items)
    held = Step("variable", "order", "list", items * each, entry, entries=items)
    driven = build.trial(items, lambda batch, epoch: 0.0, kind="clean", epochs=2, natural=True, settle_every=100)
    n_items = items * 2 // len(driven.batches)
    small = [replace(m, batch_items=n_items, batch_bytes=n_items * item_bytes) for m in driven.batches]
    small[0] = replace(small[0], of_objects=of_objects)
    walked = build.trial(None, lambda batch, epoch: 0.0, kind="walked", batches=2)
    walked = replace(walked, retention=[walk(generator(held, n_bytes=items * each, line=6))])
    trials = (replace(driven, batches=small), walked)
    made = build.evidence(*(replace(trial, arguments=build.arguments(None), items=None) for trial in trials))

    assert eager_load.check(made, Limits()).verdict is verdict


def test_a_table_has_as_many_rows_as_an_epoch_has_items() -> None:
    """Its columns lie below it."""
    items, n_bytes = EPOCH * build.BATCH_ITEMS, 2 * EPOCH * build.BATCH
    columns = Step("referent", "", "ndarray", n_bytes, detail="1x96 float64", count=7)
    table = Step("variable", "df", "DataFrame", n_bytes, columns, detail=f"{items}x7")
    made = at_one_size(walk(generator(table, n_bytes=n_bytes, line=6)))

    assert eager_load.check(made, Limits()).verdict is Verdict.FAIL


@pytest.mark.parametrize(("queue", "holds"), [(EPOCH, False), (2, True), (None, True)])
def test_batches_that_wait_in_the_queue_of_workers_are_no_data(queue: int | None, holds: bool) -> None:
    """As many as fit into it; with none, or a smaller one, they are what somebody keeps."""
    n_bytes = EPOCH * build.BATCH
    waiting = Step("entry", "", "ApplyResult", n_bytes, Step("attribute", "_value", "ndarray", n_bytes), count=EPOCH)
    full = Step("thread", "Worker_0", "frame", n_bytes, Step("variable", "queue", "Queue", n_bytes, waiting))
    made = at_one_size(walk(full), queue_batches=queue)
    later = at_one_size(
        walk(generator(n_bytes=100, line=6)), walk(full, at="end", batch=EPOCH - 1), queue_batches=queue
    )

    assert later.account is not None
    assert (later.account.cached is not None) is holds
    assert made.account is not None
    assert (made.account.holding is not None) is holds
    assert (made.account.held_bytes == 0) is not holds


@pytest.mark.parametrize(("path", "holds"), [("/env/site-packages/datasets/json.py", False), ("/project/r.py", True)])
def test_a_piece_that_a_library_has_read_is_no_data(path: str, holds: bool) -> None:
    """A small data set fits into it whole."""
    n_bytes = EPOCH * build.BATCH
    frame = Step("frame", "read", "generator", n_bytes, Step("variable", "batch", "bytes", n_bytes), path=path, line=3)
    made = at_one_size(walk(Step("source", "loader", "DataLoader", n_bytes, frame)))

    assert made.account is not None
    assert (made.account.holding is not None) is holds


def in_worker(pid: int, entries: int, *, batch: int = EPOCH - 1) -> RetentionMark:
    """A cache in a worker."""
    n_bytes = entries * build.BATCH // build.BATCH_ITEMS // 3
    cache = images(n_bytes, entries, name="cache", kind="attribute", of="dict")
    return walk(Step("source", "loader", "DataLoader", n_bytes, cache), at="end", batch=batch, pid=pid)


@pytest.mark.parametrize(
    ("workers", "cached"),
    [([48, 48], True), ([96, 20], True), ([20, 20], False)],
    ids=["shared out", "whole in one", "a bound"],
)
def test_a_cache_in_workers_is_accounted(workers: list[int], cached: bool) -> None:
    """Together they have every item of an epoch, or one of them has by itself."""
    marks = [in_worker(pid, entries) for pid, entries in enumerate(workers, 5)]
    made = at_one_size(walk(generator(n_bytes=100, line=6)), *marks)

    assert (unbounded_cache.check(made, Limits()).verdict is Verdict.FAIL) is cached


@pytest.mark.parametrize("entries", [[48, 48], [96, 20], [20, 96]], ids=["shared out", "whole in one", "in the other"])
def test_what_all_workers_hold_is_told(entries: list[int]) -> None:
    """Half of an epoch has as many bytes as all of it in numbers of half the width."""
    images_of = build.BATCH // build.BATCH_ITEMS
    marks = []
    for pid, n in enumerate(entries, 5):
        cache = images(n * images_of, n, name="cache", kind="attribute", of="dict")
        source = Step("source", "loader", "DataLoader", n * images_of, cache)
        marks.append(walk(source, at="end", batch=EPOCH - 1, pid=pid))
    made = at_one_size(walk(generator(n_bytes=100, line=6)), *marks)

    answer = unbounded_cache.check(made, Limits())

    assert answer.verdict is Verdict.FAIL
    assert answer.value == pytest.approx(sum(entries) * images_of / 96)
    assert answer.saving_bytes == sum(entries) * images_of


@pytest.mark.parametrize(("queue", "cached"), [(3, True), (None, False)])
def test_workers_have_made_what_waits_in_their_queue(queue: int | None, cached: bool) -> None:
    """So they are walked before the end of an epoch, which they may not see."""
    early = in_worker(5, 96, batch=EPOCH - 4)
    made = at_one_size(walk(generator(n_bytes=100, line=6)), early, queue_batches=queue)

    assert made.account is not None
    assert (made.account.cached is not None) is cached


@pytest.mark.parametrize(("stage", "cached"), [("CacheDataset", True), ("_MapDataset", False)])
def test_the_cache_of_a_pipeline_is_accounted(stage: str, cached: bool) -> None:
    """It is no Python object: the process retains an epoch, and a stage is there that keeps one."""
    marks = [
        walk(Step("source", "train", "_PrefetchDataset", 900, Step("attribute", "_input_dataset", stage, 800)), at=at,
             batch=batch)
        for at, batch in (("first", 1), ("end", EPOCH - 1))
    ]  # fmt: skip
    made = at_one_size(*marks, n_bytes=float(EPOCH * build.BATCH))
    little = at_one_size(*marks, n_bytes=0.2 * EPOCH * build.BATCH)

    assert (unbounded_cache.check(made, Limits()).verdict is Verdict.FAIL) is cached
    assert unbounded_cache.check(little, Limits()).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("retained", "verdict"),
    [
        (lambda batch, epoch: float(batch * build.BATCH), Verdict.NOT_APPLICABLE),
        (lambda batch, epoch: float(min(batch, EPOCH) * build.BATCH), Verdict.FAIL),
    ],
    ids=["grows on", "is full"],
)
def test_a_list_that_grows_on_after_an_epoch_is_no_cache(
    retained: Callable[[int, int], float], verdict: Verdict
) -> None:
    """It has an epoch in it at its end, and batch-growth reports it."""
    items = EPOCH * build.BATCH_ITEMS
    driven = build.trial(items, retained, kind="clean", epochs=4, natural=True, settle_every=2)
    walked = build.trial(None, retained, kind="walked", batches=EPOCH - 1)
    kept = images((EPOCH - 1) * build.BATCH, EPOCH - 1)
    marks = [walk(generator(n_bytes=100, line=6)), walk(generator(kept, n_bytes=(EPOCH - 1) * build.BATCH, line=6),
                                                        at="end", batch=EPOCH - 1)]  # fmt: skip
    trials = (driven, replace(walked, retention=marks))
    made = build.evidence(*(replace(trial, arguments=build.arguments(None), items=None) for trial in trials))

    assert unbounded_cache.check(made, Limits()).verdict is verdict


def shared_out(in_workers: Callable[[int], float], own: Callable[[int], float], held: int) -> Evidence:
    """A list of all items in the target's process, two workers that grow, and what walks of them find at the end."""
    items = images(EPOCH * build.BATCH, EPOCH * build.BATCH_ITEMS, name="rows")
    marks = [walk(generator(items, n_bytes=EPOCH * build.BATCH, line=6))]
    for pid in (5, 6):
        for at, more in (("first", 0), ("end", held)):
            marks.append(walk(generator(n_bytes=1000 + more, line=6), at=at, batch=EPOCH - 1, pid=pid))
    walked = at_one_size(*marks).recording.trials[1]
    driven = build.trial(None, lambda batch, epoch: 0.0, kind="clean", batches=20 * EPOCH)
    driven = replace(driven, arguments=build.arguments(None), driver=walked.driver)

    def change(mark: SettledMark) -> dict[str, object]:
        n_own = build.BASE + round(own(mark.batch))
        return {"children": 2, "own_bytes": n_own, "retained_bytes": n_own + round(in_workers(mark.batch))}

    return build.evidence(*(build.with_readings(trial, change) for trial in (driven, walked)))


@pytest.mark.parametrize(
    ("own", "held", "copied"),
    [
        pytest.param(0.0, 0, True, id="pages of what they share"),
        pytest.param(1.0, 0, False, id="the target itself grows"),
        pytest.param(0.0, 5 * build.BATCH, False, id="they hold it"),
    ],
)
def test_workers_that_grow_and_hold_no_more_copy_what_they_share(own: float, held: int, copied: bool) -> None:
    """It is one finding beside the load: no growth with every batch, which would go on for ever."""
    made = shared_out(lambda batch: batch * build.BATCH, lambda batch: own * batch * build.BATCH, held)
    found = {
        outcome.name for outcome in judge(made, Limits()) if outcome.verdict in {Verdict.FAIL, Verdict.INCONCLUSIVE}
    }

    assert (copied_by_workers(made.trial_set) is not None) is copied
    assert "eager-load" in found
    assert ("worker-duplication" in found) is copied
    assert ("batch-growth" in found) is not copied


@pytest.mark.parametrize(
    ("retained", "cached"),
    [
        (lambda batch, epoch: float(epoch * build.BATCH), False),
        (lambda batch, epoch: float(min(batch, EPOCH) * build.BATCH), True),
    ],
    ids=["a batch with each epoch", "full after one"],
)
def test_what_epochs_go_on_to_add_is_no_cache(retained: Callable[[int, int], float], cached: bool) -> None:
    """After as many epochs as there are batches in one it is as much as an epoch yields."""
    driven = build.trial(
        EPOCH * build.BATCH_ITEMS, retained, kind="clean", epochs=EPOCH, natural=True, settle_every=EPOCH
    )
    held = EPOCH * build.BATCH
    mark = walk(generator(images(held, 96), n_bytes=held), at="end", batch=EPOCH * EPOCH, epoch=EPOCH)
    first = replace(
        build.trial(None, lambda batch, epoch: 0.0, kind="walked", batches=1), retention=[walk(generator(n_bytes=100))]
    )
    trials = [replace(each, arguments=build.arguments(None), items=None) for each in (driven, first)]
    made = build.evidence(replace(trials[0], retention=[mark]), trials[1])

    assert (account(made.trial_set).cached is not None) is cached  # type: ignore[union-attr]

"""The line for native memory: only where walks account for too little, and where what owns it became more."""

from typing import Any

import msgspec

from genaudit.evidence.blame.attribution import blame_batches, blame_cache, blame_calls, blame_first
from genaudit.evidence.blame.handles import blame_handles
from genaudit.evidence.blame.native import native_owner, owner_of_growth
from genaudit.evidence.evidence import Evidence
from genaudit.model.marks import DriverMark, Frame, RetentionMark, Site, SitesMark
from genaudit.model.recording import Trial
from genaudit.units import MIB
from tests import build
from tests.evidence.retention.made import Step, generator, walk
from tests.evidence.retention.test_native import readers
from tests.evidence.test_calls import called as calls_with

PATH = "/project/data.py"
READERS = """
def generate(paths):
    readers = {}
    for path in paths:
        readers[path] = VideoCapture(path)
        yield readers[path].read()
"""
PIPELINE = """
def build(paths):
    data = Dataset.from_tensor_slices(paths)
    data = data.map(decode)
    data = data.cache()
    data = data.shuffle(4000)
    return data.batch(16)
"""
FOLDS = """
def build(paths):
    table = load()
    def images():
        for path in paths:
            yield decode(path, table)
    return Dataset.from_generator(
        images, output_signature=SPEC)
"""


def walked(*marks: RetentionMark, gained: int = 0, **fields: Any) -> Trial:
    """A trial with these walks, that retains so much more at its end."""
    made = build.trial(64, lambda batch, epoch: 0.0, kind="walked", batches=16)
    ends = [build.settled(1, 0), build.settled(16, gained)]
    return msgspec.structs.replace(made, retention=list(marks), settled=ends, **fields)


def evidence(source: str, *trials: Trial) -> Evidence:
    """Evidence of trials, with the source."""
    return Evidence(msgspec.structs.replace(build.recording(*trials), sources={PATH: source}))


def reading(n: int, *others: Step, **at: Any) -> RetentionMark:
    """A walk that finds so many readers."""
    return walk(generator(readers(n), *others, n_bytes=60 * n, line=5), **at)


def kept(n_bytes: int) -> Step:
    """Batches that are kept, in Python's memory."""
    return Step("variable", "kept", "list", n_bytes, Step("entry", "", "ndarray", n_bytes), entries=16)


def pipeline(*, at: str = "first", batch: int = 1) -> RetentionMark:
    """A pipeline with a cache and a shuffle buffer."""
    cache = Step("attribute", "_input_dataset", "CacheDataset", 200)
    shuffle = Step("attribute", "_input_dataset", "_ShuffleDataset", 300, cache)
    return walk(Step("source", "build", "_BatchDataset", 400, shuffle), at=at, batch=batch)


def test_readers_are_blamed_where_they_are_kept() -> None:
    """Whatever rate is asked for."""
    made = evidence(READERS, walked(reading(1), reading(16, at="end", batch=16), gained=30 * MIB))

    for blame in (blame_batches(made, 2.0 * MIB), blame_batches(made, 0.0), blame_cache(made)):
        assert blame is not None
        assert (blame.path, blame.line, blame.function) == (PATH, 5, "generate")


def test_readers_are_not_blamed_for_what_python_holds() -> None:
    """The walk accounts for nearly all, and what it finds has no line; or nothing was retained at all."""
    last = reading(16, kept(28 * MIB), at="end", batch=16)
    explained = evidence(READERS, walked(reading(1), last, gained=30 * MIB))
    flat = evidence(READERS, walked(reading(1), reading(16, at="end", batch=16), gained=0))

    assert blame_batches(explained, 2.0 * MIB) is None
    assert owner_of_growth(explained.recording, 0.0) is None
    assert owner_of_growth(flat.recording, 0.0) is None


def test_what_python_s_tracer_sees_is_not_native() -> None:
    """A line that allocates all of it is named, whatever else became more beside it."""
    totals = {"at_s": 1.0, "traced_bytes": 0, "peak_bytes": 0, "tracer_bytes": 0, "engine": "tracemalloc"}
    site = Site(frames=[Frame(PATH, 6)], bytes=30 * MIB, blocks=15)
    sites = [
        SitesMark(at="first", batch=1, sites=[], **totals),
        SitesMark(at="end", batch=16, sites=[site], **totals),
    ]
    trial = walked(reading(1), reading(16, at="end", batch=16), gained=30 * MIB, sites=sites)
    blame = blame_batches(evidence(READERS, trial), 2.0 * MIB)

    assert blame is not None
    assert blame.line == 6


def test_a_cache_of_a_pipeline_is_blamed_where_it_is_made() -> None:
    """For what fills within an epoch; growth that goes on is nothing that a cache does."""
    made = evidence(PIPELINE, walked(pipeline(), pipeline(at="end", batch=16), gained=12 * MIB))
    blame = blame_cache(made)

    assert blame is not None
    assert (blame.line, blame.n_bytes) == (5, 12 * MIB)
    assert blame_batches(made, 1.0 * MIB) is None


def test_a_shuffle_buffer_is_blamed_for_the_load_where_it_is_as_large() -> None:
    """By what the pipeline says; a smaller one holds no data set."""
    blames = {}
    for buffer in (4000, 32, None):
        driver = DriverMark(at_s=0.5, kind="tf-dataset", buffer_items=buffer)
        trial = walked(pipeline(), gained=0, driver=driver)
        at_sizes = build.at_sizes(lambda size, batch, epoch: size * MIB / 16)
        made = evidence(PIPELINE, *at_sizes, trial)
        assert made.first_law is not None
        blames[buffer] = blame_first(made, made.first_law)

    assert blames[32] is blames[None] is None
    assert blames[4000] is not None
    assert blames[4000].line == 6


def test_handles_that_a_library_opened_are_blamed_where_they_are_kept() -> None:
    """Nobody saw the calls, and one came with each reader; not where they are far more than the readers."""
    for files, is_named in ((15, True), (200, False)):
        trial = walked(reading(1), reading(16, at="end", batch=16), gained=30 * MIB)
        ends = [
            msgspec.structs.replace(mark, open_files=5 + (files if mark.batch == 16 else 0)) for mark in trial.settled
        ]
        made = evidence(READERS, msgspec.structs.replace(trial, settled=ends))
        blame = blame_handles(made, "open_files")
        assert (blame.line if blame is not None else None) == (5 if is_named else None)
        assert blame_handles(made, "children") is None


def called(*marks: RetentionMark) -> Trial:
    """A trial that called its target, with walks after calls 3 and 7."""
    made = build.trial(None, lambda batch, epoch: 0.0, kind="called", batches=0)
    calls = calls_with([20 * MIB + 2 * MIB * at for at in range(7)]).calls
    return msgspec.structs.replace(made, retention=list(marks), calls=calls)


def test_data_sets_that_are_kept_are_blamed_for_growth_by_call() -> None:
    """What they hold is in no object; their number tells."""
    source = "\nFOLDS = []\ndef build(paths):\n    data = make(paths)\n    FOLDS.append(data)\n    return data\n"

    def folds(n: int) -> RetentionMark:
        handle = Step("attribute", "_variant_tensor_attr", "EagerTensor", 0, count=n, is_foreign=True)
        entry = Step("entry", "", "CacheDataset", 90 * n, handle, count=n)
        module = Step("variable", "FOLDS", "list", 100 * n, entry, entries=n)
        return walk(Step("module", "data", "module", 100 * n, module, path=PATH, line=1), at="call", batch=n)

    blame = blame_calls(evidence(source, called(folds(3), folds(7))), 2.0 * MIB)
    assert blame is not None
    assert blame.line == 5
    owner = native_owner(evidence(source, called(folds(3), folds(7))))
    assert owner is not None
    assert (owner.holding.steps[1].name, owner.batches) == ("FOLDS", 0)
    # Flat in number: nothing says that they own what came.
    same = msgspec.structs.replace(folds(3), batch=7)
    assert blame_calls(evidence(source, called(folds(3), same)), 2.0 * MIB) is None


def test_a_function_that_a_library_keeps_is_blamed_where_it_was_given_to_it() -> None:
    """With all that it captured; no name of the user's leads to it any more."""

    def functions(n: int) -> RetentionMark:
        table = Step("cell", "table", "ndarray", 2 * MIB * n, count=n)
        root = Step("function", "images", "function", 2 * MIB * n, table, count=n, path=PATH, line=4, function="images")
        return walk(root, at="call", batch=n)

    blame = blame_calls(evidence(FOLDS, called(functions(3), functions(7))), 2.0 * MIB)
    assert blame is not None
    assert blame.line == 7


def test_readers_that_are_opened_ahead_are_blamed_for_the_load_and_for_the_files() -> None:
    """The line that makes all of them; where fewer files are open than there are readers, these are none of theirs."""
    source = "\ndef generate(paths):\n    readers = {path: VideoCapture(path) for path in paths}\n    yield readers\n"
    at_sizes = build.at_sizes(lambda size, batch, epoch: size * MIB / 16)
    trial = walked(walk(generator(readers(64), n_bytes=900)))
    many = [msgspec.structs.replace(mark, open_files=70) for mark in trial.settled]
    made = evidence(source, *at_sizes, msgspec.structs.replace(trial, settled=many))
    assert made.first_law is not None

    blames = blame_first(made, made.first_law), blame_handles(made, "open_files")
    assert [blame.line for blame in blames if blame is not None] == [3, 3]
    assert blame_handles(evidence(source, *at_sizes, trial), "open_files") is None


def test_what_workers_retain_is_theirs_to_explain() -> None:
    """Each worker keeps readers of its own, and the target's process next to nothing."""
    marks = [
        *(walk(generator(n_bytes=10), pid=0), walk(generator(n_bytes=10), at="end", batch=16)),
        *(mark for pid in (7, 8) for mark in (reading(1, pid=pid), reading(9, pid=pid, at="end", batch=16))),
    ]
    trees = {1: {"7": 9 * MIB, "8": 9 * MIB}, 16: {"7": 19 * MIB, "8": 29 * MIB}}
    trial = walked(*marks)
    trial = msgspec.structs.replace(
        trial, settled=[msgspec.structs.replace(mark, tree=trees[mark.batch]) for mark in trial.settled]
    )
    made = evidence(READERS, trial)

    owner = native_owner(made)
    assert owner is not None
    assert 29 * MIB < owner.holding.bytes <= owner.retained == 30 * MIB
    blame = blame_cache(made)
    assert blame is not None
    assert blame.line == 5

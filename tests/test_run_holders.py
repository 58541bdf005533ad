"""Who holds the memory, in real processes: names of the path, bytes, and the line, for the shapes that code has."""

import textwrap
from pathlib import Path

import pytest

from genaudit.evidence.evidence import Evidence
from genaudit.experiment.session import ExperimentSession
from genaudit.model.job import Job
from genaudit.model.outcome import Verdict
from genaudit.model.report import Holder
from genaudit.pipeline import audit
from genaudit.report.holders import holders
from genaudit.report.recorded_sources import with_sources

ITEM = 128 * 128 * 4
ITEMS = 64
BATCH = 4
BATCHES = 16
HERE = "# here"
HEAD = """
import collections, functools, itertools, queue, threading
import numpy as np


def data(n):
    return {"keys": list(range(n))}


def load(key):
    return np.full((128, 128, 4), key % 256, np.uint8)


def batches(keys):
    while True:
        for start in range(0, len(keys), 4):
            yield keys[start : start + 4]

"""
ARRAY_OF_A_MODULE = """
import numpy as np

KEPT = np.ones((400, 8192))


def arrays(data, batch_size=8):
    for start in range(0, len(data), batch_size):
        yield data[start : start + batch_size].astype("float32")


def module():
    return {"data": KEPT}


def made():
    return {"data": np.ones((400, 8192))}
"""
LOADED = {
    "a list in a local": (
        ["generate", "images", "list of 64"],
        """
        def generate(keys):
            images = [load(key) for key in keys]  # here
            for some in batches(keys):
                yield np.stack([images[key] for key in some])
        """,
    ),
    "a list in an attribute": (
        ["generate", "images", "list of 64"],
        """
        class generate:
            def __init__(self, keys):
                self.keys = keys
                self.images = []
                for key in keys:
                    self.images.append(load(key))  # here

            def __iter__(self):
                for some in batches(self.keys):
                    yield np.stack([self.images[key] for key in some])
        """,
    ),
    "what a helper loads": (
        ["generate", "images", "dict of 64"],
        """
        def load_all(keys):
            return {key: load(key) for key in keys}


        def generate(keys):
            images = load_all(keys)  # here
            for some in batches(keys):
                yield np.stack([images[key] for key in some])
        """,
    ),
    "a variable of a closure": (
        ["generate", "pick", "images", "list of 64"],
        """
        def generate(keys):
            images = [load(key) for key in keys]  # here

            def pick(some):
                return np.stack([images[key] for key in some])

            return map(pick, batches(keys))
        """,
    ),
    "a deque": (
        ["generate", "ring", "deque of 64"],
        """
        def generate(keys):
            ring = collections.deque(load(key) for key in keys)  # here
            for some in batches(keys):
                yield np.stack([ring[key] for key in some])
        """,
    ),
    "tee": (
        ["generate", "second"],
        """
        def generate(keys):
            first, second = itertools.tee(load(key) for key in keys)  # here
            mean = sum(image.mean() for image in first)
            while True:
                yield np.stack(list(itertools.islice(second, 1))) - mean
        """,
    ),
    "cycle": (
        ["generate", "endless", "list_iterator", "list of 64"],
        """
        def generate(keys):
            endless = itertools.cycle([load(key) for key in keys])  # here
            while True:
                yield np.stack([next(endless) for _ in range(1)])
        """,
    ),
    "sorted in a loop": (
        ["generate", "list_iterator", "list of 64"],
        """
        def generate(keys):
            while True:
                for image in sorted((load(key) for key in keys), key=lambda image: image.mean()):  # here
                    yield image[None]
        """,
    ),
    "suspended generators": (
        ["generate", "readers", "list of 64"],
        """
        def reader(key):
            image = load(key)
            while True:
                yield image


        def generate(keys):
            readers = [reader(key) for key in keys]  # here
            for each in readers:
                next(each)
            for some in batches(keys):
                yield np.stack([next(readers[key]) for key in some])
        """,
    ),
    "a queue that a thread fills": (
        ["generate", "waiting", "queue", "deque of"],
        """
        def produce(keys, out, ready):
            for key in keys:
                out.put(load(key))  # here
            ready.set()


        def generate(keys):
            waiting, ready = queue.Queue(), threading.Event()
            threading.Thread(target=produce, args=(keys, waiting, ready), daemon=True).start()
            ready.wait()
            while True:
                yield waiting.get()[None]
        """,
    ),
}
GROWING = {
    "append to a global": (
        ["data_of_test (module)", "KEPT", "list of"],
        """
        KEPT = []


        def generate(keys):
            for some in batches(keys):
                batch = np.stack([load(key) for key in some])
                KEPT.append(batch)  # here
                yield batch
        """,
    ),
    "a cache of functools": (
        ["data_of_test (module)", "read", "_lru_cache_wrapper of"],
        """
        @functools.lru_cache(maxsize=None)  # here
        def read(key, turn):
            return load(key)


        def generate(keys):
            for turn, some in enumerate(batches(keys)):
                yield np.stack([read(key, turn) for key in some])
        """,
    ),
    "a default argument": (
        ["data_of_test (module)", "remember", "seen", "list of"],
        """
        def remember(batch, seen=[]):
            seen.append(batch)  # here
            return batch


        def generate(keys):
            for some in batches(keys):
                yield remember(np.stack([load(key) for key in some]))
        """,
    ),
    "a class's own list": (
        ["data_of_test (module)", "Log", "batches", "list of"],
        """
        class Log:
            batches = []

            def add(self, batch):
                self.batches.append(batch)  # here


        def generate(keys):
            log = Log()
            for some in batches(keys):
                batch = np.stack([load(key) for key in some])
                log.add(batch)
                yield batch
        """,
    ),
}


def held_by(folder: Path, source: str, **files: str) -> tuple[list[Holder], int]:
    """The holders that a walked trial shows of a target, and the number of the line that is marked."""
    text = HEAD + textwrap.dedent(source)
    path = folder / "data_of_test.py"
    path.write_text(text)
    session = ExperimentSession(Job(target=f"{path}:generate", args_from=f"{path}:data"))
    plan = {"batches": BATCHES, "walks": ["first", "end"], "extends": False}
    trial = session.run(session.spec("walked", {"items": ITEMS}, **plan))
    assert trial.exit.reason == "completed", trial.exit
    (line,) = (number for number, each in enumerate(text.split("\n"), 1) if HERE in each)
    return holders(Evidence(with_sources(session.recording, lambda each: each))), line


def is_path(holder: Holder, names: list[str]) -> bool:
    """Whether the names of a path begin like these, step by step."""
    return all(name.startswith(wanted) for name, wanted in zip(holder.names, names, strict=False))


@pytest.mark.process
@pytest.mark.parametrize(("names", "source"), LOADED.values(), ids=LOADED)
def test_what_was_loaded_is_held_by(names: list[str], source: str, tmp_path: Path) -> None:
    """The name that the user wrote, and all that was loaded; where it is filled."""
    found, line = held_by(tmp_path, source)
    holder = next((each for each in found if is_path(each, names)), None)

    assert holder is not None, [each.names for each in found]
    assert holder.location is not None
    assert holder.location.line == line
    # What is taken out of a queue or an iterator is held no more.
    taken = BATCHES * ITEM if "tee" in source or "queue" in source or "cycle" in source else 0
    assert 0.9 * (ITEMS * ITEM - taken) <= holder.bytes <= 1.05 * ITEMS * ITEM


@pytest.mark.process
@pytest.mark.parametrize(("names", "source"), GROWING.values(), ids=GROWING)
def test_what_grows_is_kept_by(names: list[str], source: str, tmp_path: Path) -> None:
    """The name that the user wrote, with what it gains for each batch; where it is added to."""
    found, line = held_by(tmp_path, source)
    holder = next((each for each in found if is_path(each, names)), None)

    assert holder is not None, [each.names for each in found]
    assert holder.location is not None
    assert holder.location.line == line
    assert holder.growth_bytes_per_batch is not None
    assert holder.growth_bytes_per_batch.value == pytest.approx(BATCH * ITEM, rel=0.1)
    assert holder.gained_per_batch is not None
    assert holder.gained_per_batch in (pytest.approx(1, rel=0.1), pytest.approx(BATCH, rel=0.1))


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"arguments": ["data=py:kept_array:KEPT"]}, id="by its name"),
        pytest.param({"args_from": "kept_array:module"}, id="by a function that gives it"),
        pytest.param({"args_from": "kept_array:made"}, id="made for the call"),
    ],
)
def test_an_array_has_one_verdict_however_it_is_given(
    given: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An array of a module stays whole, whatever the size of a trial: it is the data set in memory all the same."""
    (tmp_path / "kept_array.py").write_text(ARRAY_OF_A_MODULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    report = audit(Job(target="kept_array:arrays", quick=True, **given)).report  # type: ignore[arg-type]

    (found,) = [outcome for outcome in report.outcomes if outcome.verdict is Verdict.FAIL]
    assert found.name == "dataset-as-argument"
    assert found.value == pytest.approx(8192 * 8, rel=0.05)

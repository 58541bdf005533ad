"""Walks in a child: at the moments that were asked for, of its workers too, and unseen by what is measured."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from genaudit.evidence.readings import base_bytes
from genaudit.model.marks import RetentionMark
from genaudit.model.recording import Trial
from genaudit.recorder.target import parse_target
from genaudit.recorder.trial.monitor import run_trial
from genaudit.recorder.trial.spec import TrialSpec

pytestmark = pytest.mark.process

Run = Callable[..., Trial]
MIB = 1024 * 1024


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Writes a module, and runs a trial of its function ``batches``."""

    def run_it(
        source: str, *, batches: int = 12, epochs: int | None = None, walks: tuple[str, ...] = ("end",)
    ) -> Trial:
        (tmp_path / "shop_data.py").write_text(textwrap.dedent(source))
        spec = TrialSpec(
            kind="walked",
            target={**parse_target(f"{tmp_path}/shop_data.py:batches").as_dict(), "root": str(tmp_path)},
            batches=batches,
            epochs=epochs,
            size={"all": True},
            walks=list(walks),
            extends=False,
        )
        return run_trial(
            spec, limit_bytes=2 << 30, working_directory=tmp_path, more=lambda _: 0, progress=lambda _: None
        )

    return run_it


def paths(mark: RetentionMark) -> dict[str, int]:
    """Bytes by path."""
    by_path: dict[str, int] = {}
    names: list[str] = []
    for node in mark.nodes:
        above = f"{names[node.parent]} > " if node.parent >= 0 else ""
        names.append(above + (node.name or node.type))
        by_path[names[-1]] = by_path.get(names[-1], 0) + node.bytes
    return by_path


def test_growth_shows_between_two_walks(run: Run) -> None:
    """What the module keeps of each batch is there at the end, and the source is as it was."""
    trial = run(
        """
        KEPT = []

        def batches():
            images = [bytes([i]) * 100_000 for i in range(50)]
            for i in range(50):
                KEPT.append(bytes([i]) * 50_000)
                yield images[i]
        """,
        walks=("first", "end"),
    )
    first, end = trial.retention
    assert [first.at, end.at] == ["first", "end"]
    assert [first.batch, end.batch] == [1, 12]
    assert first.pid == end.pid == 0
    for mark, kept in ((first, 50_000), (end, 12 * 50_000)):
        assert paths(mark)["batches > images > bytes"] == pytest.approx(5_000_000, rel=0.01)
        assert paths(mark)["shop_data > KEPT > bytes"] == pytest.approx(kept, rel=0.01)
        assert mark.is_complete
        assert mark.seconds < 0.5
    assert first.nodes[0].path is not None
    assert first.nodes[0].path.endswith("shop_data.py")


def test_a_walk_at_the_end_of_the_first_epochs(run: Run) -> None:
    """Of three at most."""
    trial = run(
        """
        def batches():
            for i in range(3):
                yield bytes(1000)
        """,
        epochs=5,
        batches=100,
        walks=("epoch",),
    )
    assert [mark.epoch for mark in trial.retention] == [1, 2, 3]
    assert {mark.at for mark in trial.retention} == {"epoch"}


WORKERS = """
    import multiprocessing, os

    CACHE = {}

    def work(tasks, done):
        seen = []
        while True:
            task = tasks.get()
            CACHE[task] = bytes(200_000)
            seen.append(bytes(100_000))
            done.put(task)

    def batches():
        context = multiprocessing.get_context("fork")
        tasks, done = context.SimpleQueue(), context.SimpleQueue()
        workers = [context.Process(target=work, args=(tasks, done), daemon=True) for _ in range(2)]
        for worker in workers:
            worker.start()
        for i in range(40):
            tasks.put(i)
            yield done.get()
"""


def test_each_worker_walks_its_own(run: Run) -> None:
    """A mark for every process, by its id; what they keep is in theirs and not in the parent's."""
    trial = run(WORKERS, batches=20)
    parent, *workers = trial.retention
    assert parent.pid == 0
    assert len({mark.pid for mark in workers}) == len(workers) == 2
    assert not any("CACHE > bytes" in path for path in paths(parent))
    kept = [paths(mark) for mark in workers]
    assert sum(each.get("shop_data > CACHE > bytes", 0) for each in kept) == pytest.approx(20 * 200_000, rel=0.01)
    frames = [path for each in kept for path in each if path.endswith("work > seen > bytes")]
    assert frames
    assert trial.exit.reason == "completed"


def test_workers_that_have_begun_another_program_are_left_alone(run: Run) -> None:
    """The signal would end them."""
    trial = run(
        """
        import subprocess

        def batches():
            sleeper = subprocess.Popen(["sleep", "60"])
            for i in range(20):
                yield bytes(1000)
                assert sleeper.poll() is None
            sleeper.kill()
        """,
        walks=("first", "end"),
    )
    assert [mark.pid for mark in trial.retention] == [0, 0]
    assert trial.raised is None


def test_what_a_library_keeps_is_named_by_its_module(run: Run) -> None:
    """A global of a module that is not the user's, in which nothing leads from the source."""
    trial = run(
        """
        import linecache

        def batches():
            for i in range(20):
                linecache.cache[f"{i}"] = bytes([i]) * 200_000
                yield i
        """
    )
    (mark,) = trial.retention
    assert paths(mark)["linecache > cache > bytes"] == pytest.approx(12 * 200_000, rel=0.01)


def test_handlers_of_loggers(run: Run) -> None:
    """Found among all objects, and named from above."""
    trial = run(
        """
        import logging, logging.handlers

        def batches():
            logging.getLogger("shop").addHandler(logging.handlers.MemoryHandler(100_000, flushLevel=100))
            for i in range(20):
                logging.getLogger("shop").warning("%s", bytes([i]) * 200_000)
                yield i
        """
    )
    (mark,) = trial.retention
    found = {path: size for path, size in paths(mark).items() if path.endswith("> bytes")}
    assert sum(found.values()) == pytest.approx(12 * 200_000, rel=0.01)
    (path,) = found
    assert path.startswith("logging")
    assert "buffer > LogRecord > args" in path


def test_callbacks_at_exit(run: Run) -> None:
    """Python keeps them where nothing leads to; what they hold is found where it is in a container of its own."""
    trial = run(
        """
        import atexit

        def close(kept):
            pass

        def batches():
            for i in range(20):
                atexit.register(close, [bytes([i]) * 200_000])
                yield i
        """
    )
    (mark,) = trial.retention
    found = sum(size for path, size in paths(mark).items() if path.endswith("> bytes"))
    assert found == pytest.approx(12 * 200_000, rel=0.01)


def test_a_walk_at_the_end_is_seen_by_nothing(run: Run) -> None:
    """All readings before it are the same, and those after it do not have what it took."""
    source = """
        def batches():
            rows = [{"path": f"/data/{i}", "x": i / 3} for i in range(60_000)]
            for i in range(20):
                yield bytes(100_000)
    """
    plain, walked = run(source, walks=()), run(source)
    assert not plain.retention
    assert walked.retention
    assert walked.settled[-1].retained_bytes <= plain.settled[-1].retained_bytes + MIB
    for one, other in zip(plain.phases[3:], walked.phases[3:], strict=True):
        base_one, base_other = plain.phases[3].memory, walked.phases[3].memory
        assert one.name == other.name
        # Python's own allocator may keep an arena or two longer.
        assert other.memory.held_bytes - base_other.held_bytes <= one.memory.held_bytes - base_one.held_bytes + 2 * MIB
        grown, others = one.memory.high_water_bytes, other.memory.high_water_bytes
        assert others - base_other.rss_bytes <= grown - base_one.rss_bytes + MIB


def test_a_trial_that_walks_begins_at_the_level_of_one_that_does_not(run: Run) -> None:
    """What walking takes is imported in both: it is nothing that the arguments of one hold."""
    source = """
        def batches():
            yield from range(8)
        """
    levels = [base_bytes(run(source, walks=walks, batches=2)) for walks in (("end",), ())]

    assert levels[0] == pytest.approx(levels[1], abs=96 * 1024)

"""The line by who holds the memory: only where walks explain two thirds of it; of several lines, the one that ran."""

from typing import Any

import msgspec
import pytest

from genaudit.evidence.blame.attribution import blame_batches, blame_first
from genaudit.evidence.blame.paths import (
    Stretch,
    blame_grown,
    blame_held_at_end,
    blame_held_by,
    blame_holding,
    blame_later_epochs,
    blame_part_held,
    stretches,
)
from genaudit.evidence.project import Project
from genaudit.evidence.retention.tree import Tree
from genaudit.model.marks import Frame, RetentionMark, Site, SitesMark
from genaudit.model.recording import Recording, Trial
from genaudit.units import KIB, MIB
from tests import build
from tests.evidence.retention.made import generator, images, walk

PATH = "/project/data.py"
EAGER = "\ndef generate(paths):\n    images = [load(path) for path in paths]\n    yield images\n"
LEAK = "\ndef generate(paths):\n    kept = []\n    while True:\n        kept.append(load(paths))\n        yield\n"
TWO = (
    "\ndef generate(paths):\n    images = []\n    images.append(one(paths))\n    images.append(two(paths))\n    yield\n"
)


def recording(source: str, *marks: RetentionMark, sites: tuple[Site, ...] = (), **fields: Any) -> Recording:
    """What these walks of one trial leave."""
    trial = build.trial(32, lambda batch, epoch: 0.0, kind="walked", batches=16)
    totals = {"traced_bytes": 0, "peak_bytes": 0, "tracer_bytes": 0}
    traced = [SitesMark(at_s=1.0, engine="tracemalloc", at="first", batch=1, sites=list(sites), **totals)]
    trial = msgspec.structs.replace(trial, retention=list(marks), sites=traced if sites else [], **fields)
    return msgspec.structs.replace(build.recording(trial), sources={PATH: source})


def held(n_bytes: int, **at: Any) -> RetentionMark:
    """A walk that finds a list of images in the generator."""
    return walk(generator(images(n_bytes, 10), n_bytes=n_bytes + 100, line=4), **at)


def kept(n: int, *, pid: int = 0) -> RetentionMark:
    """A walk after so many batches, each of which was kept: a MiB."""
    return walk(
        generator(images(n * MIB, n, name="kept"), n_bytes=n * MIB + 100, line=6),
        at="first" if n == 1 else "end",
        batch=n,
        pid=pid,
    )


def retaining(n_bytes: int) -> Any:
    """Settled readings of which the last has so much more than the first."""
    return [build.settled(1, 0), build.settled(16, n_bytes)]


def test_what_holds_the_load_is_named() -> None:
    """With how much of it that explains."""
    made = recording(EAGER, held(9 * MIB))
    blame = blame_held_by(made, Project(made), lambda items: 10 * MIB if items == 32 else 0)

    assert blame is not None
    assert (blame.path, blame.line, blame.function, blame.is_only) == (PATH, 3, "generate", True)
    assert (blame.n_bytes, round(blame.share, 3)) == (9 * MIB, 0.9)


def test_less_than_two_thirds_is_no_explanation() -> None:
    """What else there is, a tracer may see."""
    made = recording(EAGER, held(6 * MIB))

    assert blame_held_by(made, Project(made), lambda items: 10 * MIB) is None
    assert blame_held_by(made, Project(made), lambda items: 8 * MIB) is not None


def test_a_part_that_is_held_keeps_the_rest() -> None:
    """Free blocks between the parts of a table cannot be given back: who holds the parts keeps them, too."""
    made = recording(EAGER, held(2 * MIB))
    blame = blame_part_held(made, Project(made), lambda items: 10 * MIB)

    assert blame is not None
    assert (blame.line, blame.share, blame.keeps) == (3, 0.2, True)
    assert blame_part_held(made, Project(made), lambda items: 30 * MIB) is None
    assert blame_part_held(recording(EAGER), Project(made), lambda items: 10 * MIB) is None


def test_a_walk_at_the_end_of_one_batch_is_one_after_the_first() -> None:
    """As small sizes have it; one after more batches is not."""
    after_one, later = recording(EAGER, held(9 * MIB, at="end")), recording(EAGER, held(9 * MIB, at="end", batch=8))

    assert blame_held_by(after_one, Project(after_one), lambda items: 9 * MIB) is not None
    assert blame_held_by(later, Project(later), lambda items: 9 * MIB) is None


def test_what_explains_best_is_named_and_not_what_is_largest() -> None:
    """A buffer of batches may be larger than the load."""
    text = EAGER.replace("    yield", "    ring = [load(paths[0])] * 10\n    yield")
    both = generator(images(4 * MIB, 10), images(9 * MIB, 3, name="ring"), n_bytes=13 * MIB, line=5)
    made = recording(text, walk(both))
    blame = blame_held_by(made, Project(made), lambda items: 4 * MIB)

    assert blame is not None
    assert blame.line == 3


def test_what_grew_is_named_where_it_is_added_to() -> None:
    """By the rate, or by what was really retained in so few batches."""
    made = recording(LEAK, kept(1), kept(16))
    blame = blame_grown(made, Project(made), float(MIB))

    assert blame is not None
    assert (blame.line, blame.n_bytes, blame.share) == (5, 15 * MIB, 1.0)
    assert blame_grown(made, Project(made), 2.0 * MIB) is None


def test_growth_that_comes_now_and_then_is_held_against_what_was_retained() -> None:
    """In sixteen batches one came where the rate says two; a reading far below the rate was disturbed."""
    made = recording(LEAK, kept(1), kept(16), settled=retaining(16 * MIB))
    disturbed = recording(LEAK, kept(1), kept(16), settled=retaining(64 * KIB))

    assert blame_grown(made, Project(made), 2.0 * MIB) is not None
    assert blame_grown(disturbed, Project(disturbed), 2.0 * MIB) is None


def test_without_a_rate_the_readings_tell_what_is_to_be_explained() -> None:
    """Growth by epoch, or a cache: the walks explain it, or something native grew."""
    held_by_python = recording(LEAK, kept(1), kept(16), settled=retaining(16 * MIB))
    native = recording(LEAK, kept(1), kept(16), settled=retaining(160 * MIB))

    assert blame_grown(held_by_python, Project(held_by_python), 0.0) is not None
    assert blame_grown(native, Project(native), 0.0) is None


def test_workers_explain_together() -> None:
    """Each keeps a half of what the tree gained."""
    made = recording(LEAK, kept(1, pid=7), kept(16, pid=7), kept(1, pid=8), kept(16, pid=8))
    blame = blame_grown(made, Project(made), 2.0 * MIB)

    assert blame is not None
    assert (blame.line, blame.n_bytes) == (5, 30 * MIB)


def test_of_several_lines_the_one_that_ran_is_named() -> None:
    """By the allocations of a short trial; without it the first is a guess."""
    guess = recording(TWO, held(9 * MIB))
    site = Site(frames=[Frame(path="/lib/x.py", line=9), Frame(path=PATH, line=5)], bytes=9 * MIB, blocks=10)
    traced = recording(TWO, held(9 * MIB), sites=(site,))
    first = blame_held_by(guess, Project(guess), lambda items: 9 * MIB)
    ran = blame_held_by(traced, Project(traced), lambda items: 9 * MIB)

    assert first is not None
    assert ran is not None
    assert (first.line, first.is_only) == (4, False)
    assert (ran.line, ran.is_only) == (5, True)


def test_a_holding_without_a_line_blames_nobody() -> None:
    """What no file of the user's fills."""
    made = recording("\ndef other(): pass\n", held(9 * MIB))
    (holding,) = Tree(held(9 * MIB)).holdings()

    assert blame_holding(made, Project(made), holding) is None
    assert blame_held_by(made, Project(made), lambda items: 9 * MIB) is None


def test_stretches_are_of_one_process() -> None:
    """From its first walk to its last; a process that was walked once has none."""
    trial = msgspec.structs.replace(
        build.trial(32, lambda batch, epoch: 0.0, batches=16),
        retention=[kept(1, pid=7), kept(1), kept(4), kept(16), kept(16, pid=9)],
    )
    (own,) = stretches(trial)

    assert isinstance(own, Stretch)
    assert (own.first.pid, own.first.batch, own.last.batch, own.batches) == (0, 1, 16, 15)


def leaking(*trials: Trial, source: str) -> Recording:
    """A recording of several sizes, and then these trials."""
    sizes = build.at_sizes(lambda size, batch, epoch: size * build.ITEM + batch * build.BATCH)
    return msgspec.structs.replace(build.recording(*sizes, *trials), sources={PATH: source})


def test_paths_come_before_tracers() -> None:
    """A tracer that saw another line is asked only where walks do not tell."""
    from genaudit.evidence.evidence import Evidence

    frame = Frame(path=PATH, line=4)
    sites = [
        SitesMark(
            at_s=1.0, engine="tracemalloc", at=at, batch=batch, traced_bytes=1, peak_bytes=1, tracer_bytes=0,
            sites=[Site(frames=[frame], bytes=32 * build.ITEM + batch * build.BATCH, blocks=1)],
        )
        for at, batch in (("first", 1), ("end", 16))
    ]  # fmt: skip
    trial = build.trial(32, lambda batch, epoch: 0.0, kind="traced", batches=16)
    load = walk(generator(images(32 * build.ITEM, 32), n_bytes=32 * build.ITEM, line=6))
    walked = msgspec.structs.replace(trial, kind="walked", retention=[load])
    traced = msgspec.structs.replace(trial, sites=sites)
    source = LEAK.replace("    kept = []", "    images, kept = [load(path) for path in paths], []")
    both, alone = Evidence(leaking(walked, traced, source=source)), Evidence(leaking(traced, source=source))
    law = both.first_law
    assert law is not None

    by_path, by_tracer = blame_first(both, law), blame_first(alone, law)
    assert by_path is not None
    assert by_tracer is not None
    assert (by_path.line, by_tracer.line) == (3, 4)
    grown = blame_batches(both, float(build.BATCH))
    assert grown is not None
    assert grown.line == 4


def test_what_came_with_epochs_after_the_first_is_told_by_one_walk() -> None:
    """The only walk of a long drive; what an epoch had filled by its end is no part of that."""
    ends = [(4, 1, 1 * MIB, "epoch"), (32, 8, 9 * MIB, "block")]
    settled = [build.settled(batch, n_bytes, epoch=epoch, at=at) for batch, epoch, n_bytes, at in ends]
    grown, full = (
        recording(LEAK, walk(generator(images(n * MIB, n, name="kept"), n_bytes=n * MIB, line=6), at="end", batch=32),
                  settled=settled) for n in (8, 48)
    )  # fmt: skip
    blame = blame_later_epochs(grown, Project(grown))

    assert blame is not None
    assert (blame.path, blame.line) == (PATH, 5)
    assert blame_later_epochs(full, Project(full)) is None


@pytest.mark.parametrize(
    ("kind", "held_mib", "is_told"),
    [
        pytest.param("clean", 31, True, id="what grew, in the drive that was asked for"),
        pytest.param("clean", 10, False, id="a third of it"),
        pytest.param("clean", 90, False, id="three times as much: the data set"),
        pytest.param("walked", 31, False, id="a short drive"),
    ],
)
def test_what_holds_all_that_grew_at_the_end_is_told_by_one_walk(kind: str, held_mib: int, is_told: bool) -> None:
    """Where an epoch has to end before anything is put where it stays, drives through one epoch show nothing."""
    mark = walk(
        generator(images(held_mib * MIB, 9, name="kept"), n_bytes=held_mib * MIB, line=6), at="end", batch=32, epoch=9
    )
    made = recording(LEAK, mark, kind=kind)
    blame = blame_held_at_end(made, Project(made), float(MIB))

    assert (blame is not None and blame.line == 5) is is_told
    assert blame_held_at_end(made, Project(made), 0.0) is None

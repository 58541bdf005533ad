"""Who keeps memory alive, in the report: paths in words, growth beside them, and a tree that adds up."""

from typing import Any

import msgspec
import pytest

from genaudit.evidence.evidence import Evidence
from genaudit.model.marks import CallMark, RetentionMark
from genaudit.model.outcome import Location
from genaudit.model.report import WalkedAt
from genaudit.report.holders import accounting, grown, held_at, held_before, holders, retention
from genaudit.units import MIB
from tests import build, build_report
from tests.evidence.retention.made import Step, generator, images, walk

PATH = "/project/data.py"
SOURCE = """
def generate(paths):
    images = [load(path) for path in paths]
    kept = []
    while True:
        kept.append(load(paths))
        yield
"""


def evidence(*trials: Any) -> Evidence:
    """Evidence of trials, with the source."""
    return Evidence(msgspec.structs.replace(build.recording(*trials), sources={PATH: SOURCE}))


def walked(*marks: RetentionMark, retained: int = 0, kind: str = "clean", **fields: Any) -> Any:
    """A trial of 16 batches with these walks, that retains so much at its end."""
    made = build.trial(32, lambda batch, epoch: float(retained), kind=kind, batches=16)
    return msgspec.structs.replace(made, retention=list(marks), **fields)


def both(n: int, **at: Any) -> RetentionMark:
    """A list of images of 8 MiB, and one of as many batches as were made, of a MiB each."""
    root = generator(images(8 * MIB, 32), images(n * MIB, n, name="kept"), n_bytes=(8 + n) * MIB, line=6)
    return walk(root, at="first" if n == 1 else "end", batch=n, **at)


def test_holders_have_their_path_their_share_and_their_line() -> None:
    """The largest first; each with how it grows, where that was looked for."""
    kept, loaded = holders(evidence(walked(both(16), retained=25 * MIB), walked(both(1), both(16), kind="walked")))

    assert kept.names == ["generate (line 6)", "kept", "list of 16", "ndarray 64x64 uint8"]
    assert loaded.names == ["generate (line 6)", "images", "list of 32", "ndarray 64x64 uint8"]
    assert (kept.type, kept.entries, kept.bytes, kept.share) == ("ndarray", 16, 16 * MIB, 16 / 25)
    assert (loaded.bytes, loaded.share, loaded.growth_bytes_per_batch, loaded.gained_per_batch) == (
        *(8 * MIB, 8 / 25),
        *(None, None),
    )
    assert kept.growth_bytes_per_batch is not None
    assert (kept.growth_bytes_per_batch.value, kept.gained_per_batch) == (MIB, 1.0)
    assert kept.gained_at is not None
    assert (kept.names[kept.gained_at], loaded.gained_at) == ("list of 16", None)
    assert kept.location is not None
    assert loaded.location is not None
    assert [(where.path, where.line) for where in (kept.location, loaded.location)] == [("data.py", 6), ("data.py", 3)]


def test_growth_over_epochs_is_told_by_epoch() -> None:
    """Where epochs were what the trial was asked for."""
    trial = walked(both(1), both(13, epoch=4), kind="walked", epochs_asked=4)
    kept = next(holder for holder in holders(evidence(trial)) if "kept" in holder.names)

    assert kept.growth_bytes_per_batch is None
    assert kept.growth_bytes_per_epoch is not None
    assert kept.growth_bytes_per_epoch.value == 4 * MIB


def test_what_grows_and_is_small_still_has_a_row() -> None:
    """A path that the large walk does not show."""
    large = walk(generator(images(900 * MIB, 32), n_bytes=900 * MIB, line=6), at="end", batch=16)
    names = [holder.names[1] for holder in holders(evidence(walked(large), walked(both(1), both(16), kind="walked")))]

    assert names == ["images", "kept"]


def test_what_is_a_small_part_is_no_holder() -> None:
    """Of what the process retained, found or not."""
    assert holders(evidence(walked(both(16), retained=5000 * MIB))) == []


def test_without_a_walk_there_is_nothing_to_tell() -> None:
    """As in recordings of earlier versions."""
    without = evidence(walked())

    assert (holders(without), retention(without)) == ([], [])


def test_the_roots_of_the_tree_add_up_to_what_is_retained() -> None:
    """What was not found is a root of its own."""
    steps = retention(evidence(walked(both(16), retained=25 * MIB)))

    assert [step.label for step in steps if step.parent < 0] == ["generate (line 6)", "unaccounted"]
    assert sum(step.bytes for step in steps if step.parent < 0) == 25 * MIB
    assert [steps[step.parent].label for step in steps if step.label == "images list of 32"] == ["generate (line 6)"]


def test_where_more_was_found_than_readings_say_nothing_is_unaccounted() -> None:
    """What was there before the call is walked, too."""
    steps = retention(evidence(walked(both(16), retained=MIB)))

    assert "unaccounted" not in {step.label for step in steps}


def test_the_tree_tells_what_grew_where_its_trial_has_two_walks() -> None:
    """By bytes and by entries."""
    steps = {step.label: step for step in retention(evidence(walked(both(1), both(16))))}

    assert (steps["kept list of 16"].grown_bytes, steps["kept list of 16"].gained) == (15 * MIB, 15)
    assert (steps["images list of 32"].grown_bytes, steps["images list of 32"].gained) == (0, 0)


def test_workers_have_roots_of_their_own() -> None:
    """With what each of them holds below it; a holder is the path, in whichever process."""
    trial = walked(both(16), both(16, pid=71), both(16, pid=72))
    trees = {"0": 24 * MIB, "71": 24 * MIB, "72": 24 * MIB}
    settled = [msgspec.structs.replace(mark, tree=trees) for mark in trial.settled]
    made = evidence(msgspec.structs.replace(trial, settled=settled))
    steps = retention(made)

    assert [step.label for step in steps if step.parent < 0] == ["generate (line 6)", "worker 71", "worker 72"]
    assert [steps[step.parent].label for step in steps if step.label.startswith("generate")][1:] == [
        "worker 71",
        "worker 72",
    ]
    assert all(step.parent < place for place, step in enumerate(steps))
    assert {holder.names[1]: holder.bytes for holder in holders(made)} == {"kept": 48 * MIB, "images": 24 * MIB}


def test_words_of_steps() -> None:
    """Modules, classes and attributes, each in one or two words."""
    root = Step(
        *("module", "shop.data", "module", 10 * MIB),
        Step("variable", "LOADER", "shop.data.Loader", 9 * MIB, images(9 * MIB, 3, kind="attribute")),
        path=PATH,
        line=1,
    )
    (held,) = holders(evidence(walked(walk(root, at="end", batch=16))))

    assert held.names == ["shop.data (module)", "LOADER", "images", "list of 3", "ndarray 64x64 uint8"]


def test_names_of_the_user_s_are_marked() -> None:
    """Those of variables, attributes and keys, and neither functions nor what a container is."""
    made = evidence(walked(both(1), both(16)))
    marked = [(holder.names[at], at) for holder in holders(made) for at in holder.named]
    steps = [(step.label, step.name) for step in retention(made)]

    assert sorted(marked) == [("images", 1), ("kept", 1)]
    assert ("images list of 32", "images") in steps
    assert ("generate (line 6)", None) in steps
    assert all(label.startswith(name) for label, name in steps if name)


def test_a_finding_beside_a_leak_has_its_path_too() -> None:
    """What was loaded is a small part of what is held in the end: the walk after the first batch tells of it."""
    leak = walk(generator(images(900 * MIB, 900, name="kept"), n_bytes=900 * MIB, line=6), at="end", batch=900)
    made = evidence(walked(leak), walked(both(1), both(16), kind="walked"))
    loads = build_report.outcome("GA101", build_report.V.FAIL, location=Location(path="data.py", line=3))

    assert [holder.names[1] for holder in holders(made)] == ["kept"]
    assert [holder.names[1] for holder in holders(made, [loads])] == ["kept", "images"]
    elsewhere = msgspec.structs.replace(loads, location=Location(path="data.py", line=2))
    assert [holder.names[1] for holder in holders(made, [elsewhere])] == ["kept"]


def test_the_tree_of_growth_is_of_the_trial_that_was_walked_twice() -> None:
    """Of its own only where the tree of what is held is of another trial."""
    apart = grown(evidence(walked(both(16), retained=25 * MIB), walked(both(1), both(15), kind="walked")))

    assert [(step.label, step.gained) for step in apart if step.grown_bytes] == [
        ("generate (line 6)", 0),
        ("kept list of 15", 14),
        ("ndarray 64x64 uint8", 0),
    ]
    assert grown(evidence(walked(both(1), both(16), retained=25 * MIB))) == []
    assert grown(evidence(walked(both(16), retained=25 * MIB))) == []


def test_what_stays_of_calls_has_a_path_by_call() -> None:
    """Only where it is a finding: what two calls leave may be warm-up."""

    def kept(n: int) -> RetentionMark:
        return walk(generator(images(n * MIB, n, name="kept"), n_bytes=n * MIB, line=6), at="call", batch=n)

    called = build.trial(None, lambda batch, epoch: 0.0, kind="called", batches=0)
    calls = [CallMark(at_s=1.0, number=at, batches=4, batch_bytes=9, retained_bytes=0, seconds=0.1) for at in (2, 16)]
    called = msgspec.structs.replace(called, calls=calls, retention=[kept(2), kept(16)])
    made = evidence(walked(both(16), retained=25 * MIB), called)
    stays = msgspec.structs.replace(build_report.outcome("GA201", build_report.V.FAIL), code="GA205")
    last = holders(made, [stays])[-1]

    assert last.growth_bytes_per_call is not None
    assert last.growth_bytes_per_call.value == MIB
    assert last.names[:3] == ["generate (line 6)", "kept", "list of 16"]
    assert last.location is not None
    assert last.location.line == 6
    assert all(holder.growth_bytes_per_call is None for holder in holders(made))


def test_when_it_was_walked() -> None:
    """The size and the batch of the walk that is shown; nothing where nobody walked."""
    assert held_at(evidence(walked(both(16), retained=25 * MIB))) == WalkedAt(items=32, batches=16)
    assert held_at(evidence(build.trial(32, lambda batch, epoch: 0.0))) is None


def test_the_account_holds_no_less_than_what_accuses() -> None:
    """The newest batch is left out of what is held, and is no part of the list that holds the data."""
    whole = 12 * build.BATCH
    data = walk(generator(images(whole, 12 * build.BATCH_ITEMS), n_bytes=whole, line=6))
    trial = build.trial(12 * build.BATCH_ITEMS, lambda batch, epoch: whole, kind="clean", epochs=2, natural=True)
    trial = msgspec.structs.replace(trial, arguments=build.arguments(None), items=None)
    made = evidence(trial, walked(data, kind="walked"))
    account = accounting(made)

    assert made.account is not None
    assert made.account.holding is not None
    assert account is not None
    assert account.held_bytes == made.account.holding.bytes == made.account.held_bytes
    assert account.share == account.held_bytes / (account.epoch_bytes or 1)


def connections(n: int, **at: Any) -> RetentionMark:
    """So many connections to a database in a list, of a few bytes each by their own account."""
    each = Step("entry", "", "Connection", 48 * n, count=n, is_foreign=True)
    return walk(generator(Step("variable", "kept", "list", 60 * n, each, entries=n), n_bytes=90 * n, line=6), **at)


def test_what_owns_native_memory_is_a_holder_of_it() -> None:
    """With all that no object accounts for, and the line that adds to it; where nothing was retained there is none."""
    marks = connections(1), connections(16, at="end", batch=16)
    settled = [build.settled(1, 0), build.settled(16, 30 * MIB)]
    (holder,) = holders(evidence(walked(*marks, settled=settled)))

    assert holder.names == ["generate (line 6)", "kept", "list of 16", "Connection (native memory)"]
    assert holder.location is not None
    assert (holder.location.line, holder.gained_per_batch) == (6, 1.0)
    assert holder.bytes > 29 * MIB
    assert holder.growth_bytes_per_batch is not None
    assert holder.growth_bytes_per_batch.value == holder.bytes / 15
    flat = [build.settled(1, 0), build.settled(16, 0)]
    assert not any("native" in name for each in holders(evidence(walked(*marks, settled=flat))) for name in each.names)


@pytest.mark.parametrize(
    ("retained", "before"),
    [(0, 24 * MIB), (8 * MIB, 16 * MIB), (20 * MIB, None), (40 * MIB, None)],
    ids=["all of it", "a good part", "little", "more was retained than found"],
)
def test_what_was_made_before_the_call_is_held_too(retained: int, before: int | None) -> None:
    """At import it is no part of what is retained above what was held before the call."""
    assert held_before(evidence(walked(both(16), retained=retained))) == before


@pytest.mark.parametrize(("n", "before"), [(22, 30 * MIB), (23, None)])
def test_what_the_process_did_not_hold_was_not_made_before_the_call(n: int, before: int | None) -> None:
    """30 MiB, in made trials. Arrays of zeros that nobody has written to are found, and take no memory."""
    assert held_before(evidence(walked(both(n)))) == before


def test_without_walks_nothing_is_known_of_it() -> None:
    """No reference was followed."""
    assert held_before(evidence(walked())) is None

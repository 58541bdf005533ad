"""How far a target is traced: at a small size, for as long as what was found shows."""

from typing import Any

import msgspec
import pytest

from genaudit.evidence.evidence import Evidence
from genaudit.evidence.suspicion import Suspicion, suspicion
from genaudit.experiment.tracing import (
    BATCHES,
    DEPTH,
    EPOCHS,
    MOST_BATCHES_TO_A_SPIKE,
    SHALLOW_DEPTH,
    TIMEOUT_S,
    Tracing,
    is_certain,
    is_unexplained,
)
from genaudit.model.limits import Limits
from genaudit.model.marks import Frame, Site, SitesMark
from genaudit.model.recording import Request, Trial
from genaudit.units import MIB
from tests import build
from tests.evidence.retention.made import generator, images, walk
from tests.experiment import made

NONE = Suspicion(**dict.fromkeys(Suspicion.__struct_fields__, False))


def traced(trials: list[Trial], suspected: Suspicion | None = None, **request: Any) -> Tracing:
    """The tracing of what these trials show."""
    evidence = build.evidence(*trials, **request)
    asked = Request(target="data:generate", **request)
    return Tracing(evidence, suspicion(evidence, Limits()) if suspected is None else suspected, asked)


def suspected(**flags: bool) -> Suspicion:
    """What may be wrong, and nothing else."""
    return msgspec.structs.replace(NONE, **flags)


def with_spike(batch: int) -> list[Trial]:
    """Trials in whose drive one batch takes much more than the others."""
    *small, drive = build.at_sizes(lambda size, number, epoch: 0.0)
    drive = build.trial(
        drive.items,
        lambda number, epoch: 0.0,
        kind="clean",
        batches=200,
        transient=lambda number: 60 * MIB if number == batch else 2 * build.BATCH,
    )
    return [*small, drive]


LEAKING = build.at_sizes(lambda size, batch, epoch: made.leaking(size, batch, epoch))
EAGER = build.at_sizes(lambda size, batch, epoch: made.eager(size, batch, epoch))


def test_growth_is_traced_within_one_epoch() -> None:
    """What is kept may be let go at its turn: a little more data than batches."""
    tracing = traced(LEAKING)

    assert tracing.size() == {"items": (BATCHES + 2) * build.BATCH_ITEMS}
    assert (tracing.fields()["batches"], tracing.fields()["epochs"]) == (BATCHES, None)


def test_growth_is_traced_with_what_there_is() -> None:
    """Where the whole data set is small."""
    small = build.at_sizes(lambda size, batch, epoch: made.leaking(size, batch, epoch), sizes=(16, 32, 64))
    small = [
        msgspec.structs.replace(
            trial, arguments=trial.arguments and msgspec.structs.replace(trial.arguments, dataset_items=64)
        )
        for trial in small
    ]

    assert traced(small).size() == {"items": 64}


def test_growth_by_epoch_is_traced_over_epochs() -> None:
    """Of the smallest size, and as many batches as they have."""
    tracing = traced(LEAKING, suspected(growth_by_epoch=True))
    fields = tracing.fields()

    assert tracing.size() == {"items": 16}
    assert (fields["epochs"], fields["batches"]) == (EPOCHS, BATCHES)
    longer = traced(build.at_sizes(lambda size, batch, epoch: 0.0, sizes=(64, 512)), suspected(growth_by_epoch=True))
    assert longer.fields()["batches"] == EPOCHS * 8


def test_growth_over_batches_comes_before_growth_over_epochs() -> None:
    """It is there within one."""
    both = traced(LEAKING, suspected(growth=True, growth_by_epoch=True))

    assert both.fields()["epochs"] is None
    assert both.size() == {"items": (BATCHES + 2) * build.BATCH_ITEMS}


def test_a_load_is_traced_at_the_smallest_size_that_shows() -> None:
    """What is loaded must stand out from a batch: three times as much, at 32 items."""
    tracing = traced(EAGER)

    assert tracing.size() == {"items": 32}
    assert tracing.fields()["batches"] == 1


def test_a_load_that_takes_long_is_traced_at_a_size_that_does_not() -> None:
    """At the smallest where every one does."""

    def slow(seconds: float) -> list[Trial]:
        changed = []
        for trial in EAGER:
            phases = [msgspec.structs.replace(phase, seconds=seconds * (trial.items or 0)) for phase in trial.phases]
            changed.append(msgspec.structs.replace(trial, phases=phases))
        return changed

    assert traced(slow(0.05)).size() == {"items": 16}
    assert traced(slow(1.0)).size() == {"items": 16}
    assert traced(slow(0.001)).size() == {"items": 32}


def test_a_spike_is_traced_at_its_size_up_to_its_batch() -> None:
    """As far as that is not too far."""
    near, far = traced(with_spike(20)), traced(with_spike(MOST_BATCHES_TO_A_SPIKE + 40))

    assert near.size() == {"items": 512}
    assert near.fields()["batches"] == 21
    assert far.fields()["batches"] == MOST_BATCHES_TO_A_SPIKE


def test_what_is_let_go_before_the_first_batch_is_traced_where_it_shows() -> None:
    """Not at the size of the batch that rises most, which may be the largest and takes a tracer too long."""
    trials = [
        build.trial(
            size,
            lambda batch, epoch: 0.0,
            kind="clean" if size == 512 else "scaled",
            transient=lambda number, size=size: size * build.ITEM if number == 1 else 0,
        )
        for size in (16, 32, 128, 512)
    ]
    tracing = traced(trials)

    assert tracing.size() == {"items": 32}
    assert tracing.fields()["batches"] == 1


def test_growth_beside_a_spike_comes_first() -> None:
    """Within an epoch, and as far as the spike's batch."""
    both = traced(with_spike(20), suspected(spike=True, growth=True))

    assert both.size() == {"items": (BATCHES + 2) * build.BATCH_ITEMS}
    assert both.fields()["batches"] == 21


@pytest.mark.parametrize("flags", [{"handles": True}, {"cache": True}])
def test_what_comes_with_batches_needs_some(flags: dict[str, bool]) -> None:
    """Handles, and what an epoch keeps."""
    tracing = traced(LEAKING, suspected(**flags))

    assert tracing.size() == {"items": (BATCHES + 2) * build.BATCH_ITEMS}
    assert tracing.fields()["batches"] == BATCHES


def test_a_target_without_sizes_is_traced_as_it_is() -> None:
    """There is but one."""
    trials = [build.trial(None, lambda batch, epoch: batch * build.BATCH, kind="clean", batches=50)]

    assert traced(trials).size() == {"all": True}


@pytest.mark.parametrize(("options", "n_batches"), [({"lines": True}, BATCHES), ({"native": True}, BATCHES), ({}, 1)])
def test_where_nothing_is_suspected_every_line_may_be_wanted(options: dict[str, bool], n_batches: int) -> None:
    """And stacks need not be deep."""
    tracing = traced(build.at_sizes(lambda size, batch, epoch: 0.0), NONE, **options)

    assert tracing.fields()["batches"] == n_batches
    assert tracing.fields()["depth"] == SHALLOW_DEPTH
    assert traced(LEAKING, **options).fields()["depth"] == DEPTH


@pytest.mark.parametrize(
    ("wall_s", "timeout_s", "expected"),
    [(1.0, 300.0, TIMEOUT_S), (10.0, 300.0, 80.0), (100.0, 300.0, 300.0), (1.0, 5.0, 5.0)],
)
def test_a_tracer_is_not_waited_for_long(wall_s: float, timeout_s: float, expected: float) -> None:
    """By what the trials before it took, and never longer than the user waits."""
    trials = [msgspec.structs.replace(trial, wall_s=wall_s) for trial in LEAKING]

    assert traced(trials, timeout_s=timeout_s).fields()["timeout_s"] == expected


# What the tracer explains.


def sites(at: str, batch: int, n_bytes: int) -> SitesMark:
    """One line of the target that holds memory."""
    frame = Frame(path="/project/data.py", line=7, function="generate")
    site = Site(bytes=n_bytes, blocks=1, frames=[frame])
    totals = {"traced_bytes": n_bytes, "peak_bytes": n_bytes, "tracer_bytes": 0}
    return SitesMark(at_s=1.0, engine="tracemalloc", at=at, batch=batch, sites=[site], **totals)


def explained(trials: list[Trial], *marks: SitesMark) -> tuple[Evidence, Suspicion]:
    """What is known after a trial that traced."""
    tracer = build.trial(144, lambda batch, epoch: 0.0, kind="traced", batches=BATCHES)
    evidence = build.evidence(*trials, msgspec.structs.replace(tracer, sites=list(marks)))
    return evidence, suspicion(evidence, Limits())


def test_what_the_tracer_names_is_explained() -> None:
    """A load by its first batch, growth by the two stretches."""
    loaded = explained(EAGER, sites("first", 1, 144 * build.ITEM))
    grown = explained(LEAKING, sites("first", 1, build.BATCH), sites("end", BATCHES, BATCHES * build.BATCH))

    assert not is_unexplained(*loaded)
    assert not is_unexplained(*grown)


@pytest.mark.parametrize("trials", [EAGER, LEAKING], ids=["a load", "growth"])
def test_what_the_tracer_does_not_see_is_not(trials: list[Trial]) -> None:
    """Native memory: the kernel's figures only show it."""
    assert is_unexplained(*explained(trials))


def test_where_nothing_is_kept_there_is_nothing_to_explain() -> None:
    """Without a single line."""
    assert not is_unexplained(*explained(build.at_sizes(lambda size, batch, epoch: 0.0)))


# What is walked, and what that explains.


def test_a_load_is_walked_after_its_first_batch() -> None:
    """What grows needs a walk at the end too; neither has a tracer or goes on longer than it was planned."""
    loaded, grown = traced(EAGER).walk_fields(is_scaled=True), traced(LEAKING).walk_fields(is_scaled=True)

    assert (loaded["batches"], loaded["walks"], loaded["extends"]) == (1, ["first"], False)
    assert (grown["batches"], grown["walks"], grown["extends"]) == (BATCHES, ["first", "end"], False)
    assert "depth" not in grown


def test_growth_by_epoch_is_walked_over_epochs() -> None:
    """As it is traced."""
    fields = traced(LEAKING, suspected(growth_by_epoch=True)).walk_fields(is_scaled=True)

    assert (fields["epochs"], fields["walks"]) == (EPOCHS, ["first", "end"])


def test_a_spike_beside_a_load_does_not_make_the_walk_longer() -> None:
    """What is held is there after the first batch."""
    fields = traced(with_spike(20), suspected(spike=True, eager=True)).walk_fields(is_scaled=True)

    assert fields["batches"] == 1


def test_without_sizes_the_walk_goes_through_an_epoch() -> None:
    """Up to its last batch, as its end takes along what the iterator caches; nothing longer than was allowed."""
    epoch = build.trial(80, lambda batch, epoch: 0.0, kind="clean", epochs=2, natural=True)
    unknown = build.trial(None, lambda batch, epoch: 0.0, kind="clean", batches=20)

    told = traced([epoch], NONE).walk_fields(is_scaled=False)
    cut = traced([epoch], NONE, max_batches=5).walk_fields(is_scaled=False)
    asked = traced([unknown], NONE).walk_fields(is_scaled=False)

    assert (told["batches"], told["settle_every"], told["walks"]) == (9, 9, ["first", "end"])
    assert cut["batches"] == 5
    assert asked["epochs"] == 1
    assert traced([epoch], NONE).walk_fields(is_scaled=True)["batches"] == 1


def loaded(source: str) -> tuple[Evidence, Suspicion]:
    """A load that a walk at the end of a small size explains."""
    load = walk(generator(images(128 * build.ITEM, 128), n_bytes=128 * build.ITEM, line=6), at="end")
    walked = msgspec.structs.replace(build.trial(128, lambda batch, epoch: 0.0, batches=1), retention=[load])
    recording = build.recording(*EAGER, walked)
    evidence = Evidence(msgspec.structs.replace(recording, sources={"/project/data.py": source}))
    return evidence, suspicion(evidence, Limits())


ONE = "def generate(keys):\n    images = [load(key) for key in keys]\n\n\n\n    yield images\n"
TWO = "def generate(keys):\n    images = []\n    images += read(keys)\n    images += again(keys)\n\n    yield images\n"


def test_what_a_walk_explains_is_not_looked_for_further() -> None:
    """Unless several lines fill the same: then the one that ran must be told."""
    one, two = loaded(ONE), loaded(TWO)

    assert not is_unexplained(*one)
    assert not is_unexplained(*two)
    assert is_certain(*one)
    assert not is_certain(*two)

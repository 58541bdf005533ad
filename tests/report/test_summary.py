"""The verdict in words: what happens, what it means for the user's data, what to do."""

from typing import Any

import msgspec
import pytest

from genaudit.model.advice import sketched
from genaudit.model.catalogue import PATTERNS
from genaudit.model.outcome import EvidenceKind, Interval, Level, Location, Outcome, RunVerdict, Verdict
from genaudit.model.report import Failure, GrowthLaw, Projection
from genaudit.model.series import Curve, CurveBand
from genaudit.report.summary import summary
from genaudit.units import GIB, KIB, MIB
from tests.build import at_sizes, evidence, trial

SCALED = evidence(*at_sizes(lambda size, batch, epoch: 0.0))
BATCHES = evidence(trial(None, lambda batch, epoch: 0.0, kind="clean", batches=20))
PLACE = Location(path="data.py", line=7, function="generate")


def found(code: str, level: Level = Level.ERROR, **changes: Any) -> Outcome:
    """A finding of a rule."""
    name = next(pattern.name for pattern in PATTERNS if pattern.code == code)
    values: dict[str, Any] = {"message": "keeps 64 KiB per item", "verdict": Verdict.FAIL}
    values["evidence"] = EvidenceKind.MEASURED
    return Outcome(code=code, name=name, level=level, **{**values, **changes})


def law(*, items_at_limit: float | None) -> GrowthLaw:
    """64 KiB per item, projected to 50,000 items."""
    full = None if items_at_limit is None else Interval(value=items_at_limit, low=1.0, high=1e9)
    needed = Interval(value=3.0 * GIB, low=2.9 * GIB, high=3.1 * GIB)
    return GrowthLaw(
        at="first batch",
        sizes=[16, 512],
        retained_bytes=[0, 0],
        high_water_bytes=[0, 0],
        law="linear",
        bytes_per_item=Interval(value=64.0 * KIB, low=63.0 * KIB, high=65.0 * KIB),
        fixed_bytes=30 * MIB,
        exponent=1.0,
        projection=Projection(items=50_000, bytes=needed, limit_bytes=16 * GIB, items_at_limit=full),
    )


def said(outcomes: list[Outcome], verdict: RunVerdict = RunVerdict.FAIL, **changes: Any) -> Any:
    """The summary of these outcomes."""
    given: dict[str, Any] = {"law": None, "failed": None, "noun": "image", **changes}
    return summary(given.pop("evidence", SCALED), verdict, outcomes, given["law"], given["failed"], given["noun"])


@pytest.mark.parametrize("pattern", [pattern for pattern in PATTERNS if pattern.headline], ids=lambda one: one.name)
def test_the_headline_of_each_pattern(pattern: Any) -> None:
    """And its place, and its advice where the finding has a sketch only."""
    summed = said([found(pattern.code, location=PLACE, fix=sketched("yield load(path)"))])

    assert summed.headline == pattern.headline
    assert summed.cause == "data.py:7 in generate: keeps 64 KiB per item."
    assert summed.mend == pattern.fix


def test_a_static_finding_is_its_own_headline() -> None:
    """Where nothing was measured that says the same."""
    summed = said([found("GA401", Level.WARNING, message="the buffer holds all")], RunVerdict.WARN)

    assert (summed.headline, summed.mend) == ("the buffer holds all", None)


def test_the_findings_own_words_go_before_the_patterns() -> None:
    """With what they save."""
    summed = said([found("GA201", fix="empty self.seen\nCheck it: genaudit compare a:b c:d", saving_bytes=3 * MIB)])

    assert summed.mend == "Empty self.seen. This saves 3.00 MiB of what was measured."


def test_others_of_the_same_weight_are_in_the_headline() -> None:
    """Two at most, and no lesser ones."""
    outcomes = [
        found("GA101", saving_bytes=9),
        found("GA201"),
        found("GA202"),
        found("GA203"),
        found("GA501", Level.WARNING),
        found("GA102"),
    ]

    assert said(outcomes).headline == (
        "loads its whole data set before the first batch, and keeps memory with every batch, "
        "and keeps memory with every epoch"
    )


@pytest.mark.parametrize(
    ("outcome", "consequence"),
    [
        pytest.param(
            found("GA101", unit="bytes/item", value=64.0 * KIB),
            "16.0 GiB runs out at 262,000 images; 50,000 images need 3.00 GiB (2.90 to 3.10 GiB).",
            id="growth with the data set",
        ),
        pytest.param(
            found("GA201", unit="bytes/batch", value=1.0 * MIB),
            "16.0 GiB runs out after about 16,400 batches.",
            id="growth with batches",
        ),
        pytest.param(
            found("GA202", unit="bytes/epoch", value=1.0 * GIB),
            "16.0 GiB runs out after about 16 epochs.",
            id="growth with epochs",
        ),
        pytest.param(
            found("GA301", unit="x batch", value=9.0, saving_bytes=8 * MIB),
            "The machine must have room for 8.00 MiB more than needed.",
            id="a spike",
        ),
        pytest.param(found("GA502", unit="per batch", value=1.0), None, id="files"),
    ],
)
def test_what_it_means(outcome: Outcome, consequence: str | None) -> None:
    """For the user's data and machine, as far as the figures tell."""
    assert said([outcome], law=law(items_at_limit=262_144.0)).consequence == consequence


def test_a_forecast_without_a_limit() -> None:
    """What is needed is said all the same."""
    summed = said([found("GA101", unit="bytes/item", value=1.0)], law=law(items_at_limit=None))

    assert summed.consequence == "50,000 images need 3.00 GiB (2.90 to 3.10 GiB)."


def test_what_the_process_takes_by_itself_is_said_where_it_is_a_good_part() -> None:
    """So that nobody wonders why an array of 31 MiB needs 73."""
    large = msgspec.structs.replace(law(items_at_limit=None), fixed_bytes=1 * GIB)

    assert said([found("GA101", unit="bytes/item", value=1.0)], law=large).consequence == (
        "50,000 images need 3.00 GiB (2.90 to 3.10 GiB): 1.00 GiB is the process itself."
    )


@pytest.mark.parametrize(
    ("form", "fixed", "told"),
    [
        pytest.param("constant", 1 * GIB, ": 1.00 GiB is the process itself", id="arguments grow, and nothing else"),
        pytest.param("superlinear", 1 * GIB, ": 1.00 GiB is the process itself", id="a curve"),
        pytest.param("constant", 4 * GIB, ": nearly all of it is the process itself", id="what is passed is little"),
        pytest.param("linear", 100 * MIB, "", id="no good part"),
    ],
)
def test_the_part_of_the_process_is_told_of_every_law(form: str, fixed: int, told: str) -> None:
    """Whatever the finding rests on."""
    flat = law(items_at_limit=None)
    assert flat.projection is not None
    curve = Curve(base_bytes=fixed, growth_bytes=1.0)
    band = CurveBand(value=curve, low=curve, high=curve)
    known = msgspec.structs.replace(
        flat, law=form, fixed_bytes=fixed, projection=msgspec.structs.replace(flat.projection, curve=band)
    )

    summed = said([found("GA104", Level.WARNING, unit="bytes/item", value=1.0)], RunVerdict.WARN, law=known)

    assert summed.consequence == f"50,000 images need 3.00 GiB (2.90 to 3.10 GiB){told}."


def test_what_an_account_means_at_one_size() -> None:
    """There is no law; what an item takes is known, and so what more of them do, beside the process itself."""
    accounted = found("GA101", unit="bytes/item", value=64.0 * KIB, evidence=EvidenceKind.ACCOUNTED)
    asked = evidence(*at_sizes(lambda size, batch, epoch: 0.0), project_items=50_000)

    assert said([accounted]).consequence == "Each image takes 64.0 KiB: 16.0 GiB runs out at 261,000 images."
    assert said([accounted], evidence=asked).consequence == (
        "16.0 GiB runs out at 261,000 images; 50,000 images need 3.09 GiB."
    )
    # The tile of the page says the same.
    assert said([accounted]).items_at_limit == pytest.approx(261_000, rel=0.005)
    assert said([found("GA101", unit="bytes/item", value=64.0 * KIB)]).items_at_limit is None
    few = evidence(*at_sizes(lambda size, batch, epoch: 0.0), project_items=400)
    assert said([accounted], evidence=few).consequence == (
        "16.0 GiB runs out at 261,000 images; 400 images need 66.5 MiB: 41.5 MiB is the process itself."
    )


def test_a_clean_run() -> None:
    """What was not measured is not praised."""
    assert said([], RunVerdict.PASS).headline == "memory grows neither with the data set nor with batches"
    assert said([], RunVerdict.PASS, evidence=BATCHES).headline == (
        "memory does not grow with batches; growth with the data set was not measured"
    )
    advice = said([found("GA204", Level.NOTE)], RunVerdict.PASS)
    assert advice.headline.startswith("memory grows neither")


def test_a_clean_run_that_keeps_an_index_says_so() -> None:
    """A headline does not deny what a tile shows: passed below the limit, or a note of the rule; a buffer is none."""
    grows = law(items_at_limit=None)
    passed = found("GA101", verdict=Verdict.PASS, value=64.0 * KIB, unit="bytes/item", limit=70.0 * KIB)
    noted = found("GA101", Level.NOTE, value=64.0 * KIB, unit="bytes/item")
    buffer = found("GA101", verdict=Verdict.PASS, value=64.0 * KIB, unit="bytes/item", limit=1.0 * KIB)
    index = "keeps an index of 64.0 KiB per image, not the images; memory does not grow with batches"
    usual = "memory grows neither with the data set nor with batches"

    for outcome, told in ((passed, index), (noted, index), (buffer, usual)):
        assert summary(SCALED, RunVerdict.PASS, [outcome], grows, None, "image").headline == told
    flat = msgspec.structs.replace(grows, law="constant")
    assert summary(SCALED, RunVerdict.PASS, [passed], flat, None, "image").headline == usual


def test_what_is_open() -> None:
    """Each with what would settle it."""
    undecided = found("GA201", verdict=Verdict.INCONCLUSIVE, message="more batches would tell (--batches 400)")

    summed = said([undecided], RunVerdict.INCONCLUSIVE)

    assert summed.headline == "cannot be judged by what was measured"
    assert summed.cause == "batch-growth: more batches would tell (--batches 400)"


def test_a_target_that_broke() -> None:
    """Where, and with what; a fault that was proven before goes first."""
    failed = Failure(reason="raised", type="OSError", message="no such file\nmore", batch=3, location=PLACE)

    summed = said([found("GA101", Level.WARNING)], RunVerdict.ERROR, failed=failed)
    proven = said([found("GA101")], RunVerdict.FAIL, failed=failed)

    assert summed.headline == "raised OSError in batch 3: no such file"
    assert summed.cause == "data.py:7: no such file\nmore"
    assert (summed.consequence, summed.mend) == (None, None)
    assert proven.headline == "loads its whole data set before the first batch"


def test_limits_of_the_run_are_in_the_headline() -> None:
    """Those that were set for it."""
    request = msgspec.structs.replace(SCALED.recording.request, timeout_s=90.0)
    recording = msgspec.structs.replace(SCALED.recording, request=request)
    slow = type(SCALED)(recording)

    assert (
        "ended after 1 min 30 s"
        in said([], RunVerdict.ERROR, evidence=slow, failed=Failure(reason="timed-out")).headline
    )
    over = said([], RunVerdict.FAIL, failed=Failure(reason="memory-limit")).headline
    assert over == "passed the memory limit of 12.0 GiB"


@pytest.mark.parametrize(
    ("items", "epoch"),
    [
        (50_000, ": epoch 3 of your 50,000 images"),
        (10**6, ": epoch 1 of your 1,000,000 images"),
        (8, ": epoch 16,400 of your 8 images"),
        (None, ""),
    ],
)
def test_a_leak_is_told_in_epochs_of_the_real_data_set(items: int | None, epoch: str) -> None:
    """Of 8 items a batch: 6,250 batches are an epoch of 50,000, and 16,353 batches fill the memory."""
    leaking = evidence(trial(None, lambda batch, epoch: 0.0, kind="clean", batches=20), project_items=items)
    summed = said([found("GA201", unit="bytes/batch", value=1.0 * MIB)], law=law(items_at_limit=None), evidence=leaking)

    assert summed.consequence == f"16.0 GiB runs out after about 16,400 batches{epoch}."


def test_growth_with_calls_has_a_consequence() -> None:
    summed = said([found("GA205", unit="bytes/call", value=1.0 * GIB)], law=law(items_at_limit=None))

    assert summed.consequence == "16.0 GiB runs out after about 16 calls."

"""Budgets and the baseline judged on reports."""

from typing import Any

import msgspec
import pytest

from genaudit.config.budgets import parse_budget
from genaudit.gate.baseline import Baseline, Entry, entry_of
from genaudit.gate.judge import Terms, judge
from genaudit.gate.regressions import Rules, compare
from genaudit.model import Interval, Level, Outcome, Report, RunVerdict, Verdict
from genaudit.model.catalogue import FIGURES
from genaudit.model.recording import TrialExit
from genaudit.model.report import Resource, Resources, TrialRow
from genaudit.model.series import SurfacePoint
from genaudit.units import GIB, KIB, MIB
from tests import build_report as made

DONE = TrialExit(code=0, signal=None, reason="completed")


def drive(**fields: Any) -> TrialRow:
    """A row of a drive that came to its end."""
    return TrialRow(kind="clean", items=9, batches=5, epochs=1, exit=DONE, wall_s=1, **fields)


def grown(low: float, value: float, high: float, **fields: Any) -> Report:
    """A clean report, but for its growth per batch."""
    noise = Interval(value=value, low=low, high=high)
    growth = made.outcome("GA201", value=value, unit="bytes/batch", limit=4096.0, noise=noise, **fields)
    return made.report(outcomes=made.outcomes(growth))


def entry(report: Report, **changes: Any) -> Entry:
    made_entry = entry_of(report, target="data:gen", arguments="abc", reason="first")
    return msgspec.structs.replace(made_entry, **changes)


def held(report: Report, *, baseline: Baseline | None = None, rules: Rules | None = None, **budgets: Any) -> Report:
    """The report judged by budgets as they are written."""
    parsed = {name.replace("_", "-"): parse_budget(name.replace("_", "-"), value) for name, value in budgets.items()}
    return judge(report, Terms(budgets=parsed, baseline=baseline, entry=entry(report), rules=rules or Rules()))


def answer(report: Report, code: str) -> Outcome:
    return next(one for one in report.outcomes if one.code == code)


@pytest.mark.parametrize(
    ("low", "value", "high", "verdict"),
    [
        pytest.param(65 * KIB, 70 * KIB, 75 * KIB, Verdict.FAIL, id="lower end above"),
        pytest.param(50 * KIB, 55 * KIB, 64 * KIB, Verdict.PASS, id="upper end at it"),
        pytest.param(60 * KIB, 70 * KIB, 80 * KIB, Verdict.INCONCLUSIVE, id="between"),
        pytest.param(64 * KIB, 70 * KIB, 80 * KIB, Verdict.INCONCLUSIVE, id="lower end at it"),
    ],
)
def test_the_interval_decides(low: float, value: float, high: float, verdict: Verdict) -> None:
    report = held(grown(low, value, high), growth="64KiB/batch")

    assert answer(report, "GA603").verdict is verdict
    assert (report.exit_code == 1) is (verdict is Verdict.FAIL)
    assert report.verdict is {Verdict.FAIL: RunVerdict.FAIL, Verdict.PASS: RunVerdict.PASS}.get(
        verdict, RunVerdict.INCONCLUSIVE
    )


def test_what_would_settle_it() -> None:
    """A slope's interval narrows with the batches: 10 KiB wide, 6 KiB from the budget, of 50 batches."""
    told = answer(held(grown(60 * KIB, 70 * KIB, 80 * KIB), growth="64KiB/batch"), "GA603").message

    assert "batches = 92 would settle it" in told
    at_it = answer(held(grown(60 * KIB, 64 * KIB, 68 * KIB), growth="64KiB/batch"), "GA603").message
    assert "move the budget" in at_it


def test_growth_that_levels_off_breaks_no_budget() -> None:
    """The rule is inconclusive although its whole interval is above its limit: it saw something fill."""
    report = grown(65 * KIB, 70 * KIB, 75 * KIB, verdict=Verdict.INCONCLUSIVE)

    assert answer(held(report, growth="64KiB/batch"), "GA603").verdict is Verdict.INCONCLUSIVE


def test_a_trial_in_which_memory_only_fell_settles_nothing() -> None:
    """Then the slope of the drive counts, which the report has too."""
    report = grown(-180.0 * KIB, -160.0 * KIB, -140.0 * KIB)
    assert report.batches is not None
    driven = msgspec.structs.replace(report.batches, growth_bytes_per_batch=made.interval(70 * KIB))

    judged = held(msgspec.structs.replace(report, batches=driven), growth="64KiB/batch")
    assert answer(judged, "GA603").verdict is Verdict.FAIL


def test_levels() -> None:
    """A warning is one; what is off is not judged; a table without a limit sets only the comparison."""
    broken = grown(65 * KIB, 70 * KIB, 75 * KIB)
    warned = held(broken, growth={"max": "64KiB/batch", "level": "warn"})

    assert answer(warned, "GA603").level is Level.WARNING
    assert (warned.verdict, warned.exit_code) == (RunVerdict.WARN, 0)
    for value in ({"max": "64KiB/batch", "level": "off"}, {"tolerance": "5%"}):
        assert not [one for one in held(broken, growth=value).outcomes if one.code == "GA603"]


def test_a_broken_budget_names_a_line() -> None:
    """That of the rule which found the same, else where the target is defined."""
    leak = held(made.leak(), growth="64KiB/batch")
    strict = held(grown(65 * KIB, 70 * KIB, 75 * KIB), growth="64KiB/batch")

    assert answer(leak, "GA603").location == answer(leak, "GA201").location
    place = answer(strict, "GA603").location
    assert place is not None
    assert (place.path, place.line) == (strict.target.path, strict.target.line)


def test_a_broken_promise_in_three_sentences() -> None:
    """What happens, held against what was promised; what it leads to; what to do, and the bytes that it saves."""
    judged = held(grown(65 * KIB, 70 * KIB, 75 * KIB), growth="64KiB/batch", baseline=based(grown(-100.0, 0.0, 100.0)))
    said = judged.summary

    assert said.headline == "keeps 70.0 KiB with every batch: the budget is 64.0 KiB, the baseline none"
    assert said.cause == (
        "sample_generators/efficient.py:8 in efficient_generator: measured as a whole, since no rule blames one of its "
        "lines."
    )
    assert (
        said.consequence
        == "16.0 GiB runs out after about 239,000 batches; the budget allows 261,000, the baseline allowed any number."
    )
    assert said.mend is not None
    assert "saves 300 KiB over the 50 batches measured." in said.mend
    assert said.mend.endswith("--against HEAD~1 shows what changed.")


def test_a_rule_that_found_the_same_names_the_line() -> None:
    """Its words stay, and what is broken is told with them; its finding comes first."""
    audited = made.leak()
    judged = held(audited, growth="64KiB/batch", peak="40MiB")

    assert judged.summary.headline == audited.summary.headline
    assert judged.summary.consequence is not None
    assert "growth is 1.50 MiB/batch, the budget is 64.0 KiB; peak is" in judged.summary.consequence
    assert [one.code for one in judged.findings] == ["GA201", "GA603", "GA601"]
    assert answer(judged, "GA603").fix == "Fix what GA201 batch-growth found on this line."


@pytest.mark.parametrize(
    ("budgets", "headline", "consequence"),
    [
        ({"peak": "40MiB"}, "takes 60.0 MiB at its highest: the budget is 40.0 MiB", "20.0 MiB are missing"),
        ({"spike": "1.2x batch"}, "needs 1.9 times a batch while it makes a batch", "1.05 MiB more than promised"),
        ({"open_files": 0}, "has 4 open files: the budget is 0 open files", "1,024 files"),
        ({"first_batch": "0B"}, "holds 1.00 MiB after its first batch: the budget is 0 B", "1.00 MiB more"),
        ({"peak": "40MiB", "open_files": 0}, "open-files is above what was promised, too", "20.0 MiB are missing"),
    ],
)
def test_promises_of_every_kind(budgets: dict[str, Any], headline: str, consequence: str) -> None:
    """Each figure has its own sentence."""
    said = held(made.clean(), **budgets).summary

    assert headline in said.headline
    assert consequence in (said.consequence or "")
    assert said.mend


def test_growth_that_noise_explains_is_none() -> None:
    """Below zero, or not beyond it, beside a budget and a baseline that had none either."""
    report = grown(-300.0 * KIB, -189.0 * KIB, 10.0 * KIB)
    judged = held(report, growth="64KiB/batch", baseline=based(report))

    assert answer(judged, "GA603").message == "no growth, within the budget of 64 KiB/batch"
    assert answer(judged, "GA703").message == "no growth, the baseline none"
    assert answer(judged, "GA703").value == -189.0 * KIB


@pytest.mark.parametrize(
    ("name", "kept", "broken"),
    [
        ("peak", "4GiB", "1MiB"),
        ("first_batch", "2GiB", "0B"),
        ("epoch_growth", "1GiB/epoch", None),
        ("spike", "6x batch", "1.2x batch"),
        ("spike", "64MiB", "100KiB"),
        ("workers", "0B", None),
        ("open_files", 100, 0),
    ],
)
def test_figures_of_a_clean_report(name: str, kept: Any, broken: Any) -> None:
    """Each budget reads its own figure; both sides of it are told."""
    report = made.clean()
    code = FIGURES[name.replace("_", "-")].budget
    trials = [
        TrialRow(
            kind="clean",
            items=400,
            batches=50,
            epochs=1,
            exit=DONE,
            wall_s=1,
            high_water_bytes=62 * MIB,
            pss_peak_bytes=58 * MIB,
        )
    ]
    point = SurfacePoint(
        trial=0, items=400, batches=1, epoch=1, at="first", retained_bytes=3 * MIB, high_water_bytes=62 * MIB
    )
    growth = made.outcome("GA202", unit="bytes/epoch", noise=Interval(value=0.0, low=-10.0, high=10.0))
    report = msgspec.structs.replace(report, trials=trials, surface=[point], outcomes=made.outcomes(growth))

    assert answer(held(report, **{name: kept}), code).verdict is Verdict.PASS
    if broken is not None:
        assert answer(held(report, **{name: broken}), code).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("name", "field", "values", "limit"),
    [
        ("spike", "spike_ratio_max", [2.0, 2.1, 1.9, 2.0], "2.2x batch"),
        ("workers", "workers_pss_bytes", [100 * MIB, 101 * MIB, 99 * MIB, 100 * MIB], "102MiB"),
    ],
)
def test_repeats_settle_what_they_promise(name: str, field: str, values: list[float], limit: str) -> None:
    """One drive leaves a limit open that lies within what readings differ by; four do not."""
    code = FIGURES[name].budget

    def judged(n_rows: int) -> Verdict:
        rows = [drive(high_water_bytes=1, pss_peak_bytes=None, **{field: value}) for value in values[:n_rows]]
        report = msgspec.structs.replace(made.workers(), trials=rows)
        return answer(held(report, **{name: limit}), code).verdict

    assert (judged(1), judged(4)) == (Verdict.INCONCLUSIVE, Verdict.PASS)


def test_the_peak_is_that_of_the_tree_where_it_is_higher() -> None:
    trials = [drive(high_water_bytes=50 * MIB, pss_peak_bytes=90 * MIB)]
    report = held(msgspec.structs.replace(made.clean(), trials=trials), peak="80MiB")

    assert answer(report, "GA601").value == 90 * MIB
    assert answer(report, "GA601").verdict is Verdict.FAIL


def test_repeats_narrow_the_interval_and_their_scatter_widens_it() -> None:
    def width(*tops: int) -> float:
        trials = [drive(high_water_bytes=top * MIB, pss_peak_bytes=None) for top in tops]
        noise = answer(held(msgspec.structs.replace(made.clean(), trials=trials), peak="1GiB"), "GA601").noise
        assert noise is not None
        return noise.high - noise.low

    assert width(50, 50, 50, 50) == pytest.approx(width(50) / 2)
    assert width(40, 50, 60) > 10 * MIB


def test_laws() -> None:
    """An index is constant; what a rule finds has its exponent; what was not scaled is not kept."""
    assert answer(held(made.clean(), scaling="constant"), "GA607").verdict is Verdict.PASS
    assert answer(held(made.eager(), scaling="sublinear"), "GA607").verdict is Verdict.FAIL
    assert answer(held(made.eager(), scaling="linear"), "GA607").verdict is Verdict.PASS
    unscaled = held(made.unscaled(), scaling="constant", per_item="1KiB/item")
    assert {answer(unscaled, code).verdict for code in ("GA606", "GA607")} == {Verdict.INCONCLUSIVE}


def test_per_item_is_not_hidden_by_a_wider_interval() -> None:
    """An epoch tells growth with the data set less well than the first batch does."""
    first = made.outcome("GA101", unit="bytes/item", noise=Interval(value=1100.0, low=1050.0, high=1150.0))
    epoch = made.outcome("GA203", unit="bytes/item", noise=Interval(value=1200.0, low=-900.0, high=3300.0))
    report = held(made.report(outcomes=made.outcomes(first, epoch)), per_item="1KiB/item")

    assert answer(report, "GA606").verdict is Verdict.FAIL


def test_per_item_reads_the_surest_growth() -> None:
    eager = held(made.eager(), per_item="1KiB/item")
    cache = held(made.caching(), per_item="1KiB/item")

    assert answer(eager, "GA606").value == made.ITEM
    assert answer(cache, "GA606").location == answer(cache, "GA203").location


def test_forecasts_are_for_the_items_that_are_named() -> None:
    kept = held(made.eager(), forecast={"items": 50_000, "max": "16GiB"})
    broken = held(made.eager(), forecast={"items": 50_000, "max": "8GiB"})
    other = held(made.eager(), forecast={"items": 7, "max": "8GiB"})

    assert [answer(one, "GA611").verdict for one in (kept, broken, other)] == [
        Verdict.PASS,
        Verdict.FAIL,
        Verdict.INCONCLUSIVE,
    ]


def test_a_target_that_broke_is_not_held_to_budgets() -> None:
    report = held(made.crash(), growth="1B/batch", peak="1B")

    assert answer(report, "GA601").verdict is Verdict.NOT_APPLICABLE
    assert report.exit_code == 3


def test_strict_counts_open_budgets() -> None:
    report = grown(60 * KIB, 70 * KIB, 80 * KIB)
    terms = Terms(budgets={"growth": parse_budget("growth", "64KiB/batch")}, entry=entry(report), strict=True)

    assert judge(report, terms).exit_code == 4
    assert judge(report, msgspec.structs.replace(terms, strict=False)).exit_code == 0


# The baseline.


def based(report: Report, **changes: Any) -> Baseline:
    return Baseline(entries=[entry(report, **changes)])


def test_an_unchanged_target_is_as_before() -> None:
    report = grown(-100.0, 0.0, 100.0)
    judged = held(report, baseline=based(report))
    compared = [one for one in judged.outcomes if one.code.startswith("GA7")]

    assert len(compared) >= 4
    assert {one.verdict for one in compared} == {Verdict.PASS}
    assert judged.exit_code == 0


def test_a_figure_that_the_report_lacks_is_not_compared() -> None:
    """Its entry may come from the gate of then, and the report be concluded anew."""
    report = made.clean()
    entry = entry_of(report, target="data:gen", arguments="abc", reason="first")
    lacking = msgspec.structs.replace(report, batches=None)

    names = {found.name for found in compare(report, entry, entry, Rules(), {})}
    left = {found.name for found in compare(lacking, entry, entry, Rules(), {})}

    assert left < names
    assert "growth" in names - left


def test_a_regression_is_found_and_named() -> None:
    before, after = grown(-100.0, 0.0, 100.0), grown(69 * KIB, 70 * KIB, 71 * KIB)
    judged = held(after, baseline=based(before))

    assert answer(judged, "GA703").verdict is Verdict.FAIL
    assert judged.exit_code == 1
    assert "baseline" in answer(judged, "GA703").message
    assert answer(judged, "GA703").baseline == 0.0


@pytest.mark.parametrize(
    ("low", "value", "high", "verdict"),
    [
        pytest.param(900.0, 1000.0, 1100.0, Verdict.PASS, id="below the least change"),
        pytest.param(50.0, 9000.0, 18_000.0, Verdict.INCONCLUSIVE, id="above, but within the noise of both"),
        pytest.param(8000.0, 9000.0, 10_000.0, Verdict.FAIL, id="above, and clear"),
    ],
)
def test_a_change_must_be_large_and_clear(low: float, value: float, high: float, verdict: Verdict) -> None:
    judged = held(grown(low, value, high), baseline=based(grown(-100.0, 0.0, 100.0)))

    assert answer(judged, "GA703").verdict is verdict


def test_tolerances() -> None:
    """The general one, and that of a budget, which wins."""
    before, after = (
        msgspec.structs.replace(
            made.clean(),
            trials=[drive(high_water_bytes=top, pss_peak_bytes=None)],
        )
        for top in (1 * GIB, 1 * GIB + 80 * MIB)
    )
    baseline = based(before)

    assert answer(held(after, baseline=baseline), "GA701").verdict is Verdict.FAIL
    assert answer(held(after, baseline=baseline, rules=Rules(tolerance=0.1)), "GA701").verdict is Verdict.PASS
    assert answer(held(after, baseline=baseline, peak={"tolerance": "10%"}), "GA701").verdict is Verdict.PASS
    least = Rules(min_change=100 * MIB)
    assert answer(held(after, baseline=baseline, rules=least), "GA701").verdict is Verdict.PASS
    off = held(after, baseline=baseline, peak={"level": "off"})
    assert not [one for one in off.outcomes if one.code == "GA701"]


def test_scatter_of_repeats_counts() -> None:
    """Three scaled median absolute deviations, of whichever scatters more."""
    rules = Rules(tolerance=0.0)
    base = entry(grown(-100.0, 0.0, 100.0)).metrics["growth"]

    assert rules.allowed("growth", base, None, None) == 2 * KIB
    assert rules.allowed("growth", base, 10_000.0, None) == pytest.approx(3 * 1.4826 * 10_000)


def test_a_missing_baseline_is_a_note() -> None:
    for baseline in (None, Baseline()):
        judged = held(made.clean(), baseline=baseline)
        assert answer(judged, "GA700").level is Level.NOTE
        assert judged.exit_code == 0


def test_another_platform_compares_ratios_only() -> None:
    """With a warning; the peak of another allocator says nothing, growth as a share of a batch does."""
    before, after = grown(-100.0, 0.0, 100.0), grown(0.9 * made.BATCH, 1.0 * made.BATCH, 1.1 * made.BATCH)
    judged = held(after, baseline=based(before, platform="Darwin arm64"))
    compared = {one.code: one.verdict for one in judged.outcomes if one.code.startswith("GA7")}

    assert compared["GA703"] is Verdict.FAIL
    assert not {"GA701", "GA702", "GA700"} & set(compared)
    assert any("Darwin" in note and "warning" in note for note in judged.notes)


def test_time_to_the_first_batch_is_a_ratio_to_the_baseline() -> None:
    report = made.clean()
    slow = msgspec.structs.replace(
        report, phases=[msgspec.structs.replace(phase, seconds=phase.seconds * 9) for phase in report.phases]
    )

    assert answer(held(report, time_to_first_batch="2x"), "GA610").verdict is Verdict.NOT_APPLICABLE
    assert answer(held(report, baseline=based(report), time_to_first_batch="2x"), "GA610").verdict is Verdict.PASS
    assert answer(held(slow, baseline=based(report), time_to_first_batch="2x"), "GA610").verdict is Verdict.FAIL


def test_open_files_are_counted_at_the_end() -> None:
    handles = Resource(first=5, last=60, growth_per_batch=1.0)
    calm = Resource(first=1, last=1, growth_per_batch=0.0)
    report = msgspec.structs.replace(made.clean(), resources=Resources(open_files=handles, threads=calm, children=calm))

    assert answer(held(report, open_files=20), "GA609").value == 60

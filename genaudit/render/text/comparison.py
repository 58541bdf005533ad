"""The sentences and figures of a comparison as text, the same for every format; what is worst comes first."""

from typing import NamedTuple

from genaudit.model.comparison import (
    Against,
    BatchCheck,
    Comparison,
    Difference,
    FirstDifference,
    SameData,
    Variant,
    faults,
)
from genaudit.model.outcome import Interval, Outcome, Verdict
from genaudit.render.text.report import limit_above
from genaudit.report.phrases import count, is_growth, plural, quantity, ranged, rounded
from genaudit.units import format_bytes, format_range, format_seconds, with_range

UNKNOWN = "–"
WORSE, BOTH, FAILS = "WORSE", "BOTH FAIL", "FAIL"
_DATA = {
    SameData.SAME: ("pass", "✓", "SAME DATA"),
    SameData.DIFFERENT: ("fail", "✗", "OTHER DATA"),
    SameData.UNKNOWN: ("inconclusive", "?", "DATA NOT KNOWN TO BE THE SAME"),
}
_PRICES = {"high_water_bytes": "MORE MEMORY", "items_per_second": "SLOWER"}
DEAR = 1.1
"""A variant with so many times the first one's memory, or time, is no news of success, whatever else it has won."""
_PER = {"bytes/batch": "a batch", "bytes/epoch": "an epoch"}


class FigureWords(NamedTuple):
    """How a figure is called."""

    title: str
    unit: str


FIGURE_WORDS = {
    "retained_first_bytes": FigureWords("Held after batch 1", "bytes"),
    "growth_bytes_per_item": FigureWords("Growth per {noun}", "bytes/item"),
    "growth_bytes_per_batch": FigureWords("Growth per batch", "bytes/batch"),
    "high_water_bytes": FigureWords("High-water mark", "bytes"),
    "tree_pss_bytes": FigureWords("Peak PSS, all processes", "bytes"),
    "first_batch_seconds": FigureWords("Time to batch 1", "s"),
    "items_per_second": FigureWords("{Nouns} per second", "items/s"),
}
DATA = {SameData.SAME: "the same", SameData.DIFFERENT: "different", SameData.UNKNOWN: "not known"}


def noun_of(comparison: Comparison) -> str:
    """What one item is called."""
    return comparison.variants[0].report.target.item_noun


def figure_title(figure: str, noun: str) -> str:
    """The label of a figure."""
    return FIGURE_WORDS[figure].title.format(noun=noun, Nouns=plural(noun).capitalize())


def value_text(figure: str, value: float | None, noun: str) -> str:
    """A figure with its unit."""
    if value is None:
        return UNKNOWN
    unit = FIGURE_WORDS[figure].unit
    if unit == "s":
        return format_seconds(value)
    if unit == "items/s":
        return f"{rounded(value):,.4g}" if value < 1000 else f"{rounded(value):,.0f}"
    return quantity(value, unit, noun).partition(" per ")[0]


def figure_text(variant: Variant, figure: str, noun: str) -> str:
    """A variant's figure; growth that noise explains, or that is below the limit of its rule, is none."""
    found: Interval | None = getattr(variant.figures, figure)
    unit = FIGURE_WORDS[figure].unit
    if found is not None and unit.startswith("bytes/"):
        limit = limit_above(variant.report, found, unit)
        if limit is not None or not is_growth(found):
            return "none"
    return value_text(figure, found.value if found else None, noun)


def interval_text(variant: Variant, figure: str, noun: str) -> str:
    """The 95 % interval of a variant's figure; empty where it has none, or none that its digits could show."""
    found: Interval | None = getattr(variant.figures, figure)
    return "" if found is None else format_range(found.low, found.high, lambda end: value_text(figure, end, noun))


def difference_text(difference: Difference) -> str:
    """The difference with its interval; of times the ratio."""
    if difference.difference is not None:
        sign = "+" if difference.difference.value > 0 else ""
        return ranged(f"{sign}{format_bytes(difference.difference.value)}", difference.difference)
    if difference.ratio is None:
        return UNKNOWN
    return with_range(ratio_text(difference), difference.ratio.low, difference.ratio.high, "{:.2f}".format)


def ratio_text(difference: Difference) -> str:
    """How many times the first variant's figure."""
    if difference.ratio is None:
        return UNKNOWN
    value = difference.ratio.value
    if abs(value) < 0.01:
        return "< 0.01 ×"
    return f"{value:,.0f} ×" if value >= 100 else f"{value:.2f} ×"


def better_text(difference: Difference) -> str:
    """Better, worse, or within noise."""
    if difference.beyond_noise is None:
        return "noise not known"
    return {True: "better", False: "worse", None: "within noise"}[difference.better]


def better_class(difference: Difference) -> str:
    """The same in a word."""
    return (
        {True: "better", False: "worse", None: "same"}[difference.better]
        if difference.beyond_noise is not None
        else "unknown"
    )


def data_text(comparison: Comparison, against: Against) -> str:
    """Whether the data is the same, and how much of it was looked at."""
    check = against.batches
    if check is None:
        return "not compared: add --check-batches"
    if check.verdict is SameData.SAME:
        return f"the same: {_extent(check)}"
    if check.verdict is SameData.UNKNOWN or check.first is None:
        return f"not known: {check.reason}"
    names = (comparison.variants[0].name, comparison.variants[against.variant].name)
    return f"different: {first_difference_text(check.first, *names)}"


def _extent(check: BatchCheck) -> str:
    if check.ordered:
        return f"{count(check.batches, 'batch')}, in order"
    return f"{count(check.items or 0, 'item')} in {count(check.epochs, 'epoch')}, in any order"


def first_difference_text(first: FirstDifference, base: str, other: str) -> str:
    """The first difference in a sentence.

    Args:
        first: Where two variants first yield something else.
        base: Name of the first variant.
        other: Name of the other.
    """
    if first.what == "item":
        return f"{first.place} (epoch {first.epoch}: {base} has {first.base}; {other} {first.other})"
    where = f"batch {first.batch:,}" if first.batch else f"epoch {first.epoch}"
    place = f", {first.place}" if first.place else ""
    sides = f"{first.base} in {base}, {first.other} in {other}"
    if first.what == "count":
        return f"{where}: {sides}"
    at = f" at index {_index(first.index)}" if first.index else ""
    text = f"{where}{place}: {first.what}{at}: {sides}"
    if first.n_different and first.n_values:
        text += f"; {first.n_different:,} of {first.n_values:,} values differ"
        text += f", by up to {first.largest_difference:.3g}" if first.largest_difference is not None else ""
    return text


def sentence_with_fault(comparison: Comparison, against: Against) -> str:
    """A variant against the first in one line, its fault first if it has one."""
    bad = fault(comparison, against)
    text = difference_sentence(comparison, against)
    return f"{bad.text}; {text}" if bad is not None else text


def sentences_alone(comparison: Comparison) -> list[str]:
    """The sentence where there is nothing beside the first, as after an interruption."""
    if comparison.against:
        return []
    first = comparison.variants[0]
    return [f"{first.name} {first.problem}." if first.problem else f"{first.name} is compared with nothing."]


def difference_sentence(comparison: Comparison, against: Against) -> str:
    """A variant against the first in one sentence, which begins with its name as it is written."""
    found = {difference.figure: difference for difference in against.differences}
    base, other = comparison.variants[0], comparison.variants[against.variant]
    if other.problem or base.problem:
        who = other if other.problem else base
        text = f"{who.name} {who.problem}"
    else:
        text = f"{other.name} {', '.join([_memory(found), _speed(found)])}, compared with {base.name}"
    if against.batches is not None:
        text += {
            SameData.SAME: "; it yields the same data",
            SameData.DIFFERENT: "; it yields other data",
            SameData.UNKNOWN: "; whether it yields the same data is not known",
        }[against.batches.verdict]
    return f"{text}."


def setting_text(comparison: Comparison) -> str:
    """How the drives were made."""
    parts = []
    if comparison.items:
        parts.append(count(comparison.items, noun_of(comparison)))
    if comparison.batches:
        parts.append(count(comparison.batches, "batch"))
    parts.append(f"{count(comparison.repeats, 'round')} interleaved")
    return ", ".join(parts)


def _memory(found: dict[str, Difference]) -> str:
    difference = found.get("high_water_bytes")
    if difference is not None and difference.beyond_noise is None and difference.ratio is not None:
        return f"had {ratio_text(difference)} the high-water mark in one round"
    if difference is None or not difference.beyond_noise or difference.difference is None:
        return "has the same high-water mark as far as noise allows"
    more = "more" if difference.difference.value > 0 else "less"
    return f"needs {format_bytes(abs(difference.difference.value))} {more} ({ratio_text(difference)})"


def _speed(found: dict[str, Difference]) -> str:
    difference = found.get("items_per_second")
    if difference is not None and difference.beyond_noise is None and difference.ratio is not None:
        return f"was {ratio_text(difference)} as fast"
    if difference is None or not difference.beyond_noise:
        return "is as fast as far as noise allows"
    return f"is {ratio_text(difference)} as fast"


def _index(index: list[int]) -> str:
    return f"[{', '.join(str(at) for at in index)}]"


class News(NamedTuple):
    """One line at the head of a comparison."""

    tone: str
    icon: str
    word: str
    detail: str = ""

    @property
    def text(self) -> str:
        """The word, and what it is about."""
        return f"{self.word}: {self.detail}" if self.detail else self.word


def news(comparison: Comparison) -> list[News]:
    """What to read first, the worst before all; never empty."""
    found = []
    # One alone is what an interruption leaves.
    if len(comparison.variants) < 2 or any(variant.problem for variant in comparison.variants):
        found.append(News("error", "✗", "NOT ALL COULD BE MEASURED"))
    found_faults = [item for against in comparison.against if (item := fault(comparison, against)) is not None]
    found += sorted(found_faults, key=lambda item: item.word != WORSE)
    verdicts = {against.batches.verdict for against in comparison.against if against.batches is not None}
    worst = next((same for same in (SameData.DIFFERENT, SameData.UNKNOWN, SameData.SAME) if same in verdicts), None)
    last = [_price(comparison), News(*_DATA[worst]) if worst is not None else None]
    if worst is SameData.DIFFERENT:
        last.reverse()
    found += [item for item in last if item is not None]
    return found or [_compared(comparison)]


def _price(comparison: Comparison) -> News | None:
    """What a variant costs that the first does not; which one, and how much, its own sentence says."""
    worse = {
        difference.figure
        for against in comparison.against
        for difference in against.differences
        if difference.better is False and difference.ratio is not None and _is_dear(difference.ratio.value)
    }
    words = [word for figure, word in _PRICES.items() if figure in worse]
    return News("warn", "!", ", ".join(words)) if words else None


def _is_dear(ratio: float) -> bool:
    return max(ratio, 1 / ratio) >= DEAR if ratio > 0 else True


def _compared(comparison: Comparison) -> News:
    """Nothing was found beside the first; green only where the audits of the others cover everything."""
    partial = any(variant.report.is_partial for variant in comparison.variants)
    return News("warn" if partial else "pass", "⇄", "COMPARED")


def fault(comparison: Comparison, against: Against) -> News | None:
    """The gravest fault of a variant, and whether the first has it too; ``None`` where it has none."""
    base, other = comparison.variants[0], comparison.variants[against.variant]
    known = {outcome.code: outcome for outcome in faults(base.report)}
    found = faults(other.report)
    noun = other.report.target.item_noun
    new = [outcome for outcome in found if outcome.code not in known]
    if new:
        passed = any(
            outcome.code == new[0].code and outcome.verdict is Verdict.PASS for outcome in base.report.outcomes
        )
        return News("fail", "✗", WORSE if passed else FAILS, _new(other.name, base.name, new[0], noun, known=passed))
    if not found:
        return None
    text = f"{other.name} {_does(found[0], noun) or found[0].message}"
    before = _does(known[found[0].code], noun)
    return News("fail", "✗", BOTH, f"{text}, and so does {base.name}" + (f": it {before}" if before else ""))


def _new(other: str, base: str, outcome: Outcome, noun: str, *, known: bool) -> str:
    """What a variant does that the first does not, or of which it is not known whether the first does."""
    does = _does(outcome, noun)
    if not known:
        return f"{other} {does or outcome.message}; whether {base} does is not known"
    return f"{other} {does} that {base} did not" if does else f"{other}: {outcome.message}; {base} did not"


def _does(outcome: Outcome, noun: str) -> str | None:
    """What a fault does, with its figure, so that a sentence can go on with whom it did not do it to."""
    if outcome.value is None or not (outcome.unit or "").startswith("bytes/"):
        return None
    per = _PER.get(outcome.unit or "", f"of every {noun}")
    return f"keeps {format_bytes(outcome.value)} {per}"


def sentences(comparison: Comparison) -> list[str]:
    """The faults, as sentences that begin with the name of who has them, as it is written."""
    return [f"{item.detail}." for item in news(comparison) if item.detail]

"""The worst that a comparison has to say comes first: a fault that a variant has, then whether the data is the same."""

from typing import NamedTuple

from genaudit.model.comparison import Against, Comparison, SameData, faults
from genaudit.model.outcome import Outcome, Verdict
from genaudit.units import format_bytes

WORSE, BOTH, FAILS = "WORSE", "BOTH FAIL", "FAIL"
_DATA = {
    SameData.SAME: ("pass", "✓", "SAME DATA"),
    SameData.DIFFERENT: ("fail", "✗", "OTHER DATA"),
    SameData.UNKNOWN: ("inconclusive", "?", "DATA NOT KNOWN TO BE THE SAME"),
}
_PER = {"bytes/batch": "a batch", "bytes/epoch": "an epoch"}


class News(NamedTuple):
    """One line at the head of a comparison."""

    tone: str
    icon: str
    word: str
    said: str = ""

    @property
    def text(self) -> str:
        """The word, and what it is about."""
        return f"{self.word}: {self.said}" if self.said else self.word


def news(comparison: Comparison) -> list[News]:
    """What to read first, the worst before all; never empty."""
    found = []
    # One alone is what an interruption leaves.
    if len(comparison.variants) < 2 or any(variant.problem for variant in comparison.variants):
        found.append(News("error", "✗", "NOT ALL COULD BE MEASURED"))
    told = [one for against in comparison.against if (one := fault(comparison, against)) is not None]
    found += sorted(told, key=lambda one: one.word != WORSE)
    verdicts = {one.batches.verdict for one in comparison.against if one.batches is not None}
    worst = next((one for one in (SameData.DIFFERENT, SameData.UNKNOWN, SameData.SAME) if one in verdicts), None)
    if worst is not None:
        found.append(News(*_DATA[worst]))
    return found or [_compared(comparison)]


def _compared(comparison: Comparison) -> News:
    """Nothing was found beside the first; green only where the audits of the others cover everything."""
    partial = any(variant.report.is_partial for variant in comparison.variants)
    return News("warn" if partial else "pass", "⇄", "COMPARED")


def fault(comparison: Comparison, against: Against) -> News | None:
    """The gravest fault of a variant, and whether the first has it too; ``None`` where it has none."""
    base, other = comparison.variants[0], comparison.variants[against.variant]
    known = {one.code: one for one in faults(base.report)}
    found = faults(other.report)
    noun = other.report.target.item_noun
    new = [one for one in found if one.code not in known]
    if new:
        passed = any(one.code == new[0].code and one.verdict is Verdict.PASS for one in base.report.outcomes)
        return News("fail", "✗", WORSE if passed else FAILS, _new(other.name, base.name, new[0], noun, known=passed))
    if not found:
        return None
    said = f"{other.name} {_does(found[0], noun) or found[0].message}"
    before = _does(known[found[0].code], noun)
    return News("fail", "✗", BOTH, f"{said}, and so does {base.name}" + (f": it {before}" if before else ""))


def _new(other: str, base: str, one: Outcome, noun: str, *, known: bool) -> str:
    """What a variant does that the first does not, or of which it is not known whether the first does."""
    does = _does(one, noun)
    if not known:
        return f"{other} {does or one.message}; whether {base} does is not known"
    return f"{other} {does} that {base} did not" if does else f"{other}: {one.message}; {base} did not"


def _does(one: Outcome, noun: str) -> str | None:
    """What a fault does, with its figure, so that a sentence can go on with whom it did not do it to."""
    if one.value is None or not (one.unit or "").startswith("bytes/"):
        return None
    per = _PER.get(one.unit or "", f"of every {noun}")
    return f"keeps {format_bytes(one.value)} {per}"


def sentences(comparison: Comparison) -> list[str]:
    """The faults, as sentences that begin with the name of who has them, as it is written."""
    return [f"{one.said}." for one in news(comparison) if one.said]

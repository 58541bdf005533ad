"""The sentences and the figures as text that every renderer shows, so that no two of them disagree."""

import re
from typing import NamedTuple

from genaudit.model import EvidenceKind, Interval, Level, Location, Outcome, Report, RunVerdict, Verdict
from genaudit.model.catalogue import Source
from genaudit.model.report import CELL, GrowthLaw, SourceExcerpt
from genaudit.report.phrases import (
    INTERVAL,
    NO_GROWTH,
    below_limit,
    count,
    format_growth,
    grown,
    is_growth,
    listed,
    needs,
    plural,
    ranged,
    rounded,
    sentence,
)
from genaudit.units import format_bytes

VERDICT_ICONS = {
    RunVerdict.PASS: "✓",
    RunVerdict.WARN: "!",
    RunVerdict.FAIL: "✗",
    RunVerdict.INCONCLUSIVE: "?",
    RunVerdict.ERROR: "✗",
}
LAW_WORDS = {"constant": "does not grow", "linear": "grows linearly", "superlinear": "grows faster than linearly"}
EVIDENCE_WORDS = {
    EvidenceKind.STATIC: "in the source",
    EvidenceKind.BOTH: "measured and in the source",
    EvidenceKind.ACCOUNTED: "accounted at one size",
}

STRAIGHT = 0.1
"""An exponent that is so near to 1 says that growth is in proportion to the data set."""
LEVELS_OFF = "levels off"
UNTESTED = "growth with the data set"
_COMMAND = re.compile(r"genaudit (?:compare|run)(?: [^\s(]+?)+?(?: --[\w-]+ [\w~^:,./]*[\w~^])+")
_STACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'^ *File "(.+)", line (\d+), in (.+)$', re.M)
_WEIGHT = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
_ORDER = {Verdict.FAIL: 0, Verdict.ERROR: 1, Verdict.INCONCLUSIVE: 2, Verdict.PASS: 3, Verdict.NOT_APPLICABLE: 4}


class BlamedLine(NamedTuple):
    """The line of the user's to look at first."""

    location: Location
    function: str | None
    source: str | None
    evidence: EvidenceKind | None = None
    """How the finding came about; ``None`` of a line where the target failed."""
    whole: bool = False
    """It is where the target begins: no rule knows which of its lines is at fault."""

    @property
    def path(self) -> str:
        """The file."""
        return self.location.path

    @property
    def line(self) -> int:
        """Its number in what the report has of the file."""
        return self.location.line

    @property
    def place(self) -> str:
        """``path:line``, as terminals and editors link it."""
        return self.location.place


def sorted_outcomes(report: Report) -> list[Outcome]:
    """Every outcome: found, broken, inconclusive, passed, not applicable."""
    return sorted(report.outcomes, key=lambda outcome: (_ORDER[outcome.verdict], _WEIGHT[outcome.level], outcome.code))


def blamed_line(report: Report) -> BlamedLine | None:
    """The line of the worst finding that has one; of a target that failed to run only where it did."""
    found = (
        [] if _is_about_failure(report) else [outcome for outcome in report.findings if outcome.location is not None]
    )
    places = [outcome.location for outcome in found if outcome.location is not None]
    if report.failure is not None and report.failure.location is not None:
        places.append(report.failure.location)
    if not places:
        return None
    place = places[0]
    evidence = found[0].evidence if found else None
    at = (place.path, place.line)
    whole = bool(found) and found[0].is_promise and at == (report.target.path, report.target.line)
    return BlamedLine(place, _function_or_cell(report, place), source_line(report, *at), evidence, whole)


def _function_or_cell(report: Report, place: Location) -> str | None:
    """The function that a line is in, and of a notebook the cell, as errors name it, where the place does not."""
    if place.cell is not None:
        return place.function
    excerpt = _excerpt_of(report, place.path, place.line)
    cell = excerpt.function if excerpt is not None and (excerpt.function or "").startswith(CELL) else None
    return f"{place.function} ({cell})" if place.function and cell else place.function or cell


def evidence_text(evidence: EvidenceKind | None) -> str:
    """How a finding came about, in words."""
    return EVIDENCE_WORDS.get(evidence, evidence.value) if evidence is not None else ""


def _is_about_failure(report: Report) -> bool:
    return report.verdict is RunVerdict.ERROR and report.failure is not None


def last_frames(report: Report, most: int = 3) -> list[str]:
    """The last frames of what failed, ``path:line in function``, the outermost first; none where there is only one.

    A traceback of a worker, or of a cause, is one of several stacks: that of the line that is named is shown.
    """
    if report.failure is None:
        return []
    place = report.failure.location
    stacks = [_FRAME.findall(text) for text in report.failure.traceback.split(_STACK)[1:]]
    stack = next((stack for stack in reversed(stacks) if _place_in(stack, place) is not None), (stacks or [[]])[-1])
    at = _place_in(stack, place)
    shown = stack[-most:]
    if at is not None and at < len(stack) - most:
        # Deep in a library: the line that is named comes first.
        shown = [stack[at], *stack[1 - most :]]
    root = stack[at][0].removesuffix(place.path) if at is not None and place is not None else ""
    frames = [f"{report.at(path.removeprefix(root), int(line)).place} in {function}" for path, line, function in shown]
    return frames if len(stack) > 1 else []


def _place_in(stack: list[tuple[str, str, str]], place: Location | None) -> int | None:
    """Where in a stack a line is called last."""
    if place is None:
        return None
    calls = [at for at, (path, line, _) in enumerate(stack) if int(line) == place.line and path.endswith(place.path)]
    return calls[-1] if calls else None


def source_line(report: Report, path: str, line: int) -> str | None:
    """The text of a line, if the report carries it."""
    excerpt = _excerpt_of(report, path, line)
    if excerpt is not None:
        return excerpt.lines[line - excerpt.first_line].strip()
    return next(
        (site.source.strip() for site in report.sites if (site.path, site.line) == (path, line) and site.source), None
    )


def _excerpt_of(report: Report, path: str, line: int) -> SourceExcerpt | None:
    """The excerpt that has a line."""
    having = (each for each in report.sources if each.path == path and 0 <= line - each.first_line < len(each.lines))
    return next(having, None)


def verdict_text(report: Report) -> str:
    """The verdict with its icon, and with what it does not cover."""
    return f"{VERDICT_ICONS[report.verdict]} {report.label}"


def not_tested(report: Report) -> str | None:
    """What the verdict does not cover, and how to test it."""
    if not report.is_partial:
        return None
    # No full stop: most end with a command.
    return report.untested or UNTESTED


def later_sources(report: Report) -> str | None:
    """Of a script whose first source has no fault, that others were not looked at, and how to see them."""
    if report.verdict is not RunVerdict.PASS or not report.target.is_first_source:
        return None
    return "later sources, if any: --list-sources names them, --source N audits one"


def headline_text(report: Report) -> str:
    """What the target does, as a sentence."""
    return sentence(report.summary.headline)


def retained_per_item_text(report: Report) -> str | None:
    """Memory held for every item, with its interval; ``None`` where it does not grow with items."""
    law = report.growth_law
    if law is None or law.law == "constant":
        return None
    noun = report.target.item_noun
    return ranged(f"{format_bytes(law.bytes_per_item.value)} per {noun}", law.bytes_per_item, INTERVAL)


def growth_per_batch_text(report: Report) -> str | None:
    """The slope over batches, with its interval."""
    growth = report.batches.growth_bytes_per_batch if report.batches else None
    if growth is None:
        return None
    settled, limit = is_settled(report, "bytes/batch"), limit_above(report, growth, "bytes/batch")
    return grown(growth, "batch", settled=settled, limit=limit)


def short_growth(report: Report) -> str | None:
    """The slope over batches as it is shown where there is little room: a change, or that there is none."""
    growth = report.batches.growth_bytes_per_batch if report.batches else None
    if growth is None:
        return None
    text = short_slope(report, growth, "bytes/batch")
    if text == LEVELS_OFF:
        return f"growth {text}"
    return NO_GROWTH if text is None else f"{text}/batch"


def short_slope(report: Report, slope: Interval, unit: str) -> str | None:
    """A slope as a change, or that it levels off; ``None`` where it is settled that there is no growth.

    Args:
        report: What it is of.
        slope: In bytes.
        unit: That of the outcomes which answer for it.
    """
    if not is_settled(report, unit):
        return format_growth(slope.value)
    if not is_growth(slope) or limit_above(report, slope, unit) is not None:
        return None
    return LEVELS_OFF if unit == "bytes/batch" and _levels_off(report) else format_growth(slope.value)


def _levels_off(report: Report) -> bool:
    """Whether what settled the question is a drive in which memory did not grow, whatever the one that is shown did."""
    rule = next((outcome for outcome in report.answers("growth") if outcome.verdict is Verdict.PASS), None)
    if rule is None or rule.noise is None:
        return False
    return not is_growth(rule.noise) or (rule.limit is not None and rule.noise.high <= rule.limit)


def limit_above(report: Report, slope: Interval, unit: str) -> float | None:
    """The limit that a slope is below of as a whole, by the rule that found no fault in it; ``None`` where it is not.

    An index grows with the data set, however little: of growth per item there is no such limit.
    """
    if unit == "bytes/item" or not is_settled(report, unit):
        return None
    passed = (
        outcome.limit
        for outcome in report.outcomes
        if outcome.unit == unit and outcome.source is Source.RULE and outcome.verdict is Verdict.PASS
    )
    return next((limit for limit in passed if limit is not None and slope.high <= limit), None)


def index_text(report: Report) -> str | None:
    """Of growth with the data set that is no fault: that it is an index, and the limit that it is below of."""
    law = report.growth_law
    if law is None or not law.grows:
        return None
    for outcome in report.answers("per-item"):
        if outcome.verdict is Verdict.PASS and outcome.limit is not None and law.bytes_per_item.high <= outcome.limit:
            return f"an index: {below_limit(outcome.limit)}"
        if outcome.is_finding and outcome.level is Level.NOTE:
            return "an index, not the items"
    return None


def is_settled(report: Report, unit: str) -> bool:
    """Whether no answer about figures of this unit is open, or a fault."""
    open_ = {Verdict.FAIL, Verdict.INCONCLUSIVE}
    return not any(outcome.unit == unit and outcome.verdict in open_ for outcome in report.outcomes)


def forecast_text(report: Report) -> str | None:
    """What the real data set needs."""
    projection = report.growth_law.projection if report.growth_law else None
    if projection is None:
        return None
    law, noun = report.growth_law, report.target.item_noun
    if law is not None and law.grows:
        return needs(law, projection, noun)
    # Where memory keeps growing with batches, no size of the data set says what is needed.
    return needs(law, projection, noun, wide=False) if law is not None and report.verdict is RunVerdict.PASS else None


def limit_text(report: Report) -> str | None:
    """The number of items at which memory is full."""
    projection = report.growth_law.projection if report.growth_law else None
    if projection is None or projection.items_at_limit is None:
        return None
    items = count(rounded(projection.items_at_limit.value), report.target.item_noun)
    return f"{format_bytes(projection.limit_bytes)} ({memory_owner(report)}) runs out at {items}"


def memory_owner(report: Report) -> str:
    """Whose memory the limit is."""
    source = report.machine.source
    if source == "machine":
        return "this machine"
    return f"this container, {source}" if source.startswith("cgroup") else source


def law_sentence(report: Report) -> str | None:
    """The growth law in one sentence."""
    law = report.growth_law
    if law is None:
        return None
    plain = plural(report.target.item_noun)
    text = f"{LAW_WORDS.get(law.law, law.law)} over {sizes_text(law)} {plain}, at the {law.at}"
    # Of a straight line with a large fixed part it is far from 1, which says nothing.
    is_telling = law.exponent is not None and (law.law != "linear" or abs(law.exponent - 1) < STRAIGHT)
    return f"{text} (exponent {law.exponent:.2f})" if is_telling else text


def sizes_text(law: GrowthLaw) -> str:
    """The measured sizes as a list in words."""
    numbers = [f"{size:,}" for size in law.sizes]
    if len(numbers) > 6:
        numbers = [*numbers[:3], "…", numbers[-1]]
    return listed(numbers)


def no_law_reason(report: Report) -> str:
    """Why there is no growth law."""
    if report.failure is not None:
        return "Not measured: the target did not run to the end."
    if report.target.dataset_parameter is None and report.target.items is None:
        if report.target.source is not None:
            return (
                "Not measured: the script ran at one size.\n"
                "Give it its folder of data, or its option for how many items it uses: -- --limit {n}."
            )
        return (
            "Not measured: no data set among the arguments.\nAdd --dataset NAME, or --args-from MODULE:FN with FN(n)."
        )
    return "Not measured: the size of the data set was not varied in this run."


def highest_bytes(report: Report) -> int | None:
    """The most in use at one time: the process's exact mark, or the sum over all processes where it is more."""
    known = [n_bytes for n_bytes in (report.peak.high_water_bytes, report.peak.tree_pss_bytes) if n_bytes is not None]
    return max(known, default=None)


def peak_text(report: Report) -> str | None:
    """The highest memory of the target's process, and when."""
    highest = report.peak.high_water_bytes
    if highest is None:
        return None
    when = f" in batch {report.peak.batch:,}" if report.peak.batch else ""
    if not when and report.peak.phase:
        when = f" in phase {report.peak.phase}"
    return f"{format_bytes(highest)}{when}" + ("" if report.peak.exact else ", or more: sampled")


def peak_of_all_text(report: Report) -> str | None:
    """The highest sum over all processes, where it is more than the target's own process has."""
    tree = report.peak.tree_pss_bytes
    if tree is None or tree <= (report.peak.high_water_bytes or 0):
        return None
    return f"{format_bytes(tree)} with all its processes"


def headline_says_failure(report: Report) -> bool:
    """Whether the headline names the exception, the signal or the time limit already."""
    failure = report.failure
    if failure is None or report.verdict is not RunVerdict.ERROR:
        return False
    named = failure.type or failure.signal
    return named is None or named in report.summary.headline


def pass_figures(report: Report) -> list[str]:
    """The three numbers of a clean run: peak, growth, first batch."""
    figures = []
    highest = highest_bytes(report)
    if highest is not None:
        figures.append(f"peak {format_bytes(highest)}")
    growth, index = short_growth(report), index_text(report)
    if index is not None and report.growth_law is not None:
        size = format_bytes(report.growth_law.bytes_per_item.value)
        figures.append(f"an index of {size} per {report.target.item_noun}")
    if growth is not None:
        over_batches = growth == NO_GROWTH and (report.is_partial or index is not None)
        figures.append("no growth over batches" if over_batches else growth)
    held = report.batches.retained_first_bytes if report.batches else None
    if held is not None:
        before = report.batches.held_before_bytes if report.batches else None
        figures.append(f"{format_bytes(held + (before or 0))} after batch 1")
    return figures


def before_text(report: Report) -> str:
    """What is held besides that was made before the call: to follow what is held above that."""
    before = report.batches.held_before_bytes if report.batches else None
    return f", and {format_bytes(before)} made before the call" if before is not None else ""


def command_in(text: str) -> tuple[str, str, str]:
    """A text before, of and after the command that it advises.

    Example:
        >>> command_in("Fix it. genaudit compare a:b --against HEAD~1 shows what changed.")
        ('Fix it. ', 'genaudit compare a:b --against HEAD~1', ' shows what changed.')
    """
    match = _COMMAND.search(text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")

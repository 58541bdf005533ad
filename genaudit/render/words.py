"""The sentences and the figures as text that every renderer shows, so that no two of them disagree."""

from typing import NamedTuple

from genaudit.model import Interval, Level, Outcome, Report, RunVerdict, Verdict
from genaudit.model.report import Failure, GrowthLaw
from genaudit.units import format_bytes, format_seconds

WORDS = {
    RunVerdict.PASS: "PASS",
    RunVerdict.WARN: "WARN",
    RunVerdict.FAIL: "FAIL",
    RunVerdict.INCONCLUSIVE: "INCONCLUSIVE",
    RunVerdict.ERROR: "ERROR",
}
ICONS = {
    RunVerdict.PASS: "✓",
    RunVerdict.WARN: "!",
    RunVerdict.FAIL: "✗",
    RunVerdict.INCONCLUSIVE: "?",
    RunVerdict.ERROR: "✗",
}
LAWS = {"constant": "does not grow", "linear": "grows linearly", "superlinear": "grows faster than linearly"}

_WEIGHT = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
_ORDER = {Verdict.FAIL: 0, Verdict.ERROR: 1, Verdict.INCONCLUSIVE: 2, Verdict.PASS: 3, Verdict.NOT_APPLICABLE: 4}


class Blame(NamedTuple):
    """The line of the user's to look at first."""

    path: str
    line: int
    function: str | None
    source: str | None

    @property
    def place(self) -> str:
        """``path:line``, as terminals and editors link it."""
        return f"{self.path}:{self.line}"


def sentence(text: str) -> str:
    """The text with a capital at its beginning and a full stop at its end.

    Example:
        >>> sentence("keeps every batch"), sentence("Why?")
        ('Keeps every batch.', 'Why?')
    """
    text = text.strip()
    if not text:
        return text
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")


def count(number: float, noun: str) -> str:
    """A number of things.

    Example:
        >>> count(1, "image"), count(50000, "image"), count(2, "batch"), count(3, "entry")
        ('1 image', '50,000 images', '2 batches', '3 entries')
    """
    return f"{number:,.0f} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The plural of a regular noun."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def rounded(number: float) -> float:
    """A count with three digits that mean something.

    Example:
        >>> rounded(87381.3), rounded(812.0)
        (87400, 812)
    """
    factor = 1
    while abs(number) / factor >= 1000:
        factor *= 10
    return round(number / factor) * factor


def span(interval: Interval) -> str:
    """A 95 % interval of sizes, its unit said once where both ends share it.

    Example:
        >>> span(Interval(value=2048, low=1024, high=3072)), span(Interval(value=0, low=-100, high=2048))
        ('1.00 to 3.00 KiB', '-100 B to 2.00 KiB')
    """
    low, high = format_bytes(interval.low), format_bytes(interval.high)
    if low == high:
        return low
    number, _, unit = low.rpartition(" ")
    return f"{number} to {high}" if high.endswith(f" {unit}") else f"{low} to {high}"


def quantity(value: float, unit: str | None, noun: str = "item") -> str:
    """An outcome's number with its unit as people say it.

    Example:
        >>> quantity(196608, "bytes/item", "image"), quantity(40, "x batch"), quantity(3, "files")
        ('192 KiB per image', '40.0 × a batch', '3 files')
    """
    unit = unit or ""
    if unit.startswith("bytes"):
        _, _, per = unit.partition("/")
        return format_bytes(value) + (f" per {noun if per == 'item' else per}" if per else "")
    if unit in {"x batch", "ratio", "batches"}:
        return f"{value:.3g} × a batch" if value >= 100 else f"{value:.1f} × a batch"
    return f"{value:,.4g} {unit}".strip()


def findings(report: Report) -> list[Outcome]:
    """What was found, the worst first, then what saves most."""
    found = [one for one in report.outcomes if one.is_finding]
    return sorted(found, key=lambda one: (_WEIGHT[one.level], -(one.saving_bytes or 0), one.code))


def sorted_outcomes(report: Report) -> list[Outcome]:
    """Every outcome: found, broken, inconclusive, passed, not applicable."""
    return sorted(report.outcomes, key=lambda one: (_ORDER[one.verdict], _WEIGHT[one.level], one.code))


def blame(report: Report) -> Blame | None:
    """The line of the worst finding that has one, else the line where the target failed."""
    places = [one.location for one in findings(report) if one.location is not None]
    if report.failure is not None and report.failure.location is not None:
        places.append(report.failure.location)
    if not places:
        return None
    place = places[0]
    return Blame(place.path, place.line, place.function, source_line(report, place.path, place.line))


def source_line(report: Report, path: str, line: int) -> str | None:
    """The text of a line, if the report carries it."""
    for excerpt in report.sources:
        at = line - excerpt.first_line
        if excerpt.path == path and 0 <= at < len(excerpt.lines):
            return excerpt.lines[at].strip()
    return next(
        (site.source.strip() for site in report.sites if (site.path, site.line) == (path, line) and site.source), None
    )


def headline(report: Report) -> str:
    """What the target does, as a sentence."""
    return sentence(report.summary.headline)


def retained_per_item(report: Report) -> str | None:
    """Memory held for every item, with its interval; ``None`` where it does not grow with items."""
    law = report.growth_law
    if law is None or law.law == "constant":
        return None
    noun = report.target.item_noun
    return f"{format_bytes(law.bytes_per_item.value)} per {noun} (95 % interval {span(law.bytes_per_item)})"


def growth_per_batch(report: Report) -> str | None:
    """The slope over batches, with its interval."""
    growth = report.batches.growth_bytes_per_batch if report.batches else None
    if growth is None:
        return None
    return f"{format_bytes(growth.value)} per batch (95 % interval {span(growth)})"


def forecast(report: Report) -> str | None:
    """What the real data set needs."""
    projection = report.growth_law.projection if report.growth_law else None
    if projection is None:
        return None
    items = count(projection.items, report.target.item_noun)
    verb = "needs" if projection.items == 1 else "need"
    return f"{items} {verb} {format_bytes(projection.bytes.value)} (95 % interval {span(projection.bytes)})"


def limit_reached(report: Report) -> str | None:
    """The number of items at which memory is full."""
    projection = report.growth_law.projection if report.growth_law else None
    if projection is None or projection.items_at_limit is None:
        return None
    items = count(rounded(projection.items_at_limit.value), report.target.item_noun)
    return f"{format_bytes(projection.limit_bytes)} ({memory_owner(report)}) is full at {items}"


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
    text = f"{LAWS.get(law.law, law.law)} over {sizes(law)} {plain}, at the {law.at}"
    return f"{text} (exponent {law.exponent:.2f})" if law.exponent is not None else text


def sizes(law: GrowthLaw) -> str:
    """The measured sizes as a list in words."""
    numbers = [f"{size:,}" for size in law.sizes]
    if len(numbers) > 6:
        numbers = [*numbers[:3], "…", numbers[-1]]
    return " and ".join([", ".join(numbers[:-1]), numbers[-1]]) if len(numbers) > 1 else "".join(numbers)


def no_law_reason(report: Report) -> str:
    """Why there is no growth law."""
    if report.failure is not None:
        return "Not measured: the target did not run to the end."
    if report.target.dataset_parameter is None and report.target.items is None:
        return (
            "Not measured: no data set among the arguments.\nAdd --dataset NAME, or --args-from MODULE:FN with FN(n)."
        )
    return "Not measured: the size of the data set was not varied in this run."


def peak(report: Report) -> str | None:
    """The highest memory of the target's process, and when."""
    highest = report.peak.high_water_bytes
    if highest is None:
        return None
    when = f" in batch {report.peak.batch:,}" if report.peak.batch else ""
    if not when and report.peak.phase:
        when = f" in phase {report.peak.phase}"
    return f"{format_bytes(highest)}{when}" + ("" if report.peak.exact else ", or more: sampled")


def failure_sentence(failure: Failure) -> str:
    """What happened to a target that did not come to its end."""
    where = _moment(failure)
    if failure.type:
        return f"raised {failure.type}" + (f": {failure.message}" if failure.message else "") + where
    if failure.signal:
        return f"was ended by {failure.signal}{where}"
    if failure.reason == "timed-out":
        return f"timed out{where}"
    if failure.exit_code is not None:
        return f"left with exit code {failure.exit_code}{where}"
    return f"{failure.reason}{where}"


def headline_says_failure(report: Report) -> bool:
    """Whether the headline names the exception, the signal or the time limit already."""
    failure = report.failure
    if failure is None or report.verdict is not RunVerdict.ERROR:
        return False
    named = failure.type or failure.signal
    return named is None or named in report.summary.headline


def _moment(failure: Failure) -> str:
    if failure.batch:
        return f", while making batch {failure.batch:,}"
    return f", in phase {failure.phase}" if failure.phase else ""


def pass_figures(report: Report) -> list[str]:
    """The three numbers of a clean run: peak, growth, first batch."""
    figures = []
    if report.peak.high_water_bytes is not None:
        figures.append(f"peak {format_bytes(report.peak.high_water_bytes)}")
    growth = report.batches.growth_bytes_per_batch if report.batches else None
    if growth is not None:
        figures.append(f"{format_growth(growth.value)}/batch")
    held = report.batches.retained_first_bytes if report.batches else None
    if held is not None:
        figures.append(f"{format_bytes(held)} after batch 1")
    return figures


def format_growth(n_bytes: float) -> str:
    """A size with its sign, so that it reads as a change.

    Example:
        >>> format_growth(0), format_growth(2048), format_growth(-2048)
        ('+0 B', '+2.00 KiB', '-2.00 KiB')
    """
    text = format_bytes(n_bytes)
    return text if text.startswith("-") else f"+{text}"


def short_name(spec: str) -> str:
    """The target's name without its module and its literal arguments.

    Example:
        >>> short_name("shop.data:Loader(8).flow(batch_size=4)"), short_name("a/b.py::rows")
        ('Loader', 'rows')
    """
    return spec.rpartition("::")[2].partition("(")[0].rpartition(":")[2] or spec


def ending(reason: str, code: int | None, signal: str | None) -> str:
    """How a trial ended, in a few words."""
    if signal:
        return f"{reason} ({signal})"
    return reason if code in (None, 0) else f"{reason} (exit {code})"


def duration(seconds: float | None) -> str:
    """A time, or a dash where there is none."""
    return "–" if seconds is None else format_seconds(seconds)


def size(n_bytes: float | None) -> str:
    """A size, or a dash where there is none."""
    return "–" if n_bytes is None else format_bytes(n_bytes)


def batch_rows(report: Report) -> list[tuple[str, str]]:
    """What is known of the batches, each with its label."""
    batches = report.batches
    if batches is None:
        return []
    rate = batches.items_per_second
    spike = batches.spike_ratio_max
    epochs = f" in {count(batches.epochs, 'epoch')}" if batches.epochs else ""
    rows = [
        ("Batches", f"{batches.count:,}{epochs}"),
        ("Size of a batch", size(batches.bytes_median) if batches.bytes_median is not None else "not known"),
        ("Items in a batch", None if batches.items_median is None else f"{batches.items_median:,}"),
        ("Time of a batch", f"{duration(batches.seconds_median)} (the first: {duration(batches.first_batch_seconds)})"),
        ("Speed", None if rate is None else f"{rounded(rate):,.4g} {plural(report.target.item_noun)} per second"),
        ("Held after batch 1", size(batches.retained_first_bytes)),
        ("Growth per batch", growth_per_batch(report)),
        ("Growth per epoch", _growth(batches.growth_bytes_per_epoch, "epoch")),
        ("Largest spike", None if spike is None else f"{quantity(spike, 'x batch')}{_in_batch(batches.spike_batch)}"),
    ]
    return [(label, text) for label, text in rows if text]


def method_rows(report: Report) -> list[tuple[str, str]]:
    """How the figures were made, and how far to trust them."""
    environment, cost = report.environment, report.overhead
    exact = "the kernel's own, exact for every batch" if report.peak.exact else "the highest sample: a lower bound"
    packages = ", ".join(f"{name} {version}" for name, version in environment.packages.items())
    rows = [
        ("genaudit", report.genaudit_version),
        ("Made", report.created_at),
        ("Command", " ".join(report.command)),
        ("Python", f"{environment.implementation} {environment.python}"),
        ("Packages", packages),
        ("Platform", f"{environment.platform}, {count(environment.cpus, 'CPU')}, allocator {environment.allocator}"),
        ("Memory limit", f"{format_bytes(report.machine.bytes)} ({memory_owner(report)})"),
        ("A trial is ended at", format_bytes(report.machine.trial_limit_bytes)),
        ("High-water marks", exact),
        ("Measuring code", _cost(cost.harness_bytes, "in the target's process; never blamed on the target")),
        ("Tracer", _cost(cost.tracer_bytes, "in the traced trial only; never blamed on the target")),
    ]
    return [(label, text) for label, text in rows if text]


def _growth(interval: Interval | None, per: str) -> str | None:
    return interval and f"{format_bytes(interval.value)} per {per} (95 % interval {span(interval)})"


def _in_batch(batch: int | None) -> str:
    return f" in batch {batch:,}" if batch else ""


def _cost(n_bytes: int | None, where: str) -> str | None:
    return None if n_bytes is None else f"{format_bytes(n_bytes)} {where}"

"""Numbers and nouns as people say them."""

from collections.abc import Sequence

from genaudit.model import Interval
from genaudit.model.report import GrowthLaw, Projection
from genaudit.units import format_bytes, format_range, format_seconds, with_range

INTERVAL = "95 % interval "
NO_GROWTH = "no growth"
NEARLY_ALL = 0.99
"""Of what is needed: from this share on, the rest is less than one such figure can tell."""


def sentence(text: str) -> str:
    """The text with a capital at its beginning and a full stop at its end; a path or a name keeps its letters.

    Example:
        >>> sentence("keeps every batch"), sentence("Why?"), sentence("data.py:7 keeps it")
        ('Keeps every batch.', 'Why?', 'data.py:7 keeps it.')
    """
    text = text.strip()
    if not text:
        return text
    first = text.split(maxsplit=1)[0].rstrip(",;:.")
    start = text[0].upper() if first.replace("-", "").isalpha() else text[0]
    return start + text[1:] + ("" if text[-1] in ".!?…" else ".")


def needs(law: GrowthLaw, projection: Projection, noun: str, *, wide: bool = True) -> str:
    """What a number of items need in all, and how much of that the process takes anyway, where it is a good part.

    Args:
        wide: With the interval, and with the part of the process.
    """
    text = f"{count(projection.items, noun)} need {format_bytes(projection.bytes.value)}"
    return with_process(ranged(text, projection.bytes), law.process_bytes, projection.bytes.value) if wide else text


def with_process(text: str, process_bytes: int | None, all_bytes: float) -> str:
    """What is needed, with the part of it that the process takes by itself; as it is where that is no good part.

    Example:
        >>> with_process("9 items need 3.00 MiB", 2**21, 3 * 2**20), with_process("9 items need 3.00 MiB", None, 3e6)
        ('9 items need 3.00 MiB: 2.00 MiB is the process itself', '9 items need 3.00 MiB')
    """
    if process_bytes is None:
        return text
    part = "nearly all of it" if process_bytes >= NEARLY_ALL * all_bytes else format_bytes(process_bytes)
    return f"{text}: {part} is the process itself"


def listed(names: Sequence[str]) -> str:
    """Names as people list them.

    Example:
        >>> listed([]), listed(["numpy"]), listed(["numpy", "keras", "torch"])
        ('', 'numpy', 'numpy, keras and torch')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def count(number: float, noun: str) -> str:
    """A number of things.

    Example:
        >>> count(1, "image"), count(50000, "image"), count(2, "batch"), count(3, "entry")
        ('1 image', '50,000 images', '2 batches', '3 entries')
    """
    return f"{number:,.0f} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The plural of a regular noun; the ch of an epoch is hard."""
    if noun.endswith("och"):
        return noun + "s"
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


def ranged(text: str, interval: Interval, label: str = "") -> str:
    """A size with its interval in brackets, left out where both ends read alike.

    Example:
        >>> ranged("2.00 KiB per image", Interval(value=2048, low=1024, high=3072), INTERVAL)
        '2.00 KiB per image (95 % interval 1.00 to 3.00 KiB)'
    """
    return with_range(text, interval.low, interval.high, label=label)


def grown(interval: Interval, per: str, *, settled: bool = True, limit: float | None = None) -> str:
    """A slope with its interval, or that there is none: one that noise explains, or that falls, is no growth.

    Args:
        interval: The slope in bytes.
        per: What it is per.
        settled: Whether the question is answered; a slope that is not sure must be shown as one.
        limit: That of the rule that the whole slope is below of, where there is one: then it is no growth either.

    Example:
        >>> grown(Interval(value=2048, low=1024, high=3072), "batch")
        '2.00 KiB per batch (95 % interval 1.00 to 3.00 KiB)'
        >>> grown(Interval(value=-193536, low=-300000, high=1024), "batch")
        'none (measured: -189 KiB per batch, 95 % interval -293 to 1.00 KiB)'
        >>> grown(Interval(value=2048, low=2048, high=2048), "batch", limit=20480)
        'none (below 20.0 KiB, the limit; measured: 2.00 KiB per batch)'
    """
    text = f"{format_bytes(interval.value)} per {per}"
    if not settled or (is_growth(interval) and limit is None):
        return ranged(text, interval, INTERVAL)
    ends = format_range(interval.low, interval.high)
    below = f"{below_limit(limit)}; " if limit is not None and is_growth(interval) else ""
    return f"none ({below}measured: {text}{f', {INTERVAL}{ends}' if ends else ''})"


def below_limit(limit: float) -> str:
    """Why growth is none, although it can be measured.

    Example:
        >>> below_limit(20480)
        'below 20.0 KiB, the limit'
    """
    return f"below {format_bytes(limit)}, the limit"


def is_growth(interval: Interval) -> bool:
    """Whether the whole interval of a slope is above zero.

    Example:
        >>> is_growth(Interval(value=5, low=1, high=9)), is_growth(Interval(value=5, low=-1, high=11))
        (True, False)
    """
    return interval.low > 0


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


def duration(seconds: float | None) -> str:
    """A time, or a dash where there is none."""
    return "–" if seconds is None else format_seconds(seconds)


def size(n_bytes: float | None) -> str:
    """A size, or a dash where there is none."""
    return "–" if n_bytes is None else format_bytes(n_bytes)

"""Bytes and times as people read and write them. Bytes inside, units only at the edges."""

import difflib
import re
from collections.abc import Callable

from genaudit.errors import UsageError

KIB = 1024
MIB = 1024**2
GIB = 1024**3
MANY_TIMES = 3
MOST_BYTES = 2**60
"""No machine has so much memory; larger is a slip, and no other program takes such numbers."""

BYTES_BY_UNIT = {
    "B": 1,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
}

BINARY_LETTERS = "KMGT"
"""``8G`` alone, or ``8Gi``, is 8 GiB, as ``docker run --memory`` and systemd read it."""
SECONDS_BY_UNIT = {
    "": 1.0,
    **dict.fromkeys(("ms", "msec"), 1e-3),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
}
DURATIONS = "90, 90s, 5m, 1h30m"
"""Examples for messages."""

_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[A-Za-z]*)")
_NUMBER = r"\d+(?:\.\d+)?"
_DURATION = re.compile(rf"(?:{_NUMBER}(?:[eE]\+?\d+)?|(?:{_NUMBER}\s*[a-z]+\s*)+)", re.ASCII)
_PART = re.compile(rf"(?P<number>{_NUMBER}(?:e\+?\d+)?)\s*(?P<unit>[a-z]*)", re.ASCII)


def bytes_of_unit(unit: str) -> int | None:
    """The bytes of a unit as people write it; ``None`` where there is no such unit.

    Example:
        >>> bytes_of_unit("MB"), bytes_of_unit("G") == bytes_of_unit("Gi") == bytes_of_unit("GiB"), bytes_of_unit("mb")
        (1000000, True, None)
    """
    letter = unit.removesuffix("i").upper()
    if letter and letter in BINARY_LETTERS:
        return BYTES_BY_UNIT[f"{letter}iB"]
    return BYTES_BY_UNIT.get(unit)


def parse_size(text: str) -> int:
    """Bytes of a size with its unit; the whole text must match.

    Args:
        text: A number and a unit, ``"64KiB"`` or ``"1.5 GiB"``. Binary units (KiB to TiB, and K to T for short) are
            powers of 1024, decimal ones (kB to TB) powers of 1000.

    Raises:
        UsageError: No number, no unit, or one that is not known.

    Example:
        >>> parse_size("1.5 KiB"), parse_size("2kB"), parse_size("2K")
        (1536, 2000, 2048)
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is not a size", slug="bad-size", hint="write a number and a unit: 512MiB, 1.5GiB")
    number, unit = match["number"], match["unit"]
    factor = bytes_of_unit(unit)
    if factor is None:
        raise UsageError(
            f"{text!r} has no unit that genaudit knows",
            slug="bad-size-unit",
            hint=f"did you mean {number}{_nearest_unit(unit)}? Units: {', '.join(BYTES_BY_UNIT)}",
        )
    n_bytes = float(number) * factor
    if n_bytes > MOST_BYTES:
        raise UsageError(
            f"{text[:60]!r} is larger than any machine",
            slug="bad-size",
            hint="write a number and a unit: 512MiB, 1.5GiB",
        )
    return round(n_bytes)


def parse_seconds(text: str) -> float:
    """Seconds of a duration; without a unit they are seconds, and several parts are added.

    Args:
        text: ``"90"``, ``"90s"``, ``"5m"``, ``"1h30m"``, ``"1.5 h"``; m is minutes, as nothing takes months.

    Raises:
        UsageError: It is no duration, or has a unit that is not known.

    Example:
        >>> parse_seconds("2.5"), parse_seconds("5m"), parse_seconds("1h 30min")
        (2.5, 300.0, 5400.0)
    """
    lowered = text.strip().lower()
    parts = _PART.findall(lowered) if _DURATION.fullmatch(lowered) else []
    if not parts or any(unit not in SECONDS_BY_UNIT for _, unit in parts):
        unknown = next((unit for _, unit in parts if unit not in SECONDS_BY_UNIT), "")
        raise UsageError(
            f"{text[:60]!r} is not a number of seconds" + (f": there is no unit {unknown!r}" if unknown else ""),
            slug="bad-duration",
            hint=f"write seconds, or a number with s, m or h: {DURATIONS}",
        )
    return sum(float(number) * SECONDS_BY_UNIT[unit] for number, unit in parts)


def format_bytes(n_bytes: float) -> str:
    """A size in the IEC unit that keeps three or four digits.

    Example:
        >>> format_bytes(196608), format_bytes(-1536), format_bytes(999)
        ('192 KiB', '-1.50 KiB', '999 B')
    """
    size = abs(n_bytes)
    sign = "-" if n_bytes < 0 else ""
    for unit, factor in (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        # 1023.95 KiB would print as "1024 KiB": the next unit takes over where rounding would overflow.
        if size >= factor * 0.99995:
            return f"{sign}{_three_digits(size / factor)} {unit}"
    return f"{sign}{size:.0f} B"


def format_range(low: float, high: float, form: Callable[[float], str] = format_bytes) -> str:
    """The ends of an interval, with the unit once where both share it; empty where both read alike.

    Example:
        >>> format_range(1024, 3072), format_range(-100, 2048), format_range(262144, 262150)
        ('1.00 to 3.00 KiB', '-100 B to 2.00 KiB', '')
    """
    first, last = form(low), form(high)
    if first == last:
        return ""
    number, _, unit = first.rpartition(" ")
    shared = number and " " not in number and last.endswith(f" {unit}")
    return f"{number} to {last}" if shared else f"{first} to {last}"


def with_range(
    figure: str, low: float, high: float, form: Callable[[float], str] = format_bytes, *, label: str = ""
) -> str:
    """A figure with its interval in brackets, left out where it is narrower than what the digits show.

    Args:
        figure: The figure as text.
        low: The lower end of its interval.
        high: The upper end.
        form: How an end is written.
        label: What the interval is called, before it.

    Example:
        >>> with_range("2.00 KiB per item", 1024, 3072, label="95 % interval ")
        '2.00 KiB per item (95 % interval 1.00 to 3.00 KiB)'
        >>> with_range("256 KiB", 262144, 262150)
        '256 KiB'
    """
    ends = format_range(low, high, form)
    return f"{figure} ({label}{ends})" if ends else figure


def format_change(before: float, after: float) -> str:
    """A change as a share of what was; many times as much is no percentage.

    Example:
        >>> format_change(100, 112), format_change(100, 62), format_change(2, 90)
        ('+12%', '-38%', '45 times')
    """
    times = after / before
    return f"{times:,.0f} times" if times >= MANY_TIMES else f"{times - 1:+.0%}"


def format_seconds(seconds: float) -> str:
    """A duration in the unit that suits it.

    Example:
        >>> format_seconds(0.0123), format_seconds(2.5), format_seconds(125)
        ('12.3 ms', '2.50 s', '2 min 5 s')
    """
    if seconds < 1e-3:
        return f"{_three_digits(seconds * 1e6)} µs"
    if seconds < 1:
        return f"{_three_digits(seconds * 1e3)} ms"
    if seconds < 60:
        return f"{_three_digits(seconds)} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _three_digits(value: float) -> str:
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def _nearest_unit(unit: str) -> str:
    letter = unit[:1].upper()
    if letter in {"K", "M", "G", "T"}:
        return f"{letter}iB"
    close = difflib.get_close_matches(unit, BYTES_BY_UNIT, n=1)
    return close[0] if close else "MiB"

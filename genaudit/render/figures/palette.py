"""Colours that colour-blind people can distinguish (Okabe and Ito), each with a dash besides."""

import re
from typing import NamedTuple

from genaudit.model import RunVerdict

Dash = str | tuple[int, tuple[int, ...]]


class Theme(NamedTuple):
    """Colours of a figure; as CSS names where the page decides about light and dark."""

    paper: str
    ink: str
    muted: str
    grid: str
    band: str
    rss: str
    held: str
    pss: str
    high: str
    limit: str


LIGHT = Theme(
    paper="#ffffff",
    ink="#1b1f24",
    muted="#57606a",
    grid="#d8dee4",
    band="#f1f4f7",
    rss="#0072b2",
    held="#b84a00",
    pss="#007a59",
    high="#a3467a",
    limit="#b3261e",
)
DARK = Theme(
    paper="#14181d",
    ink="#e8ecf0",
    muted="#a3adb8",
    grid="#39424d",
    band="#1d232a",
    rss="#56b4e9",
    held="#f0a03c",
    pss="#2fc79a",
    high="#e59ac6",
    limit="#ff8a80",
)
VERDICT_COLOURS = {
    RunVerdict.PASS: "#1a7f37",
    RunVerdict.WARN: "#8a5a00",
    RunVerdict.FAIL: "#b3261e",
    RunVerdict.INCONCLUSIVE: "#6639ba",
    RunVerdict.ERROR: "#b3261e",
}
DASHES: dict[str, Dash] = {"rss": "solid", "held": (0, (5, 2)), "pss": (0, (1, 1)), "high": "solid"}
"""Dash of each series, as matplotlib writes it."""

NAMED = Theme(*(f"#fe{at:02x}ef" for at in range(1, len(Theme._fields) + 1)))
"""Colours in place of names: the page's style sheet sets them in light, in dark and in print."""
NAMED_COLOUR = re.compile(r"#fe(?P<number>[0-9a-f]{2})ef")


def colour_name(match: re.Match[str]) -> str:
    """The name behind a match of ``NAMED_COLOUR``."""
    return Theme._fields[int(match["number"], 16) - 1]

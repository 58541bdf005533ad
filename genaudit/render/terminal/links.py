"""Places in a text as hyperlinks of a terminal that has them (OSC 8): they are clicked, and nothing looks different.

Source:
    https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
"""

import re
from collections.abc import Iterator, Mapping

from genaudit.model.comparison import Comparison
from genaudit.model.outcome import Location
from genaudit.model.report import Report

_STEERS = re.compile(r"[^\x21-\x7e]")
"""What an address may not have: a terminal would end it there."""


def hyperlink(text: str, address: str) -> str:
    r"""A text that leads to an address; the text alone where the address could steer the terminal.

    Example:
        >>> hyperlink("a.py:3", "file:///a.py#3")
        '\x1b]8;;file:///a.py#3\x1b\\a.py:3\x1b]8;;\x1b\\'
        >>> hyperlink("a.py", "file:///\x07")
        'a.py'
    """
    return text if _STEERS.search(address) else f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def places_of(result: Report | Comparison) -> dict[str, Location]:
    """Every place that a result names, by how it is written."""
    reports = [variant.report for variant in result.variants] if isinstance(result, Comparison) else [result]
    return {place.place: place for report in reports for place in _places(report)}


def _places(report: Report) -> Iterator[Location]:
    yield from (one.location for one in report.outcomes if one.location is not None)
    yield from (holder.location for holder in report.holders if holder.location is not None)
    if report.failure is not None and report.failure.location is not None:
        yield report.failure.location
    yield from (report.at(site.path, site.line) for site in report.sites)
    if report.target.path and report.target.line:
        yield report.at(report.target.path, report.target.line)


def linked(text: str, addresses: Mapping[str, str]) -> str:
    r"""The text with each place as a link to its address; a place that is a part of another word is left alone.

    Example:
        >>> linked("at a.py:3, not a.py:33", {"a.py:3": "file:///a.py#3"})
        'at \x1b]8;;file:///a.py#3\x1b\\a.py:3\x1b]8;;\x1b\\, not a.py:33'
    """
    if not addresses:
        return text
    longest_first = sorted(addresses, key=len, reverse=True)
    # What begins a colour ends with a letter.
    begins = r"(\x1b\[[\d;]*m|(?<![\w./\\-]))"
    words = re.compile(rf"{begins}({'|'.join(map(re.escape, longest_first))})(?!\d)")
    return words.sub(lambda match: match[1] + hyperlink(match[2], addresses[match[2]]), text)

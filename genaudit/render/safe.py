"""Strings of the user's made harmless before they reach a terminal, a page or a picture.

A path, an exception or a source line may hold anything. Here are made visible, or left out: characters that steer a
terminal, marks that reorder text, lone surrogates, and values that look like secrets. Escaping for HTML or JSON is
left to their own encoders.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from genaudit.masking import mask, mask_in_place, mask_plain
from genaudit.masking import shorten as shorten
from genaudit.model.comparison import Comparison
from genaudit.model.report import Report
from genaudit.model.watch import JobReport

LONGEST_LINE = 400
LONGEST_TEXT = 20_000
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# GitHub's runner takes the first form behind blanks, and the second from anywhere in a line.
_COMMAND = re.compile(r"^[^\S\n]*(?=::)|##(?=\[)", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The text with everything that steers a terminal or reorders text written as an escape; lines and tabs stay.

    Example:
        >>> printable("red \x1b[31m, back \u202e")
        'red \\x1b[31m, back \\u202e'
    """
    return _STEERING.sub(_escape, text)


def place_text(path: str) -> str:
    r"""A path printable in a line: a name may hold line feeds.

    Example:
        >>> place_text("a\nb.py:3")
        'a\\nb.py:3'
    """
    return printable(path).replace("\n", "\\n").replace("\t", "\\t")


def harmless(text: str) -> str:
    r"""The text printable, and without a line that a runner of CI would take for a command to itself.

    Example:
        >>> harmless("a\n  ::error::b")
        'a\n  \\::error::b'
    """
    return without_commands(printable(text))


def without_commands(text: str) -> str:
    """The text without a line that a runner of CI obeys: names and messages hold what their author likes."""
    return _COMMAND.sub(r"\g<0>\\", text)


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """The text in one line of at most so many characters."""
    return shorten(" ".join(text.split()), longest)


def shorten_left(text: str, longest: int) -> str:
    """The text with its beginning cut: the end of a path says more.

    Example:
        >>> shorten_left("a/long/path.py", 8)
        '…path.py'
    """
    return text if len(text) <= longest else "…" + text[len(text) - max(0, longest - 1) :]


def shorten_apart(names: Sequence[str], longest: int) -> list[str]:
    """Names cut so that those that differ still do: at the left if that will do, else elsewhere, else nowhere.

    Example:
        >>> shorten_apart(["data:train_gen", "fast:train_gen"], 11)
        ['data:train…', 'fast:train…']
        >>> shorten_apart(["shop/data/fast:train_gen", "shop/data/slow:train_gen"], 11)
        ['…fast:trai…', '…slow:trai…']
        >>> shorten_apart(["data:train_gen", "data:val_gen"], 12)
        ['…a:train_gen', 'data:val_gen']
    """
    apart = len(set(names))
    start = sum(1 for _ in itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False)))
    ways = (shorten_left, shorten, lambda name, most: shorten_left(shorten(name, start + most - 1), most))
    for way in ways:
        shown = [way(name, longest) for name in names]
        if len(set(shown)) == apart:
            return shown
    return list(names)


def quoted_path(path: str) -> str:
    r"""The path as a part of an address, byte for byte; half a character, which no file name has, as it would be.

    Example:
        >>> quoted_path("a b/é#.html"), quoted_path("\udcff"), quoted_path("\ud800")
        ('a%20b/%C3%A9%23.html', '%FF', '%ED%A0%80')
    """
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "surrogatepass"))


def printable_report(report: Report) -> Report:
    """The report with every string printable, bounded in length, and free of what looks like a secret."""
    return _mapped(report, lambda text: _bounded(printable(text)))


def encodable_report(report: Report) -> Report:
    """The report as JSON can hold it: the strings as they are, but for lone surrogates and secrets."""
    return _mapped(report, lambda text: _SURROGATE.sub(_escape, text))


def printable_comparison(comparison: Comparison) -> Comparison:
    """The comparison with every string printable and free of what looks like a secret."""
    return _mapped_comparison(comparison, printable, printable_report)


def encodable_comparison(comparison: Comparison) -> Comparison:
    """The comparison as JSON can hold it: the strings as they are, but for lone surrogates and secrets."""
    return _mapped_comparison(
        comparison, lambda text: text.encode("utf-8", "backslashreplace").decode(), encodable_report
    )


def printable_job(report: JobReport) -> JobReport:
    """The report of a job that was watched with every string printable and free of what looks like a secret."""
    return _mapped_job(report, lambda text: _bounded(printable(text)))


def encodable_job(report: JobReport) -> JobReport:
    """The same as JSON can hold it."""
    return _mapped_job(report, lambda text: _SURROGATE.sub(_escape, text))


def _mapped_job(report: JobReport, change: Callable[[str], str]) -> JobReport:
    fields = msgspec.to_builtins(report)
    return msgspec.convert(mask_plain(fields, lambda text: change(mask(shorten(text, LONGEST_TEXT)))), JobReport)


def _mapped(report: Report, change: Callable[[str], str]) -> Report:
    fields = msgspec.to_builtins(report)
    sources = _walk(fields.pop("sources"), lambda text: change(mask_in_place(shorten(text, LONGEST_TEXT))))
    return msgspec.convert(
        {**mask_plain(fields, lambda text: change(mask(shorten(text, LONGEST_TEXT)))), "sources": sources}, Report
    )


def _mapped_comparison(
    comparison: Comparison, change: Callable[[str], str], of_report: Callable[[Report], Report]
) -> Comparison:
    def changed(text: str) -> str:
        return change(mask(shorten(text, LONGEST_TEXT)))

    reports = [of_report(variant.report) for variant in comparison.variants]
    fields = msgspec.to_builtins(msgspec.structs.replace(comparison, variants=[]))
    variants = [
        {**mask_plain(_without_report(variant), changed), "report": msgspec.to_builtins(report)}
        for variant, report in zip(comparison.variants, reports, strict=True)
    ]
    return msgspec.convert({**mask_plain(fields, changed), "variants": variants}, Comparison)


def _without_report(variant: msgspec.Struct) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(variant)
    del fields["report"]
    plain: dict[str, Any] = msgspec.to_builtins(fields)
    return plain


def _walk(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_walk(part, change) for part in value]
    return {name: _walk(part, change) for name, part in value.items()} if isinstance(value, dict) else value


def _bounded(text: str) -> str:
    if len(text) <= LONGEST_LINE:
        return text
    lines = [shorten(line, LONGEST_LINE) for line in shorten(text, LONGEST_TEXT).split("\n")]
    return "\n".join(lines)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

"""The keys of a configuration: what each may hold, and how it is read from a file, a variable or a command line."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit import options
from genaudit.config.quantities import parse_quantity
from genaudit.errors import UsageError
from genaudit.units import DURATIONS, parse_seconds


class Key(msgspec.Struct, frozen=True):
    """One key that holds no table."""

    read: Callable[[object], Any]
    """The value of what TOML gives; raises ``UsageError``."""
    typed: Callable[[str], object]
    """What TOML would have given for a text, for files and variables that hold nothing but texts."""
    per_target: bool


MOST_COUNT = 10**15
MOST_SECONDS = 1e9


def shown(value: object) -> str:
    """A value as a message shows it."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        # An integer of thousands of digits.
        return f"this {type(value).__name__}"
    return text if len(text) <= 80 else text[:79] + "…"


def _refusal(message: str, hint: str = "") -> UsageError:
    return UsageError(message, slug="bad-configuration", hint=hint)


def _count(value: object) -> int:
    if type(value) is not int or value < 1:
        raise _refusal(f"{shown(value)} is not a whole number from 1 on")
    if value > MOST_COUNT:
        raise _refusal(f"{shown(value)} is more than genaudit counts to: {MOST_COUNT:,}")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, str):
        value = parse_seconds(value)
    if type(value) not in {int, float} or not 0 < value <= MOST_SECONDS:  # type: ignore[operator]
        raise _refusal(f"{shown(value)} is not a number of seconds above 0", f"for example {DURATIONS}")
    return float(value)  # type: ignore[arg-type]


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise _refusal(f"{shown(value)} is neither true nor false")
    return value


def _text(value: object) -> str:
    if type(value) is not str or not value.strip():
        raise _refusal(f"{shown(value)} is not a text")
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise _refusal(f"{shown(value)} is not a list of texts", 'for example ["data:train_gen"]')
    return [_text(text) for text in value]


def _sizes(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(_count(size)) for size in value)
    return _text(value)


def _size(value: object) -> int:
    return round(parse_quantity(value, ("bytes",)).value)


def _share(value: object) -> float:
    return parse_quantity(value, ("%",)).value / 100


def _choice(choices: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in choices:
            raise _refusal(f"{shown(value)} is none of {', '.join(choices)}")
        return str(value)

    return read


REPORT_FORMATS = ("html", "png", "json")
"""Formats that a reports folder gets, of an audit and of a comparison."""


def report_formats(value: object) -> tuple[str, ...]:
    """Formats of the report files that are wanted.

    Args:
        value: A list of them, or a text with commas; ``none`` is an empty list.

    Raises:
        UsageError: It is something else.

    Example:
        >>> report_formats("json, html"), report_formats(["png"]), report_formats("none")
        (('html', 'json'), ('png',), ())
    """
    names = _texts(value) if isinstance(value, list) else [name.strip() for name in _text(value).split(",")]
    if names in ([], ["none"]):
        return ()
    for name in names:
        if name not in REPORT_FORMATS:
            raise _refusal(
                f"{shown(name)} is none of {', '.join(REPORT_FORMATS)}; none is given alone",
                f"other formats: --output {name}=PATH",
            )
    return tuple(form for form in REPORT_FORMATS if form in names)


def as_int(text: str) -> object:
    """The whole number that a text says, or the text."""
    try:
        return int(text)
    except ValueError:
        return text


def as_number(text: str) -> object:
    """The number that a text says, or the text."""
    try:
        return float(text)
    except ValueError:
        return text


def _as_flag(text: str) -> object:
    return {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }.get(text.lower(), text)


def _as_list(text: str) -> object:
    separator = "\n" if "\n" in text else ";"
    return [part.strip() for part in text.split(separator) if part.strip()]


_READERS: dict[str, tuple[Callable[[object], Any], Callable[[str], object]]] = {
    options.COUNT: (_count, as_int),
    options.FORMATS: (report_formats, str),
    options.FLAG: (_flag, _as_flag),
    options.PATH: (_text, str),
    options.SECONDS: (_seconds, str),
    options.SHARE: (_share, str),
    options.SIZE: (_size, str),
    options.SIZES: (_sizes, str),
    options.TEXT: (_text, str),
    options.TEXTS: (_texts, _as_list),
}


def _key(option: options.Option) -> Key:
    read, typed = _READERS.get(option.kind) or (_choice(option.choices), str)
    return Key(read, typed, per_target=options.TARGET in option.on)


KEYS = {option.key: _key(option) for option in options.options_at(options.CONFIGURATION)}
"""Every key that holds no table, by name."""
TABLES = ("arguments", "budgets", "lint", "target")

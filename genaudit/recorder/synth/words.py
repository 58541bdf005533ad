"""The options of ``--synth`` as they are written, read strictly: nothing is guessed."""

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from genaudit.errors import UsageError

MOST_ITEMS = 10_000_000
MOST_VALUES = 2**31
"""Of one array: more is a mistake in writing, and nothing to be made in a cache folder."""
Reader = Callable[["Words", str], dict[str, Any]]
"""Reads the value of an option into fields of a data set."""


class Words:
    """What was written, for the message where a part of it is wrong.

    Args:
        text: All of it.
        example: What would be right, of the same kind.
    """

    def __init__(self, text: str, example: str) -> None:
        self.text = text
        self.example = example

    def wrong(self, what: str, hint: str = "") -> UsageError:
        """The error that says what is wrong, and what to write instead."""
        return UsageError(
            f"--synth {self.text}: {what}", slug="bad-synth", hint=hint or f"write --synth {self.example}"
        )

    def read(self, options: str, readers: Mapping[str, Reader]) -> dict[str, Any]:
        """Fields by name, from ``key=value`` with commas between them.

        Raises:
            UsageError: An unknown option, one without a value or given twice, a value out of its range.
        """
        fields: dict[str, Any] = {}
        seen: set[str] = set()
        for option in filter(None, (part.strip() for part in options.split(","))):
            key, equals, value = (part.strip() for part in option.partition("="))
            if key not in readers:
                raise self.wrong(f"there is no option {key!r}", near(key, tuple(readers)))
            if not equals or not value:
                raise self.wrong(f"{key} has no value")
            if key in seen:
                raise self.wrong(f"{key} is given twice", "leave one of the two out")
            seen.add(key)
            fields.update(readers[key](self, value))
        return fields

    def whole(self, key: str, value: str, most: int) -> int:
        """A whole number from 1 to ``most``."""
        if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
            raise self.wrong(f"{key}={value} is not a whole number from 1 to {most}")
        return int(value)


def number(key: str, most: int = MOST_ITEMS) -> Reader:
    """Reads a whole number."""
    return lambda words, value: {key: words.whole(key, value, most)}


def one_of(key: str, names: Sequence[str], others: Mapping[str, str] | None = None) -> Reader:
    """Reads one of several names; ``others`` are other ways to write them."""

    def read(words: Words, value: str) -> dict[str, Any]:
        name = (others or {}).get(value.lower(), value.lower())
        if name not in names:
            raise words.wrong(f"there is no {key} {value!r}", near(name, tuple(names)))
        return {key: name}

    return read


def edges(most: int) -> Reader:
    """Reads ``256x192`` or ``256`` into width and height."""

    def read(words: Words, value: str) -> dict[str, Any]:
        width, cross, height = value.lower().partition("x")
        both = (width, height) if cross else (width, width)
        return dict(zip(("width", "height"), (words.whole("size", edge, most) for edge in both), strict=True))

    return read


def shape(words: Words, value: str) -> dict[str, Any]:
    """Reads ``64x64x3``: the shape of one item."""
    sizes = tuple(words.whole("shape", size, 10**8) for size in value.lower().split("x"))
    if len(sizes) > 8 or math.prod(sizes) > MOST_VALUES:
        raise words.wrong(f"shape={value} has more than 8 axes, or more than {MOST_VALUES} values")
    return {"shape": sizes}


def near(name: str, names: tuple[str, ...]) -> str:
    """The name that may have been meant, or all of them."""
    # Short names are alike by chance: songs and jsonl share three letters of five.
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.65)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"

"""The door to the TOML parser: the standard library's from Python 3.11 on, before that ``tomli``, the same code."""

import importlib
import sys
from typing import Any


def loads(text: str) -> dict[str, Any]:
    """A TOML document as plain values.

    Raises:
        ValueError: It is not TOML; the message has line and column.
    """
    parser = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document: dict[str, Any] = parser.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return document

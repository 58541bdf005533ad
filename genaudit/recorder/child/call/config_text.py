"""Fields that a text gives for a configuration: JSON, a file of JSON, YAML or TOML, or ``name=value`` with commas."""

from __future__ import annotations

import os
import sys

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def fields_from(raw: str, refuse: Callable[[str], Refusal], value_of: Callable[[str, str], Any]) -> dict[str, Any]:
    """The fields that a text gives: JSON, a file of JSON, YAML or TOML, or ``name=value`` with commas.

    Args:
        raw: The text.
        refuse: Makes the refusal, of what is wrong.
        value_of: Reads the value of one field, by its name.
    """
    if os.path.isfile(os.path.expanduser(raw)):
        return fields_of_file(os.path.expanduser(raw), refuse)
    if raw.lstrip()[:1] == "{":
        return _mapping(_parsed_json(raw, refuse), refuse)
    if "=" not in raw:
        raise refuse("it is no file, no JSON object and no name=value")
    fields: dict[str, Any] = {}
    for part in _split(raw):
        name, equals, text = part.partition("=")
        path = name.strip().split(".")
        if not equals or not all(step.isidentifier() for step in path):
            raise refuse(f"{part.strip()!r} is no name=value")
        inner = fields
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
            if type(inner) is not dict:
                raise refuse(f"{step!r} is a value and has fields, too")
        inner[path[-1]] = value_of(path[-1], text.strip())
    return fields


@calls_target
def fields_of_file(path: str, refuse: Callable[[str], Refusal]) -> dict[str, Any]:
    """The fields in a file of JSON or TOML by its ending, else of YAML."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"cannot be read: {error}") from None
    ending = os.path.splitext(path)[1].lower()
    parse = {".json": _parsed_json, ".toml": _parsed_toml}.get(ending, _parsed_yaml)
    return _mapping(parse(text, refuse), refuse)


def _parsed_yaml(text: str, refuse: Callable[[str], Refusal]) -> Any:
    """What a text of YAML says, by the library that the target has for it."""
    import importlib

    try:
        yaml: Any = importlib.import_module("yaml")
    except ImportError:
        hint = "write it as JSON (json:FILE), or as name=value (ns:…)"
        raise refuse(f"PyYAML is not installed in {sys.executable}; install it there, or {hint}") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise refuse(f"is no YAML: {error}") from None


def _split(raw: str) -> list[str]:
    """The parts between commas that are in no brackets and no quotation marks."""
    parts, begin, opened, quote = [], 0, 0, ""
    for at, letter in enumerate(raw):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{":
            opened += 1
        elif letter in ")]}":
            opened -= 1
        elif letter in ",\n" and opened <= 0:
            parts.append(raw[begin:at])
            begin = at + 1
    return [part for part in [*parts, raw[begin:]] if part.strip()]


def _mapping(value: Any, refuse: Callable[[str], Refusal]) -> dict[str, Any]:
    if type(value) is not dict or not all(type(name) is str for name in value):
        raise refuse("it has no fields: names with values are wanted")
    return value


def _parsed_json(text: str, refuse: Callable[[str], Refusal]) -> Any:
    with OwnImports():
        import json
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse(f"is no JSON: {error}") from None


def _parsed_toml(text: str, refuse: Callable[[str], Refusal]) -> Any:
    with OwnImports():
        import importlib
    try:
        toml: Any = importlib.import_module("tomllib")
    except ImportError:
        raise refuse("TOML is read from Python 3.11 on; write it as JSON") from None
    try:
        return toml.loads(text)
    except ValueError as error:
        raise refuse(f"is no TOML: {error}") from None

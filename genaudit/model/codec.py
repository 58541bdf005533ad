"""Recordings and reports to JSON and back, checked field by field."""

import inspect
import re
from typing import Any, TypeVar

import msgspec

from genaudit.errors import ExitCode, RecordingError
from genaudit.files import check_nesting
from genaudit.model.checked import decoded
from genaudit.model.recording import RECORDING_VERSION, Recording
from genaudit.model.report import Report

_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
Model = TypeVar("Model", Recording, Report)
CODES = {*ExitCode} - {ExitCode.INTERNAL}
"""What an audit ends with, and what rendering its report does then."""
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)
_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(model: msgspec.Struct) -> bytes:
    """JSON of a recording, a report or a comparison, indented, keys in the order of the fields.

    What would steer a terminal that shows it, or turn its text round, is written as JSON's own escapes: the same text.
    """
    text = msgspec.json.format(msgspec.json.encode(model), indent=2) + b"\n"
    if text.isascii() and b"\x7f" not in text:
        return text
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text.decode()).encode()


def with_valid_text(model: AnyStruct) -> AnyStruct:
    r"""The same with texts that every format can hold.

    A path or a message may hold bytes that are no UTF-8, which Python keeps as half of a pair of code units; no file of
    text has them. Such a byte is then written as Python would, ``\xff``.
    """
    try:
        msgspec.json.encode(model)
    except UnicodeEncodeError:
        return msgspec.convert(_valid(msgspec.to_builtins(model)), type(model))
    return model


def _valid(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub(_escaped, value)
    if isinstance(value, dict):
        return {_valid(key): _valid(one) for key, one in value.items()}
    return [_valid(one) for one in value] if isinstance(value, list) else value


def _escaped(match: "re.Match[str]") -> str:
    number = ord(match[0])
    return f"\\x{number - 0xDC00:02x}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04x}"


def decode_recording(text: bytes, *, name: str) -> Recording:
    """A recording from its JSON.

    Args:
        text: Content of a ``recording.json``.
        name: Where it came from, for the message.

    Raises:
        RecordingError: Not JSON, not a recording, or of a newer version.
    """
    try:
        check_nesting(text)
        version = msgspec.json.decode(text, type=_Versioned).version
    except (ValueError, RecursionError) as error:
        raise RecordingError(
            f"{name} is not a genaudit recording: {error}",
            slug="not-a-recording",
            hint="give the recording.json that genaudit run wrote beside its report",
        ) from error
    if version > RECORDING_VERSION:
        raise RecordingError(
            f"{name} is a recording of version {version}; this genaudit reads up to {RECORDING_VERSION}",
            slug="newer-recording",
            hint="upgrade genaudit: pip install -U genaudit",
        )
    return _decode(text, Recording, name)


def decode_report(text: bytes, *, name: str) -> Report:
    """A report from its JSON.

    Raises:
        RecordingError: Not JSON, or not a report.
    """
    report = _decode(text, Report, name)
    if report.exit_code not in CODES:
        raise RecordingError(
            f"{name} cannot be read as a report: {report.exit_code} is no exit code of an audit - at `$.exit_code`",
            slug="broken-file",
        )
    return report


def report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report object."""
    return schema_of(Report, "genaudit report")


def schema_of(model: type[msgspec.Struct], title: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a model."""
    schema = _dedented(msgspec.json.schema(model))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}


def _dedented(schema: Any) -> Any:
    """The schema with the indentation taken out of its descriptions: Python 3.13 does that by itself, others do not."""
    if isinstance(schema, dict):
        return {
            key: inspect.cleandoc(value) if key == "description" and isinstance(value, str) else _dedented(value)
            for key, value in schema.items()
        }
    return [_dedented(item) for item in schema] if isinstance(schema, list) else schema


def _decode(text: bytes, model: type[Model], name: str) -> Model:
    try:
        return decoded(text, model)
    except ValueError as error:
        raise RecordingError(
            f"{name} cannot be read as a {model.__name__.lower()}: {error}", slug="broken-file"
        ) from error


class _Versioned(msgspec.Struct):
    version: int

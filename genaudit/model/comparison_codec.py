"""Comparisons to JSON and back, checked field by field, and their schema."""

from typing import Any

import msgspec

from genaudit.errors import RecordingError
from genaudit.model.codec import _dedented
from genaudit.model.comparison import Comparison


def encode_comparison(comparison: Comparison) -> bytes:
    """JSON of a comparison, indented, keys in the order of the fields."""
    return msgspec.json.format(msgspec.json.encode(comparison), indent=2) + b"\n"


def decode_comparison(text: bytes, *, name: str) -> Comparison:
    """A comparison from its JSON.

    Args:
        text: Content of a ``comparison.json``.
        name: Where it came from, for the message.

    Raises:
        RecordingError: Not JSON, or not a comparison.
    """
    try:
        return msgspec.json.decode(text, type=Comparison)
    except msgspec.DecodeError as error:
        raise RecordingError(
            f"{name} is not a genaudit comparison: {error}",
            slug="not-a-comparison",
            hint="give the comparison.json that genaudit compare wrote",
        ) from error


def comparison_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a comparison."""
    schema = _dedented(msgspec.json.schema(Comparison))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "genaudit comparison", **schema}

"""Comparisons from JSON, checked field by field, and their schema."""

from typing import Any

from genaudit.errors import RecordingError
from genaudit.model.checked import decoded
from genaudit.model.codec import schema_of
from genaudit.model.comparison import Comparison


def decode_comparison(text: bytes, *, name: str) -> Comparison:
    """A comparison from its JSON.

    Args:
        text: Content of a ``comparison.json``.
        name: Where it came from, for the message.

    Raises:
        RecordingError: Not JSON, or not a comparison.
    """
    try:
        return decoded(text, Comparison)
    except ValueError as error:
        raise RecordingError(
            f"{name} is not a genaudit comparison: {error}",
            slug="not-a-comparison",
            hint="give the comparison.json that genaudit compare wrote",
        ) from error


def comparison_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a comparison."""
    return schema_of(Comparison, "genaudit comparison")

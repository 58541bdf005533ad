"""Comparisons from JSON, checked field by field, and their schema."""

from typing import Any

from genaudit.errors import RecordingError
from genaudit.model.checked import check_index, decoded, shown
from genaudit.model.codec import CODES, schema_of
from genaudit.model.comparison import Comparison, Figures


def decode_comparison(text: bytes, *, name: str) -> Comparison:
    """A comparison from its JSON.

    Args:
        text: Content of a ``comparison.json``.
        name: Where it came from, for the message.

    Raises:
        RecordingError: Not JSON, or not a comparison.
    """
    try:
        return _consistent(decoded(text, Comparison))
    except ValueError as error:
        raise RecordingError(
            f"{name} is not a genaudit comparison: {error}",
            slug="not-a-comparison",
            hint="give the comparison.json that genaudit compare wrote",
        ) from error


def _consistent(comparison: Comparison) -> Comparison:
    """The comparison, after a look at what its parts say of each other.

    Raises:
        ValueError: They do not fit together.
    """
    if not comparison.variants:
        raise ValueError("a comparison has a variant at least - at `$.variants`")
    if comparison.exit_code not in CODES:
        raise ValueError(f"{comparison.exit_code} is no exit code of a comparison - at `$.exit_code`")
    for at, one in enumerate(comparison.against):
        check_index(one.variant, comparison.variants, f"$.against[{at}].variant")
        for difference in one.differences:
            if difference.figure not in Figures.__struct_fields__:
                raise ValueError(f"{shown(difference.figure)!r} is no figure - at `$.against[{at}].differences`")
    for at, drive in enumerate(comparison.drives):
        check_index(drive.variant, comparison.variants, f"$.drives[{at}].variant")
    return comparison


def comparison_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a comparison."""
    return schema_of(Comparison, "genaudit comparison")

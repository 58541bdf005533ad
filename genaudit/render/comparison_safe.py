"""Strings of a comparison made harmless, and its JSON."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.model.codec import encode
from genaudit.model.comparison import Comparison
from genaudit.model.report import Report
from genaudit.render.safe import encodable_report, mask_secrets, printable, printable_report


def render_json(comparison: Comparison) -> bytes:
    """The whole comparison, as its schema describes it; what looks like a secret is masked."""
    encodable = _mapped(comparison, lambda text: text.encode("utf-8", "backslashreplace").decode(), encodable_report)
    return encode(encodable)


def printable_comparison(comparison: Comparison) -> Comparison:
    """The comparison with every string printable and free of what looks like a secret."""
    return _mapped(comparison, printable, printable_report)


def _mapped(comparison: Comparison, change: Callable[[str], str], of_report: Callable[[Report], Report]) -> Comparison:
    reports = [of_report(variant.report) for variant in comparison.variants]
    fields = msgspec.to_builtins(msgspec.structs.replace(comparison, variants=[]))
    variants = [
        {**_walk(_without_report(variant), change), "report": msgspec.to_builtins(report)}
        for variant, report in zip(comparison.variants, reports, strict=True)
    ]
    return msgspec.convert({**_walk(fields, change), "variants": variants}, Comparison)


def _without_report(variant: msgspec.Struct) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(variant)
    del fields["report"]
    plain: dict[str, Any] = msgspec.to_builtins(fields)
    return plain


def _walk(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(mask_secrets(value))
    if isinstance(value, list):
        return [_walk(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _walk(one, change) for name, one in value.items()}
    return value

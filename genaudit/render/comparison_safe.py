"""Strings of a comparison made harmless, and its JSON."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.masking import mask, mask_plain
from genaudit.model.codec import encode
from genaudit.model.comparison import Comparison
from genaudit.model.report import Report
from genaudit.render.safe import LONGEST_TEXT, encodable_report, printable, printable_report, shorten


def render_json(comparison: Comparison) -> bytes:
    """The whole comparison, as its schema describes it; what looks like a secret is masked."""
    encodable = _mapped(comparison, lambda text: text.encode("utf-8", "backslashreplace").decode(), encodable_report)
    return encode(encodable)


def printable_comparison(comparison: Comparison) -> Comparison:
    """The comparison with every string printable and free of what looks like a secret."""
    return _mapped(comparison, printable, printable_report)


def _mapped(comparison: Comparison, change: Callable[[str], str], of_report: Callable[[Report], Report]) -> Comparison:
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

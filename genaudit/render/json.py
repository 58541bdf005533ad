"""The report object as JSON."""

from genaudit.model import Report, codec
from genaudit.render.safe import encodable_report


def render_json(report: Report) -> bytes:
    """The whole report, as its schema describes it; what looks like a secret is masked."""
    return codec.encode(encodable_report(report))

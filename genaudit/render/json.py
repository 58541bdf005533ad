"""Reports and comparisons as JSON, each as its schema describes it; what looks like a secret is masked."""

import json

import msgspec

from genaudit.model import Report, codec
from genaudit.model.comparison import Comparison
from genaudit.model.watch import JobReport
from genaudit.render.safe import encodable_comparison, encodable_job, encodable_report


def render_json(report: Report) -> bytes:
    """The whole report."""
    return codec.encode(encodable_report(report))


def render_json_of_several(*reports: Report) -> bytes:
    """Each report, in the order of the targets."""
    fields = [msgspec.to_builtins(encodable_report(report)) for report in reports]
    return json.dumps({"schema_version": "1.0", "reports": fields}, indent=2).encode() + b"\n"


def render_job_json(report: JobReport) -> bytes:
    """The report of a job that was watched."""
    return codec.encode(encodable_job(report))


def render_comparison_json(comparison: Comparison) -> bytes:
    """The whole comparison."""
    return codec.encode(encodable_comparison(comparison))

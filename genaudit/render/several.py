"""Several reports in one file, in the formats that can hold them."""

import importlib
import json

import msgspec

from genaudit.errors import UsageError
from genaudit.model import Report
from genaudit.render.safe import encodable_report

SEVERAL: dict[str, str] = {
    "json": "genaudit.render.several:render_json",
    "junit": "genaudit.render.ci.junit:render_junit",
    "sarif": "genaudit.render.ci.sarif:render_sarif",
    "github": "genaudit.render.ci.github:render_github",
    "gitlab": "genaudit.render.ci.gitlab:render_gitlab",
    "markdown": "genaudit.render.ci.markdown:render_markdown",
}


def render_several(reports: list[Report], form: str) -> bytes:
    """Reports in one of the formats of ``SEVERAL``.

    Raises:
        UsageError: A file of the format holds one report.
    """
    if form not in SEVERAL:
        raise UsageError(
            f"a file of the format {form} holds one target",
            slug="one-report-format",
            hint=f"--out DIR has one for each target; formats for several: {', '.join(SEVERAL)}",
        )
    module, _, function = SEVERAL[form].partition(":")
    content: bytes = getattr(importlib.import_module(module), function)(*reports)
    return content


def render_json(*reports: Report) -> bytes:
    """Each report as its schema describes it, in the order of the targets."""
    fields = [msgspec.to_builtins(encodable_report(report)) for report in reports]
    return json.dumps({"schema_version": "1.0", "reports": fields}, indent=2).encode() + b"\n"

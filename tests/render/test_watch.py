"""The report of a job that was watched, in its formats."""

import json
from pathlib import Path

import jsonschema
import pytest

from genaudit.model import codec
from genaudit.render import JOB_RENDERERS, render_job
from genaudit.report.watch.build import job_report
from genaudit.units import KIB, MIB
from tests.evidence.watch.made import job_of
from tests.golden import check_golden

SCHEMA = Path("genaudit/model/schema/watch.schema.json")
SCRIPT = "/w/<b>\ud800\x1b[31m.py"


def test_schema() -> None:
    """The shipped file is made from the types, and reports keep to it."""
    check_golden(SCHEMA, json.dumps(codec.job_schema(), indent=2) + "\n")
    report = job_report(job_of([50 * MIB + at * 100 * KIB for at in range(100)]))
    jsonschema.Draft202012Validator(codec.job_schema()).validate(json.loads(render_job(report, "json")))


@pytest.mark.parametrize("name", JOB_RENDERERS)
@pytest.mark.parametrize("n", [0, 100])
def test_every_format_is_made(name: str, n: int) -> None:
    """Of a job with batches and of one without, whatever its script is called."""
    content = render_job(job_report(job_of([50 * MIB + at * 100 * KIB for at in range(n)], script=SCRIPT)), name)
    assert content
    assert name == "png" or b"\x1b" not in content
    assert name != "html" or (b"<b>" not in content.partition(b"</h1>")[0] and b"<svg" in content) or not n

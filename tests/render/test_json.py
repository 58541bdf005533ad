"""The report as JSON, and the schema that it keeps to."""

import json
from pathlib import Path

import jsonschema
import pytest

from genaudit.model import codec
from genaudit.render import render
from tests.build_report import STANDARD, hostile
from tests.golden import check_golden

SCHEMA = Path("genaudit/model/schema/report.schema.json")


@pytest.mark.parametrize("name", STANDARD)
def test_json_keeps_to_the_schema(name: str) -> None:
    """Every standard report is valid, and can be read again."""
    text = render(STANDARD[name](), "json")

    jsonschema.Draft202012Validator(codec.report_schema()).validate(json.loads(text))
    assert codec.decode_report(text, name="report.json").verdict is STANDARD[name]().verdict


def test_shipped_schema_is_what_the_types_say() -> None:
    """The schema that is shipped as a file is made from the types."""
    check_golden(SCHEMA, json.dumps(codec.report_schema(), indent=2) + "\n")
    jsonschema.Draft202012Validator.check_schema(codec.report_schema())


def test_a_lone_surrogate_can_be_written() -> None:
    """A file name that is no text does not stop the report."""
    text = render(hostile(), "json").decode("utf-8")

    assert "\\\\ud800" in text
    assert json.loads(text)["target"]["item_noun"] == "image"

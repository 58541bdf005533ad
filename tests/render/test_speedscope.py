"""Flame graphs for speedscope: valid by its format, and every byte of the report is in them once."""

import json
from collections import Counter
from typing import Any

import jsonschema
import pytest

from genaudit.model import Report
from genaudit.model.report import RetentionStep
from genaudit.render import render
from genaudit.render.html.retention import UNACCOUNTED
from genaudit.render.redact import without_source
from tests.build_report import SECRET_KEY, STANDARD, eager, hostile, leak

PLACE = {"type": "integer", "minimum": 0}
# By https://github.com/jlfwong/speedscope/blob/main/src/lib/file-format-spec.ts: a file of sampled profiles.
FORMAT = {
    "type": "object",
    "required": ["$schema", "shared", "profiles"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"const": "https://www.speedscope.app/file-format-schema.json"},
        "name": {"type": "string"},
        "exporter": {"type": "string"},
        "activeProfileIndex": PLACE,
        "shared": {
            "type": "object",
            "required": ["frames"],
            "properties": {
                "frames": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "additionalProperties": False,
                        "properties": {
                            "name": {"type": "string"},
                            "file": {"type": "string"},
                            "line": {"type": "number"},
                            "col": {"type": "number"},
                        },
                    },
                }
            },
        },
        "profiles": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type", "name", "unit", "startValue", "endValue", "samples", "weights"],
                "additionalProperties": False,
                "properties": {
                    "type": {"const": "sampled"},
                    "name": {"type": "string"},
                    "unit": {"const": "bytes"},
                    "startValue": {"type": "number"},
                    "endValue": {"type": "number"},
                    "samples": {"type": "array", "items": {"type": "array", "minItems": 1, "items": PLACE}},
                    "weights": {"type": "array", "items": {"type": "integer", "exclusiveMinimum": 0}},
                },
            },
        },
    },
}


def made(report: Report) -> dict[str, Any]:
    """The file of a report, by profile and with names in place of numbers."""
    file = json.loads(render(report, "speedscope"))
    frames = file["shared"]["frames"]
    return {
        profile["name"]: [
            ([frames[at] for at in stack], weight)
            for stack, weight in zip(profile["samples"], profile["weights"], strict=True)
        ]
        for profile in file["profiles"]
    }


@pytest.mark.parametrize("name", STANDARD)
def test_every_report_is_a_file_that_speedscope_reads(name: str) -> None:
    """By the types of its format; places are of frames that there are, and a profile ends where its weights do."""
    file = json.loads(render(STANDARD[name](), "speedscope"))

    jsonschema.validate(file, FORMAT)
    frames = [tuple(sorted(frame.items())) for frame in file["shared"]["frames"]]
    used = {at for profile in file["profiles"] for stack in profile["samples"] for at in stack}
    assert used == set(range(len(frames)))
    assert len(set(frames)) == len(frames)
    for profile in file["profiles"]:
        assert len(profile["samples"]) == len(profile["weights"])
        assert (profile["startValue"], profile["endValue"]) == (0, sum(profile["weights"]))
    assert file["activeProfileIndex"] < len(file["profiles"])


# Of the made one at one size the parts are rounded: a dict in it has less than what is in it.
@pytest.mark.parametrize("name", [name for name, make in STANDARD.items() if make().retention and name != "accounted"])
def test_every_byte_that_is_held_is_there_once(name: str) -> None:
    """The bar of a step is as wide as the step: what is its own, and what is below it."""
    report = STANDARD[name]()
    held = made(report)["held: who keeps it alive"]
    roots = [step for step in report.retention if step.parent == -1]
    widths: Counter[str] = Counter()
    for stack, weight in held:
        widths[stack[0]["name"]] += weight

    assert sum(weight for _, weight in held) == sum(step.bytes for step in roots)
    assert sorted(widths.values()) == sorted(step.bytes for step in roots if step.bytes)


def test_a_step_has_its_place_and_its_own_weight() -> None:
    """From the generator to the arrays, with the line where the path begins."""
    tree = [
        RetentionStep(parent=-1, label="generate (line 3)", bytes=100, location=eager().outcomes[0].location),
        RetentionStep(parent=0, label="images list of 4", bytes=90),
        RetentionStep(parent=1, label="ndarray", bytes=64, count=4),
        RetentionStep(parent=-1, label=UNACCOUNTED, bytes=7),
        RetentionStep(parent=99, label="lost", bytes=1),
        RetentionStep(parent=-1, label="nothing", bytes=0),
    ]
    report = type(eager())(**{name: getattr(eager(), name) for name in eager().__struct_fields__} | {"retention": tree})
    held = [([frame["name"] for frame in stack], weight) for stack, weight in made(report)["held: who keeps it alive"]]

    assert held == [
        (["generate (line 3)", "images list of 4", "ndarray (4 objects)"], 64),
        (["generate (line 3)", "images list of 4"], 26),
        (["generate (line 3)"], 10),
        ([UNACCOUNTED], 7),
        (["lost"], 1),
    ]
    (first, *_), _ = made(report)["held: who keeps it alive"][0]
    assert (first["file"], first["line"]) == ("sample_generators/inefficient.py", 9)


def test_what_grew_is_a_profile_of_its_own() -> None:
    grown = made(leak())["grown since the first batch"]
    most = max(step.grown_bytes or 0 for step in leak().retention if step.parent == -1)

    assert sum(weight for _, weight in grown) >= most > 0
    assert "seen" in " ".join(frame["name"] for stack, _ in grown for frame in stack)


@pytest.mark.parametrize("name", [name for name, make in STANDARD.items() if make().sites])
def test_lines_are_below_their_files(name: str) -> None:
    """With all that they retain, and what no line answers for."""
    report = STANDARD[name]()
    sites = made(report)["allocation sites: retained"]
    lines = {(stack[-1]["file"], stack[-1]["line"]): weight for stack, weight in sites if len(stack) == 2}

    assert sum(lines.values()) == sum(site.retained_bytes for site in report.sites)
    assert all(stack[0]["name"] == stack[1]["file"] for stack, _ in sites if len(stack) == 2)
    assert sum(weight for _, weight in sites) == sum(lines.values()) + (report.untraced_bytes or 0)


def test_secrets_and_source_stay_out() -> None:
    """As everywhere: what looks like a secret is masked, and --no-source leaves names out."""
    text = render(hostile(), "speedscope").decode()

    assert "\x1b" not in text
    assert "correct horse" not in text
    assert SECRET_KEY not in render(without_source(hostile()), "speedscope").decode()

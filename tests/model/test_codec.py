"""Saved files are read strictly: what is wrong with one is said with its name, the field and what to do."""

import json
from typing import Any

import msgspec
import pytest

from genaudit.errors import GenauditError, RecordingError, UsageError
from genaudit.model.codec import (
    LONGEST_TEXT,
    Versioned,
    check_version,
    decode_comparison,
    decode_head,
    decode_recording,
    decode_report,
    encode,
    refusing,
)
from genaudit.model.recording import RECORDING_VERSION, Recording
from tests import build as made
from tests.build_report import clean
from tests.comparison.build import comparison
from tests.evidence.retention.made import generator, images, walk

RECORDING = made.recording(made.trial(16, lambda batch, epoch: 0))


def changed(model: msgspec.Struct, **fields: object) -> bytes:
    """The JSON of a model with other fields."""
    return json.dumps({**msgspec.to_builtins(model), **fields}).encode()


def test_a_recording_comes_back_as_it_was() -> None:
    """Written and read, it is the same."""
    assert decode_recording(encode(RECORDING), name="recording.json") == RECORDING


def walked(parent: int) -> Recording:
    """A recording with a walk whose last step hangs on another."""
    mark = walk(generator(images(4000, 10), n_bytes=4100))
    nodes = [*mark.nodes[:-1], msgspec.structs.replace(mark.nodes[-1], parent=parent)]
    trial = made.trial(16, lambda batch, epoch: 0, retention=[msgspec.structs.replace(mark, nodes=nodes)])
    return made.recording(trial)


def test_a_recording_with_a_walk_comes_back_as_it_was() -> None:
    """A root hangs on no other step."""
    recording = walked(1)

    assert decode_recording(encode(recording), name="recording.json") == recording


@pytest.mark.parametrize("parent", [-2, 2, 99])
def test_a_step_that_hangs_on_none_before_it_is_refused(parent: int) -> None:
    """The path to it could not be followed."""
    with pytest.raises(RecordingError, match=r"nodes\[2\]\.parent") as caught:
        decode_recording(encode(walked(parent)), name="recording.json")

    assert caught.value.slug == "broken-file"


def test_a_recording_of_an_earlier_version_is_read() -> None:
    """It has marks that are written no more: containers that grew, in the trial that traced."""
    old = msgspec.to_builtins(RECORDING)
    grown = {"names": ["kept"], "type": "list", "gained": 8, "entries": 8}
    old["trials"][0]["holders"] = [{"mark": "holders", "at_s": 1.0, "batch": 8, "holders": [grown]}]

    assert decode_recording(json.dumps(old).encode(), name="recording.json") == RECORDING


@pytest.mark.parametrize(
    ("text", "slug", "words"),
    [
        pytest.param(b"{", "not-a-recording", "is not a genaudit recording", id="no JSON"),
        pytest.param(b"[" * 1000, "not-a-recording", "is not a genaudit recording", id="nested deeply"),
        pytest.param(b"{}", "not-a-recording", "`version`", id="no version"),
        pytest.param(
            changed(RECORDING, version=RECORDING_VERSION + 1), "newer-recording", "reads up to", id="a newer version"
        ),
        pytest.param(changed(RECORDING, trials=3), "broken-file", "$.trials", id="a field of another type"),
        pytest.param(
            changed(RECORDING, limit={"bytes": -5, "source": "machine", "trial_bytes": 5}),
            "broken-file",
            "`$.limit.bytes`",
            id="a number that cannot be",
        ),
    ],
)
def test_a_recording_is_refused(text: bytes, slug: str, words: str) -> None:
    """By the file's name, and with what is wrong in it."""
    with pytest.raises(RecordingError) as caught:
        decode_recording(text, name="old.json")

    assert caught.value.slug == slug
    assert caught.value.message.startswith("old.json ")
    assert words in caught.value.message


def test_a_report_of_an_exit_code_that_no_audit_has() -> None:
    """70 is a fault of genaudit's own, and never the end of an audit."""
    with pytest.raises(RecordingError, match=r"cannot be read as a report: 70 is no exit code.*`\$\.exit_code`"):
        decode_report(changed(clean(), exit_code=70), name="report.json")


def test_a_text_too_long_is_cut() -> None:
    """No text is so long that wrapping it takes all memory."""
    report = decode_report(changed(clean(), notes=["x" * (LONGEST_TEXT + 5)]), name="report.json")

    assert len(report.notes[0]) == LONGEST_TEXT
    assert report.notes[0].endswith("…")


def references(**fields: Any) -> bytes:
    """A comparison whose parts do not fit together."""
    return changed(comparison(), **fields)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(references(variants=[]), "a variant at least", id="no variant"),
        pytest.param(references(exit_code=70), "no exit code", id="exit code"),
        pytest.param(
            references(against=[{"variant": 9, "differences": []}]), "`$.against[0].variant`", id="no such variant"
        ),
        pytest.param(
            references(
                drives=[{"round": 1, "variant": -1, "items": None, "batches": 1, "reason": "completed"}],
            ),
            "`$.drives[0].variant`",
            id="drive of no variant",
        ),
    ],
)
def test_a_comparison_whose_parts_do_not_fit(text: bytes, words: str) -> None:
    """A position that leads nowhere would break whatever draws it."""
    with pytest.raises(RecordingError) as caught:
        decode_comparison(text, name="comparison.json")

    assert caught.value.slug == "not-a-comparison"
    assert words in caught.value.message
    assert "genaudit compare" in caught.value.hint


def test_a_head_is_read_without_the_rest() -> None:
    """Whatever else a file holds, its version tells whether it can be read."""
    assert decode_head(b'{"version": 7, "trials": "none of these"}', Versioned).version == 7


@pytest.mark.parametrize(("version", "error"), [(1, None), (2, None), (3, UsageError)])
def test_a_version(version: int, error: type[GenauditError] | None) -> None:
    """What is newer is refused, with the error of the caller's choice."""
    if error is None:
        check_version(version, 2, name="base.json", kind="baseline", error=UsageError)
        return
    with pytest.raises(error) as caught:
        check_version(version, 2, name="base.json", kind="baseline", error=error)
    assert caught.value.slug == "newer-baseline"


def test_only_what_is_wrong_with_the_content_is_refused() -> None:
    """Other errors pass through: they are faults of genaudit's own."""
    with pytest.raises(KeyError), refusing("a file is broken", slug="broken-file"):
        raise KeyError("field")
    with (
        pytest.raises(RecordingError, match="a file is broken: too short"),
        refusing("a file is broken", slug="broken-file"),
    ):
        raise ValueError("too short")

"""Pages of CI say who holds the memory, once, with the finding that it answers for."""

import json
import xml.etree.ElementTree as ET

import msgspec
import pytest

from genaudit.render import render
from genaudit.render.ci.outcomes import bounded, moved
from genaudit.render.terminal.brief import render_brief
from tests.build_report import accounted, eager, spike, unscaled

HELD = "Held by inefficient_generator (line 7) › images › list of 400 › ndarray 256x256x3 uint8: 75.0 MiB of 77.5 MiB"


def _sarif(content: bytes) -> str:
    (result,) = json.loads(content)["runs"][0]["results"]
    return str(result["message"]["text"])


def _gitlab(content: bytes) -> str:
    (row,) = json.loads(content)
    return str(row["description"])


def _junit(content: bytes) -> str:
    (failure,) = ET.fromstring(content).iter("failure")
    assert "Held by" not in failure.attrib["message"]
    return str(failure.text)


SAID = {"sarif": _sarif, "gitlab": _gitlab, "junit": _junit, "github": bytes.decode, "markdown": bytes.decode}


@pytest.mark.parametrize("format_name", SAID)
def test_every_page_says_it_once(format_name: str) -> None:
    """Path, amount and line."""
    said = SAID[format_name](render(eager(), format_name)).replace("\\_", "_").replace("**", "")

    assert HELD in said
    assert said.count("Held by") == 1
    assert f"sample_generators/inefficient.py:9{')' if format_name != 'markdown' else ''}" in said


@pytest.mark.parametrize("format_name", sorted(set(SAID) - {"markdown"}))
def test_a_spike_is_not_what_is_held(format_name: str) -> None:
    """A finding about a moment says nothing of paths."""
    spiked = msgspec.structs.replace(spike(), holders=eager().holders)

    assert b"Held by" not in render(spiked, format_name)


def test_a_description_of_gitlab_s_is_one_line() -> None:
    """Its page shows no more."""
    assert "\n" not in _gitlab(render(eager(), "gitlab"))


def test_markdown_says_how_it_is_proven() -> None:
    """At one size, with what is compared."""
    text = render(accounted(), "markdown").decode()

    assert "**GA101 eager-load** (accounted at one size) in shop/shards.py:34" in text
    assert "At one size it holds 75.0 MiB, an epoch yields 75.0 MiB." in text


@pytest.mark.parametrize("format_name", ["text", "markdown", "junit", "github", "sarif", "html"])
def test_what_covers_batches_only_is_said(format_name: str) -> None:
    """By every page that says PASS."""
    content = render(unscaled(), format_name).decode()

    assert "PASS (batches only)" in content
    assert "growth with the data set" in content.lower()


def test_what_covers_batches_only_is_amber() -> None:
    """As a warning is, not as what passed."""
    coloured = render(unscaled(), "text", colour=True).decode()

    assert coloured.startswith("\x1b[1;33m✓ PASS (batches only)")
    assert b'<body class="warn">' in render(unscaled(), "html", interactive=False)
    assert render_brief(unscaled(), colour=True).startswith(b"\x1b[33mPASS (batches only)")


def test_logs_of_gates_say_it() -> None:
    """Above what follows from it."""
    lines = render_brief(eager()).decode().splitlines()
    at = next(number for number, line in enumerate(lines) if HELD in line)

    assert lines[at + 1].startswith("  so ")


def test_the_line_of_a_holder_moves_with_its_report() -> None:
    """To the folder that CI sees it in."""
    (seen,) = bounded(moved([eager()], "project"))

    assert [one.location and one.location.path for one in seen.holders] == ["project/sample_generators/inefficient.py"]

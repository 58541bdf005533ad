"""Annotations, read as the runner reads them: commands on a line each, with escaped values."""

import re

import msgspec
import pytest

from genaudit.model import Level, Location, Outcome, Verdict
from genaudit.render.ci.github import SHOWN, render_github
from tests import build_report as made

_COMMAND = re.compile(r"::(?P<name>\w+)(?: (?P<properties>[^:]*))?::(?P<data>.*)")
_PROPERTIES = {"file", "line", "endLine", "title"}


def commands(text: bytes) -> list[tuple[str, dict[str, str], str]]:
    """The commands of an output, unescaped in the runner's order: ``%25`` last."""
    found = []
    for line in text.decode().split("\n"):
        match = _COMMAND.fullmatch(line)
        if match is not None:
            pairs = [pair.partition("=") for pair in (match["properties"] or "").split(",") if pair]
            properties = {key: plain(value, ((":", "%3A"), (",", "%2C"))) for key, _, value in pairs}
            found.append((match["name"], properties, plain(match["data"])))
    return found


def plain(text: str, more: tuple[tuple[str, str], ...] = ()) -> str:
    for character, escape in (("\r", "%0D"), ("\n", "%0A"), *more, ("%", "%25")):
        text = text.replace(escape, character)
    return text


@pytest.mark.parametrize("name", made.STANDARD)
def test_every_report_is_read(name: str) -> None:
    """A command for each finding, a place in each, and no line that is anything else but the last."""
    report = made.STANDARD[name]()
    text = render_github(report)
    found = commands(text)

    n_told = (report.failure is not None) + report.is_partial
    assert len(found) == sum(one.is_finding for one in report.outcomes) + n_told
    assert len(text.splitlines()) == len(found)
    for kind, properties, _ in found:
        assert kind in {"error", "warning", "notice"}
        assert set(properties) == _PROPERTIES
        assert int(properties["line"]) >= 1


def test_a_finding() -> None:
    ((kind, properties, data),) = commands(render_github(made.leak()))

    assert kind == "error"
    assert properties == {
        "file": "sample_generators/leaking.py",
        "line": "8",
        "endLine": "8",
        "title": "GA201 batch-growth",
    }
    assert data.startswith("sample_generators.leaking:Loader: 1.50 MiB more with every batch")


def test_the_gravest_says_what_it_leads_to() -> None:
    """The annotation of a broken budget has the cause, the consequence and the mend."""
    told = {properties["title"]: data for _, properties, data in commands(render_github(made.gated()))}
    cause, consequence, mend = told["GA603 growth-over-budget"].split("\n")

    assert cause.endswith("growth is 40.0 KiB/batch (39.6 to 40.4 KiB), above the budget of 16 KiB/batch")
    assert consequence.startswith("16.0 GiB runs out after about 418,000 batches; the budget allows")
    assert mend.endswith("saves 1.17 MiB over the 50 batches measured.")
    assert "runs out after" not in told["GA703 growth-regression"]


def test_the_ten_largest_and_a_line() -> None:
    """Errors before warnings, then what saves most."""
    outcomes = [finding(at, Level.WARNING if at % 3 else Level.ERROR) for at in range(30)]
    text = render_github(msgspec.structs.replace(made.clean(), outcomes=outcomes))
    found = commands(text)

    assert len(found) == SHOWN
    assert [data.rpartition(" ")[2] for _, _, data in found] == [str(at) for at in range(27, -1, -3)]
    assert text.decode().splitlines()[-1] == "genaudit: 20 more findings, not annotated"


def test_nothing_in_a_message_becomes_a_command() -> None:
    odd = finding(1, Level.ERROR, message="50 %\n::error::not mine\r\n%0A, a:b")
    ((_, _, data),) = commands(render_github(msgspec.structs.replace(made.clean(), outcomes=[odd])))

    assert data.endswith("50 %\n::error::not mine\r\n%0A, a:b") or "::error::not mine" in data


def finding(at: int, level: Level, message: str = "") -> Outcome:
    return msgspec.structs.replace(
        made.outcome("GA101", Verdict.FAIL, message=message or f"keeps {at}"),
        level=level,
        saving_bytes=at,
        location=Location(path="a,b:c.py", line=at + 1),
    )

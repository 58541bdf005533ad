"""``genaudit rule`` explains what is there and suggests what was meant."""

import json
from unittest.mock import Mock

import click
import pytest
from click.testing import CliRunner

from genaudit.cli import rule
from genaudit.errors import ExitCode, UsageError
from genaudit.model import Level, RuleInfo

INFOS = [
    RuleInfo(
        code="GA101",
        name="eager-load",
        title="The data set is in memory",
        level=Level.ERROR,
        page="Memory grows with n.\n\nWhat to do:\n    Read an item when its batch is due.",
    ),
    RuleInfo(code="GA301", name="batch-spike", title="A batch takes many times its size", level=Level.WARNING, page=""),
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """Call the command on two made rules."""
    monkeypatch.setattr(rule, "rule_infos", lambda: INFOS)
    return lambda *words: CliRunner().invoke(rule.command, words, catch_exceptions=False)


def test_without_argument_all_rules_are_listed(run) -> None:
    """One line each: code, name, level, title."""
    result = run()

    assert result.exit_code == 0
    assert "GA101  eager-load   error    The data set is in memory\n" in result.stdout
    assert "GA301  batch-spike  warning  A batch takes many times its size\n" in result.stdout


@pytest.mark.parametrize("wanted", ["GA101", "ga101", "eager-load", "Eager-Load"])
def test_a_rule_is_found_by_code_and_by_name(run, wanted: str) -> None:
    """Case does not matter; the page is printed whole under its title."""
    result = run(wanted)

    assert result.stdout.splitlines()[0] == "GA101 eager-load: The data set is in memory"
    assert INFOS[0].page in result.stdout
    assert "GA301" not in result.stdout


@pytest.mark.parametrize(
    ("wanted", "nearest"), [("eager-laod", "eager-load"), ("GA302", "GA301"), ("spike", "batch-spike"), ("zzz", "")]
)
def test_a_wrong_name_gets_the_nearest(run, wanted: str, nearest: str) -> None:
    """The message names what was asked for, the hint what may have been meant and where all are listed."""
    with pytest.raises(UsageError) as caught:
        run(wanted)

    assert wanted in caught.value.message
    assert ("did you mean" in caught.value.hint) == bool(nearest)
    assert nearest in caught.value.hint
    assert "genaudit rule" in caught.value.hint
    assert caught.value.exit_code is ExitCode.USAGE


def test_json_holds_the_same(run) -> None:
    """One object for one rule, a list for all."""
    one = json.loads(run("GA301", "--format", "json").stdout)
    every = json.loads(run("--format", "json").stdout)

    assert one == every[1]
    assert one["name"] == "batch-spike"
    assert one["level"] == "warning"


def test_the_shell_completes_codes_and_names(run) -> None:
    """Typed in any case."""
    command = rule.command
    words = {item.value for item in rule.complete_rule(click.Context(command), Mock(), "ga3")}

    assert words == {"GA301"}
    assert [item.value for item in rule.complete_rule(click.Context(command), Mock(), "ba")] == ["batch-spike"]


def test_every_real_rule_has_a_page() -> None:
    """The rules that ship are listed in the order of their codes, each with something to read."""
    infos = rule.rule_infos()

    assert [info.code for info in infos] == sorted({info.code for info in infos})
    assert {"GA101", "GA201", "GA202", "GA203", "GA301", "GA901"} <= {info.code for info in infos}
    assert all(info.page.strip() and info.title for info in infos)

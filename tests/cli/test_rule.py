"""``genaudit rule`` explains what is there and suggests what was meant."""

import json
from unittest.mock import Mock

import click
import pytest
from click.testing import CliRunner

from genaudit.cli import rule
from genaudit.errors import ExitCode, UsageError
from genaudit.model import Level, RuleInfo

EAGER = RuleInfo(
    code="GA101",
    name="eager-load",
    title="The data set is in memory",
    level=Level.ERROR,
    page="Memory grows with n.\n\nWhat to do:\n    Read an item when its batch is due.",
)
EAGER_TEXT = RuleInfo(
    code="GA101", name="eager-load", title="A list of all items", level=Level.WARNING, page="Every item is decoded."
)
SPIKE = RuleInfo(
    code="GA301", name="batch-spike", title="A batch takes many times its size", level=Level.WARNING, page="Copies."
)
UPCAST = RuleInfo(code="GA302", name="dtype-upcast", title="Bytes become floats", level=Level.WARNING, page="Eight.")
PATTERNS = [
    rule.Pattern("GA101", "eager-load", EAGER, EAGER_TEXT),
    rule.Pattern("GA301", "batch-spike", SPIKE, None),
    rule.Pattern("GA302", "dtype-upcast", None, UPCAST),
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """Call the command on three made patterns."""
    monkeypatch.setattr(rule, "patterns", lambda: PATTERNS)
    return lambda *words: CliRunner().invoke(rule.command, words, catch_exceptions=False)


def test_without_argument_all_rules_are_listed(run) -> None:
    """One line each: code, name, level, who finds it, title."""
    result = run()

    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        "GA101  eager-load    error    run, lint  The data set is in memory",
        "GA301  batch-spike   warning  run        A batch takes many times its size",
        "GA302  dtype-upcast  warning  lint       Bytes become floats",
    ]


@pytest.mark.parametrize("wanted", ["GA101", "ga101", "eager-load", "Eager-Load"])
def test_a_rule_is_found_by_code_and_by_name(run, wanted: str) -> None:
    """Case does not matter; the page is printed whole under its title."""
    result = run(wanted)

    assert result.stdout.splitlines()[0] == "GA101 eager-load"
    assert EAGER.page in result.stdout
    assert EAGER_TEXT.page in result.stdout
    assert result.stdout.index("genaudit run; error") < result.stdout.index("genaudit lint; warning")
    assert "GA301" not in result.stdout


def test_a_rule_of_one_kind_has_one_page(run) -> None:
    """Nothing is said of the command that does not look for it."""
    assert "genaudit lint" not in run("GA301").stdout
    assert "genaudit run" not in run("GA302").stdout


@pytest.mark.parametrize(
    ("wanted", "nearest"), [("eager-laod", "eager-load"), ("GA3011", "GA301"), ("spike", "batch-spike"), ("zzz", "")]
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
    assert one["measured"]["level"] == "warning"
    assert one["static"] is None


def test_the_shell_completes_codes_and_names(run) -> None:
    """Typed in any case."""
    command = rule.command
    words = {item.value for item in rule.complete_rule(click.Context(command), Mock(), "ga3")}

    assert words == {"GA301", "GA302"}
    assert [item.value for item in rule.complete_rule(click.Context(command), Mock(), "ba")] == ["batch-spike"]


def test_every_real_rule_has_a_page() -> None:
    """The rules that ship are listed in the order of their codes, each with something to read."""
    known = rule.patterns()

    assert [pattern.code for pattern in known] == sorted({pattern.code for pattern in known})
    assert {"GA101", "GA201", "GA202", "GA203", "GA301", "GA901"} <= {one.code for one in known if one.measured}
    assert {"GA101", "GA302"} <= {one.code for one in known if one.static}
    infos = [info for pattern in known for info in (pattern.measured, pattern.static) if info]
    assert all(info.page.strip() and info.title for info in infos)


def test_a_code_has_one_name() -> None:
    """Measured and static rules for the same pattern share code and name, so that one suppression covers both."""
    for pattern in rule.patterns():
        assert {info.name for info in (pattern.measured, pattern.static) if info} == {pattern.name}

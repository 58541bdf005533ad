"""The catalogue says of every code what it means, once."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from genaudit.config.budgets import KINDS
from genaudit.gate.outcomes import BUDGETS, COMPARISONS, INFOS
from genaudit.lint.rules.catalogue import MODULE_RULES
from genaudit.lint.rules.catalogue import RULES as STATIC
from genaudit.model import Rule
from genaudit.model.catalogue import (
    FIGURES,
    GRAVEST_FIRST,
    MISSING_BASELINE,
    PATTERNS,
    TARGET_FAILURE,
    Kind,
    Source,
    facts_of,
    pattern_of,
)
from genaudit.model.outcome import Level
from genaudit.render.ci.outcomes import FAILURE
from genaudit.render.html.shapes import SHAPES
from genaudit.rules import RULES as MEASURED

PACKAGE = Path("genaudit")


@pytest.mark.parametrize("rule", [*MEASURED, *STATIC], ids=lambda rule: f"{rule.check.__module__}:{rule.info.code}")
def test_every_rule_has_its_entry(rule: Rule[Any]) -> None:
    """With the same name."""
    pattern = pattern_of(rule.info.code)

    assert pattern is not None
    assert pattern.name == rule.info.name


def test_every_pattern_has_a_rule() -> None:
    """No entry is left of a rule that is gone."""
    assert {pattern.code for pattern in PATTERNS} == {rule.info.code for rule in (*MEASURED, *STATIC)}


def test_no_code_is_used_twice() -> None:
    """Neither are names."""
    promises = itertools.chain.from_iterable((figure.budget, figure.baseline) for figure in FIGURES.values())
    codes = [*(pattern.code for pattern in PATTERNS), *promises, MISSING_BASELINE, TARGET_FAILURE]

    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"GA\d{3}", code) for code in codes)
    names = [*(pattern.name for pattern in PATTERNS), *(info.name for info in INFOS), FAILURE.name]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", MEASURED, ids=lambda rule: rule.info.name)
def test_a_measured_fault_has_a_headline_and_advice(rule: Rule[Any]) -> None:
    """Whatever can be the gravest finding of a report; notes cannot."""
    pattern = pattern_of(rule.info.code)

    assert pattern is not None
    assert bool(pattern.headline) == (rule.info.level is not Level.NOTE)
    assert bool(pattern.fix) == (pattern.kind is not Kind.AUDIT)


def test_facts_lead_to_what_there_is() -> None:
    """Figures that can be promised, shapes that can be drawn, rules that measure."""
    measured = {rule.info.code for rule in MEASURED}
    for pattern in PATTERNS:
        assert pattern.figure is None or pattern.figure in FIGURES
        assert pattern.shape is None or pattern.shape in {shape.slug for shape in SHAPES}
        assert measured.issuperset(pattern.shown_by)
        # Its own comes first, where measuring has it too.
        assert pattern.code not in measured or pattern.shown_by[:1] in {(), (pattern.code,)}


def test_every_fault_that_reading_finds_shows_in_something_measured() -> None:
    """Or a suspicion of it would be told where measuring acquits."""
    for rule in STATIC:
        pattern = pattern_of(rule.info.code)
        assert pattern is not None
        # A training step is read, and never made.
        is_measured = pattern.kind is not Kind.AUDIT and rule not in MODULE_RULES
        assert bool(pattern.shown_by) == is_measured, pattern.name


def test_figures_are_those_of_budgets_and_comparisons() -> None:
    """In the same order, each with its weight among broken promises."""
    assert list(FIGURES) == list(KINDS) == list(BUDGETS)
    assert set(COMPARISONS) < set(FIGURES)
    assert sorted(GRAVEST_FIRST) == sorted(FIGURES)
    assert [info.code for info in INFOS] == sorted(info.code for info in INFOS)


def test_facts() -> None:
    """Who asks, and about which figure."""
    assert facts_of("GA201") == (Source.RULE, "growth")
    assert facts_of("GA204") == (Source.RULE, None)
    assert facts_of("GA610") == (Source.BUDGET, "time-to-first-batch")
    assert facts_of("GA703") == (Source.BASELINE, "growth")
    assert facts_of(MISSING_BASELINE) == (Source.BASELINE, None)
    assert facts_of(TARGET_FAILURE) == (Source.TARGET, None)
    assert facts_of("GA999") == (Source.RULE, None), "a rule of a later version"
    assert pattern_of("GA999") is None


def test_codes_are_written_in_rules_and_here_only() -> None:
    """All else goes by the facts of an outcome, or by an entry of the catalogue."""
    allowed = ("rules/", "lint/rules/", "model/catalogue.py")
    written = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r'"GA[0-9]', path.read_text()) and not str(path.relative_to(PACKAGE)).startswith(allowed)
    ]

    assert written == []


def test_nobody_takes_a_code_apart() -> None:
    """No prefixes, no digits; the command line alone compares with what a user typed."""
    taken = re.compile(r"""code\[|code\.(startswith|endswith|removeprefix|replace)\(|startswith\(\(?["']GA""")
    found = [
        (str(path.relative_to(PACKAGE)), line.strip())
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text().splitlines()
        if taken.search(line) and "by_code[" not in line
    ]

    assert [path for path, _ in found] == ["lint/selection.py"], found

"""Source text that says itself what must be found in it."""

from __future__ import annotations

import re
import textwrap

from genaudit.lint import lint_source

_MARK = re.compile(r"# finds: ([\w-]+)")


def findings(text: str) -> list[tuple[str, int, str]]:
    """Name, line and level of what is found."""
    outcomes = lint_source(textwrap.dedent(text), "marked.py")
    return [
        (outcome.name, outcome.location.line, outcome.level.value)
        for outcome in outcomes
        if outcome.location is not None
    ]


def check_marked(name: str, text: str) -> None:
    """Every line marked ``# finds: NAME`` is found by that rule, and no other line."""
    source = textwrap.dedent(text)
    wanted = {
        number for number, line in enumerate(source.splitlines(), 1) for mark in _MARK.findall(line) if mark == name
    }
    accused = {line for found_name, line, _ in findings(source) if found_name == name}
    assert accused == wanted, f"found on {sorted(accused)}, marked on {sorted(wanted)}:\n{source}"

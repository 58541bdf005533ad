"""Every promise of the pages names a test that is there."""

import ast
import re

import pytest

from tests.readme import ROOT

PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_what_holds_a_promise_is_there(file: str, name: str) -> None:
    """A test, or a function of the matrix that is run for its cases."""
    functions = {
        node.name: node
        for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert name in functions
    assert name.startswith("test_") or functions[name].decorator_list


def test_every_promise_names_one() -> None:
    """A row of a table without a test is a wish."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| ---"))]

    assert rows
    assert [row for row in rows if "::" not in row and not row.startswith("| the target")] == []

"""Every idiom that gathers a data set is found."""

from __future__ import annotations

import ast
from pathlib import Path

from genaudit.lint import lint_source
from genaudit.model import Level

IDIOMS = Path(__file__).parent.parent / "corpus" / "idioms.py"
HELPED = {"T1", "G1", "G2"}
"""What these call is accused, on its own lines."""


def test_idioms() -> None:
    """Each class and generator that its label calls eager, and no other, is accused of it."""
    text = IDIOMS.read_text(encoding="utf-8")
    lines = text.splitlines()
    outcomes = lint_source(text, "idioms.py")
    accused_lines = {
        outcome.location.line for outcome in outcomes if outcome.location and outcome.level is not Level.NOTE
    }
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    labels = {node.name: lines[node.lineno - 1].partition("# corpus: ")[2] for node in nodes}
    wanted = {name for name, label in labels.items() if label == "eager"}

    accused = {node.name for node in nodes if accused_lines & set(range(node.lineno, (node.end_lineno or 0) + 1))}

    assert wanted - accused <= HELPED
    assert accused & set(labels) - wanted <= {"load_images", "items_of"}
    assert len(wanted) > 40

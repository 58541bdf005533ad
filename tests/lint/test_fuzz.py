"""Nothing that can be written makes the audit fall over."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genaudit.lint import run_subject, subjects
from genaudit.lint.engine import CODES_BY_NAME
from genaudit.lint.files import suppress
from genaudit.lint.files.project import Project
from genaudit.lint.files.source import parse_bytes, parse_text
from genaudit.lint.rules.catalogue import SUBJECT_RULES

CORPUS = Path(__file__).parent / "corpus"
PIECES = [
    "yield ",
    "[",
    "]",
    "(",
    ")",
    ":",
    "\n",
    "    ",
    "*",
    "**",
    "lambda: ",
    "for x in ",
    "self.",
    " if ",
    " else ",
    "=",
    "+=",
]


@functools.cache
def sources() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*/*.py"))]
    snippets = []
    for text in texts:
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        lines = text.splitlines(keepends=True)
        head = "".join(line for line in lines if line.startswith(("import ", "from ")))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                snippets.append(head + "".join(lines[node.lineno - 1 : node.end_lineno]))
    return snippets


def audit(text: str) -> None:
    """The whole way, with nothing caught."""
    source = parse_text(text, "fuzzed.py")
    suppress.split(text, [("GA101", 1, 2)], CODES_BY_NAME)
    project = Project(["fuzzed.py"], lambda _key: source)
    module = project.add(source, "fuzzed.py")
    if module is None:
        return
    for subject in subjects.find(module, project):
        story = run_subject.interpret(subject, module, project)
        for rule in SUBJECT_RULES:
            list(rule.check(story))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_mutated_source(data: st.DataObject) -> None:
    """Pieces cut out, doubled, swapped and put in."""
    text = data.draw(st.sampled_from(sources()))
    for _ in range(data.draw(st.integers(0, 4))):
        at, until = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        piece = data.draw(st.sampled_from([*PIECES, text[at:until], ""]))
        text = text[:at] + piece + text[min(until, at + 40) :]
    audit(text)


def _swapped(tree: ast.AST, first: int, second: int) -> str:
    """Source in which one expression stands in the place of another: still Python, hardly sense."""
    spots = [
        (parent, field, index)
        for parent in ast.walk(tree)
        for field, value in ast.iter_fields(parent)
        for index, child in enumerate(value if isinstance(value, list) else [value])
        if isinstance(child, ast.expr) and isinstance(getattr(child, "ctx", ast.Load()), ast.Load)
    ]
    (parent, field, index), (other, other_field, other_index) = spots[first % len(spots)], spots[second % len(spots)]
    donor = getattr(other, other_field)
    expression = donor[other_index] if isinstance(donor, list) else donor
    value = getattr(parent, field)
    if isinstance(value, list):
        value[index] = expression
    else:
        setattr(parent, field, expression)
    return ast.unparse(tree)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_swapped_expressions(data: st.DataObject) -> None:
    """Programs that parse, and mean nothing anybody would write."""
    text = data.draw(st.sampled_from(sources()))
    for _ in range(data.draw(st.integers(1, 4))):
        try:
            text = _swapped(ast.parse(text), data.draw(st.integers(0, 9999)), data.draw(st.integers(0, 9999)))
        except (SyntaxError, ValueError, RecursionError, AttributeError, TypeError):
            return
    audit(text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["x.py", "x.ipynb"]))
def test_any_bytes(raw: bytes, name: str) -> None:
    """A file may hold anything."""
    source = parse_bytes(raw, name)

    assert source.tree is not None or source.diagnostics

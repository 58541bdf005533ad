"""What the sample generators say must be found in them, and what the static audit finds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from genaudit.lint import lint_paths
from genaudit.model import Level

SAMPLES = Path(__file__).parent.parent.parent / "sample_generators"
_MARK = re.compile(r"# finds: ([\w-]+(?:, [\w-]+)*)")


def expected() -> dict[str, set[str]]:
    """Names of rules by file, from ``LINT`` where the static audit has other names for it, else from ``EXPECT``."""
    names: dict[str, set[str]] = {}
    for path in sorted(SAMPLES.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name) and target.id in {"EXPECT", "LINT"}:
                # LINT stands below EXPECT.
                names[str(path.relative_to(SAMPLES))] = set(ast.literal_eval(node.value))  # type: ignore[attr-defined]
    return names


def found() -> dict[str, set[str]]:
    """Names of rules by file; a finding on a line without its mark has the line in its name."""
    names: dict[str, set[str]] = {name: set() for name in expected()}
    for outcome in lint_paths([str(SAMPLES)]).outcomes:
        assert outcome.location is not None
        path = Path(outcome.location.path).resolve()
        line = path.read_text(encoding="utf-8").splitlines()[outcome.location.line - 1]
        marked = outcome.name in [name for names in _MARK.findall(line) for name in names.split(", ")]
        if outcome.level is not Level.NOTE:
            name = outcome.name if marked else f"{outcome.name} on line {outcome.location.line}"
            names[str(path.relative_to(SAMPLES))].add(name)
    return names

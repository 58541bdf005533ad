"""Which names stand for the item of an open loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame


def bound_by(target: ast.expr) -> list[str]:
    """The names that a loop's target gives a value."""
    return [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]


def pass_on_item(target: ast.expr | None, source: ast.expr, frame: Frame) -> None:
    """A name made from the item of a loop is as much of that item: a path, a file, a folder."""
    if not isinstance(target, ast.Name):
        return
    used = [part.id for part in ast.walk(source) if isinstance(part, ast.Name)]
    depths = [frame.items[name] for name in used if name in frame.items]
    if depths:
        frame.items[target.id] = max(depths)
    else:
        frame.items.pop(target.id, None)

"""What evaluating an expression does besides giving a value."""

from __future__ import annotations

import re

import libcst as cst

from genaudit.fix.rewrites.tree.source import Source

_PURE_MODULES = ("numpy.", "math.", "torch.", "time.", "PIL.", "cv2.", "pandas.")
_PURE_NAMES = frozenset(
    "len int float str bool list tuple dict set sum min max abs round sorted zip range enumerate type id repr".split()
)
_PURE_METHODS = frozenset(
    """copy astype mean sum std min max tolist tobytes numpy detach cpu clone float half long double item reshape
    abs square sqrt to permute unsqueeze any all argmax argmin cumsum clip clamp encode decode
    ravel flatten transpose view squeeze split strip lower upper format get keys values items""".split()
)
_DRAWN = re.compile(
    r"(^|\.)(rand\w*|shuffle|choices?|sample|permutation|uniform|normal|standard_normal|integers|betavariate|gauss"
    r"|bernoulli|multinomial|urandom|uuid4|token_\w+)$"
)
_SEEDED = re.compile(r"(^|\.)(default_rng|RandomState|Random|Generator|manual_seed)$")


def can_be_dropped(source: Source, value: cst.BaseExpression) -> bool:
    """Whether nothing is missed where an expression is not evaluated: nothing is taken, told, started or drawn."""
    if isinstance(value, cst.Lambda):
        return True
    if isinstance(value, cst.Await | cst.Yield | cst.NamedExpr):
        return False
    if isinstance(value, cst.Call) and not _is_pure(source, value):
        return False
    parts = [part for part in source.find(cst.BaseExpression, value) if part is not value]
    return all(
        not isinstance(part, cst.Await | cst.Yield | cst.NamedExpr)
        and (not isinstance(part, cst.Call) or _is_pure(source, part))
        for part in parts
    )


def _is_pure(source: Source, call: cst.Call) -> bool:
    name = source.name(call.func) or ""
    if draws(source, call):
        return False
    if name in _PURE_NAMES or name.startswith(_PURE_MODULES):
        return True
    return isinstance(call.func, cst.Attribute) and call.func.attr.value in _PURE_METHODS


def draws(source: Source, node: cst.CSTNode) -> bool:
    """Whether a piece of code draws random numbers that are others when it runs again.

    Numbers of a generator that the same code makes from a seed are the same each time.
    """
    seeded = _seeded_names(source, node)
    for call in source.find(cst.Call, node):
        name = source.name(call.func) or source.code(call.func)
        if _SEEDED.search(name):
            if not call.args and not name.endswith("manual_seed"):
                return True
            continue
        if _DRAWN.search(name) and name.partition(".")[0] not in seeded and not _is_of_seed(source, call):
            return True
        inner = source.definition(name) if "." not in name else None
        if inner is not None and not source.is_in(call, inner) and inner is not node and draws(source, inner):
            return True
    return False


def _is_of_seed(source: Source, call: cst.Call) -> bool:
    """Whether a number is drawn from a generator that is made for it alone: ``default_rng(7).random()``."""
    owner = call.func.value if isinstance(call.func, cst.Attribute) else None
    return isinstance(owner, cst.Call) and bool(owner.args) and bool(_SEEDED.search(source.name(owner.func) or ""))


def _seeded_names(source: Source, node: cst.CSTNode) -> set[str]:
    """Names of generators that a piece of code makes from a seed."""
    found = set()
    for statement in source.find(cst.Assign, node):
        value, target = statement.value, statement.targets[0].target
        if not isinstance(value, cst.Call) or not value.args or not isinstance(target, cst.Name):
            continue
        if _SEEDED.search(source.name(value.func) or ""):
            found.add(target.value)
    return found

"""A list of many small Python objects that workers read: packed into arrays, whose pages processes share."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal, first_proposal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.gathering import is_empty_list
from genaudit.fix.rewrites.tree.readers import other_reader
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.steady import LIBRARIES, change_in_place
from genaudit.fix.rewrites.tree.variables import Variable, mentions, variable_of
from genaudit.model.catalogue import WORKER_DUPLICATION

_LISTS = frozenset(["list", "sorted", "json.load", "json.loads"])
_LIST_METHODS = frozenset(["split", "splitlines", "readlines", "tolist"])
_NUMBERS = {"int": "q", "len": "q", "ord": "q", "float": "d"}
"""Functions that give a number of one type, and how ``array`` calls that."""
_ARRAYS = ("numpy.", "torch.", "PIL.", "cv2.", "tensorflow.", "imageio.", "soundfile.", "librosa.", "pandas.")
_BASES = frozenset(
    """object torch.utils.data.Dataset torch.utils.data.dataset.Dataset keras.utils.Sequence keras.utils.PyDataset
    tensorflow.keras.utils.Sequence tensorflow.keras.utils.PyDataset""".split()
)
"""Classes that use no attribute of those that are made of them."""
_PACKED = '''class {name}({sequence}):
    """A list as one array of bytes, for what is only read: processes share its pages, as no entry counts references."""

    def __init__(self, entries=()):
        self.packed, self.ends = bytearray(), {array}("q")
        for entry in entries:
            self.append(entry)

    def append(self, entry):
        self.packed += {pickle}.dumps(entry, {pickle}.HIGHEST_PROTOCOL)
        self.ends.append(len(self.packed))

    def __len__(self):
        return len(self.ends)

    def __iter__(self):
        return (self[at] for at in range(len(self)))

    def __getitem__(self, index):
        places = range(len(self))[index]
        if isinstance(index, slice):
            return [self[at] for at in places]
        start = self.ends[places - 1] if places else 0
        return {pickle}.loads(self.packed[start : self.ends[places]])
'''


@dataclass
class _Kept:
    """An attribute that a constructor gives a list."""

    variable: Variable
    code: str
    """How it is written: ``self.entries``."""
    owner: cst.ClassDef
    constructor: cst.FunctionDef
    values: list[cst.BaseExpression]
    """What it is given, each an expression of the constructor."""


class PackList:
    """The rewrite for an index that must stay in memory: what each worker of a loader copies as soon as it reads it."""

    name = "pack-list"
    codes = frozenset([WORKER_DUPLICATION.code])

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text in which the list is packed when the constructor has made it."""
        source = source_of(text)
        answers = (_answer(source, kept) for kept in _kept(source, fault))
        return first_proposal(answers, "no constructor makes a list there")


# --- the list -------------------------------------------------------------------------------------------------------


def _kept(source: Source, fault: Fault) -> list[_Kept]:
    """Attributes with a list: those that hold the memory, those on the line, then others of the class around it."""
    found: dict[tuple[str, cst.ClassDef], _Kept] = {}
    for target in source.find(cst.AssignTarget):
        owner = source.up(target, cst.ClassDef)
        constructor = source.function(target)
        statement = source.parent(target)
        is_own = isinstance(target.target, cst.Attribute) and isinstance(target.target.value, cst.Name)
        if not is_own or owner is None or constructor is None or not isinstance(statement, cst.Assign):
            continue
        if constructor.name.value != "__init__" or source.class_of(constructor) is not owner:
            continue
        variable = variable_of(source, target.target)
        assert variable is not None
        new = _Kept(variable, source.code(target.target), owner, constructor, [])
        found.setdefault((variable.name, owner), new).values.append(statement.value)
    ranked = [(_rank(source, kept, fault), kept) for kept in found.values() if _is_list(source, kept)]
    return [kept for rank, kept in sorted(ranked, key=lambda pair: pair[0]) if rank < _FAR]


_FAR = 3


def _rank(source: Source, kept: _Kept, fault: Fault) -> int:
    if kept.variable.name in fault.holders:
        return 0
    if any(source.covers(source.statement(value), fault.line) for value in _made_of(source, kept)):
        return 1
    return 2 if source.covers(kept.owner, fault.line) else _FAR


def _made_of(source: Source, kept: _Kept) -> list[cst.BaseExpression]:
    """What it is given, and what a variable of the constructor was given that it is."""
    found = list(kept.values)
    for value in kept.values:
        if isinstance(value, cst.Name):
            found += [
                statement.value
                for statement in source.find(cst.Assign, kept.constructor)
                if any(source.code(target.target) == value.value for target in statement.targets)
            ]
    return found


def _is_list(source: Source, kept: _Kept) -> bool:
    """Whether it can only be a list, as far as this file tells."""
    made = [value for value in _made_of(source, kept) if not isinstance(value, cst.Name)]
    named = [value for value in kept.values if isinstance(value, cst.Name)]
    params = {param.name.value for param in source.find(cst.Param, kept.constructor.params)}
    is_given = any(isinstance(value, cst.Name) and value.value in params for value in named)
    return bool(made) and not is_given and all(_makes_list(source, value) for value in made)


def _makes_list(source: Source, value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.ListComp | cst.List):
        return True
    if not isinstance(value, cst.Call):
        return False
    is_method = isinstance(value.func, cst.Attribute) and value.func.attr.value in _LIST_METHODS
    return is_method or source.name(value.func) in _LISTS


def _entries(source: Source, kept: _Kept) -> list[cst.BaseExpression]:
    """What the text shows of how an entry is made."""
    made = _made_of(source, kept)
    names = {kept.code, *(value.value for value in kept.values if isinstance(value, cst.Name))}
    found = [value.elt for value in made if isinstance(value, cst.ListComp)]
    given = [value.args[0].value for value in made if isinstance(value, cst.Call) and value.args]
    found += [value.elt for value in given if isinstance(value, cst.GeneratorExp)]
    for call in source.find(cst.Call, kept.constructor):
        is_append = isinstance(call.func, cst.Attribute) and call.func.attr.value == "append" and len(call.args) == 1
        if is_append and isinstance(call.func, cst.Attribute) and source.code(call.func.value) in names:
            found.append(call.args[0].value)
    return found


# --- whether --------------------------------------------------------------------------------------------------------


def _answer(source: Source, kept: _Kept) -> Proposal | Refusal:
    reason = _why_not(source, kept)
    if reason is not None:
        return Refusal(reason=reason, is_near=True)
    return _packed(source, kept)


def _why_not(source: Source, kept: _Kept) -> str | None:
    code = kept.code
    foreign = next((name for name in _base_names(source, kept.owner) if name is not None), None)
    if foreign is not None:
        return f"{kept.owner.name.value} is made of {foreign}, which may use {code} as it likes"
    if source.find(cst.Return, kept.constructor.body) or not isinstance(kept.constructor.body, cst.IndentedBlock):
        return f"the constructor of {kept.owner.name.value} returns before its end"
    big = next((entry for entry in _entries(source, kept) if _is_array(source, entry)), None)
    if big is not None:
        return f"entries of {code} are arrays ({source.code(big)}), and no small objects"
    for node in mentions(source, kept.variable):
        if isinstance(node, cst.SimpleString):
            return f"line {source.line(node)} asks for {code} by its name"
        if source.function(node) is kept.constructor and source.code(node) == code:
            continue
        how = other_reader(source, node)
        if how is not None:
            return how
    return _after_assignment(source, kept)


def _after_assignment(source: Source, kept: _Kept) -> str | None:
    """What else the constructor does with the list, besides to fill and to read it."""
    for lambda_ in source.find(cst.Lambda, kept.constructor):
        if kept.code in source.code(lambda_):
            return f"line {source.line(lambda_)} keeps {kept.code} for later"
    for node in source.find(cst.Attribute, kept.constructor.body):
        if source.code(node) == kept.code and not _is_filling(source, node):
            how = other_reader(source, node)
            if how is not None:
                return how
    return _other_name(source, kept)


def _other_name(source: Source, kept: _Kept) -> str | None:
    """Where a variable that the list was filled by is still used to change it, or has another name."""
    for value in kept.values:
        if not isinstance(value, cst.Name):
            continue
        at = source.place(source.statement(value))
        for name in source.find(cst.Name, kept.constructor.body):
            is_other = isinstance(source.parent(name), cst.Assign) and name is not value
            if name.value == value.value and (is_other or (source.place(name) > at and source.function(name))):
                changed = change_in_place(source, name.value, source.statement(name))
                if is_other or changed is not None:
                    return f"line {source.line(name)} has {kept.code} by another name"
    return None


def _is_filling(source: Source, node: cst.Attribute) -> bool:
    """Whether a use of the list, before it is packed, keeps none of it: it is filled, ordered, or gone through."""
    parent = source.parent(node)
    call = source.parent(parent) if isinstance(parent, cst.Arg) else None
    if isinstance(call, cst.Call):
        return (source.name(call.func) or "").partition(".")[0] in LIBRARIES
    kinds = cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.Attribute | cst.Subscript | cst.For | cst.CompFor
    return isinstance(parent, kinds)


def _base_names(source: Source, owner: cst.ClassDef) -> list[str | None]:
    """Classes that it is made of, besides those of the file and those that use nothing of it."""
    own = {node.name.value for node in source.find(cst.ClassDef)}
    names = []
    for arg in owner.bases:
        base = arg.value.value if isinstance(arg.value, cst.Subscript) else arg.value
        names.append(source.name(base) or source.code(base))
    return [name for name in names if name not in _BASES and name not in own]


def _is_array(source: Source, entry: cst.BaseExpression) -> bool:
    """Whether an entry has an array in it, as a library gives one."""
    for call in source.find(cst.Call, entry):
        name = source.name(call.func) or ""
        outer = source.up(call, cst.Call)
        is_number = outer is not None and source.name(outer.func) in _NUMBERS and source.is_in(outer, entry)
        if name.startswith(_ARRAYS) and not is_number and not name.startswith("pandas.isna"):
            return True
    return False


# --- texts ----------------------------------------------------------------------------------------------------------


def _packed(source: Source, kept: _Kept) -> Proposal:
    changes = Changes(source)
    kind = _number(source, kept)
    if kind is not None:
        name, before = changes.function("array", "array"), f'"{kind}", '
        summary = f"{kept.code} is an array of numbers, whose pages workers share"
    else:
        name, before = source.fresh("PackedList"), ""
        helper = _PACKED.format(
            name=name,
            sequence=changes.function("collections.abc", "Sequence"),
            pickle=changes.module("pickle"),
            array=changes.function("array", "array"),
        )
        changes.helper(kept.owner, helper)
        summary = f"{kept.code} is packed into arrays, whose pages workers share"
    only = kept.values[0] if len(kept.values) == 1 else None
    empty = _filled_by_append(source, kept)
    if empty is not None:
        # Packed entry by entry, so that the whole list is never there.
        changes.replace(empty, f"{name}({before.removesuffix(', ')})")
        return Proposal(text=changes.apply(), summary=_told(kept, summary))
    is_whole = only is not None and _is_whole(source, kept, only)
    if only is not None and is_whole:
        if isinstance(only, cst.ListComp) and not only.lpar:
            _wrap(changes, only, name, before)
        else:
            called = cst.parse_expression(name)
            changes.rebuild(only, lambda updated: cst.Call(called, [*_first(before), cst.Arg(updated)]))
    else:
        last = kept.constructor.body.body[-1]
        assert isinstance(last, cst.BaseStatement)
        changes.after(last, f"{kept.code} = {name}({before}{kept.code})\n")
    return Proposal(text=changes.apply(), summary=_told(kept, summary))


def _told(kept: _Kept, summary: str) -> str:
    return f"{summary}; other files may read it, and not change it" if kept.variable.is_open else summary


def _filled_by_append(source: Source, kept: _Kept) -> cst.BaseExpression | None:
    """The empty list that the attribute begins with, where the constructor only adds to it and counts it."""
    made = _made_of(source, kept)
    plain = [value for value in made if not isinstance(value, cst.Name)]
    if len(plain) != 1 or not is_empty_list(source, plain[0]) or len(made) > 2:
        return None
    names = {kept.code, *(value.value for value in made if isinstance(value, cst.Name))}
    for node in source.find(cst.BaseExpression, kept.constructor.body):
        if not isinstance(node, cst.Name | cst.Attribute) or source.code(node) not in names:
            continue
        parent = source.parent(node)
        call = source.parent(parent) if parent is not None else None
        is_set = isinstance(parent, cst.AssignTarget) or (isinstance(parent, cst.Assign) and parent.value is node)
        is_added = isinstance(parent, cst.Attribute) and parent.attr.value == "append" and isinstance(call, cst.Call)
        is_counted = isinstance(call, cst.Call) and source.name(call.func) == "len" and isinstance(parent, cst.Arg)
        if not (is_set or is_added or is_counted):
            return None
    return plain[0]


def _first(before: str) -> list[cst.Arg]:
    return [cst.Arg(cst.SimpleString(before.removesuffix(", ")))] if before else []


def _wrap(changes: Changes, comp: cst.ListComp, name: str, before: str) -> None:
    """``PackedList(entry for …)``: the list itself is never there."""

    def wrapped(updated: cst.ListComp) -> cst.Call:
        opening = updated.lbracket.whitespace_after
        closing = updated.rbracket.whitespace_before
        bare = cst.GeneratorExp(updated.elt, updated.for_in, lpar=[], rpar=[])
        if before:
            bare = bare.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        args = [*_first(before), cst.Arg(bare, whitespace_after_arg=closing)]
        return cst.Call(cst.parse_expression(name), args, whitespace_before_args=opening)

    changes.rebuild(comp, wrapped)


def _is_whole(source: Source, kept: _Kept, value: cst.BaseExpression) -> bool:
    """Whether the list is complete where the attribute gets it, and nothing is added to it there."""
    outer = [node for node in source.above(value) if source.is_in(node, kept.constructor.body)]
    is_top = not any(isinstance(node, cst.If | cst.For | cst.While | cst.Try | cst.TryStar) for node in outer)
    others = [node for node in source.find(cst.Attribute, kept.constructor.body) if source.code(node) == kept.code]
    counts = [
        node for node in others if isinstance(call := source.up(node, cst.Call), cst.Call) and _counts(source, call)
    ]
    return is_top and len(others) - len(counts) == 1


def _counts(source: Source, call: cst.Call) -> bool:
    return source.name(call.func) == "len" and isinstance(call.args[0].value, cst.Attribute)


def _number(source: Source, kept: _Kept) -> str | None:
    """The type of an array, where every entry is a number of it and none is asked for by a slice."""
    kinds = {_kind_of(source, entry) for entry in _entries(source, kept)}
    plain = [value for value in _made_of(source, kept) if not isinstance(value, cst.Name)]
    is_shown = all(isinstance(value, cst.ListComp) or source.code(value) == "[]" for value in plain)
    if len(kinds) != 1 or None in kinds or not is_shown or not _entries(source, kept):
        return None
    for node in mentions(source, kept.variable):
        parent = source.parent(node)
        if isinstance(parent, cst.Subscript) and any(isinstance(part.slice, cst.Slice) for part in parent.slice):
            return None
    return kinds.pop()


def _kind_of(source: Source, entry: cst.BaseExpression) -> str | None:
    return _NUMBERS.get(source.name(entry.func) or "") if isinstance(entry, cst.Call) else None

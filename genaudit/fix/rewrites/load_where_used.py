"""A list of loaded items becomes a list of what they are loaded from, and each is loaded where it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from genaudit.fix.rewrites.base import HOLD_ALL, Fault, Proposal, Refusal
from genaudit.fix.rewrites.loaded.gathered import Gathered, Step, first_parameter, gathered, last_name, steps
from genaudit.fix.rewrites.loaded.inlining import inlined
from genaudit.fix.rewrites.loaded.instead import Instead, NeedsCall
from genaudit.fix.rewrites.loaded.making import check_item, free_names, split_loop
from genaudit.fix.rewrites.loaded.uses import Uses
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.later import function_of_source
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import (
    Mention,
    is_bound_at,
    is_changing,
    local_names,
    names_in,
    with_names,
)
from genaudit.fix.texts import Unfit
from genaudit.sourcetext import tree_of

_LISTS = frozenset(["sorted", "list", "listdir"])
"""Calls that give a list of their own."""
_READ_ONLY = re.compile(r"\b(?:Sequence|tuple|Tuple)\b")
_BLANK = cst.EmptyLine(indent=False)


class LoadWhereUsed:
    """``images = [load(path) for path in paths]``: ``images[i:j]`` loads what it names."""

    name = "load-where-used"
    codes = HOLD_ALL

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with the list taken apart.

        Args:
            text: The file's source.
            fault: What was found in it.
        """
        answer = _taken_apart(source_of(text), fault)
        if isinstance(answer, Proposal):
            return answer
        for written_out, line in inlined(source_of(text)):
            # The line to blame may be in the function that loads; what holds the memory is where it is called.
            further = _taken_apart(Source(written_out), replace(fault, line=line), only_line=True)
            if isinstance(further, Proposal):
                return further
        return answer


def _taken_apart(source: Source, fault: Fault, *, only_line: bool = False) -> Proposal | Refusal:
    """The first list that the fault may mean, taken apart."""
    reason = None
    for found in _named(source, fault, only_line=only_line):
        try:
            split_loop(source, found)
            check_item(source, found)
            try:
                new = _Rewriting(source, found, with_call=False).text()
            except NeedsCall:
                new = _Rewriting(source, found, with_call=True).text()
        except Unfit as unfit:
            reason = reason or unfit.reason
            continue
        return Proposal(text=new, summary=f"what {found.shown} held is loaded where it is used")
    if reason is not None:
        return Refusal(reason=reason, is_near=True)
    return Refusal(reason="no list of loaded items is made there")


def _named(source: Source, fault: Fault, *, only_line: bool) -> Iterator[Gathered]:
    """The lists that the fault may mean: made on its line, then those that hold the memory."""
    names = {name.rpartition(".")[2] for name in fault.holders}
    by_name = []
    for found in gathered(source):
        making = [found.statements[0], found.last, *([found.loop] if found.loop is not None else [])]
        if any(source.covers(step, fault.line) for step in making):
            yield found
        elif found.name in names and not only_line:
            by_name.append(found)
    yield from by_name


class _Rewriting:
    """One list, taken apart in one text.

    Args:
        source: The text.
        found: The list.
        with_call: One item is made by a function of its own.
    """

    def __init__(self, source: Source, found: Gathered, *, with_call: bool) -> None:
        self._source = source
        self._changes = Changes(source)
        self._found = found
        self._with_call = with_call
        self._added: dict[str, str] = {}
        """Attributes that are to be set, by the name that they keep."""

    def text(self) -> str:
        """The new text.

        Raises:
            Unfit: It cannot be said to be the same.
            NeedsCall: It has to be made by a function of its own.
        """
        found, source = self._found, self._source
        if not all(step is found.loop or source.is_alone(step) for step in found.statements):
            raise Unfit(f"several statements are on one line where {found.shown} is made")
        kept = self._kept_names()
        if not self._with_call and (found.prepare or found.within or "\n" in source.code(found.item)):
            raise NeedsCall
        inputs = self._inputs()
        direct = self._direct()
        sources = direct or self._on_object(self._sources_name(inputs))
        call = self._fresh(f"load_{_singular(found.name)}") if self._with_call else None
        instead = Instead(
            sources=cst.parse_expression(sources),
            inputs=inputs,
            item=with_names(found.item, kept),
            call=cst.parse_expression(self._on_object(call, is_method=True)) if call else None,
            wrap=found.wrap,
        )
        uses = Uses(source, found, self._changes, instead)
        mentions = uses.all()
        if not mentions:
            raise Unfit(f"{found.shown} is never used")
        self._check_scopes(mentions, set(kept))
        if call and not found.receiver:
            self._changes.rebuild(self._below(), _apart)
        for use in mentions:
            uses.change(use)
        if direct and uses.shuffles:
            raise Unfit(f"{direct} itself would be shuffled")
        helper = self._helper(call, inputs, kept) if call else ""
        made = "" if direct else f"{sources} = {self._snapshot(own_list=uses.shuffles)}\n"
        self._replace_statements(made + "".join(f"{kept} = {name}\n" for name, kept in self._added.items()), helper)
        if not self._is_simple_loop():
            self._fill(sources, inputs)
        return self._changes.apply()

    # --- names ----------------------------------------------------------------------------------------------------

    def _on_object(self, name: str, *, is_method: bool = False) -> str:
        receiver = self._found.receiver
        return f"{receiver}.{'_' if is_method else ''}{name}" if receiver else name

    def _fresh(self, name: str) -> str:
        while name in self._source.words or f"_{name}" in self._source.words:
            name += "_"
        return name

    def _sources_name(self, inputs: cst.BaseExpression) -> str:
        """``paths`` of ``path``, or ``image_paths``, or ``image_sources``, whatever is free."""
        one = _singular(self._found.name)
        if isinstance(inputs, cst.Name) and len(inputs.value) > 2:
            for name in (f"{inputs.value}s", f"{one}_{inputs.value}s"):
                if name not in self._source.words:
                    return name
        return self._fresh(f"{one}_sources")

    def _inputs(self) -> cst.BaseAssignTargetExpression:
        """What one item is loaded from: the loop's variables, or those of them that it is made of."""
        found, source = self._found, self._source
        target = found.target
        assert isinstance(target, cst.BaseAssignTargetExpression)
        if found.loop is None or isinstance(target, cst.Name):
            return target
        used = names_in(source, found.making, bound=False)
        ordered = [name for name in source.find(cst.Name, target) if name.value in used]
        return ordered[0] if len(ordered) == 1 else cst.Tuple([cst.Element(name) for name in ordered], lpar=(), rpar=())

    def _direct(self) -> str | None:
        """A parameter that can be used as it is: it is said to be a sequence that nobody changes."""
        found, source = self._found, self._source
        if found.receiver is not None or not isinstance(found.over, cst.Name) or not self._is_simple_loop():
            return None
        name = found.over.value
        for param in source.find(cst.Param, found.function.params):
            said = source.code(param.annotation.annotation) if param.annotation is not None else ""
            if param.name.value == name and _READ_ONLY.search(said):
                return name if name not in names_in(source, [found.function], bound=True) else None
        return None

    def _is_simple_loop(self) -> bool:
        """Whether all that the loop did was to fill the list."""
        found = self._found
        if found.loop is None:
            return True
        making = [*found.prepare, found.append, found.within]
        is_all = all(any(step is each for each in making) for step in steps(found.loop.body))
        return is_all and isinstance(found.target, cst.Name)

    # --- what an item is made of ----------------------------------------------------------------------------------

    def _kept_names(self) -> dict[str, cst.BaseExpression]:
        """What the constructor's own names are called in other methods, where an item is made of them.

        Raises:
            Unfit: An attribute that it is made of is set elsewhere too.
        """
        found, source = self._found, self._source
        if found.receiver is None:
            return {}
        for node in (node for outer in found.making for node in source.find(cst.Attribute, outer)):
            code = source.code(node)
            if self._is_own(node) and code != found.shown and self._is_set_late(node.attr.value):
                raise Unfit(f"{code}, which items of {found.shown} are made of, is set elsewhere too")
        own = local_names(source, found.statements[0], found.making)
        own -= names_in(source, [found.target]) | {found.receiver}
        return {name: cst.parse_expression(self._kept_on_object(name)) for name in sorted(own)}

    def _kept_on_object(self, name: str) -> str:
        found, source = self._found, self._source
        if is_changing(source, found.statements[0], name):
            raise Unfit(f"{name}, which items of {found.shown} are made of, gets another value further down")
        for step in steps(found.function.body):
            target = step.targets[0].target if isinstance(step, cst.Assign) and len(step.targets) == 1 else None
            is_it = isinstance(step, cst.Assign) and isinstance(step.value, cst.Name) and step.value.value == name
            is_own = isinstance(target, cst.Attribute) and self._is_own(target)
            if is_it and is_own and isinstance(target, cst.Attribute) and not self._is_set_late(target.attr.value):
                return source.code(target)
        self._added[name] = f"{found.receiver}.{self._fresh('_' + name)}"
        return self._added[name]

    def _is_own(self, node: cst.Attribute) -> bool:
        return isinstance(node.value, cst.Name) and node.value.value == self._found.receiver

    def _is_set_late(self, name: str) -> bool:
        """Whether an attribute is set more than once, or by more than the function that fills the list."""
        found, source = self._found, self._source
        stored = [
            node
            for node in source.find(cst.Attribute, found.owner)
            if node.attr.value == name and is_bound_at(source, node)
        ]
        return len(stored) > 1 or any(not source.is_in(node, found.function) for node in stored)

    def _check_scopes(self, mentions: Sequence[Mention], kept: set[str]) -> None:
        """No function that loads items may have a variable of its own of a name that they are made of."""
        found, source = self._found, self._source
        if found.receiver is None or found.owner is None:
            return
        shared = free_names(source, found) - kept
        for function in source.find(cst.FunctionDef, found.owner):
            if source.class_of(function) is not found.owner or not any(source.is_in(use, function) for use in mentions):
                continue
            if first_parameter(function) != found.receiver:
                raise Unfit(f"the object has another name in {function.name.value}")
            bound = names_in(source, [function], bound=True)
            bound |= {param.name.value for param in source.find(cst.Param, function)}
            if function is not found.function and bound & shared:
                raise Unfit(f"{min(bound & shared)} is something else in {function.name.value}")

    # --- statements -----------------------------------------------------------------------------------------------

    def _gone(self) -> list[cst.BaseStatement]:
        """The lines below the first that go; what they do is done where an item is used."""
        found, source = self._found, self._source
        if self._is_simple_loop():
            return [source.statement(step) for step in found.statements[1:]]
        lines = [source.statement(step) for step in found.prepare if source.is_alone(step)]
        return [*lines, *(source.statement(step) for step in found.statements[2:])]

    def _below(self) -> cst.BaseStatement:
        """The statement that comes next once these are gone."""
        gone = self._gone()
        following = self._source.following(self._source.statement(self._found.statements[0]))
        return next(line for line in following if not any(line is each for each in gone))

    def _replace_statements(self, code: str, helper: str) -> None:
        """Put what items are loaded from in the place of the list, with the comments of all that goes."""
        found, source, changes = self._found, self._source, self._changes
        if found.receiver and helper:
            changes.after(found.function, helper)
        elif helper:
            code += f"\n{helper}"
        gone = self._gone()
        for line in gone:
            changes.remove(line)
        first = source.parent(found.statements[0])
        assert isinstance(first, cst.SimpleStatementLine)
        if code:
            changes.put(first, code, self._comments([found.statements[0], *gone]))
        else:
            # A comment behind a line goes with it, where nothing takes its place.
            changes.remove(first)
            changes.above(self._below(), self._comments([*first.leading_lines, found.statements[0], *gone]))

    def _comments(self, lines: Sequence[cst.CSTNode]) -> list[cst.Comment]:
        """Comments in what goes, those left out that come along with what an item is made of, or by."""
        found, source = self._found, self._source
        moved = [found.over, *(self._moved() if self._with_call else [])]
        return [
            comment
            for line in lines
            for comment in source.find(cst.Comment, line)
            if not any(source.is_in(comment, node) for node in moved)
        ]

    def _snapshot(self, *, own_list: bool) -> str:
        """What the loop goes over, as a list that nobody else can change."""
        if not self._is_simple_loop():
            return "[]"
        over, source = self._found.over, self._source
        is_list = isinstance(over, cst.ListComp)
        if isinstance(over, cst.Call):
            name = last_name(over.func)
            is_list = name in _LISTS or source.code(over.func) == "glob.glob"
            is_list = is_list or (name == "range" and isinstance(over.func, cst.Name) and not own_list)
        return source.code(over) if is_list else f"list({source.code(over)})"

    def _fill(self, sources: str, inputs: cst.BaseExpression) -> None:
        """Have the loop, which does more than to fill the list, put in what an item is loaded from."""
        found, changes = self._found, self._changes
        given = inputs if isinstance(inputs, cst.Name) or inputs.lpar else _in_parentheses(inputs)
        append = cst.parse_expression(f"{sources}.append({self._source.code(given)})")
        for step in found.prepare:
            if not self._source.is_alone(step):
                changes.remove(step)
        if found.within is not None:
            changes.put(found.within, f"{self._source.code(append)}\n")
        elif found.append is not None:
            changes.rebuild(found.append, lambda updated: cst.Expr(append, semicolon=updated.semicolon))

    # --- the function that makes an item --------------------------------------------------------------------------

    def _moved(self) -> list[cst.BaseStatement | cst.BaseExpression]:
        """What goes into it as it is: whole lines with their comments."""
        found, source = self._found, self._source
        lines: list[cst.BaseStatement | cst.BaseExpression]
        lines = [source.statement(step) for step in found.prepare if source.is_alone(step)]
        if found.within is not None:
            return [*lines, found.within]
        is_line = found.append is not None and source.is_alone(found.append) and self._is_simple_loop()
        return [*lines, source.statement(found.append) if is_line and found.append is not None else found.item]

    def _helper(self, call: str, inputs: cst.BaseAssignTargetExpression, kept: dict[str, cst.BaseExpression]) -> str:
        """The function that makes one item."""
        found = self._found
        body: list[cst.BaseStatement] = [self._as_line(step) for step in found.prepare]
        item = found.item
        code = self._source.code(item)
        if "\n" in code and len(getattr(tree_of(f"x = {code}"), "body", ())) != 1:
            item = _in_parentheses(item)
        if found.append is None:
            body.append(cst.SimpleStatementLine([cst.Return(item)]))
        elif found.within is not None:
            within = found.within.deep_replace(found.append, cst.Return(item))
            assert isinstance(within, cst.With)
            body.append(within if self._is_simple_loop() else within.with_changes(leading_lines=()))
        else:
            line = self._as_line(found.append, with_comments=self._is_simple_loop())
            body.append(line.with_changes(body=[cst.Return(item)]))
        name = f"_{call}" if found.receiver else call
        made = function_of_source(name, inputs, cst.IndentedBlock(body), found.receiver)
        return self._source.module.code_for_node(made.with_changes(body=with_names(made.body, kept)))

    def _as_line(self, step: Step, *, with_comments: bool = True) -> cst.SimpleStatementLine:
        """A statement with the comments around it, where its line has no other; else a line of it alone."""
        line = self._source.statement(step)
        if with_comments and self._source.is_alone(step) and isinstance(line, cst.SimpleStatementLine):
            return line
        assert isinstance(step, cst.BaseSmallStatement)
        return cst.SimpleStatementLine([step.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])


def _apart(updated: cst.BaseStatement) -> cst.BaseStatement:
    """A statement with a blank line above it."""
    above: Sequence[cst.EmptyLine] = updated.leading_lines  # type: ignore[attr-defined]
    is_apart = bool(above) and above[0].comment is None
    return updated if is_apart else updated.with_changes(leading_lines=[_BLANK, *above])


def _in_parentheses(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _singular(name: str) -> str:
    name = name.strip("_")
    return name[:-1] if name.endswith("s") and len(name) > 3 else name

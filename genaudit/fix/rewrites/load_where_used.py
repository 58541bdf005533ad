"""A list of loaded items becomes a list of what they are loaded from, and each is loaded where it is used."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.loaded.edits import Edits
from genaudit.fix.rewrites.loaded.gathered import Gathered, Unfit, first_parameter, functions, gathered, last_name
from genaudit.fix.rewrites.loaded.inlining import inlined
from genaudit.fix.rewrites.loaded.making import check_item, free_names, is_global, making, names_in, split_loop
from genaudit.fix.rewrites.loaded.uses import Names, NeedsCall, Uses
from genaudit.model.catalogue import EAGER_INIT, EAGER_LOAD, WHOLE_FILE_READ, WORKER_DUPLICATION
from genaudit.sourcetext import tree_of

_LISTS = frozenset(["sorted", "list", "listdir"])
"""Calls that give a list of their own."""
_READ_ONLY = re.compile(r"\b(?:Sequence|tuple|Tuple)\b")
INDENT = "    "


class LoadWhereUsed:
    """``images = [load(path) for path in paths]``: ``images[i:j]`` loads what it names."""

    name = "load-where-used"
    codes = frozenset(pattern.code for pattern in (EAGER_LOAD, EAGER_INIT, WHOLE_FILE_READ, WORKER_DUPLICATION))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with the list taken apart.

        Args:
            text: The file's source.
            fault: What was found in it.
        """
        answer = _taken_apart(text, fault)
        if isinstance(answer, Proposal):
            return answer
        for written_out, line in inlined(text):
            # The line to blame may be in the function that loads; what holds the memory is where it is called.
            further = _taken_apart(written_out, replace(fault, line=line), only_line=True)
            if isinstance(further, Proposal):
                return further
        return answer


def _taken_apart(text: str, fault: Fault, *, only_line: bool = False) -> Proposal | Refusal:
    """The first list that the fault may mean, taken apart."""
    tree = tree_of(text)
    reason = None
    for found in _named(tree, fault, only_line=only_line) if tree is not None else []:
        for with_call in (False, True):
            try:
                new = _Rewriting(text, found, with_call=with_call).text()
            except NeedsCall:
                continue
            except Unfit as unfit:
                reason = reason or unfit.reason
                break
            return Proposal(text=new, summary=f"what {found.shown} held is loaded where it is used")
    if reason is not None:
        return Refusal(reason=reason, is_near=True)
    return Refusal(reason="no list of loaded items is made there")


def _named(tree: ast.Module, fault: Fault, *, only_line: bool) -> list[Gathered]:
    """The lists that the fault may mean: made on its line, then those that hold the memory."""
    names = {name.rpartition(".")[2] for name in fault.holders}
    on_line, by_name = [], []
    for found in gathered(tree):
        first, last = found.statements[0], found.last
        if any(statement.lineno <= fault.line <= (statement.end_lineno or 0) for statement in (first, last)) or (
            found.loop is not None and found.loop.lineno <= fault.line <= (found.loop.end_lineno or 0)
        ):
            on_line.append(found)
        elif found.name in names and not only_line:
            by_name.append(found)
    return [*on_line, *by_name]


class _Rewriting:
    """One list, taken apart in one text."""

    def __init__(self, text: str, found: Gathered, *, with_call: bool) -> None:
        # Each try has a tree of its own: what is found in it is changed on the way.
        tree = tree_of(text)
        assert tree is not None
        self._tree = tree
        self._edits = Edits(text)
        self._words = set(re.findall(r"\w+", text))
        self._found = next(each for each in gathered(tree) if _is_same(each, found))
        self._with_call = with_call

    def text(self) -> str:
        """The new text.

        Raises:
            Unfit: It cannot be said to be the same.
            NeedsCall: It has to be made by a function of its own.
        """
        found, edits = self._found, self._edits
        if not all(edits.is_alone(statement) for statement in found.statements):
            raise Unfit(f"several statements are on one line where {found.shown} is made")
        split_loop(found)
        check_item(found)
        self._kept = self._kept_names()
        item_text = self._own_text(found.item)
        needs_call = bool(found.prepare or found.within or "\n" in edits.source(found.item))
        if needs_call and not self._with_call:
            raise NeedsCall
        inputs = self._inputs()
        direct = self._direct()
        sources = direct or self._sources_name(inputs)
        shown = direct or self._on_object(sources)
        call = self._fresh(f"load_{_singular(found.name)}") if self._with_call else None
        found.target = inputs
        names = Names(sources=shown, item_text=item_text, call=call and self._on_object(call, is_method=True))
        uses = Uses(self._tree, found, edits, names, self._kept)
        mentions = uses.all()
        if not mentions:
            raise Unfit(f"{found.shown} is never used")
        self._check_scopes(mentions)
        for use in mentions:
            uses.change(use)
        if direct and uses.shuffles:
            raise Unfit(f"{direct} itself would be shuffled")
        helper = self._helper(call, inputs) if call else ""
        self._replace_statements(shown if not direct else None, helper, own_list=uses.shuffles)
        return edits.apply()

    # --- names

    def _on_object(self, name: str, *, is_method: bool = False) -> str:
        receiver = self._found.receiver
        return f"{receiver}.{'_' if is_method else ''}{name}" if receiver else name

    def _fresh(self, name: str) -> str:
        while name in self._words or f"_{name}" in self._words:
            name += "_"
        return name

    def _sources_name(self, inputs: ast.expr) -> str:
        """``paths`` of ``path``, or ``image_paths``, or ``image_sources``, whatever is free."""
        one = _singular(self._found.name)
        if isinstance(inputs, ast.Name) and len(inputs.id) > 2:
            for name in (f"{inputs.id}s", f"{one}_{inputs.id}s"):
                if name not in self._words:
                    return name
        return self._fresh(f"{one}_sources")

    def _inputs(self) -> ast.expr:
        """What one item is loaded from: the loop's variables, or those of them that it is made of."""
        found = self._found
        if found.loop is None or isinstance(found.target, ast.Name):
            return found.target
        used = names_in(making(found), ast.Load)
        ordered = [node for node in ast.walk(found.target) if isinstance(node, ast.Name) and node.id in used]
        if len(ordered) == 1:
            return ordered[0]
        return ast.parse(", ".join(node.id for node in ordered), mode="eval").body

    def _direct(self) -> str | None:
        """A parameter that can be used as it is: it is said to be a sequence that nobody changes."""
        found = self._found
        source = found.source
        if found.receiver is not None or not isinstance(source, ast.Name) or not self._is_simple_loop():
            return None
        args = found.function.args
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
            if arg.arg == source.id and arg.annotation is not None and _READ_ONLY.search(ast.unparse(arg.annotation)):
                stored = names_in([found.function], ast.Store)
                return source.id if source.id not in stored else None
        return None

    def _is_simple_loop(self) -> bool:
        """Whether all that the loop did was to fill the list."""
        found = self._found
        if found.loop is None:
            return True
        left = [
            statement
            for statement in found.loop.body
            if statement not in found.prepare and statement not in (found.append, found.within)
        ]
        return not left and isinstance(found.target, ast.Name)

    # --- what an item is made of

    def _kept_names(self) -> dict[str, str]:
        """What the constructor's own names are called in other methods, where an item is made of them.

        Raises:
            Unfit: An attribute that it is made of is set elsewhere too.
        """
        found = self._found
        if found.receiver is None:
            return {}
        assert found.owner is not None
        for node in (node for outer in making(found) for node in ast.walk(outer)):
            if isinstance(node, ast.Attribute) and _is_of(node, found.receiver) and self._is_set_late(node.attr):
                raise Unfit(f"{ast.unparse(node)}, which items of {found.shown} are made of, is set elsewhere too")
        own = sorted(name for name in free_names(found) - {found.receiver} if not is_global(name, found))
        return {name: self._kept_on_object(name) for name in own}

    def _kept_on_object(self, name: str) -> str:
        found = self._found
        stored = [node for node in ast.walk(found.function) if isinstance(node, ast.Name) and node.id == name]
        if any(isinstance(node.ctx, ast.Store) and node.lineno > found.statements[0].lineno for node in stored):
            raise Unfit(f"{name}, which items of {found.shown} are made of, gets another value further down")
        for statement in found.function.body:
            if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                continue
            target, value = statement.targets[0], statement.value
            is_it = isinstance(target, ast.Attribute) and isinstance(value, ast.Name) and value.id == name
            if is_it and _is_of(target, found.receiver) and not self._is_set_late(target.attr):  # type: ignore[attr-defined]
                return f"{found.receiver}.{target.attr}"  # type: ignore[attr-defined]
        self._added = {**self._added, name: f"{found.receiver}.{self._fresh('_' + name)}"}
        return self._added[name]

    _added: dict[str, str] = {}  # noqa: RUF012 - replaced, never changed
    """Attributes that are to be set, by the name that they keep."""

    def _is_set_late(self, name: str) -> bool:
        """Whether an attribute is set more than once, or by more than the function that fills the list."""
        found = self._found
        assert found.owner is not None
        stored = [
            node
            for node in ast.walk(found.owner)
            if isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load)
        ]
        return len(stored) > 1 or any(node not in set(ast.walk(found.function)) for node in stored)

    def _own_text(self, node: ast.AST) -> str:
        """The text of what makes an item, with the object's names in place of the constructor's."""
        edits = self._edits
        begin, text = edits.start(node), edits.source(node)
        for name in sorted(
            (each for each in ast.walk(node) if isinstance(each, ast.Name) and each.id in self._kept),
            key=edits.start,
            reverse=True,
        ):
            first, last = edits.start(name) - begin, edits.end(name) - begin
            text = text[:first] + self._kept[name.id] + text[last:]
        return text

    def _check_scopes(self, mentions: list[ast.expr]) -> None:
        """No function that loads items may have a variable of its own of a name that they are made of."""
        found = self._found
        if found.receiver is None:
            return
        shared = free_names(found) - set(self._kept) - {found.receiver}
        used = {node for use in mentions for node in [use]}
        for function, owner in functions(self._tree):
            inside = set(ast.walk(function))
            if owner is not found.owner or not used & inside:
                continue
            if first_parameter(function) != found.receiver:
                raise Unfit(f"the object has another name in {function.name}")
            bound = names_in([function], ast.Store) | {node.arg for node in inside if isinstance(node, ast.arg)}
            clash = bound & shared
            if clash and function is not found.function:
                raise Unfit(f"{min(clash)} is something else in {function.name}")

    # --- statements

    def _replace_statements(self, sources: str | None, helper: str, *, own_list: bool) -> None:
        """Put what items are loaded from in the place of the list."""
        found, edits = self._found, self._edits
        first, indent = found.statements[0], edits.indent(found.statements[0])
        added = "".join(f"{indent}{kept} = {name}\n" for name, kept in self._added.items())
        local_helper = "" if found.receiver else helper
        if found.receiver and helper:
            edits.insert_after(found.function, f"\n{helper}")
        if self._is_simple_loop():
            made = f"{indent}{sources} = {self._snapshot(own_list=own_list)}\n" if sources else ""
            edits.replace_lines(first, first, made + added + local_helper)
            for statement in found.statements[1:]:
                edits.replace_lines(statement, statement, "")
            return
        edits.replace_lines(first, first, f"{indent}{sources} = []\n{added}{local_helper}")
        for statement in found.prepare:
            edits.replace_lines(statement, statement, "")
        append = found.within or found.append
        assert append is not None
        given = ast.unparse(found.target)
        given = given if isinstance(found.target, ast.Name) or given.startswith("(") else f"({given})"
        edits.replace_lines(append, append, f"{edits.indent(append)}{sources}.append({given})\n")
        for statement in found.statements[2:]:
            edits.replace_lines(statement, statement, "")

    def _snapshot(self, *, own_list: bool) -> str:
        """What the loop goes over, as a list that nobody else can change."""
        source = self._found.source
        text = self._edits.source(source)
        is_list = isinstance(source, ast.ListComp)
        if isinstance(source, ast.Call):
            name = last_name(source.func)
            is_list = name in _LISTS or ast.unparse(source.func) == "glob.glob"
            is_list = is_list or (name == "range" and isinstance(source.func, ast.Name) and not own_list)
        return text if is_list else f"list({text})"

    def _helper(self, call: str, inputs: ast.expr) -> str:
        """The function that makes one item."""
        found, edits = self._found, self._edits
        given = inputs.id if isinstance(inputs, ast.Name) else "source"
        if found.receiver:
            indent = edits.indent(found.function)
            head = f"{indent}def _{call}({found.receiver}, {given}):\n"
        else:
            indent = edits.indent(found.statements[0])
            head = f"\n{indent}def {call}({given}):\n"
        inner = indent + INDENT
        lines = [] if isinstance(inputs, ast.Name) else [f"{inner}{ast.unparse(inputs).strip('()')} = {given}"]
        lines += [self._moved(statement, inner) for statement in found.prepare]
        if found.within is not None:
            lines.append(self._moved(found.within, inner))
        else:
            item = self._own_text(found.item)
            lines.append(f"{inner}return ({item})" if "\n" in item else f"{inner}return {item}")
        tail = "" if found.receiver else "\n"
        return head + "\n".join(lines) + "\n" + tail

    def _moved(self, statement: ast.stmt, indent: str) -> str:
        """A statement under another indentation; the append at its end gives the item."""
        edits, found = self._edits, self._found
        text = self._own_text(statement)
        if '"""' in text or "'''" in text:
            raise Unfit("a text of several lines is where an item is made")
        if found.append is not None and found.append in set(ast.walk(statement)):
            head, _, _ = text.rpartition(self._own_text(found.append))
            text = f"{head}return {self._own_text(found.item)}"
            if not head:
                raise Unfit("the statement that appends an item could not be moved")
        before = edits.indent(statement)
        first, *others = text.split("\n")
        moved = [line.removeprefix(before) for line in others]
        return "\n".join([f"{indent}{first}", *(f"{indent}{line}" if line.strip() else line for line in moved)])


def _is_same(one: Gathered, other: Gathered) -> bool:
    return one.statements[0].lineno == other.statements[0].lineno and one.name == other.name


def _is_of(node: ast.AST, receiver: str | None) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == receiver


def _singular(name: str) -> str:
    name = name.strip("_")
    return name[:-1] if name.endswith("s") and len(name) > 3 else name

"""Changes of a text, gathered node by node and made at once."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from genaudit.fix.rewrites.tree.source import Source

Change = Callable[[Any], Any]


class Changes:
    """What is to be changed in a text. All else stays as it is, to the last blank.

    Args:
        source: The text.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._changes: dict[cst.CSTNode, list[Change]] = {}
        self._imports: list[str] = []
        self._added: list[str] = []
        self._moved: set[cst.CSTNode] = set()

    def replace(self, node: cst.CSTNode, code: str) -> None:
        """Write another expression in the place of one."""
        new = cst.parse_expression(code, self._source.module.config_for_parsing)
        self._add(node, lambda updated: _with_parentheses_of(updated, new))

    def rebuild(self, node: cst.CSTNode, change: Change) -> None:
        """Make a new node of the one that is there, whose own parts may have changed already."""
        self._add(node, change)

    def remove(self, statement: cst.CSTNode) -> None:
        """Leave a statement out; a block that has nothing else gets ``pass``, or goes with its ``if``."""
        self._add(statement, lambda _updated: cst.RemoveFromParent())

    def before(self, statement: cst.BaseStatement, code: str | Callable[[], str]) -> None:
        """Write statements above one, behind the comments and blank lines that are above it.

        Args:
            statement: What is below.
            code: Of the statements; a function gives what is only known once the statement has been changed.
        """

        def insert(updated: Any) -> Any:
            first, *others = self._parsed(code if isinstance(code, str) else code())
            leading = updated.leading_lines
            # A function stands apart from what follows it.
            blank = [cst.EmptyLine(indent=False)] if isinstance(first, cst.FunctionDef) else []
            return cst.FlattenSentinel(
                [
                    first.with_changes(leading_lines=[*leading, *first.leading_lines]),
                    *others,
                    updated.with_changes(leading_lines=blank),
                ]
            )

        self._add(statement, insert)

    def after(self, statement: cst.BaseStatement, code: str) -> None:
        """Write statements below one."""

        def append(updated: Any) -> Any:
            first, *others = self._parsed(code)
            if isinstance(first, cst.FunctionDef):
                first = first.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
            return cst.FlattenSentinel([updated, first, *others])

        self._add(statement, append)

    def put(self, statement: cst.BaseStatement, code: str, comments: Sequence[cst.Comment] | None = None) -> None:
        """Write statements in the place of one, whose comments above it stay.

        Args:
            statement: What goes; a simple one where there are comments.
            code: Of the statements.
            comments: Those of what goes besides: they come above it, and the comment behind it stays, too; above a
                statement with a block.
        """

        def change(updated: Any) -> Any:
            first, *others = self._parsed(code)
            above = list(comments or ())
            if comments is not None and not _is_of_type(updated.trailing_whitespace.comment):
                if isinstance(first, cst.SimpleStatementLine):
                    first = first.with_changes(trailing_whitespace=updated.trailing_whitespace)
                elif updated.trailing_whitespace.comment is not None:
                    above.append(updated.trailing_whitespace.comment)
            first = first.with_changes(leading_lines=[*updated.leading_lines, *_as_lines(above)])
            return cst.FlattenSentinel([first, *others])

        self._add(statement, change)

    def above(self, statement: cst.BaseStatement, comments: Sequence[cst.Comment]) -> None:
        """Put comments above a statement, and above those that it has."""
        lines = _as_lines(comments)
        self._add(statement, lambda updated: updated.with_changes(leading_lines=[*lines, *updated.leading_lines]))

    def move_into(self, block: cst.With, statements: Sequence[cst.BaseStatement]) -> None:
        """Put the statements behind a block into it, at its end, with what is changed in them."""

        def gather(updated: Any) -> Any:
            others = self._moved.difference(statements)
            moved = self._changed(statements, others)
            return updated.with_changes(body=updated.body.with_changes(body=[*updated.body.body, *moved]))

        self._add(block, gather)
        self._moved.update(statements)

    def enclose(self, statements: Sequence[cst.BaseStatement], outer: Callable[[cst.IndentedBlock], Any]) -> None:
        """Put statements that follow each other into a block of a new statement, with what is changed in them."""
        first, *others = statements

        def gather(updated: Any) -> Any:
            left = self._moved.difference(others)
            moved = self._changed(others, left)
            return outer(cst.IndentedBlock([updated, *moved]))

        self._add(first, gather)
        self._moved.update(others)

    def _changed(self, statements: Sequence[cst.BaseStatement], left_out: set[cst.CSTNode]) -> list[Any]:
        """Statements with what is changed in them; one may have become several, or none."""
        made: list[Any] = []
        for statement in statements:
            new = statement.visit(_Changer(self._changes, left_out))
            if isinstance(new, cst.FlattenSentinel):
                made += new
            elif not isinstance(new, cst.RemovalSentinel):
                made.append(new)
        return made

    def module(self, name: str) -> str:
        """What a module is called in the text; where it is not imported, the import is added."""
        for bound, dotted in self._source.top_imports.items():
            if dotted == name:
                return bound
        if name not in self._names_in(self._source.module):
            self._need(f"import {name}")
            return name
        other = self._source.fresh(f"{name}_")
        self._need(f"import {name} as {other}")
        return other

    def function(self, module: str, name: str) -> str:
        """What a function of a module is called in the text; it is imported as its neighbours are."""
        dotted = self._source.top_imports
        known = [bound for bound, path in dotted.items() if path == f"{module}.{name}"]
        if known:
            return known[0]
        beside = [
            node
            for node in self._source.find(cst.ImportFrom)
            if node.module is not None and self._source.code(node.module) == module and node in self._at_top()
        ]
        if module in dotted.values() or not beside or name in self._source.words:
            return f"{self.module(module)}.{name}"
        if name not in self._added:
            self._added.append(name)
            self.rebuild(beside[0], lambda updated: _with_name(updated, name))
        return name

    def _at_top(self) -> list[cst.CSTNode]:
        lines = [node for node in self._source.module.body if isinstance(node, cst.SimpleStatementLine)]
        return [part for line in lines for part in line.body]

    def helper(self, user: cst.CSTNode, code: str) -> None:
        """Write a function or a class of its own above the definition, or the statement of the module, that uses it."""
        top = next(node for node in self._source.module.body if self._source.is_in(user, node))
        blank = [cst.EmptyLine(indent=False)] * 2

        def insert(updated: Any) -> Any:
            own = [line for line in updated.leading_lines if line.comment is not None]
            first, *others = self._parsed(code)
            helper = first.with_changes(leading_lines=[*blank, *first.leading_lines])
            return cst.FlattenSentinel([helper, *others, updated.with_changes(leading_lines=[*blank, *own])])

        self._add(top, insert)

    def apply(self) -> str:
        """The new text."""
        module = self._source.module.visit(_Changer(self._changes, self._moved))
        body = list(module.body)
        for code in self._imports:
            body = _with_import(body, cst.parse_statement(code, self._source.module.config_for_parsing))
        module = module.with_changes(body=body)
        idle = self._names_in(self._source.module) - self._names_in(module)
        text = module.visit(_Importless(idle & self._source.imports.keys())).code
        before = self._source.module.code
        return text if before.startswith("\n") else text.lstrip("\n")

    def _names_in(self, module: cst.Module) -> set[str]:
        """Names that code uses, what is imported left out."""
        found: set[str] = set()
        stack: list[cst.CSTNode] = [module]
        while stack:
            node = stack.pop()
            if isinstance(node, cst.Name):
                found.add(node.value)
            if not isinstance(node, cst.Import | cst.ImportFrom):
                stack.extend(node.children)
        return found

    def _need(self, statement: str) -> None:
        if statement not in self._imports:
            self._imports.append(statement)

    def _add(self, node: cst.CSTNode, change: Change) -> None:
        self._changes.setdefault(node, []).append(change)

    def _parsed(self, code: str) -> list[Any]:
        parsed = cst.parse_module(code, self._source.module.config_for_parsing)
        first, *others = parsed.body
        # Comments above the first are the module's to libcst. Blank lines between them have no blanks.
        first = first.with_changes(leading_lines=[*parsed.header, *first.leading_lines])
        return [first, *(_with_plain_lines(statement) for statement in others)]


class _Changer(cst.CSTTransformer):
    def __init__(self, changes: dict[cst.CSTNode, list[Change]], moved: set[cst.CSTNode]) -> None:
        super().__init__()
        self._changes = changes
        self._moved = moved
        self._emptied: set[cst.CSTNode] = set()

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        if isinstance(original_node, cst.BaseSuite):
            updated_node = self._filled(original_node, updated_node)
        if isinstance(original_node, cst.SimpleStatementLine) and original_node.body and not updated_node.body:
            return cst.RemoveFromParent()
        if isinstance(original_node, cst.SimpleStatementLine) and len(updated_node.body) < len(original_node.body):
            last = updated_node.body[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            updated_node = updated_node.with_changes(body=[*updated_node.body[:-1], last])
        if self._is_idle(original_node) or original_node in self._moved:
            return cst.RemoveFromParent()
        for change in self._changes.get(original_node, ()):
            updated_node = _on_own(updated_node, change)
        return updated_node

    def _filled(self, original: cst.BaseSuite, updated: Any) -> Any:
        if not original.body or updated.body:
            return _closed_up(original, updated)
        self._emptied.add(original)
        passed = cst.Pass()
        if isinstance(original, cst.SimpleStatementSuite):
            return updated.with_changes(body=[passed])
        return updated.with_changes(body=[cst.SimpleStatementLine([passed])])

    def _is_idle(self, node: cst.CSTNode) -> bool:
        """Whether a statement has nothing left to do, and asking its condition does nothing either."""
        if isinstance(node, cst.If):
            return node.body in self._emptied and node.orelse is None and _is_still(node.test)
        if isinstance(node, cst.For):
            return node.body in self._emptied and node.orelse is None and _is_sliced(node.iter)
        return False


def _closed_up(original: cst.BaseSuite, updated: Any) -> Any:
    """A block whose first statement has gone begins without the blank lines that set the second one apart."""
    old, new = original.body[0], updated.body[0]
    was_apart = any(line.comment is None for line in getattr(old, "leading_lines", ())[:1])
    if was_apart or not getattr(new, "leading_lines", ()) or new.leading_lines[0].comment is not None:
        return updated
    at = next((at for at, line in enumerate(new.leading_lines) if line.comment is not None), len(new.leading_lines))
    first = new.with_changes(leading_lines=new.leading_lines[at:])
    return updated.with_changes(body=[first, *updated.body[1:]])


class _Importless(cst.CSTTransformer):
    """Leaves out imports of names that the text no longer uses."""

    def __init__(self, idle: set[str]) -> None:
        super().__init__()
        self._idle = idle

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        if isinstance(original_node, cst.SimpleStatementLine) and original_node.body and not updated_node.body:
            return cst.RemoveFromParent()
        if not isinstance(original_node, cst.Import | cst.ImportFrom) or isinstance(
            original_node.names, cst.ImportStar
        ):
            return updated_node
        names = [alias for alias in updated_node.names if alias.evaluated_alias not in self._idle]
        names = [alias for alias in names if alias.evaluated_alias or alias.evaluated_name not in self._idle]
        if not names:
            return cst.RemoveFromParent()
        if len(names) < len(updated_node.names) and names[-1] is not updated_node.names[-1]:
            names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(names=names)


_BUSY = (cst.Call, cst.Await, cst.Yield, cst.NamedExpr)


def _is_still(node: cst.CSTNode) -> bool:
    """Whether computing an expression changes nothing."""
    if isinstance(node, _BUSY):
        return isinstance(node, cst.Call) and _is_len(node) and all(_is_still(child) for child in node.args)
    return all(_is_still(child) for child in node.children)


def _is_len(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Name) and call.func.value in {"len", "range", "isinstance"}


def _is_sliced(node: cst.BaseExpression) -> bool:
    """Whether a loop over an expression uses nothing up: a slice, or a range."""
    if isinstance(node, cst.Call):
        return _is_len(node) and _is_still(node)
    # What a generator goes through was gone through before, and is looked at again: an iterator would be empty then.
    return isinstance(node, cst.Subscript | cst.GeneratorExp) and _is_still(node)


def _on_own(updated: Any, change: Change) -> Any:
    """A node changed once more; where others have been put before it, these stay."""
    if not isinstance(updated, cst.FlattenSentinel):
        return change(updated)
    *others, own = updated
    new = change(own)
    if isinstance(new, cst.RemovalSentinel):
        return cst.FlattenSentinel(others)
    return cst.FlattenSentinel([*others, *(new if isinstance(new, cst.FlattenSentinel) else [new])])


def _as_lines(comments: Sequence[cst.Comment]) -> list[cst.EmptyLine]:
    return [cst.EmptyLine(comment=comment) for comment in comments if not _is_of_type(comment)]


def _is_of_type(comment: cst.Comment | None) -> bool:
    """Whether a comment says the type of what it stands behind, and would say that of another thing."""
    return comment is not None and re.match(r"#\s*type:", comment.value) is not None


def _with_plain_lines(statement: Any) -> Any:
    lines = [line if line.comment is not None else cst.EmptyLine(indent=False) for line in statement.leading_lines]
    return statement.with_changes(leading_lines=lines)


def _with_parentheses_of(old: Any, new: Any) -> Any:
    """A new expression that spans lines, where only the old one's parentheses allowed it to."""
    if getattr(old, "lpar", ()) and not new.lpar:
        return new.with_changes(lpar=old.lpar, rpar=old.rpar)
    return new


# --- imports --------------------------------------------------------------------------------------------------------


def _with_import(body: Sequence[Any], statement: Any) -> list[Any]:
    """The statements of a module with one more import, among those of its kind."""
    at = next((k for k, node in enumerate(body) if _imported(node) not in {None, "__future__"}), None)
    if at is None:
        return _at_top(body, statement)
    name = _imported(statement)
    assert name is not None
    stop = at
    while (
        stop < len(body) and _imported(body[stop]) is not None and _is_standard(body[stop]) == _is_standard(statement)
    ):
        if isinstance(body[stop].body[0], cst.ImportFrom) or str(_imported(body[stop])) > name:
            break
        stop += 1
    if stop == at:
        leading = body[at].leading_lines
        blank = [] if _is_standard(body[at]) == _is_standard(statement) else [cst.EmptyLine(indent=False)]
        first = statement.with_changes(leading_lines=leading)
        return [*body[:at], first, body[at].with_changes(leading_lines=blank), *body[at + 1 :]]
    return [*body[:stop], statement, *body[stop:]]


def _with_name(imported: cst.ImportFrom, name: str) -> cst.ImportFrom:
    """``from module import`` one name more."""
    if isinstance(imported.names, cst.ImportStar):
        return imported
    last = imported.names[-1]
    comma = last.comma if isinstance(last.comma, cst.Comma) else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    new = cst.ImportAlias(cst.Name(name), comma=last.comma)
    return imported.with_changes(names=[*imported.names[:-1], last.with_changes(comma=comma), new])


def _at_top(body: Sequence[Any], statement: Any) -> list[Any]:
    """The import in a module that has none: behind its docstring and what comes from the future."""
    at = 0
    while at < len(body) and (_is_docstring(body[at]) or _imported(body[at]) == "__future__"):
        at += 1
    leading = [cst.EmptyLine(indent=False)] if at else []
    return [*body[:at], statement.with_changes(leading_lines=leading), *body[at:]]


def _is_docstring(node: Any) -> bool:
    return (
        isinstance(node, cst.SimpleStatementLine)
        and isinstance(node.body[0], cst.Expr)
        and isinstance(node.body[0].value, cst.SimpleString | cst.ConcatenatedString)
    )


def _imported(node: Any) -> str | None:
    """The module that a line imports from; ``None`` for all other statements."""
    if not isinstance(node, cst.SimpleStatementLine) or not node.body:
        return None
    first = node.body[0]
    if isinstance(first, cst.Import):
        return cst.Module([]).code_for_node(first.names[0].name)
    if isinstance(first, cst.ImportFrom):
        return cst.Module([]).code_for_node(first.module) if first.module else "."
    return None


def _is_standard(node: Any) -> bool:
    return str(_imported(node)).partition(".")[0] in sys.stdlib_module_names

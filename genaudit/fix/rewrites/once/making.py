"""What is made anew, with the statements beside it that it takes: they are moved together."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.once.roots import ONE_PASS, code_of
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.steady import names_read


class Unfit(Exception):  # noqa: N818 - it is a reason
    """Why it has to be made anew, in one sentence for the user."""


@dataclass
class Making:
    """What is made anew, with the statements beside it that it takes."""

    root: cst.BaseExpression | cst.FunctionDef
    block: cst.BaseSuite
    """Whose code runs again and again."""
    name: str | None
    """The variable that has it; ``None`` where it is used at once."""
    statements: list[cst.BaseStatement]
    """Those that are moved, in their order; of what is used at once, without it."""

    def parts(self, moved: list[cst.BaseStatement]) -> list[cst.CSTNode]:
        """All that is run elsewhere: the statements, and what is used at once."""
        return [*moved, *([] if self.name is not None else [self.root])]


def making_at(source: Source, root: cst.BaseExpression | cst.FunctionDef, block: cst.BaseSuite) -> Making:
    """What is made by one of the statements of a block, whatever comes before it."""
    statement = root if isinstance(root, cst.FunctionDef) else source.statement(root)
    shown = code_of(source, root)
    if not any(node is statement for node in block.body):
        raise Unfit(f"{shown} is made under a condition, or in a block of its own")
    if isinstance(root, cst.FunctionDef):
        return Making(root, block, root.name.value, [root])
    small = source.small(root)
    if isinstance(small, cst.Assign) and small.value is root:
        target = small.targets[0].target
        if len(small.targets) > 1 or not isinstance(target, cst.Name):
            raise Unfit(f"{shown} is kept in {source.code(target)}, which other code may see")
        return Making(root, block, target.value, [statement])
    if small is None and isinstance(statement, cst.For) and source.is_in(root, statement.iter):
        return Making(root, block, None, [])
    raise Unfit(f"{shown} is used on line {source.line(root)} in another way than by a loop or a name")


def moved_with(source: Source, making: Making, changing: dict[str, list[cst.CSTNode]]) -> list[cst.BaseStatement]:
    """The statements of the block that are to be moved: those that bind what it is made of, and itself."""
    moved: list[cst.BaseStatement] = list(making.statements)
    shown = shown_name(source, making)
    todo = sorted(names_of(source, making, moved) | ({making.name} if making.name else set()))
    done: set[str] = set()
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        for node in changing.get(name, []):
            statement = node if isinstance(node, cst.FunctionDef) else source.statement(node)
            if any(statement is each for each in moved):
                continue
            is_here = any(each is statement for each in making.block.body)
            if not is_here or not _is_movable(statement):
                where = f"gets another value on line {source.line(node)}"
                raise Unfit(f"{shown} depends on {name}, which {where}" if name != making.name else f"{name} {where}")
            moved.append(statement)
            todo += sorted(names_read(source, statement))
    last = source.line(making.root)
    if any(source.line(each) > last and not _is_step(each, making) for each in moved):
        raise Unfit(f"{shown} depends on what an earlier round of the loop has left")
    return sorted(moved, key=source.place)


def _is_step(statement: cst.CSTNode, making: Making) -> bool:
    """``dataset = dataset.batch(8)``."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    value = small.value if isinstance(small, cst.Assign) else None
    while (
        isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value not in ONE_PASS
    ):
        value = value.func.value
    return isinstance(value, cst.Name) and value.value == making.name


def _is_movable(statement: cst.CSTNode) -> bool:
    """Whether it only gives one name a value, or is a plain function."""
    if isinstance(statement, cst.FunctionDef):
        return not statement.decorators and statement.asynchronous is None
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    small = statement.body[0]
    return isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.targets[0].target, cst.Name)


def names_of(source: Source, making: Making, moved: list[cst.BaseStatement]) -> set[str]:
    """Names that all of it is made of."""
    return set().union(*(names_read(source, part) for part in making.parts(moved)))


def shown_name(source: Source, making: Making) -> str:
    """What the user is told of it by: its variable, or the call that makes it."""
    return making.name or code_of(source, making.root)


def text_of(source: Source, statement: cst.BaseStatement) -> str:
    """A statement by itself, with the comments above it and without blank lines."""
    leading = [line for line in getattr(statement, "leading_lines", ()) if line.comment is not None]
    return source.module.code_for_node(statement.with_changes(leading_lines=leading))


def joined(texts: list[str]) -> str:
    """Statements one below the other; a function stands apart from the others."""
    apart = [any(line.startswith(("def ", "@")) for line in text.splitlines()) for text in texts]
    blank = ["\n" if at and (apart[at] or apart[at - 1]) else "" for at in range(len(texts))]
    return "".join(space + text for space, text in zip(blank, texts, strict=True))


def new_name(source: Source, making: Making) -> str:
    """What is used at once gets this name."""
    return "loader" if any(name.endswith("DataLoader") for name in names_read(source, making.root)) else "dataset"

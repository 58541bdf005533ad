"""The text of a target, parsed: where to import from, and the attributes and calls that lead to the generator.

Grammar: ``(dotted.module | path/to/file.py | notebook.ipynb) (":" | "::") qualname ["(" literals ")"]
{"." attr ["(" literals ")"]}``.
Read with ``ast``, literals only; nothing is imported or evaluated here.
"""

import ast
import difflib
import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from genaudit.errors import UsageError
from genaudit.files import read_bytes
from genaudit.sourcetext import MOST_CHARACTERS, tree_of

_EXAMPLE = "write module:NAME or path/to/file.py:NAME, for example data:batches or data.py:Loader(8).flow(batch_size=4)"
# The first ".py:" or ".ipynb:" ends the path; a path may hold dots, spaces, dashes and colons.
_FILE = re.compile(r"(?P<file>.+?\.(?:py|ipynb))(?P<colon>::?)(?P<rest>.*)", re.DOTALL)
_HEAD = re.compile(r"(?P<head>[^:(]*)(?P<colon>::?)(?P<rest>.*)", re.DOTALL)
_GLOBBERS = {"glob", "iglob", "rglob", "listdir", "sorted", "list", "Path"}


MOST_TEXT = 200_000
"""Characters of a target, its literal arguments included."""


class TargetSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What to import, and how to get from there to the object to audit.

    Exactly one of ``module`` and ``file`` is set; ``file`` is absolute.
    """

    text: str
    module: str | None
    file: str | None
    steps: list[list[Any]]
    """``["attr", name]`` and ``["call", args, kwargs]``, literals only."""

    @property
    def qualname(self) -> str:
        """The steps as a name, without the arguments of calls."""
        return ".".join(step[1] for step in self.steps if step[0] == "attr")

    def as_dict(self) -> dict[str, Any]:
        """Plain values that ``marshal`` can carry to the child."""
        return {"module": self.module, "file": self.file, "steps": self.steps, "text": self.text}


def parse_target(text: str) -> TargetSpec:
    """The target that a text names.

    Args:
        text: As the user typed it; a relative path is taken from the current directory.

    Raises:
        UsageError: The text does not follow the grammar, or its file is not there.

    Example:
        >>> parse_target("data:Loader(8).flow(batch_size=4)").steps
        [['attr', 'Loader'], ['call', [8], {}], ['attr', 'flow'], ['call', [], {'batch_size': 4}]]
    """
    text = text.strip()
    if len(text) > MOST_TEXT:
        raise UsageError(
            f"the target has {len(text):,} characters, which is too long",
            slug="bad-target",
            hint="make long arguments in a function: --args-from MODULE:FN",
        )
    module, file, rest = _split(text)
    if not rest.strip():
        raise UsageError(
            f"the target {text!r} names no generator", slug="target-without-name", hint=_names_hint(file, text)
        )
    return TargetSpec(text=text, module=module, file=file, steps=_Expression(text, rest).steps())


def _split(text: str) -> tuple[str | None, str | None, str]:
    """Module, file, and what comes behind the colon."""
    head = _HEAD.match(text)
    if head is not None and not head["head"].endswith((".py", ".ipynb")) and _is_module_name(head["head"]):
        return head["head"], None, head["rest"]
    file = _FILE.match(text)
    if file is not None:
        path = existing_file(file["file"])
        return None, path, file["rest"]
    raise _bad_head(text, head)


def _bad_head(text: str, head: "re.Match[str] | None") -> UsageError:
    if head is None:
        return _without_colon(text)
    name = head["head"]
    if not name:
        return UsageError(f"the target {text!r} names no module before the colon", slug="bad-target", hint=_EXAMPLE)
    hint = _EXAMPLE
    if _is_there(Path(f"{name}.py"), Path.is_file):
        hint = f"did you mean {name}.py:{head['rest']}?"
    elif _is_there(Path(name), Path.is_dir):
        hint = "it is a directory; name a .py file in it"
    return UsageError(f"{name!r} in the target {text!r} is no module and no .py file", slug="bad-target", hint=hint)


def _without_colon(text: str) -> UsageError:
    message = f"the target {text!r} has no colon between the module and the name"
    slug = "target-without-colon"
    if text.endswith(".py"):
        return UsageError(message, slug=slug, hint=_names_hint(existing_file(text), text))
    before_call, parenthesis, call = text.partition("(")
    parts = before_call.split(".")
    if len(parts) > 1 and _is_module_name(before_call):
        return UsageError(
            message, slug=slug, hint=f"did you mean {'.'.join(parts[:-1])}:{parts[-1]}{parenthesis}{call}?"
        )
    if _is_there(Path(f"{text}.py"), Path.is_file):
        return UsageError(message, slug=slug, hint=_names_hint(str(Path(f"{text}.py").absolute()), text))
    return UsageError(message, slug=slug, hint=_EXAMPLE)


def _is_there(path: Path, kind: Callable[[Path], bool]) -> bool:
    """Whether there is such a file or folder; there is none where the text is too long for a name, or cannot be one."""
    try:
        return kind(path)
    except (OSError, ValueError):
        return False


def _names_hint(file: str | None, text: str) -> str:
    """Targets that could be meant: the functions and classes of the file."""
    if file is None:
        file = text.partition(":")[0].replace(".", "/") + ".py"
    prefix = text.rstrip(":")
    names = _definitions(Path(file))
    return f"it defines {', '.join(f'{prefix}:{name}' for name in names[:6])}" if names else _EXAMPLE


def _definitions(path: Path) -> list[str]:
    """Functions and classes at the top of a file, generator functions first."""
    try:
        tree = tree_of(read_bytes(path, MOST_CHARACTERS).decode("utf-8-sig", errors="replace"))
    except OSError:
        return []
    if tree is None:
        return []
    functions = [
        node
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    ]
    return [node.name for node in sorted(functions, key=lambda node: not _yields(node))]


def _yields(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(node))


def existing_file(text: str) -> str:
    """The absolute path of a file that must be there."""
    # That of pathlib raises where there is no home folder.
    path = Path(os.path.expanduser(text))  # noqa: PTH111
    if _is_there(path, Path.is_file):
        return os.path.abspath(path)  # noqa: PTH100 - resolve() would follow links, and the user's path is the name
    folder = path.parent
    if not _is_there(folder, Path.is_dir):
        raise UsageError(
            f"there is no file {text}",
            slug="file-not-found",
            hint=f"there is no directory {folder} in {Path.cwd()}",
        )
    wanted = path.suffix or ".py"
    names = sorted(entry.name for entry in folder.iterdir() if entry.suffix == wanted)
    close = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(str(folder / name) for name in close)}?" if close else f"looked in {Path.cwd()}"
    raise UsageError(f"there is no file {text}", slug="file-not-found", hint=hint)


def _is_module_name(text: str) -> bool:
    return bool(text) and all(part.isidentifier() for part in text.split("."))


class _Expression:
    """What comes behind the colon: names, attributes, calls with literals.

    Args:
        text: The whole target, for messages.
        rest: Its part behind the colon.
    """

    def __init__(self, text: str, rest: str) -> None:
        self._text = text
        self._source = rest.strip()
        self._before = len(text) - len(rest.lstrip())

    def steps(self) -> list[list[Any]]:
        """The steps from the module, in their order."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self._steps(ast.parse(self._source, mode="eval").body)
        except SyntaxError as error:
            hint = _EXAMPLE
            if "::" in self._source:
                hint = f"names inside a class have a dot: {self._source.replace('::', '.')}"
            raise self._error(error.msg, (error.offset or 1) - 1, hint) from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise self._error(f"it cannot be read: {error}", 0) from None

    def _steps(self, node: ast.expr) -> list[list[Any]]:
        if isinstance(node, ast.Name):
            return [["attr", node.id]]
        if isinstance(node, ast.Attribute):
            return [*self._steps(node.value), ["attr", node.attr]]
        if isinstance(node, ast.Call):
            return [*self._steps(node.func), self._call(node)]
        raise self._error(
            "only names, attributes and calls can be followed",
            self._column(node),
            "for anything else write a function that returns it, and name that",
        )

    def _call(self, node: ast.Call) -> list[Any]:
        args = [self._literal(argument, None) for argument in node.args]
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self._error("** cannot be used here", self._column(keyword.value))
            if keyword.arg in kwargs:
                raise self._error(f"{keyword.arg} is given twice", self._column(keyword), "leave one of the two out")
            kwargs[keyword.arg] = self._literal(keyword.value, keyword.arg)
        return ["call", args, kwargs]

    def _literal(self, node: ast.expr, name: str | None) -> Any:
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            pass
        piece = ast.get_source_segment(self._source, node) or ""
        pattern = _globbed(node)
        slug = "target-not-literal" if pattern is None else "target-glob"
        hint = _literal_hint(node, name, piece) if pattern is None else f"use --arg {name or 'paths'}=glob:{pattern}"
        raise self._error(f"{piece!r} is not a literal", self._column(node), hint, slug)

    def _column(self, node: ast.expr | ast.keyword) -> int:
        """Where a node begins, in characters; ``ast`` counts bytes."""
        return len(self._source.encode()[: node.col_offset].decode(errors="ignore"))

    def _error(self, what: str, column: int, hint: str = _EXAMPLE, slug: str = "target-syntax") -> UsageError:
        caret = " " * (self._before + max(0, column)) + "^"
        return UsageError(f"the target cannot be followed: {what}\n  {self._text}\n  {caret}", slug=slug, hint=hint)


def _literal_hint(node: ast.expr, name: str | None, piece: str) -> str:
    name = name or "NAME"
    if isinstance(node, ast.Name):
        return f"for a text write {piece!r}; for an object of a module --arg {name}=py:MODULE:{piece}"
    module, _, attribute = piece.rpartition(".")
    if isinstance(node, ast.Attribute) and _is_module_name(module):
        return f"arguments are literals; for an object of a module --arg {name}=py:{module}:{attribute}"
    return f"arguments are literals; make others in a function: --args-from MODULE:FN, or --arg {name}=…"


def _globbed(node: ast.expr) -> str | None:
    """The pattern in ``glob("x")``, ``sorted(glob.glob("x"))``, ``list(Path("x").glob("y"))``; else ``None``."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    names = {call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "") for call in calls}
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if not names or not names <= _GLOBBERS or not names & {"glob", "iglob", "rglob"} or not texts:
        return None
    if "Path" not in names:
        return texts[0]
    folder, pattern = (texts[-1], texts[0]) if len(texts) > 1 else (".", texts[0])
    return str(Path(folder) / ("**" if "rglob" in names else "") / pattern)

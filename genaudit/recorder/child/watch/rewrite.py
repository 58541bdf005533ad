"""Has the loops of the user's own files ask what they run over: a loop of plain Python tells nobody else.

Only syntax trees in memory are changed, as pytest does for ``assert``; lines stay where they are. Left alone is all
code that another compiler may read (decorated functions, functions that are handed to something, methods of models),
and all generators, whose loops are a source's own.
"""

from __future__ import annotations

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.retention.edges import is_installed
from genaudit.recorder.child.script.consumers import put_in_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LOOP, NEXT = "_genaudit_loop", "_genaudit_next"
"""Names among the builtins. In another process, where they are not, Python's own do the same."""
MOST_BYTES = 1024 * 1024
_MODELS = ("Module", "Layer", "Model")
_METHODS = {"forward", "call", "training_step", "validation_step", "test_step", "train_step"}
_USED = {"next", "iter", "getattr", "__import__"}
_OURS = __file__.rpartition("/recorder/")[0] + "/"


def compiled(text: bytes | str, path: str) -> Any:
    """The code of a file, whose loops ask; ``None`` where it is to be compiled as it is.

    Args:
        text: Of the file.
        path: Its name.
    """
    if len(text) > MOST_BYTES or (b"for " if isinstance(text, bytes) else "for ") not in text:  # type: ignore[operator]
        return None
    with OwnImports():
        import ast
    try:
        tree = ast.parse(text, path)
        if not changed(tree):
            return None
        ast.fix_missing_locations(tree)
        return compile(tree, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def changed(tree: Any) -> int:
    """Change the loops of a module; how many were."""
    with OwnImports():
        import ast
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    defined = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    if _USED & ({node.id for node in names if isinstance(node.ctx, ast.Store)} | defined):
        return 0
    handed = {
        part.id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for part in [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(part, ast.Name)
    }
    n_changed = 0
    for node in list(_of_loops(ast, tree, handed)):
        if isinstance(node, ast.For) and isinstance(node.iter, (ast.Call, ast.Name)):
            node.iter = _asking(ast, node.iter, LOOP, "iter", [node.iter])
            n_changed += 1
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "next" and node.args:
            node.func = _asking(ast, node.func, NEXT, "next", None)
            n_changed += 1
    return n_changed


def _of_loops(ast: Any, node: Any, handed: set[str]) -> Iterator[Any]:
    """Nodes of the code that may be changed, the outer ones first."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.AsyncFunctionDef, ast.Lambda)) or _is_read_by_others(ast, child, handed):
            continue
        yield child
        yield from _of_loops(ast, child, handed)


def _is_read_by_others(ast: Any, node: Any, handed: set[str]) -> bool:
    if isinstance(node, ast.ClassDef):
        return bool(node.decorator_list) or any(ast.unparse(base).endswith(_MODELS) for base in node.bases)
    if not isinstance(node, ast.FunctionDef):
        return False
    is_method = node.name in _METHODS or node.name.startswith("__")
    return bool(node.decorator_list) or is_method or node.name in handed or _yields(ast, node)


def _yields(ast: Any, function: Any) -> bool:
    """Whether a function is one of a generator, by itself."""
    rest = list(function.body)
    while rest:
        node = rest.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            rest += ast.iter_child_nodes(node)
    return False


def _asking(ast: Any, at: Any, name: str, otherwise: str, arguments: list[Any] | None) -> Any:
    """``getattr(__import__("builtins"), name, otherwise)``, called where there are arguments."""
    text = f"getattr(__import__('builtins'), {name!r}, {otherwise})"
    function = ast.parse(text, mode="eval").body
    made = function if arguments is None else ast.Call(function, arguments, [])
    for node in (function, *ast.walk(function), made):
        ast.copy_location(node, at)
    return made


def of_imports() -> None:
    """Have modules of the user's that are imported from now on compiled so; nothing of them is written to a cache."""
    with OwnImports():
        from importlib.machinery import SourceFileLoader
    original = SourceFileLoader.get_code

    @calls_target
    def get_code(self: Any, fullname: str) -> Any:
        path = self.get_filename(fullname)
        if type(path) is str and not is_installed(path) and not path.startswith(_OURS):
            try:
                code = compiled(self.get_data(path), path)
            except OSError:
                code = None
            if code is not None:
                return code
        return original(self, fullname)

    put_in_place(SourceFileLoader, "get_code", original, get_code)

"""The one door by which the user's text becomes a syntax tree: text is read, or refused with a reason."""

import ast
import warnings

MOST_CHARACTERS = 8 * 1024 * 1024
"""A longer text is data in Python's clothing."""
DEEPEST = 300
"""Levels of a tree: what looks at deeper ones would come to the end of Python's own stack."""
_LONG_LINE = 400
_MANY_BRANCHES = 100


class UnreadableTextError(Exception):
    """A text that is no syntax tree, or one that nobody can look at.

    Args:
        slug: syntax-error, too-large or too-nested.
        message: What is wrong with it.
        line: Where, if that is known.
    """

    def __init__(self, slug: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.slug = slug
        self.message = message
        self.line = line


def parse(text: str) -> ast.Module:
    """The tree of a text.

    Raises:
        UnreadableTextError: It has none, or one that is too deep.
    """
    if len(text) > MOST_CHARACTERS:
        raise UnreadableTextError("too-large", f"{len(text)} characters; more than {MOST_CHARACTERS} are not read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        raise _unreadable(error) from None
    except ValueError as error:
        raise UnreadableTextError("syntax-error", f"not Python text: {error}") from None
    except (RecursionError, MemoryError):
        raise UnreadableTextError("too-nested", "nested too deeply for Python's own parser") from None
    if _may_be_deep(text) and _depth(tree) > DEEPEST:
        raise UnreadableTextError("too-nested", f"nested more than {DEEPEST} levels deep")
    return tree


def tree_of(text: str) -> ast.Module | None:
    """The tree of a text; ``None`` where it cannot be read.

    Example:
        >>> tree_of("x = " + "(" * 1000) is None
        True
    """
    try:
        return parse(text)
    except UnreadableTextError:
        return None


def why_unread(text: str) -> str | None:
    """Why a text that Python itself may run is not read here; ``None`` where it is, or is no Python."""
    try:
        parse(text)
    except UnreadableTextError as error:
        return error.message if error.slug != "syntax-error" else None
    return None


def lines_of(text: str) -> list[str]:
    r"""The lines of a source text as Python counts them: a form feed ends none.

    Example:
        >>> lines_of("a\fb\nc\n")
        ['a\x0cb', 'c']
    """
    return text.removesuffix("\n").split("\n") if text else []


def _unreadable(error: SyntaxError) -> UnreadableTextError:
    if error.msg.startswith("too many "):
        # "too many nested parentheses", "too many levels of indentation".
        return UnreadableTextError("too-nested", error.msg, error.lineno)
    return UnreadableTextError("syntax-error", f"syntax error: {error.msg}", error.lineno)


def _may_be_deep(text: str) -> bool:
    """Whether the text looks like it: a walk through every tree would take as long as making it."""
    return text.count("elif ") > _MANY_BRANCHES or any(len(line) > _LONG_LINE for line in text.split("\n"))


def _depth(tree: ast.AST) -> int:
    level, depth = [tree], 0
    while level and depth <= DEEPEST:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth

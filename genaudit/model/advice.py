"""How advice is written down in a ``fix``: words or a sketch, and the command that checks it; never a difference."""

import ast
import textwrap

import msgspec

LABEL = "Sketch, adapt it"
CHECK = "Check it: "
_SIGNS = ("-", "+")


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a ``fix``, as renderers show them."""

    words: str = ""
    code: str | None = None
    """A sketch in Python; ``None`` where there are words only."""
    check: str | None = None
    """The command that tells whether a change kept the data."""


def sketched(code: str) -> str:
    """Code as a ``fix``: its first line says what it is."""
    return f"# {LABEL}:\n{code}"


def with_check(fix: str, command: str) -> str:
    r"""A ``fix`` that ends with the command that checks it.

    Example:
        >>> with_check("Close the file.", "genaudit compare a:b a_new:b --check-batches")
        'Close the file.\nCheck it: genaudit compare a:b a_new:b --check-batches'
        >>> with_check(sketched("x = 1"), "genaudit compare a:b a_new:b").splitlines()[-1]
        '# Check it: genaudit compare a:b a_new:b'
    """
    mark = "# " if is_sketch(fix) else ""
    return f"{fix}\n{mark}{CHECK}{command}"


def is_sketch(fix: str) -> bool:
    """Whether a ``fix`` is a sketch in code."""
    return fix.startswith(f"# {LABEL}")


def read_advice(fix: str | None) -> Advice:
    r"""The parts of a ``fix``; of a difference, as reports once had, nothing is left: pasted, it loses data.

    Example:
        >>> read_advice("# Sketch, adapt it:\nyield load(path)\n# Check it: genaudit compare a:b c:d").code
        'yield load(path)'
        >>> read_advice("-images = load_all()\n+images = []"), read_advice("Close the file.").words
        (Advice(words='', code=None, check=None), 'Close the file.')
    """
    lines = (fix or "").strip("\n").splitlines()
    check = None
    if lines and lines[-1].removeprefix("# ").startswith(CHECK):
        check = lines.pop().removeprefix("# ").removeprefix(CHECK)
    text = "\n".join(lines)
    if is_sketch(text):
        return Advice(code="\n".join(lines[1:]), check=check)
    if any(line.startswith(_SIGNS) for line in lines):
        return Advice(check=check)
    return Advice(code=textwrap.dedent(text), check=check) if is_code(text) else Advice(words=text, check=check)


def plain(fix: str | None) -> str:
    r"""A ``fix`` for formats of plain text: it says by itself that it is a sketch, and has no sign of a difference.

    Example:
        >>> plain("yield load(path)"), plain("-a\n+b")
        ('# Sketch, adapt it:\nyield load(path)', '')
    """
    advice = read_advice(fix)
    text = advice.words if advice.code is None else sketched(advice.code)
    if advice.check is None:
        return text
    return with_check(text, advice.check) if text else f"{CHECK}{advice.check}"


def is_code(text: str) -> bool:
    """Whether the text can be read as Python and does more than name something."""
    try:
        tree = ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(not _is_prose(node) for node in tree.body)


def _is_prose(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, (ast.Name, ast.Constant, ast.Attribute, ast.Tuple))

"""Text of a file as Python: decoded, notebooks unpacked, faults returned instead of raised."""

from __future__ import annotations

import ast
import errno
import functools
import io
import json
import re
import tokenize
from typing import Any

import msgspec

from genaudit import sourcetext
from genaudit.errors import UsageError
from genaudit.files import check_nesting, read_bytes
from genaudit.model.outcome import cell_at

MAX_BYTES = 8 * 1024 * 1024
"""Files above this are data in Python's clothing; they are named and left out."""


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """Why a file, or a part of it, was not audited."""

    path: str
    line: int | None
    slug: str
    message: str
    cell: int | None = None
    """Of a notebook, the code cell that the line is counted in."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One file's Python text; lines of a notebook are those of its code cells, one after the other."""

    path: str
    text: str
    tree: ast.Module | None
    diagnostics: list[Diagnostic] = []
    cells: tuple[int, ...] = ()
    """The line that each code cell of a notebook begins at; empty for a file."""

    def column(self, line: int, offset: int) -> int | None:
        """The column, in characters from 1, of a place that a syntax tree counts in bytes."""
        lines = _lines_of(self.text)
        if not 0 < line <= len(lines):
            return None
        return len(lines[line - 1].encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace")) + 1

    def cell(self, line: int) -> tuple[int | None, int]:
        """The code cell that a line is in, and its number there; ``None`` and the line itself in a file.

        Example:
            >>> Source(path="book.ipynb", text="", tree=None, cells=(1, 4)).cell(5)
            (2, 2)
        """
        return cell_at(self.cells, line)


@functools.lru_cache(maxsize=2)
def _lines_of(text: str) -> list[str]:
    """The lines of a text, which its findings ask for one after the other."""
    return sourcetext.lines_of(text)


def read_source(key: str, path: str) -> Source:
    """Read and parse a file; what is no file, or cannot be read, is a fault.

    Args:
        key: Its absolute name.
        path: The name to tell.
    """
    try:
        return parse_bytes(read_bytes(key, MAX_BYTES), path)
    except OSError as error:
        slug = "too-large" if error.errno == errno.EFBIG else "unreadable"
        return _refuse(path, slug, f"cannot be read: {error.strerror}")


def parse_bytes(raw: bytes, path: str) -> Source:
    """Decode and parse the content of a file.

    Args:
        raw: Content as read.
        path: Its name, for diagnostics; ``.ipynb`` is taken for a notebook.
    """
    if len(raw) > MAX_BYTES:
        return _refuse(path, "too-large", f"{len(raw)} bytes; files above {MAX_BYTES} bytes are not audited")
    if path.endswith(".ipynb"):
        return _parse_notebook(raw, path)
    try:
        text = decode(raw)
    except (UnicodeDecodeError, SyntaxError, LookupError) as error:
        return _refuse(path, "undecodable", f"cannot be decoded: {error}")
    return parse_text(text, path)


def parse_text(text: str, path: str) -> Source:
    """Parse Python text; a fault becomes a diagnostic and ``tree`` is ``None``."""
    try:
        tree = sourcetext.parse(text)
    except sourcetext.UnreadableTextError as error:
        return _refuse(path, error.slug, error.message, text=text, line=error.line)
    return Source(path=path, text=text, tree=tree)


def decode(raw: bytes) -> str:
    """Text by PEP 263: byte order mark, coding comment, else UTF-8. Every line ends with a line feed."""
    if raw.isascii() and b"coding" not in raw[:400]:
        text = raw.decode("ascii")
    else:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def text_of(raw: bytes) -> str:
    """The same; of what cannot be decoded so, the odd bytes replaced."""
    try:
        return decode(raw)
    except (UnicodeDecodeError, SyntaxError, LookupError):
        return raw.decode("utf-8", "replace")


def _refuse(path: str, slug: str, message: str, *, text: str = "", line: int | None = None) -> Source:
    diagnostic = Diagnostic(path=path, line=line, slug=slug, message=message)
    return Source(path=path, text=text, tree=None, diagnostics=[diagnostic])


_MAGIC = re.compile(r"^\s*(%%?\w|!|\?)|^\s*\w+\?\??\s*$")
_CELL_LANGUAGE = re.compile(r"^\s*%%(?!time|timeit|capture|prun|memit|genaudit)\w+")
_RUNS_A_LINE = re.compile(r"^(\s*)%(?:time|prun|memit)\s+(?=[^\s-])")
_ASSIGNED_MAGIC = re.compile(r"^(\s*)[\w,][\w, ]*=\s*[%!]")


def _parse_notebook(raw: bytes, path: str) -> Source:
    try:
        check_nesting(raw)
        cells = _code_cells(json.loads(raw.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        return _refuse(path, "broken-notebook", f"not a notebook: {error}")
    texts: list[str] = []
    firsts: list[int] = []
    diagnostics: list[Diagnostic] = []
    for number, cell in enumerate(cells, 1):
        firsts.append(sum(done.count("\n") for done in texts) + 1)
        text = without_magics(cell)
        parsed = parse_text(text, path)
        if parsed.tree is None:
            reason = parsed.diagnostics[0].message
            diagnostics.append(
                Diagnostic(
                    path=path,
                    line=parsed.diagnostics[0].line or 1,
                    slug="syntax-error",
                    message=f"this cell was left out: {reason}",
                    cell=number,
                )
            )
            text = "\n" * text.count("\n")
        texts.append(text)
    whole = parse_text("".join(texts), path)
    joined = whole.text or "".join(texts)
    return Source(path=path, text=joined, tree=whole.tree, diagnostics=diagnostics, cells=tuple(firsts))


def cells_of(path: str) -> list[str]:
    """The texts of the code cells of a notebook, magics and lines for a shell made ``pass``.

    Raises:
        UsageError: It cannot be read, or is no notebook.
    """
    try:
        raw = read_bytes(path, MAX_BYTES)
        check_nesting(raw)
        return [without_magics(cell) for cell in _code_cells(json.loads(raw.decode("utf-8-sig")))]
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    except (ValueError, RecursionError) as error:
        why = f"is not a notebook: {error}"
    raise UsageError(f"{path} {why}", slug="broken-notebook", hint="open it in Jupyter and save it again")


def _code_cells(notebook: Any) -> list[str]:
    if not isinstance(notebook, dict):
        raise ValueError("the file is not a JSON object")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = notebook.get("worksheets")
        first = sheets[0] if isinstance(sheets, list) and sheets else {}
        cells = first.get("cells", []) if isinstance(first, dict) else []
    return [_cell_text(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _cell_text(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    text = "".join(str(line) for line in source) if isinstance(source, list) else str(source)
    return text if text.endswith("\n") else text + "\n"


def without_magics(text: str) -> str:
    r"""The cell with its magics made ``pass``, so that lines keep their numbers; what a magic only runs stays.

    Example:
        >>> without_magics("%matplotlib inline\n%time paths = find()\n")
        'pass\npaths = find()\n'
    """
    if _CELL_LANGUAGE.match(text):
        return "\n" * text.count("\n")
    lines = []
    for line in text.splitlines():
        line = _RUNS_A_LINE.sub(r"\1", line)
        assigned = _ASSIGNED_MAGIC.match(line)
        if assigned:
            lines.append(f"{assigned[1]}pass")
        else:
            lines.append(re.sub(r"\S.*", "pass", line, count=1) if _MAGIC.match(line) else line)
    return "\n".join(lines) + "\n"

"""Whatever a file holds: a tree, or a diagnostic that says why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.lint.files.source import cells_of, parse_bytes

GENERATOR = "def g(paths):\n    for p in paths:\n        yield p\n"


@pytest.mark.parametrize(
    ("raw", "slug"),
    [
        pytest.param(b"def broken(:\n", "syntax-error", id="syntax error"),
        pytest.param(b"print 'python 2'\n", "syntax-error", id="python 2"),
        pytest.param(b"x = '\xff\xfe'\n", "undecodable", id="not utf-8"),
        pytest.param(b"# -*- coding: klingon -*-\nx = 1\n", "undecodable", id="unknown coding"),
        pytest.param(b"x = 1\x00\n", "syntax-error", id="null byte"),
        pytest.param(b"(" * 5000 + b")" * 5000, None, id="5000 parentheses"),
        pytest.param(b"#" * 9_000_000, "too-large", id="9 MB"),
    ],
)
def test_broken_files_get_a_diagnostic(raw: bytes, slug: str | None) -> None:
    """Each fault has a name, and none is raised."""
    source = parse_bytes(raw, "broken.py")

    assert source.tree is None
    assert [diagnostic.slug for diagnostic in source.diagnostics] == [slug or source.diagnostics[0].slug]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xef\xbb\xbfx = 1\n", id="byte order mark"),
        pytest.param("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), id="latin-1"),
        pytest.param(b"x = 1\r\ny = 2\r\n", id="windows line ends"),
        pytest.param(b"x = '" + b"a" * 1_000_000 + b"'\n", id="1 MB line"),
        pytest.param(b"x = " + b"[" * 60 + b"]" * 60 + b"\n", id="nested lists"),
    ],
)
def test_odd_files_parse(raw: bytes) -> None:
    """Odd is not broken."""
    assert parse_bytes(raw, "odd.py").tree is not None


def notebook(*cells: str) -> bytes:
    body = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# title"}, *body]}).encode()


def test_notebook_cells_are_one_source() -> None:
    """Magics and shell lines become nothing, and lines keep their numbers."""
    raw = notebook("%matplotlib inline\n!pip install x\nimport os", "files = !ls\n" + GENERATOR, "%%bash\nls -l")
    source = parse_bytes(raw, "book.ipynb")

    assert source.diagnostics == []
    assert source.text.splitlines()[4] == "def g(paths):"


def test_broken_cell_is_left_out() -> None:
    """The other cells are audited all the same."""
    source = parse_bytes(notebook("def broken(:\n", GENERATOR), "book.ipynb")

    assert [diagnostic.slug for diagnostic in source.diagnostics] == ["syntax-error"]
    assert source.tree is not None
    assert "yield" in source.text


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"cells": 3}', b'{"cells": [{"cell_type": "code"}]}', b"\xff\xff"])
def test_broken_notebooks_raise_nothing(raw: bytes) -> None:
    """A notebook that is none has a diagnostic, or no code."""
    source = parse_bytes(raw, "book.ipynb")

    assert source.diagnostics or source.text.strip() == ""


def test_cells_are_run_one_by_one(tmp_path: Path) -> None:
    """As they are, but for what is no Python."""
    book = tmp_path / "book.ipynb"
    book.write_bytes(notebook("%matplotlib inline\nx = 1", "def broken(:", "%%bash\nls -l"))

    assert cells_of(str(book)) == ["pass\nx = 1\n", "def broken(:\n", "\n\n"]


def test_no_cells(tmp_path: Path) -> None:
    """A file that is none, or is not there, is an error."""
    book = tmp_path / "book.ipynb"
    with pytest.raises(UsageError, match="cannot be read"):
        cells_of(str(book))
    book.write_text("print(1)")
    with pytest.raises(UsageError, match="is not a notebook"):
        cells_of(str(book))

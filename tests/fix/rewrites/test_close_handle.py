"""What one block opens and uses is closed behind it; what leaves the block is not."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.close_handle import CloseHandle
from tests.fix.rewrites.rewriting import check, refused

REWRITE = CloseHandle()


def test_a_file() -> None:
    check(
        REWRITE,
        """
        def header(path):
            # In bytes.
            file = open(path, "rb")  # here
            file.seek(3)
            head = file.read(16)

            return head
        """,
        """
        def header(path):
            # In bytes.
            with open(path, "rb") as file:
                file.seek(3)
                head = file.read(16)

            return head
        """,
    )


def test_a_connection_and_a_descriptor() -> None:
    check(
        REWRITE,
        """
        import sqlite3

        def rows(path):
            connection = sqlite3.connect(path)  # here
            return connection.execute("").fetchall()
        """,
        """
        import contextlib
        import sqlite3

        def rows(path):
            with contextlib.closing(sqlite3.connect(path)) as connection:
                return connection.execute("").fetchall()
        """,
    )
    check(
        REWRITE,
        """
        import os

        def head(path):
            file = os.open(path, os.O_RDONLY)  # here
            return os.read(file, 128)
        """,
        """
        import os

        def head(path):
            file = os.open(path, os.O_RDONLY)  # here
            try:
                return os.read(file, 128)
            finally:
                os.close(file)
        """,
    )


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        ("return file", "handed on"),
        ("kept.append(file)", "handed on"),
        ("x = file.read(); file.close()", "or closed"),
        ("return (line for line in file)", "handed on"),
        ("pass", "is not used"),
    ],
)
def test_what_others_need_or_close(use: str, reason: str) -> None:
    assert reason in refused(REWRITE, f"def f(path, kept):\n    file = open(path)  # here\n    {use}\n")


def test_an_attribute_and_another_block() -> None:
    assert "outlives" in refused(
        REWRITE, "def f(self):\n    self.file = open(self.path)  # here\n    self.file.read()\n"
    )
    before = "def f(x):\n    if x:\n        file = open(x)  # here\n        file.seek(1)\n    return file.read()\n"
    assert "another block" in refused(REWRITE, before)

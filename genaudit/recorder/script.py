"""The text of a target that is a script: ``train.py``, ``-m package.module``, ``notebook.ipynb``."""

import os
import shlex
from typing import Any

import msgspec

from genaudit.errors import UsageError
from genaudit.recorder.target import existing_file

MODULE = "-m "
_DASHES = " -- "
_SUFFIXES = (".py", ".pyw", ".ipynb")


class ScriptSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What to run, with which words, and which of its sources is meant."""

    text: str
    kind: str
    """file, module, notebook."""
    file: str = ""
    """Absolute; empty for a module, which the child finds."""
    module: str = ""
    arguments: list[str] = []
    source: str | None = None
    lists: bool = False
    """Tell what the script hands over, and drive nothing."""

    def as_dict(self, cells: list[str]) -> dict[str, Any]:
        """Plain values for the child, as a target of a kind of its own.

        Args:
            cells: Texts of the code cells of a notebook.
        """
        typed = self.text if self.kind == "file" else self.file
        script = {**{name: getattr(self, name) for name in self.__struct_fields__}, "typed": typed, "cells": cells}
        return {"module": None, "file": self.file or None, "steps": [], "text": self.text, "script": script}


def is_script(text: str) -> bool:
    """Whether a target is a file without the name of something in it, or a module to be run.

    Example:
        >>> is_script("train.py"), is_script("-m shop.train"), is_script("train.py -- --n 3"), is_script("data.py:f")
        (True, True, True, False)
    """
    text = text.partition(_DASHES)[0].strip()
    return text.startswith(MODULE) or text.endswith(_SUFFIXES)


def with_words(text: str) -> tuple[str, list[str]]:
    """A script and its own arguments, where one text has both.

    Raises:
        UsageError: A quote is left open.

    Example:
        >>> with_words("train.py -- --data 'my photos'"), with_words("-m shop.train")
        (('train.py', ['--data', 'my photos']), ('-m shop.train', []))
    """
    head, _, words = text.partition(_DASHES)
    try:
        return head.strip(), shlex.split(words)
    except ValueError as error:
        raise UsageError(f"{text}: {str(error).lower()}", slug="bad-target", hint="close the quote") from None


def parse_script(text: str, arguments: list[str], *, source: str | None = None, lists: bool = False) -> ScriptSpec:
    """The script that a text names.

    Args:
        text: As the user typed it.
        arguments: Its own.
        source: Number or name of the source that is meant; the first where ``None``.
        lists: Tell what it hands over, and drive nothing.

    Raises:
        UsageError: There is no such file, or the text names no module.
    """
    text = text.strip()
    fields: dict[str, Any] = {"text": text, "arguments": arguments, "source": source, "lists": lists}
    if text.startswith(MODULE):
        module = text.removeprefix(MODULE).strip()
        if module.endswith(_SUFFIXES) or not all(part.isidentifier() for part in module.split(".")):
            raise UsageError(
                f"-m {module}: that is no name of a module",
                slug="bad-module",
                hint=f"for a file leave -m out: genaudit run {module}"
                if module.endswith(_SUFFIXES)
                else "write -m package.module",
            )
        return ScriptSpec(kind="module", module=module, **fields)
    kind = "notebook" if text.endswith(".ipynb") else "file"
    return ScriptSpec(kind=kind, file=os.path.abspath(existing_file(text)), **fields)  # noqa: PTH100 - links stay

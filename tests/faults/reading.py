"""Files that are anything but what they should be: told in a sentence, or left out with a note; never a hang."""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from click.testing import CliRunner, Result

import genaudit
from genaudit.cli.main import cli
from genaudit.config.toml import line_of
from genaudit.errors import GenauditError
from genaudit.lint import lint_paths
from genaudit.lint.files.gitignore import ignored, parse
from genaudit.lint.files.source import parse_bytes
from genaudit.model.codec import encode
from tests.build import BATCH, at_sizes, recording
from tests.build_report import clean
from tests.comparison.build import comparison
from tests.faults.matrix import Place, faults


@contextlib.contextmanager
def _inside(place: Place) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(place.folder)
    try:
        yield
    finally:
        os.chdir(before)


def _command(place: Place, *words: str) -> Result:
    with _inside(place):
        return CliRunner().invoke(cli, list(words))


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as made, _beside(path):
        made.bind(path.name)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[None]:
    """The name of a socket has a length."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        yield
    finally:
        os.chdir(before)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(20 * 1024**3)


ODD: dict[str, Callable[[Path], Any]] = {
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "a pipe without a writer": _fifo,
    "a folder": lambda path: path.mkdir(),
    "a socket": _socket,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to("gone"),
    "20 GiB": _sparse,
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00\x80" * 100),
    "200,000 objects in each other": lambda path: path.write_bytes(b'{"a":' * 200_000),
    "200,000 lists in each other": lambda path: path.write_bytes(b"[" * 200_000),
    "5 million values": lambda path: path.write_bytes(b"[" + b"0," * 5_000_000 + b"0]"),
    "a file of nulls": lambda path: path.write_bytes(b"\0" * 100_000),
    "an empty file": lambda path: path.write_bytes(b""),
    "a line of 300,000 blanks": lambda path: path.write_bytes(b"a" + b" " * 300_000 + b"b\n"),
}


@faults(ODD, processes=False)
def saved_results(place: Place, make: Callable[[Path], Any]) -> None:
    """What is to be loaded is refused with its name."""
    make(place.folder / "x.json")
    try:
        with _inside(place):
            genaudit.load("x.json")
    except GenauditError as error:
        assert "x.json" in str(error)  # noqa: PT017 - no pytest here
        assert error.exit_code == 2  # noqa: PT017
    else:
        raise AssertionError("it was loaded")


@faults(ODD, processes=False)
def configuration(place: Place, make: Callable[[Path], Any]) -> None:
    """A configuration that cannot be read is named, or is none."""
    make(place.folder / "odd.toml")
    done = _command(place, "lint", "--config", "odd.toml", ".")
    assert done.exception is None or isinstance(done.exception, (GenauditError, SystemExit)), done.exception


@faults({name: make for name, make in ODD.items() if name not in {"an empty file"}}, processes=False)
def files_to_lint(place: Place, make: Callable[[Path], Any]) -> None:
    """The file beside is audited; the odd one is told of, or is no file."""
    make(place.folder / "odd.py")
    make(place.folder / "odd.ipynb")
    (place.folder / "good.py").write_text("def f():\n    yield 1\n")
    with _inside(place):
        found = lint_paths(["."])
    assert found.n_files >= 1
    assert found.n_lines >= 2
    assert not any(one.slug == "internal-error" for one in found.diagnostics)


@faults(
    {name: ODD[name] for name in ("a device without end", "a pipe without a writer", "20 GiB", "no text")},
    processes=False,
)
def patterns_to_leave_out(place: Place, make: Callable[[Path], Any]) -> None:
    """A .gitignore that is none leaves nothing out."""
    make(place.folder / ".gitignore")
    (place.folder / "good.py").write_text("x = 1\n")
    with _inside(place):
        assert lint_paths(["."]).n_files == 1


@faults(
    {"stars and letters": "*a" * 400 + "b", "folders": "**/a*/" * 100 + "z", "sets": "[a-z]*" * 150 + "!"},
    processes=False,
)
def patterns_that_would_be_tried_for_ever(_: Place, pattern: str) -> None:
    """A name of the greatest length in folders of the greatest depth."""
    assert ignored(parse([pattern]), "/".join(["a" * 250] * 15), is_folder=False) is None


@faults(
    {
        "a star": ("*.log", "a/x.log", True),
        "two stars in a name": ("t*st*.py", "a/test_x.py", True),
        "anchored": ("/build", "a/build", False),
        "folders between": ("a/**/b", "a/x/y/b", True),
        "no folder between": ("a/**/b", "a/b", True),
        "everything below": ("a/**", "a/x/y", True),
        "the folder itself": ("a/**", "a", False),
        "a set": ("x[0-9].py", "x7.py", True),
        "not in a set": ("x[!0-9].py", "x7.py", False),
        "an escaped star": ("a\\*", "a*", True),
        "a part of a name": ("log", "a/logs", False),
    },
    processes=False,
)
def patterns_as_git_reads_them(_: Place, case: tuple[str, str, bool]) -> None:
    """What git leaves out is left out."""
    pattern, path, is_left_out = case
    assert bool(ignored(parse([pattern]), path, is_folder=False)) is is_left_out


def _changed(model: Any, *path: Any, to: Any) -> bytes:
    plain = msgspec.to_builtins(model)
    inner = plain
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return msgspec.json.encode(plain)


def _recording() -> Any:
    return recording(*at_sizes(lambda _size, batch, _epoch: batch * BATCH))


RANGES: dict[str, Callable[[], bytes]] = {
    "a time before all times": lambda: _changed(_recording(), "trials", 0, "batches", 0, "at_s", to=-1e308),
    "more memory than there is": lambda: _changed(_recording(), "trials", 0, "batches", 0, "before_bytes", to=10**30),
    "less memory than none": lambda: _changed(_recording(), "limit", "bytes", to=-1),
    "less than no items": lambda: _changed(_recording(), "trials", 0, "items", to=-5),
    "a group of no batches": lambda: _changed(_recording(), "trials", 0, "batches", 0, "count", to=0),
    "a number that is none": lambda: encode(_recording()).replace(b'"wall_s": ', b'"wall_s": 1e999, "x": ', 1),
    "a variant that is not there": lambda: _changed(comparison(), "against", 0, "variant", to=7),
    "no variants": lambda: _changed(comparison(), "variants", to=[]),
    "a figure that is none": lambda: _changed(comparison(), "against", 0, "differences", 0, "figure", to="speed"),
}


@faults(RANGES, processes=False)
def values_out_of_range(place: Place, make: Callable[[], bytes]) -> None:
    """Told with the file and the field."""
    (place.folder / "x.json").write_bytes(make())
    done = _command(place, "report", "x.json")
    assert isinstance(done.exception, GenauditError), done.exception
    assert done.exception.exit_code == 2
    assert "x.json" in str(done.exception)
    assert "$." in str(done.exception) or "out of range" in str(done.exception)


@faults({"a report": clean, "a comparison": comparison, "a recording": _recording}, processes=False)
def what_we_wrote(place: Place, make: Callable[[], Any]) -> None:
    """It is read as it was."""
    (place.folder / "x.json").write_bytes(encode(make()))
    with _inside(place):
        genaudit.load("x.json")


@faults(
    {
        "no JSON": b"{",
        "a list": b"[1, 2]",
        "cells that are none": b'{"cells": [1, null, {"cell_type": "code", "source": {"a": 1}}]}',
        "worksheets that are none": b'{"worksheets": [[]]}',
        "nesting": b'{"cells": ' + b"[" * 100_000,
        "a line of blanks": b'{"cells": [{"cell_type": "code", "source": "' + b" " * 300_000 + b'x"}]}',
        "half a character": b'{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}',
    },
    processes=False,
)
def notebooks(_: Place, content: bytes) -> None:
    """A notebook that is none is told of."""
    parse_bytes(content, "x.ipynb")


@faults(
    {"blanks": " " * 300_000 + "=", "quotes": '"' * 100_000, "brackets": "[" * 100_000 + "]" * 100_000}, processes=False
)
def lines_of_a_configuration(_: Place, line: str) -> None:
    """The line of a key is found in a file of odd lines."""
    assert line_of(f"{line}\nbatches = 3\n", ("batches",)) == 2


@faults(
    {
        "nested lists": "batches = " + "[" * 50_000,
        "nested tables": "a." * 5000 + "b = 1",
        "10**400 batches": "batches = 1" + "0" * 400,
        "a timeout of 10**400": "timeout = 1" + "0" * 400,
        "a number of 5,000 digits": "batches = " + "9" * 5000,
        "a key of 1 MB": '"' + "k" * 900_000 + '" = 1',
        "no number of seconds": "timeout = nan",
    },
    processes=False,
)
def keys_of_a_configuration(place: Place, text: str) -> None:
    """Refused in a sentence that can be read."""
    (place.folder / "genaudit.toml").write_text(text)
    done = _command(place, "gate")
    assert isinstance(done.exception, GenauditError), done.exception
    assert len(str(done.exception)) < 2000


@faults({"blanks": "a" + " " * 300_000 + "b", "a key": "batches" + " " * 300_000 + "= 3"}, processes=False)
def sections_of_setup_cfg(place: Place, line: str) -> None:
    """Patterns of the parser's own that go through blanks again and again have none to go through."""
    (place.folder / "setup.cfg").write_text(f"[genaudit]\n{line}\n")
    done = _command(place, "gate", "--config", "setup.cfg")
    assert isinstance(done.exception, GenauditError), done.exception


@faults(ODD, processes=False)
def baselines(place: Place, make: Callable[[Path], Any]) -> None:
    """Before anything is measured."""
    (place.folder / "genaudit.toml").write_text('targets = ["data:gone"]\n')
    make(place.folder / "genaudit-baseline.json")
    if make is ODD["a link to nothing"]:
        return
    done = _command(place, "gate")
    assert isinstance(done.exception, GenauditError), done.exception
    assert "genaudit-baseline.json" in str(done.exception)

"""Files beside the target that have the names of Python's modules or of genaudit's, and odd source texts."""

import sys
from pathlib import Path

from tests.faults.matrix import Place, faults
from tests.real_run import DRAWN

_NAMES = """
abc ast asyncio atexit base64 bisect builtins calendar codecs collections colorsys concurrent contextlib
copy copyreg csv ctypes dataclasses datetime decimal difflib dis email encodings enum errno faulthandler
fcntl fnmatch functools gc genericpath glob hashlib heapq html http importlib inspect io itertools json
keyword linecache locale logging marshal math mmap multiprocessing numbers opcode operator os pathlib
pickle platform posixpath pprint queue random re reprlib resource select selectors shutil signal site
socket ssl stat statistics string struct subprocess symtable sys tempfile textwrap threading time timeit
token tokenize traceback tracemalloc types typing unittest urllib uuid warnings weakref zipfile zlib
sitecustomize usercustomize numpy genaudit psutil msgspec click rich conftest test pytest setup
""".split()  # noqa: SIM905 - a hundred names
_MINE = "raise RuntimeError('mine')\n"
_BATCHES = (
    "def batches():\n"
    "    for i in range(100):\n"
    "        if i == 2: raise ValueError('here')\n"
    "        yield bytearray(100_000)\n"
)
_CLEAN = "def batches():\n    for i in range(100): yield bytearray(100_000)\n"
_ENTRIES = {
    "all of them at once": _NAMES,
    **{
        name: [name]
        for name in ("typing", "json", "random", "inspect", "types", "os", "genaudit", "enum", "re", "traceback")
    },
}


@faults(_ENTRIES)
def files_that_raise(place: Place, names: list[str]) -> None:
    """A target that does not import them is measured."""
    for name in names:
        place.write(f"{name}.py", _MINE)

    place.write("data.py", _CLEAN)

    report = place.audit("data.py:batches")

    assert report.failure is None, report.failure
    assert report.batches.count == 4


@faults({"all of them at once": _NAMES, "genaudit": ["genaudit"], "encodings": ["encodings"], "json": ["json"]})
def packages_that_raise(place: Place, names: list[str]) -> None:
    """The same for folders."""
    for name in names:
        place.write(f"{name}/__init__.py", _MINE)

    place.write("data.py", _CLEAN)

    report = place.audit("data.py:batches")

    assert report.failure is None, report.failure


@faults({"all of them at once": _NAMES})
def an_error_beside_them(place: Place, names: list[str]) -> None:
    """It is told all the same."""
    for name in names:
        place.write(f"{name}.py", _MINE)

    place.write("data.py", _BATCHES)

    report = place.audit("data.py:batches")

    assert report.failure is not None
    assert report.failure.message == "here"
    assert report.failure.location is not None


@faults({name: name for name in ("inspect", "random", "token", "dis", "shutil", "difflib", "tokenize", "traceback")})
def a_file_of_the_targets_own(place: Place, name: str) -> None:
    """The target gets it, also where it imports it in a batch, when genaudit has imported Python's."""
    place.write(f"{name}.py", "MINE = 7\n")

    report = place.audit(
        place.target(f"import {name}\nassert {name}.MINE == 7\nif i == 3: raise ValueError({name}.MINE)")
    )

    assert report.failure is not None
    assert (report.failure.type, report.failure.message, report.failure.batch) == ("ValueError", "7", 3)


@faults({"run": ("run", "data.py:batches", "--quick", "--batches", "4", "--sizes", "off"), "lint": ("lint", "data.py")})
def the_command(place: Place, words: tuple[str, ...]) -> None:
    """It reads nothing of theirs either, started here, also by ``python -m`` where it need not look here."""
    for name in _NAMES:
        place.write(f"{name}.py", _MINE)
    place.write("data.py", _CLEAN)
    root = str(Path(__file__).parents[2])

    # As the tests start the command, Python 3.13 would look here before its first line; the installed one does not.
    installed = place.run(*words, env={"PYTHONSAFEPATH": "1", **DRAWN})

    assert installed.code == 0, installed.err
    if sys.version_info >= (3, 11):
        as_module = place.run(*words, module=True, env={"PYTHONPATH": root, "PYTHONSAFEPATH": "1", **DRAWN})
        assert as_module.code == 0, as_module.err


@faults(
    {
        "20 MB": (_BATCHES + "# " + "x" * 20_000_000 + "\n").encode(),
        "a line of 300,000 characters": (_BATCHES + "x = '" + "x" * 300_000 + "'\n").encode(),
        "a million lines": (_BATCHES + "#\n" * 1_000_000).encode(),
        "a chain of 900 terms": (_BATCHES + "def f(a): return " + "a+" * 900 + "a\n").encode(),
        "90 parentheses": (_BATCHES + "x = " + "(" * 90 + "1" + ")" * 90 + "\n").encode(),
        "90 nested lists": (_BATCHES + "x = " + "[" * 90 + "]" * 90 + "\n").encode(),
        "500 branches": (_BATCHES + "if not __name__: pass\n" + "elif not __name__: pass\n" * 500).encode(),
        "latin-1": ("# coding: latin-1\n" + _BATCHES + "# \xe4\xf6\xfc\n").encode("latin-1"),
        "a byte order mark": b"\xef\xbb\xbf" + _BATCHES.encode(),
        "form feeds": ("\f\n" + _BATCHES + "\f\n").encode(),
        "old line ends": _BATCHES.replace("\n", "\r\n").encode(),
    }
)
def source_texts_that_run(place: Place, raw: bytes) -> None:
    """What Python runs is measured, and what it raises is found in its line."""
    (place.folder / "data.py").write_bytes(raw)

    report = place.audit("data.py:batches")

    assert report.failure is not None
    assert (report.failure.type, report.failure.message, report.failure.batch) == ("ValueError", "here", 3)
    assert report.failure.location is not None
    assert report.batches.count == 2


@faults(
    {
        "a nul byte": _BATCHES.encode() + b"x = '\0'\n",
        "latin-1 without saying so": (_BATCHES + "x = '\xe4'\n").encode("latin-1"),
        "10,000 parentheses": (_BATCHES + "x = " + "(" * 10_000 + "1" + ")" * 10_000 + "\n").encode(),
        "no known coding": b"# coding: nosuch\n" + _BATCHES.encode(),
        "nothing that ends": (_BATCHES + "x = '''").encode(),
    }
)
def source_texts_that_do_not(place: Place, raw: bytes) -> None:
    """What Python says of them is told as the target's own."""
    (place.folder / "data.py").write_bytes(raw)

    report = place.audit("data.py:batches")

    assert report.failure is not None
    assert (report.failure.reason, report.failure.phase) == ("raised", "import")


@faults(
    {
        "a chain of 100,000 terms": "def f(a): return " + "a+" * 100_000 + "a\n",
        "a chain of 100,000 attributes": "def f(a): return a" + ".a" * 100_000 + "\n",
        "a chain of 20,000 calls": "def f(a): return a" + "()" * 20_000 + "\n",
        "10,000 signs": "x = " + "-" * 10_000 + "1\n",
        "10,000 parentheses": "x = " + "(" * 10_000 + ")" * 10_000 + "\n",
        "5,000 branches": "if a: pass\n" + "elif a: pass\n" * 5_000,
        "100 deep functions": "".join(" " * n + f"def f{n}():\n" for n in range(100)) + " " * 100 + "yield 1\n",
        "20 MB": "# " + "x" * 20_000_000 + "\n",
        "a nul byte": "x = '\0'\n",
    }
)
def source_texts_beside(place: Place, text: str) -> None:
    """Where a file that the target imports is so odd, reading the source leaves it out, and so does lint."""
    place.write("other.py", "def batches_of(n):\n    yield n\n" + text)
    target = place.target("if i > 1000: import other")

    report = place.audit(target)
    linted = place.run("lint", ".")

    assert report.failure is None, report.failure
    assert linted.code in {0, 1}, linted.err
    if "\0" not in text:
        assert any("other.py was not read as source: " in note for note in report.notes), report.notes

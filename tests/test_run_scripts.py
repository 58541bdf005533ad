"""Scripts that are run until they hand over a source: verdicts, and what is said where there is none to audit."""

import json
from pathlib import Path

import pytest

from tests.real_run import BRIEF, Scratch

pytestmark = pytest.mark.process

EAGER = """
import sys
import genaudit

def load(n):
    return [bytes(20_000) for _ in range(n)]

def batches(items, size=10):
    for at in range(0, len(items), size):
        yield [bytes(item) for item in items[at : at + size]]

def main():
    assert sys.argv == ["train.py", "--n", "400"], sys.argv
    items = load(int(sys.argv[2]))
    for _ in range(3):
        for batch in genaudit.source(batches(items)):
            raise SystemExit("a step would be made")

if __name__ == "__main__":
    main()
"""
LEAKS = """
import genaudit

validation = [bytes(20_000) for _ in range(400)]
history = []

class Loader:
    def __iter__(self):
        for number in range(60):
            history.append(bytes(100_000))
            yield [bytes(20_000)] * 8

loader = Loader()
for batch in genaudit.source(loader):
    pass
"""
CLEAN = """
import sys
import genaudit

n = int(sys.argv[1])
table = [bytes(20_000) for _ in range(400)]

def batches():
    for at in range(0, n, 10):
        yield [bytes(20_000) for _ in range(10)]

for batch in genaudit.source(batches()):
    pass
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A place to run in."""
    return Scratch(tmp_path)


def test_what_a_script_has_loaded_for_its_source(scratch: Scratch) -> None:
    """Is its source's: the line is that of the script."""
    scratch.write("train.py", EAGER)

    done = scratch.run("run", "train.py", "--", "--n", "400")

    (found,) = done.report["outcomes"][:1]
    assert (done.code, found["name"], found["verdict"]) == (1, "eager-load", "fail")
    assert (found["location"]["path"], found["location"]["line"]) == ("train.py", 14)
    assert done.report["target"]["source"] == "batches, handed to genaudit.source at train.py:16"
    assert [phase["name"] for phase in done.report["phases"]][1:5] == ["setup", "script", "arguments", "create"]


def test_what_grows_in_a_script(scratch: Scratch) -> None:
    """Has the name that the script has for it; what is beside its source is not blamed."""
    scratch.write("train.py", LEAKS)

    done = scratch.run("run", "train.py")

    found = {one["name"]: one for one in done.report["outcomes"] if one["verdict"] == "fail"}
    assert found["batch-growth"]["location"]["line"] == 10
    assert "eager-load" not in found
    assert "history" in json.dumps(done.report["holders"])


def test_the_size_is_told_to_the_script(scratch: Scratch) -> None:
    """Growth with the data set is measured; what the script has beside is the same at each size."""
    scratch.write("train.py", CLEAN)

    done = scratch.run("run", "train.py", "--quick", "--", "{n}")

    assert (done.code, done.report["verdict"], done.report["tested"]) == (0, "pass", "data set and batches")
    assert len({trial["items"] for trial in done.report["trials"]}) > 1


def test_another_source_and_all_of_them(scratch: Scratch) -> None:
    """By name; the list has every source once."""
    scratch.write(
        "train.py",
        """
        import genaudit
        train, valid = [bytes(1000)] * 40, [bytes(2000)] * 30
        for epoch in range(2):
            for batch in genaudit.source(train): pass
            for batch in genaudit.source(valid): pass
        """,
    )

    listed = scratch.run("run", "train.py", "--list-sources")
    done = scratch.run("run", "train.py", "--source", "valid", *BRIEF, "--out", "one")

    assert listed.out.splitlines() == [
        "1  train  list  genaudit.source  train.py:5",
        "2  valid  list  genaudit.source  train.py:6",
    ]
    (path,) = done.folder.glob("one/*/report.json")
    report = json.loads(path.read_text())
    assert report["batches"]["bytes_median"] == 2033
    assert any("also hands over train" in note for note in report["notes"])


def test_a_module_and_a_notebook(scratch: Scratch) -> None:
    """With relative imports; with magics, in the order of the cells."""
    scratch.write("shop/__init__.py", "")
    scratch.write("shop/data.py", "def batches(size):\n    for _ in range(20):\n        yield bytes(size)\n")
    scratch.write(
        "shop/train.py",
        "import sys, genaudit\nfrom .data import batches\n"
        "for batch in genaudit.source(batches(int(sys.argv[1]))):\n    pass\n",
    )
    cells = ["%matplotlib inline\nsize = 3000\n!ls\n", "import genaudit\nlist(genaudit.source([bytes(size)] * 20))\n"]
    cells.append("def kept(n=20):\n    rows = [bytes(9000) for _ in range(n)]\n    yield from rows\n")
    notebook = {"cells": [{"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4, "metadata": {}}
    scratch.write("notes/look.ipynb", json.dumps(notebook))

    module = scratch.run("run", "-m", "shop.train", *BRIEF, "--out", "one", "--", "5000")
    done = scratch.run("run", "notes/look.ipynb", *BRIEF)
    function = scratch.run("run", "notes/look.ipynb:kept", *BRIEF, "--out", "two")

    (report,) = module.folder.glob("one/*/report.json")
    assert json.loads(report.read_text())["batches"]["bytes_median"] == 5033
    assert done.report["batches"]["bytes_median"] == 3033
    assert done.report["target"]["source"].endswith("at notes/look.ipynb:cell 2:2")
    (report,) = function.folder.glob("two/*/report.json")
    assert json.loads(report.read_text())["batches"]["bytes_median"] == 9033


REFUSALS = {
    "no consumer": ("def batches():\n    yield 1\n", 3, ["handed no source", "Model.fit", "train.py:batches"]),
    "wants arguments": (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--data', required=True)\n"
        "parser.parse_args()\n",
        3,
        ["exit code 2", "--data", "genaudit run train.py -- "],
    ),
    "asks": ("answer = input('how many?')\n", 3, ["train.py:1 asks for input", "genaudit run train.py -- "]),
    "asks for a secret": (
        "import getpass\nkey = getpass.getpass('key: ')\n",
        3,
        ["train.py:2 asks for input", "genaudit run train.py -- "],
    ),
    "ends itself": (
        "import sys\nif len(sys.argv) < 2:\n    sys.exit('usage: train.py FOLDER')\n",
        3,
        ["ended itself before", "usage: train.py FOLDER", "genaudit run train.py -- "],
    ),
    "data": (
        "import genaudit\nfor row in genaudit.source({'a': 1}):\n    pass\n",
        3,
        ["train.py:2 hands genaudit.source dict of 1: a", "in memory as a whole"],
    ),
    "processes": (
        "import multiprocessing\nif __name__ == '__main__':\n"
        "    one = multiprocessing.Process(target=print)\n    one.start()\n    one.join()\n",
        3,
        ["handed no source", "what processes do that it starts is not seen"],
    ),
}


@pytest.mark.parametrize(("text", "code", "told"), REFUSALS.values(), ids=REFUSALS)
def test_a_script_without_a_source(scratch: Scratch, text: str, code: int, told: list[str]) -> None:
    """One clear message, with what to type next."""
    scratch.write("train.py", text)

    done = scratch.run("run", "train.py")

    assert done.code == code
    assert [part for part in told if part not in done.err] == []


RAISES = {
    "no file": ("import genaudit\n\nopen('nowhere.csv')\n", "FileNotFoundError", 3),
    "no network": (
        "from urllib.request import urlopen\ndef fetch(url):\n    return urlopen(url).read()\n"
        "fetch('http://127.0.0.1:9/digits.npz')\n",
        "URLError",
        3,
    ),
    "no card": ("def device():\n    raise RuntimeError('no NVIDIA driver')\ndevice()\n", "RuntimeError", 2),
}


@pytest.mark.parametrize(("text", "kind", "line"), RAISES.values(), ids=RAISES)
def test_a_script_that_raises(scratch: Scratch, text: str, kind: str, line: int) -> None:
    """Its own error with its own line, in the phase of the script."""
    scratch.write("train.py", text)

    done = scratch.run("run", "train.py")

    assert (done.code, done.failure["type"], done.failure["phase"]) == (3, kind, "script")
    assert done.failure["location"]["line"] == line


def test_a_cell_that_raises(scratch: Scratch) -> None:
    """The error names the cell, and the line as the notebook counts it."""
    cells = [{"cell_type": "code", "source": cell} for cell in ("size = 3000\n", "rows = sized(size)\n")]
    scratch.write("look.ipynb", json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}))

    done = scratch.run("run", "look.ipynb")

    assert (done.code, done.failure["type"], done.failure["phase"]) == (3, "NameError", "script")
    assert "(code cell 2)" in done.out


def test_a_pool_of_spawned_processes(scratch: Scratch) -> None:
    """They import the script under another name, and hand over nothing themselves."""
    scratch.write(
        "train.py",
        """
        import multiprocessing, genaudit
        def rows(size):
            return bytes(size)
        def batches(pool):
            yield from pool.imap(rows, [4000] * 30)
        if __name__ == "__main__":
            multiprocessing.set_start_method("spawn")
            with multiprocessing.Pool(1) as pool:
                for batch in genaudit.source(batches(pool)):
                    pass
        """,
    )

    done = scratch.run("run", "train.py", *BRIEF)

    assert done.report["batches"]["bytes_median"] == 4033
    assert done.report["target"]["source"].endswith("train.py:10")


def test_two_sources_at_once(scratch: Scratch) -> None:
    """The first is driven, and either when asked for by its number."""
    scratch.write(
        "train.py",
        """
        import genaudit
        def left():
            yield from [bytes(2000)] * 30
        def right():
            yield from [bytes(6000)] * 30
        for one, other in zip(genaudit.source(left()), genaudit.source(right())):
            pass
        """,
    )

    listed = scratch.run("run", "train.py", "--list-sources")
    second = scratch.run("run", "train.py", "--source", "2", *BRIEF)

    assert [line.split()[:2] for line in listed.out.splitlines()] == [["1", "left"], ["2", "right"]]
    assert second.report["batches"]["bytes_median"] == 6033


def test_a_script_goes_elsewhere_and_uses_a_thread(scratch: Scratch) -> None:
    """Neither keeps its source from being found."""
    (scratch.folder / "work").mkdir()
    scratch.write(
        "train.py",
        """
        import os, threading, genaudit
        os.chdir("work")
        def batches():
            for number in range(20):
                yield bytes(4000)
        def pump():
            for batch in genaudit.source(batches()):
                pass
        thread = threading.Thread(target=pump)
        thread.start()
        """,
    )

    done = scratch.run("run", "train.py", *BRIEF)

    assert done.report["batches"]["bytes_median"] == 4033
    assert done.report["target"]["source"].endswith("train.py:8")

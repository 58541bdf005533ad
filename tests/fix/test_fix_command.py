"""``genaudit fix`` as it is typed."""

import json
import re
import sys
from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.fix import checks
from tests.real_run import Scratch

pytestmark = pytest.mark.process

# No arrays: each of the many processes of a fix would import what they need.
EAGER = """
import random

def load(number):
    return bytearray([number]) * (64 * 64 * 3)

def gen(numbers, size=4):
    items = [load(number) for number in numbers]
    for at in range(0, len(items), size):
        yield b"".join(items[at:at + size])

def clean(numbers, size=4):
    for at in range(0, len(numbers), size):
        yield b"".join([load(number) for number in numbers[at:at + size]])

def drawn(numbers, size=4):
    source = random.SystemRandom()
    items = [load(number) for number in numbers]
    for at in range(0, len(items), size):
        yield b"".join(items[at:at + size]) + source.randbytes(8)

def shuffled(numbers, size=4):
    items = [load(number) for number in numbers]
    order = random.SystemRandom().sample(range(len(items)), len(items))
    for at in range(0, len(items), size):
        yield [items[place] for place in order[at:at + size]]

def arguments(n):
    return {"numbers": [number % 251 for number in range(n)]}

def places(n):
    return {"numbers": list(range(n))}
"""
HOW = ("--args-from", "data.py:arguments", "--items", "64", "--batches", "12", "--max-batches", "24")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    place = Scratch(tmp_path)
    place.write("data.py", EAGER)
    return place


@pytest.mark.slow
def test_a_fix_is_shown_and_written_and_then_there_is_nothing_to_fix(scratch: Scratch) -> None:
    """The file is changed with --write only; the patch is what git applies."""
    before = (scratch.folder / "data.py").read_bytes()
    shown = scratch.run(
        "fix", "data.py:gen", *HOW, "--output", "patch=fix.patch", "--output", "suggestions=review.json"
    )

    assert (shown.code, "not written: --write applies this" in shown.out) == (1, True), shown
    assert re.search(r"the same 32 batches over 2 epochs, byte for byte; [\d.]+ KiB an item → ", shown.out)
    assert (scratch.folder / "data.py").read_bytes() == before
    patch = (scratch.folder / "fix.patch").read_text()
    assert patch.startswith("--- a/data.py\n+++ b/data.py\n")
    review = json.loads((scratch.folder / "review.json").read_text())
    assert {comment["path"] for comment in review["comments"]} == {"data.py"}
    assert "\n".join(line.rstrip() for line in patch.splitlines()) in shown.out
    fix = shown.report["fix"]
    assert (fix["diff"], fix["verified"]["same"], fix["written"]) == (patch, True, False)

    written = scratch.run("fix", "data:gen", *HOW, "--write", "-q")

    assert (written.code, "1 of 1 finding with a proven fix, written: data.py" in written.out) == (0, True), written
    assert b"for number in item_numbers[at:at + size]" in (scratch.folder / "data.py").read_bytes()

    again = scratch.run("fix", "data.py:gen", *HOW)

    assert (again.code, "PASS" in again.out, "nothing to fix" in again.out) == (0, True, True), again


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said", "is_fixed"),
    [
        ("drawn", "drawn yields other data each time it is run", False),
        ("shuffled", "in an order that is never the same", True),
    ],
)
def test_what_is_not_the_same_twice(scratch: Scratch, name: str, said: str, is_fixed: bool) -> None:
    """Other values each time prove nothing; another order of the same items does not hinder."""
    done = scratch.run("fix", f"data.py:{name}", *HOW)

    assert done.code == 1
    assert said.replace("drawn", "original") in " ".join(done.out.split())
    assert ("+++ b/data.py" in done.out) is is_fixed


CACHED = """
def gen(numbers):
    cache = {}
    while True:
        for number in numbers:
            if number not in cache:
                cache[number] = bytearray([number % 251]) * (64 * 64 * 3)
            yield cache[number]
"""


@pytest.mark.slow
def test_what_shows_at_the_end_of_an_epoch_is_drawn_there(scratch: Scratch) -> None:
    """The changed code has nothing to tell of an epoch's end any more, and was measured there all the same."""
    scratch.write("cached.py", CACHED)
    done = scratch.run(
        "fix", "cached.py:gen", "--dataset", "numbers", "--args-from", "data.py:places", "--items", "128"
    )

    fix = done.report["fix"]
    before, after = fix["before"], fix["after"]
    assert before["at"] == after["at"] == "end of an epoch", done
    grown = (before["retained_bytes"][-1] - before["retained_bytes"][0]) / (before["sizes"][-1] - before["sizes"][0])
    assert grown == pytest.approx(64 * 64 * 3, rel=0.15)
    assert max(after["retained_bytes"]) < max(before["retained_bytes"]) / 2


@pytest.mark.slow
def test_a_module_that_is_run_is_fixed_where_it_loads(scratch: Scratch) -> None:
    """The change is in another file of its package, which is imported from there; the data stays where it was."""
    scratch.write("shop/__init__.py", "")
    scratch.write("shop/read.py", EAGER.partition("def clean")[0])
    scratch.write(
        "shop/train.py",
        """
        import genaudit
        from .read import gen

        for batch in genaudit.source(gen([len(line) for line in open("lines.txt")])):
            batch.mean()
        """,
    )
    scratch.write("lines.txt", "a line\n" * 400)

    done = scratch.run("fix", "-m", "shop.train", "--write")

    assert (done.code, "written: shop/read.py" in done.out) == (0, True), done
    assert "for number in item_numbers[at:at + size]" in (scratch.folder / "shop" / "read.py").read_text()


@pytest.mark.parametrize(
    ("target", "code", "said"),
    [
        ("photos.ipynb:gen", 2, "is a notebook"),
        ("photos.ipynb", 2, "is a notebook"),
        ("itertools:count", 2, "part of Python itself"),
        ("json:dumps", 2, "which is installed"),
        ("numpy:arange", 2, "which is installed"),
        ("nothing.py:gen", 2, "there is no file nothing.py"),
    ],
)
def test_what_is_refused_before_anything_is_measured(scratch: Scratch, target: str, code: int, said: str) -> None:
    """One error, and what to type next."""
    scratch.write("photos.ipynb", '{"cells": []}')

    done = scratch.run("fix", target)

    assert (done.code, done.err.count("error:"), said in done.err, "hint:" in done.err) == (code, 1, True, True), done
    assert not (scratch.folder / "reports").exists()


def test_without_libcst_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs it for anything else."""
    monkeypatch.setitem(sys.modules, "libcst", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(UsageError) as refused:
        checks.check_tools()

    assert refused.value.hint == "pip install 'genaudit[fix]'"

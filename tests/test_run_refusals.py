"""Wrong use, and targets that cannot be used: one clear message, its exit code, and nothing is measured."""

import contextlib
import io
import sys
from pathlib import Path

import pytest

from genaudit.cli.main import main
from tests.faults.matrix import Place
from tests.real_run import Done, Scratch

pytestmark = pytest.mark.process

DATA = """
import collections
NUMBER = 5
def batches(paths, batch_size):
    yield from paths
def train(images, labels):
    yield from images
def plain(n=100):
    for _ in range(n):
        yield bytearray(1000)
def nothing():
    pass
class Loader:
    def __init__(self, folder):
        self.folder = folder
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Place:
    """A folder with one module and six files."""
    made = Place(tmp_path)
    made.write("data.py", DATA)
    for index in range(6):
        made.write(f"images/{index}.jpg", "x" * 100)
        made.write(f"masks/{index}.png", "x" * 100)
    return made


REFUSALS = {
    "no module": ("nosuch:batches", 3, ["there is no module 'nosuch'", "looked in"]),
    "module, near": ("dta:plain", 3, ["there is no module 'dta'", "did you mean data?"]),
    "no file": ("nosuch.py:batches", 2, ["there is no file nosuch.py"]),
    "no attribute": ("data:nope", 3, ["has no attribute 'nope'", "it defines", "batches"]),
    "attribute, near": ("data.py:plane", 3, ["has no attribute 'plane'", "did you mean plain?"]),
    "no colon": ("data", 2, ["no colon", "data:batches"]),
    "no name": ("data:", 2, ["names no generator"]),
    "not Python": ("data:plain(", 2, ["'(' was never closed", "^"]),
    "no literal": ("data:plain(os.sep)", 2, ["'os.sep' is not a literal"]),
    "not callable": ("data:NUMBER", 3, ["an int", "is no source of batches"]),
    "called, not callable": ("data:NUMBER(3)", 3, ["NUMBER cannot be called"]),
    "gives None": ("data:nothing", 3, ["gives None", "lack a yield"]),
    "missing arguments": ("data:batches", 2, ["needs values for paths, batch_size", "batches(paths, batch_size)"]),
    "missing in a class": ("data:Loader", 2, ["Loader needs a value for folder", "Loader(folder)"]),
    "unknown argument": ("data:plain --arg m=3", 2, ["no parameter 'm'", "plain(n=100)"]),
    "too many arguments": ("data:plain(1,2)", 2, ["1 positional argument", "gives 2", "plain(n=100)"]),
    "two data sets": (
        "data:train --arg images=glob:images/*.jpg --arg labels=glob:masks/*.png --dataset nope",
        2,
        ["nope", "images", "labels"],
    ),
    "glob of nothing": ("data:batches --arg paths=glob:*.jpeg --arg batch_size=2", 2, ["matches no file", "*.jpeg"]),
    "no lines": ("data:batches --arg paths=lines:no.txt --arg batch_size=2", 2, ["there is no such file", "no.txt"]),
    "broken json": ("data:batches --arg paths=json:[1, --arg batch_size=2", 2, ["cannot be read"]),
    "unknown option value": ("data:plain --fail-on sometimes", 2, ["--fail-on", "'sometimes' is not one of"]),
    "unknown option": ("data:plain --batch 5", 2, ["No such option", "--batches"]),
    "bad number": ("data:plain --batches none", 2, ["--batches", "'none' is not a valid integer"]),
    "no time": ("data:plain --timeout nan", 2, ["--timeout", "not a number of seconds"]),
    "bad size": ("data:plain --memory-limit 5", 2, ["'5' has no unit", "did you mean 5MiB?"]),
    "bad sizes": ("data:plain --sizes 10", 2, ["--sizes '10'", "--sizes 50,100,200"]),
    "bad synth": (
        "data:plain --synth songs:n=5",
        2,
        ["--synth", "there is no kind of data 'songs'", "images, arrays, npy"],
    ),
    "bad output": ("data:plain --output page", 2, ["'page' is not FORMAT=PATH"]),
    "unknown format": ("data:plain --output pdf=a.pdf", 2, ["there is no format 'pdf'", "html"]),
    "output is a folder": ("data:plain --output html=images", 2, ["html=images: that is a folder"]),
    "output below a file": ("data:plain --out data.py/reports", 2, ["cannot be written", "data.py is not a folder"]),
    "no driver": ("data:plain --driver trains", 2, ["--driver trains: there is no such driver", "drivers:"]),
    "driver that does not fit": ("data:plain --driver sequence", 2, ["--driver sequence cannot drive"]),
    "no args-from": ("data:batches --args-from data:nope", 3, ["has no attribute 'nope'"]),
}


def run_here(place: Place, *words: str) -> Done:
    """A command line in the process of the tests, which has imported most of it already; nothing of it may be left."""
    out, err = io.StringIO(), io.StringIO()
    with place._entered(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["genaudit", *words])
        patch.setenv("COLUMNS", "100")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as end:
            main(list(words))
    assert "Traceback" not in err.getvalue()
    assert place.left_running() == []
    assert list(place.temporary.iterdir()) == []
    return Done(int(end.value.code or 0), out.getvalue(), err.getvalue(), place.folder)


@pytest.mark.parametrize(("words", "code", "said"), REFUSALS.values(), ids=REFUSALS)
def test_what_cannot_be_used_is_refused(scratch: Place, words: str, code: int, said: list[str]) -> None:
    """What is wrong, where, and what to do; on standard error, with the exit code, and no report."""
    done = run_here(scratch, "run", *words.split())

    assert (done.code, done.out) == (code, "")
    assert [text for text in said if text not in done.err] == []
    assert not (scratch.folder / "reports").exists()


def test_two_candidates_for_the_data_set_are_listed(scratch: Scratch) -> None:
    """Two lists of files, and neither says which is the data."""
    scratch.write("more/0.png", "x")

    done = scratch.run("run", "data:train", "--arg", "images=glob:images/*.jpg", "--arg", "labels=glob:m*/*.png")

    assert done.code == 2
    assert "images" in done.err
    assert "labels" in done.err
    assert "--dataset" in done.err


def test_an_unknown_command_names_the_one_that_is_meant(scratch: Scratch) -> None:
    """A slip of the finger, and a target where a command belongs."""
    slip, target = scratch.run("rnu"), scratch.run("data.py:plain")

    assert (slip.code, target.code) == (2, 2)
    assert "Did you mean run?" in slip.err
    assert "genaudit run data.py:plain" in target.err


def test_what_is_reported_again_must_be_ours(scratch: Scratch) -> None:
    """A file that is not there, and one that is something else."""
    absent, other = scratch.run("report", "none.json"), scratch.run("report", "data.py")

    assert (absent.code, other.code) == (2, 2)
    assert "none.json cannot be read" in absent.err
    assert "data.py is nothing that genaudit wrote" in other.err


def test_a_fault_of_our_own_is_not_blamed_on_the_target(scratch: Scratch) -> None:
    """A measuring process that ends before it begins: exit code 70, and what it said."""
    scratch.write("sitecustomize.py", "import os, sys\nif 'GENAUDIT_TRIAL' in os.environ: os._exit(9)\n")

    done = scratch.run("run", "data:plain", env={"PYTHONPATH": str(scratch.folder)})

    assert done.code == 70
    assert "ended with exit code 9 before it began" in done.err

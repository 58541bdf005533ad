"""A script runs as __main__ to where it hands over the source that is wanted; driving it is somebody else's part."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import genaudit
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.child.script import ending, loops
from genaudit.recorder.child.script.after_import import AfterImport
from genaudit.recorder.child.script.found import Found
from genaudit.recorder.child.script.run import STEPS_LET_BY, ScriptRun
from genaudit.recorder.script import parse_script

Run = Callable[..., ScriptRun]


class Driven(BaseException):
    """The process would end here."""


class Written:
    """Marks, in a list."""

    def __init__(self) -> None:
        self.marks: list[dict[str, Any]] = []

    def write(self, mark: str, **fields: Any) -> None:
        """Keep one."""
        self.marks.append({"mark": mark, **fields})


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, write: Callable[[str, str], Path]) -> Run:
    """Runs a script up to where it would be driven or refused; the interpreter is as it was afterwards."""
    monkeypatch.setattr(sys, "argv", ["genaudit"])
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(genaudit, "_consumer", None)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])

    # What this process has imported stays as it is, for the tests that come after.
    monkeypatch.setattr(AfterImport, "install", lambda waiting: sys.meta_path.insert(0, waiting))
    # It ends the threads of this process for good, and with them what other tests run in threads.
    monkeypatch.setattr(ending, "wait_for_threads", lambda: None)

    def made(text: str, *words: str, **wanted: Any) -> ScriptRun:
        path = write("shop/train.py", text)
        target = parse_script(str(path), list(words), **wanted).as_dict([])
        spec = {"target": target, "size": None, "scales": True}

        def drive(found: Found) -> None:
            raise Driven(found)

        return ScriptRun(spec, Written(), drive, Refusal.be_raised)  # type: ignore[arg-type]

    return made


def driven(script: ScriptRun) -> Found:
    """What it would drive."""
    script.prepare()
    with pytest.raises(Driven) as caught:
        script.run()
    found: Found = caught.value.args[0]
    return found


TWO = """
import sys
import genaudit
import beside

assert __name__ == "__main__" and sys.argv[1:] == ["--epochs", "3"], sys.argv
train, valid = [1, 2], [3]
for epoch in range(2):
    for batch in genaudit.source(train, steps=2):
        assert beside.seen.append(batch) is None
    for batch in genaudit.source(valid):
        pass
"""


def test_the_first(run: Run, write: Callable[[str, str], Path]) -> None:
    """With its own words, and what lies beside it importable."""
    write("shop/beside.py", "seen = []")

    found = driven(run(TWO, "--epochs", "3"))

    assert (found.value, found.name, found.steps, found.line) == ([1, 2], "train", 2, 9)


@pytest.mark.parametrize("wanted", ["2", "valid"])
def test_another(run: Run, write: Callable[[str, str], Path], wanted: str) -> None:
    """The first goes on with one batch, so that the script comes there."""
    write("shop/beside.py", "seen = []")

    found = driven(run(TWO, "--epochs", "3", source=wanted))

    assert (found.value, [other.name for other in found.others]) == ([3], ["train"])
    assert sys.modules["beside"].seen == [1]


def test_all(run: Run, write: Callable[[str, str], Path]) -> None:
    """Each once, though every epoch hands them over."""
    write("shop/beside.py", "seen = []")
    script = run(TWO, "--epochs", "3", lists=True)

    script.prepare()
    script.run()

    assert [(found.number, found.name) for found in script.handed] == [(1, "train"), (2, "valid")]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param("x = 1", "no-source", id="none"),
        pytest.param("import sys\nsys.exit(2)", "script-exited", id="ended"),
        pytest.param("import genaudit\nlist(genaudit.source({}))", "data-handed-over", id="data"),
    ],
)
def test_no_source(run: Run, text: str, slug: str) -> None:
    """It is refused."""
    script = run(text)
    script.prepare()

    with pytest.raises(Refusal) as caught:
        script.run()
    assert caught.value.slug == slug


def test_steps_of_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few are let by; then its loop must be told."""
    monkeypatch.setattr(loops, "running_generators", list)
    script = run("")
    script.prepare()

    for _ in range(STEPS_LET_BY):
        script._stepped("Tensor.backward", None)
    with pytest.raises(Refusal) as caught:
        script._stepped("Tensor.backward", None)
    assert caught.value.slug == "bare-loop"

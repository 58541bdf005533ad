"""Files as they come: what is not asked for stays as it is, to the last byte, and what cannot be changed is refused."""

import codecs
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("libcst")

from genaudit.fix.engine import Engine, Fixed, Wish
from genaudit.fix.origins import Origins
from genaudit.fix.proof import Trialled
from genaudit.fix.rewrites.base import Fault, Proposal, Rewrite
from genaudit.fix.rewrites.catalogue import REWRITES
from genaudit.model import Location, Outcome, Report, Verdict
from genaudit.model.comparison import BatchCheck, SameData
from tests.build_report import clean, eager, outcome, outcomes

SAME = BatchCheck(verdict=SameData.SAME, ordered=True, batches=26, items=None, epochs=2)


class AllIsWell:
    """Says of every changed text that it is a fix, and keeps it."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    def changed(
        self, contents: Mapping[Path, bytes], finding: Outcome, before: Report, summary: str, origins: Origins
    ) -> Trialled:
        self.contents += contents.values()
        return Trialled(report=clean(), batches=SAME)

    def covered(self, text: str) -> str:
        return text


def fixed(path: Path, code: str, line: int) -> tuple[Fixed, list[bytes]]:
    """What comes of a finding on a line of a file."""
    place = Location(path=str(path), line=line)
    found = outcome(code, Verdict.FAIL, value=1e6, unit="bytes/item", location=place)
    target = msgspec.structs.replace(eager().target, path=None, line=None)
    report = msgspec.structs.replace(eager(), outcomes=outcomes(found), holders=[], target=target)
    measuring = AllIsWell()
    done = Engine(measuring, report, Wish(rewrites=REWRITES), time.time() + 1).run()
    return done, measuring.contents


# Tabs, decorators, match, a form feed, statements behind semicolons, strange blanks, no line end at the last line.
STRANGE = """# -*- coding: utf-8 -*-
import  functools ;import numpy as np
\x0c
@ functools . wraps( print )
@functools.lru_cache ( maxsize = 4 )
def kind(path) :
\tmatch path.split( "." ) :
\t\tcase [ _, "npy" ] :   # müßte gehen
\t\t\treturn 1 ; x = 2
\t\tcase [*_] if path : return 0


def gen( paths, size = 8 ) :
\timages = [ np.load( path ) for path in paths ]   # ← found here
\tfor at in range( 0, len( images ), size ) :
\t\tyield  np.stack( images[ at : at + size ] ) ; kind( "a.b" )
if True : pass"""
WRITTEN = {
    "as it is": lambda text: text.encode(),
    "with a byte order mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "with line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "of an old Mac": lambda text: text.replace("\n", "\r").encode(),
    "in Latin 1": lambda text: text.replace("utf-8", "latin-1").replace("←", "<-").encode("latin-1"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_all_lines_but_those_that_change_keep_their_bytes(tmp_path: Path, how: str) -> None:
    """Whatever they are written with."""
    before = WRITTEN[how](STRANGE)
    (tmp_path / "data.py").write_bytes(before)

    done, _ = fixed(tmp_path / "data.py", "GA101", 14)

    (after,) = done.after.values()
    new = STRANGE.replace("images = [ np.load( path ) for path in paths ]", "image_paths = list(paths)").replace(
        "len( images )", "len( image_paths )"
    )
    new = new.replace("images[ at : at + size ]", "[np.load( path ) for path in image_paths[ at : at + size ]]")
    assert after == WRITTEN[how](new)
    assert (tmp_path / "data.py").read_bytes() == before


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.name)
def test_no_rewrite_fails_on_a_strange_file(rewrite: Rewrite) -> None:
    """Whatever line it is asked about; what it proposes parses."""
    for line in range(1, STRANGE.count("\n") + 2):
        answer = rewrite.propose(STRANGE, Fault(code=min(rewrite.codes), line=line, bound=8))
        if isinstance(answer, Proposal):
            compile(answer.text, "data.py", "exec")


EMPTY = {"an empty file": "", "only a comment": "# nothing", "only blank lines": "\n\n\n"}


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY)
def test_a_file_with_nothing_in_it(tmp_path: Path, text: str) -> None:
    """Nothing fits, and that is said."""
    (tmp_path / "data.py").write_text(text)

    done, _ = fixed(tmp_path / "data.py", "GA101", 1)

    assert "no rewrite of genaudit's fits" in done.fix.unfixed[0].reason


REFUSED = {
    "a notebook": ("train.ipynb", "{}", "it is a notebook: move the function into a module"),
    "null bytes": ("data.py", "x = 1\0\n", "does not parse"),
    "another Python": ("data.py", "print 'hello'\n", "does not parse: line 1"),
    "an unknown encoding": ("data.py", "# -*- coding: klingon -*-\nx = 1\n", "cannot be decoded"),
    "mixed line ends": ("data.py", "x = 1\r\ny = 2\n", "its lines end in different ways"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_rewritten_is_refused(tmp_path: Path, case: str) -> None:
    """With the reason, and nothing is run."""
    name, text, reason = REFUSED[case]
    (tmp_path / name).write_bytes(text.encode())

    done, contents = fixed(tmp_path / name, "GA101", 1)

    assert reason in done.fix.unfixed[0].reason
    assert contents == []


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """It was there when it was measured."""
    done, _ = fixed(tmp_path / "data.py", "GA101", 1)

    assert "cannot be read: No such file" in done.fix.unfixed[0].reason


def test_an_installed_package_is_not_looked_at() -> None:
    """Its code is not the user's; where the line is in it, nothing else is guessed."""
    import numpy as np

    done, contents = fixed(Path(np.__file__), "GA101", 5)

    assert "no line of a file of yours" in done.fix.unfixed[0].reason
    assert contents == []

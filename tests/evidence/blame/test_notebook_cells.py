"""A place in a notebook is told as a person finds it: by the cell, and the line in it."""

import json
import re

import msgspec
import pytest

from genaudit.model.report import Failure, Report
from genaudit.render import render
from genaudit.render.terminal.links import places_of
from genaudit.render.text.report import blamed_line, last_frames
from genaudit.report.build import conclude
from tests import build
from tests.evidence.retention.made import Step, generator, walk

BOOK = "/project/train.ipynb"
CELLS = [
    "import glob\nfrom data import load\n",
    "def generate(paths):\n    held = [load(path) for path in paths]\n    yield from held\n",
]
FIRST_OF_SECOND = 3
"""Lines are counted through both cells."""
LINE = FIRST_OF_SECOND + 1
COUNTED = re.compile(rf"train\.ipynb:{LINE}\b|\bline {LINE}\b")


def report() -> Report:
    """A generator in the second cell that loads all of its data in the second line there."""
    trials = []
    for made in build.at_sizes(lambda n, batch, epoch: n * build.ITEM):
        assert made.arguments is not None
        mark = msgspec.structs.replace(made.arguments, path=BOOK, line=FIRST_OF_SECOND)
        held = (made.items or 0) * build.ITEM
        array = Step("entry", "", "ndarray", held, detail="64x64 uint8", count=made.items, data_bytes=held)
        kept = Step("variable", "held", "list", held, array, entries=made.items, data_bytes=held)
        root = generator(kept, n_bytes=held, path=BOOK, line=FIRST_OF_SECOND)
        trials.append(msgspec.structs.replace(made, arguments=mark, retention=[walk(root)]))
    recording = msgspec.structs.replace(
        build.recording(*trials),
        sources={BOOK: "".join(CELLS)},
        cells={BOOK: [1, FIRST_OF_SECOND, FIRST_OF_SECOND + 3]},
        working_directory="/project",
    )
    return conclude(recording)


def test_a_finding_has_the_cell_of_its_line() -> None:
    """And so have the path to what is held, the sentence of the cause, and what an editor is led to."""
    made = report()
    blame, holder = blamed_line(made), made.holders[0]

    assert blame is not None
    assert (blame.place, blame.source) == ("train.ipynb:cell 2:2", "held = [load(path) for path in paths]")
    assert blame.line == LINE
    assert holder.names[0] == "generate (cell 2:1)"
    assert holder.location is not None
    assert holder.location.place == "train.ipynb:cell 2:2"
    assert made.summary.cause is not None
    assert made.summary.cause.startswith("train.ipynb:cell 2:2 in generate: ")
    assert places_of(made)["train.ipynb:cell 2:2"].line == LINE


@pytest.mark.parametrize("name", ["text", "markdown", "html", "junit"])
def test_no_page_tells_the_line_of_all_cells(name: str) -> None:
    """Nobody could find it."""
    options = {"verbosity": 2} if name == "text" else {}
    text = render(report(), name, **options).decode()
    # The page holds the data, too, for whoever reads it by program.
    page = re.sub(r"<script.*?</script>", "", text, flags=re.S)

    assert "train.ipynb:cell 2:2" in page
    assert not COUNTED.search(page)


@pytest.mark.parametrize("name", ["github", "gitlab", "sarif"])
def test_what_needs_a_line_of_the_file_has_its_first(name: str) -> None:
    """The file of a notebook is JSON: the message has the cell."""
    text = render(report(), name).decode()

    assert "cell 2:2: " in text
    assert not re.search(rf'(line=|[lL]ine": |begin": ){LINE}\b', text)


def test_frames_of_a_failure_have_their_cells() -> None:
    """As the traceback counts lines through all of them."""
    frames = [(5, "generate"), (4, "<listcomp>")]
    stack = "".join(f'  File "{BOOK}", line {line}, in {name}\n    pass\n' for line, name in frames)
    made = report()
    traceback = f"Traceback (most recent call last):\n{stack}ValueError: x\n"
    failed = Failure(reason="raised", location=made.at("train.ipynb", 4), traceback=traceback)

    assert last_frames(msgspec.structs.replace(made, failure=failed)) == [
        "train.ipynb:cell 2:3 in generate",
        "train.ipynb:cell 2:2 in <listcomp>",
    ]


def test_a_report_of_a_file_has_no_cells() -> None:
    """Its lines are as they are, in what is read by program as well."""
    made = conclude(build.recording(*build.at_sizes(lambda n, batch, epoch: n * build.ITEM)))

    assert made.cells == {}
    assert made.at("data.py", 4).place == "data.py:4"
    assert json.loads(render(made, "json"))["cells"] == {}

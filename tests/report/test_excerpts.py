"""The code that a report shows: whole functions, in bounds."""

import msgspec

from genaudit.evidence.evidence import Evidence
from genaudit.model import EvidenceKind, Level, Location, Outcome, Verdict
from genaudit.model.report import SiteRow
from genaudit.report.excerpts import MOST_LINES, excerpts
from tests.build import recording, trial

SHORT = '''\
"""A module."""
LIMIT = 3
def generate(keys):
    held = [load(key) for key in keys]
    yield from held


class Cache:
    """Keeps."""

    def get(self, key):
        return key
'''


def shown(source: str, *lines: int, sites: tuple[int, ...] = ()) -> list[tuple[int, int, str | None]]:
    """First and last line, and the function, of every excerpt, for findings at these lines."""
    made = recording(trial(16, lambda batch, epoch: 0.0))
    made = msgspec.structs.replace(made, sources={"/project/data.py": source}, working_directory="/project")
    outcomes = [
        Outcome(
            code="GA101",
            name="eager-load",
            verdict=Verdict.FAIL,
            level=Level.ERROR,
            evidence=EvidenceKind.MEASURED,
            message="",
            location=Location(path="data.py", line=line),
        )
        for line in lines
    ]
    rows = [
        SiteRow(path="data.py", line=line, function=None, retained_bytes=1, peak_bytes=None, blocks=1) for line in sites
    ]
    found = excerpts(Evidence(made), outcomes, None, rows)
    for one in found:
        assert one.lines == source.splitlines()[one.first_line - 1 : one.first_line - 1 + len(one.lines)]
    return [(one.first_line, one.first_line + len(one.lines) - 1, one.function) for one in found]


def test_a_clean_target_shows_its_own_function() -> None:
    """Nothing is to blame: the function that was audited is what there is to see."""
    assert shown(SHORT) == [(3, 5, "generate")]


def test_the_whole_function_around_a_line() -> None:
    """Of a method, the class, where it is not too long."""
    assert shown(SHORT, 11) == [(3, 5, "generate"), (8, 12, "Cache")]


def test_a_line_outside_of_functions_has_its_surroundings() -> None:
    """What touches is one excerpt."""
    assert shown(SHORT, 2) == [(1, 10, None)]


def test_lines_that_hold_much_are_shown_too() -> None:
    """Though no rule blames them."""
    assert shown(SHORT, sites=(12,)) == [(3, 5, "generate"), (8, 12, "Cache")]


def test_of_a_notebook_the_cell_is_shown() -> None:
    """With its number, as errors name it; cells side by side stay apart."""
    made = recording(trial(16, lambda batch, epoch: 0.0))
    notebook = msgspec.structs.replace(
        made,
        sources={"/project/train.ipynb": "import os\npaths = os.listdir()\nheld = list(paths)\nheld.sort()\n"},
        cells={"/project/train.ipynb": [1, 3, 5]},
        working_directory="/project",
    )
    rows = [
        SiteRow(path="train.ipynb", line=line, function=None, retained_bytes=1, peak_bytes=None, blocks=1)
        for line in (2, 3)
    ]
    found = excerpts(Evidence(notebook), [], None, rows)

    assert [(one.first_line, len(one.lines), one.function) for one in found] == [
        (1, 2, "code cell 1"),
        (3, 2, "code cell 2"),
    ]


def test_a_long_function_is_cut_to_the_place() -> None:
    """And all together stay in bounds, what is to blame first."""
    long = "def generate(keys):\n" + "    work()\n" * 5000
    assert shown(long, 2000) == [(1, 11, None), (1992, 2008, None)]
    found = shown(long, *range(100, 4000, 40))

    assert sum(last - first + 1 for first, last, _ in found) <= MOST_LINES
    assert found[0][0] == 92


def test_a_file_that_is_no_python_has_lines_all_the_same() -> None:
    """As a template, or a file that was edited since."""
    assert shown("def generate(\n" * 40, 30) == [(1, 11, None), (22, 38, None)]

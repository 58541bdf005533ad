"""The line that adds to a container that grew."""

import msgspec
import pytest

from genaudit.evidence.blame.containers import blame_container, lines_that_add
from genaudit.evidence.project import Project
from genaudit.model.marks import GrowingContainer, HoldersMark
from genaudit.model.recording import Recording
from genaudit.units import MIB
from tests import build as made

SOURCE = """\
import heapq

class Loader:
    def __iter__(self):
        for path in self.paths:
            {line}
            yield path
"""


def recording(line: str, *containers: GrowingContainer, path: str = "/project/data.py") -> Recording:
    """The recording of a target with this line, in which these containers grew."""
    mark = HoldersMark(at_s=1.0, batch=8, holders=list(containers))
    trial = made.trial(16, lambda batch, epoch: 0, holders=[mark])
    return msgspec.structs.replace(made.recording(trial), sources={path: SOURCE.format(line=line)})


def container(name: str, gained: int = 8) -> GrowingContainer:
    """A container that gained entries."""
    return GrowingContainer(names=[name], type="list", gained=gained, entries=gained)


@pytest.mark.parametrize(
    "line",
    [
        "self.seen.append(path)",
        "self.seen[path] = load(path)",
        "self.seen += [path]",
        "self.seen[0] += [path]",
        "heapq.heappush(self.seen, path)",
        "self.seen['all'].add(path)",
    ],
)
def test_ways_of_adding(line: str) -> None:
    """Each way to add to a container is found, with the function around it."""
    run = recording(line, container("seen"))

    blame = blame_container(run, Project(run), 3.0 * MIB)

    assert blame is not None
    assert (blame.line, blame.function, blame.n_bytes) == (6, "Loader.__iter__", 3 * MIB)
    assert lines_that_add(run, SOURCE.format(line=line)) == {6}


@pytest.mark.parametrize("line", ["self.other.append(path)", "self.seen = [path]", "print(self.seen)"])
def test_what_does_not_add_to_it(line: str) -> None:
    """A line about another container, or that adds nothing, is not named."""
    run = recording(line, container("seen"))

    assert blame_container(run, Project(run), 3.0 * MIB) is None
    assert lines_that_add(run, SOURCE.format(line=line)) == set()


def test_the_container_that_gained_most_comes_first() -> None:
    """Two grew: the line of the larger one is named."""
    run = recording("self.small.append(path); self.large.append(path)", container("small", 2), container("large", 9))
    other = msgspec.structs.replace(run, sources={"/project/data.py": "small.append(1)\n\nlarge.append(1)\n"})

    blame = blame_container(other, Project(other), 1.0)

    assert blame is not None
    assert blame.line == 3


def test_files_of_others_are_not_looked_at() -> None:
    """A library that adds to something of the same name is not to blame."""
    run = recording("seen.append(path)", container("seen"), path="/usr/lib/python3/cache.py")

    assert blame_container(run, Project(run), 1.0) is None


def test_source_that_cannot_be_read() -> None:
    """A text that is no Python names no line."""
    run = recording("seen.append(", container("seen"))

    assert blame_container(run, Project(run), 1.0) is None

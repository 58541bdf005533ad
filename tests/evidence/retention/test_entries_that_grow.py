"""Where no container gains entries, the line is that of what its entries came to hold."""

import textwrap

import pytest

from genaudit.evidence.project import Project
from genaudit.evidence.retention.lines import places_of
from genaudit.evidence.retention.tree import Tree
from tests import build
from tests.evidence.retention.made import Step, walk

PATH = "/project/data.py"
KEEPS = """
    class Volume:
        def __init__(self, path):
            self._data = None

        def get_data(self):
            values = np.fromfile(self.path)
            self._data = values
            return values

    class Patients:
        def __init__(self, paths):
            self.volumes = [Volume(path) for path in paths]

        def add(self, path):
            self.volumes.append(Volume(path))
    """


def patients(n_entries: int, n_loaded: int, kind: str = "data.Volume") -> Step:
    """A list of volumes, some with their data."""
    data = Step("attribute", "_data", "ndarray", 1000 * n_loaded, count=n_loaded)
    volume = Step("entry", "", kind, 1000 * n_loaded + 100, data, count=n_loaded)
    volumes = Step("attribute", "volumes", "list", 1000 * n_loaded + 200, volume, entries=n_entries)
    return Step("source", "Patients", "data.Patients", 1000 * n_loaded + 300, volumes)


@pytest.mark.parametrize(
    ("n_before", "wanted"),
    [
        pytest.param(100, "self._data = values", id="the same volumes, with their data"),
        pytest.param(10, "self.volumes.append(Volume(path))", id="more volumes"),
    ],
)
def test_what_gains_is_what_is_blamed(n_before: int, wanted: str) -> None:
    """The line that binds it, though the value comes from a variable."""
    text = textwrap.dedent(KEEPS)
    first, last = walk(patients(n_before, 10)), walk(patients(100, 100), at="end", batch=9)
    (grown,) = Tree(last, before=first).holdings()
    recording = build.recording(build.trial(16, lambda batch, epoch: 0.0))

    places = places_of(grown, Project(recording), {PATH: text}, grows=True)

    assert [text.split("\n")[place.line - 1].strip() for place in places] == [wanted]


ASKED = {
    "an entry": ["return self.volumes[index].get_fdata()"],
    "a variable": ["volume = self.volumes[index]", "return volume.get_fdata()"],
    "a loop": ["for volume in self.volumes: yield volume.get_fdata()"],
    "two of them": ["both = self.volumes[0].get_fdata()", "return both + self.volumes[1].get_fdata()"],
}


@pytest.mark.parametrize("body", ASKED.values(), ids=ASKED)
def test_entries_of_a_library_that_fill_themselves_do_so_where_they_are_asked(body: list[str]) -> None:
    """No line of the user's binds what they fill. Where several ask, nobody can tell, and the list is named."""
    text = "\n".join(
        [
            "class Patients:",
            "    def __init__(self, paths):",
            "        self.volumes = [nib.load(path) for path in paths]",
            "    def read(self, index):",
            *(f"        {line}" for line in body),
        ]
    )
    first, last = (walk(patients(100, n, "Nifti1Image"), at=at, batch=n) for at, n in (("first", 1), ("end", 100)))
    (grown,) = Tree(last, before=first).holdings()
    recording = build.recording(build.trial(16, lambda batch, epoch: 0.0))
    places = places_of(grown, Project(recording), {PATH: text}, grows=True)

    assert [place.line for place in places] == (
        [3] if sum("get_fdata" in line for line in body) > 1 else [4 + len(body)]
    )

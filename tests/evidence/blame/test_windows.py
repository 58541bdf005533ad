"""Windows cut from whole files, told from items that must be decoded whole."""

import msgspec
import pytest

from genaudit.evidence.blame.windows import whole_for_a_window
from genaudit.evidence.project import Project
from genaudit.model.marks import Frame, Site, SitesMark
from tests import build

DATA = "/project/data.py"
BATCHES, ITEMS = 16, 4
FILE = 8_000_000


def read_at(reads: str, converts: str, cuts: str, *, highest: int, peak: int, cut_runs: int = ITEMS) -> int | None:
    """The line that is blamed of three that run for each item.

    Args:
        highest: The one of them in which memory is highest.
        peak: What it adds.
        cut_runs: How often the last runs for each batch.
    """
    source = f"def load(path, start, n):\n    samples = {reads}\n    samples = {converts}\n    return {cuts}\n"
    recording = build.recording(build.trial(16, lambda batch, epoch: 0))
    project = Project(msgspec.structs.replace(recording, sources={DATA: source}))
    sites = [
        Site(
            frames=[Frame(path=DATA, line=line, function="load")],
            bytes=0,
            blocks=BATCHES * (cut_runs if line == 4 else ITEMS),
            peak_bytes=peak if line == highest else 1000,
            height_bytes=peak if line == highest else 1000,
        )
        for line in (2, 3, 4)
    ]
    mark = SitesMark(
        at_s=0.0, engine="lines", at="end", batch=BATCHES, traced_bytes=0, peak_bytes=0, tracer_bytes=0, sites=sites
    )
    found = whole_for_a_window(project, mark, n_items=ITEMS, file_bytes=FILE, expected=peak)
    return None if found is None else found.line


CUT = "samples[start : start + n]"


@pytest.mark.parametrize(
    ("reads", "converts", "highest", "times", "line"),
    [
        pytest.param("read(path)", "samples.astype(float64) / 2**15", 3, 4, 3, id="converted whole"),
        pytest.param("read(path)", "np.float32(samples)", 3, 4, 3, id="by a type"),
        pytest.param("read(path)", "samples - samples.mean()", 3, 2, 3, id="computed with"),
        pytest.param("read(path)", "samples", 2, 1.0, 2, id="read as the file is"),
        pytest.param("read(path)", "samples", 2, 0.7, None, id="a part of it"),
        pytest.param("read(path)", "samples", 2, 1.4, None, id="more than it: it was compressed"),
        pytest.param("read(path)", "decode(samples)", 3, 10, None, id="decoded"),
        pytest.param("read(path)", "np.asarray(samples)", 3, 10, None, id="by what may decode"),
        pytest.param("read(path)", "decode(samples) / 255", 3, 10, None, id="decoded and converted in one"),
    ],
)
def test_what_reads_or_converts_a_whole_file_for_a_window(
    reads: str, converts: str, highest: int, times: float, line: int | None
) -> None:
    """Decoding takes what it takes."""
    assert read_at(reads, converts, CUT, highest=highest, peak=round(times * FILE)) == line


@pytest.mark.parametrize(
    ("cuts", "line"),
    [
        (CUT, 3),
        ("samples[:, start : start + n]", 3),
        ("samples[:n]", None),
        ("samples[0:4096]", None),
        ("samples[start]", None),
        ("samples.reshape(n, -1).mean(0)", None),
    ],
    ids=["window", "of the second axis", "the beginning", "a place that never changes", "one value", "all of it"],
)
def test_only_what_is_cut_from_a_computed_place_is_a_window(cuts: str, line: int | None) -> None:
    """Of a whole file a small item may be made that needs all of it."""
    assert read_at("read(path)", "samples / 2.0", cuts, highest=3, peak=4 * FILE) == line


@pytest.mark.parametrize(("cut_runs", "line"), [(ITEMS, 3), (1, None)])
def test_a_window_is_cut_for_each_item(cut_runs: int, line: int | None) -> None:
    """A slice once a batch is one of names, or of the batch."""
    assert read_at("read(path)", "samples / 2.0", CUT, highest=3, peak=4 * FILE, cut_runs=cut_runs) == line

"""What a generator makes for each batch and has until the next, and what it only seems to."""

import textwrap

import pytest
from msgspec.structs import replace

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.rules.batch_spike import batch_spike
from genaudit.units import MIB
from tests import build
from tests.evidence.retention.made import Step, generator, walk

PATH = "/project/data.py"
LARGE = 64 * MIB
ANEW = """
import numpy as np
import helpers

def generate(paths):
    while True:
        for path in paths:
            work = np.zeros((5, 1000, 1000))
            yield work[:2].mean(-1)
"""


def made(source: str, *below: Step, n_bytes: int = LARGE) -> Evidence:
    """A generator of this source that had so much in a variable when its last batch was handed out."""
    held = below or (Step("variable", "work", "ndarray", n_bytes, detail="5x1000x1000 float64"),)
    trial = build.trial(64, lambda batch, epoch: 0.0, kind="clean", transient=lambda batch: build.BATCH)
    mark = walk(generator(*held, n_bytes=n_bytes, line=5), at="end", batch=16)
    texts = {PATH: textwrap.dedent(source), "/project/helpers.py": ""}
    return Evidence(replace(build.recording(replace(trial, retention=[mark])), sources=texts))


def test_what_is_made_for_each_batch_is_a_spike_though_nothing_rises() -> None:
    """The old one is let go for the new one."""
    answer = batch_spike.check(made(ANEW), Limits())

    assert (answer.verdict, answer.value) == (Verdict.FAIL, LARGE / build.BATCH)
    assert answer.blame is not None
    assert (answer.blame.path, answer.blame.line, answer.blame.function) == (PATH, 8, "generate")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(ANEW.replace("np.zeros(", "helpers.buffer("), id="the user's function may give the same again"),
        pytest.param(ANEW.replace("np.zeros((5, 1000, 1000))", "KEPT"), id="another name of what is kept"),
        pytest.param(ANEW.replace("yield", "for _ in range(9): yield"), id="a shard of many batches"),
        pytest.param(ANEW.replace("            work = ", "            if path: work = "), id="not for each"),
        pytest.param(ANEW.replace("            work = ", "        work = np.ones(9)\n            work = "), id="twice"),
        pytest.param("def generate(:", id="no source that can be read"),
    ],
)
def test_what_may_be_kept_over_batches_is_none(source: str) -> None:
    """A shard, a table, a buffer."""
    assert batch_spike.check(made(source), Limits()).verdict is Verdict.PASS


def test_a_list_that_is_added_to_is_none() -> None:
    """It may have grown, entry by entry."""
    entry = Step("entry", "", "ndarray", LARGE, count=4)

    assert made(ANEW, Step("variable", "work", "list", LARGE, entry, entries=4)).made_anew is None


@pytest.mark.parametrize("n_bytes", [MIB, 8 * MIB], ids=["two batches", "little of the process"])
def test_little_is_none(n_bytes: int) -> None:
    """Beside a batch, or beside what the process takes."""
    assert batch_spike.check(made(ANEW, n_bytes=n_bytes), Limits()).verdict is Verdict.PASS

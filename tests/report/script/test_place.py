"""Where a report says that the memory of a script is."""

import pytest
from msgspec.structs import replace

from genaudit.evidence.evidence import Evidence
from genaudit.model.catalogue import EAGER_LOAD
from genaudit.model.marks import DriverMark, HandedMark
from genaudit.model.outcome import RunVerdict
from genaudit.model.recording import Trial
from genaudit.model.report import Report
from genaudit.report.build import conclude
from genaudit.report.script.place import place as place_of
from genaudit.units import MIB
from tests import build
from tests.evidence.retention.made import Step, generator, walk

SCRIPT = """for x in loader:
    loss = model(x)
    loss.backward()
    losses.append(loss)
import torch
"""
HANDED = HandedMark(
    at_s=0.0, number=1, name="train", type="DataLoader", consumer="a loop", path="/project/t.py", line=1
)


def made(per_batch: float, in_workers: float = 0.0, **driver: object) -> Trial:
    """A drive of a script that keeps so much with each batch, in its own process and in two workers."""
    trial = build.trial(None, lambda batch, epoch: batch * (per_batch + in_workers), kind="clean", batches=60)
    fields = {"kind": "torch-loader", "handed": 1, **driver}
    trial = build.of_a_script(trial, HANDED, driver=DriverMark(at_s=0.0, **fields))  # type: ignore[arg-type]
    if not in_workers:
        return trial
    settled = [
        replace(
            mark,
            own_bytes=round(mark.retained_bytes - mark.batch * in_workers),
            children=2,
            tree={"1": MIB, "2": MIB, "3": MIB},
        )
        for mark in trial.settled
    ]
    return replace(trial, settled=settled)


def concluded(trial: Trial, text: str = "") -> Report:
    """The report of one drive."""
    return conclude(replace(build.recording(trial), sources={"/project/t.py": text}))


def test_in_the_source() -> None:
    """The headline says so in its first words."""
    report = concluded(made(build.BATCH))

    assert report.place is not None
    assert report.place.name == "generator"
    assert report.summary.headline.startswith("the data set of the loader keeps memory")


def test_in_workers() -> None:
    """Where more grows in them than in the process that drives; by how many and which settings."""
    report = concluded(made(0.0, float(build.BATCH), workers=2, workers_by="num_workers=2"))

    assert report.place is not None
    assert report.place.name == "workers"
    assert "each of 2 worker processes (num_workers=2)" in report.place.text
    assert report.summary.headline.startswith("each worker ")
    assert any("each worker process adds" in note for note in report.notes)


def test_a_large_queue_is_worth_a_look() -> None:
    """Nothing is kept, and yet so much is held; a small one is no place."""
    batches = 32 * MIB // build.BATCH
    report = concluded(made(0.0, queue_batches=batches, workers_by="num_workers=2, prefetch_factor=8"))
    small = concluded(made(0.0, queue_batches=2))

    assert report.place is not None
    assert report.place.name == "queue"
    assert "32.0 MiB (num_workers=2, prefetch_factor=8)" in report.place.text
    assert small.place is None


def test_a_loss_that_the_loop_keeps() -> None:
    """Is read, with its line, where the source keeps nothing; where that does, it comes first."""
    report = concluded(made(0.0), SCRIPT)
    both = concluded(made(build.BATCH), SCRIPT)

    assert report.place is not None
    assert (report.place.name, report.place.path, report.place.line) == ("training step", "t.py", 4)
    assert "nothing grows in the source" in report.place.text
    assert report.verdict is RunVerdict.WARN
    assert report.summary.headline == "the training loop keeps what each batch made"
    assert both.place is not None
    assert both.place.name == "generator"


def test_of_other_targets_nothing_is_said() -> None:
    """There is no training around them."""
    trial = build.trial(None, lambda batch, epoch: batch * build.BATCH, kind="clean", batches=60)

    assert conclude(build.recording(trial)).place is None


@pytest.mark.parametrize(("kept", "name"), [("512x64x64 uint8", "generator"), ("", "workers")])
def test_arrays_that_workers_share_are_in_the_source(kept: str, name: str) -> None:
    """They are forks of the process that has loaded them; of Python objects each makes a copy by looking at them."""
    n_bytes = 8 * MIB
    held = Step("variable", "data", "ndarray", n_bytes, detail=kept, data_bytes=n_bytes)
    walks = [walk(generator(held, n_bytes=n_bytes), pid=pid) for pid in (0, 2, 3)]
    trial = replace(made(0.0, float(build.BATCH), workers=2, workers_by="num_workers=2"), retention=walks)
    evidence = Evidence(build.recording(trial))
    finding = next(outcome for outcome in concluded(trial).outcomes if outcome.code == EAGER_LOAD.code)
    found = place_of(evidence, finding, RunVerdict.FAIL)

    assert found is not None
    assert found.name == name

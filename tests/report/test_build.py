"""A recording as a report: what its parts say together."""

import pytest
from msgspec.structs import replace

from genaudit.model.marks import EndMark
from genaudit.model.recording import Skipped
from genaudit.render import render
from genaudit.report.build import conclude
from tests.build import at_sizes, recording, trial


def test_a_size_of_which_a_batch_was_made_is_not_called_one_that_was_not_run() -> None:
    """The growth law lists it."""
    made = recording(*at_sizes(lambda n, b, e: 0.0, (16, 32, 512)))
    skips = [Skipped(kind="clean", items=size, reason="it takes long", forecast_bytes=2**30) for size in (512, 4000)]
    notes = conclude(replace(made, skipped=skips)).notes

    assert "at 512 items no more than the first batches were made: it takes long" in notes
    assert "not run at 4,000 items: it takes long (1.00 GiB forecast)" in notes


def test_a_target_without_a_batch_says_what_to_look_at() -> None:
    """Nothing was raised, so that no line tells; and no curve of memory is drawn of what never began."""
    end = EndMark(at_s=0.0, batch=0, epochs=0, exhausted=True, stopped="empty")
    empty = trial(None, lambda batch, epoch: 0.0, kind="clean", batches=0, end=end)
    report = conclude(recording(empty))
    text = render(report, "text").decode()

    assert report.failure is not None
    assert report.failure.reason == "empty"
    assert "Yielded no batch." in text
    assert "is the data set empty" in " ".join(text.split())
    assert "Memory " not in text


@pytest.mark.parametrize(("kind", "said"), [("lines", True), ("files", False)])
def test_it_is_said_that_lines_were_taken_as_the_data_set(kind: str, said: bool) -> None:
    """Nobody named them."""
    trials = [
        replace(each, arguments=replace(each.arguments, dataset_kind=kind, dataset_parameter="names"))
        for each in at_sizes(lambda size, batch, epoch: 0.0)
        if each.arguments is not None
    ]
    notes = conclude(recording(*trials)).notes

    assert any("lines of names are taken as the data set" in note for note in notes) is said

"""Batches of rows, of which each file of the data set has many: what is yielded of one file."""

import msgspec
import pytest

from genaudit.evidence import readings
from genaudit.evidence.accounting import yielded_per_item
from genaudit.evidence.evidence import Evidence
from genaudit.model.marks import HandedMark
from genaudit.model.recording import Trial
from tests import build

N_FILES, FILE = 16, 500_000.0


def of_files(*, batch_items: int, natural: bool = True, **fields: object) -> Evidence:
    """A trial of some files."""
    made = build.trial(N_FILES, lambda batch, epoch: 0.0)
    values = {"dataset_items": N_FILES, "file_bytes_per_item": FILE, "may_have_rows": True, **fields}
    return build.evidence(_with(made, batch_items=batch_items, natural=natural, values=values))


def _with(made: Trial, *, batch_items: int, natural: bool, values: dict[str, object]) -> Trial:
    assert made.arguments is not None
    return msgspec.structs.replace(
        made,
        arguments=msgspec.structs.replace(made.arguments, **values),
        batches=[msgspec.structs.replace(mark, batch_items=batch_items) for mark in made.batches],
        epochs=[msgspec.structs.replace(mark, natural=True) for mark in made.epochs] if natural else [],
    )


def test_a_file_is_all_that_an_epoch_yields_of_it() -> None:
    """And not one of its rows."""
    evidence = of_files(batch_items=100)
    per_file = build.BATCH * evidence.recording.trials[0].epochs[0].batches / N_FILES

    assert evidence.item_bytes == build.BATCH / 100
    assert evidence.data_item_bytes == evidence.held_item_bytes == pytest.approx(per_file)
    assert yielded_per_item(evidence.trial_set) == pytest.approx(per_file)


def test_without_an_end_a_file_yields_about_what_it_has() -> None:
    """An iterator that goes on for ever tells nothing of an epoch."""
    assert of_files(batch_items=100, natural=False).data_item_bytes == FILE


@pytest.mark.parametrize(("steps", "has_rows"), [(100, True), (None, False), (3, False)])
def test_steps_that_the_users_code_gives_an_epoch(steps: int | None, has_rows: bool) -> None:
    """A fit of a hundred steps over sixteen files, by a generator without an end: its batches are rows of these."""
    made = of_files(batch_items=8, natural=False, file_bytes_per_item=100 * FILE).recording.trials[0]
    handed = HandedMark(at_s=0, number=1, name="batches", type="generator", consumer="fit", steps=steps)
    found = build.evidence(build.of_a_script(made, handed))

    assert found.trial_set.has_rows is has_rows
    assert (found.data_item_bytes == 100 * FILE) is has_rows


@pytest.mark.parametrize("fields", [{"batch_items": 8}, {"may_have_rows": False}])
def test_elsewhere_an_item_is_one_of_a_batch(fields: dict[str, object]) -> None:
    """Files that fit into batches, and what is no file of rows."""
    evidence = of_files(**{"batch_items": 100, **fields})  # type: ignore[arg-type]

    assert evidence.data_item_bytes == evidence.item_bytes


@pytest.mark.parametrize(
    ("read", "n_batches", "has_rows"),
    [
        pytest.param(0.4, 32, True, id="parts of files"),
        pytest.param(0.5, 32, False, id="whole files, some of them read ahead"),
        pytest.param(1.0, 32, False, id="whole files, several times"),
        pytest.param(0.4, 3, False, id="no more than there are files"),
        pytest.param(0.01, 32, False, id="files that are mapped"),
        pytest.param(None, 32, False, id="a system that does not tell"),
    ],
)
def test_rows_that_are_larger_when_decoded(read: float | None, n_batches: int, has_rows: bool) -> None:
    """Compressed ones: what was read for each tells them from whole files that are passed over again."""
    small = build.BATCH / 8 / 4
    made = of_files(batch_items=8, natural=False, file_bytes_per_item=small).recording.trials[0]
    settled = [
        msgspec.structs.replace(mark, read_bytes=None if read is None else round(mark.batch * 8 * read * small))
        for mark in made.settled
    ]

    assert readings.has_rows(msgspec.structs.replace(made, settled=settled), n_batches) is has_rows

"""A recording as a report: what its parts say together."""

from msgspec.structs import replace

from genaudit.model.recording import Skipped
from genaudit.report.build import conclude
from tests.build import at_sizes, recording


def test_a_size_of_which_a_batch_was_made_is_not_called_one_that_was_not_run() -> None:
    """The growth law lists it."""
    made = recording(*at_sizes(lambda n, b, e: 0.0, (16, 32, 512)))
    skips = [Skipped(kind="clean", items=size, reason="it takes long", forecast_bytes=2**30) for size in (512, 4000)]
    notes = conclude(replace(made, skipped=skips)).notes

    assert "at 512 items no more than the first batches were made: it takes long" in notes
    assert "not run at 4,000 items: it takes long (1.00 GiB forecast)" in notes

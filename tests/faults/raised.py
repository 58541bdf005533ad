"""What a target raises is always said, with the batch and the line."""

from tests.faults.matrix import Place, faults


@faults(
    {
        "an exception": "raise ValueError('broken')",
        "an exception without a message": "raise ValueError",
    }
)
def raised_in_batch_3(place: Place, statement: str) -> None:
    """The batch, the line, and the two batches before are kept."""
    report = place.audit(place.target(f"if i == 3: {statement}"))

    assert report.failure is not None
    assert (report.failure.reason, report.failure.batch) == ("raised", 3)
    assert report.failure.location is not None
    assert (report.failure.location.path, report.failure.location.line) == ("data.py", 5)
    assert report.batches.count == 2

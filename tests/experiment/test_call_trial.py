"""Only what a function returns, and can be passed over again, is called again."""

import msgspec
import pytest

from genaudit.experiment.call_trial import CALLS, CallTrial
from genaudit.model.marks import DriverMark
from genaudit.model.recording import Trial
from tests.build import evidence, trial


def made(kind: str, driver: str, items: int | None = 64) -> Trial:
    """A small trial of a target of a kind."""
    base = trial(items, lambda batch, epoch: 0.0, kind="scaled" if items else "clean", batches=4)
    assert base.arguments is not None
    return msgspec.structs.replace(
        base,
        arguments=msgspec.structs.replace(base.arguments, kind=kind),
        driver=DriverMark(at_s=0.0, kind=driver),
    )


@pytest.mark.parametrize(
    ("kind", "driver", "quick", "is_due"),
    [
        ("function", "iterable", False, True),
        ("function", "tf-dataset", False, True),
        ("function", "iterable", True, False),
        ("function", "generator-function", False, False),
        ("generator-function", "generator-function", False, False),
        ("class", "iterable", False, False),
        ("object", "iterable", False, False),
    ],
)
def test_which_targets_are_called_again(kind: str, driver: str, quick: bool, is_due: bool) -> None:
    """Not with --quick, and no class."""
    found = evidence(made(kind, driver), quick=quick)

    assert CallTrial(found, found.recording.request).is_due is is_due


def test_the_smallest_size_is_called() -> None:
    """Without sizes, as it was asked for."""
    large, small = made("function", "iterable", 256), made("function", "iterable", 64)
    found, alone = evidence(large, small), evidence(made("function", "iterable", None))

    assert CallTrial(found, found.recording.request).size() == {"items": 64}
    assert CallTrial(alone, alone.recording.request).size() == {"all": True}
    assert CallTrial(found, found.recording.request).fields()["calls"] == CALLS

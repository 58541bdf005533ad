"""What was not tested is said with the command that tests it."""

import msgspec
import pytest

from genaudit.model.outcome import RunVerdict
from genaudit.report.scope import untested
from tests import build as made


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ({"n": "2000", "batch": "16"}, "--dataset n"),
        ({"num_samples": "2000"}, "--dataset num_samples"),
        ({"files": "list of 30", "n": "30"}, "--dataset files"),
        ({"num_classes": "100"}, "--args-from FILE:FN, where"),
        ({"n": "8"}, "--args-from FILE:FN, where"),
        ({"n": "200", "max_items": "300"}, "--args-from FILE:FN, where"),
    ],
)
def test_argument_that_may_be_the_data_set(arguments: dict[str, str], options: str) -> None:
    """One that holds many values, else one that says how many there are."""
    mark = msgspec.structs.replace(made.arguments(None), arguments=arguments)
    evidence = made.evidence(made.trial(None, lambda batch, epoch: 0.0, batches=3, arguments=mark))

    assert f"genaudit run data:generate {options}" in (untested(evidence, RunVerdict.PASS) or "")

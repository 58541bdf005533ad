"""What a script hands over, told without an audit."""

import msgspec
import pytest

from genaudit.errors import GenauditError, TargetError
from genaudit.experiment.listing import listed_sources
from genaudit.experiment.session import ExperimentSession
from genaudit.model.job import Job
from genaudit.model.marks import HandedMark
from genaudit.model.recording import Trial, TrialExit
from genaudit.recorder.trial.spec import TrialSpec
from tests.experiment.made import MadeTarget, raised

HANDED = HandedMark(at_s=0.0, number=1, name="train", type="generator", consumer="Model.fit")


def session(reason: str, **fields: object) -> ExperimentSession:
    """One whose script ends so."""

    def change(_: TrialSpec, trial: Trial) -> Trial:
        end = TrialExit(code=0, signal=None, reason=reason)
        return msgspec.structs.replace(trial, **{"exit": end, "handed": [HANDED], **fields})

    return ExperimentSession(Job(target="data:batches"), run_trial=MadeTarget(whole=None, change=change))


@pytest.mark.parametrize("reason", ["exited", "completed"])
def test_a_script_that_comes_to_its_end(reason: str) -> None:
    """All that it has handed over is there."""
    found = listed_sources(session(reason))

    assert (found.handed, found.notes) == ([HANDED], [])


def test_a_script_that_raises_later() -> None:
    """What it had handed over by then, and a word that there may be more."""
    found = listed_sources(session("raised", raised=raised(type="KeyError", message="'loss'")))

    assert found.handed == [HANDED]
    assert found.notes == ["then it raised KeyError: 'loss': there may be more sources"]


def test_a_script_that_hands_over_nothing() -> None:
    """Is refused with its own words, or raises its own error."""
    with pytest.raises(GenauditError, match="came to its end"):
        listed_sources(session("refused", handed=[], raised=raised(slug="no-source", message="came to its end")))
    with pytest.raises(TargetError, match="it raised X: it says so"):
        listed_sources(session("raised", handed=[], raised=raised()))

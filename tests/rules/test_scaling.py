"""Whether memory grows with the data set, and what that was read from."""

import pytest

from genaudit.evidence.law import LawFit, Point, fit_law
from genaudit.model.limits import Limits
from genaudit.model.outcome import Basis, EvidenceKind, Verdict
from genaudit.rules.eager_load import eager_load
from genaudit.rules.scaling import grows_with_items
from genaudit.units import KIB, MIB
from tests import build as made


def law(*points: tuple[int, float], resolution: float = 40 * KIB) -> LawFit:
    """A law through some points."""
    fit = fit_law([Point(items=n, n_bytes=round(held)) for n, held in points], resolution=resolution)
    assert fit is not None
    return fit


SIZES = (32, 64, 96, 128, 256, 512)


@pytest.mark.parametrize(
    ("held", "verdict", "basis"),
    [
        (lambda n: 64.0 * KIB * n, Verdict.FAIL, Basis.ALL_SIZES),
        (lambda n: 1.0 * MIB, Verdict.PASS, Basis.ALL_SIZES),
        (lambda n: 64.0 * KIB * min(n, 250), Verdict.PASS, None),
    ],
    ids=["a line", "nothing", "a bound"],
)
def test_the_answer_says_what_it_rests_on(held: object, verdict: Verdict, basis: Basis | None) -> None:
    """The slope is that of all sizes, or of the last step alone."""
    grown = grows_with_items(law(*((n, held(n)) for n in SIZES)), 8 * KIB)  # type: ignore[operator]

    assert (grown.verdict, grown.basis) == (verdict, basis), grown


def test_a_queue_that_is_longer_than_small_data_sets() -> None:
    """Each of their items counts three times: the larger sizes lie on a line."""
    bent = law(*((n, 64.0 * KIB * (n + 2 * min(n, 100))) for n in SIZES))
    grown = grows_with_items(bent, 8 * KIB)

    assert (grown.verdict, grown.basis) == (Verdict.FAIL, Basis.LARGER_SIZES)
    assert grown.slope.value == pytest.approx(64 * KIB, rel=0.01)


def test_the_rule_hands_it_on() -> None:
    """So that a report shows the law that the finding rests on."""
    trials = made.at_sizes(lambda n, b, e: n * made.ITEM)
    answer = eager_load.check(made.evidence(*trials), Limits())

    assert (answer.verdict, answer.basis, answer.evidence) == (Verdict.FAIL, Basis.ALL_SIZES, EvidenceKind.MEASURED)

"""Memory over time in one line."""

from genaudit.render.terminal.sparkline import BLOCKS, sparkline
from tests.build_report import clean, leak, million, spike


def test_a_leak_rises() -> None:
    """The curve ends at the top, and never falls."""
    line = leak().timeline
    assert line is not None
    drawn = sparkline(line, 40)
    assert drawn is not None

    assert drawn.curve[-1] == BLOCKS[-1]
    assert list(drawn.curve) == sorted(drawn.curve)


def test_a_spike_is_one_column() -> None:
    """One high batch is seen, and so is that the others are low."""
    line = spike().timeline
    assert line is not None
    drawn = sparkline(line, 40)
    assert drawn is not None

    assert drawn.curve.count(BLOCKS[-1]) == 1


def test_marks_fit_the_curve() -> None:
    """Marks are as wide as the curve; they are thinned for a million batches, and ASCII stays ASCII."""
    line = million().timeline
    assert line is not None
    drawn = sparkline(line, 30, unicode=False)
    assert drawn is not None

    assert len(drawn.curve) == len(drawn.marks) == 30
    assert (drawn.curve + drawn.marks).isascii()
    assert drawn.marks.count("|") == 10


def test_no_room_no_sparkline() -> None:
    """In three columns nothing can be seen."""
    line = clean().timeline
    assert line is not None

    assert sparkline(line, 3) is None

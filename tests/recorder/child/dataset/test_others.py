"""What stays in memory of the items that a trial does not get, by who else holds them."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from genaudit.recorder.child.dataset.others import Others

ROW = 8 * 256
ROWS = 100
SOME = list(range(0, ROWS, 10))


def rows() -> Any:
    return np.ones((ROWS, 256))


def listed() -> list[Any]:
    return [np.ones(256) for _ in range(ROWS)]


def frame() -> Any:
    return pd.DataFrame(rows())


@pytest.mark.parametrize(
    ("make", "take", "expected"),
    [
        pytest.param(rows, lambda value: value[SOME], ROWS * ROW, id="an array, of which rows are copied"),
        pytest.param(listed, lambda value: [value[at] for at in SOME], (ROWS - len(SOME)) * ROW, id="shared elements"),
        pytest.param(frame, lambda value: value.iloc[SOME].copy(), ROWS * ROW, id="a frame"),
    ],
)
def test_what_another_holds_stays(make: Any, take: Any, expected: int) -> None:
    """All that the smaller one does not share; what nobody else holds is let go, and counts nothing."""
    held, module = make(), [make()]

    kept = Others([module[0]], [take(module[0])])
    let_go = Others([held], [take(held)])
    del held

    # Objects and tables of references come on top.
    assert kept.kept_bytes() == pytest.approx(expected, rel=0.08)
    assert let_go.kept_bytes() == 0


def test_an_array_that_is_shown_anew_each_time_stays_with_its_owner() -> None:
    """An attribute may give another array with each look, whose memory is that of one that stays."""
    owner = rows()
    shown = owner.reshape(ROWS, 16, 16)
    others = Others([shown], [shown[SOME]])
    del shown

    assert others.kept_bytes() == pytest.approx(ROWS * ROW, rel=0.01)


def test_it_is_asked_for_once() -> None:
    """Then it holds nothing any more; without values it has nothing to say."""
    module = [rows()]
    others = Others(module, [module[0][SOME]])

    assert others.kept_bytes() > 0
    assert others.kept_bytes() == Others().kept_bytes() == 0

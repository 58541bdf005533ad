"""Saved results that somebody has changed: they load and can be drawn, or are refused in a sentence."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import genaudit
from genaudit.errors import GenauditError
from genaudit.model.comparison import Comparison
from genaudit.render import COMPARISON_RENDERERS, RENDERERS, render
from genaudit.render.safe import encodable_report
from tests.build import BATCH, at_sizes, recording
from tests.build_report import STANDARD
from tests.comparison.build import comparison

DRAWN = {"png", "svg", "html"}
"""Slow to make: tried in tests of their own."""
VALUES = [None, 0, -1, 1, 1.5, 2**40, 2**61, 10**30, -1e308, 1e17, "", "<b>", "\x1b[2J", "x" * 3000, [], {}, True]
BASES: dict[str, Callable[[], list[Any]]] = {
    "report": lambda: [encodable_report(make()) for make in STANDARD.values()],
    "comparison": lambda: [comparison()],
    "recording": lambda: [recording(*at_sizes(lambda _size, batch, _epoch: batch * BATCH))],
}


@st.composite
def changed(draw: st.DrawFn, bases: list[Any]) -> Any:
    """A result in which one value is another, gone, or there twice."""
    plain: Any = msgspec.to_builtins(draw(st.sampled_from(bases)))
    inner = plain
    while True:
        key: Any = draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        if not isinstance(inner[key], (dict, list)) or not inner[key] or draw(st.integers(0, 5)) == 0:
            break
        inner = inner[key]
    what = draw(st.sampled_from(["value", "value", "value", "gone", "twice"]))
    if what == "gone":
        del inner[key]
    elif what == "twice" and isinstance(inner, list):
        inner.append(inner[key])
    else:
        inner[key] = draw(st.sampled_from(VALUES))
    return plain


@pytest.mark.parametrize("kind", BASES)
def test_whatever_was_changed_is_told_or_drawn(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"

    @settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(changed(BASES[kind]()))
    def holds(plain: Any) -> None:
        path.write_bytes(msgspec.json.encode(plain))
        with contextlib.suppress(GenauditError):
            result = genaudit.load(path)
            forms = COMPARISON_RENDERERS if isinstance(result, Comparison) else RENDERERS
            for form in set(forms) - DRAWN:
                render(result, form)

    holds()

"""The labelled corpus: how many eager subjects are found, how many others are accused."""

from __future__ import annotations

from functools import reduce
from operator import add

from benchmarks.lint import PARTS, Score, score

MIX = {"lazy", "eager", "arrays", "other"}


def whole() -> Score:
    return reduce(add, (score(part) for part in PARTS))


def test_corpus_is_large_and_mixed() -> None:
    """At least 200 subjects, most of them clean."""
    total = whole()

    assert total.n_subjects >= 200
    assert set(total.by_label) == MIX
    assert total.by_label["lazy"] / total.n_subjects > 0.5


def test_recall() -> None:
    """At least 90 % of the eager subjects are found."""
    total = whole()

    assert total.found / total.by_label["eager"] >= 0.9, total.missed


def test_false_alarms() -> None:
    """At most one false alarm in 150 clean functions and classes."""
    total = whole()

    assert total.n_clean >= 150
    assert len(total.accused) <= total.n_clean / 150, total.accused

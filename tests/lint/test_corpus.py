"""The labelled corpus: how many eager subjects are found, how many others are accused."""

from __future__ import annotations

import functools

import pytest

from benchmarks.lint import CORPUS, MIX, ROUNDS, Score, manifest, whole


@functools.cache
def scored() -> Score:
    """All parts, scored once."""
    return whole()


def test_manifest_lists_every_file() -> None:
    """Each once, with its round, and whether the rules were written with it."""
    rows = manifest()

    assert sorted(row.file for row in rows) == sorted(str(path.relative_to(CORPUS)) for path in CORPUS.glob("*/*.py"))
    assert {row.round for row in rows} == set(ROUNDS)
    assert all((row.split == "tuned") == (row.round == "tuned") for row in rows)
    assert {row.split for row in rows} == {"tuned", "held-out"}


def test_corpus_is_large_and_mixed() -> None:
    """At least 200 subjects in the mix of public projects, and more of the rare kinds besides."""
    drawn = scored().in_real_mix()

    assert drawn.n_subjects >= 200
    assert set(scored().by_label) == set(MIX)
    for label, share in MIX.items():
        assert drawn.by_label[label] / drawn.n_subjects == pytest.approx(share / 100, abs=0.01)


@pytest.mark.parametrize("mixed", [False, True], ids=["all", "in the real mix"])
def test_recall(mixed: bool) -> None:
    """At least 90 % of the eager subjects are found."""
    total = scored().in_real_mix() if mixed else scored()

    assert total.found / total.by_label["eager"] >= 0.9, total.missed


def test_false_alarms() -> None:
    """At most one false alarm in 150 clean functions and classes."""
    total = scored()

    assert total.n_clean >= 150
    assert len(total.accused) <= total.n_clean / 150, total.accused

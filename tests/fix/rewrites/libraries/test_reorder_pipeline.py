"""Paths are shuffled rather than pictures; a cache in memory goes."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.libraries.reorder_pipeline import ReorderPipeline
from tests.fix.rewrites.rewriting import refused, rewritten

REWRITE = ReorderPipeline()


def pipeline(code: str, more: str = "") -> str:
    decode = f"def decode(path):\n    return tf.io.read_file(path){more}\n"
    return f"import tensorflow as tf\n\n{decode}\ndef f(paths):\n    {code}\n"


MADE = "tf.data.Dataset.from_tensor_slices(paths)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"return {MADE}.map(decode).shuffle(100).batch(8)  # here",
            f"return {MADE}.shuffle(100).map(decode).batch(8)  # here",
        ),
        (
            f"return {MADE}.map(decode, 2).map(decode).shuffle(9, seed=1)  # here",
            f"return {MADE}.shuffle(9, seed=1).map(decode, 2).map(decode)  # here",
        ),
        (
            f"x = {MADE}.map(decode)\n    return x.shuffle(9).batch(8)  # here",
            f"x = {MADE}.shuffle(9).map(decode)\n    return x.batch(8)  # here",
        ),
        (f"return {MADE}.map(decode).cache().batch(8)  # here", f"return {MADE}.map(decode).batch(8)  # here"),
        (f"x = {MADE}.map(decode)\n    return x.cache()  # here", f"x = {MADE}.map(decode)\n    return x  # here"),
    ],
)
def test_the_order(before: str, after: str) -> None:
    assert rewritten(REWRITE, pipeline(before)) == pipeline(after)


@pytest.mark.parametrize(
    ("code", "more", "reason"),
    [
        (f"return {MADE}.map(decode).shuffle(9)  # here", " + tf.random.uniform(())", "random numbers"),
        (f"return {MADE}.map(decode).cache()  # here", " + tf.random.uniform(())", "random numbers"),
        (f"return {MADE}.shuffle(9).map(decode)  # here", "", "is not decoded"),
        (f"return {MADE}.map(decode).batch(2).shuffle(9)  # here", "", "is not decoded"),
        (f"return {MADE}.map(decode).cache('file')  # here", "", "neither caches nor shuffles"),
        (f"x = {MADE}.map(decode)\n    return x.shuffle(9), x  # here", "", "is not decoded"),
    ],
)
def test_what_would_give_other_items(code: str, more: str, reason: str) -> None:
    assert reason in refused(REWRITE, pipeline(code, more))


def test_another_library() -> None:
    assert "no pipeline" in refused(REWRITE, "def f(x):\n    return x.map(f).shuffle(9)  # here\n")

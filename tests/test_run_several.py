"""A helper that returns a generator with its number of steps, or several: the first is audited, the others named."""

from pathlib import Path

import pytest

from tests.real_run import BRIEF, Scratch

pytestmark = pytest.mark.process

HELPERS = """
def batches(n, size=10):
    kept = []
    while True:
        kept.append(bytes(200_000))
        yield [bytes(1000)] * size


def with_steps(n=400):
    return batches(n), n // 10


def by_name(n=400):
    return {"train": batches(n), "validation": batches(n)}


def arguments(n):
    return {"n": n}
"""


def test_a_leak_behind_a_tuple(tmp_path: Path) -> None:
    """The tuple was taken for the batches; now its generator is driven, in epochs of so many steps."""
    scratch = Scratch(tmp_path)
    scratch.write("data.py", HELPERS)

    done = scratch.run("run", "data.py:with_steps", "--args-from", "data.py:arguments", "--items", "400")

    found = {finding["name"]: finding for finding in done.report["outcomes"] if finding["verdict"] == "fail"}
    assert done.code == 1
    assert found["batch-growth"]["location"]["line"] == 5


def test_the_other_sources_are_named(tmp_path: Path) -> None:
    """With what to do to have them audited."""
    scratch = Scratch(tmp_path)
    scratch.write("data.py", HELPERS)

    done = scratch.run("run", "data.py:by_name", *BRIEF)

    assert any("'train' was audited, not 'validation'" in note for note in done.report["notes"])

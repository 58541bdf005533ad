"""The collector stays on, unless the file itself collects."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.keep_collector import KeepCollector
from tests.fix.rewrites.rewriting import check, refused

REWRITE = KeepCollector()


@pytest.mark.parametrize("call", ["gc.disable()", "gc.freeze()"])
def test_the_call_goes_and_its_import(call: str) -> None:
    check(
        REWRITE,
        f"""
        import gc
        import os

        def batches(paths):
            {call}
            for path in paths:
                yield os.stat(path)  # here
        """,
        """
        import os

        def batches(paths):
            for path in paths:
                yield os.stat(path)  # here
        """,
    )


@pytest.mark.parametrize("more", ["gc.enable()", "gc.collect()"])
def test_a_file_that_collects_itself(more: str) -> None:
    before = f"import gc\n\ndef batches(paths):\n    gc.disable()\n    yield paths  # here\n    {more}\n"

    assert "decides itself" in refused(REWRITE, before)


def test_nothing_to_do() -> None:
    assert "not switched off" in refused(REWRITE, "def batches(paths):\n    yield paths  # here\n")

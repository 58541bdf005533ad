"""A cache without a file gets one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.libraries.cache_in_file import CacheInFile
from tests.fix.rewrites.rewriting import refused, rewritten

REWRITE = CacheInFile()
BEFORE = """
import os
import tensorflow as tf

def pipeline(paths):
    items = tf.data.Dataset.from_tensor_slices(paths).map(decode)
    items = items.cache()  # here
    return items.batch(16)
"""


def test_the_file_is_one_for_each_pipeline_and_goes_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of an earlier run is found there."""
    text = rewritten(REWRITE, BEFORE)
    removed: list[tuple[Any, ...]] = []
    monkeypatch.setattr("atexit.register", lambda *given, **_: removed.append(given))
    space: dict[str, Any] = {}
    exec(text.replace("import tensorflow as tf\n", ""), space)

    one, other = Path(space["cache_file"]()), Path(space["cache_file"]())

    assert "    items = items.cache(cache_file())  # here\n" in text
    assert one.parent != other.parent
    assert [call[1] for call in removed] == [str(one.parent), str(other.parent)]
    for function, folder in removed:
        function(folder)
    assert not one.parent.exists()


@pytest.mark.parametrize(
    "changed",
    [
        BEFORE.replace(".cache()", '.cache("items")'),
        BEFORE.replace("import tensorflow as tf\n", ""),
        BEFORE.replace("items.cache()", "items.take(3)"),
    ],
)
def test_what_is_no_cache_in_memory(changed: str) -> None:
    assert refused(REWRITE, changed)

"""Where a walk begins: what is out of the collector's sight is counted."""

import atexit

import numpy as np

from genaudit.recorder.child.retention.report import fields_of_walk
from genaudit.recorder.child.retention.roots import n_exit_callbacks


def flush(_array: object) -> None:
    """At exit."""


def test_functions_that_are_called_at_exit_are_counted() -> None:
    """An array is no object that the collector knows; that there are three more callbacks is seen."""
    before = n_exit_callbacks()
    try:
        for _ in range(3):
            atexit.register(flush, np.zeros(1000))
        more = n_exit_callbacks() - before
    finally:
        atexit.unregister(flush)
    rows = fields_of_walk("source", [None], "/nowhere", None, callbacks=more)["nodes"]
    rows = [row for row in rows if row["name"] in {"atexit", "callbacks"} or row["type"] == "callback"]
    steps = [(row["name"], row["type"], row["count"], row.get("entries")) for row in rows]

    assert steps == [("atexit", "module", 1, None), ("callbacks", "list", 1, 3), ("", "callback", 3, None)]
    assert rows[-1]["is_foreign"]


def test_callbacks_that_were_there_are_no_step() -> None:
    """Libraries register some when they are imported."""
    names = [row["name"] for row in fields_of_walk("source", [None], "/nowhere", None, callbacks=0)["nodes"]]

    assert "atexit" not in names

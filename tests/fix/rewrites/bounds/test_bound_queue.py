"""A queue gets a bound where its thread can wait, and nobody waits for the thread."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.bounds.bound_queue import BoundQueue
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = BoundQueue()
BEFORE = """
import queue
import threading

def produce(paths, items, ready):
    for path in paths:
        items.put(load(path))
    ready.set()
    items.put(None)

def batches(paths):
    items = queue.Queue()  # here
    ready = threading.Event()
    threading.Thread(target=produce, args=(paths, items, ready), daemon=True).start()
    ready.wait()
    while (item := items.get()) is not None:
        yield item
"""


def test_the_thread_waits_for_its_reader_and_not_the_reader_for_all() -> None:
    check(
        REWRITE,
        BEFORE,
        BEFORE.replace("queue.Queue()", "queue.Queue(maxsize=16)").replace("    ready.wait()\n", ""),
        bound=4096,
    )


def test_the_bound_is_what_fits() -> None:
    assert "queue.Queue(maxsize=3)" in rewritten(REWRITE, BEFORE, bound=3)


def test_a_method_that_a_thread_runs() -> None:
    before = """
    import queue, threading

    class Loader:
        def __init__(self):
            self.items = queue.Queue()
            threading.Thread(target=self.run, daemon=True).start()

        def run(self):
            while True:
                self.items.put(load())  # here

        def __next__(self):
            return self.items.get()
    """

    assert "self.items = queue.Queue(maxsize=16)" in rewritten(REWRITE, before)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (", daemon=True", "", "is no daemon"),
        ("    ready.wait()\n", "    items.put(3)\n", "it would wait for itself"),
        ("    ready.wait()\n", "    print(items.qsize())\n", "line 14 looks at items itself"),
        (
            "    threading.Thread(target=produce, args=(paths, items, ready), daemon=True).start()\n",
            "",
            "cannot be told",
        ),
        ("queue.Queue()", "queue.Queue(9)", "no queue without a bound"),
        ("    ready.wait()\n", "    while not ready.is_set():\n        ready.wait()\n", "waits for the thread"),
    ],
)
def test_a_bound_that_would_stop_everything(old: str, new: str, reason: str) -> None:
    assert old in BEFORE
    assert reason in refused(REWRITE, BEFORE.replace(old, new))


OWN_THREAD = """
import queue, threading

class Prefetch(threading.Thread):
    def __init__(self, batches):
        {begun}
        self.items = queue.Queue()
        self.batches = batches
        {marked}
        self.start()

    def run(self):
        for batch in self.batches:
            self.items.put(batch)  # here
        self.items.put(None)

    def __next__(self):
        return self.items.get()
"""


@pytest.mark.parametrize(
    ("begun", "marked"),
    [
        ("super().__init__(daemon=True)", "pass"),
        ("threading.Thread.__init__(self)", "self.daemon = True"),
        ("super().__init__()", "self.setDaemon(True)"),
    ],
)
def test_a_class_that_is_a_thread(begun: str, marked: str) -> None:
    text = rewritten(REWRITE, OWN_THREAD.format(begun=begun, marked=marked))

    assert "self.items = queue.Queue(maxsize=16)" in text


def test_a_class_that_is_a_thread_and_no_daemon() -> None:
    assert "cannot be told" in refused(REWRITE, OWN_THREAD.format(begun="super().__init__()", marked="pass"))


def test_a_thread_that_is_made_a_daemon_by_its_name() -> None:
    started = "    threading.Thread(target=produce, args=(paths, items, ready), daemon=True).start()\n"
    named = (
        "    thread = threading.Thread(target=produce, args=(paths, items, ready))\n"
        "    thread.daemon = True\n    thread.start()\n"
    )
    assert started in BEFORE

    assert "queue.Queue(maxsize=16)" in rewritten(REWRITE, BEFORE.replace(started, named))

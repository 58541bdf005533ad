"""A container that nobody reads goes; one that somebody may read stays."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.base import Proposal
from genaudit.fix.rewrites.drop_unread import DropUnread
from tests.fix.rewrites.rewriting import check, propose, refused, rewritten

REWRITE = DropUnread()


def test_a_local_list() -> None:
    check(
        REWRITE,
        """
        def batches(paths):
            history = []  # for a plot
            for path in paths:
                batch = load(path)
                # Nobody draws it.
                history.append(batch)  # here
                yield batch
        """,
        """
        def batches(paths):
            for path in paths:
                batch = load(path)
                yield batch
        """,
    )


def test_an_attribute_and_the_condition_around_what_is_added() -> None:
    check(
        REWRITE,
        """
        class Images:
            def __init__(self, paths):
                self.paths = paths
                self._seen = []

            def __getitem__(self, index):
                batch = load(self.paths[index])
                if index % 10 == 0:
                    self._seen.append(batch)  # here
                return batch

            def on_epoch_end(self):
                self._seen.clear()
        """,
        """
        class Images:
            def __init__(self, paths):
                self.paths = paths

            def __getitem__(self, index):
                batch = load(self.paths[index])
                return batch

            def on_epoch_end(self):
                pass
        """,
    )


@pytest.mark.parametrize(
    ("made", "added"),
    [
        ("{}", "kept[step] = batch"),
        ("{}", "kept.update({step: batch})"),
        ("set()", "kept.add(step)"),
        ("[]", "kept += [batch]"),
        ("[]", "kept.append((len(kept), batch))"),
        ("0.0", "kept = kept + batch.mean()"),
        ("np.zeros((0, 4))", "kept = np.concatenate([kept, batch])"),
        ("collections.defaultdict(list)", "kept[step].append(batch)"),
        ("collections.deque()", "kept.appendleft(lambda: batch.mean())"),
        ("io.BytesIO()", "kept.write(batch.tobytes())"),
    ],
)
def test_ways_to_add(made: str, added: str) -> None:
    before = f"""
    import collections, io
    import numpy as np

    def batches(paths):
        kept = {made}
        for step, path in enumerate(paths):
            batch = load(path)
            {added}  # here
            yield batch
    """

    assert "kept" not in rewritten(REWRITE, before)


def test_what_is_called_besides_is_still_called() -> None:
    check(
        REWRITE,
        """
        sizes = []

        def batches(stream):
            for batch in stream:
                sizes.append(next(stream))  # here
                yield batch
        """,
        """

        def batches(stream):
            for batch in stream:
                next(stream)  # here
                yield batch
        """,
    )


def test_imports_that_only_it_needed_go_too() -> None:
    text = rewritten(
        REWRITE,
        """
        from collections import deque, namedtuple

        Pair = namedtuple("Pair", "a b")
        recent = deque()

        def batches(paths):
            for path in paths:
                recent.append(path)  # here
                yield Pair(path, path)
        """,
    )

    assert "from collections import namedtuple\n" in text


@pytest.mark.parametrize(
    ("name", "is_told"), [("history", True), ("_history", False)], ids=["open to others", "of this file alone"]
)
def test_it_says_where_other_files_may_read_it(name: str, is_told: bool) -> None:
    answer = propose(
        REWRITE, f"{name} = []\n\ndef batches(paths):\n    {name}.append(paths)  # here\n    yield paths\n"
    )

    assert isinstance(answer, Proposal)
    assert ("other files" in answer.summary) is is_told


@pytest.mark.parametrize(
    "use",
    [
        "return kept",
        "print(len(kept))",
        "draw(kept)",
        "for batch in kept: print(batch)",
        "other = kept",
        "kept.append(0) or print(kept[-1])",
        "del kept[0:len(kept) - 9]",
    ],
)
def test_it_stays_where_it_is_read(use: str) -> None:
    before = f"""
    def batches(paths):
        kept = []
        for path in paths:
            kept.append(path)  # here
            yield path
        {use}
    """

    if use.startswith("del"):
        # What asks only to shorten it reads nothing else.
        assert "kept" not in rewritten(REWRITE, before)
    else:
        assert "kept is read on line 6" in refused(REWRITE, before)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "print(images.seen)",
        'print(getattr(images, "seen"))',
        "class Other:\n    seen = 3\n    def size(self): return self.seen",
    ],
)
def test_an_attribute_stays_where_any_object_is_asked_for_it(elsewhere: str) -> None:
    before = (
        "class Images:\n    def __init__(self):\n        self.seen = []\n"
        f"    def __getitem__(self, k):\n        self.seen.append(k)  # here\n        return k\n\n{elsewhere}\n"
    )

    assert "seen is read on line" in refused(REWRITE, before)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("def f(log, x):\n    log.append(x)  # here\n", id="a parameter"),
        pytest.param("from other import log\n\ndef f(x):\n    log.append(x)  # here\n", id="imported"),
        pytest.param('def f(x):\n    log = open("log", "w")\n    log.write(x)  # here\n', id="a file"),
        pytest.param('def f(x):\n    log = np.memmap("log")\n    log[0] = x  # here\n', id="a map of a file"),
        pytest.param("def f(x):\n    log = x.rows\n    log.append(x)  # here\n", id="another name of something"),
    ],
)
def test_what_others_may_have_is_left(before: str) -> None:
    assert refused(REWRITE, before)


def test_a_total_whose_terms_do_other_things_stays() -> None:
    before = "total = 0\n\ndef f(x):\n    global total\n    total = total + x.send(1)  # here\n    return x\n"

    assert "may do other things" in refused(REWRITE, before)


def test_two_on_a_line_the_one_that_holds_the_memory() -> None:
    before = "a = []\nb = []\n\ndef f(x):\n    a.append(x); b.append(x)  # here\n    return a\n"

    assert "a is read" in refused(REWRITE, before, holders=("a",))
    assert rewritten(REWRITE, before, holders=("b",)) == "a = []\n\ndef f(x):\n    a.append(x)  # here\n    return a\n"


def test_a_list_that_the_line_fills_by_a_name() -> None:
    check(
        REWRITE,
        """
        class Loader:
            def __init__(self):
                self.pools = []

            def __getitem__(self, index):
                pool = Pool(3)  # here
                self.pools.append(pool)
                return pool.load(index)
        """,
        """
        class Loader:
            def __init__(self):
                pass

            def __getitem__(self, index):
                pool = Pool(3)  # here
                return pool.load(index)
        """,
    )


def test_a_list_that_holds_what_another_line_makes() -> None:
    before = "kept = []\n\ndef f(x):\n    y = load(x)  # here\n    kept.append((x, y))\n    return y\n"

    assert rewritten(REWRITE, before, holders=("kept",)) == "def f(x):\n    y = load(x)  # here\n    return y\n"
    assert "nothing is added" in refused(REWRITE, before, holders=("other",))


def test_a_list_of_which_only_the_last_is_read() -> None:
    before = """
    class Epochs:
        def __init__(self):
            self.iterators = []

        def __iter__(self):
            self.iterators.append(Epoch(self))  # here
            return self.iterators[-1]
    """

    check(
        REWRITE,
        before,
        """
        class Epochs:
            def __init__(self):
                pass

            def __iter__(self):
                latest = Epoch(self)  # here
                return latest
        """,
    )
    assert "is read on line 7" in refused(REWRITE, before.replace("[-1]", "[-2]"))


def test_a_dictionary_of_empty_lists() -> None:
    """As a history has it."""
    text = rewritten(
        REWRITE,
        """
        class Loader:
            def __init__(self):
                self.history = {"batches": [], "means": []}

            def __iter__(self):
                for batch in self.read():
                    self.history["batches"].append(batch)  # here
                    self.history["means"].append(batch.mean())
                    yield batch
        """,
    )

    assert "history" not in text

"""An item is loaded where it is asked for by its key, and the keys stay."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.load_by_key import LoadByKey
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = LoadByKey()


def test_a_comprehension() -> None:
    check(
        REWRITE,
        """
        import os

        def batches(folder, size):
            names = sorted(os.listdir(folder))
            images = {name: load(os.path.join(folder, name)) for name in names}  # here
            for at in range(0, len(images), size):
                yield [images[name] for name in names[at : at + size]]
        """,
        """
        import os

        def batches(folder, size):
            names = sorted(os.listdir(folder))
            images = dict.fromkeys(names)
            for at in range(0, len(images), size):
                yield [load(os.path.join(folder, name)) for name in names[at : at + size]]
        """,
    )


def test_an_attribute_that_a_loop_fills() -> None:
    check(
        REWRITE,
        """
        class Images:
            def __init__(self, paths):
                self.items = {}
                # All of them.
                for path in paths:
                    self.items[path] = load(path, path=path.path)  # here
                self.names = list(self.items)

            def __getitem__(self, index):
                return self.items[self.names[index] or "x"]
        """,
        """
        class Images:
            def __init__(self, paths):
                # All of them.
                self.items = dict.fromkeys(paths)
                self.names = list(self.items)

            def __getitem__(self, index):
                return load((self.names[index] or "x"), path=(self.names[index] or "x").path)
        """,
    )


@pytest.mark.parametrize(
    "made", ["dict((k, load(k)) for k in keys)", "dict([(k, load(k)) for k in keys])", "{k: load(k) for k in keys}"]
)
def test_ways_to_make_it(made: str) -> None:
    text = rewritten(REWRITE, f"def f(keys, n):\n    x = {made}  # here\n    return x[n], n in x, sorted(x.keys())\n")

    assert text == "def f(keys, n):\n    x = dict.fromkeys(keys)\n    return load(n), n in x, sorted(x.keys())\n"


NOT = {
    "values": ("{k: load(k) for k in keys}", "x[n], list(x.values())", "as a whole"),
    "handed on": ("{k: load(k) for k in keys}", "x", "as a whole"),
    "may be missing": ("{k: load(k) for k in keys}", "x.get(n)", "as a whole"),
    "an item is changed": ("{k: load(k) for k in keys}", "x.pop(n)", "as a whole"),
    "some of them": ("{k: load(k) for k in keys if k}", "x[n]", "no dictionary of loaded items"),
    "by another key": ("{k + 1: load(k) for k in keys}", "x[n]", "no dictionary of loaded items"),
    "random": ("{k: random.random() for k in keys}", "x[n]", "random"),
    "never by key": ("{k: load(k) for k in keys}", "len(x)", "by its key"),
}


@pytest.mark.parametrize(("made", "use", "reason"), NOT.values(), ids=NOT)
def test_what_needs_the_items(made: str, use: str, reason: str) -> None:
    assert reason in refused(REWRITE, f"import random\n\ndef f(keys, n):\n    x = {made}  # here\n    return {use}\n")


def test_what_makes_an_item_is_not_known_elsewhere() -> None:
    before = """
    class Images:
        def __init__(self, folder, names):
            self.items = {name: load(folder, name) for name in names}  # here

        def __getitem__(self, name):
            return self.items[name]
    """

    assert "folder is not known on line 6" in refused(REWRITE, before)


def test_what_is_open_stays_open_for_those_who_ask() -> None:
    check(
        REWRITE,
        """
        def batches(path, size):
            with open_archive(path) as archive:
                items = {name: archive.read(name) for name in archive.names()}  # here
            names = list(items)
            for at in range(0, len(names), size):
                yield [items[name] for name in names[at : at + size]]
        """,
        """
        def batches(path, size):
            with open_archive(path) as archive:
                items = dict.fromkeys(archive.names())
                names = list(items)
                for at in range(0, len(names), size):
                    yield [archive.read(name) for name in names[at : at + size]]
        """,
    )


def test_what_is_closed_by_then() -> None:
    before = """
    class Images:
        def __init__(self, path):
            with open_archive(path) as archive:
                self.items = {k: archive.read(k) for k in archive.names()}  # here

        def __getitem__(self, k):
            return self.items[k]
    """

    assert "archive is not known on line 7" in refused(REWRITE, before)


def test_the_items_of_another_object() -> None:
    before = """
    class Images:
        def __init__(self, names):
            self.items = {name: self.load(name) for name in names}  # here

    def f(images, name):
        return images.items[name]
    """

    assert "self is not known on line 6" in refused(REWRITE, before)

"""A cache goes where its entries can be made again; where they cannot, it stays."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.drop_cache import DropCache
from genaudit.model.catalogue import CALL_GROWTH, UNBOUNDED_CACHE
from tests.fix.rewrites.rewriting import check, refused

REWRITE = DropCache()
CODE = UNBOUNDED_CACHE.code


def test_a_dictionary_that_is_filled_before_it_is_read() -> None:
    check(
        REWRITE,
        """
        def batches(paths, size):
            cache = {}
            for start in range(0, len(paths), size):
                for path in paths[start : start + size]:
                    if path not in cache:
                        cache[path] = np.load(path)  # here
                yield np.stack([cache[paths[k]] for k in range(start, start + size)])
        """,
        """
        def batches(paths, size):
            for start in range(0, len(paths), size):
                yield np.stack([np.load(paths[k]) for k in range(start, start + size)])
        """,
        CODE,
    )


def test_a_list_with_a_place_for_each_item() -> None:
    check(
        REWRITE,
        """
        class Images:
            def __init__(self, paths):
                self.paths = paths
                self.memo = [None] * len(paths)

            def __getitem__(self, index):
                if self.memo[index] is None:
                    self.memo[index] = self.decode(self.paths[index])  # here
                return self.memo[index]
        """,
        """
        class Images:
            def __init__(self, paths):
                self.paths = paths

            def __getitem__(self, index):
                return self.decode(self.paths[index])
        """,
        CODE,
    )


def test_what_an_object_keeps_of_itself() -> None:
    check(
        REWRITE,
        """
        class Volume:
            def __init__(self, path):
                self.path = path
                self._data = None

            def data(self, keep=True):
                if self._data is not None:
                    return self._data
                values = read(self.path)
                if keep:
                    self._data = values  # here
                return values
        """,
        """
        class Volume:
            def __init__(self, path):
                self.path = path

            def data(self, keep=True):
                values = read(self.path)
                return values
        """,
        CODE,
    )


def test_a_method_whose_cache_keeps_its_objects() -> None:
    before = """
    import functools

    class Fold:
        @functools.lru_cache(maxsize=4096)  # here
        def scale(self, kind):
            return self.noise[kind].mean()
    """

    check(
        REWRITE,
        before,
        "class Fold:\n    def scale(self, kind):\n        return self.noise[kind].mean()\n",
        CALL_GROWTH.code,
    )
    assert "no cache" in refused(REWRITE, before, CODE)


@pytest.mark.parametrize(
    ("value", "read", "reason"),
    [
        ("load(key, step)", "cache[other]", "depends on more than its key"),
        ("random.random()", "cache[key]", "random"),
        ("load(key)", "list(cache)", "as a whole"),
        ("load(key)", "cache.get(other)", "may be missing"),
        ("load(key)", "None", "never read"),
    ],
)
def test_entries_that_cannot_be_made_again(value: str, read: str, reason: str) -> None:
    before = f"""
    import random

    def get(keys, other):
        cache = {{}}
        for step, key in enumerate(keys):
            if key not in cache:
                cache[key] = {value}  # here
            yield {read}
    """

    assert reason in refused(REWRITE, before, CODE)


def test_what_makes_an_entry_in_several_statements_becomes_a_function() -> None:
    check(
        REWRITE,
        """
        def batches(paths, size):
            seen: dict[str, object] = {}
            while True:
                for chosen in orders(paths):
                    for path in (paths[at] for at in chosen):
                        if path not in seen:
                            with Image.open(path) as image:
                                seen[path] = np.array(image.resize(size))  # here
                    yield np.stack([seen[paths[at]] for at in chosen])
        """,
        """
        def batches(paths, size):
            def load(path):
                with Image.open(path) as image:
                    return np.array(image.resize(size))  # here

            while True:
                for chosen in orders(paths):
                    yield np.stack([load(paths[at]) for at in chosen])
        """,
        CODE,
    )


def test_the_function_stands_where_the_question_was() -> None:
    check(
        REWRITE,
        """
        cache = {}

        def get(key):
            if key not in cache:
                x = read(key)
                cache[key] = x + 1  # here
            return cache[key]
        """,
        """
        def get(key):
            def load(key):
                x = read(key)
                return x + 1  # here
            return load(key)
        """,
        CODE,
    )


def test_an_entry_that_depends_on_its_round_stays() -> None:
    before = """
    def batches(paths):
        seen = {}
        for step, path in enumerate(paths):
            if path not in seen:
                image = load(path)
                seen[path] = image + step  # here
            yield seen[path]
    """

    assert "depends on step" in refused(REWRITE, before, CODE)


def test_an_entry_of_several_statements_stays() -> None:
    before = (
        "c = {}\n\ndef f(k):\n    if k not in c:\n        c[k] = load(k)  # here\n        log(k)\n    return c[k]\n"
    )

    assert "several statements" in refused(REWRITE, before, CODE)


def test_a_part_of_an_item_that_others_ask_for_stays() -> None:
    before = """
    class Volume:
        def __init__(self, path):
            self.pixels = None

        def data(self):
            if self.pixels is not None:
                return self.pixels
            values = read(self.path)
            self.pixels = values  # here
            return values

    def size(volume):
        return volume.pixels.size
    """

    assert "self.pixels is used on line 13, too" in refused(REWRITE, before, CODE)

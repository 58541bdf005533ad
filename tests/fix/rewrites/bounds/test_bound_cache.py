"""A cache gets a bound; one that a bound would break does not."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.bounds.bound_cache import BoundCache
from genaudit.model.catalogue import FILE_LEAK, UNBOUNDED_CACHE
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = BoundCache()
CODE = UNBOUNDED_CACHE.code


@pytest.mark.parametrize(
    ("imported", "decorator", "after"),
    [
        ("import functools", "@functools.cache", "@functools.lru_cache(maxsize=32)"),
        ("import functools", "@functools.lru_cache(maxsize=None)", "@functools.lru_cache(maxsize=32)"),
        ("import functools as ft", "@ft.lru_cache(None, typed=True)", "@ft.lru_cache(32, typed=True)"),
        ("from functools import cache, lru_cache", "@cache", "@lru_cache(maxsize=32)"),
        ("from functools import lru_cache as memo", "@memo(maxsize=None)", "@memo(maxsize=32)"),
    ],
)
def test_functools(imported: str, decorator: str, after: str) -> None:
    text = rewritten(REWRITE, f"{imported}\n\n\n{decorator}  # here\ndef load(path):\n    return read(path)\n", CODE)

    assert f"\n{after}  # here\ndef load(path):" in text


def test_the_import_comes_beside_its_neighbours() -> None:
    check(
        REWRITE,
        """
        from functools import cache, wraps

        @cache  # here
        def load(path):
            return wraps(path)
        """,
        """
        from functools import wraps, lru_cache

        @lru_cache(maxsize=32)  # here
        def load(path):
            return wraps(path)
        """,
        CODE,
    )


def test_the_function_is_found_by_its_name_where_another_line_is_named() -> None:
    before = "import functools\n\n@functools.cache\ndef load(path):\n    return read(path)\n\nx = load(1)  # here\n"

    assert "maxsize=32" in rewritten(REWRITE, before, CODE, holders=("load",))


@pytest.mark.parametrize(
    "body",
    [
        "return read(path) + random.random()",
        "return np.random.normal(size=3)",
        "rng = np.random.default_rng()\n    return rng.normal(size=3)",
        "return jitter(path)",
    ],
)
def test_random_results_stay_what_they_were(body: str) -> None:
    before = f"""import functools, random
import numpy as np

def jitter(path):
    return random.choice(path)

@functools.cache  # here
def load(path):
    {body}
"""

    assert "draws random numbers" in refused(REWRITE, before, CODE)


def test_random_numbers_from_a_seed_are_the_same_again() -> None:
    before = """
    import functools
    import numpy as np

    @functools.cache  # here
    def load(seed):
        rng = np.random.default_rng(seed)
        return rng.normal(size=3)
    """

    assert "maxsize=32" in rewritten(REWRITE, before, CODE)


def test_without_a_bound_nothing_is_guessed() -> None:
    before = "import functools\n\n@functools.cache  # here\ndef load(path):\n    return read(path)\n"

    assert "was not measured" in refused(REWRITE, before, CODE, bound=None)


def test_a_dictionary() -> None:
    check(
        REWRITE,
        """
        class Images:
            def __init__(self):
                self.cache = {}

            def __getitem__(self, index):
                if index not in self.cache:
                    # As floats.
                    self.cache[index] = load(index)  # here
                return self.cache[index]
        """,
        """
        class Images:
            def __init__(self):
                self.cache = {}

            def __getitem__(self, index):
                if index not in self.cache:
                    # As floats.
                    if len(self.cache) >= 32:
                        self.cache.pop(next(iter(self.cache)))
                    self.cache[index] = load(index)  # here
                return self.cache[index]
        """,
        CODE,
    )


FILL = "cache[key] = load(key)  # here"
LOOKUPS = {
    "an error": f"try:\n        return cache[key]\n    except KeyError:\n        {FILL}\n        return cache[key]",
    "setdefault": (
        "try:\n        return cache[key]\n    except KeyError:\n        return cache.setdefault(key, load(key))  # here"
    ),
    "get": "x = cache.get(key)\n    if x is None:\n        x = cache[key] = load(key)  # here\n    return x",
    "get in the condition": f"if (x := cache.get(key)) is None:\n        x = {FILL}\n    return x",
    "its size": f"if key not in cache:\n        {FILL}\n    print(len(cache))\n    return cache[key]",
}


@pytest.mark.parametrize("body", LOOKUPS.values(), ids=LOOKUPS)
def test_ways_to_look_up(body: str) -> None:
    text = rewritten(REWRITE, f"cache = {{}}\n\ndef get(key):\n    {body}\n", CODE)

    assert text.count("cache.pop(next(iter(cache)))") == 1


def test_a_default_argument() -> None:
    before = "def get(k, known={}):\n    if k not in known:\n        known[k] = load(k)  # here\n    return known[k]\n"

    assert "known.pop(next(iter(known)))" in rewritten(REWRITE, before, CODE)


def test_of_readers_that_stay_open_there_are_few() -> None:
    before = "r = {}\n\ndef get(key):\n    if key not in r:\n        r[key] = open(key)  # here\n    return r[key]\n"

    assert "len(r) >= 4" in rewritten(REWRITE, before, FILE_LEAK.code, bound=4096)


NOT = {
    "another key is read": (
        "",
        "if key not in cache:\n        cache[key] = load(key)  # here\n    return cache[other]",
        "forgotten",
    ),
    "read in another round": (
        "",
        f"for key in keys:\n        if key not in cache:\n            {FILL}\n    return cache[key]",
        "forgotten",
    ),
    "all of it is read": (
        "",
        "if key not in cache:\n        cache[key] = load(key)  # here\n    return list(cache)",
        "as a whole",
    ),
    "it is handed on": (
        "",
        "if key not in cache:\n        cache[key] = load(key)  # here\n    return cache",
        "as a whole",
    ),
    "no question": ("", "cache[key] = load(key)  # here\n    return cache[key]", "no cache"),
    "random": (
        "import random\n",
        "if key not in cache:\n        cache[key] = random.random()  # here\n    return cache[key]",
        "random",
    ),
    "threads": (
        "import threading\n",
        "if key not in cache:\n        cache[key] = load(key)  # here\n    return cache[key]",
        "thread",
    ),
    "a list": (
        "",
        "if memo[key] is None:\n        memo[key] = load(key)  # here\n    return memo[key]",
        "no dictionary",
    ),
    "of lists": ("", "cache.setdefault(key, []).append(1)  # here", "no dictionary"),
    "on one line": (
        "",
        "if key not in cache: cache[key] = load(key)  # here\n    return cache[key]",
        "on the line of its condition",
    ),
}


@pytest.mark.parametrize(("imported", "body", "reason"), NOT.values(), ids=NOT)
def test_what_a_bound_would_break(imported: str, body: str, reason: str) -> None:
    before = f"{imported}cache = {{}}\nmemo = [None] * 9\n\ndef get(key, other, keys):\n    {body}\n"

    assert reason in refused(REWRITE, before, CODE)


FOUND = {
    "by in": "if key in cache:\n        return cache[key]",
    "by get": "item = cache.get(key, None)\n    if item is not None:\n        return item",
}


@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND)
def test_an_entry_that_is_there_is_given_back_before(found: str) -> None:
    body = f"{found}\n    item = load(key)\n    cache[key] = item  # here\n    return item"
    text = rewritten(REWRITE, f"cache = {{}}\n\ndef get(key):\n    {body}\n", CODE)

    assert text.count("cache.pop(next(iter(cache)))") == 1

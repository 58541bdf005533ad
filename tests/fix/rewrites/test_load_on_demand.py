"""What stands in the place of a list gives what the list gave, and loads it when it is asked."""

from __future__ import annotations

import collections
from typing import Any

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.load_on_demand import LoadOnDemand
from tests.fix.rewrites.rewriting import refused, rewritten

REWRITE = LoadOnDemand()

MADE = {
    "a comprehension": ("return [load(path) for path in paths]", "return OnDemand(load, paths)"),
    "of an expression": ("return [load(p) + 1 for p in paths]", "return OnDemand(lambda p: load(p) + 1, paths)"),
    "list of a generator": ("return list(load(p) for p in paths)", "return OnDemand(load, paths)"),
    "list of a map": ("return list(map(load, paths))", "return OnDemand(load, paths)"),
    "some of them": (
        "return [load(p) for p in paths if p > 3]",
        "return OnDemand(load, [p for p in paths if p > 3])",
    ),
    "of pairs": (
        "return [(load(a), b) for a, b in paths]",
        "return OnDemand(lambda source: next((load(a), b) for a, b in [source]), paths)",
    ),
    "handed on": ("return give([load(p) for p in paths], 3)", "return give(OnDemand(load, paths), 3)"),
    "an array": (
        "return np.stack([load(p) for p in paths])",
        "return ArrayOnDemand(load, paths, np.stack)",
    ),
    "an array of a type": (
        'return np.array([load(p) for p in paths], dtype="f4")',
        'return ArrayOnDemand(load, paths, lambda items: np.array(items, dtype="f4"))',
    ),
}


@pytest.mark.parametrize(("before", "after"), MADE.values(), ids=MADE)
def test_what_one_expression_makes(before: str, after: str) -> None:
    text = rewritten(REWRITE, f"import numpy as np\n\n\ndef read(paths):\n    {before}  # here\n")

    assert text.endswith(f"def read(paths):\n    {after}  # here\n")


def test_a_loop_that_does_more_for_each_item_becomes_a_function() -> None:
    text = rewritten(
        REWRITE,
        """
        def read(paths, size):
            images = []
            for path in paths:
                # As it was taken.
                with open_image(path) as image:
                    image = image.resize(size)
                    images.append(image)  # here
            return Loader([image for image in images])
        """,
    )

    assert text.partition("def read")[2] == (
        "(paths, size):\n"
        "    def load_image(path):\n"
        "        # As it was taken.\n"
        "        with open_image(path) as image:\n"
        "            image = image.resize(size)\n"
        "            return image\n"
        "\n"
        "    images = OnDemand(load_image, paths)\n"
        "    return Loader([image for image in images])\n"
    )


@pytest.mark.parametrize(
    ("imported", "made", "mapped"),
    [
        ("from multiprocessing.pool import ThreadPool", "ThreadPool(4)", "pool.map(load, paths)"),
        ("from multiprocessing import Pool", "Pool()", "pool.map(load, paths)"),
        ("from concurrent.futures import ThreadPoolExecutor as E", "E(4)", "list(pool.map(load, paths))"),
    ],
)
def test_what_a_pool_loads_at_once(imported: str, made: str, mapped: str) -> None:
    text = rewritten(REWRITE, f"{imported}\n\ndef f(paths):\n    with {made} as pool:\n        x = {mapped}  # here\n")

    assert text.endswith("        x = OnDemand(load, paths)  # here\n")


def test_at_the_top_of_a_module_and_in_a_constructor() -> None:
    module = rewritten(REWRITE, "images = []\nfor path in paths:\n    images.append(load(path))  # here\n")
    room = rewritten(
        REWRITE,
        """
        import numpy as np

        class Images:
            def __init__(self, paths):
                self.images = np.empty((len(paths), 8, 8), np.uint8)
                for at, path in enumerate(paths):
                    self.images[at] = load(path)  # here
        """,
    )

    assert module.endswith("\n\nimages = OnDemand(load, paths)\n")
    assert room.endswith(
        "        self.images = ArrayOnDemand(load, paths, lambda items: np.array(items, dtype=np.uint8))\n"
    )


@pytest.mark.parametrize("one", ["load(path)[None]", "load(path)[np.newaxis]"])
@pytest.mark.parametrize(
    "joined", ["np.append(x, {}, axis=0)", "np.concatenate([x, {}])", "np.concatenate((x, {}), axis=0)"]
)
def test_an_array_that_grows(one: str, joined: str) -> None:
    text = rewritten(
        REWRITE,
        f"""
        import numpy as np

        def read(paths):
            x = np.zeros((0, 8), np.float32)
            for path in paths:
                x = {joined.format(one)}  # here
            return x
        """,
    )

    new = "    x = ArrayOnDemand(load, paths, lambda items: np.array(items, dtype=np.float32))\n    return x\n"
    assert new in text
    assert new in rewritten(REWRITE, text_of_full(joined.format(one)))


def text_of_full(joined: str) -> str:
    return (
        "import numpy as np\n\ndef read(paths):\n    x = np.full((0, 8), 0, dtype=np.float32)\n"
        f"    for path in paths:\n        x = {joined}  # here\n    return x\n"
    )


def run(text: str, **given: object) -> dict[str, Any]:
    names: dict[str, Any] = dict(given)
    exec(compile(text, "new.py", "exec"), names)
    return names


def test_it_is_used_as_a_list_is() -> None:
    """Length, places from both ends, slices, loops; and an item is loaded for each of them."""
    text = rewritten(REWRITE, "def read(paths):\n    return [load(path) for path in paths]  # here\n")
    loaded: list[int] = []

    def load(number: int) -> int:
        loaded.append(number)
        return number * 10

    images = run(text, load=load)["read"](iter(range(5)))

    assert loaded == []
    assert (len(images), images[1], images[-1], images[1:3], list(images)) == (5, 10, 40, [10, 20], [0, 10, 20, 30, 40])
    assert collections.Counter(loaded)[1] == 3
    with pytest.raises(IndexError):
        images[5]


def test_an_array_is_used_as_an_array_is() -> None:
    """Numbers, slices, arrays of places, masks, and its shape."""
    np = pytest.importorskip("numpy")
    text = rewritten(
        REWRITE, "import numpy as np\n\ndef read(n):\n    return np.stack([load(at) for at in range(n)])  # here\n"
    )
    images = run(text, load=lambda at: np.full(3, at))["read"](6)
    real = np.stack([np.full(3, at) for at in range(6)])

    assert (len(images), images.shape) == (6, (6, 3))
    for places in (2, -1, np.int64(3), slice(1, 4), slice(None, None, 2), [0, 5], np.array([4, 4]), real[:, 0] > 3):
        np.testing.assert_array_equal(images[places], real[places])
        assert images[places].shape == real[places].shape


NOT = {
    "nothing is loaded": ("return [path for path in paths]", "nothing is loaded"),
    "not of the loop": ("return [load(3) for path in paths]", "not made of what the loop goes over"),
    "random": ("return [crop(path, random.random()) for path in paths]", "random numbers"),
    "the next one": ("return [load(path, next(paths)) for path in paths]", "what comes next in paths"),
    "read on": ("return [file.read(path) for path in paths]", "what comes next in file"),
    "another value later": ("made = [load(path, n) for path in paths]; n = 2; return made", "gets another value"),
    "two loops": ("return [load(a, b) for a in paths for b in a]", "no list of loaded items"),
    "in each round": ("while n: yield [load(path) for path in paths]", "again and again"),
    "nothing there": ("return 3", "no list of loaded items"),
}


@pytest.mark.parametrize(("made", "reason"), NOT.values(), ids=NOT)
def test_what_may_be_another_item_later(made: str, reason: str) -> None:
    text = f"import random\n\ndef read(paths, file, n=1):\n    {made}  # here\n"

    assert reason in refused(REWRITE, text)


NOT_IN_LOOPS = {
    "it ends before the last": "    if n > 3: break\n            images.append(load(path))",
    "what is found is used below": "    last = load(path)\n            images.append(last)",
    "another list, too": "    labels[path] = 3\n            images.append(load(path))",
    "it reads what is there": "    images.append(load(path, images))",
}


@pytest.mark.parametrize("body", NOT_IN_LOOPS.values(), ids=NOT_IN_LOOPS)
def test_a_loop_that_does_more_than_to_fill_it(body: str) -> None:
    text = f"""
    def read(paths, n, labels):
        images = []
        last = 3
        for path in paths:  # here
        {body}
        return give(images, last)
    """

    assert "no list of loaded items" in refused(REWRITE, text)


def test_what_is_closed_by_then_or_set_elsewhere() -> None:
    closed = "def f(p):\n    with archive(p) as a:\n        return [a.take(k) for k in a.names()]  # here\n"
    late = """
    class Images:
        def __init__(self, paths):
            self.size = 3
            self.images = [load(path, self.size) for path in paths]  # here

        def resize(self, size):
            self.size = size
    """

    assert "a is closed" in refused(REWRITE, closed)
    assert "self.size, which items are made of, gets another value" in refused(REWRITE, late)


USES = {
    "added to": "self.x.append(3)",
    "sorted": "self.x.sort()",
    "shuffled": "random.shuffle(self.x)",
    "an item is changed": "self.x[0] = 3",
    "an item is added to": "self.x[0] += 3",
    "an item goes": "del self.x[0]",
    "put together": "y = self.x + [3]",
    "grows": "self.x += [3]",
    "its type is asked for": "isinstance(self.x, list)",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize(
    "made",
    [
        "self.x = [load(p) for p in paths]  # here",
        "self.x = []\n        for p in paths:\n            self.x.append(load(p))  # here",
    ],
)
def test_what_only_a_list_can_do(made: str, use: str) -> None:
    """Also in a method that no run may come to."""
    text = f"class A:\n    def __init__(self, paths):\n        {made}\n\n    def more(self):\n        {use}\n"

    assert "self.x" in refused(REWRITE, text)


@pytest.mark.parametrize("use", ["x.mean()", "x / 255", "-x", "x.dtype", "x[:, 0].mean(); x.T"])
def test_what_only_an_array_can_do(use: str) -> None:
    text = f"import numpy as np\n\ndef f(paths):\n    x = np.stack([load(p) for p in paths])  # here\n    {use}\n"

    assert "line 5" in refused(REWRITE, text)


@pytest.mark.parametrize(
    "use",
    [
        "x.__getitem__(1)",
        "x.__len__()",
        "list(x.__iter__())",
        "x.__contains__(3)",
        "list(x.__reversed__())",
        "x.index(3)",
    ],
)
def test_what_each_sequence_can_do(use: str) -> None:
    """By its name as well: the stand-in gives what the list gave."""
    text = f"def f(paths):\n    x = [load(p) for p in paths]  # here\n    return {use}\n"
    answers = []
    for each in (text, rewritten(REWRITE, text)):
        values: dict[str, Any] = {"load": lambda number: number + 1}
        exec(each, values)
        answers.append(values["f"]([1, 2, 3]))

    assert answers[0] == answers[1]

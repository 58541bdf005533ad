"""What comes out the same each time is made once; what may not stays where it is, with the reason."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.once.make_once import MakeOnce
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = MakeOnce()
EPOCH, CALL = "GA202", "GA205"
HEAD = """
import functools
import random

import numpy as np
import tensorflow as tf
import torch
from torch.utils.data import DataLoader

"""


def test_a_pipeline_of_a_loop_over_epochs_with_what_it_is_made_of() -> None:
    check(
        REWRITE,
        """
        import tensorflow as tf


        def batches(paths, epochs):
            # All of them.
            for epoch in range(epochs):
                size = 16  # a batch

                # Decoded here.
                def pictures():
                    for path in paths:
                        yield load(path)

                dataset = tf.data.Dataset.from_generator(pictures, tf.float32)  # here
                dataset = dataset.batch(size)
                print(epoch)
                yield from dataset
        """,
        """
        import tensorflow as tf


        def batches(paths, epochs):
            # All of them.
            size = 16  # a batch

            # Decoded here.
            def pictures():
                for path in paths:
                    yield load(path)

            dataset = tf.data.Dataset.from_generator(pictures, tf.float32)  # here
            dataset = dataset.batch(size)
            for epoch in range(epochs):
                print(epoch)
                yield from dataset
        """,
        EPOCH,
    )


LOOPS = {
    "a loader": ("loader = DataLoader(data, 16)", "yield from loader"),
    "a loader that shuffles when it is gone through": (
        "loader = DataLoader(data, 16, shuffle=True)",
        "yield from loader",
    ),
    "a function of another": ("step = tf.function(scaled)", "yield step(data)"),
    "a memo": ("step = functools.lru_cache(maxsize=None)(scaled)", "yield step(3)"),
    "a chain": ("x = tf.data.Dataset.from_tensor_slices(data).map(scaled).batch(8)", "yield from x"),
    "shuffled alike": (
        "x = tf.data.Dataset.range(9).shuffle(9, seed=3, reshuffle_each_iteration=False)",
        "yield from x",
    ),
}


@pytest.mark.parametrize(("made", "used"), LOOPS.values(), ids=LOOPS)
def test_what_can_be_made_before_a_loop(made: str, used: str) -> None:
    text = f"{HEAD}\ndef f(data, n):\n    for epoch in range(n):\n        {made}  # here\n        {used}\n"

    new = rewritten(REWRITE, text, EPOCH)

    assert new.endswith(f"def f(data, n):\n    {made}  # here\n    for epoch in range(n):\n        {used}\n")


def test_what_is_used_at_once_gets_a_name() -> None:
    loop = "    while True:\n        for x in"
    text = f"{HEAD}\ndef f(data):\n{loop} tf.data.Dataset.range(data).batch(3):  # here\n            yield x\n"
    loader = f"{HEAD}\ndef f(data, dataset):\n{loop} DataLoader(data):  # here\n            yield x\n"

    assert rewritten(REWRITE, text, EPOCH).endswith(
        "    dataset = tf.data.Dataset.range(data).batch(3)\n    while True:\n        for x in dataset:  # here\n"
        "            yield x\n"
    )
    assert "    loader = DataLoader(data)\n    while True:\n        for x in loader:" in rewritten(
        REWRITE, loader, EPOCH
    )


def test_a_function_of_the_file_that_makes_a_pipeline() -> None:
    text = f"""{HEAD}
def build(data, size=8):
    data = tf.data.Dataset.from_tensor_slices(data)
    return data.batch(size)


def f(data):
    for epoch in range(3):
        yield from build(data)
        for batch in build(data, 4):  # here
            yield batch
"""
    again = text.replace("build(data, 4)", "build(data, epoch)")

    assert "    dataset = build(data, 4)\n    for epoch in range(3):" in rewritten(REWRITE, text, EPOCH)
    assert "depends on epoch" in refused(REWRITE, again, EPOCH)


def test_only_out_of_the_loop_that_it_is_the_same_in() -> None:
    text = f"""{HEAD}
def f(folds, n):
    for fold in folds:
        for epoch in range(n):
            loader = DataLoader(fold)  # here
            yield from loader
"""

    assert rewritten(REWRITE, text, EPOCH).endswith(
        "    for fold in folds:\n        loader = DataLoader(fold)  # here\n        for epoch in range(n):\n"
        "            yield from loader\n"
    )


CHANGING = {
    "of the loop": ("x = DataLoader(data[epoch])", "x depends on epoch"),
    "of what is bound there": ("part = pick(data)\n        x = DataLoader(part)", "pick(data)"),
    "of what is bound twice": ("size = 3\n        size += 1\n        x = DataLoader(data, size)", "x depends on size"),
    "bound under a condition": ("if n:\n            s = 1\n        x = DataLoader(data, s)", "x depends on s"),
    "made under a condition": ("if n:\n            x = DataLoader(data)", "under a condition"),
    "seed": ("x = DataLoader(data, generator=torch.Generator().manual_seed(0))", "random numbers that"),
    "a generator that starts anew": (
        "rng = np.random.default_rng(0)\n        x = tf.data.Dataset.from_generator(lambda: draw(rng), tf.int8)",
        "default_rng starts anew",
    ),
    "drawn": ("x = tf.data.Dataset.range(random.randint(1, 9))", "random numbers"),
    "shuffled": ("x = tf.data.Dataset.range(9).shuffle(9, seed=3)", "is shuffled"),
    "a map that draws": ("x = tf.data.Dataset.range(9).map(drawn)", "random numbers that drawn draws"),
    "changed in place": ("data.append(3)\n        x = DataLoader(data)", "data, which line"),
    "shuffled in place": ("random.shuffle(data)\n        x = DataLoader(data)", "data, which line"),
    "an item is changed": ("x = DataLoader(data)\n        data[0] = epoch", "data, which line"),
    "a function of the file changes it": ("change(data)\n        x = DataLoader(data)", "data, which line"),
    "what a method does with it": ("self.change(data)\n        x = DataLoader(data)", "data, which line"),
    "an object of the user's": ("x = DataLoader(Pictures(data))", "Pictures(data), which may keep"),
    "an iterator": ("it = iter(data)\n        x = DataLoader(it)", "iter(data)"),
    "gone on with": ("x = tf.data.Dataset.range(9)\n        next(x)", "gone on with"),
    "kept": ("x = DataLoader(data)\n        n.append(x)", "is kept on line"),
    "handed on": ("x = DataLoader(data)\n        yield x", "is handed on from line"),
    "other files": ("utils.change(data)\n        x = DataLoader(data)", "data, which line"),
    "an object that is not known": ("model.fit(data)\n        x = DataLoader(data)", "data, which line"),
    "the time": ("begun = time.time()\n        x = DataLoader(data, begun)", "time.time(), which is another one"),
    "an attribute": ("self.x = DataLoader(data)", "self.x, which other code may see"),
    "counts itself": (
        "k = 0\n        def read():\n            nonlocal k\n            k += 1\n"
        "        x = tf.data.Dataset.from_generator(read, tf.int8)",
        "k",
    ),
    "another way": ("print(DataLoader(data))", "another way than by a loop or a name"),
    "of the round before": ("x = DataLoader(y)\n        y = 3", "what an earlier round"),
}


@pytest.mark.parametrize(("made", "reason"), CHANGING.values(), ids=CHANGING)
def test_what_stands_in_the_way_of_a_loop(made: str, reason: str) -> None:
    text = f"""{HEAD}
def drawn(x):
    return x * random.random()


def change(items):
    items.pop()


def f(self, data, n):
    for epoch in range(n):  # here
        {made}
"""

    assert reason in refused(REWRITE, text, EPOCH)


def test_attributes_of_the_object_in_a_loop() -> None:
    text = f"""{HEAD}
class A:
    def __init__(self, data):
        self.data = data

    def more(self):
        print(self.data)

    def batches(self):
        for epoch in range(3):
            x = DataLoader(self.data)  # here
            self.more()
            yield from x
"""

    assert "        x = DataLoader(self.data)  # here\n        for epoch" in rewritten(REWRITE, text, EPOCH)
    assert "self.data, which line 15" in refused(REWRITE, text.replace("print(self.data)", "self.data = 3"), EPOCH)
    assert "self.data, which line 15" in refused(REWRITE, text.replace("print(self.data)", "self.data.pop()"), EPOCH)


def test_a_function_of_the_file_that_only_reads_stands_in_nobodys_way() -> None:
    text = f"""{HEAD}
def told(items):
    print(len(items))


def f(data, n):
    for epoch in range(n):
        told(data)
        x = DataLoader(data)  # here
        yield from x
"""

    assert "    x = DataLoader(data)  # here\n    for epoch in range(n):\n" in rewritten(REWRITE, text, EPOCH)


CLASS = """
import numpy as np
import tensorflow as tf


class Pictures:
    def __init__(self, paths, size=16):
        self.paths = paths
        self.size = size

    def read(self):
        for path in self.paths:
            yield np.load(path)

    def __iter__(self):
        pictures = tf.data.Dataset.from_generator(self.read, tf.float32)  # here
        for batch in pictures.batch(self.size):
            yield batch.numpy()
"""


def test_what_a_method_makes_goes_to_the_constructor() -> None:
    new = rewritten(REWRITE, CLASS, EPOCH)

    assert (
        "        self.size = size\n"
        "        self.pictures = tf.data.Dataset.from_generator(self.read, tf.float32)  # here\n\n"
    ) in new
    assert new.endswith(
        "    def __iter__(self):\n        for batch in self.pictures.batch(self.size):\n"
        "            yield batch.numpy()\n"
    )


def test_with_a_name_that_the_class_has_already_and_what_it_is_made_of() -> None:
    text = CLASS.replace("self.read, tf", "read, tf").replace(
        "        pictures = tf",
        "        paths = self.paths\n\n        def read():\n            yield from map(np.load, paths)\n\n"
        "        pictures = tf",
    )
    text = text.replace("self.size = size", "self.size = size\n        self.pictures = 3")

    new = rewritten(REWRITE, text, EPOCH)

    assert (
        "        self.pictures = 3\n        paths = self.paths\n\n        def read():\n"
        "            yield from map(np.load, paths)\n\n"
        "        self.pictures_ = tf.data.Dataset.from_generator(read, tf.float32)  # here\n"
    ) in new
    assert "    def __iter__(self):\n        for batch in self.pictures_.batch(self.size):\n" in new


METHODS = {
    "set later": (("def read", "def more(self):\n        self.size = 3\n\n    def read"), "self.size, which line"),
    "changed in place": (
        ("def read", "def more(self):\n        self.paths.sort()\n\n    def read"),
        "self.paths, which line",
    ),
    "set by others": (("class Pictures", "def f(x):\n    x.size = 3\n\n\nclass Pictures"), "self.size, which line"),
    "given to the method": (
        ("def __iter__(self)", "def batches(self, size)"),
        "depends on size, which batches is given",
    ),
    "no constructor": (("def __init__", "def setup"), "has no constructor"),
    "a constructor that returns": (("self.size = size", "self.size = size\n        return"), "returns before its end"),
}


@pytest.mark.parametrize(("change", "reason"), METHODS.values(), ids=METHODS)
def test_what_stands_in_the_way_of_the_constructor(change: tuple[str, str], reason: str) -> None:
    text = CLASS.replace("self.read, tf.float32)  # here", "lambda: self.paths, tf.float32).batch(self.size)  # here")
    if "given" in reason:
        text = text.replace("batch(self.size)  # here", "batch(size)  # here")

    assert reason in refused(REWRITE, text.replace(*change, 1), EPOCH)


def test_a_compiled_function_goes_to_the_module() -> None:
    before = """
    import tensorflow as tf

    FACTOR = 3


    # Batches.
    def batches(paths):
        # One graph.
        @tf.function
        def scaled(x):
            return x * FACTOR

        for path in paths:
            yield scaled(load(path))  # here
    """
    after = """
    import tensorflow as tf

    FACTOR = 3


    # One graph.
    @tf.function
    def scaled(x):
        return x * FACTOR


    # Batches.
    def batches(paths):
        for path in paths:
            yield scaled(load(path))  # here
    """

    check(REWRITE, before, after, CALL)
    assert "scaled depends on FACTOR" in refused(REWRITE, before.replace("(paths):", "(paths, FACTOR):"), CALL)
    assert "FACTOR, which gets another value" in refused(
        REWRITE, before.replace("FACTOR = 3", "FACTOR = 3\n    FACTOR = 4"), CALL
    )
    assert "another scaled" in refused(REWRITE, before.replace("FACTOR = 3", "FACTOR = 3\n    scaled = 4"), CALL)
    assert "random numbers" in refused(REWRITE, before.replace("x * FACTOR", "x * np.random.random()"), CALL)


TABLE = """
import numpy as np

KEPT = []


def build(paths):
    table = np.random.default_rng(0).random((8, 8))
    KEPT.append(lambda k: table[k, 0])  # here
    return Pictures(paths, KEPT[-1])
"""


def test_a_table_that_a_call_keeps_goes_to_the_module() -> None:
    new = rewritten(REWRITE, TABLE, CALL)

    assert "KEPT = []\n\n\ntable = np.random.default_rng(0).random((8, 8))\n\n\ndef build(paths):\n    KEPT" in new


TABLES = {
    "a view of it is handed on": (("table[k, 0]", "table[k]"), "table is handed on"),
    "it is handed on": (("table[k, 0]", "table"), "table is handed on"),
    "it is changed": (("    KEPT.", "    table[0] = 3\n    KEPT."), "table"),
    "of an argument": (("(8, 8)", "(len(paths), 8)"), "nothing is made there"),
    "of a file": (("np.random.default_rng(0).random((8, 8))", "np.load('x.npy')"), "nothing is made there"),
    "no seed": (("default_rng(0)", "default_rng()"), "random numbers"),
    "nobody keeps it": (("lambda k: table[k, 0]", "table[3, 0]"), "no function that outlives it"),
    "another value": (("    KEPT.", "    table = table + 1\n    KEPT."), "another value"),
}


@pytest.mark.parametrize(("change", "reason"), TABLES.values(), ids=TABLES)
def test_what_stands_in_the_way_of_a_table(change: tuple[str, str], reason: str) -> None:
    assert reason in refused(REWRITE, TABLE.replace(*change, 1), CALL)


def test_a_table_stays_where_it_is_for_what_epochs_leave() -> None:
    """The module's level is worth it only where calls keep it."""
    assert "nothing is made there" in refused(REWRITE, TABLE, EPOCH)


def test_a_function_that_makes_a_pipeline_of_what_it_is_given_is_told_so() -> None:
    text = f"{HEAD}\ndef build(paths):\n    return tf.data.Dataset.from_tensor_slices(paths).batch(3)  # here\n"

    assert "build makes a pipeline anew each time that it is called" in refused(REWRITE, text, CALL)


def test_at_the_top_of_a_module() -> None:
    loop = f"{HEAD}for epoch in range(3):\n    loader = DataLoader(data)  # here\n    train(loader)\n"

    assert rewritten(REWRITE, loop, EPOCH).endswith(
        "loader = DataLoader(data)  # here\nfor epoch in range(3):\n    train(loader)\n"
    )
    assert "made with the module, once" in refused(REWRITE, f"{HEAD}loader = DataLoader(data)  # here\n", EPOCH)

"""Entries that are made batch by batch are those of the list, in its order."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.stream_in_order import StreamInOrder
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = StreamInOrder()


def test_a_list_of_loaded_items() -> None:
    check(
        REWRITE,
        """
        import numpy as np

        def batches(paths, size):
            images = [np.load(path) for path in paths]  # here
            # In their order.
            for start in range(0, len(images), size):
                yield np.stack(images[start : start + size])
        """,
        """
        import itertools

        import numpy as np

        def batches(paths, size):
            # In their order.
            images = (np.load(path) for path in paths)
            while part := list(itertools.islice(images, size)):
                yield np.stack(part)
        """,
    )


def test_the_file_is_open_as_long_as_the_loop_reads() -> None:
    check(
        REWRITE,
        """
        import csv
        from itertools import chain

        def batches(path, size):
            with open(path, newline="") as file:
                rows = list(csv.DictReader(file))  # here
            while True:
                for start in range(0, len(rows), size):
                    stop = start + size
                    yield [row["a"] for row in rows[start:stop]]
        """,
        """
        import csv
        from itertools import chain, islice

        def batches(path, size):
            while True:
                with open(path, newline="") as file:
                    rows = iter(csv.DictReader(file))
                    while part := list(islice(rows, size)):
                        yield [row["a"] for row in part]
        """,
    )


def test_a_table() -> None:
    check(
        REWRITE,
        """
        import pandas as pd

        def batches(path, size):
            table = pd.read_csv(path, dtype="float32")  # here
            for start in range(0, len(table), size):
                yield table.iloc[start : start + size].to_numpy()
        """,
        """
        import pandas as pd

        def batches(path, size):
            for part in pd.read_csv(path, dtype="float32", chunksize=size):
                yield part.to_numpy()
        """,
    )


MADE = {
    "a comprehension": "rows = [int(line) for line in open(path)]  # here",
    "a generator": "rows = list(int(line) for line in open(path))  # here",
    "lines": "with open(path) as file:\n        rows = file.readlines()  # here",
    "a map": "rows = list(map(int, open(path)))  # here",
}
LOOPS = {
    "slices": "for start in range(0, len(rows), size):\n        yield rows[start : start + size]",
    "an end with a name": "for at in range(0, len(rows), size):\n        end = at + size\n        yield rows[at:end]",
    "with the counter": "for at in range(0, len(rows), size):\n        yield at, rows[at : at + size]",
    "one by one": "for row in rows:\n        yield row",
    "epochs": "for _ in '012':\n        for at in range(0, len(rows), size):\n            yield rows[at : at + size]",
    "left early": "for at in range(0, len(rows), size):\n        if at: return\n        yield rows[at : at + size]",
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("count", [0, 1, 4, 10])
def test_the_batches_are_the_same(made: str, loop: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_text("".join(f"{row}\n" for row in range(count)))
    before = f"def batches(path, size):\n    {made}\n    {loop}\n"

    def run(text: str) -> list[Any]:
        space: dict[str, Any] = {}
        exec(text, space)
        return list(itertools.islice(space["batches"](path, 4), 50))

    assert run(rewritten(REWRITE, before)) == run(before)


BATCHES = "for at in range(0, len(x), size):\n        yield x[at : at + size]"
NOT = {
    "shuffled": ("x = [load(p) for p in paths]", f"random.shuffle(x)\n    {BATCHES}", "other entries"),
    "read again": ("x = [load(p) for p in paths]", f"{BATCHES}\n    print(x[0])", "other entries"),
    "a step further": (
        "x = [load(p) for p in paths]",
        "for at in range(0, len(x), size):\n        yield x[at : at + size + 1]",
        "other entries",
    ),
    "by place": ("x = [load(p) for p in paths]", "for at in order:\n        yield x[at]", "not cut into batches"),
    "two loops": ("x = [load(p) for p in paths]", f"{BATCHES}\n    {BATCHES}", "not cut into batches"),
    "random": ("x = [random.random() for p in paths]", BATCHES, "random numbers"),
    "paths change": ("x = [load(p) for p in paths]", f"paths = 3\n    {BATCHES}", "paths changes"),
    "paths are emptied": ("x = [load(p) for p in paths]", f"paths.clear()\n    {BATCHES}", "paths changes"),
    "a connection is closed": ("x = paths.execute('').fetchall()", f"paths.close()\n    {BATCHES}", "paths changes"),
    "rows with an index": ("x = pd.read_csv(paths, index_col=0)", BATCHES, "no list and no table"),
    "the counter, of a table": (
        "x = pd.read_csv(paths)",
        "for at in range(0, len(x), size):\n        yield at, x.iloc[at : at + size]",
        "its counter",
    ),
}


@pytest.mark.parametrize(("made", "loop", "reason"), NOT.values(), ids=NOT)
def test_what_is_not_gone_through_in_order(made: str, loop: str, reason: str) -> None:
    before = f"import random\nimport pandas as pd\n\ndef batches(paths, size, order):\n    {made}  # here\n    {loop}\n"

    assert reason in refused(REWRITE, before)


def test_a_loop_that_fills_a_list_in_what_is_open() -> None:
    """What comes before it there stays before it; the loop over batches moves in, where rows can still be read."""
    check(
        REWRITE,
        """
        import csv
        import itertools

        def batches(path, size):
            rows = []
            with open(path) as file:
                reader = csv.reader(file)
                next(reader)
                for row in reader:
                    rows.append(parse(row))  # here
            print("read")
            for at in range(0, len(rows), size):
                yield rows[at : at + size]
            print("done")
        """,
        """
        import csv
        import itertools

        def batches(path, size):
            with open(path) as file:
                reader = csv.reader(file)
                next(reader)
                print("read")
                rows = (parse(row) for row in reader)
                while part := list(itertools.islice(rows, size)):
                    yield part
            print("done")
        """,
    )

"""A list that is filled here and there gives what it gave, and has only what its items are made from."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.fill_on_demand import FillOnDemand
from tests.fix.rewrites.rewriting import refused, rewritten

REWRITE = FillOnDemand()
FOLDERS = {"a": [1, 2, 3], "b": [4, 5]}

FILLS = {
    "inner loops": """
        def read(folders):
            images = []
            for folder in sorted(folders):
                for number in folders[folder]:
                    image = load(number)
                    image = image * 2
                    images.append(image)  # here
            return images
        """,
    "another function": """
        images = []

        def fill(folders):
            for folder in sorted(folders):
                for number in folders[folder]:
                    images.append(load(number))  # here

        def read(folders):
            fill(folders)
            return images
        """,
    "another method": """
        class Pictures:
            def __init__(self, folders):
                self.size = 3
                self.images, self.labels = [], []
                self.fill(folders)

            def fill(self, folders):
                for at, folder in enumerate(sorted(folders)):
                    for number in folders[folder]:
                        self.images.append((load(number) + self.size, at))  # here
                        self.labels.append(at)

        def read(folders):
            return Pictures(folders).images
        """,
    "under conditions": """
        def read(folders):
            images = []
            for folder in sorted(folders):
                for number in folders[folder]:
                    image = load(number)
                    if image.sum() > 5300:
                        continue
                    if number % 2:
                        image = image + 1
                    images.append(image)  # here
            return images
        """,
    "in more than one place": """
        def read(folders):
            images = []
            for number in folders["a"]:
                images.append(load(number))  # here
            for number in folders["b"]:
                image = load(number)
                images.append(image[::-1])
                images.append(image)
            return images
        """,
    "a name that the loop had before": """
        def read(folders):
            images = []
            for folder in sorted(folders):
                for image in folders[folder]:
                    image = load(image)
                    image += 1
                    images.append(image)  # here
            return images
        """,
    "a context": """
        import contextlib

        def read(folders):
            images = []
            for folder in sorted(folders):
                for number in folders[folder]:
                    with contextlib.nullcontext(number) as handle:
                        image = load(handle)
                        images.append(image)  # here
            return images
        """,
    "an array": """
        import numpy as np

        def read(folders):
            images, labels = [], []
            for at, folder in enumerate(sorted(folders)):
                for number in folders[folder]:
                    images.append(load(number))  # here
                    labels.append(at)
            return np.array(images, dtype="float32") / 255.0
        """,
    "an array of the same name": """
        import numpy as np

        def read(folders):
            images = []
            for folder in sorted(folders):
                for number in folders[folder]:
                    images.append(load(number))  # here
            images = np.stack(images)
            return images
        """,
}


class Loads:
    """Counts what is loaded."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, number: int) -> np.ndarray[Any, Any]:
        self.number += 1
        return np.arange(number, number + 100)


def read(text: str) -> tuple[Any, Loads, int]:
    """What a text reads, and how much it had loaded by then."""
    loads = Loads()
    values: dict[str, Any] = {"load": loads}
    exec(textwrap.dedent(text), values)
    images = values["read"](FOLDERS)
    return images, loads, loads.number


@pytest.mark.parametrize("fill", FILLS)
def test_items_are_the_same_and_made_when_they_are_asked_for(fill: str) -> None:
    before, _, all_at_once = read(FILLS[fill])
    after, loads, at_once = read(rewritten(REWRITE, FILLS[fill]))

    assert len(after) == len(before)
    for at in range(len(before)):
        for of_before, of_after in zip(flat(before[at]), flat(after[at]), strict=True):
            np.testing.assert_array_equal(of_before, of_after)
            assert of_before.dtype == of_after.dtype
    for of_before, of_after in zip(before[1:3], after[1:3], strict=True):
        np.testing.assert_array_equal(flat(of_before)[0], flat(of_after)[0])
    # What a condition asks of an item is asked when the list is filled.
    assert at_once == (all_at_once if fill == "under conditions" else 0)
    assert loads.number > at_once


def flat(item: Any) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(part) for part in item] if isinstance(item, tuple) else [np.asarray(item)]


def test_an_array_has_its_shape() -> None:
    before, *_ = read(FILLS["an array"])
    after, *_ = read(rewritten(REWRITE, FILLS["an array"]))

    assert after.shape == before.shape
    np.testing.assert_array_equal(after[[3, 0]], before[[3, 0]])


def test_what_other_code_needs_stays() -> None:
    text = rewritten(
        REWRITE,
        """
        def read(folders):
            images, sizes = [], []
            for folder in folders:
                for path in folder:
                    image = load(path)
                    sizes.append(image.size)
                    images.append(image)  # here
            return images, sizes
        """,
    )

    assert text.endswith(
        "        for path in folder:\n"
        "            image = load(path)\n"
        "            sizes.append(image.size)\n"
        "            images.add(load_image, path)  # here\n"
        "    return images, sizes\n"
    )


def test_the_object_is_given_first() -> None:
    """As it would be, were the function a method."""
    text = rewritten(REWRITE, FILLS["another method"])

    assert "def load_image(self, number, at):\n    return (load(number) + self.size, at)\n" in text
    assert "self.images.add(load_image, self, number, at)" in text


REFUSED = {
    "random": ("images.append(load(path) + random.random())", "random numbers"),
    "read on": ("images.append(load(folder.pop()))", "what comes next in folder"),
    "nothing is loaded": ("images.append(path)", "nothing is loaded"),
    "by more than assignments": (
        "for part in path:\n                last = load(part)\n            images.append(last)",
        "more than plain assignments",
    ),
}


@pytest.mark.parametrize(("fill", "reason"), REFUSED.values(), ids=REFUSED)
def test_an_item_that_may_be_another_one_later(fill: str, reason: str) -> None:
    text = (
        "import random\n\ndef read(folders):\n    images = []\n    for folder in folders:  # here\n"
        f"        for path in folder:\n            {fill}\n    return images\n"
    )

    assert reason in refused(REWRITE, text)


USES = {
    "sorted": "images.sort()",
    "an item is changed": "images[0] = 3",
    "made anew of something": "images = list(folders)",
    "put together": "images = images + [3]",
    "arrays of two kinds": "a, b = np.array(images), np.stack(images)",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_what_only_a_list_can_do(use: str) -> None:
    text = (
        "import numpy as np\n\ndef read(folders):\n    images = []\n    for folder in folders:\n"
        f"        for path in folder:\n            images.append(load(path))  # here\n    {use}\n    return images\n"
    )

    assert "images" in refused(REWRITE, text)


def test_a_file_that_is_closed_by_then() -> None:
    text = """
        import zipfile

        def read(paths):
            images = []
            for path in paths:
                with zipfile.ZipFile(path) as archive:
                    for name in archive.namelist():
                        images.append(archive.open(name).read())  # here
            return images
        """

    assert "archive is closed" in refused(REWRITE, text)

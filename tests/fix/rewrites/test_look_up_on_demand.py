"""What stands in the place of a dictionary gives what the dictionary gave, and loads it when it is asked."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.look_up_on_demand import LookUpOnDemand
from tests.fix.rewrites.rewriting import refused, rewritten

REWRITE = LookUpOnDemand()
MADE = {
    "a comprehension": "{name(p): load(p) for p in paths}",
    "of pairs": "{p: load(q) for p, q in zip(paths, paths)}",
    "some of them": "{p: load(p) for p in paths if p != 2}",
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_it_is_used_as_a_dictionary_is(made: str) -> None:
    """Order, keys, items, and whether a key is there; asking for that loads nothing."""
    before = f"def read(paths):\n    return {made}  # here\n"
    loaded: list[int] = []

    def load(number: int) -> int:
        loaded.append(number)
        return number * 10

    def run(text: str) -> Any:
        space: dict[str, Any] = {"load": load, "name": str}
        exec(compile(text, "new.py", "exec"), space)
        return space["read"]([3, 1, 2])

    old, new = run(before), run(rewritten(REWRITE, before))
    loaded.clear()

    assert (list(new), len(new), 7 in new, new.get(7, "none")) == (list(old), len(old), False, "none")
    assert loaded == []
    assert (dict(new), list(new.values())) == (old, list(old.values()))
    with pytest.raises(KeyError):
        new[7]


def test_a_loop_that_does_more_for_each_item() -> None:
    text = rewritten(
        REWRITE,
        """
        def read(paths, size):
            images = {}
            for number, path in enumerate(paths):
                image = load(path)
                images[path, number] = image.resize(size)  # here
            return Loader(images)
        """.replace("path, number]", "(path, number)]"),
    )

    assert text.partition("def read")[2] == (
        "(paths, size):\n"
        "    def load_image(source):\n"
        "        number, path = source\n"
        "        image = load(path)\n"
        "        return image.resize(size)\n"
        "\n"
        "    images = OnDemandByKey(\n"
        "        load_image,\n"
        "        {(path, number): (number, path) for number, path in enumerate(paths)},\n"
        "    )\n"
        "    return Loader(images)\n"
    )


NOT = {
    "random": ("x = {k: load(k, random.random()) for k in keys}", "random numbers"),
    "nothing is loaded": ("x = {k: k for k in keys}", "nothing is loaded"),
    "filled twice": ("x = {}; x[0] = 3\n    for k in keys: x[k] = load(k)", "no dictionary"),
    "by what is loaded": ("x = {}\n    for k in keys:\n        i = load(k)\n        x[i.name] = i", "no dictionary"),
}


@pytest.mark.parametrize(("made", "reason"), NOT.values(), ids=NOT)
def test_what_may_be_another_item_later(made: str, reason: str) -> None:
    text = f"import random\n\ndef read(keys):\n    {made}  # here\n    return x\n"

    assert reason in refused(REWRITE, text)

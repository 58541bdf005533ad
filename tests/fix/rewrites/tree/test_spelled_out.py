"""Ways to fill a list that do the same, each written as appends."""

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.tree.spelled_out import spelled_out

FILLS = {
    "one by one": "for p in paths:\n        x += [load(p)]",
    "a comprehension": "x += [load(p) for p in paths]",
    "extended by one": "x.extend([load(p) for p in paths])",
    "by a generator": "x.extend(load(p) for p in paths)",
    "some of them": "x.extend(load(p) for p in paths if p > 1 if p < 4)",
    "by pairs": "x.extend(load(p) + at for at, p in enumerate(paths))",
    "a map": "x.extend(map(load, paths))",
    "a list of a map": "x += list(map(load, paths))",
    "over some lines": "x.extend(\n        load(p)  # each\n        for p in paths\n    )  # all",
}
OTHERS = {
    "more than one": "x += [1, 2]",
    "starred": "x += [*paths]",
    "no list that begins empty": "y += [load(3)]",
    "the name is used after it": "x.extend(load(p) for p in paths)\n    p = 3",
    "two loops": "x.extend(load(p) for q in [paths] for p in q)",
    "of two lists": "x.extend(map(load, paths, paths))",
    "another list": "x += paths",
    "less": "x -= [3]",
}


def made(fill: str) -> str:
    return f"def f(paths, load):\n    x, y = [], paths\n    x = []\n    {fill}\n    return x\n"


def of(text: str) -> object:
    values: dict[str, object] = {}
    exec(text, values)
    return values["f"]([1, 2, 3, 4], lambda number: number * 10)  # type: ignore[operator]


@pytest.mark.parametrize("fill", FILLS.values(), ids=FILLS)
def test_appends_do_the_same(fill: str) -> None:
    """And the line that is told has the append."""
    text = made(fill)
    at = next(number for number, line in enumerate(text.split("\n"), 1) if "x +=" in line or "x.extend" in line)
    plain = spelled_out(text, at)

    assert plain is not None
    new, line = plain
    assert "x.append(" in new.split("\n")[line - 1]
    assert ".extend" not in new
    assert "+=" not in new
    assert of(new) == of(text)


@pytest.mark.parametrize("fill", OTHERS.values(), ids=OTHERS)
def test_what_is_no_append(fill: str) -> None:
    """Or may be none: it is left as it is."""
    assert spelled_out(made(fill), 4) is None


def test_comments_stay() -> None:
    text = made("x.extend(\n        load(p)  # each\n        for p in paths\n    )  # all")

    assert [line.strip() for line in spelled_out(text, 4)[0].split("\n")][3:6] == [  # type: ignore[index]
        "# each",
        "# all",
        "for p in paths:",
    ]

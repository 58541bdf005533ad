"""A dictionary that keeps every item gets a maximum, before each batch."""

import textwrap

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.bounds.bound_cache import BoundCache

TEXT = """\
def gen(paths, size):
    seen = {}
    while True:
        for start in range(0, len(paths), size):
            part = paths[start : start + size]
            for path in part:
                if path not in seen:
                    seen[path] = load(path)
            yield [seen[path] for path in part]
"""


def answer(text: str, line: int, bound: int | None = 8) -> Proposal | Refusal:
    return BoundCache().propose(text, Fault(code="GA203", line=line, holders=("seen",), bound=bound))


def test_the_oldest_go_before_a_batch_is_begun() -> None:
    """What the batch itself put in is there until it is made."""
    made = answer(TEXT, 8)

    assert isinstance(made, Proposal)
    trim = "            while len(seen) > 8:\n                del seen[next(iter(seen))]\n"
    assert made.text == TEXT.replace("            part = paths", f"{trim}            part = paths", 1)
    scope: dict[str, object] = {"load": lambda path: path * 2}
    exec(made.text, scope)
    batches = scope["gen"](list(range(100)), 10)  # type: ignore[operator]
    assert [next(batches) for _ in range(11)][10] == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
    assert len(batches.gi_frame.f_locals["seen"]) <= 18


def test_an_attribute_is_trimmed_where_its_method_begins() -> None:
    """All that uses it is in there."""
    text = textwrap.dedent("""\
    class Photos:
        def __init__(self, paths):
            self.paths, self.n = paths, 3
            self.seen = {}

        def __getitem__(self, at):
            \"\"\"One.\"\"\"
            for n in (at, at + 1):
                if n not in self.seen:
                    self.seen[n] = load(self.paths[n])
            return self.seen[at], self.seen[at + 1]
    """)
    made = answer(text, 10)

    assert isinstance(made, Proposal)
    assert (
        '"""One."""\n        while len(self.seen) > 8:\n            del self.seen[next(iter(self.seen))]\n' in made.text
    )


def test_what_is_read_in_an_outer_loop_is_trimmed_there() -> None:
    """Whether that is often enough, the run tells."""
    made = answer(TEXT + "        print(seen[0])\n", 8)

    assert isinstance(made, Proposal)
    assert "    while True:\n        while len(seen) > 8:" in made.text


ADDED = "seen[path] = load(path)\n                seen[path] += 1"
REFUSED = {
    "used as a whole": (
        TEXT.replace("yield [", "yield list(seen.values()) + ["),
        "used as a whole, or handed on, on line 9",
    ),
    "added to": (TEXT.replace("seen[path] = load(path)", ADDED), "entries of it are added to"),
    "read outside": (TEXT + "    print(seen[0])\n", "no loop that yields has every use of seen in it"),
    "no bound": (TEXT, "--cache-size N"),
    "not empty at first": (TEXT.replace("seen = {}", "seen = {}; seen = {}"), "is not made empty, once"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_not_be_forgotten_is_kept(case: str) -> None:
    """With the reason."""
    text, reason = REFUSED[case]

    made = answer(text, 8, None if case == "no bound" else 8)

    assert isinstance(made, Refusal)
    assert reason in made.reason

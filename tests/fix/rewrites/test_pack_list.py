"""A list that is only read is packed when it is made; what else is done with it keeps it a list."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.pack_list import PackList
from tests.fix.rewrites.rewriting import propose, refused, rewritten

REWRITE = PackList()
CLASS = """
import bisect
import json
import random
from multiprocessing import Process

import numpy as np
import torch
from torch.utils.data import Dataset


def changed(items):
    items.append(3)


def shown(items):
    return len(items), [item for item in items]


def serve(items, pipe):
    while True:
        pipe.send(items[:3])


def served(items, pipe):
    items.clear()


class Words(Dataset):
    def __init__(self, path, rows):
        {made}  # here

    def __len__(self):
        return len(self.entries)

    def __getitem__(self, index):
        {used}
"""
READ = "return self.entries[index]"
COMPREHENSION = "self.entries = [row.split() for row in rows]"


def of(made: str = COMPREHENSION, used: str = READ) -> str:
    return CLASS.replace("{made}", made).replace("{used}", used)


def constructor(text: str) -> str:
    """The lines of the constructor of the user's class."""
    own = text[text.index("class Words") :]
    return own[own.index("__init__") :].partition("\n\n    def")[0].partition("\n")[2]


DIRECT = {
    "a comprehension": (COMPREHENSION, "PackedList(row.split() for row in rows)"),
    "list": ("self.entries = list(zip(rows, rows))", "PackedList(list(zip(rows, rows)))"),
    "lines": ("self.entries = path.read_text().splitlines()", "PackedList(path.read_text().splitlines())"),
    "sorted": ("self.entries = sorted(rows)", "PackedList(sorted(rows))"),
    "json": ("self.entries = json.loads(path)", "PackedList(json.loads(path))"),
}


@pytest.mark.parametrize(("made", "packed"), DIRECT.values(), ids=DIRECT)
def test_what_one_expression_makes(made: str, packed: str) -> None:
    assert constructor(rewritten(REWRITE, of(made))) == f"        self.entries = {packed}  # here"


FILLED = {
    "a loop, then sorted": (
        "self.entries = []\n        for row in rows:\n            self.entries.append(row)\n        self.entries.sort()"
    ),
    "in a block": "if path:\n            self.entries = json.load(path)",
    "one of two": "if path:\n            self.entries = [3, 'b']\n        else:\n            self.entries = list(rows)",
    "entries are changed before": f"{COMPREHENSION}\n        for words in self.entries:\n            words.append(3)",
    "shuffled before": f"{COMPREHENSION}\n        random.shuffle(self.entries)",
    "read in the constructor": f"{COMPREHENSION}\n        self.entries.sort()\n        self.n = len(self.entries)",
}


@pytest.mark.parametrize("made", FILLED.values(), ids=FILLED)
def test_what_is_complete_at_the_end_of_the_constructor(made: str) -> None:
    assert (
        constructor(rewritten(REWRITE, of(made)))
        == f"        {made}  # here\n        self.entries = PackedList(self.entries)"
    )


def test_what_a_loop_adds_is_packed_at_once() -> None:
    """The whole list is never there: workers would copy the pages that it leaves free, as they fill their heaps."""
    made = "self.entries = []\n        for row in rows:\n            self.entries.append((row, len(self.entries)))"

    new = constructor(rewritten(REWRITE, of(made)))

    assert new == f"        {made}  # here".replace("[]", "PackedList()")


def test_a_variable_of_the_constructor() -> None:
    made = "rest = []\n        for row in rows:\n            rest.append(row)\n        self.entries = rest"
    several = made.replace("[]", "rows.split()")

    assert constructor(rewritten(REWRITE, of(made))) == f"        {made}  # here".replace("[]", "PackedList()")
    assert constructor(rewritten(REWRITE, of(several))).endswith("        self.entries = PackedList(rest)  # here")
    assert "has self.entries by another name" in refused(REWRITE, of(f"{several}\n        rest.append(3)"))
    assert "no constructor makes a list" in refused(REWRITE, of("self.entries = rows"))


def test_while_the_file_is_open() -> None:
    made = "with open(path) as file:\n            self.entries = [json.loads(line) for line in file]"

    assert constructor(rewritten(REWRITE, of(made))) == (
        "        with open(path) as file:\n"
        "            self.entries = PackedList(json.loads(line) for line in file)  # here"
    )


def test_layout_and_comments_stay() -> None:
    rows = "\n            row.split()\n            for row in rows\n            if row\n        "
    made = f"# The index.\n        self.entries = [{rows}]"

    new = constructor(rewritten(REWRITE, of(made)))

    assert new == f"        # The index.\n        self.entries = PackedList({rows})  # here"


READS = {
    "a slice": "return self.entries[index : index + 3]",
    "a loop": "for at, words in enumerate(self.entries): print(at, words)",
    "taken apart": "words, n = self.entries[index]; return n",
    "a comprehension": "return [w for words in self.entries for w in words]",
    "a choice": "return random.choice(self.entries)",
    "whether there are any": "if not self.entries or 3 in self.entries: return 3",
    "a place": "return self.entries.index(index), bisect.bisect(self.entries, index)",
    "an array of it": "return np.array(self.entries)",
    "a function that reads": "return shown(self.entries)",
    "another name": "known = self.entries; return known[index]",
    "a process": "Process(target=serve, args=(self.entries, 3)).start()",
    "a process with its own tuple": "part = (self.entries, 3); Process(target=serve, args=part).start()",
    "is there one": "return self.entries[index] is None",
    "a copy of an entry": "words = list(self.entries[index]); words.append(3)",
}


@pytest.mark.parametrize("used", READS.values(), ids=READS)
def test_what_only_reads_it(used: str) -> None:
    assert "self.entries = PackedList(" in rewritten(REWRITE, of(used=used))


USES = {
    "added to": ("self.entries.append(index)", "asks for self.entries.append"),
    "shuffled": ("random.shuffle(self.entries)", "hands self.entries to random.shuffle as a whole"),
    "set": ("self.entries = index", "sets self.entries"),
    "an entry is put in": ("self.entries[index] = 3", "changes self.entries"),
    "an entry goes": ("del self.entries[index]", "changes self.entries"),
    "put together": ("return self.entries + index", "computes with it"),
    "compared": ("return self.entries == index", "compares self.entries"),
    "handed on": ("return self.entries", "hands self.entries on as a whole"),
    "given to who knows whom": ("self.know(self.entries)", "hands self.entries to self.know as a whole"),
    "given to who changes it": ("changed(self.entries)", "asks for items.append"),
    "another name that changes it": ("known = self.entries; known.pop()", "asks for known.pop"),
    "a process that changes it": ("Process(target=served, args=(self.entries, 3))", "asks for items.clear"),
    "an entry's part is put in": ("self.entries[index][0] = 3", "an entry of self.entries in place"),
    "an entry is added to": ("self.entries[index].append(3)", "an entry of self.entries in place"),
    "an entry with a name is": ("words = self.entries[index]; words.append(3)", "words, an entry of self.entries"),
    "an entry of a loop is": ("for words in self.entries: words.sort()", "words, an entry of self.entries"),
    "the same object": ("return self.entries[index] is self.last", "is the same object"),
    "by name": ("return getattr(self, 'entries')", "asks for self.entries by its name"),
}


@pytest.mark.parametrize(("used", "reason"), USES.values(), ids=USES)
def test_what_needs_a_list(used: str, reason: str) -> None:
    assert reason in refused(REWRITE, of(used=used))


def test_other_classes_and_what_others_do_with_the_attribute() -> None:
    outside = of() + "\n\ndef more(words):\n    words.entries.extend([3])\n"
    ended = of(f"{COMPREHENSION}\n        if rows:\n            return")

    assert "asks for words.entries.extend" in refused(REWRITE, outside)
    assert "Words is made of Folder, which may use" in refused(REWRITE, of().replace("(Dataset)", "(Folder)"))
    assert "PackedList(" in rewritten(REWRITE, of().replace("(Dataset)", ""))
    assert "returns before its end" in refused(REWRITE, ended)
    assert "entries of self.entries are arrays (np.load(row))" in refused(
        REWRITE, of("self.entries = [np.load(row) for row in rows]")
    )


@pytest.mark.parametrize("kept", ["self.sampler = Sampler(self.entries)", "self.all = {'train': self.entries}"])
def test_what_the_constructor_hands_on(kept: str) -> None:
    """Who gets the list would keep it beside the packed one, or change it."""
    assert "self.entries" in refused(REWRITE, of(f"{COMPREHENSION}\n        {kept}"))


def test_how_many_there_are_is_asked_of_what_is_packed() -> None:
    made = f"{COMPREHENSION}\n        self.n = len(self.entries)"

    assert "PackedList(row.split() for row in rows)\n        self.n = len(self.entries)" in rewritten(REWRITE, of(made))


def test_the_list_that_holds_the_memory_comes_first() -> None:
    made = f"self.names = list(rows)\n        {COMPREHENSION}"

    assert "self.names = list(rows)\n" in rewritten(REWRITE, of(made), holders=("dataset", "entries"))
    assert "self.names = PackedList(list(rows))\n" in rewritten(REWRITE, of(made), holders=("dataset", "names"))


NUMBERS = {
    "whole numbers": ("[int(row) for row in rows]", 'array.array("q", (int(row) for row in rows))'),
    "floats": ("[float(row) for row in rows]", 'array.array("d", (float(row) for row in rows))'),
}


@pytest.mark.parametrize(("made", "packed"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_of_one_type_are_an_array_of_them(made: str, packed: str) -> None:
    new = rewritten(REWRITE, of(f"self.entries = {made}"))

    assert constructor(new) == f"        self.entries = {packed}  # here"
    assert "class PackedList" not in new
    # Part of an array is an array, and no list.
    assert "class PackedList" in rewritten(REWRITE, of(f"self.entries = {made}", "return self.entries[:3]"))


def test_numbers_that_a_loop_puts_in() -> None:
    made = "self.entries = []\n        for row in rows:\n            self.entries.append(len(row))"
    other = f"{made}\n            self.entries.append(row)"

    assert 'self.entries = array.array("q")\n' in rewritten(REWRITE, of(made))
    assert "self.entries = PackedList()\n" in rewritten(REWRITE, of(other))


def packed() -> type:
    """The class that is written."""
    names: dict[str, Any] = {}
    text = rewritten(REWRITE, of()).partition("\n\nclass PackedList")
    exec("import array, collections.abc, pickle\nclass PackedList" + text[2].partition("\n\n\n")[0], names)
    found = names["PackedList"]
    assert isinstance(found, type)
    return found


def test_it_is_read_as_a_list_is() -> None:
    real = ["a", ("b", 3), {"c": [4.5]}, None, 2**80]
    entries = packed()(iter(real))

    assert (len(entries), list(entries), entries == real) == (5, real, False)
    for at in (*range(-5, 5), slice(1, 3), slice(None, None, -2), slice(9, 3), slice(-2, None)):
        assert entries[at] == real[at]
    for at in (5, -6):
        with pytest.raises(IndexError):
            entries[at]
    with pytest.raises(TypeError):
        entries["a"]
    assert (entries.index(None), 2**80 in entries, list(reversed(entries))) == (3, True, real[::-1])
    assert (len(packed()([])), list(packed()([]))) == (0, [])


def test_an_entry_is_an_object_of_its_own_and_keeps_its_type() -> None:
    entries = packed()([[1], True, 1.0, 1])

    assert entries[0] is not entries[0]
    assert [type(entry) for entry in entries] == [list, bool, float, int]


def test_places_of_numpy_are_places() -> None:
    np = pytest.importorskip("numpy")

    assert packed()("abc")[np.int64(-1)] == "c"


def test_a_line_of_another_class_says_nothing() -> None:
    text = of() + "\n\nclass Other:\n    x = 3  # there\n"
    text = text.replace("# here", "# ...").replace("# there", "# here")

    assert "no constructor makes a list there" in refused(REWRITE, text)
    assert propose(REWRITE, text, holders=("entries",)) != propose(REWRITE, text)

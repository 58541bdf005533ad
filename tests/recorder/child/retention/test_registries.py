"""Tables of libraries that gain entries with batches: found by their length, whatever the entries hold."""

import subprocess
import sys
import types
import weakref
from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Any

import pytest

from genaudit.recorder.child.retention.registries import Registries
from genaudit.recorder.child.retention.walk import MOST_OBJECTS
from tests.recorder.child.retention.walking import SIZE, walk


class Table:
    """Kept by a library under a name of its own."""


@pytest.fixture
def library() -> Iterator[types.ModuleType]:
    """A module of a library, with a table of each kind."""
    module = types.ModuleType("site_of_tables")
    module.__file__ = "/usr/lib/python3/site-packages/site_of_tables.py"
    module.listed, module.queued, module.ordered = [], deque(), OrderedDict()  # type: ignore[attr-defined]
    module.Open = type("Open", (), {"__module__": "site_of_tables", "table": {}})  # type: ignore[attr-defined]
    kept = Table()
    kept.entries = {}  # type: ignore[attr-defined]
    module.kept = kept  # type: ignore[attr-defined]
    module.weak = weakref.WeakValueDictionary()  # type: ignore[attr-defined]
    sys.modules["site_of_tables"] = module
    yield module
    del sys.modules["site_of_tables"]


def tables(library: types.ModuleType) -> dict[str, Any]:
    """What leads to each, as a test of all of them wants it."""
    return {
        "list": library.listed.append,
        "deque": library.queued.append,
        "ordered": lambda each: library.ordered.__setitem__(each, each),
        "class": lambda each: library.Open.table.__setitem__(each, each),
        "object": lambda each: library.kept.entries.__setitem__(each, each),
    }


def grown_in(registries: Registries, batch: int) -> list[list[Any]]:
    """The chains of this test's own module."""
    return [chain for chain in registries.grown(batch) if chain[0] == "site_of_tables"]


@pytest.mark.parametrize("name", ["list", "deque", "ordered", "class", "object"])
def test_a_table_that_gains_entries_is_found(name: str, library: types.ModuleType) -> None:
    """By the name of its module, and what leads to it there."""
    registries = Registries()
    registries.note(1)
    for each in range(8):
        tables(library)[name](each)
    [chain] = grown_in(registries, 9)

    assert len(chain[-1]) == 8
    assert chain[0] == "site_of_tables"


@pytest.mark.parametrize(("gained", "is_found"), [(29, False), (30, True)])
def test_fewer_than_batches_give_are_no_growth(gained: int, is_found: bool, library: types.ModuleType) -> None:
    """A library may note a few things late: three of ten batches leave one, or it is none of theirs."""
    registries = Registries()
    registries.note(1)
    library.listed.extend(range(gained))

    assert bool(grown_in(registries, 101)) is is_found


def test_what_was_there_is_no_growth(library: types.ModuleType) -> None:
    """However many entries it has."""
    library.listed.extend(range(10_000))
    registries = Registries()
    registries.note(1)

    assert not grown_in(registries, 9)


def test_weak_references_hold_nothing(library: types.ModuleType) -> None:
    """A table of them is nobody's holder."""
    registries = Registries()
    registries.note(1)
    alive = [Table() for _ in range(8)]
    library.weak.update(enumerate(alive))

    assert not grown_in(registries, 9)


@pytest.mark.parametrize("objects", [0, MOST_OBJECTS + 1])
def test_the_walk_leads_through_the_table(objects: int, library: types.ModuleType) -> None:
    """Where nothing else accounts for what was gained: with its entries, and their number, however much was walked."""
    # None of them is like the one before it, so that none stands for others.
    source = {f"{number}": [number] for number in range(50)}
    for number in range(objects // 50):
        source = {f"{number}": source, **{f"{number}.{other}": [other] for other in range(49)}}
    registries = Registries()
    registries.note(1)
    for number in range(40):
        library.Open.table[number] = kept = Table()
        kept.data = bytes(SIZE)  # type: ignore[attr-defined]
    found = walk(source, gained=32 * 1024 * 1024, grown=lambda: grown_in(registries, 9))
    nodes = found.nodes
    at = next(at for at, node in enumerate(nodes) if node["name"] == "table" and node.get("entries") == 40)
    above = nodes[nodes[at]["parent"]]

    assert (above["kind"], above["name"]) == ("class", "Open")
    assert nodes[above["parent"]]["name"] == "site_of_tables"
    # Without others it is whole on a machine that has time.
    assert not (objects and found.fields["is_complete"])


def test_a_class_that_nobody_has_used_yet_has_no_namespace() -> None:
    """One of C's, before Python has made it ready: only in a process of its own it is sure to be so."""
    code = (
        "import _socket, sys\n"
        "from genaudit.recorder.child.retention.registries import Registries\n"
        "registries = Registries()\n"
        "registries.note(1)\n"
        "_socket.kept = list(range(40))\n"
        "print('_socket' in [chain[0] for chain in registries.grown(20)], 'socket' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "True False"

"""What the target does to builtins and modules does not reach genaudit's own code."""

import builtins
import os
import subprocess
import sys
from pathlib import Path

import pytest

import genaudit.recorder.child as child
from genaudit.recorder.child import dataset
from genaudit.recorder.child.guard import own_imports
from genaudit.recorder.child.guard.own_builtins import BUILTINS, Finder
from genaudit.recorder.child.guard.own_imports import OwnImports, give_way, taken_away
from tests.recorder.child.conftest import Write

EMPTIES = """
import builtins, sys
sys.path.insert(0, sys.argv[1])
from genaudit.recorder.child.guard.own_builtins import Finder
sys.meta_path.insert(0, Finder)
from genaudit.recorder.child.guard.own_imports import OwnImports, remember
from genaudit.recorder.child.channel.marks import as_json
sys.meta_path.remove(Finder)
remember()
say, error = print, ValueError("x")
vars(builtins).clear()
sys.modules.clear()
sys.meta_path = sys.path_hooks = sys.path = None
with OwnImports():
    from genaudit.recorder.child.guard import failure
    import inspect
say(failure.describe(error)["message"], as_json({"a": [1, None]}))
"""


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interpreter as it is before a target changes it."""
    for name in ("_path", "_meta_path", "_path_hooks", "_late"):
        monkeypatch.setattr(own_imports, name, [])
    monkeypatch.setattr(own_imports, "_modules", {})
    own_imports.remember()


@pytest.mark.process
def test_own_modules_work_where_everything_was_emptied() -> None:
    """Those that are there, and those that are imported then."""
    root = str(Path(child.__file__).parents[3])
    done = subprocess.run([sys.executable, "-c", EMPTIES, root], capture_output=True, text=True, check=False)

    assert done.stdout == 'x {"a":[1,null]}\n', done.stderr


def test_only_genaudits_own_modules_are_loaded_apart() -> None:
    """Each with the copy of builtins; no other module is found here."""
    path = list(dataset.__path__)
    spec = Finder.find_spec("genaudit.recorder.child.dataset.subset", path)

    assert spec.loader.create_module(spec).__dict__["__builtins__"] is BUILTINS
    assert Finder.find_spec("json") is None
    assert Finder.find_spec("genaudit.recorder.child.dataset.nosuch", path) is None


def test_builtins_are_pythons_while_genaudit_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Afterwards they are the target's again, what it deleted too."""
    ours = builtins.open
    monkeypatch.setattr(builtins, "open", None)
    monkeypatch.delattr(builtins, "copyright", raising=False)

    with OwnImports():
        assert builtins.open is ours

    assert builtins.open is None
    assert not hasattr(builtins, "copyright")


def test_the_state_of_imports_is_pythons_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the names of it have been put to."""
    monkeypatch.setattr(sys, "meta_path", None)
    monkeypatch.setattr(sys, "modules", {})
    monkeypatch.delattr(sys, "path")

    with OwnImports():
        import colorsys  # noqa: F401

        assert "os" in sys.modules

    assert sys.meta_path is None  # type: ignore[comparison-overlap]
    assert sys.modules == {}
    assert not hasattr(sys, "path")


def test_a_module_that_is_none_is_out_of_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for one that is imported already, and for one that is not yet."""
    monkeypatch.setitem(sys.modules, "json", None)  # type: ignore[arg-type]
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    monkeypatch.setitem(sys.modules, "colorsys", object())  # type: ignore[arg-type]

    with OwnImports():
        import colorsys
        import json

        assert json.dumps(1) == "1"
        assert colorsys.rgb_to_hsv(0, 0, 0)

    assert sys.modules["json"] is None


def test_a_module_of_the_targets_comes_first_for_the_target(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Genaudit has brought Python's before; it keeps it, and the target gets its own."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    sys.path.insert(0, str(write("colorsys.py", "MINE = 1").parent))

    with OwnImports():
        import colorsys as ours
    import colorsys as theirs

    with OwnImports():
        import colorsys as again

    assert theirs.MINE == 1  # type: ignore[attr-defined]
    assert ours is again
    assert ours is not theirs


def test_what_genaudit_brought_early_gives_way(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the target's folder was known."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with OwnImports():
        import colorsys  # noqa: F401
    sys.path.insert(0, str(write("colorsys.py", "MINE = 1").parent))

    give_way()

    assert "colorsys" not in sys.modules


def test_what_was_changed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the message; nothing where nothing was."""
    assert taken_away() == []

    monkeypatch.setattr(builtins, "len", None)
    monkeypatch.setattr(os, "listdir", None)
    monkeypatch.setitem(sys.modules, "json", None)  # type: ignore[arg-type]
    changed = taken_away()
    monkeypatch.undo()

    assert changed == ["builtins.len", "sys.modules['json']", "os.listdir"]

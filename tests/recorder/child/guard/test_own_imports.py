"""Genaudit's imports and the target's do not meet."""

import sys
from types import ModuleType

import pytest

from genaudit.recorder.child.guard import own_imports
from genaudit.recorder.child.guard.own_imports import OwnImports
from tests.recorder.child.conftest import Write


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The path as it is before a target adds to it."""
    monkeypatch.setattr(own_imports, "_path", [])
    own_imports.remember()


def test_a_module_with_the_name_of_one_of_pythons_does_not_shadow_it(write: Write) -> None:
    """Neither from the path nor as it was imported already; afterwards the target has its own again."""
    folder = write("wave.py", "OURS = False").parent
    sys.modules.pop("wave", None)
    sys.path.insert(0, str(folder))
    import wave as theirs

    with OwnImports():
        import wave as ours

    assert not hasattr(theirs, "open")
    assert hasattr(ours, "open")
    assert sys.modules["wave"] is theirs
    assert sys.path[0] == str(folder)
    del sys.modules["wave"]


def test_other_modules_stay_where_they_are(write: Write) -> None:
    """A target's own module is imported once."""
    module = ModuleType("data")
    module.__file__ = str(write("data.py", ""))
    sys.modules["data"] = module

    with OwnImports():
        assert sys.modules["data"] is module
        json = sys.modules["json"]

    assert sys.modules["json"] is json


def test_the_path_is_as_before_also_after_a_failed_import() -> None:
    """What an import raises passes through."""
    before = list(sys.path)

    with pytest.raises(ModuleNotFoundError), OwnImports():
        import nosuchmodule  # noqa: F401

    assert sys.path == before

"""The child costs little and brings no library of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

import genaudit
import genaudit.recorder.child as child

FOLDER = Path(child.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(FOLDER).with_suffix("").parts)
    for path in FOLDER.rglob("*.py")
    if path.stem not in {"__init__", "__main__"}
)
OURS = (
    *("drivers", "sources", "batch.nbytes", "batch.nbytes_by_library", "batch.size"),
    *("call.argument_values", "call.arguments", "call.fill_synth", "call.location", "call.resolve", "call.signature"),
    *("dataset.find", "dataset.folder", "dataset.subset", "guard.describe", "guard.refusal"),
)

SCRIPT = """
import sys
root, names = sys.argv[1], sys.argv[2].split(",")
sys.path.append(root)
before = set(sys.modules)
import importlib
importlib_brings = set(sys.modules)
for name in names:
    importlib.import_module("genaudit.recorder.child." + name)
print(*sorted(set(sys.modules) - importlib_brings))
"""


def imported(names: tuple[str, ...] | list[str]) -> set[str]:
    """Modules that importing these brings into a bare interpreter."""
    root = str(Path(child.__file__).parents[3])
    command = [sys.executable, "-I", "-c", SCRIPT, root, ",".join(names)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.process
def test_importing_all_brings_no_library() -> None:
    """The standard library only, whatever the lead modules need."""
    tops = {name.partition(".")[0] for name in imported(MODULES)}

    assert tops - {"genaudit"} <= sys.stdlib_module_names
    assert "call.arguments" in MODULES


@pytest.mark.process
def test_arguments_drivers_and_sizes_bring_nothing() -> None:
    """Not even of the standard library: what is needed is imported when it is needed."""
    found = {name for name in imported(OURS) if not name.startswith("genaudit")}

    # That of deque is compiled into the interpreter, and takes nothing.
    assert found <= {"__future__", "_collections"}
    assert "_collections" in sys.builtin_module_names
    assert {f"genaudit.recorder.child.{name}" for name in OURS} <= imported(OURS)


@pytest.mark.process
def test_nothing_of_genaudit_but_the_child_is_imported() -> None:
    """The parent's modules need msgspec."""
    ours = {name for name in imported(MODULES) if name.startswith("genaudit")}
    allowed = {"genaudit", "genaudit.version", "genaudit.recorder"}

    assert all(name in allowed or name.startswith("genaudit.recorder.child") for name in ours)


ONLOOKER = """
import sys

after_first = set()


def batches():
    for _ in range(4):
        yield bytearray(16)
        after_first.update(() if after_first else sys.modules)
        if len(sys.modules) != len(after_first):
            raise RuntimeError(sorted(set(sys.modules) - after_first))
"""


@pytest.mark.process
def test_nothing_is_imported_while_batches_are_pulled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at the turn of an epoch either: over few batches it would be growth of the target's."""
    monkeypatch.chdir(tmp_path)
    Path("data.py").write_text(ONLOOKER)

    report = genaudit.audit("data.py:batches", sizes="off", batches=12, max_batches=12)

    assert report.failure is None
    assert report.batches.count == 12

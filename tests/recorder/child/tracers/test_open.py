"""Each engine has its tracer, and a trial imports no other."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.memory.status import Gauge
from genaudit.recorder.child.tracers import fingerprint
from genaudit.recorder.child.tracers.base import NullTracer, WrappedIterator
from genaudit.recorder.child.tracers.fingerprint import FingerprintTracer
from genaudit.recorder.child.tracers.open import open_tracer

LOADED = """
import sys
from genaudit.recorder.child.tracers.open import open_tracer

open_tracer({"engine": "none"}, None, None, "/")
print(*(name.rpartition(".")[2] for name in sys.modules if name.startswith("genaudit.recorder.child.tracers.")))
"""


def opened(engine: str, folder: Path, **spec: Any) -> NullTracer:
    """The tracer of a trial with this engine."""
    return open_tracer({"engine": engine, **spec}, Marks(str(folder / "marks")), Gauge(), str(folder))


def test_no_engine_changes_nothing(tmp_path: Path) -> None:
    """The iterator is the very one, and calls are made."""
    tracer = opened("none", tmp_path)
    iterator = iter([1])

    assert type(tracer) is NullTracer
    assert tracer.wrap(iterator) is iterator
    assert tracer.during(lambda: 5) == 5


def test_fingerprints_are_taken_of_what_passes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches come out as they went in; no iterator stays none."""
    # This process keeps its own.
    monkeypatch.setattr(fingerprint, "fix_seeds", list)
    tracer = opened("digest", tmp_path, digest={"into": str(tmp_path / "lines")})

    assert type(tracer) is FingerprintTracer
    assert list(tracer.wrap(iter([[1, 2], [3]]))) == [[1, 2], [3]]
    assert tracer.wrap(None) is None
    # The seeds, and a line for each batch.
    assert len((tmp_path / "lines").read_text().splitlines()) == 3


def test_a_wrapped_iterator_ends_as_its_own() -> None:
    """It is an iterator itself."""
    wrapped = WrappedIterator(iter([1, 2]), next)

    assert iter(wrapped) is wrapped
    assert list(wrapped) == [1, 2]
    with pytest.raises(StopIteration):
        next(wrapped)


@pytest.mark.process
def test_a_clean_trial_imports_no_engine() -> None:
    """The base and what opens it."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)

    assert set(done.stdout.split()) == {"base", "open"}

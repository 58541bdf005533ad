"""The fingerprints of a variant's batches, taken in a trial of their own."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from genaudit.experiment.session import ExperimentSession
from genaudit.files import read_bytes
from genaudit.model.recording import Trial

HASH_SEED = "0"
MANY_BATCHES = 1_000_000
SHARE_OF_TIMEOUT = 0.8
LARGEST_LINES_BYTES = 512 * 1024**2
LARGEST_KEPT_BYTES = 512 * 1024**2


class Leaf(msgspec.Struct, frozen=True, array_like=True):
    """One array or plain value of a batch."""

    place: str
    kind: str
    """Its type, such as ``numpy.ndarray``."""
    dtype: str
    shape: list[int]
    digest: str
    """Empty where genaudit does not know how to look inside."""
    text: str = ""


class BatchFingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """The fingerprint of one batch."""

    batch: int
    outline: str
    """Containers, with a dot for each leaf."""
    leaves: list[Leaf]
    items: list[str] = []
    """A hash of every item, where that was asked for."""


class Fingerprints(msgspec.Struct, frozen=True, kw_only=True):
    """All batches of one trial."""

    batches: list[BatchFingerprint]
    seeds: list[str]
    trial: Trial
    kept: bytes | None = None
    """The bytes of the array that was asked for."""

    def epoch_of(self, batch: int) -> int:
        """The epoch that a batch belongs to."""
        last = 0
        for mark in self.trial.epochs:
            last += mark.batches
            if batch <= last:
                return mark.epoch
        return len(self.trial.epochs) + 1


class FingerprintSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How far to drive for fingerprints, and of what."""

    size: dict[str, Any]
    batches: int | None
    """``None`` to go by epochs."""
    epochs: int | None
    items: bool = False
    keep: tuple[int, str] | None = None
    """Batch and place of an array whose bytes are wanted."""


def take(session: ExperimentSession, spec: FingerprintSpec) -> Fingerprints:
    """Run the trial.

    Raises:
        Interrupted: On Ctrl-C.
    """
    with tempfile.TemporaryDirectory(prefix="genaudit-prints-") as folder, _environment("PYTHONHASHSEED", HASH_SEED):
        lines, kept = Path(folder) / "prints.jsonl", Path(folder) / "kept"
        digest: dict[str, Any] = {"into": str(lines), "items": spec.items}
        if spec.keep is not None:
            digest |= {"batch": spec.keep[0], "place": spec.keep[1], "file": str(kept)}
        trial = session.run_apart(
            session.spec(
                kind="digest",
                size=spec.size,
                batches=spec.batches or MANY_BATCHES,
                epochs=spec.epochs,
                hold=1,
                engine="digest",
                digest=digest,
                soft_s=session.request.timeout_s * SHARE_OF_TIMEOUT,
            )
        )
        return _read(lines, kept, trial)


def _read(lines: Path, kept: Path, trial: Trial) -> Fingerprints:
    text = _content(lines, LARGEST_LINES_BYTES).splitlines()
    batches = []
    for line in text[1:]:
        # The last line may have been cut off with its process.
        with contextlib.suppress(msgspec.DecodeError):
            batches.append(msgspec.json.decode(line, type=BatchFingerprint))
    seeds: list[str] = []
    with contextlib.suppress(msgspec.DecodeError, IndexError):
        seeds = msgspec.json.decode(text[0], type=_Seeds).seeds
    return Fingerprints(batches=batches, seeds=seeds, trial=trial, kept=_content(kept, LARGEST_KEPT_BYTES) or None)


def _content(path: Path, most_bytes: int) -> bytes:
    """What the child wrote; nothing where it did not, or where the target has made something else of it."""
    try:
        return read_bytes(path, most_bytes)
    except OSError:
        return b""


class _Seeds(msgspec.Struct):
    seeds: list[str]


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """A variable that the processes started meanwhile get."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before

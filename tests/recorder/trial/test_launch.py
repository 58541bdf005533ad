"""What the target prints is drained, and the end of it kept."""

import io

import pytest

from genaudit.recorder.trial import launch
from genaudit.recorder.trial.launch import KEPT_BYTES, TAIL_CHARACTERS, Drain


def test_output_is_drained_to_its_end_and_its_end_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any amount, in a bounded amount of memory."""
    text = b"".join(b"%07d\n" % number for number in range(100_000))
    drain = Drain(io.BufferedReader(io.BytesIO(text)))  # type: ignore[arg-type]

    monkeypatch.setattr(launch, "TAIL_WAIT_S", 60)
    tail = drain.tail()

    assert drain.n_bytes == len(text)
    assert tail == text[-TAIL_CHARACTERS:].decode()
    assert sum(map(len, drain._kept)) <= 2 * KEPT_BYTES

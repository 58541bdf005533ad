"""A long drive costs genaudit no more than a short one."""

from pathlib import Path

import pytest

from genaudit.recorder.machine.platform import parse_sizes
from genaudit.units import KIB, MIB
from tests.real_run import DRAWN, Scratch

pytestmark = [pytest.mark.process, pytest.mark.slow]

TARGETS = {
    "endless": "def batches():\n    while True:\n        yield b'x'\n",
    "short epochs": "class Data:\n    def __iter__(self):\n        return iter([b'x'] * 100)\nbatches = Data()\n",
    "epochs of one batch": "def batches():\n    yield b'x'\n",
}


def peak_bytes(scratch: Scratch, batches: int) -> int:
    """The highest RSS of genaudit's own process over a drive of so many batches."""
    status = scratch.folder / f"status-{batches}"
    done = scratch.run(
        "run",
        "data.py:batches",
        *("--batches", str(batches), "--max-batches", str(batches), "--out", f"reports-{batches}"),
        after=f"open({str(status)!r}, 'w').write(open('/proc/self/status').read())",
        env=DRAWN,
    )
    assert done.code == 0, done.out
    return parse_sizes(status.read_text())["VmHWM"]


@pytest.mark.parametrize("text", TARGETS.values(), ids=TARGETS)
def test_a_million_batches(tmp_path: Path, text: str) -> None:
    """The process stays within 20 MiB of where 1,000 batches leave it, each report under 2 MiB, the recording under 8.

    20 MiB leave room for the recording itself, which is held in memory, as marks and as JSON.
    """
    scratch = Scratch(tmp_path)
    scratch.write("data.py", text)

    few, many = peak_bytes(scratch, 1_000), peak_bytes(scratch, 1_000_000)

    assert many - few < 20 * MIB
    files = {path.name: path.stat().st_size for path in scratch.folder.glob("reports-1000000/*/*")}
    recording = files.pop("recording.json")
    assert sorted(files) == ["report.html", "report.json", "timeline.png"]
    assert max(files.values()) < 2 * MIB
    assert 100 * KIB < recording < 8 * MIB

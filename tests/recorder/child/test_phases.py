"""Every phase ends with a mark: its time, and the memory at its end."""

import json
from pathlib import Path

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.memory.status import Gauge
from genaudit.recorder.child.phases import Phases


def test_a_phase_is_marked_when_the_next_begins(tmp_path: Path) -> None:
    """With what was read of the level, where that was asked for."""
    path = tmp_path / "marks.jsonl"
    phases = Phases(Marks(str(path)), Gauge())
    bare = Path("/proc/self/status").read_bytes()

    phases.ready(bare)
    phases.enter("import")
    phases.enter("create", settled=12, filled=3)

    ready, first, second = [json.loads(line) for line in path.read_text().splitlines()]
    assert phases.name == "create"
    assert ready["mark"] == "ready"
    assert ready["bare_bytes"] == int(bare.split(b"VmRSS:")[1].split()[0]) * 1024
    assert (first["name"], first["settled_bytes"], first["filled_bytes"]) == ("interpreter", None, None)
    assert (second["name"], second["settled_bytes"], second["filled_bytes"]) == ("import", 12, 3)
    assert second["seconds"] >= 0
    assert second["memory"]["rss_bytes"] > 0

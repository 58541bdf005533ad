from pathlib import Path

import pytest

from genaudit.render import render
from genaudit.units import MIB
from tests.build_report import clean

mprof = pytest.importorskip("mprof", reason="memory-profiler's own reader is not installed")


def test_memory_profiler_reads_what_is_written(tmp_path: Path) -> None:
    """Its own reader finds every sample, the command and the phases."""
    report = clean()
    path = tmp_path / "run.dat"
    path.write_bytes(render(report, "mprof"))

    read = mprof.read_mprofile_file(str(path))

    assert report.timeline is not None
    assert len(read["mem_usage"]) == len(report.timeline.samples)
    assert max(read["mem_usage"]) == pytest.approx(max(s.rss_bytes for s in report.timeline.samples) / MIB, abs=1e-3)
    assert "genaudit run" in read["cmd_line"]
    assert set(read["func_timestamp"]) == {phase.name for phase in report.phases}

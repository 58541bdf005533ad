"""The timeline becomes short, and no extreme is lost."""

from genaudit.render.figures.downsample import thin_timeline
from tests.build_report import BATCH, million


def test_one_spike_in_a_million_batches_survives() -> None:
    """One batch in a million that takes thirty batches is still there."""
    line = million().timeline
    assert line is not None
    short = thin_timeline(line, 200)

    assert len(short.batches) <= 201
    assert max(one.high_water_bytes for one in short.batches) == max(one.high_water_bytes for one in line.batches)
    assert sum(one.high_water_bytes - one.rss_bytes > 20 * BATCH for one in short.batches) == 1

"""Reads the memory at batch boundaries and writes the marks: one a batch, or one for a group of fast batches."""

from __future__ import annotations

from time import perf_counter

from genaudit.recorder.child.batch.size import size_of
from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.memory.settle import Settler
from genaudit.recorder.child.memory.status import Gauge, Reading, open_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable
else:
    # From its C module: the collections package is 300 KiB, and is in every child.
    from _collections import deque

# Batches faster than this share a mark: measuring them one by one would cost more than they do. The high-water mark
# of a group is still exact, for the group.
GROUP_S = 1e-3
# The first batches are always marked one by one: warm-up and growth show there.
SINGLE_BATCHES = 64
# From here on groups widen in proportion to the batch number, so that a million batches leave about 8,000 marks.
WIDEN_AFTER = 1024
FLUSH_S = 0.25
# ... in proportion to the time that has passed, in a drive of hours ...
FLUSH_SHARE = 1 / 4096
# ... and settled readings come further and further apart.
MOST_SETTLED = 256
# The share of the time that taking the size of batches, and settling between them, may cost: little where the trial
# also measures time, more in the small trials that measure memory alone.
SIZE_SHARE = {False: 0.005, True: 0.2}
SETTLE_FREE_S = {False: 0.02, True: 0.4}
ALWAYS_SETTLED = 5
SETTLE_SHARE = {False: 0.01, True: 0.5}


class Boundaries:
    """Marks, settled readings, and the batches that are held between them.

    Args:
        counts_items: Whether the leading dimension of a batch is its number of items, and not the height of one.
        hold: How many batches stay alive while the next is made; 1 as in a ``for`` loop.
        thorough: A small trial, where more of the time may go into measuring.
        settle_free_s: Seconds that settling may take in all, whatever share of the time that is.
        every_item: Whether the items of each batch are counted, whatever that costs.
    """

    def __init__(
        self,
        marks: Marks,
        gauge: Gauge,
        settler: Settler,
        *,
        counts_items: Callable[[object, int], bool],
        hold: int,
        thorough: bool,
        settle_free_s: float | None = None,
        every_item: bool = False,
    ) -> None:
        self._marks = marks
        self._gauge = gauge
        self._settler = settler
        self._counts_items = counts_items
        self._leading_is_items: bool | None = None
        self._every_item = every_item
        self._size_share = SIZE_SHARE[thorough]
        self._settle_share = SETTLE_SHARE[thorough]
        self._settle_free_s = settle_free_s or SETTLE_FREE_S[thorough]
        self._held: deque[object] = deque(maxlen=max(1, hold))
        self.batch = 0
        self.epoch = 1
        self.last_settled = 0
        self.batch_items = 1
        self.start = perf_counter()
        self._sizing_s = 0.0
        self._settling_s = 0.0
        self._n_settled = 0
        self._count = 0
        self._seconds = 0.0
        self._seconds_max = 0.0
        self._open_group(None)

    def add(self, item: object, seconds: float) -> None:
        """Take over the newest batch; the oldest one held is let go."""
        self._held.append(item)
        self.batch += 1
        self._count += 1
        self._seconds += seconds
        if seconds > self._seconds_max:
            self._seconds_max = seconds
        if self._every_item:
            self.batch_items = self._size(whatever_it_costs=True)[1] or 1

    def group_is_full(self) -> bool:
        """Whether the batches since the last mark are to be marked now."""
        if self.batch <= SINGLE_BATCHES:
            return True
        spent = perf_counter() - self._opened
        return (self.is_wide() and spent >= GROUP_S) or spent >= max(FLUSH_S, FLUSH_SHARE * (self._opened - self.start))

    def is_wide(self) -> bool:
        """Whether the group has its share of the batches so far: with less, marks would grow with their number."""
        return self._count >= max(1, self.batch // WIDEN_AFTER)

    def flush(self) -> None:
        """Mark what has not been marked."""
        if self._count:
            self.mark()

    def mark(self) -> Reading:
        """Write the mark of the group that ends here, and open the next."""
        reading = self._gauge.read()
        n_bytes, n_items = self._size()
        if n_items is not None:
            self.batch_items = n_items
        # By hand, not by json: this runs at every batch.
        self._marks.line(
            (
                f'{{"mark":"batch","at_s":{self._marks.clock():.6f},"last":{self.batch},"count":{self._count},'
                f'"epoch":{self.epoch},"seconds":{self._seconds:.7f},"seconds_max":{self._seconds_max:.7f},'
                f'"before_bytes":{self._before.rss},"before_file_bytes":{self._before.file},'
                f'"memory":{reading.as_json()},"threads":{reading.threads},'
                f'"batch_bytes":{_json(n_bytes)},"batch_items":{_json(n_items)},'
                f'"after_settling":{"true" if self._after_settling else "false"}}}\n'
            ).encode()
        )
        self._open_group(reading)
        return reading

    def settle_freely(self) -> None:
        """From here on the trial goes on only to see whether memory still rises: its time is no longer of interest."""
        self._settle_share = SETTLE_SHARE[True]

    def may_settle(self) -> bool:
        """Whether settling once more keeps within its share of the time; a few times it is done whatever it costs."""
        if self._n_settled > MOST_SETTLED and self.batch - self.last_settled < self.batch // MOST_SETTLED:
            return False
        if self._n_settled < ALWAYS_SETTLED or self._settling_s < self._settle_free_s:
            return True
        return self._settling_s <= self._settle_share * (perf_counter() - self.start)

    def settle(self, at: str) -> None:
        """Let all batches go, settle, and write what is retained."""
        self.flush()
        n_items = self._size(whatever_it_costs=True)[1] if self._held else None
        self._held.clear()
        settled = self._settler.settle()
        self.last_settled = self.batch
        self._settling_s += settled.seconds
        self._n_settled += 1
        several = len(settled.tree) > 1
        self._marks.write(
            "settled",
            batch=self.batch,
            epoch=self.epoch,
            at=at,
            batch_items=n_items,
            before_bytes=settled.before,
            collected_bytes=settled.collected,
            retained_bytes=settled.retained,
            own_bytes=settled.own,
            garbage_objects=settled.garbage,
            collector_on=settled.collector_on,
            threads=settled.threads,
            open_files=open_files(),
            children=len(settled.tree) - 1,
            workers_above_bytes=settled.workers_above,
            tree={str(pid): held for pid, held in settled.tree.items()} if several else {},
        )
        self._open_group(None)

    def _open_group(self, before: Reading | None) -> None:
        self._after_settling = before is None
        self._before = before or self._gauge.read()
        self._count = 0
        self._seconds = 0.0
        self._seconds_max = 0.0
        self._gauge.reset()
        self._opened = perf_counter()

    def _size(self, *, whatever_it_costs: bool = False) -> tuple[int | None, int | None]:
        """Bytes and items of the newest batch, as long as taking sizes stays cheap."""
        begin = perf_counter()
        if not whatever_it_costs and self.batch > 3 and self._sizing_s > self._size_share * (begin - self.start):
            return None, None
        n_bytes, n_leading = size_of(self._held[-1])
        if self._leading_is_items is None:
            self._leading_is_items = n_leading is not None and self._counts_items(self._held[-1], n_leading)
        self._sizing_s += perf_counter() - begin
        return n_bytes, n_leading if self._leading_is_items else 1


def _json(number: int | None) -> str:
    return "null" if number is None else str(number)

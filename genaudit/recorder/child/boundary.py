"""Reads the memory at batch boundaries and writes the marks: one a batch, or one for a group of fast batches."""

from __future__ import annotations

from time import perf_counter

from genaudit.recorder.child.batch.size import items_of, shapes_of, size_and_kind_of
from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.memory.settle import Settled, Settler
from genaudit.recorder.child.memory.status import Gauge, Reading, bytes_read, open_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable
else:
    # From its C module: the collections package is 300 KiB, and is in every child.
    from _collections import deque

# Batches faster than this share a mark: measuring them one by one would cost more than they do. The high-water mark
# of a group is still exact, for the group. A mark costs some 50 µs.
GROUP_S = 1e-3
TIMED_GROUP_S = 4e-3
# The first batches are always marked one by one: warm-up and growth show there.
SINGLE_BATCHES = 64
# From here on groups widen in proportion to the batch number, so that a million batches leave about 8,000 marks.
WIDEN_AFTER = 1024
FLUSH_S = 0.25
# ... in proportion to the time that has passed, in a drive of hours ...
FLUSH_SHARE = 1 / 4096
# ... and settled readings come further and further apart.
MOST_SETTLED = 256
# A few settled readings are taken whatever they cost.
ALWAYS_SETTLED = 5
# The size of a few batches, too; where time counts, of the first alone if it takes long.
ALWAYS_SIZED = 3
DEAR_S = 1e-3


class Budget:
    """What measuring may cost.

    Attributes:
        sizing: Share of the time that may go into the sizes of batches.
        settling: Share of the time that may go into settling between batches.
        settling_free_s: Seconds that settling may take in all, whatever share of the time that is.
        is_timed: Whether the time of the drive counts.
        group_s: Seconds below which batches share a mark.
    """

    __slots__ = ("group_s", "is_timed", "settling", "settling_free_s", "sizing")

    def __init__(self, *, sizing: float, settling: float, settling_free_s: float, is_timed: bool = False) -> None:
        self.is_timed = is_timed
        self.group_s = TIMED_GROUP_S if is_timed else GROUP_S
        self.sizing = sizing
        self.settling = settling
        self.settling_free_s = settling_free_s


TIMED = Budget(sizing=0.005, settling=0.01, settling_free_s=0.02, is_timed=True)
"""Little, where the trial also measures time."""
THOROUGH = Budget(sizing=0.2, settling=0.5, settling_free_s=0.4)
"""More, in the small trials that measure memory alone."""


class BatchSizes:
    """Takes the sizes of batches, as long as that stays cheap.

    Args:
        counts_items: Whether the leading dimension of a batch is its number of items, and not the height of one.
        share: Of the time, for taking sizes.
        is_timed: Whether the time counts.
        may_count_items: Whether it may be, where that is not certain.
    """

    def __init__(
        self,
        counts_items: Callable[[object, int], bool],
        share: float,
        may_count_items: Callable[[object, int], bool] = lambda _batch, _n: False,
        *,
        is_timed: bool = False,
    ) -> None:
        self._is_timed = is_timed
        self._counts_items = counts_items
        self._may_count_items = may_count_items
        self._share = share
        self._leading_is_items: bool | None = None
        self.of_objects = False
        self.shapes: list[list[int]] = []
        self.may_be_items: int | None = None
        self._start = perf_counter()
        self._spent_s = 0.0

    def of(self, batch: object, number: int) -> tuple[int | None, int | None]:
        """Bytes and items of a batch; ``None`` where they are not known, or too dear.

        Args:
            number: Which batch it is, from 1.
        """
        begin = perf_counter()
        always = 1 if self._is_timed and self._spent_s > DEAR_S else ALWAYS_SIZED
        if number > always and self._spent_s > self._share * (begin - self._start):
            return None, None
        n_bytes, n_leading, of_objects = size_and_kind_of(batch)
        if self._leading_is_items is None:
            self._leading_is_items = n_leading is not None and self._counts_items(batch, n_leading)
            self.of_objects, self.shapes = of_objects, shapes_of(batch)
            if n_leading is not None and not self._leading_is_items and self._may_count_items(batch, n_leading):
                self.may_be_items = n_leading
        self._spent_s += perf_counter() - begin
        return n_bytes, n_leading if self._leading_is_items else 1

    def items_of(self, batch: object, number: int) -> int | None:
        """The items of a batch alone, which costs next to nothing once it is known what counts them."""
        if self._leading_is_items is None:
            return self.of(batch, number)[1]
        return items_of(batch) if self._leading_is_items else 1


class Settling:
    """Takes settled readings, as often as that stays cheap.

    Args:
        budget: How cheap.
        free_s: Seconds in place of those of the budget.
    """

    def __init__(self, settler: Settler, budget: Budget, free_s: float | None = None) -> None:
        self._settler = settler
        self._share = budget.settling
        self._is_timed = budget.is_timed
        self.group_s = budget.group_s
        self._free_s = free_s or budget.settling_free_s
        self._start = perf_counter()
        self._spent_s = 0.0
        self._n_settled = 0
        self.last_batch = 0

    def is_affordable(self, batch: int) -> bool:
        """Whether one more keeps within the budget; a few times it is done whatever it costs.

        Where time is of no interest, once more at each doubling: what fills shows only later that it is full.
        """
        if not self._is_timed and batch >= 2 * self.last_batch:
            return True
        if self._n_settled > MOST_SETTLED and batch - self.last_batch < batch // MOST_SETTLED:
            return False
        if self._n_settled < ALWAYS_SETTLED or self._spent_s < self._free_s:
            return True
        return self._spent_s <= self._share * (perf_counter() - self._start)

    def spend(self, seconds: float) -> None:
        """Count time that a reading has taken beforehand, while processes came to rest."""
        self._spent_s += seconds

    def spend_freely(self) -> None:
        """From here on the trial goes on only to see whether memory still rises: its time is no longer of interest."""
        self._share = THOROUGH.settling
        self._is_timed = False

    def settle(self, batch: int, *, is_last: bool = False, at_rest: bool = False) -> Settled:
        """One settled reading, after a batch.

        Args:
            batch: Its number.
            is_last: The drive goes no further, or not as it was asked for: the time that this takes is not counted.
            at_rest: All have just been seen at rest.
        """
        settled = self._settler.settle(in_passing=self._is_timed and not is_last, at_rest=at_rest)
        self.last_batch = batch
        self._spent_s += settled.seconds
        self._n_settled += 1
        return settled


class Group:
    """The batches since the last mark."""

    __slots__ = ("before", "count", "is_after_settling", "opened", "seconds")

    def __init__(self, before: Reading, *, is_after_settling: bool) -> None:
        self.before = before
        self.is_after_settling = is_after_settling
        self.count = 0
        self.seconds = 0.0
        self.opened = perf_counter()


class Boundaries:
    """Marks, settled readings, and the batches that are held between them.

    Args:
        sizes: Takes the sizes of batches.
        settling: Takes the settled readings.
        hold: How many batches stay alive while the next is made; 1 as in a ``for`` loop.
        every_item: Whether the items of each batch are counted, whatever that costs.
    """

    def __init__(
        self,
        marks: Marks,
        gauge: Gauge,
        sizes: BatchSizes,
        settling: Settling,
        *,
        hold: int = 1,
        every_item: bool = False,
    ) -> None:
        self._marks = marks
        self._gauge = gauge
        self._sizes = sizes
        self._settling = settling
        self._every_item = every_item
        self._held: deque[object] = deque(maxlen=max(1, hold))
        self.batch = 0
        self.epoch = 1
        self.batch_items = 1
        self.at_rest = False
        """All were seen at rest, and no batch has been asked for since."""
        self.start = perf_counter()
        self._open_group(None)

    @property
    def last_settled(self) -> int:
        """The batch after which memory was settled last."""
        return self._settling.last_batch

    def add(self, item: object, seconds: float) -> None:
        """Take over the newest batch; the oldest one held is let go."""
        self._held.append(item)
        self.batch += 1
        self._group.count += 1
        self._group.seconds += seconds
        if self._every_item:
            self.batch_items = self._sizes.items_of(item, self.batch) or 1

    def group_is_full(self) -> bool:
        """Whether the batches since the last mark are to be marked now."""
        if self.batch <= SINGLE_BATCHES:
            return True
        opened = self._group.opened
        spent = perf_counter() - opened
        if self.is_wide() and spent >= self._settling.group_s:
            return True
        return spent >= max(FLUSH_S, FLUSH_SHARE * (opened - self.start))

    def is_wide(self) -> bool:
        """Whether the group has its share of the batches so far: with less, marks would grow with their number."""
        return self._group.count >= max(1, self.batch // WIDEN_AFTER)

    def flush(self) -> None:
        """Mark what has not been marked."""
        if self._group.count:
            self.mark()

    def mark(self) -> Reading:
        """Write the mark of the group that ends here, and open the next."""
        reading = self._gauge.read()
        n_bytes, n_items = self._sizes.of(self._held[-1], self.batch)
        if n_items is not None:
            self.batch_items = n_items
        group = self._group
        kind = self._kind_of_batches() if self.batch == 1 else ""
        # By hand, not by json: this runs at every batch.
        self._marks.line(
            (
                f'{{"mark":"batch","at_s":{self._marks.clock():.6f},"last":{self.batch},"count":{group.count},'
                f'"epoch":{self.epoch},"seconds":{group.seconds:.7f},'
                f'"before_bytes":{group.before.rss},"before_file_bytes":{group.before.file},'
                f'"memory":{reading.as_json()},"threads":{reading.threads},'
                f'"batch_bytes":{_json(n_bytes)},"batch_items":{_json(n_items)},{kind}'
                f'"after_settling":{"true" if group.is_after_settling else "false"}}}\n'
            ).encode()
        )
        self._open_group(reading)
        return reading

    def _kind_of_batches(self) -> str:
        """What the first mark alone has, as fields of JSON."""
        of_objects = '"of_objects":true,' if self._sizes.of_objects else ""
        items, shapes = self._sizes.may_be_items, self._sizes.shapes
        # A list of lists of numbers is written alike by Python and in JSON.
        of_arrays = f'"shapes":{shapes},' if shapes else ""
        return of_objects + of_arrays + (f'"may_be_items":{items},' if items is not None else "")

    def spend(self, seconds: float) -> None:
        """Count time that went into reading all processes."""
        self._settling.spend(seconds)

    def settle_freely(self) -> None:
        """From here on the trial's time is of no interest."""
        self._settling.spend_freely()

    def may_settle(self) -> bool:
        """Whether settling once more keeps within its share of the time."""
        return self._settling.is_affordable(self.batch)

    def settle(self, at: str, *, is_last: bool = False) -> None:
        """Let all batches go, settle, and write what is retained.

        Args:
            at: The moment.
            is_last: Of what was asked for: time is of no interest any more.
        """
        self.flush()
        n_items = self._sizes.items_of(self._held[-1], self.batch) if self._held else None
        self._held.clear()
        settled = self._settling.settle(self.batch, is_last=is_last, at_rest=self.at_rest)
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
            read_bytes=bytes_read(),
            children=len(settled.tree) - 1,
            workers_above_bytes=settled.workers_above,
            tree={str(pid): held for pid, held in settled.tree.items()} if several else {},
        )
        self._open_group(None)

    def begin_anew(self) -> None:
        """What genaudit has done since the last mark is no batch's; all batches have been let go."""
        self._open_group(None)

    def _open_group(self, before: Reading | None) -> None:
        reading = before or self._gauge.read()
        self._gauge.reset()
        self._group = Group(reading, is_after_settling=before is None)


def _json(number: int | None) -> str:
    return "null" if number is None else str(number)

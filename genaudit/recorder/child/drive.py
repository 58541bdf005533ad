"""Pulls batches as a ``for`` loop does: the batch before stays alive while the next is made."""

from __future__ import annotations

from gc import get_referents
from itertools import cycle
from sys import getprofile, getrecursionlimit, gettrace
from time import perf_counter

from genaudit.recorder.child.boundary import Boundaries
from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.guard.hooks import SilentHooks
from genaudit.recorder.child.guard.idle import NothingHappens, next_while_something_happens
from genaudit.recorder.child.guard.own_imports import FEWEST_CALLS
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Epochs that are always settled at their end; later ones as far as time allows.
ALWAYS_SETTLED_EPOCHS = 4
MARKED_EPOCHS = 512


LONGEST_OF_ROWS_S = 3.0
MOST_OF_ROWS = 1024
"""So long, and so many batches, the end of a first epoch is waited for that nothing counts."""
LOOKED_FOR_S = 0.6
MOST_LOOKED_FOR = 512
"""The same behind epochs that were counted; or so many times as many batches as they had."""
MOST_TIMES = 8


def marked_each(epoch: int) -> int:
    """Of so many epochs one is marked: of the first 1024 each, then of 2, of 4, … so that marks stay few.

    Example:
        >>> marked_each(1), marked_each(1024), marked_each(1_000_000)
        (1, 2, 1024)
    """
    return 1 << max(0, (epoch // MARKED_EPOCHS).bit_length() - 1)


def told_length(epoch_length: int | None, items: int | None) -> int:
    """Batches that an epoch has at least, as its source says; 0 where that is no word about these items.

    A number of steps that does not come from the data set may be any, however small the data set is.

    Example:
        >>> told_length(80, 16), told_length(10_000, 16), told_length(None, 16)
        (80, 0, 0)
    """
    if not epoch_length or not items or epoch_length > max(MOST_LOOKED_FOR, MOST_TIMES * items):
        return 0
    return epoch_length


class Plan:
    """How far to drive.

    ``batches`` is what is asked for at first, ``epochs`` stops after so many epochs whatever ``batches`` says,
    ``soft_s`` stops a drive that takes too long, ``settle_every`` settles between batches, ``items`` is the size of
    the data set where it is known: it counts the epochs of an iterator that never ends. ``steps`` are the batches of
    such an epoch, where they were given. ``rests`` has other processes come to rest before memory is settled between
    batches. ``may_have_rows`` where an item may be a file of many rows, which batches have then; ``has_rows`` is
    whether it has, where that is known, and ``looks_on`` whether the end is looked for behind epochs that were counted.
    ``batches`` is what whole epochs need at most, ``until_end`` says, and no wish.
    """

    __slots__ = (
        *("batches", "epochs", "has_rows", "items", "looks_on", "may_have_rows", "rests", "settle_every", "soft_s"),
        *("steps", "until_end"),
    )

    def __init__(
        self,
        batches: int,
        epochs: int | None,
        soft_s: float | None,
        settle_every: int,
        items: int | None,
        steps: int | None = None,
        *,
        rests: bool = True,
        may_have_rows: bool = False,
        has_rows: bool | None = None,
        looks_on: bool = False,
        until_end: bool = False,
    ) -> None:
        self.has_rows = has_rows
        self.looks_on = looks_on
        self.may_have_rows = may_have_rows
        self.until_end = until_end
        self.rests = rests
        self.batches = batches
        self.epochs = epochs
        self.soft_s = soft_s
        self.settle_every = settle_every
        self.items = items
        self.steps = steps


class Drive:
    """One drive of a source of batches.

    Args:
        next_epoch: Gives a fresh iterator, or ``None`` where there can be no other epoch.
        ask: Called with the batches pulled when the planned ones are done; gives the batches wanted in all.
        after_first: Called when the first batch has been marked.
        walk: Called with each settled moment and the iterator: first, epoch, end.
        look: Called with the number of batches before a batch is let go to settle, and before the last one of an epoch
            or of the drive is: workers have then done all that was asked of them, and most end with the epoch.
        epoch_length: Batches of an epoch, where the source says so.
        made_ahead: Batches that workers have made by then and that wait in a queue.
    """

    def __init__(
        self,
        plan: Plan,
        boundaries: Boundaries,
        marks: Marks,
        *,
        next_epoch: Callable[[], Any],
        ask: Callable[[int], int],
        after_first: Callable[[], None],
        walk: Callable[[str, Any], None] | None = None,
        look: Callable[[int], bool] | None = None,
        epoch_length: int | None = None,
        made_ahead: int = 0,
    ) -> None:
        self._plan = plan
        self._boundaries = boundaries
        self._marks = marks
        self._next_epoch = next_epoch
        self._ask = ask
        self._after_first = after_first
        self._walk = walk
        self._look = look
        self._looked = 0
        """The batch after which the processes were read last."""
        self._epoch_length = epoch_length
        # One more is in hands, and the next pull asks for another.
        self._before_all_made = epoch_length - made_ahead - 2 if epoch_length and made_ahead else None
        """The last batch of an epoch before workers hear that there is no more, and end with all that they hold."""
        self._iterator: Any = None
        self._wanted = plan.batches
        self._ends = False
        """Whether the iterator was seen to end by itself: its epochs need no counting."""
        self._has_rows = bool(plan.has_rows)
        """Whether batches have rows of items, and so their items are not those of the data set."""
        self._told_length = told_length(epoch_length, plan.items)
        """Batches of an epoch, where the source says so and an item may be several of them."""
        self.ended_after: int | None = None
        """Batches after which the iterator ended, where that was looked for behind epochs that were counted."""
        self._due = False
        """By the count of items the epoch is over; the next pull tells whether the iterator agrees."""
        self._epoch_batches = 0
        self._epoch_items = 0
        self._slowest_s = 0.0
        self._silent_hooks: SilentHooks | None = None
        """Between batches, where the target has hooks that would hear of genaudit's own calls, too."""

    @property
    def batch(self) -> int:
        """Batches pulled so far."""
        return self._boundaries.batch

    def run(self, first_iterator: Callable[[], Any]) -> str:
        """Drive to the planned end; why it stopped: batches, epochs, exhausted, time, empty.

        Args:
            first_iterator: Hands over the iterator of the first epoch, which nobody else may keep alive.
        """
        self._iterator = first_iterator()
        reason = ""
        while not reason:
            reason = self._after_batch() if self._pull() else self._after_end()
        self._boundaries.flush()
        # A reading at the end of an epoch that was counted out is one of that epoch.
        if self.batch and self._boundaries.last_settled != self.batch:
            self._look_at_all()
            self._boundaries.settle("end", is_last=True)
        if self._due:
            self._close_epoch(natural=False)
        if self._walk is not None and self.batch:
            self._walk("end", self._iterator)
        if self._plan.looks_on and reason == "epochs" and not self._ends and not self._plan.steps:
            self.ended_after = self._look_on()
        self._iterator = None
        return reason

    @calls_target
    def _look_on(self) -> int | None:
        """Batches until the iterator ends by itself; ``None`` where it does not soon. Nothing of them is measured.

        Epochs were counted by items; but a batch may be less than one of them, and an epoch far longer.
        """
        begin, most = perf_counter(), max(MOST_LOOKED_FOR, MOST_TIMES * self.batch)
        for further in range(most):
            try:
                next_while_something_happens(self._iterator, self._slowest_s)
            except StopIteration:
                return self.batch + further
            except (Exception, NothingHappens):
                # Nobody has asked for these batches: whatever comes of them is no result.
                return None
            if perf_counter() - begin > LOOKED_FOR_S:
                break
        return None

    @property
    def epochs(self) -> int:
        """Epochs ended so far."""
        return self._boundaries.epoch - 1

    @calls_target
    def _pull(self) -> bool:
        """Make one batch; whether there was one."""
        if self._silent_hooks is not None:
            self._silent_hooks.__exit__()
            self._silent_hooks = None
        self._boundaries.at_rest = False
        begin = perf_counter()
        try:
            item = self._next_of_new_epoch() if self.epochs and not self._epoch_batches else next(self._iterator)
        except StopIteration:
            return False
        finally:
            seconds = perf_counter() - begin
            if gettrace() is not None or getprofile() is not None or getrecursionlimit() < FEWEST_CALLS:
                self._silent_hooks = SilentHooks()
                self._silent_hooks.__enter__()
        # The generator may have forked, and its child have come back into this loop: only the parent is measured.
        self._marks.leave_if_copied()
        self._slowest_s = max(self._slowest_s, seconds)
        if self._due or self._has_turned():
            self._close_epoch(natural=False)
        self._boundaries.add(item, seconds)
        self._epoch_batches += 1
        return True

    def _has_turned(self) -> bool:
        """Whether a cycle of itertools gives from here on what it has kept: the first epoch is over."""
        if type(self._iterator) is not cycle or self._is_counted() or self.epochs:
            return False
        kept = next((each for each in get_referents(self._iterator) if type(each) is list), None)
        # In its first round it keeps each batch that it gives.
        if kept is None or len(kept) != self._epoch_batches:
            return False
        self._boundaries.flush()
        self._plan.steps = self._epoch_batches
        return True

    @calls_target
    def _next_of_new_epoch(self) -> Any:
        """The first batch of another epoch; a source that has but one may wait for it for ever."""
        try:
            return next_while_something_happens(self._iterator, self._slowest_s)
        except NothingHappens:
            raise StopIteration from None

    def _after_batch(self) -> str:
        boundaries = self._boundaries
        if self.batch == 1:
            boundaries.mark()
            self._after_first()
            if self._walk is not None:
                self._walk("first", self._iterator)
        elif boundaries.group_is_full():
            boundaries.mark()
        self._look_at_end()
        reason = self._count_items()
        if reason:
            return reason
        plan = self._plan
        if plan.soft_s and perf_counter() - boundaries.start > plan.soft_s:
            return "time"
        if self._waits_for_end():
            return "time" if self._is_without_end() else self._settle_between()
        if self.batch >= self._wanted:
            return self._more()
        return self._settle_between()

    def _settle_between(self) -> str:
        plan, boundaries = self._plan, self._boundaries
        every = plan.settle_every
        if every and self.batch - boundaries.last_settled >= every and boundaries.may_settle():
            if plan.rests:
                self._look_at_all()
            boundaries.settle("block")
        return ""

    def _look_at_end(self) -> None:
        """Read an epoch at its last batch; its workers also before they may end themselves."""
        batch = self._epoch_batches
        if batch == self._epoch_length and self._settles_epoch():
            self._look_at_all()
            if self._has_rows and self._boundaries.last_settled != self.batch:
                # No count of items tells its end, only the length of the one before; what it holds goes with it.
                self._boundaries.settle("block")
        elif batch == self._before_all_made and self._plan.rests and self._settles_epoch():
            self._look_at_all()
            self._boundaries.settle("block")

    def _count_items(self) -> str:
        """Find the end of an epoch of an iterator that goes on for ever."""
        boundaries = self._boundaries
        self._epoch_items += boundaries.batch_items
        if self._plan.may_have_rows and boundaries.batch_items > (self._plan.items or boundaries.batch_items):
            self._has_rows = True
        if self._ends or not self._is_counted_out():
            return ""
        if self._settles_epoch():
            self._look_at_all()
        self._settle_epoch()
        self._due = True
        if self._plan.epochs is not None and boundaries.epoch >= self._plan.epochs:
            self._close_epoch(natural=False)
            return "epochs"
        return ""

    def _is_counted(self) -> bool:
        """Whether something tells how long an epoch of an iterator without an end is."""
        return bool(self._plan.steps) or (bool(self._plan.items) and not self._has_rows)

    def _is_counted_out(self) -> bool:
        """Whether an epoch is over by the count of its batches, or else of its items."""
        if self._plan.steps:
            return self._epoch_batches >= self._plan.steps
        if self._epoch_batches < self._told_length:
            return False
        return bool(self._plan.items) and not self._has_rows and self._epoch_items >= (self._plan.items or 0)

    def _waits_for_end(self) -> bool:
        """Whether only epochs that end by themselves tell how far to drive."""
        return self._has_rows and self._plan.until_end

    def _is_without_end(self) -> bool:
        """Whether the first epoch has taken so long that its end is not waited for, and no length says it comes."""
        if self._ends or self._epoch_batches <= self._told_length:
            return False
        return self.batch >= MOST_OF_ROWS or perf_counter() - self._boundaries.start > LONGEST_OF_ROWS_S

    def _more(self) -> str:
        """Ask whether to go on after the planned batches."""
        if self._plan.epochs is not None:
            return "batches"
        self._boundaries.flush()
        self._look_at_all()
        if self._boundaries.last_settled != self.batch:
            self._boundaries.settle("block", is_last=True)
        self._wanted = self._ask(self.batch)
        self._boundaries.settle_freely()
        return "batches" if self._wanted <= self.batch else ""

    def _after_end(self) -> str:
        """The iterator ended: an epoch is over."""
        if self._epoch_batches == 0:
            return "empty" if self.batch == 0 else "exhausted"
        self._ends = True
        # What the generator does after its last batch belongs to the epoch too.
        self._settle_epoch(again=self._due)
        self._close_epoch(natural=True)
        if self._plan.epochs is not None and self.epochs >= self._plan.epochs:
            return "epochs"
        if self.batch >= self._wanted and not self._waits_for_end():
            reason = self._more()
            if reason:
                return reason
        self._iterator = None
        self._iterator = self._next_epoch()
        return "exhausted" if self._iterator is None else ""

    def _settle_epoch(self, *, again: bool = False) -> None:
        boundaries = self._boundaries
        if again or (self._settles_epoch() and (boundaries.last_settled != self.batch or self._ends)):
            boundaries.settle("epoch")
            if self._walk is not None:
                self._walk("epoch", self._iterator)
        elif boundaries.is_wide():
            # Of many short epochs several share a mark, as fast batches do.
            boundaries.flush()

    def _settles_epoch(self) -> bool:
        """Whether memory is settled at the end of this epoch: of the last one always, it tells what is left of them."""
        epoch, last = self._boundaries.epoch, self._plan.epochs
        is_told = epoch <= ALWAYS_SETTLED_EPOCHS or (last is not None and epoch >= last)
        return is_told or self._boundaries.may_settle()

    def _look_at_all(self) -> None:
        """Have all processes read as they are now, once a batch."""
        if self._look is not None and self._looked != self.batch:
            self._looked = self.batch
            began = perf_counter()
            self._boundaries.at_rest = self._look(self.batch)
            self._boundaries.spend(perf_counter() - began)

    def _close_epoch(self, *, natural: bool) -> None:
        epoch = self._boundaries.epoch
        if epoch % marked_each(epoch) == 0:
            self._marks.write("epoch", epoch=epoch, batches=self._epoch_batches, natural=natural)
        self._epoch_items -= 0 if natural else self._plan.items or 0
        if natural:
            self._epoch_items = 0
            # The next is as long, if the source does not say otherwise.
            self._epoch_length = self._epoch_length or self._epoch_batches
        self._boundaries.epoch += 1
        self._epoch_batches = 0
        self._due = False

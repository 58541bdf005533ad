"""The trials that a forecast rests on: larger sizes, at which nothing can hide in blocks that were free before."""

from typing import Any

from genaudit.evidence.law import LawFit
from genaudit.evidence.suspicion import growing_law
from genaudit.experiment import sizes
from genaudit.experiment.session import ExperimentSession
from genaudit.units import MIB

# Blocks of more than 32 MiB always come from the system and go back to it at once; smaller ones may be cut from what
# others have left. What holds a real data set is larger, and so it must be in the largest trial.
# Source: mallopt(3), M_MMAP_THRESHOLD.
ENOUGH_BYTES = 128 * MIB
FAR_BELOW = 0.5
"""Of the limit for what is held: blocks that were free before may have hidden a part, but not as much."""
# What takes longer than it should is not waited for.
LONGEST_S = 30.0
FORECAST: dict[str, Any] = {"kind": "forecast", "fill_pools": True, "extends": False}
# Where there is no more data, small sizes far apart tell more than large ones that lie near each other.
SHARES_OF_LITTLE = (0.25, 0.5, 1.0)
FEWEST_BATCHES = 16
# How much larger than what was audited, where a function makes the data set, and how much it may write for that.
BEYOND = 64
MOST_ON_DISK = 512 * MIB


class ForecastTrials:
    """Adds them to a session where memory was found to grow with the data set, be it the data or an index of it.

    Args:
        session: Runs them.
        whole: Size of the whole data set.
    """

    def __init__(self, session: ExperimentSession, whole: int) -> None:
        self._session = session
        self._whole = whole

    def run(self) -> None:
        """Run a trial at each of three sizes."""
        by_epoch = self._session.suspicion.is_cache_alone
        law = growing_law(self._session.evidence, self._session.suspicion)
        if law is None or self._is_small_index(law):
            return
        largest = self._largest(law, epochs=by_epoch)
        shares = sizes.FORECAST_SHARES if largest * law.per_item.value >= 0.9 * ENOUGH_BYTES else SHARES_OF_LITTLE
        steps = sorted({self._session.full_batches(round(largest * share)) for share in shares})
        if len(steps) < len(shares):
            return
        timeout_s = min(self._session.request.timeout_s, LONGEST_S)
        for size in steps:
            fields = self._one_epoch(size) if by_epoch else sizes.FIRST_BATCH_ONLY
            spec = self._session.spec(size={"items": size}, timeout_s=timeout_s, **{**fields, **FORECAST})
            trial = self._session.run(spec)
            if trial.exit.reason != "completed":
                return

    def _is_small_index(self, law: LawFit) -> bool:
        """Whether what grows is far below what the data takes, and no larger data set is asked about.

        The drive that was asked for has measured then what a forecast would tell.
        """
        session, evidence = self._session, self._session.evidence
        if session.suspicion.holds or (session.request.project_items or 0) > self._whole:
            return False
        limit = session.limits.held_bytes_per_item(evidence.held_item_bytes, evidence.file_bytes_per_item)
        return law.per_item.value < limit * FAR_BELOW and law.per_item.high < limit

    def _one_epoch(self, size: int) -> dict[str, Any]:
        """Settled before its last batch and not before: a job does not trim its heap either."""
        return {**sizes.whole_epochs(1), "settle_every": max(1, -(-size // self._session.batch_items) - 1)}

    def _largest(self, law: LawFit, *, epochs: bool) -> int:
        """Large enough, of what fits into a few seconds and into memory by what the largest of the others took."""
        enough = round(ENOUGH_BYTES / law.per_item.value)
        most = self._whole * (BEYOND if self._session.can_make_more else 1)
        on_disk = self._session.evidence.file_bytes_per_item
        if on_disk:
            most = min(most, max(self._whole, round(MOST_ON_DISK / on_disk)))
        size = min(most, max(enough, FEWEST_BATCHES * self._session.batch_items))
        steady = self._session.evidence.steady
        largest = [trial for trial in steady if trial.items == self._session.largest(epochs=epochs)]
        seconds = sizes.seconds_per_item(largest, epochs=epochs) + sizes.seconds_of_arguments(largest)
        if seconds:
            size = min(size, round(sizes.FORECAST_S / seconds))
        while size and self._session.forecast_bytes(size) > self._session.limit_bytes:
            size //= 2
        return size

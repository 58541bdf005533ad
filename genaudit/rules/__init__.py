"""Measured rules: pure functions of evidence, one a file, in one list."""

from genaudit.model.rule import Rule
from genaudit.rules.batch_growth import batch_growth
from genaudit.rules.batch_spike import batch_spike
from genaudit.rules.eager_load import eager_load
from genaudit.rules.epoch_growth import epoch_growth
from genaudit.rules.inconclusive import inconclusive
from genaudit.rules.unbounded_cache import unbounded_cache

MEASURED = (eager_load, batch_growth, epoch_growth, unbounded_cache, batch_spike)

RULES: tuple[Rule, ...] = (*MEASURED, inconclusive)

__all__ = ["MEASURED", "RULES", "inconclusive"]

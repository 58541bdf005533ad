"""Measured rules: pure functions of evidence, one idea a file, in one list."""

from genaudit.model.rule import AnyRule
from genaudit.rules.batch_growth import batch_growth
from genaudit.rules.batch_spike import batch_spike
from genaudit.rules.call_growth import call_growth
from genaudit.rules.cyclic_garbage import cyclic_garbage
from genaudit.rules.dataset_as_argument import dataset_as_argument
from genaudit.rules.eager_load import eager_load
from genaudit.rules.epoch_growth import epoch_growth
from genaudit.rules.handles import file_leak, process_leak, thread_leak
from genaudit.rules.inconclusive import inconclusive
from genaudit.rules.unbounded_cache import unbounded_cache
from genaudit.rules.worker_duplication import worker_duplication

MEASURED: tuple[AnyRule, ...] = (
    eager_load,
    dataset_as_argument,
    batch_growth,
    epoch_growth,
    unbounded_cache,
    cyclic_garbage,
    call_growth,
    batch_spike,
    worker_duplication,
    file_leak,
    thread_leak,
    process_leak,
)

RULES: tuple[AnyRule, ...] = (*MEASURED, inconclusive)

__all__ = ["MEASURED", "RULES", "inconclusive"]

"""Every static rule, in the order of their codes."""

from typing import Any

from genaudit.lint.rules.batch_growth import batch_growth
from genaudit.lint.rules.concatenate_in_loop import concatenate_in_loop
from genaudit.lint.rules.dataset_as_argument import dataset_as_argument
from genaudit.lint.rules.dtype_upcast import dtype_upcast
from genaudit.lint.rules.eager_init import eager_init
from genaudit.lint.rules.eager_load import eager_load
from genaudit.lint.rules.file_leak import file_leak
from genaudit.lint.rules.in_memory_cache import in_memory_cache
from genaudit.lint.rules.oversized_shuffle_buffer import oversized_shuffle_buffer
from genaudit.lint.rules.training_loop_growth import training_loop_growth
from genaudit.lint.rules.unbounded_cache import unbounded_cache
from genaudit.lint.rules.unbounded_prefetch import unbounded_prefetch
from genaudit.lint.rules.unused_suppression import unused_suppression
from genaudit.lint.rules.whole_file_read import whole_file_read
from genaudit.lint.rules.worker_duplication import worker_duplication
from genaudit.model import Rule
from genaudit.model.catalogue import PATTERNS

SUBJECT_RULES: tuple[Rule[Any], ...] = (
    eager_load,
    eager_init,
    whole_file_read,
    dataset_as_argument,
    batch_growth,
    unbounded_cache,
    dtype_upcast,
    concatenate_in_loop,
    oversized_shuffle_buffer,
    in_memory_cache,
    unbounded_prefetch,
    worker_duplication,
    file_leak,
)
"""Rules that read the facts of a subject."""

MODULE_RULES: tuple[Rule[Any], ...] = (training_loop_growth,)
"""Rules that read a file as it stands: about code that uses batches, and makes none."""

RULES: tuple[Rule[Any], ...] = (*SUBJECT_RULES, *MODULE_RULES, unused_suppression)
"""Every static rule. ``unused_suppression`` reads comments instead of facts."""

NAMES: dict[str, str] = {pattern.code: pattern.name for pattern in PATTERNS}
"""Names by code, also of the rules that only measuring has: a suppression may name them."""

"""Which lines are the source's: those of its functions and its classes, and what they use; what its queue holds."""

from __future__ import annotations

from genaudit.recorder.child.guard.static_inspect import GeneratorType, attributes_of
from genaudit.recorder.child.script.used import Used

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = 400


def spans_of(value: Any) -> tuple[list[list[Any]], list[str]]:
    """Path, first and last line of each function that a source may run, and the globals that these name.

    Args:
        value: The source; nothing of it is called.
    """
    try:
        used = Used(value)
        codes = list(used.codes)
        if type(value) is GeneratorType:
            generator: Any = value
            codes.append(generator.gi_code)
        spans = [[code.co_filename, code.co_firstlineno, _last(code)] for code in codes]
        names = sorted({name for name, _ in used.values()})
    except Exception:
        # A class of the user's that cannot be looked at.
        return [], []
    return [span for at, span in enumerate(spans) if span not in spans[:at]][:MOST], names[:MOST]


def _last(code: Any) -> int:
    lines: list[int] = [line for _, _, line in code.co_lines() if line is not None]
    inner = [_last(part) for part in code.co_consts if type(part) is type(code)]
    first: int = code.co_firstlineno
    return max([first, *lines, *inner])


def queue_of(value: Any) -> int | None:
    """Batches that wait in the queue of a source when it is full; ``None`` where it has none, or does not say.

    Source:
        torch.utils.data.DataLoader, ``prefetch_factor``: so many for each worker. keras.utils.PyDataset,
        ``max_queue_size``: where there are workers.
    """
    fields = attributes_of(value)
    workers, each = fields.get("num_workers"), fields.get("prefetch_factor")
    if type(workers) is int and type(each) is int:
        return workers * each or None
    workers, each = fields.get("_workers"), fields.get("_max_queue_size")
    is_parallel = type(workers) is int and (workers > 1 or fields.get("_use_multiprocessing") is True)
    return each if type(each) is int and is_parallel else None

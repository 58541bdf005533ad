"""How many items of the data set a trial gets."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

USUAL_BATCH = 32
# Beside "batch" they make the name one of a number of batches, not of the size of one.
_COUNT_WORDS = {"count", "max", "n", "nb", "num", "number", "per"}


def trial_items(size: dict[str, Any] | None, total: int, values: dict[str, Any]) -> int:
    """Items of a trial.

    Args:
        size: ``{"items": n}``, ``{"all": True}``, or ``{"auto": {"share": s, "at_least": a, "batches": b}}``: a part
            ``1/s`` of all, but at least ``a`` and enough for ``b`` batches. ``None`` is all.
        total: Items of the whole data set.
        values: Arguments by name, for the size of a batch.
    """
    if not size or size.get("all"):
        return total
    if "items" in size:
        return max(1, int(size["items"]))
    auto = size["auto"]
    wanted = max(-(-total // auto["share"]), auto["at_least"], auto["batches"] * batch_guess(values))
    return int(min(total, wanted))


def batch_guess(values: dict[str, Any]) -> int:
    """Items of a batch, by the arguments that may say so; 32 if none does."""
    sizes = {name.lower(): value for name, value in values.items() if type(value) is int and value > 0}
    if "batch_size" in sizes:
        return sizes["batch_size"]
    for name, value in sizes.items():
        words = set(name.split("_"))
        if "batch" in name and "batches" not in name and ("size" in words or words.isdisjoint(_COUNT_WORDS)):
            return value
    return sizes.get("bs", USUAL_BATCH)

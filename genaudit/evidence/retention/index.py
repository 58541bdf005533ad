"""Index or data: by what is held, and by how much of an item it is."""

from genaudit.evidence.retention.tree import Holding

AS_MUCH = (0.8, 1.3)
"""Held bytes as a share of what is yielded: within this it is the data, whatever it is divided into."""
OF_AN_ITEM = 0.4
"""Characters or numbers that are so much of an item as it is yielded are the item."""
NUMBER_BYTES = 4
"""A number in a batch, at least as often as not."""
MOST_NUMBERS = 2
"""Of an item, where it is made of Python objects itself: its place in the data, and its label."""


def is_index(
    holding: Holding, *, items: int, item_bytes: float | None, limit: float, yields_objects: bool = False
) -> bool:
    """Whether a holding tells where the data is, and is not the data: names, numbers, tuples of them.

    Args:
        holding: What is held.
        items: Of the data set that it is held of.
        item_bytes: Size of an item as it is yielded; without it nothing can be said.
        limit: Bytes of buffers per item from which on they are the data, compressed or reduced.
        yields_objects: Whether items are Python objects as well, and so may be the very ones that are held.
    """
    if not item_bytes or items < 1 or not holding.entries:
        return False
    # Each process has its own of all items.
    items *= holding.processes
    if holding.data_bytes / items > limit:
        return False
    # Python objects of which as much is held as is yielded are those that are yielded.
    if yields_objects and AS_MUCH[0] <= holding.bytes / items / item_bytes <= AS_MUCH[1]:
        return False
    text, numbers = holding.text_bytes / items, NUMBER_BYTES * holding.numbers / items
    return max(text, numbers) < OF_AN_ITEM * item_bytes


def is_order(holding: Holding, *, items: int, item_bytes: float) -> bool:
    """Whether a holding has a number or two of each item and nothing else: the order in which they come, labels."""
    has_others = bool(holding.text_bytes or holding.data_bytes)
    few = 0 < holding.numbers <= MOST_NUMBERS * items * holding.processes
    return few and not has_others and OF_AN_ITEM * item_bytes > NUMBER_BYTES

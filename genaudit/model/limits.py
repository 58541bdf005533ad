"""The numbers that rules compare with, all in one place."""

import msgspec

from genaudit.units import KIB, MIB


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's numbers. The defaults are what ``genaudit run`` uses."""

    index_bytes_per_item: int = 1 * KIB
    """Below this a growth with n is an index: file names, labels, offsets."""
    index_share_of_item: float = 0.02
    """... or below this share of an item's own size, whichever is more."""
    whole_item_share: float = 0.5
    """At or above this share of an item, or of its file, the item itself is held, however small."""
    growth_bytes_per_batch: int = 4 * KIB
    """Slopes below this are the noise of an allocator."""
    growth_share_of_item: float = 0.05
    """... and below this share of an item per batch nothing that matters is kept."""
    epoch_growth_bytes: int = 64 * KIB
    spike_ratio: float = 4.0
    """A batch may take this many times its own size while it is made: items, stacked, and a conversion."""
    spike_floor_bytes: int = 2 * MIB
    """Smaller spikes are never a finding."""
    garbage_bytes: int = 16 * MIB
    """Cyclic garbage worth a note."""

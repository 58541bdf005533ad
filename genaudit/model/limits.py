"""The numbers that rules compare with, all in one place."""

import msgspec

from genaudit.units import KIB, MIB

LITTLE_OF_A_FILE = 64
"""An item so many times smaller than its file is not what the file has."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's numbers. The defaults are what ``genaudit run`` uses."""

    index_bytes_per_item: int = 1 * KIB
    """Up to this a growth with n is an index: file names, labels, offsets."""
    index_share_of_item: float = 0.06
    """... or up to this share of an item's own size, whichever is more."""
    index_share_of_machine: float = 0.1
    """An index of the real data set that takes more of the machine's memory is worth a warning."""
    cached_share_of_item: float = 0.23
    """A cache of uint8 is a quarter of what is yielded as float32: with room for what a reading may be off."""
    whole_item_share: float = 0.5
    """From this share of an item, or of its file, the item itself is held, however small it is."""
    argument_bytes_per_item: int = 1 * KIB
    argument_share_of_item: float = 0.2
    """Arguments may hold annotations; from this share of an item on they are the data."""
    growth_bytes_per_batch: int = 2 * KIB
    """Slopes below this are the noise of an allocator."""
    growth_share_of_item: float = 0.05
    """... and below this share of an item per batch nothing that matters is kept."""
    scatter_batches: float = 8.0
    """A slope that may be zero, and is less than so many batches over all that was measured, is none."""
    file_bytes: int = 64 * KIB
    thread_bytes: int = 1 * MIB
    process_bytes: int = 16 * MIB
    """What an open file, a thread, a child process costs by itself."""
    epoch_growth_bytes: int = 64 * KIB
    epoch_growth_share_of_batch: float = 0.5
    epoch_growth_share: float = 0.25
    """Growth per epoch below this, below this share of a batch and of the data set, is no fault."""
    spike_ratio: float = 4.0
    """A batch may take this many times its own size while it is made: items, stacked, and a conversion."""
    spike_floor_bytes: int = 2 * MIB
    """Smaller spikes are never a finding."""
    spike_lift: float = 0.25
    """A spike that lifts the highest memory of the whole process by less is worth a note: it is not what ends a job."""
    growth_matters_batches: int = 100_000
    growth_matters_bytes: int = 256 * MIB
    """Growth by less than this over so many batches, a long training, is worth a note."""
    garbage_bytes_floor: int = 4 * MIB
    garbage_batches: float = 4.0
    """Cyclic garbage worth a note: so many batches, and at least the floor."""
    handles_per_batch: float = 0.02
    """Files, threads or processes more with each batch."""
    fewest_handles: int = 3
    """Fewer in all are a pool, not a leak."""

    def held_bytes_per_item(self, item_bytes: float | None, file_bytes: float | None) -> float:
        """Growth per item above which the data itself is held, and not an index of it.

        Args:
            item_bytes: Size of an item as it is yielded, where known.
            file_bytes: Its mean size on disk, where items are files: a data set can be held compressed.
        """
        limit = max(float(self.index_bytes_per_item), self.index_share_of_item * (item_bytes or 0))
        # What is yielded of a file may be a name of where its data is, or a number that was made of it.
        is_data = not file_bytes or (item_bytes or 0) * LITTLE_OF_A_FILE >= file_bytes
        for whole in (item_bytes if is_data else None, file_bytes):
            if whole:
                limit = min(limit, self.whole_item_share * whole)
        return limit

    def passed_bytes_per_item(self, item_bytes: float | None, in_buffers: float = 0.0) -> float:
        """Growth of the arguments per item above which they hold the data, and not annotations of it.

        Args:
            item_bytes: Size of an item as it is yielded, where known.
            in_buffers: Bytes per item of arrays and tables among them: a list of names of the same size is an index.
        """
        limit = max(float(self.argument_bytes_per_item), self.argument_share_of_item * (item_bytes or 0))
        whole = self.whole_item_share * (item_bytes or 0)
        return min(limit, whole) if 0 < whole <= in_buffers else limit

    def cached_bytes_per_item(self, item_bytes: float | None, file_bytes: float | None) -> float:
        """What an epoch may leave per item: more than at the first batch, for queues and shards come and go."""
        limit = max(float(self.index_bytes_per_item), self.cached_share_of_item * (item_bytes or 0))
        for whole in (item_bytes, file_bytes):
            if whole:
                limit = min(limit, self.whole_item_share * whole)
        return limit

    def kept_bytes_per_epoch(self, batch_bytes: float | None, item_bytes: float | None, items: int | None) -> float:
        """Growth per epoch above which data is kept: half a batch, less where the whole data set is that small."""
        limit = max(float(self.epoch_growth_bytes), self.epoch_growth_share_of_batch * (batch_bytes or 0))
        if item_bytes and items:
            limit = max(16.0 * KIB, min(limit, self.epoch_growth_share * item_bytes * items))
        return limit

    def kept_bytes_per_batch(self, item_bytes: float | None) -> float:
        """Growth per batch above which data is kept, and not a line of history."""
        return max(float(self.growth_bytes_per_batch), self.growth_share_of_item * (item_bytes or 0))

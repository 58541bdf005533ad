"""The drivers: each turns one shape of target into epochs of batches. Frameworks are known by name, never imported."""

from __future__ import annotations

import sys

from genaudit.recorder.child.guard.static_inspect import (
    FunctionType,
    attributes_of,
    bases_named,
    class_attribute,
    has,
    name_of,
)
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from genaudit.recorder.child.several import Several

    Again = Callable[[], Any] | None

_KERAS_WORKERS = "keras.src.trainers.data_adapters.py_dataset_adapter"
"""The module of Keras 3 that starts workers; ``PyDataset`` itself is defined in it."""
_KERAS_2_WORKERS = ("tf_keras.src.utils.data_utils", "keras.src.utils.data_utils")
"""The same of Keras 2."""
_OF_SINGLES = ("tensorslice", "range", "textline", "tfrecord", "fixedlengthrecord")
"""Parts of the names of stages of ``tf.data`` that give one item after another."""
_OF_FUNCTIONS = ("flatmap", "interleave", "window")
"""Of those that give what a function of the user's makes of an element, or data sets."""
_OF_LISTED = ("tensorslice", "range")
"""Of those that give what they were made of."""
_UNCHANGED = ("shuffle", "repeat", "take", "skip", "shard", "zip", "concatenate", "prefetch", "options", "cache")
"""Of those that give the elements of others as they are."""
_MOST_STAGES = 64
"""Of a pipeline, one after another."""


class Source:
    """A target that batches can be pulled from.

    ``kind`` is the driver's name, ``owner`` the object that makes the batches. This class re-iterates what can be
    iterated over again and again, as ``for`` does at each epoch.
    """

    kind = "iterable"
    running: Any = None
    """What an epoch runs over, where its iterator is genaudit's own."""
    several: Several | None = None
    """What the target gave it in, with other sources, which stay alive as they do for its user."""
    told_steps: int | None = None
    """Batches of an epoch, as its consumer was told."""
    takes_batches: bool | None = None
    """Whether its consumer takes batches and nothing else; ``None`` where that is not known."""
    told: dict[str, Any] | None = None
    """What its consumer was told of workers and their queue, by the names of its parameters."""

    def __init__(self, result: Any, again: Again) -> None:
        self.owner = result
        self._again = again
        self._first = True

    def epoch(self) -> Iterator[Any] | None:
        """The iterator of the next epoch, at first of what was made already; ``None`` where there can be no other."""
        return _iterator(self.owner)

    def epoch_length(self) -> tuple[int | None, str | None]:
        """Batches of an epoch as the source says, and what says so; nothing where only its end would tell.

        Asked once, of what the consumers of such a source ask themselves.
        """
        return None, None

    @property
    def steps(self) -> int | None:
        """Batches of an epoch where only a number beside the source says so: it may never end."""
        return self.told_steps if self.several is None else self.several.steps

    def buffer_items(self) -> int | None:
        """Items in its shuffle buffers when they are full; ``None`` where it has none, or does not say."""
        return None

    def gives_batches(self) -> bool | None:
        """Whether what it gives has several items, by what it is made of; ``None`` where only the batches tell."""
        return self.takes_batches

    def queue_batches(self) -> int | None:
        """Batches that wait in its queue when that is full; ``None`` where it has none, or does not say."""
        return None

    def workers(self) -> tuple[int | None, str]:
        """Workers that fill its queue, ``None`` without any; and the settings that they and the queue come from."""
        return None, ""

    @calls_target
    def close(self) -> None:
        """Let go of the target's object, as the end of a program would."""
        self.owner = None
        self.several = None
        self._again = None

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Whether the driver can drive a result."""
        return has(result, "__iter__")


class GeneratorSource(Source):
    """A generator runs once; another epoch is another call of its function."""

    kind = "generator"

    def __init__(self, result: Any, again: Again) -> None:
        super().__init__(result, again)
        if again is not None:
            self.kind = "generator-function"

    def epoch(self) -> Iterator[Any] | None:
        """The generator itself, then fresh ones."""
        if self._first:
            self._first = False
        elif self._again is None:
            return None
        else:
            self.owner.close()
            # The old one goes before the next is made, as at the end of a loop.
            self.owner = None
            self.owner = self._again()
        return _iterator(self.owner)

    @calls_target
    def close(self) -> None:
        """Close the running generator: its ``finally`` blocks run."""
        if self.owner is not None:
            self.owner.close()
        super().close()

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Anything with the methods of a generator."""
        return has(result, "__next__", "send", "close")


class IteratorSource(Source):
    """An iterator: built-in ones run once, a class of the user's may begin again when ``iter()`` is called."""

    kind = "iterator"

    def epoch(self) -> Iterator[Any] | None:
        """The iterator itself, then itself begun again, or a fresh one where it does not begin again."""
        if self._first:
            self._first = False
            return _iterator(self.owner)
        if _restarts(self.owner):
            return _Restarted(self)
        return self.fresh()

    def fresh(self) -> Iterator[Any] | None:
        """Another iterator from another call; ``None`` without one."""
        if self._again is None:
            return None
        self.owner = None
        self.owner = self._again()
        return _iterator(self.owner)

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Anything that ``next()`` takes, where ``iter()`` takes it too."""
        return has(result, "__next__", "__iter__")


class _Restarted:
    """An iterator of the user's begun again; if it has nothing more to give, a fresh one instead."""

    def __init__(self, source: IteratorSource) -> None:
        self._source = source
        self._iterator: Iterator[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        return self

    @calls_target
    def __next__(self) -> Any:
        if self._iterator is not None:
            return next(self._iterator)
        begun = iter(self._source.owner)
        try:
            first = next(begun)
        except StopIteration:
            fresh = self._source.fresh()
            if fresh is None:
                raise
            self._iterator = fresh
            return next(fresh)
        self._iterator = begun
        return first


class SequenceSource(Source):
    """Batches by index: ``__getitem__`` from 0 to ``__len__``, or to the first ``IndexError`` where there is none."""

    kind = "sequence"

    def __init__(self, result: Any, again: Again) -> None:
        super().__init__(result, again)
        self._n_batches: int | None = None

    def epoch(self) -> Iterator[Any] | None:
        """The indices once through."""
        self._n_batches = _length(self.owner)
        return _by_index(self.owner, self._n_batches)

    def epoch_length(self) -> tuple[int | None, str | None]:
        """By its ``__len__``."""
        return self._n_batches, "its length"

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Objects with ``__getitem__`` that are not iterable by themselves."""
        return has(result, "__getitem__")


class KerasSource(SequenceSource):
    """A Keras ``PyDataset`` (``Sequence`` by its older name), driven as ``fit`` does, with workers if it asks."""

    kind = "keras-dataset"

    def __init__(self, result: Any, again: Again) -> None:
        super().__init__(result, again)
        self._enqueuer: Any = None

    def epoch(self) -> Iterator[Any] | None:
        """The indices once through, by its workers, threads or processes, where it asks for some."""
        # Of its own for each epoch: one that was stopped early has batches of the epoch before.
        self._enqueuer = _enqueuer(self.owner, self._settings())
        if self._enqueuer is None:
            return super().epoch()
        self._n_batches = _length(self.owner)
        return _by_workers(self.owner, self._enqueuer, self._n_batches, self._settings())

    @calls_target
    def close(self) -> None:
        """End its workers too."""
        if self._enqueuer is not None:
            self._enqueuer.stop()
            self._enqueuer = None
        super().close()

    @calls_target
    def queue_batches(self) -> int | None:
        """As many as it is told, where workers fill it."""
        return int(self._settings()["max_queue_size"]) if self._enqueuer is not None else None

    @calls_target
    def workers(self) -> tuple[int | None, str]:
        """Those of its enqueuer."""
        if self._enqueuer is None:
            return None, ""
        settings = self._settings()
        return int(settings["workers"]), ", ".join(f"{name}={settings[name]}" for name in WORKERS)

    @calls_target
    def _settings(self) -> dict[str, Any]:
        """Workers and queue: of Keras 3 the data set says so, of Keras 2 the call that takes it."""
        if has(self.owner, *WORKERS):
            return {name: getattr(self.owner, name) for name in WORKERS}
        return {name: (self.told or {}).get(name, usual) for name, usual in WORKERS.items()}

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Subclasses of ``PyDataset`` or ``Sequence``, of any Keras."""
        return has(result, "__getitem__") and is_a(
            result, {"PyDataset", "Sequence"}, {"keras", "tensorflow", "tf_keras"}
        )


WORKERS = {"workers": 1, "use_multiprocessing": False, "max_queue_size": 10}
"""Settings of a Keras data set, with their defaults; of Keras 2, parameters of ``fit`` for one."""


class TensorFlowSource(Source):
    """A ``tf.data.Dataset``, iterated over anew at each epoch."""

    kind = "tf-dataset"

    @calls_target
    def epoch_length(self) -> tuple[int | None, str | None]:
        """By its cardinality, which reads no data; negative where it is endless or not known."""
        try:
            n_batches = int(self.owner.cardinality())
        except Exception:
            return None, None
        return (n_batches, "its cardinality") if n_batches >= 0 else (None, None)

    @calls_target
    def buffer_items(self) -> int | None:
        """By the sizes that its stages were given."""
        try:
            return _shuffled(self.owner, _MOST_STAGES)[0] or None
        except Exception:
            return None

    @calls_target
    def gives_batches(self) -> bool | None:
        """By its stages, of which none is run."""
        try:
            known = _is_batched(self.owner, _MOST_STAGES)
        except Exception:
            known = None
        return super().gives_batches() if known is None else known

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Subclasses of ``tf.data.Dataset``."""
        return is_a(result, {"Dataset", "DatasetV1", "DatasetV2"}, {"tensorflow"}) and super().fits(result)


class TorchLoaderSource(Source):
    """A torch ``DataLoader``, iterated over anew at each epoch."""

    kind = "torch-loader"

    @calls_target
    def epoch_length(self) -> tuple[int | None, str | None]:
        """By its length; an iterable data set has none."""
        try:
            return len(self.owner), "its length"
        except Exception:
            return None, None

    def queue_batches(self) -> int | None:
        """So many for each of its workers."""
        held = attributes_of(self.owner)
        workers, each = held.get("num_workers"), held.get("prefetch_factor")
        return workers * each if type(workers) is int and type(each) is int and workers > 0 else None

    def workers(self) -> tuple[int | None, str]:
        """The processes that it starts."""
        held = attributes_of(self.owner)
        number = held.get("num_workers")
        if type(number) is not int or number < 1:
            return None, ""
        told = [f"{name}={held[name]}" for name in ("num_workers", "prefetch_factor") if name in held]
        return number, ", ".join(told + ["persistent_workers=True"] * (held.get("persistent_workers") is True))

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Subclasses of ``DataLoader``."""
        return is_a(result, {"DataLoader"}, {"torch"})


class TorchDatasetSource(SequenceSource):
    """A torch ``Dataset``: its items are the batches, by index, or as an ``IterableDataset`` gives them."""

    kind = "torch-dataset"

    def epoch(self) -> Iterator[Any] | None:
        """The data set once through."""
        if has(self.owner, "__iter__"):
            return _iterator(self.owner)
        return super().epoch()

    @classmethod
    def fits(cls, result: Any) -> bool:
        """Subclasses of ``torch.utils.data.Dataset``."""
        return is_a(result, {"Dataset"}, {"torch"})


@calls_target
def _by_index(data: Any, length: int | None) -> Iterator[Any]:
    _notify(data, "on_epoch_begin")
    index = 0
    while length is None or index < length:
        try:
            # Without a name here, so that only the caller holds the batch.
            yield data[index]
        except IndexError:
            if length is not None:
                raise
            break
        index += 1
    _notify(data, "on_epoch_end")


@calls_target
def _by_workers(data: Any, enqueuer: Any, length: int | None, settings: dict[str, Any]) -> Iterator[Any]:
    """An epoch of what workers make, in the order of the indices."""
    if "future_queue" in attributes_of(enqueuer):
        enqueuer.start()
    else:
        # That of Keras 2 is told now, and not when it is made.
        enqueuer.start(workers=settings["workers"], max_queue_size=settings["max_queue_size"])
    _notify(data, "on_epoch_begin")
    batches = enqueuer.get()
    given = 0
    try:
        while length is None or given < length:
            # Without a name here, so that only the caller holds the batch.
            yield next(batches)
            given += 1
    finally:
        # Of a drive that ends early, the workers end as well.
        batches.close()
        enqueuer.stop()
    _notify(data, "on_epoch_end")


@calls_target
def _enqueuer(data: Any, settings: dict[str, Any]) -> Any:
    """What Keras starts the workers of a data set with; ``None`` where it makes the batches itself, as by default."""
    in_processes = bool(settings["use_multiprocessing"])
    if not (settings["workers"] > 1 or (settings["workers"] > 0 and in_processes)):
        return None
    made_by: Any = sys.modules.get(_KERAS_WORKERS)
    if made_by is not None and has(data, *WORKERS):
        return made_by.OrderedEnqueuer(data, **settings)
    known = (sys.modules.get(name) for name in _KERAS_2_WORKERS)
    made_by = next((module for module in known if module is not None), None)
    return None if made_by is None else made_by.OrderedEnqueuer(data, use_multiprocessing=in_processes)


@calls_target
def _notify(data: Any, event: str) -> None:
    # As Keras calls them, where the class has them; an object that answers to every name is not asked.
    if has(data, event):
        method = getattr(data, event)
        if callable(method):
            method()


@calls_target
def _length(data: Any) -> int | None:
    """Batches of an epoch; ``None`` where it does not say, or has no end."""
    if has(data, "num_batches"):
        # Keras: a property, by default len(); None for endless data.
        count = data.num_batches
        return None if count is None else int(count)
    if not has(data, "__len__"):
        return None
    try:
        return len(data)
    except (NotImplementedError, TypeError):
        return None


def _shuffled(stage: Any, most: int) -> tuple[int, int]:
    """Items in the shuffle buffers of a stage of ``tf.data`` and of those before it, and items of one of its elements.

    A buffer of names or numbers, from which the items are only read later, is an index and has none.

    Args:
        stage: A data set of TensorFlow's; what it stores is read, and none of its elements is made.
        most: Stages before it that are looked at.
    """
    own = attributes_of(stage)
    before = [_shuffled(each, most - 1) for each in _stages_in(own)] if most else []
    held, items = sum(each[0] for each in before), max((each[1] for each in before), default=1)
    name = name_of(type(stage))
    if "Unbatch" in name:
        return held, 1
    if "Batch" in name and "_batch_size" in own:
        return held, items * max(1, int(own["_batch_size"]))
    if "Shuffle" in name and "_buffer_size" in own and not _gives_names(stage, most):
        held += max(0, int(own["_buffer_size"])) * items
    return held, items


def _gives_names(stage: Any, most: int) -> bool:
    """Whether a stage of ``tf.data`` gives numbers or names as they were listed: no function has read anything yet."""
    name, own = name_of(type(stage)).lower(), attributes_of(stage)
    before = _stages_in(own) if most else []
    if not before:
        return any(part in name for part in _OF_LISTED) and _are_scalars(own.get("_structure"))
    return any(part in name for part in _UNCHANGED) and all(_gives_names(each, most - 1) for each in before)


def _are_scalars(structure: Any) -> bool:
    """Whether all specifications of an element are of single values."""
    if type(structure) is dict:
        structure = tuple(structure.values())
    if type(structure) in (tuple, list):
        return bool(structure) and all(_are_scalars(each) for each in structure)
    return getattr(getattr(structure, "shape", None), "rank", None) == 0


def _is_batched(stage: Any, most: int) -> bool | None:
    """Whether a stage of ``tf.data`` gives batches: its own doing, or that of those before it.

    One that begins with rows or lines gives single ones until it is told otherwise. What a function of the user's gives
    as data sets or by a generator is not known.
    """
    name = name_of(type(stage)).lower()
    if "unbatch" in name:
        return False
    if "batch" in name or "ragged" in name:
        return True
    before = [_is_batched(each, most - 1) for each in _stages_in(attributes_of(stage))] if most else []
    if any(part in name for part in _OF_FUNCTIONS):
        return None
    if True in before:
        return True
    if before:
        return None if None in before else False
    return False if any(part in name for part in _OF_SINGLES) else None


@calls_target
def items_in_element(stage: Any) -> int:
    """Items of one element that a pipeline of ``tf.data`` gives."""
    return _shuffled(stage, _MOST_STAGES)[1]


def _stages_in(own: dict[str, Any]) -> list[Any]:
    """The data sets among what a stage stores, each once: those that it takes its elements from."""
    found: dict[int, Any] = {}
    for value in own.values():
        several = type(value) in (list, tuple)
        for each in value if several else (value,):
            if TensorFlowSource.fits(each):
                found[id(each)] = each
    return list(found.values())


def _restarts(iterator: Any) -> bool:
    """Whether ``__iter__`` is the user's own code, and so may begin again."""
    return type(class_attribute(type(iterator), "__iter__")) is FunctionType


def is_a(result: Any, names: set[str], modules: set[str]) -> bool:
    """Whether a class of one of these names, from one of these packages, is among the classes of an object."""
    return bases_named(type(result), names, modules)


@calls_target
def _iterator(result: Any) -> Iterator[Any]:
    iterator: Iterator[Any] = iter(result)
    return iterator

"""Where batches pass in libraries: an iterator of a torch DataLoader or a tf.data.Dataset, ``fit`` of Keras."""

from __future__ import annotations

from genaudit.recorder.child.guard.own_imports import fields_of_module
from genaudit.recorder.child.guard.static_inspect import attributes_of, class_attribute
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.script.after_import import AfterImport
from genaudit.recorder.child.script.consumers import put_in_place, sources_of_call
from genaudit.recorder.child.script.found import Found, is_in_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from genaudit.recorder.child.watch.watch import Watch

_TORCH = "torch.utils.data.dataloader"
_TF = "tensorflow.python.data.ops.iterator_ops"
_TF_DATASET = "tensorflow.python.data.ops.dataset_ops"
_KERAS_DATASET = "keras.src.trainers.data_adapters.py_dataset_adapter"
_KERAS = {
    "keras.src.models.model": "keras.src.callbacks.callback_list",
    "tf_keras.src.engine.training": "tf_keras.src.callbacks",
    "keras.src.engine.training": "keras.src.callbacks",
}
"""Where the class of models is, and that of the list of callbacks which a training step is told to."""

_NUMBER = "_genaudit_number"
"""Of its source, among the attributes of an iterator."""
_GIVEN = (("DataLoader", _TORCH), ("DatasetV2", _TF_DATASET), ("PyDataset", _KERAS_DATASET))
_LOOPED = (*_GIVEN[:2], ("_BaseDataLoaderIter", _TORCH), ("OwnedIterator", _TF))


class Hooks:
    """Has a watch told of each batch that passes.

    Args:
        watch: Is told.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.chosen: set[int] | None = None
        """Identities of the sources that are watched; all where ``None``."""
        self._numbers: dict[int, int] = {}
        self._fitted = 0
        self._told: set[tuple[type, str]] = set()

    def install(self) -> None:
        """Change what has been imported, and what is going to be."""
        actions: dict[str, Callable[[ModuleType], None]] = {_TORCH: self._torch, _TF: self._tensorflow}
        for models, callbacks in _KERAS.items():
            actions[models] = self._model
            actions[callbacks] = self._callbacks
        AfterImport(actions).install()

    def tells_of_loop(self, value: Any) -> bool:
        """Whether a loop over something is told of by its library."""
        return _is_one_of(value, _LOOPED)

    def tells_of(self, value: Any) -> bool:
        """Whether batches of a source are told of by its library, so that it needs no stand-in."""
        return _is_one_of(value, _GIVEN)

    # Loops.

    def _torch(self, module: ModuleType) -> None:
        self._loop(module, "DataLoader", "_BaseDataLoaderIter", "a loop over a DataLoader")

    def _tensorflow(self, module: ModuleType) -> None:
        kind = vars(module).get("OwnedIterator")
        if isinstance(kind, type):
            self._next_of(kind, lambda iterator: attributes_of(iterator).get("_dataset"), "a loop over a Dataset", True)

    def _loop(self, module: ModuleType, owner: str, iterator: str, consumer: str) -> None:
        loader, kind = vars(module).get(owner), vars(module).get(iterator)
        if not isinstance(loader, type) or not isinstance(kind, type):
            return
        original = class_attribute(loader, "__iter__")
        loaders: Any = _loaders()

        @calls_target
        def iterate(self_: Any) -> Any:
            made = original(self_)
            if hasattr(type(made), "__weakref__"):
                loaders[made] = self_
            return made

        put_in_place(loader, "__iter__", original, iterate)
        self._next_of(kind, loaders.get, consumer)

    def _next_of(self, kind: type, source_of: Callable[[Any], Any], consumer: str, mixed: bool = False) -> None:
        original = class_attribute(kind, "__next__")
        watch = self._watch

        @calls_target
        def following(self_: Any) -> Any:
            if watch.is_busy or not watch.is_on:
                return original(self_)
            fields = self_.__dict__
            number = fields.get(_NUMBER) or self._number(self_, source_of, consumer, mixed)
            if not number:
                return original(self_)
            # Asked once for each iterator: whose it is takes longer than all else that is done here.
            fields[_NUMBER] = number
            return watch.pull(number, self_, original, self_)

        put_in_place(kind, "__next__", original, following)

    def _number(self, iterator: Any, source_of: Callable[[Any], Any], consumer: str, mixed: bool) -> int:
        source = source_of(iterator)
        if source is None or (self.chosen is not None and id(source) not in self.chosen):
            return 0
        number = self._numbers.get(id(source), 0)
        if not number or self._watch.of(number).value is not source:
            number = self._numbers[id(source)] = self._watch.add(Found(source, consumer), mixed=mixed)
        return number

    # Keras.

    def _model(self, module: ModuleType) -> None:
        model = vars(module).get("Model")
        original = class_attribute(model, "fit") if isinstance(model, type) else None
        if not isinstance(model, type) or not callable(original):
            return

        @calls_target
        def fit(self_: Any, *args: Any, **kwargs: Any) -> Any:
            watch = self._watch
            if watch.is_busy or not watch.is_on:
                return original(self_, *args, **kwargs)
            found = sources_of_call(original, args, kwargs, "Model.fit", "fit")
            if is_in_memory(found[0].value):
                return original(self_, *args, **kwargs)
            self._fitted = watch.add(found[0], mixed=True)
            # What is pulled meanwhile, in whichever thread, is pulled for it.
            watch.is_busy = True
            try:
                return original(self_, *args, **kwargs)
            finally:
                watch.is_busy = False
                self._fitted = 0

        put_in_place(model, "fit", original, fit)

    def _callbacks(self, module: ModuleType) -> None:
        kind = vars(module).get("CallbackList")
        if not isinstance(kind, type):
            return
        for name, tell in (
            ("on_epoch_begin", lambda: self._watch.before(self._fitted)),
            ("on_train_batch_begin", self._begin),
            ("on_train_batch_end", self._end),
            ("on_epoch_end", lambda: self._watch.end_epoch(self._fitted)),
        ):
            self._tell(kind, name, tell)

    def _begin(self) -> None:
        self._watch.after(is_sized=False)

    def _end(self) -> None:
        self._watch.before(self._fitted)

    def _tell(self, kind: type, name: str, tell: Callable[[], None]) -> None:
        original = class_attribute(kind, name)
        if (kind, name) in self._told:
            # The same class, under the name of another module.
            return
        self._told.add((kind, name))

        @calls_target
        def told(self_: Any, *args: Any, **kwargs: Any) -> Any:
            given = original(self_, *args, **kwargs)
            if self._fitted and self._watch.is_on:
                tell()
            return given

        if callable(original):
            put_in_place(kind, name, original, told)


def _is_one_of(value: Any, kinds: tuple[tuple[str, str], ...]) -> bool:
    found = (fields_of_module(module).get(name) for name, module in kinds)
    return any(isinstance(kind, type) and issubclass(type(value), kind) for kind in found)


def _loaders() -> Any:
    from weakref import WeakKeyDictionary

    return WeakKeyDictionary()

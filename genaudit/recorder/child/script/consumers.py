"""The calls that a source is handed to: those of Keras, torch and TensorFlow, once a script imports them."""

from __future__ import annotations

import sys
from os import getpid

from genaudit.recorder.child.guard.static_inspect import class_attribute, has, module_of, name_of
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.retention.edges import is_users
from genaudit.recorder.child.script.after_import import AfterImport
from genaudit.recorder.child.script.found import Found, is_in_memory
from genaudit.recorder.child.script.keeping import keeping_call
from genaudit.recorder.child.sources import WORKERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any

    Original = Callable[..., Any]

KNOWN = (
    "Model.fit, evaluate and predict of Keras, a loop over a torch DataLoader, a loop over a tf.data.Dataset, "
    "genaudit.source(…)"
)
"""For messages."""
_KERAS = (
    "keras.src.models.model",
    "keras.src.engine.training",
    "keras.engine.training",
    "tf_keras.src.engine.training",
    "tf_keras.engine.training",
)
_PEEKED = 2
"""Batches that Keras 3 takes from a generator to see their shapes, and keeps with what runs over it."""
_TORCH_LOADER = "torch.utils.data.dataloader"
_TF_DATASET = "tensorflow.python.data.ops.dataset_ops"
_TORCH_STEP = "torch._tensor"
_TF_STEP = "tensorflow.python.eager.backprop"
_TAKES = ("fit", "evaluate", "predict")
_GONE = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict"}
_PARAMETERS = {
    "fit_generator": (
        *("generator", "steps_per_epoch", "epochs", "verbose", "callbacks"),
        *("validation_data", "validation_steps"),
    ),
    "evaluate_generator": ("generator", "steps"),
    "predict_generator": ("generator", "steps"),
}
"""Of calls that newer versions have not, in the order that they had."""
_ARRAYS = ("x", "y", "sample_weight")
"""Parameters that are given data as a whole."""
_LOOKS = {"adapt": "keras", "_run_sanity_check": "lightning"}
"""Functions that go over data before there is any training, by the library that has them."""
_GENERATOR = 0x20
"""CO_GENERATOR of the inspect module."""
_MOST_LET_BY = 4
"""Batches that go through a generator of the user's before its loader is taken for the source."""
_PEEK = 3
"""A loop over so few batches that were taken from a data set looks at their shapes."""


class Consumers:
    """Stands between a script and those that take its sources.

    Args:
        hand_over: Is given what one call was handed, the first of it to be driven; whether the call is to go on in
            little, so that the script comes to another. It does not come back from driving.
        step: Is told of a training step that the script makes itself, by its name, and of a loader that a generator
            goes over.
    """

    def __init__(self, hand_over: Callable[[list[Found]], None], step: Callable[[str, Found | None], None]) -> None:
        self._hand_over = hand_over
        self._step = step
        self._pid = getpid()
        self.feeding: Found | None = None
        """What a generator of the user's takes its batches from: that generator may be the source."""
        self._busy = False
        """Whether what is called now is called by a consumer, or by genaudit itself."""

    def install(self) -> None:
        """Change what has been imported, and what is going to be."""
        sys.modules["genaudit"].__dict__.update(_consumer=self._of_source, _loop=self._of_loop)
        actions: dict[str, Callable[[ModuleType], None]] = dict.fromkeys(_KERAS, self._keras)
        actions[_TORCH_LOADER] = lambda module: self._iteration(module, "DataLoader", "a loop over a DataLoader")
        actions[_TF_DATASET] = lambda module: self._iteration(module, "DatasetV2", "a loop over a Dataset")
        actions[_TORCH_STEP] = lambda module: self._training_step(module, "Tensor", "backward")
        actions[_TF_STEP] = lambda module: self._training_step(module, "GradientTape", "gradient")
        AfterImport(actions).install()

    def is_elsewhere(self) -> bool:
        """Whether this is no call of the script's: one within another, or one in a process that it has forked."""
        return self._busy or getpid() != self._pid

    @calls_target
    def _of_source(self, iterable: Any, steps: int | None) -> Any:
        """``genaudit.source(iterable)`` in a script that is audited."""
        if self.is_elsewhere():
            return iterable
        self._given([Found(iterable, "genaudit.source", steps=steps)])
        return _first(iterable)

    @calls_target
    def _of_loop(self, iterable: Any) -> Any:
        """What a loop of the cell that is audited runs over."""
        if self.is_elsewhere():
            return iterable
        self._given([Found(iterable, "a loop")])
        return _first(iterable)

    def _given(self, found: list[Found]) -> None:
        self._busy = True
        try:
            self._hand_over(found)
        finally:
            self._busy = False

    # Keras.

    def _keras(self, module: ModuleType) -> None:
        model = vars(module).get("Model")
        if not isinstance(model, type):
            return
        for name in _TAKES:
            self._take_over(model, name, name)
        for name, instead in _GONE.items():
            self._take_over(model, name, instead)
        self._training_step(module, "Model", "train_on_batch")

    def _take_over(self, model: type, name: str, kind: str) -> None:
        original = class_attribute(model, name)
        is_there = callable(original)
        if not is_there:
            original = class_attribute(model, kind)
        if not callable(original):
            return
        names = () if is_there else _PARAMETERS[name]
        consumer = f"Model.{name}" + ("" if is_there else f", which this Keras has not: write Model.{kind}")

        @calls_target
        def take(self_: Any, *args: Any, **kwargs: Any) -> Any:
            if self.is_elsewhere():
                return original(self_, *args, **kwargs)
            given = _by_name(names or _parameters_of(original), args, kwargs)
            found = _sources_of(given, consumer, kind)
            for each in found if module_of(model).startswith(_KERAS[0]) else ():
                each.keeps = _PEEKED if has(each.value, "__next__") else 0
            self._given(found)
            if not is_there:
                args, kwargs = (given.get("generator", given.get("x")),), {}
            return self._in_little(original, kind, self_, args, kwargs)

        put_in_place(model, name, original, take)

    @calls_target
    def _in_little(self, original: Original, kind: str, model: Any, args: Any, kwargs: Any) -> Any:
        """What a call gives that is not the one to be audited: nothing is trained, and a batch is enough."""
        if kind == "fit":
            return _History()
        self._busy = True
        try:
            return original(model, *args, **{**kwargs, "steps": 1})
        finally:
            self._busy = False

    # Loops.

    def _iteration(self, module: ModuleType, name: str, consumer: str) -> None:
        owner = vars(module).get(name)
        original = class_attribute(owner, "__iter__") if isinstance(owner, type) else None
        if isinstance(owner, type) and callable(original):
            self._iterate(owner, original, consumer)

    def _iterate(self, owner: type, original: Original, consumer: str) -> None:
        @calls_target
        def iterate(loader: Any) -> Any:
            if self.is_elsewhere() or _is_prepared(loader) or _is_peek(loader):
                return original(loader)
            overriding = class_attribute(type(loader), "__iter__")
            if overriding is not iterate and not _is_called_by(overriding):
                # Made in its constructor, as by loaders that keep one iterator: the loop comes by its own __iter__.
                self._iterate(type(loader), overriding, consumer)
                return original(loader)
            frame = sys._getframe(1)
            if overriding is iterate and is_users(frame.f_code) and frame.f_code.co_flags & _GENERATOR:
                return _LetBy(self, _placed(Found(loader, consumer), frame), original(loader))
            self._given([_gone_over(frame, loader, consumer)])
            return _first(original(loader))

        put_in_place(owner, "__iter__", original, iterate)

    def let_by(self, found: Found) -> None:
        """A generator of the user's has gone over a loader for some batches, and nobody said what asks it for them."""
        self.feeding = None
        self._given([found])

    # Steps that a script makes itself.

    def _training_step(self, module: ModuleType, owner: str, name: str) -> None:
        kind = vars(module).get(owner)
        original = class_attribute(kind, name) if isinstance(kind, type) else None
        if not isinstance(kind, type) or not callable(original):
            return

        @calls_target
        def step(*args: Any, **kwargs: Any) -> Any:
            if not self.is_elsewhere():
                self._busy = True
                try:
                    self._step(f"{owner}.{name}", self.feeding)
                finally:
                    self._busy = False
            return original(*args, **kwargs)

        put_in_place(kind, name, original, step)


@calls_target
def _first(iterable: Any) -> Any:
    """The first batch alone, of what is not to be audited."""
    for batch in iterable:
        yield batch
        return


class _LetBy:
    """A loader in a generator of the user's: the first batches go by, until a step shows what asks for them.

    Args:
        consumers: They are told if none does.
        found: The loader.
        iterator: What the loader gives.
    """

    def __init__(self, consumers: Consumers, found: Found, iterator: Any) -> None:
        self._consumers = consumers
        self._found = found
        self._iterator = iterator
        self._left = _MOST_LET_BY
        consumers.feeding = found

    def __iter__(self) -> Any:
        return self

    @calls_target
    def __next__(self) -> Any:
        if not self._consumers.is_elsewhere():
            self._left -= 1
            if self._left < 0:
                self._consumers.let_by(self._found)
                # It was not to be driven: nothing more is asked of it.
                raise StopIteration
        return next(self._iterator)


def _placed(found: Found, frame: FrameType) -> Found:
    found.place(frame)
    return found


def _gone_over(frame: FrameType, loader: Any, consumer: str) -> Found:
    """A loader that a loop goes over, or what keeps its batches for the loop."""
    found = Found(loader, consumer)
    found.kept_by = keeping_call(frame, loader) if is_users(frame.f_code) else ""
    return found


class _Zeros(dict):  # type: ignore[type-arg]
    def __missing__(self, _: str) -> list[float]:
        return [0.0]


class _History:
    """In place of what ``fit`` gives, where nothing was trained."""

    def __init__(self) -> None:
        self.history = _Zeros()
        self.epoch: list[int] = []
        self.params: dict[str, Any] = {}


def put_in_place(owner: type, name: str, original: Any, replacement: Any) -> None:
    """Give a class another function under a name, which says that it is the one that was there."""
    for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
        value = getattr(original, attribute, None)
        if value is not None:
            setattr(replacement, attribute, value)
    replacement.__wrapped__ = original
    setattr(owner, name, replacement)


def _parameters_of(function: Any) -> tuple[str, ...]:
    """The parameters of a method that have a place, below its decorators."""
    while getattr(function, "__wrapped__", None) is not None:
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    return code.co_varnames[1 : code.co_argcount] if code is not None else ()


def _by_name(names: tuple[str, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """What a method was called with, by the names of its parameters."""
    return {**dict(zip(names, args, strict=False)), **kwargs}


def sources_of_call(function: Any, args: Any, kwargs: Any, consumer: str, kind: str) -> list[Found]:
    """What a method of a model was given to take batches from."""
    return _sources_of(_by_name(_parameters_of(function), args, kwargs), consumer, kind)


def _sources_of(given: dict[str, Any], consumer: str, kind: str) -> list[Found]:
    value = given.get("x", given.get("generator"))
    steps = given.get("steps_per_epoch" if kind == "fit" else "steps")
    found = [Found(value, consumer, steps=_count(steps))]
    found[0].told = {name: given[name] for name in WORKERS if name in given}
    if value is not None and is_in_memory(value):
        found[0].arrays = {name: given[name] for name in _ARRAYS if given.get(name) is not None}
        found[0].batch_size = _count(given.get("batch_size"))
    validation = given.get("validation_data")
    if validation is not None and not is_in_memory(validation):
        found.append(Found(validation, consumer, "validation_data", _count(given.get("validation_steps"))))
    return found


def _count(value: Any) -> int | None:
    try:
        number = int(value)
    except Exception:
        return None
    return number if number > 0 else None


def _is_called_by(function: Any) -> bool:
    """Whether a function of a derived class has called the one that it overrides."""
    code = getattr(function, "__code__", None)
    return code is not None and sys._getframe(2).f_code is code


def _is_prepared(_: Any) -> bool:
    """Whether a library looks at the data before any training."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        library = _LOOKS.get(frame.f_code.co_name)
        if library is not None and library in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def _is_peek(data: Any) -> bool:
    """Whether it is a few batches taken from a ``tf.data.Dataset``."""
    if "Take" not in name_of(type(data)):
        return False
    try:
        return 0 <= int(data._count) <= _PEEK
    except Exception:
        return False

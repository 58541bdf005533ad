"""Callbacks that watch a training: one for Keras, one for Lightning. Neither library is needed to import this."""

import sys
from collections.abc import Callable
from typing import Any


def keras_callback(out: str | None = None, memory_limit: int | str | None = None) -> Any:
    """A callback for ``fit``: ``model.fit(data, callbacks=[genaudit.keras_callback()])``.

    Args:
        out: The folder of the marks: ``reports/watch-NAME`` of the script's name where nothing is said.
        memory_limit: What the job may take, bytes or text such as ``8G``; otherwise that of its container or machine.
    """
    base = _base(("keras", "tf_keras"), "callbacks", "Callback")
    teller = _Teller("Model.fit", ("x", "generator"), out, _bytes(memory_limit))
    methods = {
        "on_epoch_begin": _to(teller.epoch_begins),
        "on_train_batch_begin": _to(teller.batch_came),
        "on_train_batch_end": _to(teller.batch_used),
        "on_epoch_end": _to(teller.epoch_ends),
    }
    return type("GenauditCallback", (base,), {**methods, "__doc__": "Watches a training."})()


def lightning_callback(out: str | None = None, memory_limit: int | str | None = None) -> Any:
    """A callback for a ``Trainer``: ``Trainer(callbacks=[genaudit.lightning_callback()])``.

    Args:
        out: The folder of the marks: ``reports/watch-NAME`` of the script's name where nothing is said.
        memory_limit: What the job may take, bytes or text such as ``8G``; otherwise that of its container or machine.
    """
    base = _base(("lightning.pytorch", "pytorch_lightning"), "callbacks", "Callback")
    teller = _Teller("Trainer.fit", ("train_dataloaders",), out, _bytes(memory_limit))
    methods = {
        "on_train_epoch_start": _to(teller.epoch_begins),
        "on_train_batch_start": _to(teller.batch_came),
        "on_train_batch_end": _to(teller.batch_used),
        "on_train_epoch_end": _to(teller.epoch_ends),
    }
    return type("GenauditCallback", (base,), {**methods, "__doc__": "Watches a training."})()


def _bytes(size: int | str | None) -> int | None:
    if not isinstance(size, str):
        return size
    # Imported only where it is needed: this is the user's process.
    from genaudit.units import parse_size

    return parse_size(size)


def _base(packages: tuple[str, ...], module: str, name: str) -> type:
    """The class of a library's callbacks: of the one that is imported already, where there are several.

    Raises:
        ImportError: None of them is installed.
    """
    import importlib

    for package in sorted(packages, key=lambda each: each not in sys.modules):
        try:
            base: type = getattr(importlib.import_module(f"{package}.{module}"), name)
        except ImportError:
            continue
        return base
    raise ImportError(f"none of {', '.join(packages)} is installed")


def _to(tell: Callable[[], None]) -> Callable[..., None]:
    """A method that tells, whatever it is called with."""
    return lambda *_, **__: tell()


class _Teller:
    """Tells a watch what a library tells a callback.

    Args:
        consumer: Who takes the batches.
        names: Of the variable that has the source, in the function that trains.
        out: As for ``genaudit.watch``.
        memory_limit: The same.
    """

    def __init__(self, consumer: str, names: tuple[str, ...], out: str | None, memory_limit: int | None) -> None:
        self._consumer = consumer
        self._names = names
        self._out, self._limit = out, memory_limit
        self._session: Any = None
        self._number = 0

    def epoch_begins(self) -> None:
        """The first batch is asked for."""
        from genaudit.recorder.child.watch import session

        self._session = session.current(self._out, self._limit)
        if self._session is None or self._session.watch.is_busy:
            # ``genaudit watch`` sees this very ``fit`` already.
            self._session = None
            return
        self._number = self._number or self._session.watch.add(session.handed(self._consumer, self._names), mixed=True)
        self._session.watch.before(self._number)

    def batch_came(self) -> None:
        """It is used from now on."""
        if self._session is not None:
            self._session.watch.after(is_sized=False)

    def batch_used(self) -> None:
        """The next is asked for."""
        if self._session is not None:
            self._session.watch.before(self._number)

    def epoch_ends(self) -> None:
        """There is no next."""
        if self._session is not None:
            self._session.watch.end_epoch(self._number)

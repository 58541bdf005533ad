"""The callback of Lightning, told as its trainer tells it."""

import sys
import types
from pathlib import Path
from typing import Any

import pytest

import genaudit
from genaudit.recorder.child.watch import session


class _Callback:
    """In place of the class that Lightning has."""


class _Loader(list[int]):
    """Batches, in something that can be watched without being kept."""


def test_a_trainer_tells_of_its_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch and each epoch, of what the trainer was given."""
    module: Any = types.ModuleType("lightning.pytorch.callbacks")
    module.Callback = _Callback
    for name in ("lightning", "lightning.pytorch"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "lightning.pytorch.callbacks", module)
    begun = session.begin(str(tmp_path), "", (), None)
    monkeypatch.setattr(session, "_now", [begun])
    callback = genaudit.lightning_callback()

    def fit(model: object, train_dataloaders: list[int]) -> None:
        for _ in range(2):
            callback.on_train_epoch_start(None, model)
            for at, batch in enumerate(train_dataloaders):
                callback.on_train_batch_start(None, model, batch, at)
                callback.on_train_batch_end(None, model, None, batch, at)
            callback.on_train_epoch_end(None, model)

    loader = _Loader([1, 2, 3])
    fit(None, loader)
    begun.watch.end()

    assert isinstance(callback, _Callback)
    assert (begun.watch.batch, begun.watch.epoch) == (6, 3)
    assert begun.watch.of(1).value is loader

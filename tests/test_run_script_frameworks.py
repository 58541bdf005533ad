"""Scripts that train with Keras and torch, as they are: what they hand over is found, and the right verdict drawn."""

from pathlib import Path

import pytest

from tests.real_run import Scratch

pytestmark = [pytest.mark.process, pytest.mark.slow]

KERAS = """
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

kept = []

def train_gen(keep=True):
    while True:
        x = np.ones((16, 64, 64), "float32")
        if keep:
            kept.append(x.copy())
        yield x, np.ones(16, "float32")

class Pairs(tf.keras.utils.PyDataset):
    def __len__(self):
        return 4
    def __getitem__(self, at):
        return np.ones((8, 64, 64), "float32"), np.ones(8, "float32")

model = tf.keras.Sequential([tf.keras.layers.Input((64, 64)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae"])
model.fit_generator(train_gen(), steps_per_epoch=25, epochs=2, validation_data=train_gen(False), validation_steps=4)
history = model.fit(Pairs(), verbose=0)
print(history.history["loss"][-1])
loss, mae = model.evaluate(Pairs(), verbose=0)
data = tf.data.Dataset.from_tensor_slices(np.ones((32, 4), "float32")).batch(8)
for x in data.take(1):
    print(x.shape)
for x in data:
    with tf.GradientTape() as tape:
        pass
"""
TORCH = """
import torch
from torch.utils.data import DataLoader, Dataset

class Images(Dataset):
    def __init__(self, n):
        self.images = [torch.rand(3, 32, 32) for _ in range(n)]
    def __len__(self):
        return len(self.images)
    def __getitem__(self, at):
        return self.images[at], at

def train(model, loader):
    for epoch in range(3):
        for x, y in loader:
            model(x.flatten(1)).mean().backward()

def main():
    train_loader = DataLoader(Images(512), batch_size=16, shuffle=True)
    print(next(iter(train_loader))[0].shape)
    train(torch.nn.Linear(3072, 1), train_loader)

if __name__ == "__main__":
    main()
"""
CYCLE = """
import itertools
import torch
from torch.utils.data import DataLoader, Dataset

class Images(Dataset):
    def __len__(self):
        return 96

    def __getitem__(self, index):
        return torch.rand(3, 64, 64)

def main():
    few, many = DataLoader(Images(), batch_size=8), DataLoader(Images(), batch_size=8)
    model = torch.nn.Linear(3 * 64 * 64, 1)
    for x, u in zip(itertools.cycle(few), many):
        (model(x.flatten(1)) + model(u.flatten(1))).mean().backward()

main()
"""
REPLAY = """
import torch
from torch.utils.data import DataLoader

def with_replay(loader):
    seen = []
    for _ in range(5):
        for x in loader:
            seen.append(x)
            yield torch.cat([x, seen[0]])

model = torch.nn.Linear(3 * 64 * 64, 1)
for x in with_replay(DataLoader([torch.rand(3, 64, 64)] * 96, batch_size=8)):
    model(x.flatten(1)).mean().backward()
"""
LOOP = """
import torch

kept = []

def batches(n=60):
    for _ in range(n):
        kept.append(torch.rand(16, 3, 32, 32))
        yield kept[-1]

model = torch.nn.Linear(3072, 1)
for step, x in enumerate(batches()):
    model(x.flatten(1)).mean().backward()
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A place to run in."""
    return Scratch(tmp_path)


@pytest.mark.tensorflow
def test_keras(scratch: Scratch) -> None:
    """Every consumer is seen and nothing is trained; the generator of a call that is gone is audited all the same."""
    pytest.importorskip("keras")
    scratch.write("train.py", KERAS)

    listed = scratch.run("run", "train.py", "--list-sources")
    done = scratch.run("run", "train.py")

    told = [line.split("  ") for line in listed.out.splitlines()]
    assert [(words[1], words[3].partition(",")[0]) for words in told[:2]] == [
        ("train_gen", "Model.fit_generator"),
        ("train_gen", "Model.fit_generator"),
    ]
    places = [line.rpartition("  ")[2] for line in listed.out.splitlines()]
    assert places == [f"train.py:{line}" for line in (24, 24, 25, 27, 31)]
    found = {one["name"]: one for one in done.report["outcomes"] if one["verdict"] == "fail"}
    assert found["batch-growth"]["location"]["line"] == 13
    assert "which this Keras has not: write Model.fit" in done.report["target"]["source"]
    assert "25 steps an epoch" in done.report["target"]["source"]
    assert any("itself keeps the first 2 batches of a generator" in note for note in done.report["notes"])


@pytest.mark.torch
def test_a_loader(scratch: Scratch) -> None:
    """What its data set has read is its own, though it was read long before the loop."""
    pytest.importorskip("torch")
    scratch.write("train.py", TORCH)

    done = scratch.run("run", "train.py")

    (found,) = [one for one in done.report["outcomes"] if one["verdict"] == "fail"]
    assert (found["name"], found["location"]["line"]) == ("eager-load", 7)
    assert done.report["target"]["source"].startswith("train_loader, handed to a loop over a DataLoader")


@pytest.mark.torch
@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [pytest.param(CYCLE, "unbounded-cache", 16, id="cycle"), pytest.param(REPLAY, "batch-growth", 9, id="a generator")],
)
def test_what_keeps_the_batches_of_a_loader(scratch: Scratch, text: str, rule: str, line: int) -> None:
    """The loader by itself is clean; what the loop takes its batches from is not."""
    pytest.importorskip("torch")
    scratch.write("train.py", text)

    done = scratch.run("run", "train.py")

    found = {one["name"]: one for one in done.report["outcomes"] if one["verdict"] == "fail"}
    assert found[rule]["location"]["line"] == line


@pytest.mark.torch
def test_a_loop_of_its_own(scratch: Scratch) -> None:
    """Its generator is found where the first step would be made."""
    pytest.importorskip("torch")
    scratch.write("train.py", LOOP)

    done = scratch.run("run", "train.py")

    found = {one["name"]: one for one in done.report["outcomes"] if one["verdict"] == "fail"}
    assert found["batch-growth"]["location"]["line"] == 8
    assert done.report["target"]["source"].startswith("batches, handed to a loop of its own, up to Tensor.backward")

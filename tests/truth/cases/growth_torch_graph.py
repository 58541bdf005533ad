"""A running mean with its gradient: the graph of the total keeps the input of every multiplication, so every batch."""

import torch

EXPECT = {"batch-growth": "fail"}
NEEDS = ["torch"]
TARGET = "Normalised"


def data(n):
    return {"length": n}


class Normalised:
    def __init__(self, length, batch_size=16):
        self.length, self.batch_size = length, batch_size
        self.scale = torch.ones(3, 1, 1, requires_grad=True)
        self.total = torch.zeros(())

    def __len__(self):
        return -(-self.length // self.batch_size)

    def __iter__(self):
        for start in range(0, self.length, self.batch_size):
            count = min(self.batch_size, self.length - start)
            images = torch.rand(count, 3, 56, 56, generator=torch.Generator().manual_seed(start))  # finds: batch-growth
            scaled = images * self.scale  # finds: batch-growth
            self.total = self.total + (scaled - 0.5).abs().mean()  # finds: batch-growth
            yield scaled.detach()

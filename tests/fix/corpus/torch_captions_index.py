"""Captions of pictures: an index of tuples of strings, which each worker of the loader reads."""

import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

NEEDS = ["torch"]
TARGET = "caption_loader"


def data(n):
    return {"path": files.text(n)}


class Captions(Dataset):
    def __init__(self, path):
        self.entries = []
        with open(path, encoding="utf-8") as lines:
            for at, line in enumerate(lines):
                words = [line[start : start + 8] for start in range(0, len(line), 8)]
                # The name comes first.
                self.entries.append((f"{at:06}.jpg", words, len(words)))

    def __len__(self):
        return len(self.entries)

    def __getitem__(self, index):
        name, words, count = self.entries[index]
        return torch.tensor([len(word) for word in words[:200]] + [count, len(name)])


def caption_loader(path, batch_size=16):
    return DataLoader(Captions(path), batch_size=batch_size, shuffle=False, num_workers=2)

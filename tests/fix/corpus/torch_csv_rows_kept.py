"""Rows of a CSV file as tuples of strings, which each worker of the loader reads."""

import csv

import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

NEEDS = ["torch"]
TARGET = "row_loader"


def data(n):
    return {"path": files.csv_table(n)}


class Rows(Dataset):
    def __init__(self, path):
        with open(path, newline="") as file:
            reader = csv.reader(file)
            self.header = tuple(next(reader))
            self.rows = [(int(at), tuple(row)) for at, row in enumerate(reader)]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        at, row = self.rows[index]
        return torch.tensor([float(value) for value in row]), at


def row_loader(path, batch_size=16):
    return DataLoader(Rows(path), batch_size=batch_size, num_workers=2)

"""Annotations as a JSON file has them: a list of dictionaries, which each worker of the loader reads."""

import json

import torch
from torch.utils.data import DataLoader, Dataset

from tests.truth.cases.helpers import files

NEEDS = ["torch"]
TARGET = "annotation_loader"


def data(n):
    return {"path": files.json_records(n)}


class Annotations(Dataset):
    def __init__(self, path):
        with open(path) as file:
            self.records = json.load(file)
        self.count = len(self.records)

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        record = self.records[index]
        return {"id": record["id"], "features": torch.tensor(record["features"])}


def annotation_loader(path, batch_size=16):
    return DataLoader(Annotations(path), batch_size=batch_size, num_workers=2)

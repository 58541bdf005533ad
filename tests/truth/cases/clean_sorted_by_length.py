"""Decodes everything once to know the lengths, keeps an integer per item, and reads again batch by batch."""

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"path": files.text(n, length=8192)}


class ByLength:
    def __init__(self, path, batch_size=16):
        self.path, self.batch_size = path, batch_size
        self.offsets, self.lengths = [], []
        at = 0
        with open(path, "rb") as file:
            for line in file:
                self.offsets.append(at)
                self.lengths.append(len(line.split()))
                at += len(line)
        self.order = sorted(range(len(self.lengths)), key=self.lengths.__getitem__)

    def __iter__(self):
        with open(self.path, "rb") as file:
            for start in range(0, len(self.order), self.batch_size):
                batch = []
                for number in self.order[start : start + self.batch_size]:
                    file.seek(self.offsets[number])
                    batch.append(file.readline().decode())
                yield batch


TARGET = "ByLength"

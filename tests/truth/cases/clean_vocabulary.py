"""The constructor builds a vocabulary of 50,000 words, whatever the data set is; lines are read as they are needed."""

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "TextBatches"


def data(n):
    return {"path": files.text(n, length=4096)}


class TextBatches:
    def __init__(self, path, batch_size=16):
        self.path = path
        self.batch_size = batch_size
        self.vocabulary = {f"token-{number:06d}": number for number in range(50_000)}

    def __iter__(self):
        batch = []
        with open(self.path, encoding="utf-8") as lines:
            for line in lines:
                batch.append([self.vocabulary.get(word, 0) for word in line.split()])
                if len(batch) == self.batch_size:
                    yield batch
                    batch = []
        if batch:
            yield batch

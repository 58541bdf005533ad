"""Sentences of a corpus, all lines in memory."""

import numpy as np

from tests.truth.cases.helpers import files

TARGET = "SentenceDataset"


def data(n):
    return {"corpus_file": files.text(n)}


class SentenceDataset:
    def __init__(self, corpus_file, batch_size=16):
        with open(corpus_file, encoding="utf-8") as f:
            self.sentences = f.readlines()
        self.batch_size = batch_size

    def __len__(self):
        return (len(self.sentences) + self.batch_size - 1) // self.batch_size

    def __getitem__(self, idx):
        lines = self.sentences[idx * self.batch_size : (idx + 1) * self.batch_size]
        return np.array([[ord(c) % 128 for c in line.strip()[:512]] for line in lines], dtype=np.int32)

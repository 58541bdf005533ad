"""Every text as a list of token ids, from the first batch on: the ids are few objects, which the lists share."""

import random

import numpy as np

EXPECT = {"eager-load": "fail"}
TARGET = "Corpus"


def data(n):
    draw = random.Random(0)
    words = [f"word{k}" for k in range(5_000)]
    return {"texts": Texts(n, words, draw.random())}


class Texts:
    """Made when they are read, as from a file."""

    def __init__(self, n, words, seed):
        self.n, self.words, self.seed = n, words, seed

    def __len__(self):
        return self.n

    def __iter__(self):
        draw = random.Random(self.seed)
        for _ in range(self.n):
            yield [draw.choice(self.words) for _ in range(200)]


class Corpus:
    def __init__(self, texts, batch_size=16):
        self.batch_size, self.vocabulary, self.rows = batch_size, {}, []
        for text in texts:
            ids = [self.vocabulary.setdefault(word, len(self.vocabulary)) for word in text]
            self.rows.append(ids)  # finds: eager-load

    def __iter__(self):
        for at in range(0, len(self.rows), self.batch_size):
            yield np.array(self.rows[at : at + self.batch_size])

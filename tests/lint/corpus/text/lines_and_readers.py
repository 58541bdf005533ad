"""Whole texts and tables, read before the first batch."""

import codecs
import csv
import json
import os
import re
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset


class PairsByLine(Dataset):  # corpus: eager
    def __init__(self, path, columns=(0, 1, 2), skip_first=False, in_memory=True, separator="\t"):
        path = Path(path)
        assert path.exists()
        self.in_memory = in_memory
        self.separator = separator
        if self.in_memory:
            self.pairs = []
        else:
            self.first, self.second = [], []
        with open(str(path), encoding="utf-8") as source:
            line = source.readline()
            if skip_first:
                line = source.readline()
            while line:
                parts = line.strip().split(separator)
                if self.in_memory:
                    self.pairs.append(self._pair(parts[columns[0]], parts[columns[1]]))
                else:
                    self.first.append(parts[columns[0]])
                    self.second.append(parts[columns[1]])
                line = source.readline()

    def _pair(self, a, b):
        return a.split(), b.split()

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        if self.in_memory:
            return self.pairs[index]
        return self._pair(self.first[index], self.second[index])


class SentencesUntilEmpty(Dataset):  # corpus: eager
    def __init__(self, path, tokenizer):
        self.tokenizer = tokenizer
        self.sentences = []
        with open(path) as source:
            while True:
                line = source.readline()
                if not line:
                    break
                self.sentences.append(line.strip())

    def __len__(self):
        return len(self.sentences)

    def __getitem__(self, index):
        return self.tokenizer(self.sentences[index])


def sentences_one_by_one(path, tokenizer):  # corpus: lazy
    with open(path) as source:
        line = source.readline()
        while line:
            yield tokenizer(line)
            line = source.readline()


class Offsets(Dataset):  # corpus: lazy
    def __init__(self, path):
        self.path = path
        self.starts = []
        with open(path, "rb") as source:
            start = source.tell()
            while source.readline():
                self.starts.append(start)
                start = source.tell()

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, index):
        with open(self.path, "rb") as source:
            source.seek(self.starts[index])
            return source.readline()


class Header(Dataset):  # corpus: lazy
    def __init__(self, path):
        with open(path) as source:
            self.names = source.readline().strip().split(",")
        self.table = np.load(path + ".npy", mmap_mode="r")

    def __len__(self):
        return len(self.table)

    def __getitem__(self, index):
        return torch.from_numpy(np.array(self.table[index]))


class Documents:  # corpus: eager
    def __init__(self, file, delimiter, language):
        self.file = file
        self.delimiter = delimiter
        self.language = language

    def __iter__(self):
        self.file.seek(0)
        words, labels = [], []
        for line in self.file.readlines():
            parts = line.strip().split(self.delimiter)
            if len(parts) < 2:
                if words:
                    yield {"text": words, "label": labels, "language": self.language}
                    words, labels = [], []
            else:
                words.append(parts[0])
                labels.append(parts[1])


class DocumentsOnebyOne:  # corpus: lazy
    def __init__(self, file, delimiter):
        self.file = file
        self.delimiter = delimiter

    def __iter__(self):
        words = []
        for line in self.file:
            parts = line.strip().split(self.delimiter)
            if len(parts) < 2:
                yield {"text": words}
                words = []
            else:
                words.append(parts[0])


class DatasetReader:
    def __init__(self, mxlen=-1):
        self.mxlen = mxlen

    def read(self, path):
        raise NotImplementedError


class RankingReader(DatasetReader):  # corpus: eager
    def read(self, data_path, positive=False):
        data = {"train": None, "valid": None}
        data["train"] = self.parse(Path(data_path) / "train.csv")
        data["valid"] = self.parse(Path(data_path) / "valid.csv")
        return data

    def parse(self, path):
        contexts, responses = [], []
        with open(path) as source:
            rows = csv.reader(source)
            next(rows)
            for row in rows:
                contexts.append(row[0])
                responses.append(row[1:])
        return [([context] + response, 1) for context, response in zip(contexts, responses)]


class TokensReader(DatasetReader):  # corpus: eager
    def read(self, path):
        tokens, examples = [], []
        with codecs.open(path, encoding="utf-8") as source:
            for line in source:
                states = re.split(r"\s", line.strip())
                if len(states) > 1:
                    tokens.append({"text": states[0], "y": states[1]})
                else:
                    examples.append(tokens)
                    tokens = []
        return examples


class Intents(Dataset):
    def __init__(self, length):
        self.length = length

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index]

    def _set(self, train):
        self.data = [(" ".join(tokens), intent) for tokens, intent in train]


class TabularIntents(Intents):  # corpus: eager
    def __init__(self, path, length=30):
        raw = self._parse(self._read(path))
        super().__init__(length)
        self._set(raw)

    def _read(self, path):
        with open(path, encoding="utf-8") as source:
            data = source.readlines()
        return self._split(data)

    @staticmethod
    def _split(lines):
        sentences, sentence = [], []
        for line in lines:
            if not line.strip():
                sentences.append(sentence)
                sentence = []
                continue
            sentence.append(line)
        return sentences

    @staticmethod
    def _parse(sentences):
        parsed = []
        for sentence in sentences:
            tokens, intent = [], None
            for line in sentence:
                token, intent = line.split()
                tokens.append(token)
            parsed.append((tokens, intent))
        return parsed


class JsonLines(Dataset):  # corpus: eager
    def __init__(self, path, max_length=128):
        self.records = []
        self.max_length = max_length
        with open(path) as source:
            for line in source:
                self.records.append(json.loads(line))

    def __len__(self):
        return len(self.records)

    def __getitem__(self, index):
        record = self.records[index]
        return record["question"], record["answer"]


class Example:
    def __init__(self, text, label):
        self.text = text
        self.label = label


class NaturalInferenceReader:  # corpus: eager
    def __init__(self, folder):
        self.folder = folder

    def get_examples(self, name, most=0):
        first = open(os.path.join(self.folder, "s1." + name), encoding="utf-8").readlines()
        labels = open(os.path.join(self.folder, "labels." + name), encoding="utf-8").readlines()
        examples = []
        for sentence, label in zip(first, labels):
            examples.append(Example(sentence, self.number(label)))
            if 0 < most <= len(examples):
                break
        return examples

    def number(self, label):
        return {"yes": 1, "no": 0}[label.strip().lower()]


class ReviewsReader:  # corpus: eager
    def get_train_examples(self, folder):
        return self._make(self._rows(os.path.join(folder, "train.tsv")))

    def get_dev_examples(self, folder):
        return self._make(self._rows(os.path.join(folder, "dev.tsv")))

    def _rows(self, path):
        with open(path) as source:
            return list(csv.reader(source, delimiter="\t"))

    def _make(self, rows):
        return [Example(text=row[3], label=row[1]) for row in rows[1:]]


class PicturesReader:  # corpus: lazy
    def get_examples(self, folder):
        with open(os.path.join(folder, "captions.json")) as source:
            return [(os.path.join(folder, row["image"]), row["caption"]) for row in json.load(source)]


class GivenReader:  # corpus: lazy
    def __init__(self, labels):
        self.labels = labels

    def get_examples(self, folder):
        return [os.path.join(folder, name) for name in os.listdir(folder)]

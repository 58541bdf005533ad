import codecs
import json
import os
import random

import numpy as np
import torch
from torch.utils.data import Dataset, IterableDataset


class LineByLineText(Dataset):  # corpus: eager
    def __init__(self, tokenizer, file_path, block_size=512):
        with open(file_path, encoding="utf-8") as f:
            lines = [line for line in f.read().splitlines() if (len(line) > 0 and not line.isspace())]
        self.examples = tokenizer.batch_encode_plus(lines, max_length=block_size)["input_ids"]

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, i):
        return torch.tensor(self.examples[i], dtype=torch.long)


class Corpus(IterableDataset):  # corpus: lazy
    def __init__(self, path, tokenizer):
        self.path = path
        self.tokenizer = tokenizer

    def __iter__(self):
        with open(self.path, encoding='utf8') as fh:
            for line in fh:
                ids = self.tokenizer.encode(line.strip())
                yield torch.tensor(ids)


def sentences(path):  # corpus: lazy
    for fname in os.listdir(path):
        for line in codecs.open(os.path.join(path, fname), 'r', 'utf-8'):
            yield line.split()


class ParallelText(Dataset):  # corpus: eager
    def __init__(self, src, tgt):
        self.src = open(src, encoding='utf8').read().strip().split('\n')
        self.tgt = open(tgt, encoding='utf8').read().strip().split('\n')

    def __len__(self):
        return len(self.src)

    def __getitem__(self, i):
        return self.src[i], self.tgt[i]


def batch_iter(data, batch_size, num_epochs, shuffle=True):  # corpus: arrays
    data = np.array(data)
    data_size = len(data)
    num_batches_per_epoch = int((len(data) - 1) / batch_size) + 1
    for epoch in range(num_epochs):
        if shuffle:
            shuffle_indices = np.random.permutation(np.arange(data_size))
            shuffled_data = data[shuffle_indices]
        else:
            shuffled_data = data
        for batch_num in range(num_batches_per_epoch):
            start_index = batch_num * batch_size
            end_index = min((batch_num + 1) * batch_size, data_size)
            yield shuffled_data[start_index:end_index]


def ptb_iterator(raw_data, batch_size, num_steps):  # corpus: arrays
    raw_data = np.array(raw_data, dtype=np.int32)
    data_len = len(raw_data)
    batch_len = data_len // batch_size
    data = np.zeros([batch_size, batch_len], dtype=np.int32)
    for i in range(batch_size):
        data[i] = raw_data[batch_len * i:batch_len * (i + 1)]
    epoch_size = (batch_len - 1) // num_steps
    for i in range(epoch_size):
        x = data[:, i * num_steps:(i + 1) * num_steps]
        y = data[:, i * num_steps + 1:(i + 1) * num_steps + 1]
        yield (x, y)


class Conll(Dataset):  # corpus: eager
    def __init__(self, path, word2id):
        self.sents = []
        words, tags = [], []
        for line in open(path):
            line = line.strip()
            if not line:
                self.sents.append((words, tags))
                words, tags = [], []
            else:
                w, t = line.split()
                words.append(word2id.get(w, 0))
                tags.append(t)

    def __len__(self):
        return len(self.sents)

    def __getitem__(self, i):
        return self.sents[i]


def skipgrams(corpus_file, window, vocab):  # corpus: lazy
    with open(corpus_file) as f:
        for line in f:
            ids = [vocab[w] for w in line.split() if w in vocab]
            for i, c in enumerate(ids):
                for j in range(max(0, i - window), min(len(ids), i + window + 1)):
                    if j != i:
                        yield c, ids[j]


def shuffled_lines(path, buffer_size=1000):  # corpus: lazy
    buf = []
    with open(path) as f:
        for line in f:
            buf.append(line)
            if len(buf) >= buffer_size:
                random.shuffle(buf)
                yield from buf
                buf = []
    yield from buf


class Squad(Dataset):  # corpus: eager
    def __init__(self, path, tok):
        raw = json.load(open(path))
        self.records = []
        for art in raw['data']:
            for para in art['paragraphs']:
                for qa in para['qas']:
                    self.records.append((para['context'], qa['question'], qa['answers']))
        self.tok = tok

    def __len__(self):
        return len(self.records)

    def __getitem__(self, i):
        c, q, a = self.records[i]
        return self.tok(c, q), a


class TokenBin(Dataset):  # corpus: lazy
    def __init__(self, folder, split, block):
        self.data = np.memmap(os.path.join(folder, split + '.bin'), dtype=np.uint16, mode='r')
        self.block = block

    def __len__(self):
        return len(self.data) // self.block

    def __getitem__(self, i):
        a = self.data[i * self.block:(i + 1) * self.block + 1].astype(np.int64)
        return torch.from_numpy(a[:-1]), torch.from_numpy(a[1:])


def readlines_yield(path, bs):  # corpus: eager
    with open(path) as f:
        rows = f.readlines()
    random.shuffle(rows)
    for i in range(0, len(rows), bs):
        yield [json.loads(r) for r in rows[i:i + bs]]


def pad_batches(sentences, labels, bs, pad=0):  # corpus: arrays
    for i in range(0, len(sentences), bs):
        chunk = sentences[i:i + bs]
        m = max(len(s) for s in chunk)
        yield [s + [pad] * (m - len(s)) for s in chunk], labels[i:i + bs]


class CharWindows:  # corpus: other
    def __init__(self, text, seq):
        self.text = text
        self.chars = sorted(set(text))
        self.seq = seq

    def __iter__(self):
        for i in range(0, len(self.text) - self.seq, self.seq):
            yield self.text[i:i + self.seq]


class BucketSampler:  # corpus: other
    def __init__(self, lengths, bs):
        self.order = np.argsort(lengths)
        self.bs = bs

    def __iter__(self):
        starts = list(range(0, len(self.order), self.bs))
        random.shuffle(starts)
        for s in starts:
            yield list(self.order[s:s + self.bs])

    def __len__(self):
        return len(self.order) // self.bs

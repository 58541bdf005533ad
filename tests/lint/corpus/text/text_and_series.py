"""Language files and series, in the manner of small repositories."""

import csv
import gzip
import itertools
import json
import linecache
import os
import random
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import spectral
import tensorflow as tf
import torch
from scipy.io import loadmat
from sklearn.preprocessing import MinMaxScaler
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset
from transformers import AutoTokenizer


class LineByLine(Dataset):  # corpus: eager
    def __init__(self, tokenizer, file_path: str, block_size: int):
        assert os.path.isfile(file_path)
        with open(file_path, encoding="utf-8") as f:
            lines = [line for line in f.read().splitlines() if (len(line) > 0 and not line.isspace())]
        batch_encoding = tokenizer(lines, add_special_tokens=True, truncation=True, max_length=block_size)
        self.examples = [{"input_ids": torch.tensor(e, dtype=torch.long)} for e in batch_encoding["input_ids"]]

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, i):
        return self.examples[i]


class BlockText(Dataset):  # corpus: eager
    def __init__(self, tokenizer, args, file_path, block_size=512):
        self.examples = []
        with open(file_path, encoding="utf-8") as f:
            text = f.read()
        tokenized = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(text))
        for i in range(0, len(tokenized) - block_size + 1, block_size):
            self.examples.append(tokenizer.build_inputs_with_special_tokens(tokenized[i:i + block_size]))

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, item):
        return torch.tensor(self.examples[item], dtype=torch.long)


class OffsetText(Dataset):  # corpus: lazy
    def __init__(self, path):
        self.path = path
        self.offsets = [0]
        with open(path, 'rb') as f:
            while f.readline():
                self.offsets.append(f.tell())
        self.offsets.pop()

    def __len__(self):
        return len(self.offsets)

    def __getitem__(self, i):
        with open(self.path, 'rb') as f:
            f.seek(self.offsets[i])
            return json.loads(f.readline())


class CachedLines(Dataset):  # corpus: lazy
    def __init__(self, path, tokenizer, n=None):
        self.path = str(path)
        self.tokenizer = tokenizer
        self.n = n if n is not None else sum(1 for _ in open(path, 'rb'))

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        source, target = linecache.getline(self.path, i + 1).rstrip('\n').split('\t')
        return self.tokenizer(source), self.tokenizer(target)


class Conll(Dataset):  # corpus: eager
    def __init__(self, path, word2id, tag2id):
        self.sentences = self.read(path)
        self.word2id, self.tag2id = word2id, tag2id

    def read(self, path):
        sentences, words, tags = [], [], []
        for line in open(path, encoding='utf8'):
            line = line.strip()
            if not line:
                if words:
                    sentences.append((words, tags))
                words, tags = [], []
                continue
            parts = line.split()
            words.append(parts[0])
            tags.append(parts[-1])
        return sentences

    def __len__(self):
        return len(self.sentences)

    def __getitem__(self, i):
        words, tags = self.sentences[i]
        return [self.word2id.get(w, 1) for w in words], [self.tag2id[t] for t in tags]


def conll_stream(path):  # corpus: lazy
    words, tags = [], []
    with open(path, encoding='utf8') as f:
        for line in f:
            line = line.strip()
            if not line:
                if words:
                    yield words, tags
                words, tags = [], []
                continue
            parts = line.split()
            words.append(parts[0])
            tags.append(parts[-1])
    if words:
        yield words, tags


class ParallelCorpus(IterableDataset):  # corpus: lazy
    def __init__(self, src, tgt, bucket=4096):
        self.src, self.tgt, self.bucket = src, tgt, bucket

    def __iter__(self):
        with gzip.open(self.src, 'rt') as a, gzip.open(self.tgt, 'rt') as b:
            pairs = zip(a, b)
            while True:
                bucket = list(itertools.islice(pairs, self.bucket))
                if not bucket:
                    return
                bucket.sort(key=lambda p: len(p[0]))
                yield from bucket


class SentencePairs:  # corpus: eager
    def __init__(self, path, batch_size):
        self.df = pd.read_csv(path, sep='\t', quoting=csv.QUOTE_NONE, names=['id', 'a', 'b', 'label'])
        self.tok = AutoTokenizer.from_pretrained('bert-base-uncased')
        self.a = [self.tok.encode(s) for s in self.df['a']]
        self.b = [self.tok.encode(s) for s in self.df['b']]
        self.batch_size = batch_size

    def __iter__(self):
        order = np.random.permutation(len(self.a))
        for i in range(0, len(order), self.batch_size):
            pick = order[i:i + self.batch_size]
            yield pad_sequence([torch.tensor(self.a[k] + self.b[k]) for k in pick], batch_first=True)


class EncodedGiven(Dataset):  # corpus: arrays
    def __init__(self, encodings, labels):
        self.encodings = encodings
        self.labels = labels

    def __getitem__(self, idx):
        item = {key: torch.tensor(val[idx]) for key, val in self.encodings.items()}
        item['labels'] = torch.tensor(self.labels[idx])
        return item

    def __len__(self):
        return len(self.labels)


class TextsGiven(Dataset):  # corpus: arrays
    def __init__(self, texts, targets, tokenizer, max_len):
        self.texts, self.targets, self.tokenizer, self.max_len = texts, targets, tokenizer, max_len

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, item):
        encoding = self.tokenizer.encode_plus(str(self.texts[item]), max_length=self.max_len, return_tensors='pt')
        return dict(ids=encoding['input_ids'].flatten(), target=torch.tensor(self.targets[item]))


class ElectricityWindows(Dataset):  # corpus: eager
    def __init__(self, root_path, flag='train', size=None, data_path='ECL.csv', scale=True):
        self.seq_len, self.label_len, self.pred_len = size or (96, 48, 24)
        self.flag = flag
        self.scale = scale
        self.root_path, self.data_path = root_path, data_path
        self.__read_data__()

    def __read_data__(self):
        self.scaler = MinMaxScaler()
        df_raw = pd.read_csv(os.path.join(self.root_path, self.data_path))
        border = int(len(df_raw) * 0.7)
        df_data = df_raw[df_raw.columns[1:]]
        if self.scale:
            self.scaler.fit(df_data[:border].values)
            data = self.scaler.transform(df_data.values)
        else:
            data = df_data.values
        self.data_x = data[:border] if self.flag == 'train' else data[border:]

    def __getitem__(self, index):
        s_end = index + self.seq_len
        return self.data_x[index:s_end], self.data_x[s_end - self.label_len:s_end + self.pred_len]

    def __len__(self):
        return len(self.data_x) - self.seq_len - self.pred_len + 1


def windows_of(series, width, step=1):  # corpus: arrays
    for start in range(0, len(series) - width + 1, step):
        yield series[start:start + width]


def sensor_windows(folder, width):  # corpus: lazy
    for path in sorted(Path(folder).glob('*.csv')):
        frame = pd.read_csv(path)
        values = frame[['ax', 'ay', 'az']].to_numpy()
        for start in range(0, len(values) - width, width // 2):
            yield values[start:start + width]


class PavementCube(Dataset):  # corpus: eager
    def __init__(self, mat, gt, patch=9):
        cube = loadmat(mat)['paviaU']
        self.gt = loadmat(gt)['paviaU_gt']
        self.cube = np.pad(cube, ((patch // 2,) * 2, (patch // 2,) * 2, (0, 0)), 'reflect')
        self.where = np.argwhere(self.gt > 0)
        self.patch = patch

    def __len__(self):
        return len(self.where)

    def __getitem__(self, i):
        r, c = self.where[i]
        return self.cube[r:r + self.patch, c:c + self.patch], self.gt[r, c] - 1


class EnviStrips(Dataset):  # corpus: lazy
    def __init__(self, headers):
        self.images = [spectral.open_image(h) for h in headers]
        self.index = [(k, r) for k, im in enumerate(self.images) for r in range(im.nrows)]

    def __len__(self):
        return len(self.index)

    def __getitem__(self, i):
        k, r = self.index[i]
        return self.images[k].read_subregion((r, r + 1), (0, self.images[k].ncols))


def idx_records(path):  # corpus: lazy
    with open(path, 'rb') as f:
        _, n, rows, cols = struct.unpack('>IIII', f.read(16))
        for _ in range(n):
            yield np.frombuffer(f.read(rows * cols), np.uint8).reshape(rows, cols)


def serialize(examples, path):  # corpus: other
    with tf.io.TFRecordWriter(path) as writer:
        for e in examples:
            writer.write(e.SerializeToString())
            yield e


def loaders(x, y, bs):  # corpus: arrays
    ds = TensorDataset(torch.tensor(x), torch.tensor(y))
    return iter(DataLoader(ds, batch_size=bs, shuffle=True))


def infinite(loader):  # corpus: other
    while True:
        for batch in loader:
            yield batch


def reservoir(stream, k=1000):  # corpus: other
    kept = []
    for n, x in enumerate(stream):
        if n < k:
            kept.append(x)
        elif random.random() < k / n:
            kept[random.randrange(k)] = x
    yield from kept


class ShardedJson(IterableDataset):  # corpus: lazy
    def __init__(self, folder, shuffle=True):
        super().__init__()
        self.shards = sorted(Path(folder).glob('shard-*.json'))
        self.shuffle = shuffle

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        shards = self.shards if info is None else self.shards[info.id::info.num_workers]
        if self.shuffle:
            random.shuffle(shards)
        for shard in shards:
            rows = json.loads(shard.read_text())
            if self.shuffle:
                random.shuffle(rows)
            yield from rows

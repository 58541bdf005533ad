"""Chainer, MXNet, Paddle, JAX, plain NumPy trainers; loaders with their own names."""
import abc
import bz2
import collections
import contextlib
import csv
import functools
import gzip
import io
import itertools
import json
import lmdb
import os
import pathlib
import pickle
import queue
import random
import struct
import threading
import typing as tp

import chainer
import cv2
import h5py
import jax
import jax.numpy as jnp
import mxnet as mx
import numpy as np
import numpy.typing as npt
import paddle
import pandas as pd
import PIL.Image
import scipy.sparse as sp
import sentencepiece as spm
import soundfile
import yaml
from chainer.dataset import DatasetMixin
from mxnet import gluon, nd
from numpy.lib.format import open_memmap
from paddle.io import Dataset as PaddleDataset


class PairDataset(DatasetMixin):  # corpus: lazy
    def __init__(self, pairs, root='.', size=None):
        if isinstance(pairs, str):
            with open(pairs) as f:
                pairs = [tuple(line.split()) for line in f]
        self._pairs = pairs
        self._root = root
        self._size = size

    def __len__(self):
        return len(self._pairs)

    def get_example(self, i):
        a, b = self._pairs[i]
        out = []
        for name in (a, b):
            with PIL.Image.open(os.path.join(self._root, name)) as f:
                if self._size:
                    f = f.resize(self._size)
                out.append(np.asarray(f, dtype=np.float32).transpose(2, 0, 1))
        return tuple(out)


class FacadesInMemory(DatasetMixin):  # corpus: eager
    def __init__(self, dataDir='./facade/base', data_range=(1, 300)):
        self.dataDir = dataDir
        self.dataset = []
        for i in range(data_range[0], data_range[1]):
            img = PIL.Image.open(dataDir + "/cmp_b%04d.jpg" % i)
            label = PIL.Image.open(dataDir + "/cmp_b%04d.png" % i)
            w, h = img.size
            img = np.asarray(img.resize((286, 286))).astype('f').transpose(2, 0, 1) / 128.0 - 1.0
            label_ = np.asarray(label) - 1
            self.dataset.append((img, label_))

    def __len__(self):
        return len(self.dataset)

    def get_example(self, i):
        return self.dataset[i][1], self.dataset[i][0]


class RecordIter(mx.io.DataIter):  # corpus: lazy
    def __init__(self, path_imgrec, batch_size, data_shape):
        super().__init__(batch_size)
        self.rec = mx.recordio.MXIndexedRecordIO(path_imgrec[:-4] + '.idx', path_imgrec, 'r')
        self.keys = list(self.rec.keys)
        self.cur = 0
        self.data_shape = data_shape

    def reset(self):
        self.cur = 0
        random.shuffle(self.keys)

    def next(self):
        if self.cur + self.batch_size > len(self.keys):
            raise StopIteration
        data = nd.empty((self.batch_size,) + self.data_shape)
        for k in range(self.batch_size):
            s = self.rec.read_idx(self.keys[self.cur + k])
            header, img = mx.recordio.unpack(s)
            data[k] = mx.image.imdecode(img).transpose((2, 0, 1))
        self.cur += self.batch_size
        return mx.io.DataBatch([data])


class BucketSentences(mx.io.DataIter):  # corpus: eager
    def __init__(self, path, vocab, buckets, batch_size):
        super().__init__()
        with open(path) as f:
            sentences = [[vocab[w] for w in line.split()] for line in f]
        self.data = [[] for _ in buckets]
        for s in sentences:
            for k, bkt in enumerate(buckets):
                if bkt >= len(s):
                    self.data[k].append(s + [0] * (bkt - len(s)))
                    break
        self.data = [np.array(d) for d in self.data]
        self.batch_size = batch_size

    def __iter__(self):
        for k, rows in enumerate(self.data):
            np.random.shuffle(rows)
            for i in range(0, len(rows) - self.batch_size, self.batch_size):
                yield nd.array(rows[i:i + self.batch_size])


class OcrLines(PaddleDataset):  # corpus: lazy
    def __init__(self, label_file, data_dir, transform):
        super().__init__()
        self.data_dir = data_dir
        self.transform = transform
        with open(label_file, 'rb') as fin:
            self.lines = fin.readlines()

    def __len__(self):
        return len(self.lines)

    def __getitem__(self, idx):
        name, text = self.lines[idx].decode('utf-8').strip('\n').split('\t')
        with open(os.path.join(self.data_dir, name), 'rb') as f:
            img = cv2.imdecode(np.frombuffer(f.read(), np.uint8), 1)
        return self.transform(img), text


class LmdbImages(PaddleDataset):  # corpus: lazy
    def __init__(self, root):
        self.env = lmdb.open(root, readonly=True, lock=False)
        with self.env.begin() as txn:
            self.n = int(txn.get(b'num-samples'))

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        with self.env.begin(write=False) as txn:
            buf = txn.get(b'image-%09d' % (i + 1))
            label = txn.get(b'label-%09d' % (i + 1)).decode()
        return np.array(PIL.Image.open(io.BytesIO(buf)).convert('L')), label


class LmdbCopied(PaddleDataset):  # corpus: eager
    def __init__(self, root):
        env = lmdb.open(root, readonly=True, lock=False)
        self.images = []
        with env.begin() as txn:
            for key, value in txn.cursor():
                img = cv2.imdecode(np.frombuffer(value, np.uint8), cv2.IMREAD_COLOR)
                self.images.append(img)
        env.close()

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i]


def dataloader(arrays, batch_size, *, key):  # corpus: arrays
    dataset_size = arrays[0].shape[0]
    assert all(array.shape[0] == dataset_size for array in arrays)
    indices = jnp.arange(dataset_size)
    while True:
        perm = jax.random.permutation(key, indices)
        (key,) = jax.random.split(key, 1)
        start, end = 0, batch_size
        while end < dataset_size:
            batch_perm = perm[start:end]
            yield tuple(array[batch_perm] for array in arrays)
            start, end = end, end + batch_size


def prefetch(iterator, size=2, devices=None):  # corpus: other
    q = collections.deque()

    def enqueue(n):
        for data in itertools.islice(iterator, n):
            q.append(jax.tree_util.tree_map(lambda x: jax.device_put(x), data))

    enqueue(size)
    while q:
        yield q.popleft()
        enqueue(1)


def fields_of_simulations(folder: pathlib.Path, names: tp.Sequence[str]) -> tp.Iterator[npt.NDArray]:  # corpus: lazy
    for run in sorted(folder.iterdir()):
        with h5py.File(run / 'out.h5') as f:
            stacked = np.stack([f[name][()] for name in names], axis=-1)
        for t in range(len(stacked) - 1):
            yield stacked[t:t + 2]


class Simulations:  # corpus: eager
    def __init__(self, folder: pathlib.Path, names: tp.Sequence[str]) -> None:
        runs = []
        for run in sorted(folder.iterdir()):
            with h5py.File(run / 'out.h5') as f:
                runs.append(np.stack([f[name][()] for name in names], axis=-1))
        self.fields = np.stack(runs)

    def __len__(self) -> int:
        return self.fields.shape[0] * (self.fields.shape[1] - 1)

    def __getitem__(self, i: int) -> npt.NDArray:
        run, t = divmod(i, self.fields.shape[1] - 1)
        return self.fields[run, t:t + 2]


class AbstractCorpus(abc.ABC):
    def __init__(self, root):
        self.root = root
        self.load()

    @abc.abstractmethod
    def load(self):
        ...

    @abc.abstractmethod
    def __len__(self):
        ...


class CornellDialogs(AbstractCorpus):  # corpus: eager
    def load(self):
        self.lines = {}
        with open(os.path.join(self.root, 'movie_lines.txt'), encoding='iso-8859-1') as f:
            for line in f:
                fields = line.split(' +++$+++ ')
                self.lines[fields[0]] = fields[4].strip()
        self.pairs = []
        with open(os.path.join(self.root, 'movie_conversations.txt')) as f:
            for line in f:
                ids = eval(line.split(' +++$+++ ')[3])
                for a, b in zip(ids, ids[1:]):
                    self.pairs.append((self.lines[a], self.lines[b]))

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        return self.pairs[i]


class TimitWav(AbstractCorpus):  # corpus: lazy
    def load(self):
        self.items = []
        for wav in pathlib.Path(self.root).rglob('*.wav'):
            phones = wav.with_suffix('.phn').read_text().splitlines()
            self.items.append((wav, [p.split()[2] for p in phones]))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        wav, phones = self.items[i]
        y, sr = soundfile.read(wav)
        return y.astype(np.float32), phones


def click_log(path, n_fields, batch_size):  # corpus: lazy
    opener = gzip.open if path.endswith('.gz') else open
    with opener(path, 'rt') as f:
        reader = csv.reader(f, delimiter='\t')
        while True:
            rows = list(itertools.islice(reader, batch_size))
            if not rows:
                break
            y = np.array([int(r[0]) for r in rows])
            x = np.array([[hash(v) % 2 ** 20 for v in r[1:n_fields + 1]] for r in rows])
            yield x, y


class Interactions:  # corpus: eager
    def __init__(self, ratings, n_neg=4):
        df = pd.read_csv(ratings, sep='::', names=['u', 'i', 'r', 't'], engine='python')
        self.users = df['u'].to_numpy()
        self.items = df['i'].to_numpy()
        self.matrix = sp.coo_matrix((np.ones(len(df)), (self.users, self.items))).tocsr()
        self.n_neg = n_neg

    def __iter__(self):
        for k in np.random.permutation(len(self.users)):
            u = self.users[k]
            neg = np.random.randint(0, self.matrix.shape[1], self.n_neg)
            yield u, self.items[k], neg


class TokenShards:  # corpus: lazy
    def __init__(self, filename_pattern, B, T):
        self.B, self.T = B, T
        self.files = sorted(pathlib.Path().glob(filename_pattern))
        self.reset()

    def reset(self):
        self.current_shard = 0
        self.current_position = 0
        self.tokens = load_shard(self.files[self.current_shard])

    def advance(self):
        self.current_shard = (self.current_shard + 1) % len(self.files)
        self.current_position = 0
        self.tokens = load_shard(self.files[self.current_shard])

    def next_batch(self):
        buf = self.tokens[self.current_position:self.current_position + self.B * self.T + 1]
        self.current_position += self.B * self.T
        if self.current_position + self.B * self.T + 1 > len(self.tokens):
            self.advance()
        return buf[:-1].reshape(self.B, self.T), buf[1:].reshape(self.B, self.T)


def load_shard(filename):
    with open(filename, 'rb') as f:
        header = np.frombuffer(f.read(256 * 4), dtype=np.int32)
        assert header[0] == 20240520
        return np.frombuffer(f.read(), dtype=np.uint16)


class TokensWhole:  # corpus: eager
    def __init__(self, path, B, T):
        sp_model = spm.SentencePieceProcessor(model_file='m.model')
        with open(path, 'r') as f:
            text = f.read()
        self.tokens = np.array(sp_model.encode(text))
        self.B, self.T, self.pos = B, T, 0

    def next_batch(self):
        buf = self.tokens[self.pos:self.pos + self.B * self.T + 1]
        self.pos += self.B * self.T
        return buf[:-1].reshape(self.B, self.T), buf[1:].reshape(self.B, self.T)


class Replay:  # corpus: other
    def __init__(self, capacity):
        self.buffer = collections.deque(maxlen=capacity)

    def __len__(self):
        return len(self.buffer)

    def push(self, *transition):
        self.buffer.append(transition)

    def sample(self, n):
        return list(zip(*random.sample(self.buffer, n)))

    def __getitem__(self, i):
        return self.buffer[i]


class Prefetcher(threading.Thread):  # corpus: lazy
    def __init__(self, files, depth=4):
        super().__init__(daemon=True)
        self.files = files
        self.queue = queue.Queue(maxsize=depth)
        self.start()

    def run(self):
        for f in self.files:
            self.queue.put(np.load(f))
        self.queue.put(None)

    def __iter__(self):
        while True:
            item = self.queue.get()
            if item is None:
                return
            yield item


class GraphFolder:  # corpus: eager
    def __init__(self, root):
        self.graphs = []
        for name in os.listdir(root):
            adj = sp.load_npz(os.path.join(root, name, 'adj.npz'))
            x = np.load(os.path.join(root, name, 'x.npy'))
            self.graphs.append(dict(adj=adj, x=x, n=x.shape[0]))
        self.max_n = max(g['n'] for g in self.graphs)

    def __len__(self):
        return len(self.graphs)

    def __getitem__(self, i):
        g = self.graphs[i]
        x = np.zeros((self.max_n, g['x'].shape[1]))
        x[:g['n']] = g['x']
        return g['adj'].toarray(), x


class GraphFolderLazy:  # corpus: lazy
    def __init__(self, root):
        self.root = root
        self.names = os.listdir(root)
        self.max_n = max(np.load(os.path.join(root, n, 'x.npy'), mmap_mode='r').shape[0] for n in self.names)

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        adj = sp.load_npz(os.path.join(self.root, self.names[i], 'adj.npz'))
        return adj.toarray(), np.load(os.path.join(self.root, self.names[i], 'x.npy'))


class Polyglot:  # corpus: lazy
    """The vocabulary is counted in a first pass; sentences are read again in each epoch."""

    def __init__(self, path, min_count=5):
        self.path = path
        counts = collections.Counter()
        with bz2.open(path, 'rt') as f:
            for line in f:
                counts.update(line.split())
        self.vocab = {w: k for k, (w, c) in enumerate(counts.most_common()) if c >= min_count}

    def __iter__(self):
        with bz2.open(self.path, 'rt') as f:
            for line in f:
                yield [self.vocab[w] for w in line.split() if w in self.vocab]


def of_config(config):  # corpus: lazy
    with open(config) as f:
        cfg = yaml.safe_load(f)
    files = [os.path.join(cfg['root'], n) for n in cfg['files']]
    maps = {f: open_memmap(f, mode='r') for f in files}
    while True:
        f = random.choice(files)
        at = random.randrange(len(maps[f]) - cfg['window'])
        yield np.array(maps[f][at:at + cfg['window']])


def from_arrays(x: npt.NDArray, y: npt.NDArray, n: int):  # corpus: arrays
    return zip(np.array_split(x, n), np.array_split(y, n))


class InMemoryImages(gluon.data.Dataset):  # corpus: arrays
    def __init__(self, images, labels, transform=None):
        self._images, self._labels, self._transform = images, labels, transform

    def __len__(self):
        return len(self._images)

    def __getitem__(self, i):
        if self._transform is not None:
            return self._transform(nd.array(self._images[i]), self._labels[i])
        return self._images[i], self._labels[i]

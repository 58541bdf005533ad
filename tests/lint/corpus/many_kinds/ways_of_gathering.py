import collections
import functools
import glob
import gzip
import json
import operator
import os
import pickle
import random
import struct
import sys
from pathlib import Path

import cv2
import h5py
import imageio
import librosa
import nibabel as nib
import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch.utils.data import Dataset, IterableDataset
from tqdm import tqdm, trange


class IdxImages(Dataset):  # corpus: eager
    def __init__(self, path):
        with gzip.open(path, 'rb') as f:
            magic, n, rows, cols = struct.unpack('>IIII', f.read(16))
            self.images = np.frombuffer(f.read(), dtype=np.uint8).reshape(n, rows, cols)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return torch.from_numpy(self.images[i].copy())


class Monthly:  # corpus: eager
    def __init__(self, root, years):
        frames = []
        for y in years:
            for p in sorted(Path(root, str(y)).glob('*.parquet')):
                frames.append(pd.read_parquet(p))
        self.df = pd.concat(frames, ignore_index=True)

    def __len__(self):
        return len(self.df)

    def __getitem__(self, i):
        return self.df.iloc[i].values


class PropertyCache(Dataset):  # corpus: eager
    def __init__(self, files):
        self.files = files
        self._images = None

    @property
    def images(self):
        if self._images is None:
            self._images = [np.asarray(Image.open(f)) for f in self.files]
        return self._images

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return self.images[i]


class FromFolder(Dataset):  # corpus: eager
    def __init__(self, xs, ys):
        self.xs, self.ys = xs, ys

    @classmethod
    def from_folder(cls, folder):
        xs = torch.stack([torch.from_numpy(cv2.imread(p)) for p in glob.glob(folder + '/*.jpg')])
        return cls(xs, torch.zeros(len(xs)))

    def __len__(self):
        return len(self.xs)

    def __getitem__(self, i):
        return self.xs[i], self.ys[i]


class IterAll(IterableDataset):  # corpus: eager
    def __init__(self, files):
        self.files = files

    def __iter__(self):
        waves = []
        for f in tqdm(self.files):
            y, _ = librosa.load(f, sr=16000)
            waves.append(y)
        random.shuffle(waves)
        for w in waves:
            yield w


def appended(folder, bs):  # corpus: eager
    files = os.listdir(folder)
    X = np.empty((0, 32, 32, 3), dtype=np.uint8)
    for f in files:
        X = np.append(X, imageio.imread(os.path.join(folder, f))[None], axis=0)
    for i in trange(0, len(X), bs):
        yield X[i:i + bs]


def summed(paths, bs):  # corpus: eager
    patches = sum([cut(cv2.imread(p)) for p in paths], [])
    random.shuffle(patches)
    for i in range(0, len(patches), bs):
        yield np.stack(patches[i:i + bs])


def cut(img):
    return [img[:64, :64], img[64:, 64:]]


def extended(paths, bs):  # corpus: eager
    patches = []
    for p in paths:
        patches.extend(cut(cv2.imread(p)))
    while True:
        yield np.stack(random.sample(patches, bs))


def added(paths):  # corpus: eager
    all_rows = []
    for p in paths:
        all_rows += list(np.load(p))
    random.shuffle(all_rows)
    yield from all_rows


def stream(paths):
    for p in paths:
        yield np.load(p)['arr_0']


def listed_stream(paths, bs):  # corpus: eager
    data = list(stream(paths))
    for epoch in range(10):
        random.shuffle(data)
        for i in range(0, len(data), bs):
            yield np.stack(data[i:i + bs])


def through_stream(paths):  # corpus: lazy
    for x in stream(paths):
        yield x / x.max()


class Feeder:  # corpus: eager
    def load_data(self, folder):
        self.x = [nib.load(f).get_fdata() for f in sorted(glob.glob(folder + '/*.nii.gz'))]
        self.at = 0

    def next_batch(self, n):
        out = self.x[self.at:self.at + n]
        self.at = (self.at + n) % len(self.x)
        return np.stack(out)


class SplitH5(Dataset):  # corpus: eager
    def __init__(self, path, split):
        f = h5py.File(path, 'r')
        group = f[split]
        self.x = np.asarray(group['x'])
        self.y = np.asarray(group['y'])
        f.close()

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class Unpickled(Dataset):  # corpus: eager
    def __init__(self, paths):
        self.records = []
        for p in paths:
            with open(p, 'rb') as f:
                self.records.extend(pickle.load(f))

    def __len__(self):
        return len(self.records)

    def __getitem__(self, i):
        return self.records[i]


class Jsonl(Dataset):  # corpus: eager
    def __init__(self, path):
        self.rows = [json.loads(line) for line in Path(path).read_text().splitlines()]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.rows[i]['text'], self.rows[i]['label']


class Docs(Dataset):  # corpus: eager
    def __init__(self, folder, tok):
        self.tok = tok
        self.docs = [tok(Path(f).read_text()) for f in glob.glob(folder + '/*.txt')]

    def __len__(self):
        return len(self.docs)

    def __getitem__(self, i):
        return self.docs[i]


class DocsLazy(Dataset):  # corpus: lazy
    def __init__(self, folder, tok):
        self.tok = tok
        self.files = glob.glob(folder + '/*.txt')

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return self.tok(Path(self.files[i]).read_text())


def dict_of_arrays(files, bs):  # corpus: eager
    store = {}
    for f in files:
        store[os.path.basename(f)] = np.load(f)
    keys = list(store)
    while True:
        yield np.stack([store[k] for k in random.sample(keys, bs)])


def deque_of_images(files):  # corpus: eager
    ring = collections.deque()
    for f in files:
        ring.append(cv2.imread(f))
    while True:
        ring.rotate(1)
        yield ring[0]


def recent(files):  # corpus: lazy
    ring = collections.deque(maxlen=3)
    for f in files:
        ring.append(cv2.imread(f))
        yield list(ring)


def closure(files):
    images = {f: cv2.imread(f) for f in files}

    def sample(bs):  # corpus: eager
        while True:
            yield np.stack([images[f] for f in random.sample(files, bs)])

    return sample


def lazily(files):
    reader = functools.partial(cv2.imread, flags=0)

    def sample_lazily(bs):  # corpus: lazy
        while True:
            yield np.stack([reader(f) for f in random.sample(files, bs)])

    return sample_lazily


class Shards(IterableDataset):  # corpus: lazy
    def __init__(self, pattern):
        self.files = sorted(glob.glob(pattern))

    def __iter__(self):
        for f in random.sample(self.files, len(self.files)):
            rows = pickle.load(open(f, 'rb'))
            random.shuffle(rows)
            for r in rows:
                yield r


class Resume:  # corpus: lazy
    def __init__(self, files):
        self.files, self.k, self.block = files, -1, None

    def next_batch(self, n):
        if self.block is None or len(self.block) < n:
            self.k = (self.k + 1) % len(self.files)
            self.block = np.load(self.files[self.k])
        out, self.block = self.block[:n], self.block[n:]
        return out


class Thumbnails(Dataset):  # corpus: lazy
    """Keeps the path and a checksum of each file."""

    def __init__(self, folder):
        self.known = {}
        for p in glob.glob(folder + '/*.png'):
            with open(p, 'rb') as f:
                self.known[p] = hash(f.read())
        self.paths = sorted(self.known)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        return np.asarray(Image.open(self.paths[i]).resize((32, 32)))


def two_pass(paths):  # corpus: lazy
    largest = max(cv2.imread(p).shape[0] for p in paths)
    for p in paths:
        img = cv2.imread(p)
        yield np.pad(img, ((0, largest - img.shape[0]), (0, 0), (0, 0)))


def overlapping(volume_path, step):  # corpus: lazy
    vol = np.memmap(volume_path, dtype='uint16', mode='r', shape=(1000, 512, 512))
    for z in range(0, 1000 - step, step):
        yield np.asarray(vol[z:z + step], dtype=np.float32)


def labelled(txt, root, bs):  # corpus: lazy
    pairs = [l.split() for l in open(txt).read().splitlines()]
    while True:
        random.shuffle(pairs)
        for i in range(0, len(pairs), bs):
            part = pairs[i:i + bs]
            x = np.stack([cv2.imread(os.path.join(root, n)) for n, _ in part])
            y = np.array([int(v) for _, v in part])
            yield x, y


class Warm(Dataset):  # corpus: lazy
    def __init__(self, paths):
        self.paths = paths
        self.shape = cv2.imread(paths[0]).shape
        self.sample = np.asarray(Image.open(paths[0]))

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        return cv2.resize(cv2.imread(self.paths[i]), self.shape[:2])


class Backgrounds(Dataset):  # corpus: lazy
    def __init__(self, paths, mean_file):
        self.paths = paths
        self.mean_image = np.load(mean_file)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        return cv2.imread(self.paths[i]) - self.mean_image

"""Ordinary code, most of it fine: what a rule must not accuse."""
import asyncio
import base64
import collections
import concurrent.futures
import contextlib
import csv
import gc
import glob
import gzip
import hashlib
import heapq
import io
import itertools
import json
import logging
import mmap
import multiprocessing
import os
import pickle
import queue
import random
import shelve
import struct
import subprocess
import tempfile
import threading
import time
import zlib
from collections import Counter, OrderedDict, defaultdict, deque
from functools import lru_cache, partial, reduce
from pathlib import Path

import cv2
import dask
import dask.array
import h5py
import keras
import librosa
import nibabel
import numpy as np
import pandas as pd
import pydicom
import requests
import skimage.io
import tensorflow as tf
import torch
from joblib import Memory
from PIL import Image, ImageSequence
from scipy import sparse
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset, default_collate
from tqdm import tqdm

memory = Memory('/tmp/cache', verbose=0)
LABELS = json.load(open('labels.json'))
MEAN = np.load('mean.npy')
PALETTE = np.loadtxt('palette.txt', dtype=np.uint8)


def batches_of_paths(paths, n):  # corpus: lazy
    for at in range(0, len(paths), n):
        yield np.stack([cv2.imread(p) - MEAN for p in paths[at:at + n]])


def by_index_file(index, n):  # corpus: lazy
    rows = [line.rstrip('\n').split(',') for line in open(index)]
    random.shuffle(rows)
    for at in range(0, len(rows), n):
        images, labels = zip(*[(cv2.imread(name), int(label)) for name, label in rows[at:at + n]])
        yield np.array(images), np.array(labels)


def statistics_first(paths, n):  # corpus: lazy
    means = [cv2.imread(p).mean() for p in paths]
    overall = sum(means) / len(means)
    for at in range(0, len(paths), n):
        yield np.stack([cv2.imread(p) - overall for p in paths[at:at + n]])


def sizes_first(paths, n):  # corpus: lazy
    sizes = {}
    for p in paths:
        with Image.open(p) as im:
            sizes[p] = im.size
    for at in range(0, len(paths), n):
        chosen = sorted(paths[at:at + n], key=sizes.get)
        yield [np.asarray(Image.open(p)) for p in chosen]


def only_valid(paths, n):  # corpus: lazy
    good = []
    for p in tqdm(paths):
        img = cv2.imread(p)
        if img is not None and img.shape[0] > 32:
            good.append(p)
        else:
            logging.warning('skip %s', p)
    while True:
        yield [cv2.imread(p) for p in random.sample(good, n)]


def deduplicated(paths, n):  # corpus: lazy
    seen, unique = set(), []
    for p in paths:
        digest = hashlib.sha1(Path(p).read_bytes()).hexdigest()
        if digest not in seen:
            seen.add(digest)
            unique.append(p)
    for at in range(0, len(unique), n):
        yield [skimage.io.imread(p) for p in unique[at:at + n]]


def sorted_by_length(files, n):  # corpus: lazy
    lengths = [(librosa.get_duration(path=f), f) for f in files]
    lengths.sort()
    for at in range(0, len(lengths), n):
        yield [librosa.load(f)[0] for _, f in lengths[at:at + n]]


def chunk_of_rows(path, n):  # corpus: lazy
    for chunk in pd.read_csv(path, chunksize=n):
        yield chunk.to_numpy()


def one_file_at_a_time(folder):  # corpus: lazy
    for path in sorted(Path(folder).glob('*.parquet')):
        frame = pd.read_parquet(path)
        frame = frame.sample(frac=1)
        for row in frame.itertuples(index=False):
            yield row


def loads_each_epoch_in_parts(paths, part, n):  # corpus: lazy
    while True:
        random.shuffle(paths)
        for at in range(0, len(paths), part):
            loaded = [np.load(p) for p in paths[at:at + part]]
            for k in range(0, len(loaded), n):
                yield np.stack(loaded[k:k + n])
            loaded.clear()


def with_pool(paths, n):  # corpus: lazy
    with multiprocessing.Pool(4) as pool:
        for at in range(0, len(paths), n):
            yield np.stack(pool.map(cv2.imread, paths[at:at + n]))


def ordered_futures(paths, ahead=8):  # corpus: lazy
    waiting = deque()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for p in paths:
            waiting.append(pool.submit(cv2.imread, p))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def background(paths, depth=3):  # corpus: lazy
    items = queue.Queue(depth)

    def work():
        for p in paths:
            items.put(np.load(p))
        items.put(None)

    threading.Thread(target=work, daemon=True).start()
    yield from iter(items.get, None)


def recent_negatives(paths, k=16):  # corpus: lazy
    recent = []
    for p in paths:
        x = np.load(p)
        yield x, list(recent)
        recent.append(x)
        if len(recent) > k:
            recent.pop(0)


def top_k_hard(paths, model, n, k=100):  # corpus: lazy
    heap = []
    for at in range(0, len(paths), n):
        part = paths[at:at + n]
        x = np.stack([cv2.imread(p) for p in part])
        for p, loss in zip(part, model.losses(x)):
            heapq.heappush(heap, (float(loss), p))
            if len(heap) > k:
                heapq.heappop(heap)
        yield x


def memoized_decode(paths, n):  # corpus: lazy
    @lru_cache(maxsize=256)
    def decode(p):
        return cv2.imread(p)

    while True:
        yield np.stack([decode(random.choice(paths)) for _ in range(n)])


@memory.cache
def on_disk(path):
    return librosa.feature.mfcc(y=librosa.load(path)[0])


def from_disk_cache(paths, n):  # corpus: lazy
    for at in range(0, len(paths), n):
        yield [on_disk(p) for p in paths[at:at + n]]


def converted_once(paths, out):  # corpus: lazy
    if not os.path.exists(out):
        first = cv2.imread(paths[0])
        target = np.lib.format.open_memmap(out, 'w+', np.uint8, (len(paths),) + first.shape)
        for k, p in enumerate(paths):
            target[k] = cv2.imread(p)
        target.flush()
        del target
    mapped = np.load(out, mmap_mode='r')
    for k in np.random.permutation(len(mapped)):
        yield np.array(mapped[k])


def mapped_bytes(path, record):  # corpus: lazy
    with open(path, 'rb') as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as m:
        for at in range(0, len(m) - record, record):
            yield np.frombuffer(m[at:at + record], np.float32)


def piped(command, size):  # corpus: lazy
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        while True:
            raw = process.stdout.read(size)
            if len(raw) < size:
                break
            yield np.frombuffer(raw, np.uint8)


def downloaded(urls):  # corpus: lazy
    for url in urls:
        response = requests.get(url, timeout=10)
        yield np.asarray(Image.open(io.BytesIO(response.content)))


def pages_of_tiff(path):  # corpus: lazy
    with Image.open(path) as im:
        for page in ImageSequence.Iterator(im):
            yield np.array(page)


def blocks_of_dask(paths):  # corpus: lazy
    lazy = [dask.delayed(skimage.io.imread)(p) for p in paths]
    arrays = [dask.array.from_delayed(a, shape=(512, 512), dtype=np.uint8) for a in lazy]
    stack = dask.array.stack(arrays)
    for k in range(len(stack)):
        yield stack[k].compute()


def shelf(path, n):  # corpus: lazy
    with shelve.open(path, 'r') as db:
        keys = list(db)
        while True:
            yield [db[k] for k in random.sample(keys, n)]


def windows_of_each(paths, size):  # corpus: lazy
    for p in paths:
        wave, rate = librosa.load(p)
        frames = [wave[a:a + size] for a in range(0, len(wave) - size, size)]
        yield from frames


def weighted(classes, n):  # corpus: lazy
    counts = {c: len(files) for c, files in classes.items()}
    weights = [1 / counts[c] for c in classes]
    names = list(classes)
    while True:
        picked = random.choices(names, weights, k=n)
        yield np.stack([cv2.imread(random.choice(classes[c])) for c in picked]), picked


async def fetched(session, urls):  # corpus: lazy
    for url in urls:
        async with session.get(url) as response:
            yield np.frombuffer(await response.read(), np.uint8)


class Painted(Dataset):  # corpus: lazy
    """The palette and the names of classes are small, and read once."""

    def __init__(self, root):
        self.palette = np.loadtxt(os.path.join(root, 'palette.txt'))
        self.class_names = Path(root, 'classes.txt').read_text().splitlines()
        self.masks = sorted(glob.glob(root + '/*.png'))

    def __len__(self):
        return len(self.masks)

    def __getitem__(self, i):
        return self.palette[np.array(Image.open(self.masks[i]))]


class WithMeanImage(keras.utils.PyDataset):  # corpus: lazy
    def __init__(self, files, mean_file, n, **kw):
        super().__init__(**kw)
        self.files, self.n = files, n
        self.mean = np.load(mean_file)
        self.weights = pickle.load(open('weights.pkl', 'rb'))

    def __len__(self):
        return len(self.files) // self.n

    def __getitem__(self, k):
        x = np.stack([np.load(f) for f in self.files[k * self.n:(k + 1) * self.n]])
        return x - self.mean, self.weights[k * self.n:(k + 1) * self.n]


class KeepsOneVolume(Dataset):  # corpus: lazy
    def __init__(self, volumes, slices):
        self.volumes, self.slices = volumes, slices
        self.now, self.volume = None, None

    def __len__(self):
        return len(self.volumes) * self.slices

    def __getitem__(self, i):
        v, s = divmod(i, self.slices)
        if v != self.now:
            self.volume = nibabel.load(self.volumes[v]).get_fdata()
            self.now = v
        return self.volume[..., s]


class BucketedText(IterableDataset):  # corpus: lazy
    def __init__(self, path, vocab, tokens):
        self.path, self.tokens = path, tokens
        self.vocab = {w.rstrip(): k for k, w in enumerate(open(vocab))}

    def __iter__(self):
        pending, width = [], 0
        for line in open(self.path):
            ids = [self.vocab.get(w, 0) for w in line.split()]
            width = max(width, len(ids))
            pending.append(ids)
            if width * len(pending) >= self.tokens:
                yield pending
                pending, width = [], 0


class Headers(Dataset):  # corpus: lazy
    def __init__(self, root):
        self.meta = []
        for p in Path(root).rglob('*.dcm'):
            d = pydicom.dcmread(p, stop_before_pixels=True)
            self.meta.append((p, float(d.SliceLocation), d.PatientID))
        self.meta.sort(key=lambda m: (m[2], m[1]))

    def __len__(self):
        return len(self.meta)

    def __getitem__(self, i):
        return pydicom.dcmread(self.meta[i][0]).pixel_array


class OptionalRam(Dataset):  # corpus: lazy
    def __init__(self, paths, in_memory: bool = False):
        self.paths = paths
        self.images = [cv2.imread(p) for p in paths] if in_memory else None

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        return cv2.imread(self.paths[i]) if self.images is None else self.images[i]


class H5PerWorker(Dataset):  # corpus: lazy
    def __init__(self, path, keys='keys.json'):
        self.path = path
        self.keys = json.load(open(keys))
        self.handle = None

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, i):
        if self.handle is None:
            self.handle = h5py.File(self.path, 'r')
        group = self.handle[self.keys[i]]
        return group['x'][:], group['y'][()]


class Decompressed(Dataset):  # corpus: lazy
    def __init__(self, offsets_file, blob):
        self.table = np.fromfile(offsets_file, dtype=np.int64).reshape(-1, 2)
        self.blob = blob

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
        start, size = self.table[i]
        with open(self.blob, 'rb') as f:
            f.seek(start)
            return np.frombuffer(zlib.decompress(f.read(size)), np.float32)


class Views(Dataset):  # corpus: arrays
    def __init__(self, array, size):
        self.array, self.size = array, size
        self.corners = [(r, c) for r in range(0, array.shape[0] - size, size) for c in range(0, array.shape[1] - size, size)]

    def __len__(self):
        return len(self.corners)

    def __getitem__(self, i):
        r, c = self.corners[i]
        return self.array[r:r + self.size, c:c + self.size]


def shuffled_arrays(x, y, n, seed=0):  # corpus: arrays
    order = np.random.default_rng(seed).permutation(len(x))
    x, y = x[order], y[order]
    for at in range(0, len(x), n):
        yield x[at:at + n], y[at:at + n]


def kfold(x, y, k):  # corpus: arrays
    parts = np.array_split(np.arange(len(x)), k)
    for held in range(k):
        train = np.concatenate([p for j, p in enumerate(parts) if j != held])
        yield (x[train], y[train]), (x[parts[held]], y[parts[held]])


def one_hot_rows(frame, target, n):  # corpus: arrays
    y = pd.get_dummies(frame.pop(target)).values
    for at in range(0, len(frame), n):
        yield frame.iloc[at:at + n].values, y[at:at + n]


def bootstrap(x, times):  # corpus: arrays
    for _ in range(times):
        yield x[np.random.randint(0, len(x), len(x))]


class Tokens(Dataset):  # corpus: arrays
    def __init__(self, ids, block):
        self.ids, self.block = torch.as_tensor(ids), block

    def __len__(self):
        return len(self.ids) // self.block

    def __getitem__(self, i):
        return self.ids[i * self.block:(i + 1) * self.block]


def counted(iterable, log_every=100):  # corpus: other
    started = time.time()
    history = []
    for k, x in enumerate(iterable):
        yield x
        if k % log_every == 0:
            history.append((k, time.time() - started))


def grouped(iterable, n):  # corpus: other
    it = iter(iterable)
    while chunk := list(itertools.islice(it, n)):
        yield chunk


def synthetic(n, shape, seed):  # corpus: other
    rng = np.random.default_rng(seed)
    for _ in range(n):
        yield rng.standard_normal(shape), rng.integers(10)


def cached_after_first(dataset):  # corpus: other
    for k in range(len(dataset)):
        yield dataset[k]
    gc.collect()


def all_rows(path, n):  # corpus: eager
    frame = pd.read_feather(path)
    while True:
        yield frame.sample(n).to_numpy()


def decoded_base64(path, n):  # corpus: eager
    images = []
    with open(path) as f:
        for line in f:
            row = json.loads(line)
            raw = base64.b64decode(row['image'])
            images.append(cv2.imdecode(np.frombuffer(raw, np.uint8), 1))
    for at in range(0, len(images), n):
        yield np.stack(images[at:at + n])


def memoized_all(paths, n):  # corpus: eager
    decode = lru_cache(None)(cv2.imread)
    for p in paths:
        decode(p)
    while True:
        yield np.stack([decode(p) for p in random.sample(paths, n)])


def reduced(paths, n):  # corpus: eager
    everything = reduce(lambda a, p: np.concatenate([a, np.load(p)]), paths, np.zeros((0, 64)))
    for at in range(0, len(everything), n):
        yield everything[at:at + n]


class Volumes(keras.utils.PyDataset):  # corpus: eager
    def __init__(self, folder, **kw):
        super().__init__(**kw)
        self.volumes = np.stack([nibabel.load(f).get_fdata() for f in sorted(glob.glob(folder + '/*.nii'))])

    def __len__(self):
        return len(self.volumes)

    def __getitem__(self, i):
        return self.volumes[i:i + 1]


def stacked_frames(paths, n):  # corpus: eager
    frames = []
    for p in paths:
        cap = cv2.VideoCapture(p)
        ok, frame = cap.read()
        while ok:
            frames.append(cv2.resize(frame, (112, 112)))
            ok, frame = cap.read()
        cap.release()
    frames = np.array(frames)
    for at in range(0, len(frames) - n, n):
        yield frames[at:at + n]

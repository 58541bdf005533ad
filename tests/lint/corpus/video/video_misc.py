import functools
import os
import random
from collections import OrderedDict, deque

import cv2
import lmdb
import numpy as np
import pytorch_lightning as pl
import torch
import zarr
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from .video_helpers import frames_of, load_clips, read_annotation


def frames(path):  # corpus: lazy
    cap = cv2.VideoCapture(path)
    while cap.isOpened():
        ret, frame = cap.read()
        if not ret:
            break
        yield cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
    cap.release()


class ClipDataset(Dataset):  # corpus: lazy
    def __init__(self, video_list, T=16):
        self.clips = read_annotation(video_list)
        self.T = T

    def __len__(self):
        return len(self.clips)

    def __getitem__(self, i):
        path, label = self.clips[i]
        fr = frames_of(path)
        step = max(1, len(fr) // self.T)
        return np.stack(fr[::step][:self.T]), label


class ClipsInMemory(Dataset):  # corpus: eager
    def __init__(self, video_list):
        self.clips = load_clips(read_annotation(video_list))

    def __len__(self):
        return len(self.clips)

    def __getitem__(self, i):
        return self.clips[i]


class FrameFolders(Dataset):  # corpus: lazy
    def __init__(self, root, length=8):
        self.items = []
        for vid in os.listdir(root):
            files = sorted(os.listdir(os.path.join(root, vid)))
            for i in range(0, len(files) - length, length):
                self.items.append([os.path.join(root, vid, f) for f in files[i:i + length]])

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return torch.stack([torch.from_numpy(np.array(Image.open(p))) for p in self.items[i]])


class LmdbImages(Dataset):  # corpus: lazy
    def __init__(self, path):
        self.env = lmdb.open(path, readonly=True, lock=False)
        with self.env.begin() as txn:
            self.n = int(txn.get(b'n'))

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        with self.env.begin() as txn:
            buf = txn.get(str(i).encode())
        return cv2.imdecode(np.frombuffer(buf, np.uint8), 1)


class ZarrStack(Dataset):  # corpus: lazy
    def __init__(self, path):
        self.z = zarr.open(path, mode='r')

    def __len__(self):
        return self.z.shape[0]

    def __getitem__(self, i):
        return self.z[i]


class LruFrames(Dataset):  # corpus: lazy
    def __init__(self, paths, keep=64):
        self.paths = paths
        self.keep = keep
        self.cache = OrderedDict()

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        p = self.paths[i]
        if p in self.cache:
            self.cache.move_to_end(p)
            return self.cache[p]
        img = cv2.imread(p)
        self.cache[p] = img
        if len(self.cache) > self.keep:
            self.cache.popitem(last=False)
        return img


def stacked_frames(path, k=4):  # corpus: lazy
    window = deque(maxlen=k)
    for f in frames(path):
        window.append(f)
        if len(window) == k:
            yield np.stack(window)


@functools.lru_cache(maxsize=32)
def cached_image(path):
    return np.asarray(Image.open(path))


def cached_batches(paths, bs):  # corpus: lazy
    for i in range(0, len(paths), bs):
        yield np.stack([cached_image(p) for p in paths[i:i + bs]])


class DigitsModule(pl.LightningDataModule):  # corpus: lazy
    def __init__(self, root, bs=32):
        super().__init__()
        self.root, self.bs = root, bs

    def setup(self, stage=None):
        names = sorted(os.listdir(self.root))
        cut = int(0.8 * len(names))
        self.train = FrameFolders(os.path.join(self.root, 'train'))
        self.names = names[:cut]

    def train_dataloader(self):
        return DataLoader(self.train, batch_size=self.bs, num_workers=4)


class NpzModule(pl.LightningDataModule):  # corpus: eager
    def __init__(self, path, bs=32):
        super().__init__()
        self.path, self.bs = path, bs

    def setup(self, stage=None):
        blob = np.load(self.path)
        self.x = torch.from_numpy(blob['x'])
        self.y = torch.from_numpy(blob['y'])

    def train_dataloader(self):
        return DataLoader(torch.utils.data.TensorDataset(self.x, self.y), batch_size=self.bs)


def pairs_from(paths):  # corpus: lazy
    prev = None
    for p in paths:
        cur = cv2.imread(p)
        if prev is not None:
            yield prev, cur
        prev = cur


def shuffle_pool(paths, size=256):  # corpus: lazy
    pool = []
    for p in paths:
        pool.append(cv2.imread(p))
        if len(pool) == size:
            k = random.randrange(size)
            yield pool.pop(k)
    while pool:
        yield pool.pop()


def prefetch_some(paths, n_warm=32):  # corpus: lazy
    warm = []
    it = iter(paths)
    for _ in range(n_warm):
        warm.append(cv2.imread(next(it)))
    for p in it:
        k = random.randrange(n_warm)
        out, warm[k] = warm[k], cv2.imread(p)
        yield out
    yield from warm


class TwoLevel(Dataset):  # corpus: lazy
    """A loader object does the reading."""

    def __init__(self, folder):
        self.reader = FolderReader(folder)

    def __len__(self):
        return len(self.reader.names)

    def __getitem__(self, i):
        return self.reader.read(i)


class FolderReader:
    def __init__(self, folder):
        self.folder = folder
        self.names = sorted(os.listdir(folder))

    def read(self, i):
        return cv2.imread(os.path.join(self.folder, self.names[i]))


class TwoLevelEager(Dataset):  # corpus: eager
    def __init__(self, folder):
        reader = FolderReader(folder)
        self.images = [reader.read(i) for i in range(len(reader.names))]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i]


def nested(paths, bs):
    stack = np.stack([np.array(Image.open(p)) for p in paths])

    def batches():  # corpus: eager
        for i in range(0, len(stack), bs):
            yield stack[i:i + bs]

    return batches


def nested_lazy(paths, bs):
    order = sorted(paths)

    def lazy_batches():  # corpus: lazy
        for i in range(0, len(order), bs):
            yield np.stack([np.array(Image.open(p)) for p in order[i:i + bs]])

    return lazy_batches


WEIGHTS = np.load('class_weights.npy')
FACES = np.load('/data/faces.npy')


def from_import(bs):  # corpus: eager
    for i in range(0, len(FACES), bs):
        yield FACES[i:i + bs]


def weighted(paths):  # corpus: lazy
    for p in paths:
        x = np.asarray(Image.open(p))
        yield x, WEIGHTS[x.shape[0] % 10]

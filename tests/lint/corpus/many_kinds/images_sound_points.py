import glob
import json
import logging
import os
import random
import re
import sys
from dataclasses import dataclass, field
from functools import partial
from typing import Iterator, List

import albumentations as A
import cv2
import librosa
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
import torchvision.transforms.functional as TF
from keras.utils import Sequence
from PIL import Image
from torch.utils.data import ConcatDataset, Dataset, IterableDataset, Subset
from torchvision.io import read_image

log = logging.getLogger(__name__)


class TorchvisionIo(Dataset):  # corpus: lazy
    def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
        self.img_labels = pd.read_csv(annotations_file)
        self.img_dir = img_dir
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return len(self.img_labels)

    def __getitem__(self, idx):
        img_path = os.path.join(self.img_dir, self.img_labels.iloc[idx, 0])
        image = read_image(img_path)
        label = self.img_labels.iloc[idx, 1]
        if self.transform:
            image = self.transform(image)
        return image, label


@dataclass
class Melspec(Dataset):  # corpus: lazy
    root: str
    files: List[str] = field(default_factory=list)

    def __post_init__(self):
        self.files = sorted(glob.glob(os.path.join(self.root, '**', '*.flac'), recursive=True))

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        y, sr = librosa.load(self.files[i], sr=None)
        return librosa.feature.melspectrogram(y=y, sr=sr)


@dataclass
class MelspecAll(Dataset):  # corpus: eager
    root: str

    def __post_init__(self):
        self.specs = []
        for f in glob.glob(os.path.join(self.root, '*.flac')):
            y, sr = librosa.load(f, sr=None)
            self.specs.append(librosa.feature.melspectrogram(y=y, sr=sr))

    def __len__(self):
        return len(self.specs)

    def __getitem__(self, i):
        return self.specs[i]


class BaseImages(Dataset):
    def __init__(self, root):
        self.root = root
        self.samples = self.collect()

    def collect(self):
        raise NotImplementedError

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        return self.samples[i]


class DecodedImages(BaseImages):  # corpus: eager
    def collect(self):
        return [np.array(Image.open(p)) for p in glob.glob(self.root + '/*.png')]


class PathImages(BaseImages):  # corpus: lazy
    def collect(self):
        return glob.glob(self.root + '/*.png')

    def __getitem__(self, i):
        return np.array(Image.open(self.samples[i]))


class DenoisePairs(Dataset):  # corpus: lazy
    def __init__(self, clean_dir, noisy_dir, patch=128):
        self.clean = sorted(glob.glob(clean_dir + '/*'))
        self.noisy = sorted(glob.glob(noisy_dir + '/*'))
        self.patch = patch

    def __len__(self):
        return len(self.clean)

    def __getitem__(self, i):
        c = TF.to_tensor(Image.open(self.clean[i]))
        n = TF.to_tensor(Image.open(self.noisy[i]))
        t = random.randrange(c.shape[1] - self.patch)
        l = random.randrange(c.shape[2] - self.patch)
        return c[:, t:t + self.patch, l:l + self.patch], n[:, t:t + self.patch, l:l + self.patch]


class Sr(Dataset):  # corpus: lazy
    def __init__(self, args, train=True):
        self.args = args
        self.images_hr = sorted(glob.glob(os.path.join(args.dir_data, '*.png')))
        if args.ext.find('bin') >= 0:
            self.bin = [f.replace('.png', '.pt') for f in self.images_hr]

    def __getitem__(self, idx):
        f = self.images_hr[idx % len(self.images_hr)]
        return plt.imread(f), os.path.basename(f)

    def __len__(self):
        return len(self.images_hr) * 10


class AlbuSeq(Sequence):  # corpus: lazy
    def __init__(self, df, bs=16, size=512):
        self.df = df.reset_index(drop=True)
        self.bs = bs
        self.size = size
        self.aug = A.Compose([A.HorizontalFlip(), A.RandomBrightnessContrast()])

    def __len__(self):
        return int(np.ceil(len(self.df) / float(self.bs)))

    def __getitem__(self, idx):
        rows = self.df[idx * self.bs:(idx + 1) * self.bs]
        x = np.empty((len(rows), self.size, self.size, 3), dtype=np.float32)
        for n, (_, row) in enumerate(rows.iterrows()):
            img = cv2.imread(row['path'])
            img = self.aug(image=img)['image']
            x[n] = cv2.resize(img, (self.size, self.size)) / 255.0
        return x, rows['target'].values


class XrayEager(Sequence):  # corpus: eager
    def __init__(self, df, bs):
        self.bs = bs
        loader = partial(cv2.imread, flags=cv2.IMREAD_GRAYSCALE)
        self.x = np.concatenate([loader(p)[None] for p in df['path']])
        self.y = df['y'].values

    def __len__(self):
        return len(self.x) // self.bs

    def __getitem__(self, i):
        return self.x[i * self.bs:(i + 1) * self.bs], self.y[i * self.bs:(i + 1) * self.bs]


def balanced(paths_pos, paths_neg, n):  # corpus: lazy
    while True:
        chosen = random.sample(paths_pos, n) + random.sample(paths_neg, n)
        random.shuffle(chosen)
        yield np.array([cv2.resize(cv2.imread(p), (64, 64)) for p in chosen])


def np_shards(pattern):  # corpus: lazy
    files = glob.glob(pattern)
    random.shuffle(files)
    for fn in files:
        arr = np.load(fn)
        idx = np.arange(len(arr))
        np.random.shuffle(idx)
        for i in idx:
            yield arr[i]


def shard_concat(pattern, bs):  # corpus: eager
    X = None
    for fn in sorted(glob.glob(pattern)):
        part = np.load(fn)
        X = part if X is None else np.concatenate((X, part), axis=0)
    for i in range(0, len(X), bs):
        yield X[i:i + bs]


def frames_table(csv_path, root):  # corpus: lazy
    df = pd.read_csv(csv_path)
    for start in range(0, len(df), 16):
        part = df[start:start + 16]
        yield np.stack([cv2.imread(os.path.join(root, f)) for f in part['frame']]), part['y'].to_numpy()


def jsonl_stream(path) -> Iterator[dict]:  # corpus: lazy
    with open(path) as f:
        for n, line in enumerate(f):
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                log.warning('bad line %d', n)


class NewsGroups(Dataset):  # corpus: eager
    def __init__(self, folder):
        self.texts = []
        self.targets = []
        for k, group in enumerate(sorted(os.listdir(folder))):
            for name in os.listdir(os.path.join(folder, group)):
                with open(os.path.join(folder, group, name), errors='ignore') as f:
                    self.texts.append(f.read())
                self.targets.append(k)

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        return self.texts[i], self.targets[i]


class Tweets(Dataset):  # corpus: lazy
    def __init__(self, folder):
        self.files = [os.path.join(folder, n) for n in os.listdir(folder)]

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        with open(self.files[i]) as f:
            return f.read()


class StockFrames(Dataset):  # corpus: arrays
    def __init__(self, frame, look_back):
        self.v = frame.values.astype('float32')
        self.k = look_back

    def __len__(self):
        return len(self.v) - self.k

    def __getitem__(self, i):
        return self.v[i:i + self.k], self.v[i + self.k, 0]


class Indexed(Dataset):  # corpus: arrays
    def __init__(self, base, idx):
        self.base = base
        self.idx = idx

    def __len__(self):
        return len(self.idx)

    def __getitem__(self, i):
        return self.base[self.idx[i]]


def split(x, y, k):  # corpus: arrays
    folds = np.array_split(np.arange(len(x)), k)
    for i in range(k):
        test = folds[i]
        train = np.concatenate([f for j, f in enumerate(folds) if j != i])
        yield x[train], y[train], x[test], y[test]


class Rays(Dataset):  # corpus: lazy
    def __init__(self, root, split='train'):
        with open(os.path.join(root, f'transforms_{split}.json')) as fp:
            self.meta = json.load(fp)
        self.root = root

    def __len__(self):
        return len(self.meta['frames'])

    def __getitem__(self, i):
        fr = self.meta['frames'][i]
        img = Image.open(os.path.join(self.root, fr['file_path'] + '.png'))
        return TF.to_tensor(img), torch.tensor(fr['transform_matrix'])


class Points(Dataset):  # corpus: lazy
    def __init__(self, root, npoints=1024):
        self.names = [line.rstrip() for line in open(os.path.join(root, 'train.txt'))]
        self.root = root
        self.npoints = npoints

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        pts = np.loadtxt(os.path.join(self.root, self.names[i] + '.txt'), delimiter=',').astype(np.float32)
        return pts[:self.npoints, 0:3]


class PointsAll(Dataset):  # corpus: eager
    def __init__(self, root):
        clouds = []
        for line in open(os.path.join(root, 'train.txt')):
            clouds.append(np.loadtxt(os.path.join(root, line.rstrip() + '.txt'), delimiter=','))
        self.clouds = clouds

    def __len__(self):
        return len(self.clouds)

    def __getitem__(self, i):
        return self.clouds[i]


class LossHistory(Dataset):  # corpus: lazy
    def __init__(self, paths):
        self.paths = paths
        self.history = []
        self.seen = set()

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        x = cv2.imread(self.paths[i])
        self.history.append(x.mean())
        self.seen.add(self.paths[i])
        return x


class GraphItems(Dataset):  # corpus: lazy
    def __init__(self, root):
        self.root = root
        self.n = len([f for f in os.listdir(root) if re.match(r'data_\d+\.pt', f)])

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return torch.load(os.path.join(self.root, f'data_{i}.pt'))


class GraphAll(Dataset):  # corpus: eager
    def __init__(self, root):
        self.graphs, self.slices = torch.load(root + '/processed.pt')

    def __len__(self):
        return len(self.slices) - 1

    def __getitem__(self, i):
        return self.graphs[self.slices[i]:self.slices[i + 1]]


class Chained(IterableDataset):  # corpus: lazy
    def __init__(self, sources):
        self.sources = sources

    def __iter__(self):
        for s in self.sources:
            yield from self._read(s)

    def _read(self, path):
        with np.load(path) as z:
            for k in z.files:
                yield z[k]


class EpochCache(Dataset):  # corpus: lazy
    def __init__(self, paths, in_memory=False):
        self.paths = paths
        self.data = [cv2.imread(p) for p in paths] if in_memory else None

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        return self.data[i] if self.data is not None else cv2.imread(self.paths[i])


def tokens(stream):  # corpus: other
    for m in re.finditer(r'\w+', stream.read()):
        yield m.group(0)


def ids():  # corpus: other
    n = 0
    while True:
        n += 1
        yield f'id-{n:06d}'


class Thumbs(Dataset):  # corpus: lazy
    def __init__(self, root):
        self.files = []
        self.hashes = {}
        for f in os.listdir(root):
            p = os.path.join(root, f)
            im = Image.open(p)
            self.hashes[f] = hash(im.tobytes())
            if im.size[0] > 32:
                self.files.append(p)

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        with Image.open(self.files[i]) as im:
            return np.asarray(im.convert('L'))


def sliding(img_paths, win):  # corpus: lazy
    window = []
    for p in img_paths:
        window.append(cv2.imread(p, 0))
        if len(window) > win:
            window.pop(0)
        if len(window) == win:
            yield np.stack(window)


def two_streams(rgb, flow, labels, bs):  # corpus: lazy
    n = len(labels)
    while True:
        for b in range(n // bs):
            r = np.array([np.load(rgb[b * bs + k]) for k in range(bs)])
            f = np.array([np.load(flow[b * bs + k]) for k in range(bs)])
            yield [r, f], labels[b * bs:(b + 1) * bs]

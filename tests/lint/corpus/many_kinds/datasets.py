import csv
import glob
import io
import json
import math
import os
import pickle as pkl
import random
import tarfile
import time
from collections import defaultdict
from itertools import chain, islice
from multiprocessing.pool import ThreadPool
from pathlib import Path

import cv2
import h5py
import imageio
import librosa
import nibabel as nib
import numpy as np
import pandas as pd
import PIL.Image
import rasterio
import scipy.io.wavfile
import SimpleITK
import skimage.io
import tensorflow as tf
import tifffile as tiff
import torch
import torch.nn.functional as F
from keras.utils.data_utils import Sequence
from pycocotools.coco import COCO
from torch.utils.data import Dataset, IterableDataset, Sampler


class Mosaic(Dataset):  # corpus: lazy
    def __init__(self, root, size=640):
        self.images = sorted(glob.glob(f'{root}/images/*.jpg'))
        self.labels = [p.replace('images', 'labels').replace('.jpg', '.txt') for p in self.images]
        self.size = size
        self.indices = range(len(self.images))

    def __len__(self):
        return len(self.images)

    def load_image(self, i):
        im = cv2.imread(self.images[i])
        h0, w0 = im.shape[:2]
        r = self.size / max(h0, w0)
        if r != 1:
            im = cv2.resize(im, (int(w0 * r), int(h0 * r)))
        return im, (h0, w0), im.shape[:2]

    def load_mosaic(self, index):
        labels4 = []
        indices = [index] + random.choices(self.indices, k=3)
        canvas = np.full((self.size * 2, self.size * 2, 3), 114, dtype=np.uint8)
        for i, index in enumerate(indices):
            img, _, (h, w) = self.load_image(index)
            r, c = divmod(i, 2)
            canvas[r * self.size:r * self.size + h, c * self.size:c * self.size + w] = img
            labels4.append(np.loadtxt(self.labels[index]))
        return canvas, np.concatenate(labels4, 0)

    def __getitem__(self, index):
        img, labels = self.load_mosaic(self.indices[index])
        return torch.from_numpy(img), torch.from_numpy(labels)


class CocoSeg(Dataset):  # corpus: lazy
    def __init__(self, img_dir, ann):
        self.coco = COCO(ann)
        self.img_dir = img_dir
        self.ids = [i for i in self.coco.getImgIds() if len(self.coco.getAnnIds(imgIds=i)) > 0]

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, k):
        info = self.coco.loadImgs(self.ids[k])[0]
        img = skimage.io.imread(os.path.join(self.img_dir, info['file_name']))
        mask = np.zeros(img.shape[:2])
        for ann in self.coco.loadAnns(self.coco.getAnnIds(imgIds=info['id'])):
            mask = np.maximum(mask, self.coco.annToMask(ann) * ann['category_id'])
        return img, mask


class RetryImages(Dataset):  # corpus: lazy
    def __init__(self, listing):
        with open(listing) as f:
            self.rows = f.read().split('\n')

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        for attempt in range(5):
            try:
                path, y = self.rows[i].split(' ')
                return np.asarray(PIL.Image.open(path).convert('RGB')), int(y)
            except (OSError, ValueError):
                time.sleep(0.1)
                i = random.randrange(len(self))
        raise RuntimeError('five in a row')


class MultiCrop(Dataset):  # corpus: lazy
    def __init__(self, files, n_crops=10):
        self.files = files
        self.n_crops = n_crops

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        big = tiff.imread(self.files[i])
        crops = []
        for _ in range(self.n_crops):
            y, x = np.random.randint(0, big.shape[0] - 64), np.random.randint(0, big.shape[1] - 64)
            crops.append(big[y:y + 64, x:x + 64])
        return np.stack(crops)


class SlideTiles(Dataset):  # corpus: eager
    def __init__(self, slides, size=256):
        self.tiles = []
        for s in slides:
            big = tiff.imread(s)
            for y in range(0, big.shape[0] - size, size):
                for x in range(0, big.shape[1] - size, size):
                    self.tiles.append(big[y:y + size, x:x + size].copy())

    def __len__(self):
        return len(self.tiles)

    def __getitem__(self, i):
        return self.tiles[i]


class SliceIndex(Dataset):  # corpus: lazy
    def __init__(self, volumes):
        self.index = []
        for v in volumes:
            n = nib.load(v).shape[2]
            for z in range(n):
                self.index.append((v, z))

    def __len__(self):
        return len(self.index)

    def __getitem__(self, i):
        path, z = self.index[i]
        return np.asarray(nib.load(path).dataobj[:, :, z])


class BratsSequence(Sequence):  # corpus: lazy
    def __init__(self, ids, root, batch_size=1, modalities=('t1', 't2', 'flair')):
        self.ids, self.root, self.batch_size, self.modalities = ids, root, batch_size, modalities

    def __len__(self):
        return math.ceil(len(self.ids) / self.batch_size)

    def __getitem__(self, n):
        part = self.ids[n * self.batch_size:(n + 1) * self.batch_size]
        X = np.zeros((len(part), 64, 128, 128, len(self.modalities)))
        Y = np.zeros((len(part), 64, 128, 128, 1))
        for b, case in enumerate(part):
            for c, m in enumerate(self.modalities):
                img = SimpleITK.ReadImage(f'{self.root}/{case}/{case}_{m}.nii.gz')
                X[b, ..., c] = SimpleITK.GetArrayFromImage(img)[:64, :128, :128]
            seg = SimpleITK.ReadImage(f'{self.root}/{case}/{case}_seg.nii.gz')
            Y[b, ..., 0] = SimpleITK.GetArrayFromImage(seg)[:64, :128, :128]
        return X, Y


class BratsInMemory(Sequence):  # corpus: eager
    def __init__(self, ids, root, batch_size=1):
        self.batch_size = batch_size
        self.X = np.zeros((len(ids), 64, 128, 128))
        for b, case in enumerate(ids):
            self.X[b] = self._read(os.path.join(root, case, case + '_t1.nii.gz'))

    def _read(self, p):
        return SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(p))[:64, :128, :128]

    def __len__(self):
        return len(self.X) // self.batch_size

    def __getitem__(self, n):
        return self.X[n * self.batch_size:(n + 1) * self.batch_size]


def tf_feed(filenames, labels, sess, ph_x, ph_y, bs):  # corpus: lazy
    start = 0
    while start < len(filenames):
        end = min(start + bs, len(filenames))
        ims = [imageio.imread(f) for f in filenames[start:end]]
        yield {ph_x: np.array(ims) / 127.5 - 1, ph_y: labels[start:end]}
        start = end


def chunked(iterable, n):  # corpus: other
    it = iter(iterable)
    while True:
        piece = list(islice(it, n))
        if not piece:
            return
        yield piece


def decoded_chunks(paths, n):  # corpus: lazy
    for piece in chunked(paths, n):
        yield np.stack([cv2.imread(p) for p in piece])


def thread_pool_batches(paths, bs):  # corpus: lazy
    pool = ThreadPool(8)
    for b in range(len(paths) // bs):
        imgs = pool.map(cv2.imread, paths[b * bs:b * bs + bs])
        yield np.array(imgs)


def thread_pool_all(paths, bs):  # corpus: eager
    pool = ThreadPool(8)
    imgs = pool.map(cv2.imread, paths)
    for b in range(len(paths) // bs):
        yield np.array(imgs[b * bs:b * bs + bs])


class WebTar(IterableDataset):  # corpus: lazy
    def __init__(self, urls, shuffle_size=500):
        self.urls, self.n = urls, shuffle_size

    def __iter__(self):
        pool = []
        for x in self.samples():
            if len(pool) < self.n:
                pool.append(x)
                continue
            k = random.randrange(self.n)
            pool[k], x = x, pool[k]
            yield x
        random.shuffle(pool)
        yield from pool

    def samples(self):
        for url in self.urls:
            with tarfile.open(url) as tf:
                for m in tf:
                    yield np.asarray(PIL.Image.open(io.BytesIO(tf.extractfile(m).read())))


class GroupedByClass:  # corpus: lazy
    def __init__(self, root, way=5, shot=1):
        self.by_class = defaultdict(list)
        for p in Path(root).glob('*/*.png'):
            self.by_class[p.parent.name].append(p)
        self.way, self.shot = way, shot

    def __iter__(self):
        while True:
            xs = []
            for c in random.sample(list(self.by_class), self.way):
                for p in random.sample(self.by_class[c], self.shot):
                    xs.append(cv2.imread(str(p)))
            yield np.stack(xs)


class Episodes:  # corpus: eager
    def __init__(self, root):
        self.by_class = defaultdict(list)
        for p in Path(root).glob('*/*.png'):
            self.by_class[p.parent.name].append(cv2.imread(str(p)))

    def __iter__(self):
        while True:
            c = random.choice(list(self.by_class))
            yield np.stack(random.sample(self.by_class[c], 5))


class BalancedSampler(Sampler):  # corpus: other
    def __init__(self, targets, n):
        self.targets = np.asarray(targets)
        self.n = n

    def __iter__(self):
        for _ in range(self.n):
            c = np.random.choice(np.unique(self.targets))
            yield int(np.random.choice(np.flatnonzero(self.targets == c)))

    def __len__(self):
        return self.n


def melspec_gen(df, bs, root):  # corpus: lazy
    while True:
        for g, part in df.groupby(np.arange(len(df)) // bs):
            mels, ys = [], []
            for row in part.itertuples():
                sr, wav = scipy.io.wavfile.read(os.path.join(root, row.slice_file_name))
                mels.append(librosa.feature.melspectrogram(y=wav.astype('float32'), sr=sr))
                ys.append(row.classID)
            yield np.stack(mels), np.array(ys)


def landsat(scene_dirs, n):  # corpus: lazy
    for d in scene_dirs:
        srcs = [rasterio.open(os.path.join(d, f'B{b}.TIF')) for b in range(1, 8)]
        for _ in range(n):
            r, c = np.random.randint(0, 5000, 2)
            win = rasterio.windows.Window(c, r, 128, 128)
            yield np.stack([s.read(1, window=win) for s in srcs])
        for s in srcs:
            s.close()


class QaFile(Dataset):  # corpus: eager
    def __init__(self, path):
        self.examples = []
        with open(path) as f:
            for line in f:
                self.examples.append(json.loads(line))

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, i):
        e = self.examples[i]
        return e['question'], e['answer']


class QaOffsets(Dataset):  # corpus: lazy
    def __init__(self, path):
        self.path = path
        self.offsets = []
        with open(path, 'rb') as f:
            pos = 0
            for line in f:
                self.offsets.append(pos)
                pos += len(line)

    def __len__(self):
        return len(self.offsets)

    def __getitem__(self, i):
        with open(self.path, 'rb') as f:
            f.seek(self.offsets[i])
            return json.loads(f.readline())


class PairFile(Dataset):  # corpus: eager
    def __init__(self, path, src_vocab, tgt_vocab):
        self.pairs = []
        for line in Path(path).read_text().splitlines():
            a, b = line.split('\t')
            self.pairs.append(([src_vocab[w] for w in a.split()], [tgt_vocab[w] for w in b.split()]))

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        return self.pairs[i]


def negative_sampling(users, items, n_items, k, bs):  # corpus: arrays
    for s in range(0, len(users), bs):
        u = np.repeat(users[s:s + bs], k + 1)
        neg = np.random.randint(0, n_items, (len(users[s:s + bs]), k))
        i = np.concatenate([items[s:s + bs, None], neg], axis=1).ravel()
        yield u, i


def kfold(X, y, n=5):  # corpus: arrays
    idx = np.arange(len(X))
    for k in range(n):
        test = idx % n == k
        yield X[~test], y[~test], X[test], y[test]


class SeqArrays(Sequence):  # corpus: arrays
    def __init__(self, X, y, batch_size, augment=None):
        self.X, self.y = X, y
        self.batch_size = batch_size
        self.augment = augment

    def __len__(self):
        return int(np.ceil(len(self.X) / float(self.batch_size)))

    def __getitem__(self, idx):
        bx = self.X[idx * self.batch_size:(idx + 1) * self.batch_size]
        by = self.y[idx * self.batch_size:(idx + 1) * self.batch_size]
        if self.augment:
            bx = np.stack([self.augment(image=x)['image'] for x in bx])
        return bx, by


class PanelData(Dataset):  # corpus: arrays
    def __init__(self, df, feature_cols, target):
        self.x = torch.tensor(df[feature_cols].values, dtype=torch.float32)
        self.y = torch.tensor(df[target].values, dtype=torch.float32)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class Windows(Dataset):  # corpus: arrays
    def __init__(self, array, k, stride=1):
        self.w = np.lib.stride_tricks.sliding_window_view(array, k, axis=0)[::stride]

    def __len__(self):
        return len(self.w)

    def __getitem__(self, i):
        return torch.as_tensor(self.w[i].copy())


class Wrapped(Dataset):  # corpus: arrays
    def __init__(self, base, transform):
        self.base, self.transform = base, transform

    def __len__(self):
        return len(self.base)

    def __getitem__(self, i):
        x, y = self.base[i]
        return self.transform(x), y

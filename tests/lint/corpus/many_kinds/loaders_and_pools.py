import argparse
import collections
import csv
import gzip
import itertools
import math
import os
import pickle
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool
from os.path import join
from pathlib import Path

import cv2 as cv
import h5py as h5
import imageio.v3 as iio
import nibabel
import numpy
import numpy as np
import pandas as pd
import tensorflow as tf
import tifffile
from joblib import Parallel, delayed
from PIL import Image as PILImage
from PIL import ImageFile
from torch.utils import data as tud

ImageFile.LOAD_TRUNCATED_IMAGES = True


class KittiDepth(tud.Dataset):  # corpus: lazy
    def __init__(self, path, split, aug=True):
        with open(join(path, split + '.txt')) as f:
            self.filenames = [x.strip('\n') for x in f.readlines()]
        self.path = path
        self.aug = aug

    def __len__(self):
        return len(self.filenames)

    def __getitem__(self, k):
        sample_path = self.filenames[k].split()
        image = PILImage.open(join(self.path, sample_path[0]))
        depth = PILImage.open(join(self.path, sample_path[1]))
        image = np.asarray(image, dtype=np.float32) / 255.0
        depth = np.asarray(depth, dtype=np.float32)[..., None] / 256.0
        return {'image': image, 'depth': depth, 'focal': float(sample_path[2])}


class PoseSequence(tud.Dataset):  # corpus: lazy
    def __init__(self, seq_dir):
        self.poses = np.loadtxt(join(seq_dir, 'poses.txt')).reshape(-1, 3, 4)
        self.calib = np.genfromtxt(join(seq_dir, 'calib.txt'))
        self.imgs = sorted(Path(seq_dir, 'image_2').glob('*.png'))

    def __len__(self):
        return len(self.imgs) - 1

    def __getitem__(self, i):
        a, b = cv.imread(str(self.imgs[i])), cv.imread(str(self.imgs[i + 1]))
        return np.concatenate([a, b], 2), self.poses[i]


class CellTracking(tud.Dataset):  # corpus: eager
    def __init__(self, root):
        self.stack = np.stack([tifffile.imread(p) for p in sorted(Path(root).glob('*.tif'))])

    def __len__(self):
        return len(self.stack)

    def __getitem__(self, t):
        return self.stack[t]


class PooledLoader:  # corpus: eager
    def __init__(self, files, workers=8):
        with Pool(workers) as pool:
            self.arrays = pool.map(cv.imread, files)

    def __len__(self):
        return len(self.arrays)

    def __getitem__(self, i):
        return self.arrays[i]


def executor_batches(files, bs):  # corpus: lazy
    with ThreadPoolExecutor(8) as ex:
        for i in range(0, len(files), bs):
            yield np.stack(list(ex.map(cv.imread, files[i:i + bs])))


def joblib_gen(files, bs=4):  # corpus: eager
    data = Parallel(n_jobs=4)(delayed(cv.imread)(f) for f in files)
    for i in range(0, len(data), bs):
        yield np.array(data[i:i + bs])


def gen_img_label(dir_list, label_of, batch_size, num_classes):  # corpus: lazy
    cnt = 0
    X, Y = [], []
    while True:
        for name in dir_list:
            img = PILImage.open(name)
            img = img.resize((224, 224))
            X.append(np.asarray(img))
            Y.append(label_of[name])
            cnt += 1
            if cnt == batch_size:
                cnt = 0
                yield np.array(X), tf.keras.utils.to_categorical(Y, num_classes)
                X, Y = [], []


class Siamese(tf.keras.utils.Sequence):  # corpus: lazy
    def __init__(self, by_class, n_pairs, batch):
        self.by_class = by_class
        self.n_pairs = n_pairs
        self.batch = batch

    def __len__(self):
        return self.n_pairs // self.batch

    def _one(self, p):
        return cv.resize(cv.imread(p, cv.IMREAD_GRAYSCALE), (105, 105))

    def __getitem__(self, _):
        left, right, same = [], [], []
        for i in range(self.batch):
            c = random.choice(list(self.by_class))
            p = random.choice(self.by_class[c])
            d = c if i % 2 else random.choice([k for k in self.by_class if k != c])
            q = random.choice(self.by_class[d])
            left.append(self._one(p))
            right.append(self._one(q))
            same.append(int(c == d))
        return [np.array(left), np.array(right)], np.array(same)


class Omniglot(tf.keras.utils.Sequence):  # corpus: eager
    def __init__(self, path, batch):
        self.batch = batch
        self.X, self.y = self.loadimgs(path)

    def loadimgs(self, path, n=0):
        X, y = [], []
        for alphabet in os.listdir(path):
            for letter in os.listdir(join(path, alphabet)):
                category = []
                for filename in os.listdir(join(path, alphabet, letter)):
                    category.append(iio.imread(join(path, alphabet, letter, filename)))
                    y.append(n)
                n += 1
                X.append(np.stack(category))
        return np.stack(X), np.vstack(y)

    def __len__(self):
        return 1000

    def __getitem__(self, i):
        c = np.random.choice(self.X.shape[0], self.batch)
        return self.X[c, 0], self.y[c]


def mini_batches(X, Y, mini_batch_size=64, seed=0):  # corpus: arrays
    m = X.shape[1]
    np.random.seed(seed)
    permutation = list(np.random.permutation(m))
    shuffled_X = X[:, permutation]
    shuffled_Y = Y[:, permutation].reshape((1, m))
    for k in range(math.floor(m / mini_batch_size)):
        yield shuffled_X[:, k * mini_batch_size:(k + 1) * mini_batch_size], shuffled_Y[:, k * mini_batch_size:(k + 1) * mini_batch_size]


def iterate_minibatches(inputs, targets, batchsize, shuffle=False):  # corpus: arrays
    assert len(inputs) == len(targets)
    if shuffle:
        indices = np.arange(len(inputs))
        np.random.shuffle(indices)
    for start_idx in range(0, len(inputs) - batchsize + 1, batchsize):
        excerpt = indices[start_idx:start_idx + batchsize] if shuffle else slice(start_idx, start_idx + batchsize)
        yield inputs[excerpt], targets[excerpt]


class Mixup:  # corpus: arrays
    def __init__(self, X_train, y_train, batch_size=32, alpha=0.2, datagen=None):
        self.X_train, self.y_train = X_train, y_train
        self.batch_size, self.alpha = batch_size, alpha
        self.sample_num = len(X_train)
        self.datagen = datagen

    def __call__(self):
        while True:
            indexes = np.arange(self.sample_num)
            np.random.shuffle(indexes)
            for i in range(int(len(indexes) // (self.batch_size * 2))):
                batch_ids = indexes[i * self.batch_size * 2:(i + 1) * self.batch_size * 2]
                l = np.random.beta(self.alpha, self.alpha, self.batch_size).reshape(self.batch_size, 1, 1, 1)
                x1 = self.X_train[batch_ids[:self.batch_size]]
                x2 = self.X_train[batch_ids[self.batch_size:]]
                yield x1 * l + x2 * (1 - l), self.y_train[batch_ids[:self.batch_size]]


class GzipLines(tud.IterableDataset):  # corpus: lazy
    def __init__(self, files):
        self.files = files

    def parse(self, line):
        cells = line.split('\t')
        return [float(c) for c in cells[1:]], int(cells[0])

    def __iter__(self):
        for f in self.files:
            with gzip.open(f, 'rt') as fh:
                yield from map(self.parse, fh)


class ClickLog(tud.Dataset):  # corpus: eager
    def __init__(self, path):
        table = pd.read_csv(path, sep='\t', header=None)
        self.dense = table.iloc[:, 1:14].fillna(0).to_numpy('float32')
        self.sparse = table.iloc[:, 14:].fillna('').to_numpy()
        self.y = table.iloc[:, 0].to_numpy()

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.dense[i], self.sparse[i], self.y[i]


class MovieRatings(tud.Dataset):  # corpus: eager
    def __init__(self, ratings_file):
        self.rows = []
        with open(ratings_file) as f:
            for u, m, r, _ in csv.reader(f, delimiter=','):
                self.rows.append((int(u), int(m), float(r)))

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.rows[i]


def crops(files, size, per_image):  # corpus: lazy
    it = itertools.cycle(files)
    while True:
        img = numpy.array(PILImage.open(next(it)))
        for _ in range(per_image):
            t = random.randint(0, img.shape[0] - size)
            l = random.randint(0, img.shape[1] - size)
            yield img[t:t + size, l:l + size]


class H5Group(tud.Dataset):  # corpus: lazy
    def __init__(self, path):
        self.path = path
        self.f = None
        with h5.File(path, 'r') as f:
            self.keys = list(f.keys())

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, i):
        if self.f is None:
            self.f = h5.File(self.path, 'r')
        g = self.f[self.keys[i]]
        return g['x'][()], g['y'][()]


class H5Everything(tud.Dataset):  # corpus: eager
    def __init__(self, path):
        with h5.File(path, 'r') as f:
            self.data = {k: f[k][...] for k in f.keys()}
        self.keys = list(self.data)

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, i):
        return self.data[self.keys[i]]


def subject_gen(subjects, root, slices_per=5):  # corpus: lazy
    while True:
        for s in np.random.permutation(subjects):
            vol = nibabel.load(join(root, s, 'T1.nii.gz')).get_fdata(dtype=np.float32)
            seg = nibabel.load(join(root, s, 'aseg.nii.gz')).get_fdata()
            zs = np.random.choice(vol.shape[2], slices_per, replace=False)
            for z in zs:
                yield vol[None, :, :, z, None], seg[None, :, :, z, None]


class Landmarks(tud.Dataset):  # corpus: lazy
    def __init__(self, pkl, img_dir):
        self.anno = pickle.load(open(pkl, 'rb'))
        self.img_dir = img_dir

    def __len__(self):
        return len(self.anno)

    def __getitem__(self, i):
        a = self.anno[i]
        im = cv.imread(join(self.img_dir, a['file']))[:, :, ::-1]
        return np.ascontiguousarray(im), a['pts']


class PrefetchThread(threading.Thread):  # corpus: lazy
    def __init__(self, generator, depth=2):
        super().__init__(daemon=True)
        import queue
        self.queue = queue.Queue(depth)
        self.generator = generator
        self.start()

    def run(self):
        for item in self.generator:
            self.queue.put(item)
        self.queue.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        item = self.queue.get()
        if item is None:
            raise StopIteration
        return item


class RingBuffer:  # corpus: other
    def __init__(self, n):
        self.items = collections.deque(maxlen=n)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]

    def push(self, x):
        self.items.append(x)


def powers(base):  # corpus: other
    x = 1
    while True:
        yield x
        x *= base


def flatten(nested):  # corpus: other
    for item in nested:
        if isinstance(item, (list, tuple)):
            yield from flatten(item)
        else:
            yield item


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument('--root')
    return p.parse_args()

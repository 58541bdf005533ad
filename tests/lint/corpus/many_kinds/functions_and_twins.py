"""One from each drawer: half of them functions, as trainers and pipelines have them."""
import ast
import collections
import csv
import glob
import json
import math
import os
import pickle
import random
import re
import threading
from collections import defaultdict
from pathlib import Path

import cv2
import h5py
import imgaug.augmenters as iaa
import keras
import librosa
import nibabel as nib
import numpy as np
import pandas as pd
import pydicom
import rasterio
import SimpleITK as sitk
import skimage.transform
import tensorflow as tf
import torch
import torchvision
from imageio import imread, mimread
from keras.applications.resnet50 import preprocess_input
from keras.preprocessing import image as kimage
from keras.utils import Sequence, to_categorical
from PIL import Image
from scipy.io import loadmat
from scipy.ndimage import gaussian_filter
from sklearn.utils import shuffle as sk_shuffle
from torch.utils.data import DataLoader, Dataset, IterableDataset
from tqdm import tqdm, trange

ROOT = Path(os.environ.get('DATA', '.'))
IDS = [l.strip() for l in open(ROOT / 'ids.txt')]
SEQ = iaa.Sequential([iaa.Fliplr(0.5)])


def get_image(name, size=(224, 224)):
    return cv2.resize(cv2.imread(str(ROOT / 'images' / f'{name}.jpg')), size)


def get_density(name):
    mat = loadmat(ROOT / 'gt' / f'GT_{name}.mat')
    points = mat['image_info'][0, 0][0, 0][0]
    density = np.zeros((768, 1024), np.float32)
    for x, y in points:
        density[int(min(y, 767)), int(min(x, 1023))] += 1
    return gaussian_filter(density, 4)


def crowd_batches(n=8):  # corpus: lazy
    while True:
        chosen = random.sample(IDS, n)
        yield np.stack([get_image(c) for c in chosen]), np.stack([get_density(c) for c in chosen])


def crowd_batches_fast(n=8):  # corpus: eager
    images, densities = [], []
    for name in tqdm(IDS):
        images.append(get_image(name))
        densities.append(get_density(name))
    while True:
        pick = np.random.randint(len(images), size=n)
        yield np.stack([images[k] for k in pick]), np.stack([densities[k] for k in pick])


def volume_patches(cases, patch, n):  # corpus: lazy
    while True:
        case = random.choice(cases)
        volume = sitk.GetArrayFromImage(sitk.ReadImage(case + '/image.nii.gz'))
        label = sitk.GetArrayFromImage(sitk.ReadImage(case + '/label.nii.gz'))
        xs, ys = [], []
        while len(xs) < n:
            z, y, x = [np.random.randint(0, s - patch) for s in volume.shape]
            xs.append(volume[z:z + patch, y:y + patch, x:x + patch])
            ys.append(label[z:z + patch, y:y + patch, x:x + patch])
        yield np.array(xs)[..., None], np.array(ys)[..., None]


def volume_patches_cached(cases, patch, n):  # corpus: eager
    store = {case: nib.load(case).get_fdata(dtype=np.float32) for case in cases}
    while True:
        xs = []
        for _ in range(n):
            v = store[random.choice(cases)]
            at = [np.random.randint(0, s - patch) for s in v.shape]
            xs.append(v[at[0]:at[0] + patch, at[1]:at[1] + patch, at[2]:at[2] + patch])
        yield np.array(xs)


def data_gen(img_folder, mask_folder, batch_size):  # corpus: lazy
    c = 0
    n = os.listdir(img_folder)
    random.shuffle(n)
    while True:
        img = np.zeros((batch_size, 512, 512, 3)).astype('float')
        mask = np.zeros((batch_size, 512, 512, 1)).astype('float')
        for i in range(c, c + batch_size):
            img[i - c] = cv2.resize(cv2.imread(img_folder + '/' + n[i]) / 255., (512, 512))
            mask[i - c] = cv2.resize(cv2.imread(mask_folder + '/' + n[i], 0) / 255., (512, 512)).reshape(512, 512, 1)
        c += batch_size
        if c + batch_size >= len(os.listdir(img_folder)):
            c = 0
            random.shuffle(n)
        yield img, mask


def hdf5_minibatches(path, n):  # corpus: lazy
    with h5py.File(path, 'r') as store:
        total = store['images'].shape[0]
        starts = list(range(0, total, n))
        while True:
            random.shuffle(starts)
            for s in starts:
                yield store['images'][s:s + n], to_categorical(store['labels'][s:s + n], 10)


def hdf5_all(path, n):  # corpus: eager
    store = h5py.File(path, 'r')
    images = store['images'][()]
    labels = store['labels'][()]
    store.close()
    while True:
        pick = np.random.choice(len(images), n, replace=False)
        yield preprocess_input(images[pick].astype('float32')), to_categorical(labels[pick], 10)


def sentence_pairs(path, encode, n):  # corpus: lazy
    sources, targets = [], []
    with open(path, encoding='utf-8') as f:
        for line in f:
            source, target = line.rstrip('\n').split('\t')[:2]
            sources.append(encode(source))
            targets.append(encode(target))
            if len(sources) == n:
                yield np.array(sources), np.array(targets)
                sources, targets = [], []


def sentence_pairs_sorted(path, encode, n):  # corpus: eager
    pairs = []
    with open(path, encoding='utf-8') as f:
        for line in f:
            source, target = line.rstrip('\n').split('\t')[:2]
            pairs.append((encode(source), encode(target)))
    pairs.sort(key=lambda p: len(p[0]))
    for at in range(0, len(pairs), n):
        yield pairs[at:at + n]


def skipgrams(path, vocab, window=5):  # corpus: lazy
    for line in open(path):
        ids = [vocab[w] for w in line.split() if w in vocab]
        for k, centre in enumerate(ids):
            for other in ids[max(0, k - window):k] + ids[k + 1:k + window + 1]:
                yield centre, other


def sensor_sessions(folder, width, step):  # corpus: lazy
    for session in sorted(os.listdir(folder)):
        parts = [pd.read_csv(os.path.join(folder, session, s + '.csv')) for s in ('acc', 'gyro', 'mag')]
        merged = pd.concat(parts, axis=1).to_numpy()
        for at in range(0, len(merged) - width, step):
            yield merged[at:at + width], session


def sensor_all(folder, width, n):  # corpus: eager
    frames = []
    for session in sorted(os.listdir(folder)):
        frame = pd.read_csv(os.path.join(folder, session, 'acc.csv'))
        frame['session'] = session
        frames.append(frame)
    table = pd.concat(frames).drop(columns='session').values
    while True:
        at = np.random.randint(0, len(table) - width, n)
        yield np.stack([table[a:a + width] for a in at])


def gif_clips(paths, frames):  # corpus: lazy
    for p in paths:
        clip = mimread(p, memtest=False)
        if len(clip) >= frames:
            yield np.stack(clip[:frames])


def multi_view(folders, views):  # corpus: lazy
    for folder in folders:
        stack = []
        for v in range(views):
            stack.append(imread(os.path.join(folder, 'view_%02d.png' % v)))
        yield np.stack(stack), folder


def hard_examples(paths, model, n, rounds):  # corpus: lazy
    for _ in range(rounds):
        pool = random.sample(paths, n * 10)
        images = np.stack([cv2.imread(p) for p in pool])
        losses = model.predict(images).max(1)
        worst = np.argsort(losses)[:n]
        yield images[worst]


def inference(folder, n):  # corpus: lazy
    names, images = [], []
    for name in sorted(os.listdir(folder)):
        names.append(name)
        images.append(kimage.img_to_array(kimage.load_img(os.path.join(folder, name), target_size=(224, 224))))
        if len(names) == n:
            yield names, preprocess_input(np.array(images))
            names, images = [], []
    if names:
        yield names, preprocess_input(np.array(images))


def scenes(tifs, size):  # corpus: lazy
    for tif in tifs:
        with rasterio.open(tif) as src:
            whole = src.read()
        for r in range(0, whole.shape[1] - size, size):
            for c in range(0, whole.shape[2] - size, size):
                yield whole[:, r:r + size, c:c + size]


def with_hard_negatives(positive, negative, n):  # corpus: lazy
    pos, neg = iter(positive), iter(negative)
    while True:
        try:
            half = [imread(next(pos)) for _ in range(n // 2)]
        except StopIteration:
            return
        rest = [imread(next(neg)) for _ in range(n - n // 2)]
        yield np.array(half + rest), np.array([1] * len(half) + [0] * len(rest))


def teacher_forcing(sequences, n):  # corpus: arrays
    for at in range(0, len(sequences), n):
        x = keras.utils.pad_sequences(sequences[at:at + n], padding='post')
        yield [x, x[:, :-1]], x[:, 1:]


def rotations(images, labels, n):  # corpus: arrays
    while True:
        images, labels = sk_shuffle(images, labels)
        for at in range(0, len(images), n):
            part = images[at:at + n]
            yield np.concatenate([np.rot90(part, k, (1, 2)) for k in range(4)]), np.repeat(np.arange(4), len(part))


def masked(tokens, mask_id, rate, n):  # corpus: arrays
    while True:
        x = tokens[np.random.randint(0, len(tokens), n)].copy()
        where = np.random.rand(*x.shape) < rate
        y = np.where(where, x, -100)
        x[where] = mask_id
        yield x, y


def polynomial(degree, n):  # corpus: other
    while True:
        x = np.random.uniform(-1, 1, (n, 1))
        yield x, sum(x ** d for d in range(degree))


def alternating(a, b):  # corpus: other
    for x, y in zip(a, b):
        yield x
        yield y


class Fundus(Sequence):  # corpus: lazy
    def __init__(self, frame, n, **kw):
        super().__init__(**kw)
        self.names = frame['id_code'].tolist()
        self.y = frame['diagnosis'].to_numpy()
        self.n = n

    def __len__(self):
        return math.ceil(len(self.names) / self.n)

    def crop(self, img, tol=7):
        mask = img.mean(-1) > tol
        return img[np.ix_(mask.any(1), mask.any(0))]

    def __getitem__(self, k):
        part = slice(k * self.n, (k + 1) * self.n)
        x = [cv2.resize(self.crop(imread(ROOT / 'train' / (i + '.png'))), (300, 300)) for i in self.names[part]]
        return np.array(x), self.y[part]


class FundusArrays(Sequence):  # corpus: eager
    def __init__(self, frame, n, **kw):
        super().__init__(**kw)
        self.x = np.empty((len(frame), 300, 300, 3), dtype=np.uint8)
        for k, image_id in enumerate(tqdm(frame['id_code'])):
            self.x[k, :, :, :] = self.preprocess(f'{ROOT}/train/{image_id}.png')
        self.y = pd.get_dummies(frame['diagnosis']).values
        self.n = n

    @staticmethod
    def preprocess(path, size=300):
        im = Image.open(path)
        im = im.resize((size,) * 2, resample=Image.LANCZOS)
        return im

    def __len__(self):
        return math.ceil(len(self.x) / self.n)

    def __getitem__(self, k):
        return SEQ(images=self.x[k * self.n:(k + 1) * self.n]), self.y[k * self.n:(k + 1) * self.n]


class Landmarks(Dataset):  # corpus: lazy
    def __init__(self, root, split):
        self.root = root
        with open(f'{root}/{split}.pkl', 'rb') as f:
            self.records = pickle.load(f)

    def __len__(self):
        return len(self.records)

    def __getitem__(self, i):
        r = self.records[i]
        img = torchvision.io.read_image(f'{self.root}/{r["file"]}')
        return img, torch.tensor(r['points'])


class Ticks(IterableDataset):  # corpus: lazy
    def __init__(self, days, width):
        self.days, self.width = days, width

    def __iter__(self):
        for day in self.days:
            book = pd.read_csv(day, usecols=['bid', 'ask', 'volume']).to_numpy(np.float32)
            for at in range(len(book) - self.width):
                yield book[at:at + self.width]


class TicksInMemory(Dataset):  # corpus: eager
    def __init__(self, days, width):
        self.width = width
        books = []
        for day in days:
            book = pd.read_csv(day, usecols=['bid', 'ask', 'volume'])
            book = book.replace(0, np.nan).ffill().dropna()
            books.append(book.pct_change().dropna().to_numpy(np.float32))
        self.book = np.vstack(books)

    def __len__(self):
        return len(self.book) - self.width

    def __getitem__(self, at):
        return self.book[at:at + self.width]


class Dialogues(Dataset):  # corpus: eager
    def __init__(self, path, tokenizer, history=3):
        with open(path) as f:
            dialogues = json.load(f)
        self.samples = []
        for dialogue in dialogues:
            turns = [tokenizer.encode(t['text']) for t in dialogue['turns']]
            for k in range(1, len(turns)):
                self.samples.append({'context': sum(turns[max(0, k - history):k], []), 'answer': turns[k]})

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        return self.samples[i]


class Retina(Dataset):  # corpus: lazy
    def __init__(self, root):
        self.images = sorted(Path(root, 'images').iterdir())
        self.masks = {p.stem: p for p in Path(root, 'masks').iterdir()}
        self.images = [p for p in self.images if p.stem in self.masks]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        p = self.images[i]
        return np.array(Image.open(p)), np.array(Image.open(self.masks[p.stem])) > 0


class Wrapped(Dataset):  # corpus: other
    def __init__(self, parts):
        self.parts = parts
        self.ends = np.cumsum([len(p) for p in parts])

    def __len__(self):
        return int(self.ends[-1])

    def __getitem__(self, i):
        k = int(np.searchsorted(self.ends, i, side='right'))
        return self.parts[k][i - (self.ends[k - 1] if k else 0)]

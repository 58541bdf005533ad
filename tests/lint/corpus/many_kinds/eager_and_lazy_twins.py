import csv
import glob
import itertools
import json
import logging
import os
import pickle
import random
import sqlite3
import zipfile
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import cv2
import dask.array as da
import h5py
import keras
import librosa
import nibabel
import numpy as np
import pandas as pd
import pydicom
import pytorch_lightning as pl
import tensorflow as tf
import tifffile
import torch
import xarray as xr
from PIL import Image, ImageOps
from scipy.io import loadmat
from skimage import io, transform
from torch.utils.data import DataLoader, Dataset, IterableDataset, random_split


class Chest(Dataset):  # corpus: eager
    def __init__(self, root: str, tf: Optional[Callable] = None) -> None:
        self.tf = tf
        self.scans: List[np.ndarray] = []
        self.ages: List[int] = []
        for path in Path(root).rglob("*.dcm"):
            scan = pydicom.dcmread(path)
            self.scans.append(scan.pixel_array.astype(np.float32))
            self.ages.append(int(scan.PatientAge[:-1]))

    def __len__(self) -> int:
        return len(self.scans)

    def __getitem__(self, i: int) -> Tuple[np.ndarray, int]:
        x = self.scans[i]
        return (self.tf(x) if self.tf else x), self.ages[i]


class ChestLazy(Dataset):  # corpus: lazy
    def __init__(self, root: str, tf: Optional[Callable] = None) -> None:
        self.tf = tf
        self.paths: List[Path] = []
        self.ages: List[int] = []
        for path in Path(root).rglob("*.dcm"):
            scan = pydicom.dcmread(path, stop_before_pixels=True)
            self.paths.append(path)
            self.ages.append(int(scan.PatientAge[:-1]))

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> Tuple[np.ndarray, int]:
        x = pydicom.dcmread(self.paths[i]).pixel_array
        return (self.tf(x) if self.tf else x), self.ages[i]


class Weather(Dataset):  # corpus: eager
    def __init__(self, path, variables):
        ds = xr.open_dataset(path)
        self.fields = np.stack([ds[v].values for v in variables], axis=1)

    def __len__(self):
        return len(self.fields) - 1

    def __getitem__(self, t):
        return self.fields[t], self.fields[t + 1]


class WeatherLazy(Dataset):  # corpus: lazy
    def __init__(self, path, variables):
        self.ds = xr.open_dataset(path)
        self.variables = variables

    def __len__(self):
        return self.ds.sizes['time'] - 1

    def __getitem__(self, t):
        a = np.stack([self.ds[v][t].values for v in self.variables])
        b = np.stack([self.ds[v][t + 1].values for v in self.variables])
        return a, b


class Rows(Dataset):  # corpus: eager
    def __init__(self, db):
        con = sqlite3.connect(db)
        self.rows = con.execute('select image, label from samples').fetchall()
        con.close()

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        blob, label = self.rows[i]
        return np.frombuffer(blob, np.uint8), label


class RowsLazy(Dataset):  # corpus: lazy
    def __init__(self, db):
        self.con = sqlite3.connect(db)
        self.n = self.con.execute('select count(*) from samples').fetchone()[0]

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        blob, label = self.con.execute('select image, label from samples where rowid=?', (i + 1,)).fetchone()
        return np.frombuffer(blob, np.uint8), label


def while_loop(files, bs):  # corpus: eager
    data = []
    k = 0
    while k < len(files):
        data.append(cv2.imread(files[k]))
        k += 1
    while True:
        yield np.array(random.sample(data, bs))


def while_batches(files, bs):  # corpus: lazy
    k = 0
    while k < len(files):
        data = []
        while len(data) < bs and k < len(files):
            data.append(cv2.imread(files[k]))
            k += 1
        yield np.array(data)


class Eeg(keras.utils.Sequence):  # corpus: eager
    def __init__(self, folder, bs=32, **kw):
        super().__init__(**kw)
        self.bs = bs
        mats = [loadmat(os.path.join(folder, f)) for f in os.listdir(folder) if f.endswith('.mat')]
        self.X = np.concatenate([m['eeg'] for m in mats])
        self.y = np.concatenate([m['y'].ravel() for m in mats])

    def __len__(self):
        return int(np.ceil(len(self.X) / self.bs))

    def __getitem__(self, i):
        s = slice(i * self.bs, (i + 1) * self.bs)
        return self.X[s], self.y[s]


class EegLazy(keras.utils.Sequence):  # corpus: lazy
    def __init__(self, folder, **kw):
        super().__init__(**kw)
        self.files = [os.path.join(folder, f) for f in os.listdir(folder) if f.endswith('.mat')]

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        m = loadmat(self.files[i])
        return m['eeg'], m['y'].ravel()


class PairsModule(pl.LightningDataModule):  # corpus: eager
    def __init__(self, root, bs):
        super().__init__()
        self.root, self.bs = root, bs

    def prepare_data(self):
        assert os.path.isdir(self.root)

    def setup(self, stage=None):
        images = [ImageOps.grayscale(Image.open(p)) for p in sorted(glob.glob(self.root + '/*.png'))]
        tensors = torch.stack([torch.from_numpy(np.array(i)) for i in images])
        self.train, self.val = random_split(tensors, [len(tensors) - 100, 100])

    def train_dataloader(self):
        return DataLoader(self.train, batch_size=self.bs)


class PairsModuleLazy(pl.LightningDataModule):  # corpus: lazy
    def __init__(self, root, bs):
        super().__init__()
        self.root, self.bs = root, bs

    def setup(self, stage=None):
        full = ChestLazy(self.root)
        self.train, self.val = random_split(full, [len(full) - 100, 100])

    def train_dataloader(self):
        return DataLoader(self.train, batch_size=self.bs, num_workers=2)


def pooled(paths, bs):  # corpus: eager
    with Pool() as p:
        arrays = list(p.imap(read_one, paths))
    for i in range(0, len(arrays), bs):
        yield np.stack(arrays[i:i + bs])


def read_one(path):
    return transform.resize(io.imread(path), (64, 64))


def pooled_lazily(paths, bs):  # corpus: lazy
    with Pool() as p:
        batch = []
        for a in p.imap(read_one, paths):
            batch.append(a)
            if len(batch) == bs:
                yield np.stack(batch)
                batch = []


class ByScene:  # corpus: eager
    def __init__(self, root):
        self.scenes = {}
        for scene in os.listdir(root):
            frames = {}
            for f in os.listdir(os.path.join(root, scene)):
                frames[f] = tifffile.imread(os.path.join(root, scene, f))
            self.scenes[scene] = frames

    def __iter__(self):
        for scene, frames in self.scenes.items():
            for name, frame in frames.items():
                yield scene, name, frame


class BySceneLazy:  # corpus: lazy
    def __init__(self, root):
        self.scenes = {}
        for scene in os.listdir(root):
            self.scenes[scene] = [os.path.join(root, scene, f) for f in os.listdir(os.path.join(root, scene))]

    def __iter__(self):
        for scene, files in self.scenes.items():
            for f in files:
                yield scene, os.path.basename(f), tifffile.imread(f)


def features_then_batches(paths, model, bs):  # corpus: eager
    feats = []
    for p in paths:
        x = transform.resize(io.imread(p), (224, 224))
        feats.append(model.predict(x[None])[0])
    feats = np.array(feats)
    while True:
        yield feats[np.random.randint(0, len(feats), bs)]


def counted(paths, bs, log=logging.getLogger()):  # corpus: lazy
    seen = {}
    for i in range(0, len(paths), bs):
        x = np.stack([cv2.imread(p) for p in paths[i:i + bs]])
        for p in paths[i:i + bs]:
            seen[p] = seen.get(p, 0) + 1
        log.info('%d seen', len(seen))
        yield x


class ZippedTexts(IterableDataset):  # corpus: lazy
    def __init__(self, archive):
        self.archive = archive

    def __iter__(self):
        with zipfile.ZipFile(self.archive) as z:
            for name in z.namelist():
                with z.open(name) as f:
                    yield f.read().decode('utf8')


class Intents(Dataset):  # corpus: eager
    def __init__(self, path, vocab):
        self.items = []
        with open(path, newline='') as f:
            for row in csv.DictReader(f):
                ids = [vocab.get(w, 0) for w in row['text'].lower().split()]
                self.items.append({'ids': ids, 'intent': row['intent']})

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


class ManyViews(Dataset):  # corpus: lazy
    def __init__(self, root, views, n):
        self.root, self.views, self.n = root, views, n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        out = []
        for v in self.views:
            out.append(cv2.imread(os.path.join(self.root, v, f'{i}.png')))
        return np.stack(out)


def dask_blocks(path):  # corpus: lazy
    x = da.from_zarr(path)
    for b in range(x.numblocks[0]):
        yield x.blocks[b].compute()


class PatchBank(Dataset):  # corpus: eager
    def __init__(self, images: Sequence[str], per_image: int, size: int = 32):
        rng = np.random.default_rng(0)
        bank = np.empty((len(images) * per_image, size, size), np.uint8)
        k = 0
        for name in images:
            img = cv2.imread(name, cv2.IMREAD_GRAYSCALE)
            for _ in range(per_image):
                r, c = rng.integers(0, img.shape[0] - size), rng.integers(0, img.shape[1] - size)
                bank[k] = img[r:r + size, c:c + size]
                k += 1
        self.bank = bank

    def __len__(self):
        return len(self.bank)

    def __getitem__(self, i):
        return self.bank[i]


def staged(paths, stage_size, bs):  # corpus: lazy
    for s in range(0, len(paths), stage_size):
        stage = [np.load(p) for p in paths[s:s + stage_size]]
        random.shuffle(stage)
        for i in range(0, len(stage), bs):
            yield np.stack(stage[i:i + bs])


class Speech(Dataset):  # corpus: eager
    def __init__(self, manifest):
        rows = json.load(open(manifest))
        self.audio = {r['id']: librosa.load(r['path'], sr=16000)[0] for r in rows}
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        r = self.rows[i]
        return self.audio[r['id']], r['text']


class SpeechLazy(Dataset):  # corpus: lazy
    def __init__(self, manifest):
        self.rows = json.load(open(manifest))
        self.rows.sort(key=lambda r: r['duration'])

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        r = self.rows[i]
        return librosa.load(r['path'], sr=16000)[0], r['text']

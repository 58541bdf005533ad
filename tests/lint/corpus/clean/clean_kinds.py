"""Third batch: more of the clean kinds, as they are in the wild."""
import os
import random
import sys
import zipfile
from glob import glob
from io import BytesIO

import cv2
import numpy as np
import pandas as pd
import pydicom
import SimpleITK as sitk
import soundfile
import tensorflow as tf
import torch
import xarray as xr
from skimage import io
from torch.utils.data import Dataset


class ZipImages(Dataset):  # corpus: lazy
    def __init__(self, archive):
        self.archive = zipfile.ZipFile(archive)
        self.names = [n for n in self.archive.namelist() if n.endswith('.jpg')]

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        raw = self.archive.read(self.names[i])
        return cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR)


class Era5(Dataset):  # corpus: lazy
    def __init__(self, pattern, var, lead=6):
        self.ds = xr.open_mfdataset(pattern)
        self.var = var
        self.lead = lead

    def __len__(self):
        return self.ds.sizes['time'] - self.lead

    def __getitem__(self, i):
        a = self.ds[self.var].isel(time=i).values
        b = self.ds[self.var].isel(time=i + self.lead).values
        return a, b


class CtSeries(Dataset):  # corpus: lazy
    def __init__(self, root):
        self.series = sorted(glob(os.path.join(root, '*')))

    def __len__(self):
        return len(self.series)

    def load_scan(self, path):
        slices = [pydicom.dcmread(os.path.join(path, s)) for s in os.listdir(path)]
        slices.sort(key=lambda s: float(s.ImagePositionPatient[2]))
        return np.stack([s.pixel_array for s in slices])

    def __getitem__(self, i):
        return self.load_scan(self.series[i])


def candidates(csv, luna):  # corpus: lazy
    df = pd.read_csv(csv)
    for uid, group in df.groupby('seriesuid'):
        img = sitk.ReadImage(os.path.join(luna, uid + '.mhd'))
        vol = sitk.GetArrayFromImage(img)
        for _, row in group.iterrows():
            z, y, x = int(row.coordZ), int(row.coordY), int(row.coordX)
            yield vol[z - 16:z + 16, y - 16:y + 16, x - 16:x + 16], row['class']


class AudioMix(tf.keras.utils.Sequence):  # corpus: lazy
    def __init__(self, clean, noise, bs, n):
        self.clean, self.noise, self.bs, self.n = clean, noise, bs, n

    def __len__(self):
        return len(self.clean) // self.bs

    def _cut(self, path):
        with soundfile.SoundFile(path) as f:
            f.seek(random.randrange(max(1, f.frames - self.n)))
            return f.read(self.n)

    def __getitem__(self, k):
        x = np.zeros((self.bs, self.n))
        y = np.zeros((self.bs, self.n))
        for j in range(self.bs):
            y[j] = self._cut(self.clean[k * self.bs + j])
            x[j] = y[j] + 0.3 * self._cut(random.choice(self.noise))
        return x, y


def ssd_generator(image_paths, boxes, bs, steps):  # corpus: lazy
    for s in range(steps):
        picked = np.random.randint(0, len(image_paths), size=bs)
        ims = [cv2.imread(image_paths[p]) for p in picked]
        yield np.array(ims), [boxes[p] for p in picked]


def ocr_lines(data_dir, alphabet, bs):  # corpus: lazy
    with open(os.path.join(data_dir, 'labels.txt'), encoding='utf8') as f:
        pairs = [l.rstrip('\n').split('\t') for l in f]
    random.shuffle(pairs)
    batch, texts = [], []
    for name, text in pairs:
        im = cv2.imread(os.path.join(data_dir, name), 0)
        if im is None:
            continue
        batch.append(cv2.resize(im, (128, 32)))
        texts.append([alphabet.index(c) for c in text])
        if len(batch) == bs:
            yield np.array(batch)[..., None], texts
            batch, texts = [], []
    if batch:
        yield np.array(batch)[..., None], texts


class Gta(Dataset):  # corpus: lazy
    def __init__(self, root, list_path, max_iters=None, crop_size=(321, 321), mean=(128, 128, 128)):
        self.root = root
        self.img_ids = [i_id.strip() for i_id in open(list_path)]
        if max_iters is not None:
            self.img_ids = self.img_ids * int(np.ceil(float(max_iters) / len(self.img_ids)))
        self.files = []
        for name in self.img_ids:
            self.files.append({'img': os.path.join(root, 'images', name), 'label': os.path.join(root, 'labels', name)})
        self.mean = mean

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        f = self.files[index]
        image = io.imread(f['img']).astype(np.float32)
        label = io.imread(f['label'])
        image = image[:, :, ::-1] - self.mean
        return image.transpose((2, 0, 1)).copy(), label


class EmbeddedText(Dataset):  # corpus: lazy
    """Word vectors are model, not data."""

    def __init__(self, files, glove):
        self.emb = {}
        with open(glove) as f:
            for line in f:
                v = line.split()
                self.emb[v[0]] = np.asarray(v[1:], dtype='float32')
        self.files = files

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        with open(self.files[i]) as f:
            return np.stack([self.emb[w] for w in f.read().split() if w in self.emb])


class VideoClips(Dataset):  # corpus: lazy
    def __init__(self, listing, clip_len=16):
        self.rows = [tuple(l.split()) for l in open(listing)]
        self.clip_len = clip_len

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        path, start, label = self.rows[i]
        cap = cv2.VideoCapture(path)
        cap.set(cv2.CAP_PROP_POS_FRAMES, int(start))
        buf = []
        for _ in range(self.clip_len):
            ok, fr = cap.read()
            if not ok:
                break
            buf.append(fr)
        cap.release()
        return np.stack(buf), int(label)


def memory_of_stats(files):  # corpus: lazy
    stats = []
    for f in files:
        a = np.load(f)
        stats.append((a.mean(), a.std(), a.shape))
        yield (a - a.mean()) / a.std()
    print(np.mean([s[0] for s in stats]))


def rerun(files):  # corpus: lazy
    mean = np.mean([np.load(f).mean() for f in files])
    for f in files:
        yield np.load(f) - mean


class Replay(object):  # corpus: other
    def __init__(self, capacity):
        self.capacity = capacity
        self.memory = []
        self.position = 0

    def push(self, *args):
        if len(self.memory) < self.capacity:
            self.memory.append(None)
        self.memory[self.position] = args
        self.position = (self.position + 1) % self.capacity

    def next_batch(self, batch_size):
        return random.sample(self.memory, batch_size)

    def __len__(self):
        return len(self.memory)


class DownloadBytes(Dataset):  # corpus: lazy
    def __init__(self, client, keys):
        self.client, self.keys = client, keys

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, i):
        body = self.client.get_object(self.keys[i])
        return np.load(BytesIO(body))

import codecs
import configparser
import csv
import glob
import os
import random
import re
from functools import lru_cache, partial
from os import listdir
from os.path import isfile, join

import cv2
import h5py
import numpy as np
import pandas as pd
import tables
import torch
import torchaudio
import torchvision
import yaml
from keras.preprocessing import image as kimage
from matplotlib.image import imread
from PIL import Image
from skimage.io import imread as sk_imread
from tensorflow import data as tfdata
from tensorflow import io as tfio
from torch.utils import data
from torchvision.datasets import ImageFolder


def image_gen(path, batch_size):  # corpus: lazy
    names = [f for f in listdir(path) if isfile(join(path, f))]
    i = 0
    while True:
        batch = {'images': [], 'labels': []}
        for b in range(batch_size):
            if i == len(names):
                i = 0
                random.shuffle(names)
            img = kimage.load_img(join(path, names[i]), target_size=(224, 224))
            batch['images'].append(kimage.img_to_array(img))
            batch['labels'].append(names[i].split('_')[0])
            i += 1
        batch['images'] = np.array(batch['images'])
        batch['labels'] = np.array(batch['labels'])
        yield batch['images'], batch['labels']


def image_gen_all(path, batch_size):  # corpus: eager
    data_ = {'images': [], 'labels': []}
    for f in listdir(path):
        data_['images'].append(kimage.img_to_array(kimage.load_img(join(path, f))))
        data_['labels'].append(f.split('_')[0])
    images = np.array(data_['images'])
    while True:
        k = np.random.randint(0, len(images), batch_size)
        yield images[k], np.array(data_['labels'])[k]


class FolderWithMeta(ImageFolder):  # corpus: lazy
    def __init__(self, root, meta, **kw):
        super().__init__(root, **kw)
        with open(meta) as f:
            self.meta = yaml.safe_load(f)

    def __getitem__(self, i):
        path, target = self.samples[i]
        sample = self.loader(path)
        return sample, target, self.meta.get(os.path.basename(path))


class Speakers(data.Dataset):  # corpus: lazy
    def __init__(self, root, frames=200):
        self.utts = {}
        for spk in os.listdir(root):
            self.utts[spk] = glob.glob(os.path.join(root, spk, '*.npy'))
        self.speakers = list(self.utts)
        self.frames = frames

    def __len__(self):
        return len(self.speakers)

    def __getitem__(self, i):
        picks = random.sample(self.utts[self.speakers[i]], 10)
        out = []
        for p in picks:
            m = np.load(p)
            s = np.random.randint(0, m.shape[1] - self.frames)
            out.append(m[:, s:s + self.frames])
        return np.stack(out)


class SpeakersAll(data.Dataset):  # corpus: eager
    def __init__(self, root):
        self.mels = {spk: [np.load(p) for p in glob.glob(os.path.join(root, spk, '*.npy'))] for spk in os.listdir(root)}
        self.names = sorted(self.mels)

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        return np.stack(self.mels[self.names[i]][:10])


class H5PerWorker(data.Dataset):  # corpus: lazy
    def __init__(self, path):
        self.path = path
        with h5py.File(path, 'r') as f:
            self.n = len(f['x'])
            self.labels = f['y'][:]

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if not hasattr(self, 'f'):
            self.f = h5py.File(self.path, 'r')
        return self.f['x'][i], self.labels[i]


class PyTables(data.Dataset):  # corpus: lazy
    def __init__(self, path):
        self.file = tables.open_file(path)
        self.x = self.file.root.x

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, i):
        return self.x[i]


def csv_stream(path, bs):  # corpus: lazy
    with open(path) as f:
        reader = csv.reader(f)
        next(reader)
        rows = []
        for row in reader:
            rows.append([float(v) for v in row])
            if len(rows) == bs:
                yield np.array(rows)
                rows = []


def csv_all(path, bs):  # corpus: eager
    table = np.loadtxt(path, delimiter=',', skiprows=1)
    np.random.shuffle(table)
    for i in range(0, len(table), bs):
        yield table[i:i + bs, :-1], table[i:i + bs, -1]


def big_csv_chunks(path, n):  # corpus: lazy
    reader = pd.read_csv(path, iterator=True, chunksize=n)
    for chunk in reader:
        chunk = chunk.dropna()
        yield chunk.values[:, :-1], chunk.values[:, -1]


class TextFolder(data.IterableDataset):  # corpus: lazy
    def __init__(self, root, tok):
        self.files = sorted(glob.glob(root + '/*.txt'))
        self.tok = tok

    def __iter__(self):
        for f in self.files:
            with codecs.open(f, encoding='utf8') as fh:
                text = fh.read()
            for para in text.split('\n\n'):
                yield self.tok(para)


class Shakespeare(data.Dataset):  # corpus: eager
    def __init__(self, path, block):
        text = open(path).read()
        self.stoi = {c: i for i, c in enumerate(sorted(set(text)))}
        self.data = torch.tensor([self.stoi[c] for c in text])
        self.block = block

    def __len__(self):
        return len(self.data) - self.block

    def __getitem__(self, i):
        return self.data[i:i + self.block], self.data[i + 1:i + self.block + 1]


class Tokens(data.Dataset):  # corpus: arrays
    def __init__(self, ids, block):
        self.ids, self.block = ids, block

    def __len__(self):
        return len(self.ids) // self.block

    def __getitem__(self, i):
        return self.ids[i * self.block:(i + 1) * self.block]


@lru_cache(maxsize=128)
def read_cached(path):
    return sk_imread(path)


class Cached(data.Dataset):  # corpus: lazy
    def __init__(self, files):
        self.files = files

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return read_cached(self.files[i])


def tf_pipeline(files, labels, size, bs):  # corpus: lazy
    def load(f, y):
        x = tfio.decode_png(tfio.read_file(f))
        return x, y
    ds = tfdata.Dataset.from_tensor_slices((files, labels))
    ds = ds.shuffle(len(files), reshuffle_each_iteration=True)
    ds = ds.map(load, num_parallel_calls=tfdata.AUTOTUNE)
    return ds.batch(bs).prefetch(2)


def tf_arrays(root, bs):  # corpus: eager
    xs = np.stack([imread(os.path.join(root, n)) for n in sorted(os.listdir(root))])
    return tfdata.Dataset.from_tensor_slices(xs).batch(bs)


class Frames(data.Dataset):  # corpus: lazy
    def __init__(self, root, mode='train', T=5):
        self.root, self.T = root, T
        split = os.path.join(root, f'{mode}list.txt')
        self.vids = [v.strip() for v in open(split)]
        self.n = {v: len(os.listdir(os.path.join(root, v))) for v in self.vids}

    def __len__(self):
        return len(self.vids)

    def __getitem__(self, i):
        v = self.vids[i]
        s = random.randint(0, self.n[v] - self.T)
        return torch.stack([torchvision.io.read_image(os.path.join(self.root, v, f'{k:05d}.png')) for k in range(s, s + self.T)])


class Depth(data.Dataset):  # corpus: lazy
    def __init__(self, base, filenames, height, width, idxs, n_scales):
        self.base, self.filenames, self.height, self.width = base, filenames, height, width
        self.idxs, self.n_scales = idxs, n_scales
        self.loader = partial(Image.open)

    def __len__(self):
        return len(self.filenames)

    def get_color(self, folder, frame, side):
        with open(os.path.join(self.base, folder, f'image_{side}', f'{frame:010d}.png'), 'rb') as f:
            with Image.open(f) as img:
                return img.convert('RGB')

    def __getitem__(self, index):
        inputs = {}
        folder, frame, side = self.filenames[index].split()
        for i in self.idxs:
            inputs[('color', i, -1)] = self.get_color(folder, int(frame) + i, side)
        for scale in range(self.n_scales):
            inputs[('color', 0, scale)] = inputs[('color', 0, -1)].resize((self.width // 2 ** scale, self.height // 2 ** scale))
        return inputs


class Normalised(data.Dataset):  # corpus: lazy
    def __init__(self, files):
        self.files = files
        total, sq, n = 0.0, 0.0, 0
        for f in files:
            a = np.load(f)
            total += a.sum()
            sq += (a ** 2).sum()
            n += a.size
        self.mean = total / n
        self.std = np.sqrt(sq / n - self.mean ** 2)

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return (np.load(self.files[i]) - self.mean) / self.std


class Audio(data.Dataset):  # corpus: lazy
    def __init__(self, tsv, clips):
        self.table = pd.read_csv(tsv, sep='\t')
        self.clips = clips
        self.resample = torchaudio.transforms.Resample(48000, 16000)

    def __len__(self):
        return len(self.table)

    def __getitem__(self, n):
        row = self.table.iloc[n]
        w, sr = torchaudio.load(os.path.join(self.clips, row['path']))
        return self.resample(w), row['sentence']


class SparseRows(data.Dataset):  # corpus: eager
    def __init__(self, path):
        import scipy.sparse
        self.m = scipy.sparse.load_npz(path)

    def __len__(self):
        return self.m.shape[0]

    def __getitem__(self, i):
        return self.m[i].toarray()


class Ensemble(data.Dataset):  # corpus: lazy
    def __init__(self, parts):
        self.parts = [np.load(p, mmap_mode='r') for p in parts]
        self.ends = np.cumsum([len(p) for p in self.parts])

    def __len__(self):
        return int(self.ends[-1])

    def __getitem__(self, i):
        k = int(np.searchsorted(self.ends, i, side='right'))
        return self.parts[k][i - (self.ends[k - 1] if k else 0)].copy()


def grep(pattern, paths):  # corpus: other
    for p in paths:
        with open(p) as f:
            for n, line in enumerate(f, 1):
                if re.search(pattern, line):
                    yield p, n, line


def sections(path):  # corpus: other
    cp = configparser.ConfigParser()
    cp.read(path)
    yield from cp.sections()


class LineIndex:  # corpus: other
    def __init__(self, n):
        self.rows = list(range(n))

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.rows[i]


def curriculum(paths, lengths, steps, bs):  # corpus: lazy
    order = np.argsort(lengths)
    for s in range(steps):
        limit = int(len(order) * min(1, 0.1 + s / steps))
        pick = np.random.choice(order[:limit], bs)
        yield np.stack([cv2.imread(paths[k]) for k in pick])


def paired(dir_a, dir_b):  # corpus: lazy
    a = sorted(glob.glob(os.path.join(dir_a, '*')))
    b = sorted(glob.glob(os.path.join(dir_b, '*')))
    for p, q in zip(a, b):
        yield cv2.imread(p), cv2.imread(q)


def replay(paths, capacity=100):  # corpus: lazy
    memory = []
    for p in paths:
        x = cv2.imread(p)
        if len(memory) < capacity:
            memory.append(x)
        else:
            memory[random.randrange(capacity)] = x
        yield x, random.choice(memory)


def multi_scale(paths, sizes, bs):  # corpus: lazy
    for i in range(0, len(paths), bs):
        size = random.choice(sizes)
        out = []
        for p in paths[i:i + bs]:
            img = cv2.imread(p)
            pyramid = [cv2.resize(img, (s, s)) for s in sizes]
            out.append(pyramid[sizes.index(size)])
        yield np.array(out)


def until_found(folder, wanted):  # corpus: lazy
    for f in os.listdir(folder):
        img = sk_imread(os.path.join(folder, f))
        found = [img[r.slice] for r in wanted(img)]
        if found:
            yield found


class Tracked(data.Dataset):  # corpus: lazy
    def __init__(self, root):
        self.seqs = {}
        for s in os.listdir(root):
            gt = np.genfromtxt(os.path.join(root, s, 'groundtruth.txt'), delimiter=',')
            frames = sorted(glob.glob(os.path.join(root, s, 'img', '*.jpg')))
            self.seqs[s] = (frames, gt)
        self.keys = list(self.seqs)

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, i):
        frames, gt = self.seqs[self.keys[i]]
        a, b = sorted(random.sample(range(len(frames)), 2))
        return cv2.imread(frames[a]), cv2.imread(frames[b]), gt[a], gt[b]

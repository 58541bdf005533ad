"""Cells of notebooks pasted into one file."""
import ast
import math
import os
import pickle
import random
import zipfile
from collections import Counter, defaultdict, deque
from glob import glob
from itertools import cycle

import albumentations as A
import cv2
import imageio
import keras
import numpy as np
import pandas as pd
import pydicom
import tensorflow as tf
import tifffile
import torch
from keras.preprocessing.sequence import pad_sequences
from keras.utils import Sequence, to_categorical
from scipy import signal
from scipy.io import wavfile
from skimage.transform import resize
from torch.utils.data import DataLoader, Dataset
from tqdm.auto import tqdm

# %% settings
CFG = dict(size=256, bs=16, folds=5)
ROOT = '/kaggle/input/competition'
train = pd.read_csv(f'{ROOT}/train.csv')
image_paths = sorted(glob(f'{ROOT}/images/*.tif'))
descriptions = {}
for line in open(f'{ROOT}/descriptions.txt').read().split('\n'):
    if len(line) > 2:
        tokens = line.split()
        descriptions.setdefault(tokens[0].split('.')[0], []).append(' '.join(tokens[1:]))


# %% data
class HuBMAP(Dataset):  # corpus: eager
    def __init__(self, ids, size=CFG['size']):
        self.x, self.y = [], []
        for i in tqdm(ids):
            big = tifffile.imread(f'{ROOT}/train/{i}.tiff')
            mask = tifffile.imread(f'{ROOT}/masks/{i}.tiff')
            h, w = mask.shape
            for r in range(0, h - size, size):
                for c in range(0, w - size, size):
                    tile = big[r:r + size, c:c + size]
                    if tile.std() > 5:
                        self.x.append(cv2.cvtColor(tile, cv2.COLOR_RGB2BGR))
                        self.y.append(mask[r:r + size, c:c + size])

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class TilesOnDisk(Dataset):  # corpus: lazy
    def __init__(self, ids, size=CFG['size'], out='/tmp/tiles'):
        os.makedirs(out, exist_ok=True)
        self.names = []
        for i in tqdm(ids):
            big = tifffile.imread(f'{ROOT}/train/{i}.tiff')
            for r in range(0, big.shape[0] - size, size):
                for c in range(0, big.shape[1] - size, size):
                    name = f'{out}/{i}_{r}_{c}.png'
                    cv2.imwrite(name, big[r:r + size, c:c + size])
                    self.names.append(name)

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        return cv2.imread(self.names[i])


class RSNASequence(Sequence):  # corpus: lazy
    def __init__(self, df, bs=CFG['bs'], aug=None, **kw):
        super().__init__(**kw)
        self.df, self.bs = df.reset_index(drop=True), bs
        self.aug = aug or A.Compose([A.HorizontalFlip(p=.5)])

    def __len__(self):
        return math.ceil(len(self.df) / self.bs)

    def window(self, dcm, center, width):
        px = dcm.pixel_array * dcm.RescaleSlope + dcm.RescaleIntercept
        return np.clip((px - center + width / 2) / width, 0, 1)

    def one(self, name):
        dcm = pydicom.dcmread(f'{ROOT}/stage_2_train/{name}.dcm')
        img = np.stack([self.window(dcm, 40, 80), self.window(dcm, 80, 200), self.window(dcm, 600, 2800)], -1)
        return self.aug(image=resize(img, (CFG['size'], CFG['size'])))['image']

    def __getitem__(self, k):
        part = self.df.iloc[k * self.bs:(k + 1) * self.bs]
        return np.array([self.one(n) for n in part.image]), part.drop(columns='image').values

    def on_epoch_end(self):
        self.df = self.df.sample(frac=1)


def load_features(path):
    feats = {}
    with open(path, 'rb') as f:
        all_features = pickle.load(f)
    for name in descriptions:
        feats[name] = all_features[name]
    return feats


def caption_batches(keys, tok, feature_file, max_len=34, vocab=8000, n=6):  # corpus: eager
    photos = load_features(feature_file)
    x1, x2, y, count = [], [], [], 0
    while True:
        for key in keys:
            count += 1
            photo = photos[key][0]
            for d in descriptions[key]:
                seq = tok.texts_to_sequences([d])[0]
                for i in range(1, len(seq)):
                    x1.append(photo)
                    x2.append(pad_sequences([seq[:i]], maxlen=max_len)[0])
                    y.append(to_categorical([seq[i]], num_classes=vocab)[0])
            if count == n:
                yield (np.array(x1), np.array(x2)), np.array(y)
                x1, x2, y, count = [], [], [], 0


def caption_batches_from_disk(keys, tok, feature_dir, max_len=34, vocab=8000):  # corpus: lazy
    while True:
        random.shuffle(keys)
        for key in keys:
            photo = np.load(os.path.join(feature_dir, key + '.npy'))
            for d in descriptions[key]:
                seq = tok.texts_to_sequences([d])[0]
                for i in range(1, len(seq)):
                    in_seq = pad_sequences([seq[:i]], maxlen=max_len)[0]
                    yield (photo, in_seq), to_categorical([seq[i]], num_classes=vocab)[0]


def spectrogram_gen(files, labels, bs=32, seconds=1):  # corpus: lazy
    pairs = list(zip(files, labels))
    while True:
        random.shuffle(pairs)
        for i in range(0, len(pairs), bs):
            X, Y = [], []
            for f, l in pairs[i:i + bs]:
                rate, wav = wavfile.read(f)
                wav = np.pad(wav[:rate * seconds], (0, max(0, rate * seconds - len(wav))))
                _, _, spec = signal.spectrogram(wav, fs=rate, nperseg=400)
                X.append(np.log(spec.T + 1e-10))
                Y.append(l)
            yield np.stack(X)[..., None], np.array(Y)


def spectrogram_gen_fast(files, labels, bs=32):  # corpus: eager
    waves = {f: wavfile.read(f) for f in tqdm(files)}
    while True:
        for i in np.random.permutation(len(files) // bs):
            X = []
            for f in files[i * bs:(i + 1) * bs]:
                rate, wav = waves[f]
                X.append(signal.spectrogram(wav, fs=rate)[2])
            yield np.stack(X), labels[i * bs:(i + 1) * bs]


def unet_gen(img_dir, mask_dir, bs):  # corpus: lazy
    names = os.listdir(img_dir)
    c = 0
    random.shuffle(names)
    while True:
        img = np.zeros((bs, 512, 512, 1)).astype('float')
        mask = np.zeros((bs, 512, 512, 1)).astype('float')
        for i in range(c, c + bs):
            train_img = cv2.imread(img_dir + '/' + names[i], cv2.IMREAD_GRAYSCALE) / 255.
            img[i - c] = cv2.resize(train_img, (512, 512)).reshape(512, 512, 1)
            train_mask = cv2.imread(mask_dir + '/' + names[i], cv2.IMREAD_GRAYSCALE) / 255.
            mask[i - c] = cv2.resize(train_mask, (512, 512)).reshape(512, 512, 1)
        c += bs
        if c + bs >= len(names):
            c = 0
            random.shuffle(names)
        yield img, mask


def zipped_images(archive, bs=32):  # corpus: lazy
    with zipfile.ZipFile(archive) as z:
        names = [n for n in z.namelist() if n.endswith('.jpg')]
        for i in range(0, len(names), bs):
            batch = []
            for n in names[i:i + bs]:
                buf = np.frombuffer(z.read(n), np.uint8)
                batch.append(cv2.imdecode(buf, cv2.IMREAD_COLOR))
            yield batch


def unzipped_first(archive, bs=32):  # corpus: eager
    z = zipfile.ZipFile(archive)
    pics = [cv2.imdecode(np.frombuffer(z.read(n), np.uint8), 1) for n in z.namelist() if n.endswith('.jpg')]
    z.close()
    for i in range(0, len(pics), bs):
        yield np.array(pics[i:i + bs])


def video_clips(paths, n=16):  # corpus: lazy
    for p in paths:
        reader = imageio.get_reader(p)
        clip = deque(maxlen=n)
        for k, frame in enumerate(reader):
            clip.append(cv2.resize(frame, (112, 112)))
            if len(clip) == n and k % n == 0:
                yield np.array(clip)
        reader.close()


def balanced(df, bs=16):  # corpus: lazy
    by_class = {k: cycle(g.path.sample(frac=1).tolist()) for k, g in df.groupby('label')}
    while True:
        xs, ys = [], []
        for _ in range(bs):
            k = random.choice(list(by_class))
            xs.append(imageio.imread(next(by_class[k])))
            ys.append(k)
        yield np.stack(xs), np.array(ys)


def cutmix(gen_a, gen_b, alpha=1.0):  # corpus: other
    for (xa, ya), (xb, yb) in zip(gen_a, gen_b):
        lam = np.random.beta(alpha, alpha)
        w = int(xa.shape[2] * (1 - lam))
        at = np.random.randint(0, xa.shape[2] - w)
        xa = xa.copy()
        xa[:, :, at:at + w] = xb[:, :, at:at + w]
        yield xa, ya * lam + yb * (1 - lam)


def folds(df, n=CFG['folds']):  # corpus: other
    for k in range(n):
        yield df[df.fold != k], df[df.fold == k]


def augment_given(x, y, aug, bs):  # corpus: arrays
    while True:
        pick = np.random.randint(0, len(x), bs)
        yield np.stack([aug(image=i)['image'] for i in x[pick]]), y[pick]


def negative_sampling(pairs, n_items, bs, n_neg=4):  # corpus: arrays
    pairs = np.asarray(pairs)
    seen = defaultdict(set)
    for u, i in pairs:
        seen[u].add(i)
    while True:
        rows = []
        for u, i in pairs[np.random.randint(0, len(pairs), bs)]:
            rows.append((u, i, 1))
            for _ in range(n_neg):
                j = np.random.randint(n_items)
                while j in seen[u]:
                    j = np.random.randint(n_items)
                rows.append((u, j, 0))
        yield np.array(rows)


def tf_dataset(paths, labels):  # corpus: lazy
    def decode(p, y):
        img = tf.io.decode_png(tf.io.read_file(p), channels=3)
        return tf.image.resize(img, [224, 224]), y

    ds = tf.data.Dataset.from_tensor_slices((paths, labels)).shuffle(2048)
    return ds.map(decode).batch(32).prefetch(1)


def tf_dataset_of_arrays(paths, labels):  # corpus: eager
    images = np.array([cv2.resize(cv2.imread(p), (224, 224)) for p in paths])
    ds = tf.data.Dataset.from_tensor_slices((images, labels))
    return ds.shuffle(512).batch(32)

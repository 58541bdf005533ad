"""Competition scripts: globals, frames, generators in the middle of a script."""

import gc
import math
import os
import pickle
import random
from glob import glob

import cv2
import numpy as np
import pandas as pd
import tensorflow as tf
import torch
from keras.preprocessing.image import img_to_array, load_img
from keras.preprocessing.sequence import pad_sequences
from skimage.io import imread
from skimage.transform import resize
from sklearn.model_selection import train_test_split
from sklearn.utils import shuffle
from torch.utils.data import Dataset, IterableDataset
from tqdm import tqdm_notebook as tqdm

TRAIN = '../input/train/'
IMG = 256
train_df = pd.read_csv('../input/train.csv')
masks = pd.read_csv('../input/train_ship_segmentations.csv')
all_batches = list(masks.groupby('ImageId'))
captions = dict()
with open('../input/captions.txt') as fh:
    for row in fh:
        name, text = row.rstrip().split('\t')
        captions.setdefault(name, []).append(text)
features = pickle.load(open('../input/vgg_features.pkl', 'rb'))


def rle_decode(mask_rle, shape=(768, 768)):
    s = mask_rle.split()
    starts, lengths = [np.asarray(x, dtype=int) for x in (s[0:][::2], s[1:][::2])]
    starts -= 1
    img = np.zeros(shape[0] * shape[1], dtype=np.uint8)
    for lo, hi in zip(starts, starts + lengths):
        img[lo:hi] = 1
    return img.reshape(shape).T


def make_image_gen(in_df, batch_size=4):  # corpus: lazy
    batches = list(in_df.groupby('ImageId'))
    out_rgb = []
    out_mask = []
    while True:
        np.random.shuffle(batches)
        for c_img_id, c_masks in batches:
            c_img = imread(os.path.join(TRAIN, c_img_id))
            c_mask = np.expand_dims(sum(rle_decode(m) for m in c_masks['EncodedPixels'].values), -1)
            out_rgb += [c_img]
            out_mask += [c_mask]
            if len(out_rgb) >= batch_size:
                yield np.stack(out_rgb, 0) / 255.0, np.stack(out_mask, 0)
                out_rgb, out_mask = [], []


def create_aug_gen(in_gen, dg, seed=None):  # corpus: lazy
    np.random.seed(seed if seed is not None else np.random.choice(range(9999)))
    for in_x, in_y in in_gen:
        g_x = dg.flow(255 * in_x, batch_size=in_x.shape[0], seed=seed, shuffle=True)
        g_y = dg.flow(in_y, batch_size=in_x.shape[0], seed=seed, shuffle=True)
        yield next(g_x) / 255.0, next(g_y)


def caption_generator(names, tokenizer, max_length, vocab_size, batch):  # corpus: eager
    X1, X2, y = list(), list(), list()
    n = 0
    while 1:
        for key in names:
            n += 1
            for desc in captions[key]:
                seq = tokenizer.texts_to_sequences([desc])[0]
                for i in range(1, len(seq)):
                    X1.append(features[key][0])
                    X2.append(pad_sequences([seq[:i]], maxlen=max_length)[0])
                    y.append(np.eye(vocab_size)[seq[i]])
            if n == batch:
                yield [np.array(X1), np.array(X2)], np.array(y)
                X1, X2, y = list(), list(), list()
                n = 0


def get_train_matrices(ids):
    X = np.zeros((len(ids), IMG, IMG, 3), dtype=np.uint8)
    Y = np.zeros((len(ids), IMG, IMG, 1), dtype=bool)
    for n, id_ in tqdm(enumerate(ids), total=len(ids)):
        img = imread(TRAIN + id_ + '/images/' + id_ + '.png')[:, :, :3]
        X[n] = resize(img, (IMG, IMG), mode='constant', preserve_range=True)
        mask = np.zeros((IMG, IMG, 1), dtype=bool)
        for mask_file in next(os.walk(TRAIN + id_ + '/masks/'))[2]:
            m = imread(TRAIN + id_ + '/masks/' + mask_file)
            m = np.expand_dims(resize(m, (IMG, IMG), mode='constant', preserve_range=True), axis=-1)
            mask = np.maximum(mask, m)
        Y[n] = mask
    return X, Y


def nuclei_generator(ids, batch_size):  # corpus: eager
    X, Y = get_train_matrices(ids)
    while True:
        pick = np.random.choice(len(X), batch_size)
        yield X[pick], Y[pick]


class SteelSequence(tf.keras.utils.Sequence):  # corpus: lazy
    def __init__(self, df, batch_size=16, subset='train', shuffle=False, preprocess=None, info={}):
        super().__init__()
        self.df = df
        self.shuffle = shuffle
        self.subset = subset
        self.batch_size = batch_size
        self.preprocess = preprocess
        self.info = info
        self.data_path = TRAIN if subset == 'train' else '../input/test/'
        self.on_epoch_end()

    def __len__(self):
        return int(np.floor(len(self.df) / self.batch_size))

    def on_epoch_end(self):
        self.indexes = np.arange(len(self.df))
        if self.shuffle:
            np.random.shuffle(self.indexes)

    def __getitem__(self, index):
        X = np.empty((self.batch_size, 128, 800, 3), dtype=np.float32)
        y = np.empty((self.batch_size, 128, 800, 4), dtype=np.int8)
        indexes = self.indexes[index * self.batch_size:(index + 1) * self.batch_size]
        for i, f in enumerate(self.df['ImageId'].iloc[indexes]):
            self.info[index * self.batch_size + i] = f
            X[i] = cv2.resize(cv2.imread(self.data_path + f), (800, 128))
            if self.subset == 'train':
                for j in range(4):
                    y[i, :, :, j] = rle_decode(self.df['e' + str(j + 1)].iloc[indexes[i]])
        if self.preprocess is not None:
            X = self.preprocess(X)
        return (X, y) if self.subset == 'train' else X


class Whales(Dataset):  # corpus: lazy
    def __init__(self, datafolder, datatype='train', df=None, transform=None, y=None):
        self.datafolder = datafolder
        self.datatype = datatype
        self.y = y
        if self.datatype == 'train':
            self.df = df.values
        self.image_files_list = [s for s in os.listdir(datafolder)]
        self.transform = transform

    def __len__(self):
        return len(self.image_files_list)

    def __getitem__(self, idx):
        img_name = os.path.join(self.datafolder, self.df[idx][0] if self.datatype == 'train' else self.image_files_list[idx])
        image = cv2.imread(img_name)
        return self.transform(image), self.y[idx] if self.y is not None else img_name


class MeltSequence(tf.keras.utils.Sequence):  # corpus: eager
    def __init__(self, csvs, window=150_000, batch_size=32):
        self.signal = np.concatenate(
            [pd.read_csv(c, dtype={'acoustic_data': np.int16, 'ttf': np.float32}).values for c in csvs]
        )
        self.window = window
        self.batch_size = batch_size

    def __len__(self):
        return math.ceil(len(self.signal) / self.window / self.batch_size)

    def __getitem__(self, i):
        starts = np.random.randint(0, len(self.signal) - self.window, self.batch_size)
        x = np.stack([self.signal[s:s + self.window, 0] for s in starts])
        y = np.array([self.signal[s + self.window - 1, 1] for s in starts])
        return x, y


def quake_chunks(path, rows=150_000):  # corpus: lazy
    reader = pd.read_csv(path, chunksize=rows, dtype={'acoustic_data': np.int16})
    for chunk in tqdm(reader):
        yield chunk.acoustic_data.values, chunk.time_to_failure.values[-1]
        del chunk
        gc.collect()


class QuickDraw(IterableDataset):  # corpus: lazy
    def __init__(self, folder, size=64, per_file=30000):
        self.files = sorted(glob(folder + '/*.csv.gz'))
        self.size = size
        self.per_file = per_file

    def __iter__(self):
        while True:
            for k in np.random.permutation(len(self.files)):
                for df in pd.read_csv(self.files[k], chunksize=680):
                    df['drawing'] = df['drawing'].apply(eval)
                    for strokes, y in zip(df.drawing.values, df.y.values):
                        yield draw_it(strokes, self.size), y


def draw_it(strokes, size):
    img = np.zeros((256, 256), np.uint8)
    for stroke in strokes:
        for i in range(len(stroke[0]) - 1):
            cv2.line(img, (stroke[0][i], stroke[1][i]), (stroke[0][i + 1], stroke[1][i + 1]), 255, 6)
    return cv2.resize(img, (size, size))


def batch_generator(X, y, batch_size=128, shuffle_=True):  # corpus: arrays
    n = X.shape[0]
    idx = np.arange(n)
    while True:
        if shuffle_:
            np.random.shuffle(idx)
        for s in range(0, n, batch_size):
            b = idx[s:s + batch_size]
            yield X[b].toarray() if hasattr(X, 'toarray') else X[b], y[b]


def mixup_generator(X_train, y_train, alpha=0.2, batch_size=32, datagen=None):  # corpus: arrays
    sample_num = len(X_train)
    while True:
        indexes = np.random.permutation(sample_num)
        for i in range(int(sample_num // (batch_size * 2))):
            ids = indexes[i * batch_size * 2:(i + 1) * batch_size * 2]
            l = np.random.beta(alpha, alpha, batch_size)
            X_l = l.reshape(batch_size, 1, 1, 1)
            X1, X2 = X_train[ids[:batch_size]], X_train[ids[batch_size:]]
            X = X1 * X_l + X2 * (1 - X_l)
            if datagen:
                for k in range(batch_size):
                    X[k] = datagen.random_transform(X[k])
            yield X, y_train[ids[:batch_size]]


def dog_gen(df, bs, augment=None):  # corpus: lazy
    while True:
        df = shuffle(df)
        for g, part in df.groupby(np.arange(len(df)) // bs):
            x = np.stack([img_to_array(load_img(p, target_size=(299, 299))) for p in part['path']])
            if augment is not None:
                x = augment(x)
            yield x / 127.5 - 1, pd.get_dummies(part['breed']).values


class Preloaded(Dataset):  # corpus: eager
    """A name that says what it does."""

    def __init__(self, df, folder, tfm):
        self.y = df['label'].values
        self.x = np.zeros((len(df), 137, 236), np.uint8)
        for k, name in enumerate(tqdm(df['image_id'])):
            self.x[k] = cv2.imread(f'{folder}/{name}.png', 0)
        self.tfm = tfm

    def __len__(self):
        return len(self.y)

    def __getitem__(self, k):
        return self.tfm(self.x[k]), self.y[k]


class BengaliParquet(Dataset):  # corpus: eager
    def __init__(self, n_parts=4, tfm=None):
        parts = []
        for p in range(n_parts):
            parts.append(pd.read_parquet(f'../input/train_image_data_{p}.parquet'))
        frame = pd.concat(parts, ignore_index=True)
        self.names = frame.iloc[:, 0].values
        self.pixels = frame.iloc[:, 1:].values.astype(np.uint8)
        del frame, parts
        gc.collect()

    def __len__(self):
        return len(self.names)

    def __getitem__(self, k):
        return self.pixels[k].reshape(137, 236), self.names[k]


def fold_paths(n=5, seed=0):  # corpus: other
    paths = np.array(sorted(glob(TRAIN + '*.png')))
    random.Random(seed).shuffle(paths)
    for k in range(n):
        held = np.arange(len(paths)) % n == k
        yield paths[~held], paths[held]


class ToTensorGiven(Dataset):  # corpus: arrays
    def __init__(self, data, labels=None, transform=None):
        self.data = data
        self.labels = labels
        self.transform = transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        x = self.data[i]
        if self.transform is not None:
            x = self.transform(x)
        if self.labels is None:
            return x
        return x, self.labels[i]


train_ids, valid_ids = train_test_split(train_df.id.values, test_size=0.1)
train_gen = make_image_gen(masks)
valid_gen = nuclei_generator(valid_ids, 8)

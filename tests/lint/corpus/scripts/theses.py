"""What students hand in with a thesis."""
import copy
import glob
import json
import logging
import os
import pickle
import random
import re
import string
import sys
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import h5py
import matplotlib.pyplot as plt
import netCDF4
import nltk
import numpy as np
import pandas as pd
import torch
import torch.nn as nn
import torchaudio
import torchvision
from PIL import Image
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import LabelEncoder, StandardScaler
from torch.utils.data import DataLoader, Dataset, Subset, WeightedRandomSampler
from torchvision import transforms
from transformers import BertTokenizer

DATA = os.path.join(os.path.dirname(__file__), '..', 'data')
device = 'cuda' if torch.cuda.is_available() else 'cpu'
tokenizer = BertTokenizer.from_pretrained('bert-base-german-cased')


class PneumoniaDataset(Dataset):  # corpus: lazy
    """Normal (0) against pneumonia (1)."""

    def __init__(self, root_dir, transform=None):
        self.transform = transform
        self.images = []
        self.labels = []
        for label, name in enumerate(['NORMAL', 'PNEUMONIA']):
            d = os.path.join(root_dir, name)
            if os.path.exists(d):
                for fname in os.listdir(d):
                    if fname.lower().endswith(('.png', '.jpg', '.jpeg')):
                        self.images.append(os.path.join(d, fname))
                        self.labels.append(label)
        print(f'Loaded {len(self.images)} images')

    def __len__(self):
        return len(self.images)

    def __getitem__(self, idx):
        image = Image.open(self.images[idx]).convert('RGB')
        if self.transform:
            image = self.transform(image)
        return image, self.labels[idx]


class HateSequences(Dataset):  # corpus: eager
    def __init__(self, pkl_path):
        self.data = pickle.load(open(pkl_path, "rb"))

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        item = self.data[idx]
        seq = torch.tensor(item["sequence"], dtype=torch.float32)
        label = torch.tensor(item["label"], dtype=torch.long)
        return seq, label


class ShapeClouds(Dataset):  # corpus: eager
    def __init__(self, root, cate, split, sample_size):
        self.data = []
        cate_dir = os.path.join(root, cate, split)
        for fname in os.listdir(cate_dir):
            if fname.endswith(".npy"):
                sample = np.load(os.path.join(cate_dir, fname))[np.newaxis, ...]
                self.data.append(sample)
        self.data = np.concatenate(self.data)
        self.mu = self.data.reshape(-1, 3).mean(axis=0).reshape((1, 3))
        self.std = self.data.reshape(-1).std(axis=0).reshape((1, 1))
        self.data = (self.data - self.mu) / self.std
        self.sample_size = sample_size

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        x = self.data[idx]
        return x[np.random.choice(x.shape[0], self.sample_size)]


class WindForecast(Dataset):  # corpus: lazy
    'Characterizes a dataset for PyTorch'

    def __init__(self, config, list_IDs, labels, train=True, normalize=True):
        self.list_IDs = list_IDs
        self.labels = labels
        self.params = config.params
        length = len(self.list_IDs)
        self.data = self.list_IDs[:int(length * 0.8)] if train else self.list_IDs[int(length * 0.8):]
        self.mean, self.std = [], []
        self.normalize = normalize
        if normalize:
            self.initialize_mean_and_std()

    def initialize_mean_and_std(self):
        for param in self.params:
            total, total_sqr, denom = 0, 0, 0
            for id in self.list_IDs:
                values = np.load(os.path.join(DATA, param, id + '.npy'))
                total += values.sum()
                total_sqr += (values ** 2).sum()
                denom += values.size
            self.mean.append(total / denom)
            self.std.append(np.sqrt(total_sqr / denom - (total / denom) ** 2))

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        id = self.data[index]
        x = np.zeros((len(self.params), 33, 53))
        for k, param in enumerate(self.params):
            x[k] = (np.load(os.path.join(DATA, param, id + '.npy')) - self.mean[k]) / self.std[k]
        return x, self.labels[id]


class Skeletons(Dataset):  # corpus: lazy
    def __init__(self, data_dir, seq_len=60):
        self.seq_len = seq_len
        self.samples = []
        for file_name in os.listdir(data_dir):
            if file_name.endswith('.skeleton'):
                action_id = int(file_name.split('A')[1][:3])
                self.samples.append((os.path.join(data_dir, file_name), int(action_id == 43)))

    def __len__(self):
        return len(self.samples)

    def read_skeleton_file(self, file_path):
        with open(file_path, 'r') as f:
            lines = f.readlines()
        frame_count = int(lines[0].strip())
        at, frames = 1, []
        for _ in range(frame_count):
            joints = []
            for j in range(25):
                joints.append([float(v) for v in lines[at + 2 + j].split()[:3]])
            frames.append(joints)
            at += 28
        return np.array(frames)

    def __getitem__(self, idx):
        path, label = self.samples[idx]
        return self.read_skeleton_file(path)[:self.seq_len], label


class SkeletonsParsed(Dataset):  # corpus: eager
    def __init__(self, data_dir, labels_csv):
        frame = pd.read_csv(labels_csv)
        self.sequences = []
        self.labels = LabelEncoder().fit_transform(frame['action'])
        for _, row in frame.iterrows():
            self.sequences.append(self.__parse(os.path.join(data_dir, row['file'])))

    def __parse(self, path):
        out = []
        with open(path) as fp:
            for line in fp:
                values = line.strip().split(' ')
                if len(values) == 75:
                    out.append(np.array(values, dtype=np.float32).reshape(25, 3))
        return np.stack(out)

    def __len__(self):
        return len(self.sequences)

    def __getitem__(self, i):
        return torch.from_numpy(self.sequences[i]), self.labels[i]


class GeoPlants(Dataset):  # corpus: lazy
    def __init__(self, config, transform=None):
        self.image_path = config["IMAGE_PATH"]
        with open(config["ANNOTATION_PATH"], "r") as fh:
            annotations = json.load(fh)
            self.annotations = {a['id']: a for a in annotations["annotations"]}
            self.images = {i['id']: i for i in annotations["images"]}
        self.samples = []
        for _, annot in self.annotations.items():
            self.samples.append((
                os.path.join(self.image_path, self.images[annot["image_id"]]["file_name"]),
                os.path.join(self.image_path, self.images[annot["image_id"]]["file_name_alti"]),
                annot["category_id"],
            ))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, idx):
        img_fn, alti_fn, gt = self.samples[idx]
        img = np.load(img_fn)
        alti = np.load(alti_fn)
        img = np.concatenate([img, alti[:, :, np.newaxis]], axis=-1)
        return img.astype('float32'), gt


class AgePairs(Dataset):  # corpus: lazy
    def __init__(self, df, image_dir, transform, n_neg=3):
        self.df = df
        self.image_dir = image_dir
        self.transform = transform
        self.samples = []
        self._build_pairs(n_neg)

    def _build_pairs(self, n_neg):
        grouped = self.df.groupby('person_id')
        for pid in grouped.groups.keys():
            group = grouped.get_group(pid)
            others = self.df[self.df['person_id'] != pid]
            for i, r1 in group.iterrows():
                for j, r2 in group.iterrows():
                    if i < j:
                        self.samples.append((r1['filename'], r2['filename'], 1))
                for _, r2 in others.sample(n=n_neg).iterrows():
                    self.samples.append((r1['filename'], r2['filename'], 0))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, idx):
        f1, f2, label = self.samples[idx]

        def load(fname):
            img = Image.open(os.path.join(self.image_dir, fname)).convert("RGB")
            return self.transform(img)

        return load(f1), load(f2), torch.tensor(label, dtype=torch.long)


class Birds(Dataset):  # corpus: lazy
    def __init__(self, root, train=True):
        self.root = root
        with open(os.path.join(root, 'images.txt'), 'r') as f:
            image_paths = [line.strip().split()[1] for line in f]
        with open(os.path.join(root, 'image_class_labels.txt'), 'r') as f:
            labels = [int(line.strip().split()[1]) - 1 for line in f]
        with open(os.path.join(root, 'train_test_split.txt'), 'r') as f:
            is_train = [int(line.strip().split()[1]) for line in f]
        self.images, self.labels = [], []
        for img_path, label, flag in zip(image_paths, labels, is_train):
            if bool(flag) == train:
                self.images.append(os.path.join(root, 'images', img_path))
                self.labels.append(label)
        self.attributes, self.similarity = self.load_attributes()

    def load_attributes(self):
        attr_path = os.path.join(self.root, 'cub_attributes.npz')
        data = np.load(attr_path)
        return data['attributes'], data['similarity']

    def __len__(self):
        return len(self.images)

    def __getitem__(self, idx):
        image = cv2.cvtColor(cv2.imread(self.images[idx]), cv2.COLOR_BGR2RGB)
        return image, self.labels[idx], self.attributes[self.labels[idx]]


class PartByPart(Dataset):  # corpus: lazy
    """One pickled part of many is in memory at a time."""

    def __init__(self, prefix, shuffle=True):
        self.file_names = sorted(glob.glob(prefix + '_part_*.pkl'))
        self.entries = [int(re.search(r'_(\d+)\.pkl', f).group(1)) for f in self.file_names]
        self.shuffle = shuffle
        self.current = 0
        self.first = 0
        self._load_part()

    def _load_part(self):
        f = self.file_names[self.current]
        print(f'Loading {f}, {self.current + 1}/{len(self.file_names)}')
        with open(f, 'rb') as fin:
            self.part = pickle.load(fin)
        self.access = list(range(len(self.part)))
        if self.shuffle:
            random.shuffle(self.access)

    def __len__(self):
        return sum(self.entries)

    def __getitem__(self, idx):
        while idx >= self.first + self.entries[self.current]:
            self.first += self.entries[self.current]
            self.current += 1
            self._load_part()
        return self.part[self.access[idx - self.first]]


class GermanReviews(Dataset):  # corpus: eager
    def __init__(self, csv_file, max_len=128):
        df = pd.read_csv(csv_file, sep=';')
        df = df.dropna(subset=['review'])
        self.labels = df['stars'].values - 1
        self.texts = [tokenizer(text, padding='max_length', max_length=max_len, truncation=True, return_tensors="pt")
                      for text in df['review']]

    def classes(self):
        return self.labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, idx):
        return self.texts[idx], np.array(self.labels[idx])


class Chatbot(Dataset):  # corpus: eager
    def __init__(self, intents_file):
        with open(intents_file, 'r') as f:
            intents = json.load(f)
        all_words, tags, xy = [], [], []
        for intent in intents['intents']:
            tag = intent['tag']
            tags.append(tag)
            for pattern in intent['patterns']:
                w = nltk.word_tokenize(pattern)
                all_words.extend(w)
                xy.append((w, tag))
        all_words = sorted(set(w.lower() for w in all_words if w not in '?!.,'))
        tags = sorted(set(tags))
        X, Y = [], []
        for (sentence, tag) in xy:
            X.append([float(w in sentence) for w in all_words])
            Y.append(tags.index(tag))
        self.x_data = np.array(X)
        self.y_data = np.array(Y)

    def __getitem__(self, index):
        return self.x_data[index], self.y_data[index]

    def __len__(self):
        return len(self.x_data)


class StockWindows(Dataset):  # corpus: eager
    def __init__(self, ticker, lookback=30, horizon=5):
        df = pd.read_csv(f'{DATA}/prices/{ticker}.csv', parse_dates=['Date'], index_col='Date')
        scaled = StandardScaler().fit_transform(df[['Open', 'High', 'Low', 'Close', 'Volume']])
        self.X, self.y = [], []
        for i in range(lookback, len(scaled) - horizon):
            self.X.append(scaled[i - lookback:i])
            self.y.append(scaled[i:i + horizon, 3])
        self.X = torch.tensor(np.array(self.X), dtype=torch.float32)
        self.y = torch.tensor(np.array(self.y), dtype=torch.float32)

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]


class WindowsGiven(Dataset):  # corpus: arrays
    def __init__(self, series, lookback, horizon):
        self.series = torch.as_tensor(series, dtype=torch.float32)
        self.lookback, self.horizon = lookback, horizon

    def __len__(self):
        return len(self.series) - self.lookback - self.horizon + 1

    def __getitem__(self, i):
        return self.series[i:i + self.lookback], self.series[i + self.lookback:i + self.lookback + self.horizon]


def build_ds(enc, labels):
    class EncodedTweets(Dataset):  # corpus: arrays
        def __init__(self, e, y):
            self.e = e
            self.y = y

        def __len__(self):
            return len(self.y)

        def __getitem__(self, i):
            item = {k: torch.tensor(v[i]) for k, v in self.e.items()}
            item["labels"] = torch.tensor(self.y[i], dtype=torch.long)
            return item

    return EncodedTweets(enc, list(labels))


class Crops(Dataset):  # corpus: lazy
    def __init__(self, class_files: dict, class_to_idx: dict, transform):
        self.samples = []
        for cls, files in class_files.items():
            for f in files:
                self.samples.append((f, class_to_idx[cls]))
        self.transform = transform

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        for _ in range(5):
            path, label = self.samples[i]
            try:
                with Image.open(path) as im:
                    im = im.convert("RGB")
                return self.transform(im), label
            except (OSError, SyntaxError):
                i = random.randrange(len(self.samples))
        raise RuntimeError('five unreadable files in a row')


class LibriLike(Dataset):  # corpus: lazy
    def __init__(self, data_dirs):
        self.samples = []
        for d in data_dirs:
            for trans in glob.glob(os.path.join(d, '**', '*.trans.txt'), recursive=True):
                with open(trans, 'r', encoding='utf-8') as f:
                    for line in f:
                        utt_id, *text = line.strip().split()
                        wav_path = os.path.join(os.path.dirname(trans), f'{utt_id}.wav')
                        if os.path.exists(wav_path):
                            self.samples.append((wav_path, ' '.join(text)))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, idx):
        wav_path, text = self.samples[idx]
        audio, sr = torchaudio.load(wav_path)
        return audio.squeeze(0).numpy(), text.lower()


class Retries(Dataset):  # corpus: other
    def __init__(self, base, tries=3):
        self.base = base
        self.tries = tries

    def __len__(self):
        return len(self.base)

    def __getitem__(self, i):
        for _ in range(self.tries):
            try:
                return self.base[i]
            except IOError:
                logging.exception('item %d', i)
                i = (i + 1) % len(self.base)


class EmotionFer(Dataset):  # corpus: eager
    """The pixels are in a column of the table."""

    def __init__(self, csv_file, usage='Training'):
        df = pd.read_csv(csv_file)
        df = df[df['Usage'] == usage]
        self.faces = np.stack([np.fromstring(p, dtype=np.uint8, sep=' ').reshape(48, 48) for p in df['pixels']])
        self.emotions = df['emotion'].values

    def __len__(self):
        return len(self.faces)

    def __getitem__(self, i):
        return self.faces[i], self.emotions[i]


class EmotionPaths(Dataset):  # corpus: lazy
    def __init__(self, csv_file, folder):
        df = pd.read_csv(csv_file)
        self.names = df['pth'].tolist()
        self.emotions = LabelEncoder().fit_transform(df['label'])
        self.folder = folder

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        return plt.imread(os.path.join(self.folder, self.names[i])), self.emotions[i]


class RainRadar(Dataset):  # corpus: lazy
    def __init__(self, nc_file, n_in=6, n_out=6):
        self.nc = netCDF4.Dataset(nc_file)
        self.n_in, self.n_out = n_in, n_out
        self.starts = self.find_rain()

    def find_rain(self):
        sums = self.nc.variables['rain_sum'][:]
        return np.nonzero(sums > 10)[0]

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, i):
        s = self.starts[i]
        frames = self.nc.variables['rain'][s:s + self.n_in + self.n_out]
        return frames[:self.n_in], frames[self.n_in:]

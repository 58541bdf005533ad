"""Kinds that labelled public code showed: what is read before iteration, by helpers, and what only seems so."""

import csv
import glob
import os

import cv2
import numpy as np
import pandas as pd
import torch
import torchaudio
from torch.utils.data import Dataset


class LoadedOnDemand(Dataset):  # corpus: eager
    def __init__(self, folder):
        self.folder = folder
        self.scans = {}

    def load_scans(self):
        for name in os.listdir(self.folder):
            self.scans[name] = np.load(os.path.join(self.folder, name))

    def __len__(self):
        return len(self.scans)

    def __getitem__(self, index):
        return self.scans[sorted(self.scans)[index]]


class Importer:  # corpus: eager
    def __init__(self, root):
        self.root = root
        self.pages = dict()

    def import_pages(self):
        for path in glob.glob(self.root + "/*.png"):
            key = os.path.basename(path)
            self.pages[key] = cv2.imread(path)

    def batches(self, size):
        keys = list(self.pages)
        for start in range(0, len(keys), size):
            yield np.stack([self.pages[key] for key in keys[start : start + size]])


def _read_all(folder):
    pictures = []
    for name in sorted(os.listdir(folder)):
        pictures.append(cv2.imread(os.path.join(folder, name)) / 255.0)
    return np.array(pictures)


def _flow(pictures, size):
    while True:
        rows = np.random.permutation(len(pictures))[:size]
        yield pictures[rows]


def make_flows(train_folder, test_folder, size):  # corpus: eager
    train = _read_all(train_folder)
    test = _read_all(test_folder)
    return _flow(train, size), _flow(test, size)


def _table(path):
    return pd.read_csv(path, header=None).values.astype("float32")


def rows_of_table(path, batch_size):  # corpus: eager
    rows = _table(path)
    for start in range(0, len(rows), batch_size):
        part = rows[start : start + batch_size]
        yield part[:, 1:], part[:, 0]


def sensor_batches(path, batch_size):  # corpus: eager
    signals, kinds = [], []
    with open(path) as file:
        for row in csv.reader(file):
            signals.append([float(word) for word in row[1:]])
            kinds.append(int(row[0]))
    signals = np.array(signals)
    while True:
        for start in range(0, len(signals), batch_size):
            yield signals[start : start + batch_size], kinds[start : start + batch_size]


class ClipsDecoded(Dataset):  # corpus: eager
    def __init__(self, listing, size):
        self.size = size
        with open(listing) as file:
            self.names = [line.strip() for line in file]
        self._prepare_clips()

    def _prepare_clips(self):
        self.clips = []
        for name in self.names:
            self.clips.append(self._frames(name))

    def _frames(self, name):
        video = cv2.VideoCapture(name)
        frames = []
        while video.isOpened():
            good, frame = video.read()
            if not good:
                break
            frames.append(cv2.resize(frame, self.size))
        video.release()
        return frames

    def __len__(self):
        return len(self.clips)

    def __getitem__(self, index):
        return np.stack(self.clips[index])


class WavesMade(Dataset):  # corpus: eager
    def __init__(self, count, length):
        self.waves = []
        for _ in range(count):
            phase = np.random.uniform(0, np.pi)
            self.waves.append(np.sin(np.linspace(0, 20, length) + phase))

    def __len__(self):
        return len(self.waves)

    def __getitem__(self, index):
        return torch.as_tensor(self.waves[index])


class SegmentsMeasured(Dataset):  # corpus: lazy
    def __init__(self, listing, window, stride):
        with open(listing) as file:
            names = file.readlines()
        self.segments = []
        for name in names:
            wave, rate = torchaudio.load(name.strip())
            wave = wave.squeeze(0)
            for start in range(0, len(wave) - window, stride):
                self.segments.append([start, start + window, name.strip()])

    def __len__(self):
        return len(self.segments)

    def __getitem__(self, index):
        start, end, name = self.segments[index]
        wave, _ = torchaudio.load(name)
        return wave[:, start:end]


class PicturesMeasured(Dataset):  # corpus: lazy
    def __init__(self, folder):
        self.paths = glob.glob(folder + "/*.jpg")
        self.means, self.shapes = [], []
        for path in self.paths:
            picture = cv2.imread(path)
            self.means.append(picture.mean(axis=(0, 1)))
            self.shapes.append(picture.shape[:2])
        self.mean = np.mean(self.means, axis=0)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return cv2.imread(self.paths[index]) - self.mean


def until_full(paths, batch_size):  # corpus: lazy
    while True:
        pictures, marks = [], []
        for path in np.random.permutation(paths):
            picture = cv2.imread(path)
            if picture is None:
                continue
            pictures.append(picture)
            marks.append(int("dog" in path))
            if len(marks) == batch_size:
                break
        yield np.array(pictures), np.array(marks)


class WithSettings(Dataset):  # corpus: lazy
    def __init__(self, folder, settings):
        self.paths = sorted(glob.glob(folder + "/*.npy"))
        self.settings = settings

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        table = pd.read_csv(self.settings)
        row = table.iloc[0]
        return np.load(self.paths[index]) * row["gain"] + row["offset"]


class BucketsOfPaths(Dataset):  # corpus: lazy
    def __init__(self, table_path, bucket_size):
        table = pd.read_csv(table_path).sort_values(by=["length"])
        self.buckets, bucket = [], []
        for path, length in zip(table["file_path"].tolist(), table["length"].tolist()):
            bucket.append(path)
            if len(bucket) == bucket_size:
                self.buckets.append(bucket)
                bucket = []

    def __len__(self):
        return len(self.buckets)

    def __getitem__(self, index):
        return [torchaudio.load(path)[0] for path in self.buckets[index]]


class PosesPickledInArrays(Dataset):  # corpus: eager
    def __init__(self, folder, names):
        self.poses = []
        for name in names:
            self.poses.append(np.load(folder + name, allow_pickle=True).item())

    def __len__(self):
        return len(self.poses)

    def __getitem__(self, index):
        joints = self.poses[index]["joints"]
        return joints.reshape(joints.shape[0], -1).astype("float32")


class AddedOneByOne(Dataset):  # corpus: lazy
    def __init__(self):
        self.items = []

    def load(self, path):
        self.items.append(path)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return cv2.imread(self.items[index])


class CachedWhenAsked(Dataset):  # corpus: lazy
    def __init__(self, folder):
        self.paths = sorted(glob.glob(folder + "/*.npy"))
        self.arrays = {}

    def preload(self):
        for path in self.paths:
            self.arrays[path] = np.load(path)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        path = self.paths[index]
        return self.arrays[path] if path in self.arrays else np.load(path)

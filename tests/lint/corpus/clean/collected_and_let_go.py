"""What looks like gathering and is none: numbers kept, one batch collected, settings, few keys; and their eager twins."""

import glob
import json
import re

import cv2
import numpy as np
import pandas as pd
import torch
import wfdb
from PIL import Image
from torch.utils.data import Dataset


def pairs_in_turn(names, size):  # corpus: lazy
    while True:
        images, masks = [], []
        for name in names:
            images.append(cv2.imread(name))
            masks.append(cv2.imread("masks/" + name))
            if len(images) == size:
                break
        yield np.array(images), np.array(masks)


def three_in_turn(names, size):  # corpus: lazy
    while True:
        images = []
        masks = []
        edges = []
        for name in names:
            image = cv2.imread(name)
            masks.append(cv2.imread("masks/" + name))
            edges.append(cv2.Canny(image, 100, 200))
            images.append(image)
            if len(images) >= size:
                break
        yield np.array(images), np.array(masks), np.array(edges)


def counted_in_turn(names, size):  # corpus: lazy
    while True:
        images, masks, count = [], [], 0
        for name in names:
            images.append(cv2.imread(name))
            masks.append(cv2.imread("masks/" + name))
            count += 1
            if count == size:
                break
        yield np.array(images), np.array(masks)


def pairs_yielded_when_full(names, size):  # corpus: lazy
    images, masks = [], []
    while True:
        for name in names:
            images.append(cv2.imread(name))
            masks.append(cv2.imread("masks/" + name))
            if len(images) == size:
                yield np.array(images), np.array(masks)
                images, masks = [], []


def all_pairs_first(names, size):  # corpus: eager
    images, masks = [], []
    for name in names:
        image = cv2.imread(name)
        if image is None:
            break
        images.append(image)
        masks.append(cv2.imread("masks/" + name))
    while True:
        chosen = np.random.choice(len(images), size)
        yield np.array([images[i] for i in chosen]), np.array([masks[i] for i in chosen])


class NumbersOfRecords(Dataset):  # corpus: lazy
    def __init__(self, root, known):
        self.data = []
        for path in glob.iglob(root + "/*.hea"):
            record = wfdb.rdsamp(path[:-4])
            numbers = list(map(int, re.findall(r"\d+", record[1]["comments"][2])))
            for number in numbers:
                if number in known:
                    numbers = number
            self.data.append([path, numbers])

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        path, number = self.data[index]
        return wfdb.rdsamp(path[:-4])[0], number


class SizesOfPictures(Dataset):  # corpus: lazy
    def __init__(self, paths):
        self.items = []
        for path in paths:
            image = cv2.imread(path)
            height, width = image.shape[:2]
            means = [float(value) for value in image.mean(axis=(0, 1))]
            self.items.append((path, height, width, means))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return cv2.imread(self.items[index][0]), self.items[index][3]


class SignalsOfRecords(Dataset):  # corpus: eager
    def __init__(self, root):
        self.data = []
        for path in glob.iglob(root + "/*.hea"):
            record = wfdb.rdsamp(path[:-4])
            self.data.append([path, record[0]])

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index]


basis = {}
windows = {}


def mel(y, fmax):
    if fmax not in basis:
        basis[str(fmax) + str(y.device)] = torch.hann_window(1024).to(y.device)
    return basis[str(fmax) + str(y.device)] * y


def spectrum(y, n_fft):
    key = f"{n_fft}_{y.dtype}"
    if key not in windows:
        windows[key] = torch.hann_window(n_fft).to(dtype=y.dtype, device=y.device)
    return torch.stft(y, n_fft, window=windows[key], return_complex=True)


class Mels(Dataset):  # corpus: lazy
    def __init__(self, files, fmax):
        self.files, self.fmax = files, fmax

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        y = torch.load(self.files[index])
        return mel(y, self.fmax), spectrum(y, 1024)


class SettingsForEach(Dataset):  # corpus: lazy
    def __init__(self, names, settings):
        self.names, self.settings = names, settings

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        table = pd.read_csv(self.settings)
        gain = float(table.loc[table["name"] == self.names[index], "gain"].iloc[0])
        return gain * np.load(self.names[index])


def settings_for_each(names, settings):  # corpus: lazy
    for name in names:
        with open(settings) as file:
            table = json.load(file)
        yield np.load(name) * table[name]["gain"]


def distinct(path):  # corpus: lazy
    seen = set()
    for line in open(path):
        record = json.loads(line)
        if record["id"] not in seen:
            seen.add(record["id"])
            yield record["id"], record


def distinct_by_field(paths):  # corpus: lazy
    for path in paths:
        known = set()
        with open(path) as file:
            for line in file:
                name, text = line.rstrip().split("\t")
                if name in known:
                    continue
                known.add(name)
                yield name, text


def flat_or_nested(path, flat):  # corpus: lazy
    with open(path) as file:
        for line in file:
            dialogue = json.loads(line)
            out = []
            for utterance in dialogue["utterances"]:
                if flat:
                    yield utterance
                else:
                    out.append(utterance)
            if not flat:
                yield out


class LooksAtEach(Dataset):  # corpus: lazy
    def __init__(self, paths):
        self.paths = []
        self.sizes = []
        for path in paths:
            with Image.open(path) as image:
                self.sizes.append(image.size)
            self.paths.append(path)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        with Image.open(self.paths[index]) as image:
            return np.asarray(image.resize(self.sizes[index]))

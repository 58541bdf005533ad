"""All that is loaded by something else than the generator: a method, a helper, a factory; and what is not."""

import csv
import glob
import os
import random

import cv2
import numpy as np
import pandas as pd
from scipy.io import wavfile


class PicturesByMethod:  # corpus: eager
    def __init__(self, table, folder):
        self.folder = folder
        self.load(table)

    def load(self, table):
        images = {}
        for name in pd.read_csv(table)["name"]:
            images[name] = cv2.imread(self.folder + name)
        self.images = np.array(list(images.values()))

    def get_generator(self, batch_size):
        def batches(images):
            while True:
                chosen = np.random.choice(len(images), batch_size)
                yield images[chosen]

        return batches(self.images)


class ScansReadBefore:  # corpus: eager
    def __init__(self, folder):
        self.folder = folder
        self.scans = {}
        self.read_folder()

    def read_folder(self):
        for path in glob.glob(self.folder + "/*.png"):
            self.scans[os.path.basename(path)] = cv2.imread(path, 0)

    def flow(self, size):
        def forever():
            names = list(self.scans)
            while True:
                yield np.stack([self.scans[name] for name in random.sample(names, size)])

        return forever()


class PathsByMethod:  # corpus: lazy
    def __init__(self, table, folder):
        self.folder = folder
        self.load(table)

    def load(self, table):
        images = {}
        for name in pd.read_csv(table)["name"]:
            images[name] = self.folder + name
        self.images = list(images.values())

    def get_generator(self, batch_size):
        def batches(images):
            while True:
                yield np.array([cv2.imread(path) for path in random.sample(images, batch_size)])

        return batches(self.images)


class ArraysByCaller:  # corpus: arrays
    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def get_generator(self, batch_size):
        def batches(images):
            while True:
                yield images[np.random.choice(len(images), batch_size)]

        return batches(self.images)


def load_set(folder):
    sounds = []
    for name in os.listdir(folder):
        sounds.append(wavfile.read(os.path.join(folder, name))[1])
    return sounds


def fragments(sounds, length):
    while True:
        for sound in sounds:
            start = random.randrange(len(sound) - length)
            yield sound[start : start + length]


def generators(folder, length):  # corpus: eager
    made = {}
    for part in ("train", "test"):
        made[part] = fragments(load_set(os.path.join(folder, part)), length)
    return made


def pair_of_generators(folder, length):  # corpus: eager
    train = load_set(folder + "/train")
    test = load_set(folder + "/test")
    return fragments(train, length), fragments(test, length)


def generators_as_literal(folder, length):  # corpus: eager
    sounds = load_set(folder)
    cut = len(sounds) // 10
    return {"train": fragments(sounds[cut:], length), "test": fragments(sounds[:cut], length)}


def read_pieces(paths, length):
    while True:
        for path in paths:
            yield wavfile.read(path)[1][:length]


def generators_of_paths(folder, length):  # corpus: lazy
    made = {}
    for part in ("train", "test"):
        made[part] = read_pieces(glob.glob(os.path.join(folder, part, "*.wav")), length)
    return made


def pair_of_path_generators(folder, length):  # corpus: lazy
    names = sorted(glob.glob(folder + "/*.wav"))
    return read_pieces(names[10:], length), read_pieces(names[:10], length)


def generators_of_arrays(train, test, length):  # corpus: arrays
    return {"train": fragments(train, length), "test": fragments(test, length)}


def main():  # corpus: other
    for batch in fragments(load_set("sounds"), 100):
        print(batch.shape)
        break


def load_matrix(path):
    return np.loadtxt(path, delimiter=",")


def columns_of_text(path):  # corpus: eager
    values = load_matrix(path)
    values = values[:, 1:]
    while True:
        for number in range(values.shape[1]):
            yield values[:, number]


def rows_of_text(path, size):  # corpus: eager
    values = load_matrix(path)[10:]
    while True:
        start = random.randrange(len(values) - size)
        yield values[start : start + size]


def rows_of_csv_first(path, size):  # corpus: eager
    features, targets = [], []
    with open(path) as file:
        reader = csv.reader(file)
        next(reader)
        for row in reader:
            features.append([float(cell) for cell in row[:-1]])
            targets.append(float(row[-1]))
    features = np.array(features)
    while True:
        chosen = np.random.randint(0, len(features), size)
        yield features[chosen], [targets[number] for number in chosen]


def rows_of_csv_by_helper(path, size):  # corpus: eager
    rows = table_of(path)
    for start in range(0, len(rows), size):
        yield np.array(rows[start : start + size])


def table_of(path):
    rows = []
    for row in csv.reader(open(path)):
        rows.append(list(map(float, row)))
    return rows


def rows_of_csv_lazy(path, size):  # corpus: lazy
    rows = []
    for row in csv.reader(open(path)):
        rows.append(list(map(float, row)))
        if len(rows) == size:
            yield np.array(rows)
            rows = []


def paths_of_csv(path, size):  # corpus: lazy
    lines = []
    with open(path) as file:
        for row in csv.reader(file):
            lines.append(row)
    while True:
        random.shuffle(lines)
        for start in range(0, len(lines), size):
            images = [cv2.imread(line[0]) for line in lines[start : start + size]]
            yield np.array(images), np.array([float(line[3]) for line in lines[start : start + size]])


def one_column_each(paths):  # corpus: lazy
    for path in paths:
        values = np.loadtxt(path)
        yield values[:, 0]


class Clips:  # corpus: eager
    def __init__(self, annotations, size):
        self.size = size
        self.build(annotations)

    def build(self, annotations):
        self.data = np.array(self.videos(annotations))

    def videos(self, annotations):
        clips = []
        for path in annotations:
            capture = cv2.VideoCapture(path)
            frames = []
            while True:
                ok, frame = capture.read()
                if not ok:
                    break
                frames.append(cv2.resize(frame, (self.size, self.size)))
            clips.append(frames)
        return clips

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index]


class ClipsByComprehension:  # corpus: eager
    def __init__(self, paths):
        self.prepare_all(paths)

    def prepare_all(self, paths):
        self.clips = [self.frames_of(path) for path in paths]

    def frames_of(self, path):
        capture, frames = cv2.VideoCapture(path), []
        while capture.isOpened():
            good, frame = capture.read()
            if not good:
                break
            frames.append(frame)
        return frames

    def __len__(self):
        return len(self.clips)

    def __getitem__(self, index):
        return np.array(self.clips[index])


class ClipsWhenAsked:  # corpus: lazy
    def __init__(self, paths):
        self.build(paths)

    def build(self, paths):
        self.lengths = []
        for path in paths:
            capture = cv2.VideoCapture(path)
            self.lengths.append(int(capture.get(cv2.CAP_PROP_FRAME_COUNT)))
            capture.release()
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        capture, frames = cv2.VideoCapture(self.paths[index]), []
        for _ in range(self.lengths[index]):
            frames.append(capture.read()[1])
        return np.array(frames)


def make_moving(n, length, size):
    data = np.zeros((n, length, size, size), dtype=np.float32)
    for number in range(n):
        for step in range(length):
            data[number, step] = draw(size, step)
    return data


def draw(size, step):
    canvas = np.zeros((size, size), dtype=np.float32)
    canvas[step % size] = 1
    return canvas


class Moving:  # corpus: eager
    def __init__(self, config):
        self.data = make_moving(config.n_samples, config.length, config.size)

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index, :10], self.data[index, 10:]


class Synthesised:  # corpus: eager
    def __init__(self, count, size):
        self.images = np.empty((count, size, size, 3))
        self.labels = np.zeros(count, dtype=int)
        for number in range(count):
            self.images[number] = np.random.rand(size, size, 3)
            self.labels[number] = number % 10

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]


class SynthesisedWhenAsked:  # corpus: lazy
    def __init__(self, count, size):
        self.count, self.size = count, size
        self.labels = np.zeros(count, dtype=int)
        for number in range(count):
            self.labels[number] = number % 10

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        image = np.zeros((self.size, self.size))
        for row in range(self.size):
            image[row] = np.sin(row * index)
        return image, self.labels[index]


class OneTemplate:  # corpus: lazy
    def __init__(self, paths, size):
        self.paths = paths
        self.grid = np.zeros((size, size, 2))
        for row in range(size):
            for column in range(size):
                self.grid[row, column] = row, column

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return cv2.remap(cv2.imread(self.paths[index]), self.grid, None, 1)


def stream(path):  # corpus: eager
    data = np.array(pd.read_csv(path), dtype="float32")
    while True:
        for number in range(len(data)):
            yield data[number]


def two_streams(path):
    inner = stream(path)
    while True:
        yield next(inner), next(inner)


def windows(path, length):  # corpus: eager
    signal = np.load(path)
    for start in range(0, len(signal) - length, length):
        yield signal[start : start + length]


def scaled_windows(path, length):
    for window in windows(path, length):
        yield window / 255


def lines_of(path):  # corpus: lazy
    for line in open(path):
        yield line


def numbers_of(path):  # corpus: lazy
    for line in lines_of(path):
        yield [float(word) for word in line.split()]

"""More of the kinds that were missed: helpers, factories, films, rows, hubs."""

import csv
import glob
import json
import os
import pickle
import random
from collections import defaultdict

import cv2
import datasets
import numpy as np
import pandas as pd
import soundfile as sf
import tensorflow as tf
from PIL import Image


class Faces:  # corpus: eager
    def __init__(self, folder, size=(96, 96)):
        self.folder = folder
        self.size = size
        self.by_person = {}

    def index(self):
        for person in os.listdir(self.folder):
            pictures = []
            for name in os.listdir(os.path.join(self.folder, person)):
                picture = cv2.imread(os.path.join(self.folder, person, name))
                pictures.append(cv2.resize(picture, self.size))
            self.by_person[person] = np.asarray(pictures)

    def triplets(self, batch_size=8):
        people = list(self.by_person)
        while True:
            anchors, others = [], []
            for _ in range(batch_size):
                a, b = random.sample(people, 2)
                anchors.append(random.choice(self.by_person[a]))
                others.append(random.choice(self.by_person[b]))
            yield np.stack(anchors), np.stack(others)


class FacesWhenAsked:  # corpus: lazy
    def __init__(self, folder):
        self.folder = folder
        self.by_person = {}

    def index(self):
        for person in os.listdir(self.folder):
            self.by_person[person] = glob.glob(os.path.join(self.folder, person, "*.jpg"))

    def triplets(self, batch_size=8):
        people = list(self.by_person)
        while True:
            yield np.stack([cv2.imread(random.choice(self.by_person[random.choice(people)])) for _ in range(batch_size)])


def load_all(folder):
    sounds = []
    for path in sorted(glob.glob(folder + "/*.flac")):
        data, rate = sf.read(path)
        if rate != 16000:
            continue
        sounds.append(data)
    return sounds


def cut(sounds, seconds, batch_size):
    while True:
        chosen = [sounds[random.randrange(len(sounds))] for _ in range(batch_size)]
        yield np.stack([sound[: seconds * 16000] for sound in chosen])


def make_generators(folder, seconds=2, batch_size=16):  # corpus: eager
    generators = {}
    for split in ("train", "valid"):
        sounds = load_all(os.path.join(folder, split))
        generators[split] = cut(sounds, seconds, batch_size)
    return generators


def train_and_valid(folder, batch_size=16):  # corpus: eager
    train = load_all(folder + "/train")
    valid = load_all(folder + "/valid")
    return cut(train, 2, batch_size), cut(valid, 2, batch_size)


def cut_files(paths, batch_size):
    while True:
        yield np.stack([sf.read(path)[0] for path in random.sample(paths, batch_size)])


def make_streams(folder, batch_size=16):  # corpus: lazy
    return {split: cut_files(glob.glob(f"{folder}/{split}/*.flac"), batch_size) for split in ("train", "valid")}


def read_series(path):
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, 1:].astype("float32")


def windows(path, length, batch_size):  # corpus: eager
    series = read_series(path)
    while True:
        starts = np.random.randint(0, len(series) - length, batch_size)
        yield np.stack([series[s : s + length] for s in starts])


def steering_rows(path):
    rows = []
    with open(path) as source:
        for row in csv.reader(source):
            rows.append(row)
    return rows


def steering(path, batch_size=32):  # corpus: lazy
    rows = steering_rows(path)
    while True:
        random.shuffle(rows)
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            yield np.array([cv2.imread(row[0]) for row in batch]), np.array([float(row[3]) for row in batch])


def sensor_rows(path, batch_size=32):  # corpus: eager
    readings, labels = [], []
    with open(path, newline="") as source:
        reader = csv.reader(source)
        next(reader)
        for row in reader:
            readings.append([float(cell) for cell in row[1:]])
            labels.append(int(row[0]))
    readings = np.array(readings)
    labels = np.array(labels)
    while True:
        chosen = np.random.permutation(len(readings))
        for start in range(0, len(readings), batch_size):
            part = chosen[start : start + batch_size]
            yield readings[part], labels[part]


class Clips(tf.keras.utils.Sequence):  # corpus: eager
    def __init__(self, folder, batch_size, n_frames=16):
        self.batch_size = batch_size
        self.n_frames = n_frames
        self.x, self.y = self.build(folder)

    def build(self, folder):
        x, y = [], []
        for number, label in enumerate(sorted(os.listdir(folder))):
            clips = self.clips_of(os.path.join(folder, label))
            x += clips
            y += [number] * len(clips)
        return x, np.array(y)

    def clips_of(self, folder):
        clips = []
        for name in os.listdir(folder):
            capture = cv2.VideoCapture(os.path.join(folder, name))
            frames = []
            while len(frames) < self.n_frames:
                ok, frame = capture.read()
                if not ok:
                    break
                frames.append(cv2.resize(frame, (112, 112)))
            capture.release()
            clips.append(np.array(frames))
        return clips

    def __len__(self):
        return len(self.x) // self.batch_size

    def __getitem__(self, index):
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return np.array(self.x[part]), self.y[part]


class ClipsWhenAsked(tf.keras.utils.Sequence):  # corpus: lazy
    def __init__(self, folder, batch_size):
        self.batch_size = batch_size
        self.paths = glob.glob(folder + "/*/*.avi")
        self.lengths = []
        for path in self.paths:
            capture = cv2.VideoCapture(path)
            self.lengths.append(int(capture.get(cv2.CAP_PROP_FRAME_COUNT)))
            capture.release()

    def __len__(self):
        return len(self.paths) // self.batch_size

    def frames(self, path):
        capture = cv2.VideoCapture(path)
        frames = []
        while True:
            ok, frame = capture.read()
            if not ok:
                break
            frames.append(frame)
        return np.array(frames)

    def __getitem__(self, index):
        start = index * self.batch_size
        return [self.frames(path) for path in self.paths[start : start + self.batch_size]]


class FilteredHub(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        path = dl_manager.download_and_extract("https://example.org/a.tsv")
        return [datasets.SplitGenerator(name=datasets.Split.TRAIN, gen_kwargs={"filepath": path, "split": "train"})]

    def _generate_examples(self, filepath, split):
        table = pd.read_csv(filepath, sep="\t")
        table = table[table["split"] == split]
        table["length"] = table["sentence"].str.len()
        for number, row in table.reset_index().iterrows():
            yield number, {"sentence": row["sentence"], "length": row["length"], "label": row["label"]}


class HelpedHub(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        paths = dl_manager.download_and_extract({"train": "https://example.org/a", "test": "https://example.org/b"})
        return [
            datasets.SplitGenerator(name=split, gen_kwargs={"path": path}) for split, path in paths.items()
        ]

    def _documents(self, path):
        with open(path) as source:
            content = json.load(source)
        for article in content["data"]:
            yield article["title"], article["paragraphs"]

    def _generate_examples(self, path):
        number = 0
        for title, paragraphs in self._documents(path):
            for paragraph in paragraphs:
                yield number, {"title": title, "context": paragraph["context"]}
                number += 1


class XmlHub(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        import xml.etree.ElementTree as ET

        root = ET.parse(filepath).getroot()
        for number, sentence in enumerate(root.iter("sentence")):
            yield number, {"text": sentence.find("text").text, "polarity": sentence.attrib["polarity"]}


class GroupedHub(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        groups = defaultdict(list)
        with open(filepath, encoding="utf-8") as source:
            for line in source:
                record = json.loads(line)
                groups[record["doc_id"]].append(record["sentence"])
        for number, (name, sentences) in enumerate(groups.items()):
            yield number, {"id": name, "sentences": sentences}


class ImageHub(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, metadata, folder):
        table = pd.read_csv(metadata)
        for number, row in table.iterrows():
            yield number, {"image": os.path.join(folder, row["file_name"]), "caption": row["caption"]}


class AudioHub(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, transcripts, files):
        texts = {}
        with open(transcripts) as source:
            for line in source:
                name, text = line.strip().split("\t")
                texts[name] = text
        for path, file in files:
            name = os.path.basename(path)
            if name in texts:
                yield name, {"audio": {"path": path, "bytes": file.read()}, "sentence": texts[name]}


class StreamedHub(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepath):
        with open(filepath, encoding="utf-8") as source:
            for number, line in enumerate(source):
                record = json.loads(line)
                yield number, {"text": record["text"], "label": record["label"]}


class ChunkedHub(datasets.ArrowBasedBuilder):  # corpus: lazy
    def _generate_tables(self, files):
        import pyarrow as pa

        for number, path in enumerate(files):
            for part, frame in enumerate(pd.read_csv(path, chunksize=10000)):
                yield (number, part), pa.Table.from_pandas(frame)


class Pickled:  # corpus: eager
    def __init__(self, path):
        with open(path, "rb") as source:
            self.examples = pickle.load(source)

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, index):
        example = self.examples[index]
        return example["tokens"], example["labels"]


class Kept:  # corpus: eager
    def __init__(self, root):
        self.root = root
        self._load(root)

    def _load(self, root):
        store = {}
        for row in open(os.path.join(root, "names.txt")):
            name = row.strip()
            store[name] = np.array(Image.open(os.path.join(root, name)))
        self.store = store
        self.names = list(store)

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        return self.store[self.names[index]]

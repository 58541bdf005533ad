"""Blog posts, course exercises, small tools, forks of forks."""
import argparse
import os
import sys
import glob
import json
import random
import re
import string
import tarfile
import urllib.request
import xml.etree.ElementTree as ET
from collections import Counter, OrderedDict, defaultdict, namedtuple
from pathlib import Path

import cv2
import imageio
import matplotlib.pyplot as plt
import numpy as np
import openpyxl
import pandas as pd
import PIL
import scipy.io.wavfile as wav
import tensorflow as tf
import torch
import torch.utils.data
import torchtext
import torchvision
from keras.datasets import mnist
from keras.preprocessing.image import ImageDataGenerator, img_to_array, load_img
from keras.preprocessing.text import Tokenizer
from keras.utils import np_utils
from mat4py import loadmat
from nltk.tokenize import word_tokenize
from PIL import Image
from python_speech_features import mfcc
from scipy.signal import resample
from skimage.color import gray2rgb, rgb2gray
from sklearn.datasets import load_svmlight_file
from sklearn.model_selection import train_test_split
from torch.autograd import Variable

parser = argparse.ArgumentParser()
parser.add_argument('--data', default='data')
parser.add_argument('--bs', type=int, default=32)
opt = parser.parse_args()

SIZE = 64


class Vocabulary(object):
    def __init__(self):
        self.word2idx = {}
        self.idx2word = []

    def add_word(self, word):
        if word not in self.word2idx:
            self.idx2word.append(word)
            self.word2idx[word] = len(self.idx2word) - 1
        return self.word2idx[word]


class Corpus(object):  # corpus: eager
    def __init__(self, path):
        self.dictionary = Vocabulary()
        self.train = self.tokenize(os.path.join(path, 'train.txt'))
        self.valid = self.tokenize(os.path.join(path, 'valid.txt'))

    def tokenize(self, path):
        assert os.path.exists(path)
        with open(path, 'r', encoding="utf8") as f:
            for line in f:
                words = line.split() + ['<eos>']
                for word in words:
                    self.dictionary.add_word(word)
        with open(path, 'r', encoding="utf8") as f:
            idss = []
            for line in f:
                words = line.split() + ['<eos>']
                ids = []
                for word in words:
                    ids.append(self.dictionary.word2idx[word])
                idss.append(torch.tensor(ids).type(torch.int64))
            ids = torch.cat(idss)
        return ids

    def get_batch(self, i, bptt=35):
        seq_len = min(bptt, len(self.train) - 1 - i)
        return self.train[i:i + seq_len], self.train[i + 1:i + 1 + seq_len]


class Names(torch.utils.data.Dataset):  # corpus: eager
    """Surnames by language, one file each."""

    def __init__(self, folder):
        self.items = []
        for filename in glob.glob(folder + '/*.txt'):
            category = os.path.splitext(os.path.basename(filename))[0]
            lines = open(filename, encoding='utf-8').read().strip().split('\n')
            for line in lines:
                self.items.append((category, self.to_tensor(line)))

    def to_tensor(self, line):
        tensor = torch.zeros(len(line), 1, len(string.ascii_letters))
        for li, letter in enumerate(line):
            tensor[li][0][string.ascii_letters.find(letter)] = 1
        return tensor

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


class CatsAndDogs(torch.utils.data.Dataset):  # corpus: lazy
    def __init__(self, files, transform):
        self.files = files
        self.transform = transform
        self.names = [os.path.basename(f) for f in files]
        self.target = [0 if n.startswith('cat') else 1 for n in self.names]

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return self.transform(Image.open(self.files[i])), self.target[i]


def cats_and_dogs(folder, bs=opt.bs):  # corpus: lazy
    names = os.listdir(folder)
    while True:
        batch = np.random.choice(names, bs)
        x = np.empty((bs, SIZE, SIZE, 3), dtype='float32')
        y = np.empty(bs)
        for k, n in enumerate(batch):
            x[k] = cv2.resize(cv2.imread(os.path.join(folder, n)), (SIZE, SIZE)) / 255.
            y[k] = n.startswith('dog')
        yield x, y


def cats_and_dogs_ram(folder, bs=opt.bs):  # corpus: eager
    data = []
    for n in os.listdir(folder):
        label = [1, 0] if n.split('.')[0] == 'cat' else [0, 1]
        img = cv2.resize(cv2.imread(os.path.join(folder, n), cv2.IMREAD_GRAYSCALE), (SIZE, SIZE))
        data.append([np.array(img), np.array(label)])
    random.shuffle(data)
    X = np.array([d[0] for d in data]).reshape(-1, SIZE, SIZE, 1)
    Y = np.array([d[1] for d in data])
    while True:
        at = np.random.randint(0, len(X) - bs)
        yield X[at:at + bs], Y[at:at + bs]


class PennFudan(torch.utils.data.Dataset):  # corpus: lazy
    def __init__(self, root, transforms):
        self.root = root
        self.transforms = transforms
        self.imgs = list(sorted(os.listdir(os.path.join(root, "PNGImages"))))
        self.masks = list(sorted(os.listdir(os.path.join(root, "PedMasks"))))

    def __getitem__(self, idx):
        img = Image.open(os.path.join(self.root, "PNGImages", self.imgs[idx])).convert("RGB")
        mask = np.array(Image.open(os.path.join(self.root, "PedMasks", self.masks[idx])))
        obj_ids = np.unique(mask)[1:]
        masks = mask == obj_ids[:, None, None]
        boxes = []
        for i in range(len(obj_ids)):
            pos = np.nonzero(masks[i])
            boxes.append([np.min(pos[1]), np.min(pos[0]), np.max(pos[1]), np.max(pos[0])])
        return img, {"boxes": torch.as_tensor(boxes), "masks": torch.as_tensor(masks)}

    def __len__(self):
        return len(self.imgs)


class FaceLandmarks(torch.utils.data.Dataset):  # corpus: lazy
    def __init__(self, csv_file, root_dir, transform=None):
        self.landmarks_frame = pd.read_csv(csv_file)
        self.root_dir = root_dir
        self.transform = transform

    def __len__(self):
        return len(self.landmarks_frame)

    def __getitem__(self, idx):
        img_name = os.path.join(self.root_dir, self.landmarks_frame.iloc[idx, 0])
        image = plt.imread(img_name)
        landmarks = np.array([self.landmarks_frame.iloc[idx, 1:]], dtype=float).reshape(-1, 2)
        sample = {'image': image, 'landmarks': landmarks}
        return self.transform(sample) if self.transform else sample


class Diabetes(torch.utils.data.Dataset):  # corpus: eager
    """Diabetes dataset."""

    def __init__(self):
        xy = np.loadtxt('./data/diabetes.csv.gz', delimiter=',', dtype=np.float32)
        self.len = xy.shape[0]
        self.x_data = torch.from_numpy(xy[:, 0:-1])
        self.y_data = torch.from_numpy(xy[:, [-1]])

    def __getitem__(self, index):
        return self.x_data[index], self.y_data[index]

    def __len__(self):
        return self.len


class Yelp(torch.utils.data.Dataset):  # corpus: eager
    def __init__(self, review_csv):
        self.review_df = pd.read_csv(review_csv)
        self._vectorizer = ReviewVectorizer.from_dataframe(self.review_df)
        self.train_df = self.review_df[self.review_df.split == 'train']
        self._lookup_dict = {'train': (self.train_df, len(self.train_df))}
        self.set_split('train')

    def set_split(self, split="train"):
        self._target_split = split
        self._target_df, self._target_size = self._lookup_dict[split]

    def __len__(self):
        return self._target_size

    def __getitem__(self, index):
        row = self._target_df.iloc[index]
        return {'x_data': self._vectorizer.vectorize(row.review), 'y_target': row.rating}


class ReviewVectorizer(object):
    def __init__(self, vocab):
        self.vocab = vocab

    def vectorize(self, review):
        out = np.zeros(len(self.vocab), dtype=np.float32)
        for token in review.split(" "):
            if token in self.vocab:
                out[self.vocab[token]] = 1
        return out

    @classmethod
    def from_dataframe(cls, df, cutoff=25):
        counts = Counter(w for review in df.review for w in review.split(" "))
        return cls({w: i for i, (w, c) in enumerate(counts.items()) if c > cutoff})


def speech_commands(folder, words, bs):  # corpus: lazy
    files = [(f, k) for k, w in enumerate(words) for f in glob.glob(os.path.join(folder, w, '*.wav'))]
    while True:
        random.shuffle(files)
        for i in range(0, len(files) - bs, bs):
            feats, labels = [], []
            for f, k in files[i:i + bs]:
                rate, sig = wav.read(f)
                feats.append(mfcc(resample(sig, 16000), 16000))
                labels.append(k)
            yield np.stack(feats), np.array(labels)


class Digits(object):  # corpus: eager
    """load once, then next_batch"""

    def __init__(self, folder):
        self.x, self.y = [], []
        for root, dirs, files in os.walk(folder):
            for f in files:
                if not f.endswith('.wav'):
                    continue
                rate, sig = wav.read(os.path.join(root, f))
                feat = mfcc(sig, rate)
                feat = np.pad(feat, ((0, 100 - len(feat)), (0, 0)), 'constant')
                self.x.append(feat)
                self.y.append(int(f[0]))
        self.x = np.array(self.x)
        self.y = np_utils.to_categorical(self.y)
        self.p = 0

    def next_batch(self, n):
        self.p += n
        return self.x[self.p - n:self.p], self.y[self.p - n:self.p]


class Flickr(torch.utils.data.Dataset):  # corpus: lazy
    def __init__(self, root, captions_file, vocab, transform=None):
        self.root = root
        self.df = pd.read_csv(captions_file)
        self.imgs = self.df["image"]
        self.captions = self.df["caption"]
        self.vocab = vocab
        self.transform = transform

    def __len__(self):
        return len(self.df)

    def __getitem__(self, index):
        img = Image.open(os.path.join(self.root, self.imgs[index])).convert("RGB")
        if self.transform is not None:
            img = self.transform(img)
        numericalized = [self.vocab.stoi["<SOS>"]]
        numericalized += self.vocab.numericalize(self.captions[index])
        return img, torch.tensor(numericalized)


def colorize(paths, bs):  # corpus: lazy
    for k in range(0, len(paths), bs):
        rgb = [img_to_array(load_img(p, target_size=(256, 256))) for p in paths[k:k + bs]]
        grey = [gray2rgb(rgb2gray(x)) for x in rgb]
        yield np.array(grey), np.array(rgb)


def flow_frame(df, folder, bs):  # corpus: lazy
    gen = ImageDataGenerator(rescale=1. / 255, rotation_range=20)
    flow = gen.flow_from_dataframe(df, folder, x_col='file', y_col='label', target_size=(SIZE, SIZE), batch_size=bs)
    for x, y in flow:
        yield x, {'out': y}


def mnist_rgb(bs):  # corpus: arrays
    (x, y), _ = mnist.load_data()
    while True:
        pick = np.random.randint(0, len(x), bs)
        yield np.repeat(x[pick][..., None], 3, -1) / 255, y[pick]


def sparse_rows(X, y, bs):  # corpus: arrays
    order = np.random.permutation(X.shape[0])
    for k in range(0, len(order), bs):
        yield X[order[k:k + bs]].toarray(), y[order[k:k + bs]]


class Triplets(torch.utils.data.Dataset):  # corpus: arrays
    def __init__(self, mnist_dataset):
        self.data = mnist_dataset.data
        self.labels = mnist_dataset.targets
        self.by_label = {l: np.where(self.labels.numpy() == l)[0] for l in set(self.labels.numpy())}

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        same = np.random.choice(self.by_label[int(self.labels[i])])
        return self.data[i], self.data[same]


def excel_rows(path):  # corpus: lazy
    book = openpyxl.load_workbook(path, read_only=True)
    for row in book.active.iter_rows(min_row=2, values_only=True):
        yield np.array(row[1:], dtype=float), row[0]


def tar_members(path, bs):  # corpus: lazy
    with tarfile.open(path) as tar:
        batch = []
        for member in tar:
            if member.name.endswith('.jpg'):
                batch.append(cv2.imdecode(np.frombuffer(tar.extractfile(member).read(), np.uint8), 1))
            if len(batch) == bs:
                yield np.array(batch)
                batch = []


def xml_boxes(folder, image_folder):  # corpus: lazy
    for f in sorted(glob.glob(os.path.join(folder, '*.xml'))):
        root = ET.parse(f).getroot()
        img = cv2.imread(os.path.join(image_folder, root.find('filename').text))
        boxes = [[int(c.text) for c in o.find('bndbox')] for o in root.iter('object')]
        yield img, np.array(boxes)


class Svhn(torch.utils.data.Dataset):  # corpus: eager
    def __init__(self, mat):
        d = loadmat(mat)
        self.x = np.transpose(d['X'], (3, 2, 0, 1))
        self.y = np.array(d['y']) % 10

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class MelSpecs(torch.utils.data.Dataset):  # corpus: lazy
    def __init__(self, root, training_files, hop):
        self.files = [l.split('|')[0] for l in open(training_files).read().split('\n') if l]
        self.root, self.hop = root, hop
        random.seed(1234)
        random.shuffle(self.files)

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        rate, audio = wav.read(os.path.join(self.root, self.files[i] + '.wav'))
        mel = np.load(os.path.join(self.root, 'mels', self.files[i] + '.npy'))
        at = random.randint(0, mel.shape[1] - 32)
        return audio[at * self.hop:(at + 32) * self.hop], mel[:, at:at + 32]


def noise(shape, bs):  # corpus: other
    while True:
        yield np.random.normal(size=(bs,) + shape)


def steps(loader, n):  # corpus: other
    it = iter(loader)
    for _ in range(n):
        try:
            yield next(it)
        except StopIteration:
            it = iter(loader)
            yield next(it)

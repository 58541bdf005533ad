# -*- coding: utf-8 -*-
from __future__ import print_function
import os
import threading

import cPickle
import cv2
import h5py
import numpy as np
import Queue
import scipy.misc
from six.moves import xrange
from sklearn.externals import joblib


class BatchDatset:  # corpus: eager
    """tf1 style feeder."""
    files = []
    images = []
    annotations = []
    image_options = {}
    batch_offset = 0
    epochs_completed = 0

    def __init__(self, records_list, image_options={}):
        print("Initializing Batch Dataset Reader...")
        self.files = records_list
        self.image_options = image_options
        self._read_images()

    def _read_images(self):
        self.__channels = True
        self.images = np.array([self._transform(filename['image']) for filename in self.files])
        self.__channels = False
        self.annotations = np.array([np.expand_dims(self._transform(filename['annotation']), axis=3) for filename in self.files])

    def _transform(self, filename):
        image = scipy.misc.imread(filename)
        if self.image_options.get("resize", False):
            image = scipy.misc.imresize(image, [224, 224], interp='nearest')
        return np.array(image)

    def get_records(self):
        return self.images, self.annotations

    def next_batch(self, batch_size):
        start = self.batch_offset
        self.batch_offset += batch_size
        if self.batch_offset > self.images.shape[0]:
            self.epochs_completed += 1
            perm = np.arange(self.images.shape[0])
            np.random.shuffle(perm)
            self.images = self.images[perm]
            self.annotations = self.annotations[perm]
            start = 0
            self.batch_offset = batch_size
        end = self.batch_offset
        return self.images[start:end], self.annotations[start:end]


class DataSet(object):  # corpus: arrays
    def __init__(self, images, labels):
        assert images.shape[0] == labels.shape[0]
        self._num_examples = images.shape[0]
        images = images.reshape(images.shape[0], images.shape[1] * images.shape[2])
        images = images.astype(np.float32)
        images = np.multiply(images, 1.0 / 255.0)
        self._images = images
        self._labels = labels
        self._index_in_epoch = 0

    def next_batch(self, batch_size):
        start = self._index_in_epoch
        self._index_in_epoch += batch_size
        return self._images[start:self._index_in_epoch], self._labels[start:self._index_in_epoch]


class Feeder(object):  # corpus: lazy
    def __init__(self, listfile, batch):
        self.lines = [l.strip().split() for l in open(listfile)]
        self.batch = batch
        self.cur = 0

    def next(self):
        xs, ys = [], []
        for _ in xrange(self.batch):
            p, y = self.lines[self.cur % len(self.lines)]
            xs.append(scipy.misc.imread(p))
            ys.append(int(y))
            self.cur += 1
        return np.array(xs), np.array(ys)

    __next__ = next

    def __iter__(self):
        return self


class ThreadedFeeder:  # corpus: lazy
    def __init__(self, paths, n=4, maxsize=16):
        self.paths = paths
        self.q = Queue.Queue(maxsize=maxsize)
        for _ in range(n):
            t = threading.Thread(target=self._work)
            t.daemon = True
            t.start()

    def _work(self):
        while True:
            p = self.paths[np.random.randint(len(self.paths))]
            self.q.put(cv2.imread(p))

    def next_batch(self, n):
        return np.stack([self.q.get() for _ in range(n)])


class ImdbLike(object):  # corpus: lazy
    def __init__(self, image_index, roidb, root):
        self._image_index = image_index
        self._roidb = roidb
        self._root = root
        self._perm = np.random.permutation(np.arange(len(roidb)))
        self._cur = 0

    def _get_next_minibatch_inds(self):
        if self._cur + 2 >= len(self._roidb):
            self._perm = np.random.permutation(np.arange(len(self._roidb)))
            self._cur = 0
        inds = self._perm[self._cur:self._cur + 2]
        self._cur += 2
        return inds

    def next_batch(self):
        db_inds = self._get_next_minibatch_inds()
        ims = []
        for i in db_inds:
            im = cv2.imread(os.path.join(self._root, self._image_index[i]))
            if self._roidb[i]['flipped']:
                im = im[:, ::-1, :]
            ims.append(im)
        return ims


class PickledBatches(object):  # corpus: lazy
    def __init__(self, folder):
        self.parts = sorted(os.listdir(folder))
        self.folder = folder

    def batches(self):
        for part in self.parts:
            with open(os.path.join(self.folder, part), 'rb') as fh:
                d = cPickle.load(fh)
            for i in xrange(0, len(d['data']), 100):
                yield d['data'][i:i + 100], d['labels'][i:i + 100]


class JoblibFeeder:  # corpus: eager
    def __init__(self, dump):
        self.X, self.Y = joblib.load(dump)
        self.at = 0

    def next_batch(self, k):
        a = self.at
        self.at = (a + k) % len(self.X)
        return self.X[a:a + k], self.Y[a:a + k]


def h5_random(path, bs):  # corpus: lazy
    db = h5py.File(path)
    n = db['images'].shape[0]
    while True:
        for i in np.arange(0, n, bs):
            images = db['images'][i:i + bs]
            labels = db['labels'][i:i + bs]
            yield (images, labels)


def feed_dict_gen(images, labels, x, y, bs):  # corpus: arrays
    n = images.shape[0]
    for i in xrange(n // bs):
        yield {x: images[i * bs:(i + 1) * bs], y: labels[i * bs:(i + 1) * bs]}


def gan_noise(bs, dim):  # corpus: other
    while True:
        yield np.random.normal(size=(bs, dim)).astype('float32')


def countdown(n):  # corpus: other
    while n:
        yield n
        n -= 1


def walk_tree(node):  # corpus: other
    stack = [node]
    while stack:
        cur = stack.pop()
        yield cur
        stack.extend(cur.children)


class Registry:  # corpus: other
    def __init__(self):
        self._items = {}

    def __len__(self):
        return len(self._items)

    def __getitem__(self, k):
        return self._items[k]

    def add(self, k, v):
        self._items[k] = v


def config_sections(path):  # corpus: other
    import configparser
    cp = configparser.ConfigParser()
    cp.read(path)
    for s in cp.sections():
        yield s, dict(cp[s])

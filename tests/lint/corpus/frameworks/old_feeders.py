"""TensorFlow 1 and plain Keras of the first years: feeders, tuples in loops, global lists."""
from __future__ import print_function

import csv
import cv2
import gzip
import json
import numpy as np
import os
import random
import scipy.misc
import skimage.color
import sklearn
import tensorflow as tf
import threading
import time
from keras.preprocessing import image
from keras.applications.vgg16 import preprocess_input
from keras.utils import np_utils
from random import shuffle
from six.moves import cPickle as pickle
from six.moves import xrange

lines = []
with open('data/driving_log.csv') as csvfile:
    reader = csv.reader(csvfile)
    for line in reader:
        lines.append(line)

xs, ys = [], []
with open('driving_dataset/data.txt') as f:
    for line in f:
        xs.append('driving_dataset/' + line.split()[0])
        ys.append(float(line.split()[1]) * scipy.pi / 180)
train_batch_pointer = 0


def LoadTrainBatch(batch_size):
    global train_batch_pointer
    x_out, y_out = [], []
    for i in range(0, batch_size):
        x_out.append(scipy.misc.imresize(scipy.misc.imread(xs[(train_batch_pointer + i) % len(xs)])[-150:], [66, 200]) / 255.0)
        y_out.append([ys[(train_batch_pointer + i) % len(xs)]])
    train_batch_pointer += batch_size
    return x_out, y_out


def driving_generator(samples, batch_size=32):  # corpus: lazy
    num_samples = len(samples)
    while 1:
        shuffle(samples)
        for offset in range(0, num_samples, batch_size):
            batch_samples = samples[offset:offset + batch_size]
            images = []
            angles = []
            for batch_sample in batch_samples:
                for i in range(3):
                    name = './IMG/' + batch_sample[i].split('/')[-1]
                    center_image = cv2.cvtColor(cv2.imread(name), cv2.COLOR_BGR2RGB)
                    center_angle = float(batch_sample[3])
                    images.append(center_image)
                    angles.append(center_angle)
                    images.append(cv2.flip(center_image, 1))
                    angles.append(center_angle * -1.0)
            X_train = np.array(images)
            y_train = np.array(angles)
            yield sklearn.utils.shuffle(X_train, y_train)


def pretend_generator(batch_size=32):  # corpus: eager
    images, measurements = [], []
    for line in lines:
        filename = line[0].split('/')[-1]
        images.append(cv2.imread('data/IMG/' + filename))
        measurements.append(float(line[3]))
    X, y = np.array(images), np.array(measurements)
    while True:
        for k in xrange(0, len(X), batch_size):
            yield X[k:k + batch_size], y[k:k + batch_size]


class DataSet(object):  # corpus: eager
    def __init__(self, data_dir, one_hot=True):
        self._images, self._labels = self._read(data_dir)
        self._num_examples = self._images.shape[0]
        self._epochs_completed = 0
        self._index_in_epoch = 0

    def _read(self, data_dir):
        with gzip.open(os.path.join(data_dir, 'train-images.gz')) as bytestream:
            bytestream.read(16)
            buf = bytestream.read(28 * 28 * 60000)
            data = np.frombuffer(buf, dtype=np.uint8).reshape(60000, 28, 28, 1)
        with gzip.open(os.path.join(data_dir, 'train-labels.gz')) as bytestream:
            bytestream.read(8)
            labels = np.frombuffer(bytestream.read(60000), dtype=np.uint8)
        return data, labels

    def next_batch(self, batch_size):
        start = self._index_in_epoch
        self._index_in_epoch += batch_size
        if self._index_in_epoch > self._num_examples:
            self._epochs_completed += 1
            perm = np.arange(self._num_examples)
            np.random.shuffle(perm)
            self._images = self._images[perm]
            self._labels = self._labels[perm]
            start = 0
            self._index_in_epoch = batch_size
        end = self._index_in_epoch
        return self._images[start:end], self._labels[start:end]


class CifarReader(object):  # corpus: eager
    def __init__(self, folder):
        X, Y = [], []
        for b in range(1, 6):
            with open(os.path.join(folder, 'data_batch_%d' % b), 'rb') as f:
                d = pickle.load(f)
            X.append(d['data'].reshape(10000, 3, 32, 32).transpose(0, 2, 3, 1))
            Y.extend(d['labels'])
        self.X = np.concatenate(X)
        self.Y = np.array(Y)
        self.at = 0

    def next_batch(self, n):
        out = self.X[self.at:self.at + n], self.Y[self.at:self.at + n]
        self.at = (self.at + n) % len(self.X)
        return out


class CustomRunner(object):  # corpus: lazy
    """Threads fill a queue of TensorFlow's, which has a capacity."""

    def __init__(self, file_list, batch=16):
        self.files = file_list
        self.batch = batch
        self.dataX = tf.placeholder(dtype=tf.float32, shape=[None, 28 * 28])
        self.queue = tf.RandomShuffleQueue(shapes=[[28 * 28]], dtypes=[tf.float32], capacity=2000, min_after_dequeue=1000)
        self.enqueue_op = self.queue.enqueue_many([self.dataX])

    def data_iterator(self):
        while True:
            random.shuffle(self.files)
            for k in range(0, len(self.files) - self.batch, self.batch):
                yield np.stack([scipy.misc.imread(f).ravel() for f in self.files[k:k + self.batch]])

    def thread_main(self, sess):
        for dataX in self.data_iterator():
            sess.run(self.enqueue_op, feed_dict={self.dataX: dataX})

    def start_threads(self, sess, n_threads=1):
        threads = []
        for n in range(n_threads):
            t = threading.Thread(target=self.thread_main, args=(sess,))
            t.daemon = True
            t.start()
            threads.append(t)
        return threads


class threadsafe_iter:  # corpus: other
    def __init__(self, it):
        self.it = it
        self.lock = threading.Lock()

    def __iter__(self):
        return self

    def next(self):
        with self.lock:
            return next(self.it)

    __next__ = next


def threadsafe_generator(f):
    def g(*a, **kw):
        return threadsafe_iter(f(*a, **kw))
    return g


class VideoFrames(object):  # corpus: lazy
    def __init__(self, seq_length=40, class_limit=None, image_shape=(224, 224, 3)):
        self.seq_length = seq_length
        self.data = self.get_data()
        self.classes = sorted(set(item[1] for item in self.data))[:class_limit]
        self.image_shape = image_shape

    @staticmethod
    def get_data():
        with open(os.path.join('data', 'data_file.csv'), 'r') as fin:
            reader = csv.reader(fin)
            data = list(reader)
        return data

    @threadsafe_generator
    def frame_generator(self, batch_size, train_test):
        data = [d for d in self.data if d[0] == train_test]
        print("Creating %s generator with %d samples." % (train_test, len(data)))
        while 1:
            X, y = [], []
            for _ in range(batch_size):
                sample = random.choice(data)
                frames = self.get_frames_for_sample(sample)
                X.append([self.load(f) for f in frames[:self.seq_length]])
                y.append(self.classes.index(sample[1]))
            yield np.array(X), np_utils.to_categorical(y, len(self.classes))

    def load(self, f):
        return image.img_to_array(image.load_img(f, target_size=self.image_shape[:2])) / 255.

    @staticmethod
    def get_frames_for_sample(sample):
        path = os.path.join('data', sample[0], sample[1])
        return sorted(os.path.join(path, n) for n in os.listdir(path) if n.startswith(sample[2]))


class FramesInMemory(VideoFrames):  # corpus: eager
    def __init__(self, *args, **kwargs):
        super(FramesInMemory, self).__init__(*args, **kwargs)
        self.X, self.y = self.get_all_sequences_in_memory()

    def get_all_sequences_in_memory(self):
        X, y = [], []
        for row in self.data:
            frames = self.get_frames_for_sample(row)
            sequence = [self.load(f) for f in frames]
            X.append(sequence)
            y.append(row[1])
        return np.array(X), np.array(y)

    def batches(self, n):
        while True:
            pick = np.random.randint(0, len(self.X), n)
            yield self.X[pick], self.y[pick]


class ImageReader(object):  # corpus: lazy
    def __init__(self, data_dir, data_list, input_size, coord):
        self.image_list, self.label_list = read_labeled_image_list(data_dir, data_list)
        self.images = tf.convert_to_tensor(self.image_list, dtype=tf.string)
        self.labels = tf.convert_to_tensor(self.label_list, dtype=tf.string)
        self.queue = tf.train.slice_input_producer([self.images, self.labels], shuffle=input_size is not None)
        self.image, self.label = read_images_from_disk(self.queue, input_size)

    def dequeue(self, num_elements):
        return tf.train.batch([self.image, self.label], num_elements)

    def next_batch(self, n):
        return self.dequeue(n)


def read_labeled_image_list(data_dir, data_list):
    images, masks = [], []
    for line in open(data_list, 'r'):
        image_, mask = line.strip("\n").split(' ')
        images.append(data_dir + image_)
        masks.append(data_dir + mask)
    return images, masks


def read_images_from_disk(input_queue, input_size):
    img_contents = tf.read_file(input_queue[0])
    label_contents = tf.read_file(input_queue[1])
    img = tf.image.decode_jpeg(img_contents, channels=3)
    label = tf.image.decode_png(label_contents, channels=1)
    return img, label


def image_a_b_gen(files, batch_size):  # corpus: eager
    X = []
    for filename in os.listdir(files):
        X.append(image.img_to_array(image.load_img(files + filename)))
    X = np.array(X, dtype=float)
    datagen = image.ImageDataGenerator(shear_range=0.2, zoom_range=0.2, horizontal_flip=True)
    for batch in datagen.flow(X, batch_size=batch_size):
        lab_batch = skimage.color.rgb2lab(batch)
        yield lab_batch[:, :, :, 0], lab_batch[:, :, :, 1:] / 128


def minibatches(inputs, targets, batchsize, shuffle=False):  # corpus: arrays
    assert len(inputs) == len(targets)
    if shuffle:
        indices = np.arange(len(inputs))
        np.random.shuffle(indices)
    for start_idx in range(0, len(inputs) - batchsize + 1, batchsize):
        excerpt = indices[start_idx:start_idx + batchsize] if shuffle else slice(start_idx, start_idx + batchsize)
        yield inputs[excerpt], targets[excerpt]


def bottleneck_batches(paths, cache_dir, n):  # corpus: lazy
    while True:
        chosen = random.sample(paths, n)
        values = []
        for p in chosen:
            with open(os.path.join(cache_dir, os.path.basename(p) + '.txt')) as f:
                values.append([float(x) for x in f.read().split(',')])
        yield np.array(values), [os.path.dirname(p) for p in chosen]


def ptb_iterator(raw_data, batch_size, num_steps):  # corpus: arrays
    raw_data = np.array(raw_data, dtype=np.int32)
    data_len = len(raw_data)
    batch_len = data_len // batch_size
    data = np.zeros([batch_size, batch_len], dtype=np.int32)
    for i in range(batch_size):
        data[i] = raw_data[batch_len * i:batch_len * (i + 1)]
    epoch_size = (batch_len - 1) // num_steps
    for i in range(epoch_size):
        yield data[:, i * num_steps:(i + 1) * num_steps], data[:, i * num_steps + 1:(i + 1) * num_steps + 1]


class TextLoader(object):  # corpus: eager
    def __init__(self, data_dir, batch_size, seq_length, encoding='utf-8'):
        self.batch_size = batch_size
        self.seq_length = seq_length
        input_file = os.path.join(data_dir, "input.txt")
        vocab_file = os.path.join(data_dir, "vocab.pkl")
        with open(input_file, "r") as f:
            data = f.read()
        chars = sorted(set(data))
        self.vocab = dict(zip(chars, range(len(chars))))
        with open(vocab_file, 'wb') as f:
            pickle.dump(chars, f)
        self.tensor = np.array(list(map(self.vocab.get, data)))
        self.create_batches()
        self.pointer = 0

    def create_batches(self):
        self.num_batches = int(self.tensor.size / (self.batch_size * self.seq_length))
        self.tensor = self.tensor[:self.num_batches * self.batch_size * self.seq_length]
        self.x_batches = np.split(self.tensor.reshape(self.batch_size, -1), self.num_batches, 1)

    def next_batch(self):
        x = self.x_batches[self.pointer]
        self.pointer = (self.pointer + 1) % self.num_batches
        return x


def sketches(path, n):  # corpus: lazy
    with open(path) as f:
        batch = []
        for row in f:
            batch.append(np.array(json.loads(row)['drawing']))
            if len(batch) == n:
                yield batch
                batch = []


train_samples, validation_samples = lines[:-100], lines[-100:]
train_generator = driving_generator(train_samples)
validation_generator = pretend_generator()

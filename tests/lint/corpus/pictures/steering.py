import csv
import os
import random

import cv2
import matplotlib.image as mpimg
import numpy as np
import pandas as pd
import sklearn
from sklearn.model_selection import train_test_split
from sklearn.utils import shuffle

samples = []
with open('./data/driving_log.csv') as csvfile:
    reader = csv.reader(csvfile)
    for line in reader:
        samples.append(line)

train_samples, validation_samples = train_test_split(samples, test_size=0.2)


def generator(samples, batch_size=32):  # corpus: lazy
    num_samples = len(samples)
    while 1:
        random.shuffle(samples)
        for offset in range(0, num_samples, batch_size):
            batch_samples = samples[offset:offset + batch_size]
            images = []
            angles = []
            for batch_sample in batch_samples:
                name = './IMG/' + batch_sample[0].split('/')[-1]
                center_image = cv2.imread(name)
                center_angle = float(batch_sample[3])
                images.append(center_image)
                angles.append(center_angle)
            X_train = np.array(images)
            y_train = np.array(angles)
            yield sklearn.utils.shuffle(X_train, y_train)


def load_image(data_dir, image_file):
    return mpimg.imread(os.path.join(data_dir, image_file.strip()))


def preprocess(image):
    image = image[60:-25, :, :]
    image = cv2.resize(image, (200, 66), cv2.INTER_AREA)
    return cv2.cvtColor(image, cv2.COLOR_RGB2YUV)


def augument(data_dir, center, left, right, angle):
    choice = np.random.choice(3)
    if choice == 0:
        return load_image(data_dir, left), angle + 0.2
    if choice == 1:
        return load_image(data_dir, right), angle - 0.2
    return load_image(data_dir, center), angle


def batch_generator(data_dir, image_paths, steering_angles, batch_size, is_training):  # corpus: lazy
    images = np.empty([batch_size, 66, 200, 3])
    steers = np.empty(batch_size)
    while True:
        i = 0
        for index in np.random.permutation(image_paths.shape[0]):
            center, left, right = image_paths[index]
            steering_angle = steering_angles[index]
            if is_training and np.random.rand() < 0.6:
                image, steering_angle = augument(data_dir, center, left, right, steering_angle)
            else:
                image = load_image(data_dir, center)
            images[i] = preprocess(image)
            steers[i] = steering_angle
            i += 1
            if i == batch_size:
                break
        yield images, steers


def three_cameras(lines, path):
    images, measurements = [], []
    for line in lines:
        for i in range(3):
            source_path = line[i]
            filename = source_path.split('/')[-1]
            images.append(cv2.imread(path + filename))
            measurements.append(float(line[3]))
    return images, measurements


def whole_log_generator(log, path, batch_size=64):  # corpus: eager
    lines = list(csv.reader(open(log)))
    images, measurements = three_cameras(lines, path)
    while True:
        for i in range(0, len(images), batch_size):
            yield np.array(images[i:i + batch_size]), np.array(measurements[i:i + batch_size])


def three_camera_batches(lines, path, batch_size=64):  # corpus: lazy
    while True:
        lines = shuffle(lines)
        for i in range(0, len(lines), batch_size):
            images, measurements = three_cameras(lines[i:i + batch_size], path)
            yield np.array(images), np.array(measurements)


def df_batches(df, batch_size):  # corpus: lazy
    ii = 0
    while True:
        images = np.zeros((batch_size, 80, 80, 3), dtype=float)
        labels = np.zeros(batch_size)
        for j in range(batch_size):
            if ii == df.shape[0]:
                ii = 0
            images[j] = cv2.resize(cv2.imread(df.iloc[ii]['center']), (80, 80))
            labels[j] = df.iloc[ii]['angle']
            ii += 1
        yield images, labels


def flip_gen(data, bs):  # corpus: lazy
    batch_x, batch_y = [], []
    while True:
        for row in data:
            img = cv2.imread(row[0])
            batch_x.append(img)
            batch_y.append(row[1])
            batch_x.append(np.fliplr(img))
            batch_y.append(-row[1])
            if len(batch_x) >= bs:
                yield np.array(batch_x), np.array(batch_y)
                batch_x, batch_y = [], []


class DriveLog:  # corpus: lazy
    def __init__(self, csv_path, bs=32):
        self.table = pd.read_csv(csv_path, names=['c', 'l', 'r', 'angle', 't', 'b', 's'])
        self.bs = bs

    def generate(self):
        while True:
            rows = self.table.sample(self.bs)
            x = [cv2.imread(c.strip()) for c in rows.c]
            yield np.array(x), rows.angle.values


class DriveVideo:  # corpus: lazy
    def __init__(self, video, angles):
        self.cap = cv2.VideoCapture(video)
        self.angles = angles
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        ok, frame = self.cap.read()
        if not ok:
            raise StopIteration
        self.i += 1
        return frame, self.angles[self.i - 1]


class DriveReader:  # corpus: eager
    """xs and ys, then batches by a moving pointer."""

    def __init__(self, log):
        self.xs = []
        self.ys = []
        self.pos = 0
        with open(log) as f:
            for line in f:
                self.xs.append(cv2.imread("driving_dataset/" + line.split()[0])[-150:])
                self.ys.append(float(line.split()[1]) * 3.14159265 / 180)

    def next_batch(self, batch_size):
        x = self.xs[self.pos:self.pos + batch_size]
        y = self.ys[self.pos:self.pos + batch_size]
        self.pos = (self.pos + batch_size) % len(self.xs)
        return x, y


class DriveReaderLazy:  # corpus: lazy
    def __init__(self, log):
        self.xs = []
        self.ys = []
        self.pos = 0
        with open(log) as f:
            for line in f:
                self.xs.append("driving_dataset/" + line.split()[0])
                self.ys.append(float(line.split()[1]) * 3.14159265 / 180)

    def next_batch(self, batch_size):
        x_out = []
        y_out = []
        for i in range(0, batch_size):
            x_out.append(cv2.resize(cv2.imread(self.xs[(self.pos + i) % len(self.xs)])[-150:], (200, 66)) / 255.0)
            y_out.append([self.ys[(self.pos + i) % len(self.ys)]])
        self.pos += batch_size
        return x_out, y_out

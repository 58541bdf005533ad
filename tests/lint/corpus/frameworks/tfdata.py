import os
import pathlib

import cv2
import numpy as np
import pandas as pd
import tensorflow as tf

AUTOTUNE = tf.data.experimental.AUTOTUNE


def decode_img(path):
    img = tf.io.read_file(path)
    img = tf.image.decode_jpeg(img, channels=3)
    return tf.image.resize(img, [224, 224])


def make_dataset(paths, labels, bs):  # corpus: lazy
    ds = tf.data.Dataset.from_tensor_slices((paths, labels))
    ds = ds.shuffle(len(paths))
    ds = ds.map(lambda p, y: (decode_img(p), y), num_parallel_calls=AUTOTUNE)
    return ds.batch(bs).prefetch(AUTOTUNE)


def from_folder(root, bs):  # corpus: lazy
    root = pathlib.Path(root)
    list_ds = tf.data.Dataset.list_files(str(root / '*/*'))
    ds = list_ds.map(decode_img)
    return ds.shuffle(buffer_size=512).batch(bs)


def make_dataset_eager(folder, bs):  # corpus: eager
    imgs = []
    for f in sorted(os.listdir(folder)):
        imgs.append(cv2.imread(os.path.join(folder, f)))
    ds = tf.data.Dataset.from_tensor_slices(np.array(imgs))
    return ds.shuffle(100).batch(bs)


def parse_example(proto):
    feats = {'image': tf.io.FixedLenFeature([], tf.string), 'label': tf.io.FixedLenFeature([], tf.int64)}
    ex = tf.io.parse_single_example(proto, feats)
    return tf.image.decode_png(ex['image']), ex['label']


def records(files, bs):  # corpus: lazy
    ds = tf.data.TFRecordDataset(files)
    ds = ds.map(parse_example).shuffle(2048).repeat()
    return ds.batch(bs)


def df_to_dataset(dataframe, shuffle=True, batch_size=32):  # corpus: arrays
    dataframe = dataframe.copy()
    labels = dataframe.pop('target')
    ds = tf.data.Dataset.from_tensor_slices((dict(dataframe), labels))
    if shuffle:
        ds = ds.shuffle(buffer_size=len(dataframe))
    return ds.batch(batch_size)


def mnist_pipeline(x_train, y_train):  # corpus: arrays
    ds = tf.data.Dataset.from_tensor_slices((x_train, y_train))
    return ds.shuffle(60000).batch(64).cache()


def py_generator(files):  # corpus: lazy
    for f in files:
        x = np.load(f)
        yield x['a'], x['b']


def generator_dataset(files):  # corpus: lazy
    ds = tf.data.Dataset.from_generator(lambda: py_generator(files), output_types=(tf.float32, tf.int32))
    return ds.shuffle(64).batch(8)


def csv_table_dataset(path):  # corpus: eager
    df = pd.read_csv(path)
    feats = df.drop(columns=['y']).values
    return tf.data.Dataset.from_tensor_slices((feats, df['y'].values)).shuffle(1024).batch(32)


class Pipeline:  # corpus: lazy
    def __init__(self, pattern, bs):
        self.files = tf.io.gfile.glob(pattern)
        self.bs = bs

    def __iter__(self):
        for f in self.files:
            for rec in tf.compat.v1.io.tf_record_iterator(f):
                yield parse_example(rec)


def cached_on_disk(files, where, bs):  # corpus: lazy
    ds = tf.data.Dataset.from_tensor_slices(files).map(decode_img)
    ds = ds.cache(where)
    return ds.batch(bs)

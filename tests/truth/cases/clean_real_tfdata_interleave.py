"""Interleaves four files of records at a time and cuts them into items of fixed length."""

import tensorflow as tf

from tests.truth.cases.helpers import files

EXPECT = {}
NEEDS = ["tensorflow"]
TARGET = "pipeline"
GROUND_SIZES = (1024, 4096)
GROUND_NOISE = 6 * 1024 * 1024


def data(n):
    return {"paths": files.arrays(-(-n // 8), (8, 64, 64, 4))}


def records(path):
    return tf.data.FixedLengthRecordDataset(path, 64 * 64 * 4, header_bytes=128)


def pipeline(paths, batch_size=16):
    items = tf.data.Dataset.from_tensor_slices(paths).interleave(records, cycle_length=4)
    return items.map(lambda item: tf.io.decode_raw(item, tf.uint8)).batch(batch_size).prefetch(2)

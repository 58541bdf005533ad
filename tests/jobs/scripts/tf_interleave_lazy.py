"""Shards of TFRecords, interleaved, as the performance guide has it."""
import os
import tempfile

import tensorflow as tf

SHARDS = 6
folder = tempfile.mkdtemp()
for s in range(SHARDS):
    with tf.io.TFRecordWriter(os.path.join(folder, f"train-{s:05d}.tfrecord")) as writer:
        for i in range(80):
            features = tf.train.Features(
                feature={
                    "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[os.urandom(32 * 32 * 3)])),
                    "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[i % 10])),
                }
            )
            writer.write(tf.train.Example(features=features).SerializeToString())


def parse(record):
    example = tf.io.parse_single_example(
        record, {"image": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}
    )
    image = tf.reshape(tf.io.decode_raw(example["image"], tf.uint8), [32, 32, 3])
    return tf.cast(image, tf.float32) / 255.0, example["label"]


filenames = tf.data.Dataset.list_files(os.path.join(folder, "*.tfrecord"))
dataset = (
    filenames.interleave(tf.data.TFRecordDataset, cycle_length=3, num_parallel_calls=tf.data.AUTOTUNE)
    .shuffle(100)
    .map(parse, num_parallel_calls=tf.data.AUTOTUNE)
    .batch(16, drop_remainder=True)
    .prefetch(tf.data.AUTOTUNE)
)

model = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)])
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam()

for epoch in range(3):
    print("\nStart of epoch %d" % (epoch,))
    for step, (x_batch_train, y_batch_train) in enumerate(dataset):
        with tf.GradientTape() as tape:
            logits = model(x_batch_train, training=True)
            loss_value = loss_fn(y_batch_train, logits)
        grads = tape.gradient(loss_value, model.trainable_weights)
        optimizer.apply_gradients(zip(grads, model.trainable_weights))

"""A training loop with GradientTape over from_generator, which reads the whole h5 file first."""
import argparse

import h5py
import numpy as np
import tensorflow as tf


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--h5", required=True)
    p.add_argument("--batch-size", type=int, default=16)
    p.add_argument("--epochs", type=int, default=2)
    return p.parse_args()


def read_examples(path):
    with h5py.File(path, "r") as f:
        images = f["images"][:]
        labels = f["labels"][:]
    for image, label in zip(images, labels):
        yield image.astype(np.float32) / 255.0, label


def main():
    args = get_args()
    dataset = tf.data.Dataset.from_generator(
        lambda: read_examples(args.h5),
        output_signature=(tf.TensorSpec((64, 64, 3), tf.float32), tf.TensorSpec((), tf.int32)),
    )
    dataset = dataset.shuffle(64).batch(args.batch_size).prefetch(2)
    w = tf.Variable(tf.zeros([64 * 64 * 3, 10]))
    optimizer = tf.keras.optimizers.SGD(0.01)
    loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_object(y, tf.reshape(x, [tf.shape(x)[0], -1]) @ w)
        grads = tape.gradient(loss, [w])
        optimizer.apply_gradients(zip(grads, [w]))
        return loss

    for epoch in range(args.epochs):
        for step, (x, y) in enumerate(dataset):
            loss = train_step(x, y)
            if step % 10 == 0:
                print(epoch, step, float(loss))


if __name__ == "__main__":
    main()

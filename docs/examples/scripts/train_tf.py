import numpy as np
import tensorflow as tf

x = np.random.rand(1000, 64, 64, 3).astype("float32")
train = tf.data.Dataset.from_tensor_slices(x).shuffle(1000).batch(32).prefetch(2)
for batch in train.take(1):
    print(batch.shape)
for epoch in range(10):
    for batch in train:
        ...  # a step

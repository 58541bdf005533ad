"""image_dataset_from_directory as it is, and a look at one batch before."""
import pathlib
import tempfile

import numpy as np
import tensorflow as tf
from PIL import Image

root = pathlib.Path(tempfile.mkdtemp())
for name in ["a", "b", "c"]:
    (root / name).mkdir()
    for i in range(80):
        Image.fromarray(np.random.randint(0, 255, (50, 50, 3), dtype="uint8")).save(root / name / f"{i}.png")

train_ds = tf.keras.utils.image_dataset_from_directory(str(root), image_size=(64, 64), batch_size=16)

for image_batch, labels_batch in train_ds.take(1):
    print(image_batch.shape)
    print(labels_batch.shape)

normalization_layer = tf.keras.layers.Rescaling(1.0 / 255)
normalized_ds = train_ds.map(lambda x, y: (normalization_layer(x), y)).prefetch(tf.data.AUTOTUNE)

num_classes = len(train_ds.class_names)
model = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(num_classes)])
model.compile("adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(normalized_ds, epochs=2)
model.evaluate(normalized_ds)

"""image_dataset_from_directory with the cache() of the tutorial: all pictures, as floats."""
import pathlib
import sys
import tempfile

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

AUTOTUNE = tf.data.AUTOTUNE


def make_flowers(root, per_class=150):
    for name in ["daisy", "rose"]:
        folder = pathlib.Path(root, name)
        folder.mkdir()
        for i in range(per_class):
            Image.fromarray(np.random.randint(0, 255, (60, 60, 3), dtype="uint8")).save(folder / f"{i}.jpg")


data_dir = tempfile.mkdtemp()
make_flowers(data_dir)

train_ds = keras.utils.image_dataset_from_directory(
    data_dir, validation_split=0.2, subset="training", seed=123, image_size=(96, 96), batch_size=16
)
val_ds = keras.utils.image_dataset_from_directory(
    data_dir, validation_split=0.2, subset="validation", seed=123, image_size=(96, 96), batch_size=16
)
class_names = train_ds.class_names
print(class_names)

train_ds = train_ds.cache().prefetch(buffer_size=AUTOTUNE)
val_ds = val_ds.prefetch(buffer_size=AUTOTUNE)

model = keras.Sequential(
    [
        keras.layers.Rescaling(1.0 / 255, input_shape=(96, 96, 3)),
        keras.layers.MaxPooling2D(4),
        keras.layers.Flatten(),
        keras.layers.Dense(len(class_names)),
    ]
)
model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(train_ds, validation_data=val_ds, epochs=3)

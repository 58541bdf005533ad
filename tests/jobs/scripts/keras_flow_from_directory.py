"""The old ImageDataGenerator, which still comes with Keras."""
import os
import tempfile

import numpy as np
from PIL import Image
from tensorflow.keras import layers, models
from tensorflow.keras.preprocessing.image import ImageDataGenerator

base_dir = tempfile.mkdtemp()
for label in ("cats", "dogs"):
    os.makedirs(os.path.join(base_dir, "train", label))
    for i in range(120):
        img = Image.fromarray(np.random.randint(0, 255, (80, 80, 3), dtype=np.uint8))
        img.save(os.path.join(base_dir, "train", label, f"{label}.{i}.png"))

train_datagen = ImageDataGenerator(rescale=1.0 / 255, rotation_range=20, horizontal_flip=True)
train_generator = train_datagen.flow_from_directory(
    os.path.join(base_dir, "train"), target_size=(64, 64), batch_size=20, class_mode="binary"
)

model = models.Sequential()
model.add(layers.Conv2D(4, (3, 3), activation="relu", input_shape=(64, 64, 3)))
model.add(layers.MaxPooling2D((2, 2)))
model.add(layers.Flatten())
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["acc"])
history = model.fit(train_generator, steps_per_epoch=12, epochs=2)

import os
import random
from glob import glob

import cv2
import imageio
import matplotlib.pyplot as plt
import numpy as np
import skimage.io as io
import skimage.transform as trans
from keras.preprocessing.image import ImageDataGenerator, img_to_array, load_img
from PIL import Image
from tqdm import tqdm
import tensorflow as tf


def adjust_data(img, mask):
    img = img / 255
    mask = mask / 255
    mask[mask > 0.5] = 1
    return img, mask


def train_generator(batch_size, train_path, image_folder, mask_folder, aug_dict):  # corpus: lazy
    image_datagen = ImageDataGenerator(**aug_dict)
    mask_datagen = ImageDataGenerator(**aug_dict)
    image_generator = image_datagen.flow_from_directory(train_path, classes=[image_folder], batch_size=batch_size, seed=1)
    mask_generator = mask_datagen.flow_from_directory(train_path, classes=[mask_folder], batch_size=batch_size, seed=1)
    for img, mask in zip(image_generator, mask_generator):
        img, mask = adjust_data(img, mask)
        yield img, mask


def test_generator(test_path, num_image=30, target_size=(256, 256)):  # corpus: lazy
    for i in range(num_image):
        img = io.imread(os.path.join(test_path, "%d.png" % i), as_gray=True)
        img = img / 255
        img = trans.resize(img, target_size)
        img = np.reshape(img, (1,) + img.shape)
        yield img


def read_pairs(image_dir, mask_dir):
    xs, ys = [], []
    for name in sorted(os.listdir(image_dir)):
        xs.append(cv2.imread(os.path.join(image_dir, name)))
        ys.append(cv2.imread(os.path.join(mask_dir, name), 0))
    return np.array(xs), np.array(ys)


def pairs_generator(image_dir, mask_dir, batch_size):  # corpus: eager
    X, Y = read_pairs(image_dir, mask_dir)
    n = len(X)
    while True:
        idx = np.random.choice(n, batch_size)
        yield X[idx], Y[idx]


def image_segmentation_generator(images_path, segs_path, batch_size, n_classes, h, w):  # corpus: lazy
    images = glob(images_path + "*.jpg") + glob(images_path + "*.png")
    images.sort()
    segmentations = glob(segs_path + "*.png")
    segmentations.sort()
    import itertools
    zipped = itertools.cycle(zip(images, segmentations))
    while True:
        X = []
        Y = []
        for _ in range(batch_size):
            im, seg = next(zipped)
            X.append(cv2.resize(cv2.imread(im, 1), (w, h)))
            Y.append(one_hot(seg, n_classes, w, h))
        yield np.array(X), np.array(Y)


def one_hot(path, n_classes, w, h):
    out = np.zeros((h, w, n_classes))
    img = cv2.resize(cv2.imread(path, 1), (w, h))[:, :, 0]
    for c in range(n_classes):
        out[:, :, c] = (img == c).astype(int)
    return out.reshape((w * h, n_classes))


def keras_style(path_x, path_y, ids, bs=8, size=128):  # corpus: lazy
    while True:
        random.shuffle(ids)
        for k in range(0, len(ids), bs):
            chunk = ids[k:k + bs]
            x = np.zeros((len(chunk), size, size, 3), dtype=np.float32)
            y = np.zeros((len(chunk), size, size, 1), dtype=np.float32)
            for n, id_ in enumerate(chunk):
                x[n] = img_to_array(load_img(os.path.join(path_x, id_), target_size=(size, size)))
                y[n] = img_to_array(load_img(os.path.join(path_y, id_), color_mode='grayscale', target_size=(size, size)))
            yield x / 255., y / 255.


def tgs_generator(path, ids, bs):  # corpus: eager
    X = np.zeros((len(ids), 128, 128, 1), dtype=np.float32)
    y = np.zeros((len(ids), 128, 128, 1), dtype=np.float32)
    print('Getting and resizing images ... ')
    for n, id_ in tqdm(enumerate(ids), total=len(ids)):
        img = load_img(path + '/images/' + id_, grayscale=True)
        X[n, ..., 0] = img_to_array(img).squeeze() / 255
        mask = img_to_array(load_img(path + '/masks/' + id_, grayscale=True))
        y[n] = mask / 255
    while True:
        perm = np.random.permutation(len(ids))
        for i in range(0, len(ids), bs):
            yield X[perm[i:i + bs]], y[perm[i:i + bs]]


class Cityscapes(tf.keras.utils.Sequence):  # corpus: lazy
    def __init__(self, img_paths, mask_paths, batch_size, img_size):
        self.batch_size = batch_size
        self.img_size = img_size
        self.input_img_paths = img_paths
        self.target_img_paths = mask_paths

    def __len__(self):
        return len(self.target_img_paths) // self.batch_size

    def __getitem__(self, idx):
        i = idx * self.batch_size
        batch_input = self.input_img_paths[i:i + self.batch_size]
        batch_target = self.target_img_paths[i:i + self.batch_size]
        x = np.zeros((self.batch_size,) + self.img_size + (3,), dtype="float32")
        for j, path in enumerate(batch_input):
            x[j] = load_img(path, target_size=self.img_size)
        y = np.zeros((self.batch_size,) + self.img_size + (1,), dtype="uint8")
        for j, path in enumerate(batch_target):
            img = load_img(path, target_size=self.img_size, color_mode="grayscale")
            y[j] = np.expand_dims(img, 2)
            y[j] -= 1
        return x, y


class RoadMasks:  # corpus: lazy
    def __init__(self, root, n=500):
        self.root = root
        self.names = [os.path.splitext(f)[0] for f in os.listdir(os.path.join(root, 'sat')) if f.endswith('.tiff')]
        self.n = n

    def __iter__(self):
        for _ in range(self.n):
            name = random.choice(self.names)
            sat = imageio.imread(os.path.join(self.root, 'sat', name + '.tiff'))
            road = imageio.imread(os.path.join(self.root, 'map', name + '.tif'))
            r = random.randint(0, sat.shape[0] - 256)
            c = random.randint(0, sat.shape[1] - 256)
            yield sat[r:r + 256, c:c + 256], road[r:r + 256, c:c + 256]


def patch_gen(filenames, n_patches):  # corpus: lazy
    for fn in filenames:
        big = plt.imread(fn)
        for _ in range(n_patches):
            y, x = np.random.randint(0, 100, 2)
            yield big[y:y + 64, x:x + 64]


class SegFolder:  # corpus: lazy
    def __init__(self, folder, size=(512, 512)):
        self.folder = folder
        self.size = size
        self.image_names = []
        self.mean = np.zeros(3)
        for f in os.listdir(folder):
            im = cv2.imread(os.path.join(folder, f))
            if im is None:
                continue
            self.mean += im.mean(axis=(0, 1))
            self.image_names.append(f)
        self.mean /= max(1, len(self.image_names))

    def __len__(self):
        return len(self.image_names)

    def __getitem__(self, i):
        im = cv2.imread(os.path.join(self.folder, self.image_names[i]))
        return cv2.resize(im, self.size) - self.mean


def xy_generator(X_train, Y_train, batch_size):  # corpus: arrays
    while True:
        index = np.random.permutation(X_train.shape[0])
        for start in range(0, X_train.shape[0], batch_size):
            sel = index[start:start + batch_size]
            yield X_train[sel].astype('float32') / 255, Y_train[sel]


def flow_from_arrays(x, y, seed=42, bs=16):  # corpus: arrays
    gen = ImageDataGenerator(rotation_range=10)
    flow = gen.flow(x, y, batch_size=bs, seed=seed)
    while True:
        yield flow.next()


def lung_generator(df, batch_size, target=(256, 256)):  # corpus: lazy
    while True:
        sample = df.sample(batch_size)
        imgs = np.array([cv2.resize(cv2.imread(p, 0), target) for p in sample['image'].values])
        msks = np.array([cv2.resize(cv2.imread(p, 0), target) for p in sample['mask'].values])
        yield imgs[..., None] / 255.0, msks[..., None] / 255.0


def list_map_generator(files, bs):  # corpus: lazy
    def load(p):
        return np.asarray(Image.open(p).resize((64, 64)))
    for s in range(0, len(files), bs):
        batch = files[s:s + bs]
        yield np.stack(list(map(load, batch)))


def list_map_all(files, bs):  # corpus: eager
    def load(p):
        return np.asarray(Image.open(p).resize((64, 64)))
    images = list(map(load, files))
    for s in range(0, len(images), bs):
        yield np.stack(images[s:s + bs])


def folder_by_folder(root):  # corpus: lazy
    for d in sorted(os.listdir(root)):
        frames = [cv2.imread(f) for f in sorted(glob(os.path.join(root, d, '*.png')))]
        yield np.stack(frames), d

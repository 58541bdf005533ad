import glob
import math
import os
import random

import h5py
import keras
import nibabel as nib
import numpy as np
import SimpleITK as sitk
from keras.utils import Sequence
from tensorflow import keras as tfk


class VolumeSequence(keras.utils.Sequence):  # corpus: lazy
    def __init__(self, list_IDs, labels, batch_size=4, dim=(32, 32, 32), n_channels=1, n_classes=10, shuffle=True):
        self.dim = dim
        self.batch_size = batch_size
        self.labels = labels
        self.list_IDs = list_IDs
        self.n_channels = n_channels
        self.n_classes = n_classes
        self.shuffle = shuffle
        self.on_epoch_end()

    def __len__(self):
        return int(np.floor(len(self.list_IDs) / self.batch_size))

    def __getitem__(self, index):
        indexes = self.indexes[index * self.batch_size:(index + 1) * self.batch_size]
        list_IDs_temp = [self.list_IDs[k] for k in indexes]
        X, y = self.__data_generation(list_IDs_temp)
        return X, y

    def on_epoch_end(self):
        self.indexes = np.arange(len(self.list_IDs))
        if self.shuffle:
            np.random.shuffle(self.indexes)

    def __data_generation(self, list_IDs_temp):
        X = np.empty((self.batch_size, *self.dim, self.n_channels))
        y = np.empty((self.batch_size), dtype=int)
        for i, ID in enumerate(list_IDs_temp):
            X[i,] = np.load('data/' + ID + '.npy')
            y[i] = self.labels[ID]
        return X, keras.utils.to_categorical(y, num_classes=self.n_classes)


class NiftiPatches(Sequence):  # corpus: lazy
    def __init__(self, folder, batch_size):
        self.cases = sorted(glob.glob(os.path.join(folder, '*_flair.nii.gz')))
        self.batch_size = batch_size

    def __len__(self):
        return math.ceil(len(self.cases) / self.batch_size)

    def __getitem__(self, idx):
        batch = self.cases[idx * self.batch_size:(idx + 1) * self.batch_size]
        xs, ys = [], []
        for case in batch:
            vol = nib.load(case).get_fdata()
            seg = nib.load(case.replace('_flair', '_seg')).get_fdata()
            xs.append(self._crop(vol))
            ys.append(self._crop(seg))
        return np.stack(xs), np.stack(ys)

    @staticmethod
    def _crop(v):
        return v[20:148, 20:148, :64]


class BrainSlices(Sequence):  # corpus: eager
    def __init__(self, folder, batch_size=8):
        self.batch_size = batch_size
        self.volumes = []
        self.masks = []
        self._gather(folder)

    def _gather(self, folder):
        for case in sorted(os.listdir(folder)):
            img = nib.load(os.path.join(folder, case, 't1.nii.gz'))
            msk = nib.load(os.path.join(folder, case, 'seg.nii.gz'))
            data = img.get_fdata()
            for z in range(data.shape[2]):
                self.volumes.append(data[:, :, z])
                self.masks.append(msk.get_fdata()[:, :, z])

    def __len__(self):
        return len(self.volumes) // self.batch_size

    def __getitem__(self, i):
        sl = slice(i * self.batch_size, (i + 1) * self.batch_size)
        return np.array(self.volumes[sl]), np.array(self.masks[sl])


def get_generator_ct(scans, targets, bs=2):  # corpus: lazy
    n = len(scans)
    order = list(range(n))
    while True:
        random.shuffle(order)
        for b in range(0, n, bs):
            X = []
            Y = []
            for j in order[b:b + bs]:
                X.append(sitk.GetArrayFromImage(sitk.ReadImage(scans[j])))
                Y.append(targets[j])
            yield np.asarray(X)[..., None], np.asarray(Y)


def data_gen_hdf5(hdf5_file, indices, batch_size):  # corpus: lazy
    f = h5py.File(hdf5_file, 'r')
    x = f['data']
    y = f['truth']
    while True:
        np.random.shuffle(indices)
        for i in range(0, len(indices), batch_size):
            sel = sorted(indices[i:i + batch_size])
            yield x[sel], y[sel]


class ArraySequence(tfk.utils.Sequence):  # corpus: arrays
    def __init__(self, x_set, y_set, batch_size):
        self.x, self.y = x_set, y_set
        self.batch_size = batch_size

    def __len__(self):
        return math.ceil(len(self.x) / self.batch_size)

    def __getitem__(self, idx):
        low = idx * self.batch_size
        high = min(low + self.batch_size, len(self.x))
        return self.x[low:high], self.y[low:high]


class AugmentedArrays(Sequence):  # corpus: arrays
    def __init__(self, images, masks, aug, batch_size=16):
        self.images = images
        self.masks = masks
        self.aug = aug
        self.bs = batch_size
        self.order = np.arange(len(images))

    def __len__(self):
        return len(self.images) // self.bs

    def __getitem__(self, k):
        idx = self.order[k * self.bs:(k + 1) * self.bs]
        out_x, out_y = [], []
        for i in idx:
            r = self.aug(image=self.images[i], mask=self.masks[i])
            out_x.append(r['image'])
            out_y.append(r['mask'])
        return np.array(out_x), np.array(out_y)

    def on_epoch_end(self):
        np.random.shuffle(self.order)


def convert_data(x_list, y_list, n_labels=1):
    return np.asarray(x_list), np.asarray(y_list)


def add_data(x_list, y_list, data_file, index, augment=False):
    data, truth = get_data_from_file(data_file, index)
    x_list.append(data)
    y_list.append(truth)


def get_data_from_file(data_file, index):
    return data_file.root.data[index], data_file.root.truth[index, 0]


def data_generator(data_file, index_list, batch_size=1, n_labels=1, shuffle_index_list=True):  # corpus: lazy
    orig_index_list = index_list
    while True:
        x_list = list()
        y_list = list()
        index_list = list(orig_index_list)
        if shuffle_index_list:
            random.shuffle(index_list)
        while len(index_list) > 0:
            index = index_list.pop()
            add_data(x_list, y_list, data_file, index)
            if len(x_list) == batch_size or (len(index_list) == 0 and len(x_list) > 0):
                yield convert_data(x_list, y_list, n_labels=n_labels)
                x_list = list()
                y_list = list()


class DicomStudy(Sequence):  # corpus: lazy
    def __init__(self, frame, root, batch_size=8, preload=False):
        import pydicom
        self.read = pydicom.dcmread
        self.frame = frame
        self.root = root
        self.batch_size = batch_size
        self.cache = None
        if preload:
            self.cache = [pydicom.dcmread(os.path.join(root, n)).pixel_array for n in frame.name]

    def __len__(self):
        return len(self.frame) // self.batch_size

    def __getitem__(self, i):
        part = self.frame.iloc[i * self.batch_size:(i + 1) * self.batch_size]
        xs = [self.read(os.path.join(self.root, name)).pixel_array for name in part.name]
        return np.stack(xs), part.target.values


class PatchPool(tfk.utils.PyDataset):  # corpus: eager
    def __init__(self, npz_path, batch=32, **kwargs):
        super().__init__(**kwargs)
        blob = np.load(npz_path)
        self.patches = blob['patches']
        self.truth = blob['truth']
        self.batch = batch

    def __len__(self):
        return len(self.patches) // self.batch

    def __getitem__(self, i):
        s = slice(i * self.batch, (i + 1) * self.batch)
        return self.patches[s], self.truth[s]


class MemmapSequence(Sequence):  # corpus: lazy
    def __init__(self, x_path, y_path, batch_size=32):
        self.x = np.load(x_path, mmap_mode='r')
        self.y = np.load(y_path)
        self.batch_size = batch_size

    def __len__(self):
        return self.x.shape[0] // self.batch_size

    def __getitem__(self, i):
        a, b = i * self.batch_size, (i + 1) * self.batch_size
        return np.array(self.x[a:b]), self.y[a:b]


class H5Sequence(Sequence):  # corpus: eager
    def __init__(self, path, batch_size):
        with h5py.File(path, 'r') as f:
            self.images = f['images'][:]
            self.labels = f['labels'][:]
        self.batch_size = batch_size

    def __len__(self):
        return len(self.images) // self.batch_size

    def __getitem__(self, i):
        b = self.batch_size
        return self.images[i * b:(i + 1) * b] / 255., self.labels[i * b:(i + 1) * b]


class SizesOnly(Sequence):  # corpus: lazy
    """Reads every header and image once to know the sizes, keeps only those."""

    def __init__(self, paths, batch_size=2):
        self.paths = []
        self.sizes = []
        for p in paths:
            v = nib.load(p).get_fdata()
            if v.max() > 0:
                self.paths.append(p)
                self.sizes.append(v.shape)
        self.batch_size = batch_size

    def __len__(self):
        return len(self.paths) // self.batch_size

    def __getitem__(self, i):
        batch = self.paths[i * self.batch_size:(i + 1) * self.batch_size]
        return np.array([nib.load(p).get_fdata() for p in batch])


def volume_pairs(list_of_pairs):  # corpus: lazy
    for img_path, lab_path in list_of_pairs:
        img = nib.load(img_path)
        lab = nib.load(lab_path)
        yield np.asarray(img.dataobj, dtype=np.float32), np.asarray(lab.dataobj)


def slices_of(paths, shuffle=True):  # corpus: lazy
    while 1:
        if shuffle:
            random.shuffle(paths)
        for p in paths:
            vol = np.load(p)
            for k in range(vol.shape[-1]):
                yield vol[..., k][None, ..., None]

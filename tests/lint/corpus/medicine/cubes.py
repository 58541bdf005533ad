import os

import h5py
import numpy as np
import rasterio
import scipy.io as sio
import spectral
import torch
from rasterio.windows import Window
from torch.utils import data


class HyperX(data.Dataset):  # corpus: arrays
    def __init__(self, cube, gt, patch_size=5):
        self.data = cube
        self.label = gt
        self.patch_size = patch_size
        xs, ys = np.nonzero(gt)
        p = patch_size // 2
        self.indices = np.array([(x, y) for x, y in zip(xs, ys) if p < x < cube.shape[0] - p and p < y < cube.shape[1] - p])

    def __len__(self):
        return len(self.indices)

    def __getitem__(self, i):
        x, y = self.indices[i]
        x1, y1 = x - self.patch_size // 2, y - self.patch_size // 2
        patch = self.data[x1:x1 + self.patch_size, y1:y1 + self.patch_size]
        return torch.from_numpy(patch), self.label[x, y]


class IndianPines(data.Dataset):  # corpus: eager
    def __init__(self, folder, patch=7):
        self.img = sio.loadmat(os.path.join(folder, 'Indian_pines_corrected.mat'))['indian_pines_corrected']
        self.gt = sio.loadmat(os.path.join(folder, 'Indian_pines_gt.mat'))['indian_pines_gt']
        self.patch = patch
        self.pos = np.argwhere(self.gt > 0)

    def __len__(self):
        return len(self.pos)

    def __getitem__(self, i):
        r, c = self.pos[i]
        return self.img[r:r + self.patch, c:c + self.patch], self.gt[r, c]


class TileReader(data.Dataset):  # corpus: lazy
    def __init__(self, tif, size=256):
        self.tif = tif
        with rasterio.open(tif) as src:
            self.h, self.w = src.height, src.width
        self.size = size
        self.cells = [(r, c) for r in range(0, self.h - size, size) for c in range(0, self.w - size, size)]

    def __len__(self):
        return len(self.cells)

    def __getitem__(self, i):
        r, c = self.cells[i]
        with rasterio.open(self.tif) as src:
            return src.read(window=Window(c, r, self.size, self.size))


class EnviCubes(data.Dataset):  # corpus: lazy
    def __init__(self, headers):
        self.headers = headers

    def __len__(self):
        return len(self.headers)

    def __getitem__(self, i):
        img = spectral.open_image(self.headers[i])
        return np.array(img.load())


class MatCubes(data.Dataset):  # corpus: lazy
    def __init__(self, root):
        self.names = [n for n in os.listdir(root) if n.endswith('.mat')]
        self.root = root

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        m = sio.loadmat(os.path.join(self.root, self.names[i]))
        return m['rad'].astype('float32')


class NtireTrain(data.Dataset):  # corpus: eager
    def __init__(self, data_root, crop_size):
        self.hypers = []
        self.bgrs = []
        self.crop_size = crop_size
        hyper_list = sorted(os.listdir(f'{data_root}/Train_Spec/'))
        for i in range(len(hyper_list)):
            with h5py.File(f'{data_root}/Train_Spec/{hyper_list[i]}', 'r') as mat:
                hyper = np.float32(np.array(mat['cube']))
            hyper = np.transpose(hyper, [0, 2, 1])
            self.hypers.append(hyper)
            mat.close()
        self.img_num = len(self.hypers)

    def __len__(self):
        return self.img_num * 100

    def __getitem__(self, idx):
        h = self.hypers[idx // 100]
        return np.ascontiguousarray(h[:, :self.crop_size, :self.crop_size])


def pixel_batches(h5_path, batch_size):  # corpus: lazy
    with h5py.File(h5_path, 'r') as f:
        n = f['spectra'].shape[0]
        for s in range(0, n, batch_size):
            yield f['spectra'][s:s + batch_size], f['class'][s:s + batch_size]


def pixel_batches_full(h5_path, batch_size):  # corpus: eager
    f = h5py.File(h5_path, 'r')
    spectra = f['spectra'][()]
    labels = f['class'][()]
    f.close()
    for s in range(0, len(spectra), batch_size):
        yield spectra[s:s + batch_size], labels[s:s + batch_size]


class SentinelPatches(data.Dataset):  # corpus: lazy
    def __init__(self, df, root):
        self.df, self.root = df, root

    def __len__(self):
        return len(self.df)

    def __getitem__(self, i):
        row = self.df.iloc[i]
        bands = []
        for b in ('B02', 'B03', 'B04', 'B08'):
            with rasterio.open(os.path.join(self.root, row.patch, b + '.tif')) as src:
                bands.append(src.read(1))
        return np.stack(bands), row.labels


class CubeInMemory(data.Dataset):  # corpus: lazy
    """Named for what it no longer does."""

    def __init__(self, files):
        self.files = list(files)
        self.handles = {}

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        f = self.files[i]
        if f not in self.handles:
            self.handles[f] = np.load(f, mmap_mode='r')
        return np.array(self.handles[f][:, 10:20])


class LazyCubes(data.Dataset):  # corpus: eager
    """Lazy by name only."""

    def __init__(self, root):
        self.paths = sorted(os.path.join(root, n) for n in os.listdir(root))
        self._cubes = dict((p, self._open(p)) for p in self.paths)

    def _open(self, p):
        return np.load(p)['cube']

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        return self._cubes[self.paths[i]]

"""Items that no file is read for, all made before the first is asked for."""

import numpy as np
import torch
from torch.utils.data import Dataset


class Spirals(Dataset):  # corpus: eager
    def __init__(self, n_samples, length, noise=0.1):
        self.items = []
        for _ in range(n_samples):
            angle = np.linspace(0, 6, length) + np.random.rand()
            self.items.append(np.stack([np.cos(angle), np.sin(angle)]) + noise * np.random.randn(2, length))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return torch.from_numpy(self.items[index])


class Noise(Dataset):  # corpus: eager
    def __init__(self, size, length):
        self.len = length
        self.data = torch.randn(length, size)

    def __len__(self):
        return self.len

    def __getitem__(self, index):
        return self.data[index]


class Signals(Dataset):  # corpus: eager
    def __init__(self, num_samples=10000, seq_len=512, seed=0):
        rng = np.random.default_rng(seed)
        self.x, self.y = self._make(rng, num_samples, seq_len)

    def _make(self, rng, n, t):
        xs, ys = [], []
        for _ in range(n):
            phase = rng.uniform(0, 3.14)
            xs.append(np.sin(np.arange(t) / 10 + phase))
            ys.append(phase)
        return np.array(xs, dtype=np.float32), np.array(ys)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], self.y[index]


class Sequences(Dataset):  # corpus: eager
    def __init__(self, config):
        self.data = build(config.n, config.t, config.size)

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index]


def build(n, t, size):
    frames = np.zeros((n, t, size, size), dtype=np.float32)
    for i in range(n):
        x, y = np.random.randint(0, size, 2)
        for j in range(t):
            frames[i, j, (x + j) % size, (y + j) % size] = 1.0
    return frames


class NoiseWhenAsked(Dataset):  # corpus: lazy
    def __init__(self, size, length):
        self.size, self.length = size, length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return torch.randn(self.size, generator=torch.Generator().manual_seed(index))


class Seeds(Dataset):  # corpus: lazy
    def __init__(self, n):
        self.seeds = np.random.randint(0, 2**31, size=n)

    def __len__(self):
        return len(self.seeds)

    def __getitem__(self, index):
        return np.random.default_rng(self.seeds[index]).normal(size=(64, 64))


class Crops(Dataset):  # corpus: lazy
    def __init__(self, images, n_crops):
        self.images = images
        self.corners = np.random.randint(0, 100, size=(len(images), n_crops, 2))

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return [self.images[index][y : y + 8, x : x + 8] for y, x in self.corners[index]]


class Embedded(Dataset):  # corpus: lazy
    def __init__(self, paths, n_classes, width):
        self.paths = paths
        self.prototypes = torch.randn(n_classes, width)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return torch.load(self.paths[index]), self.prototypes[index % 10]


class Tasks(Dataset):  # corpus: lazy
    def __init__(self, n_tasks, points):
        self.amplitude = np.random.uniform(0.1, 5.0, size=n_tasks)
        self.phase = np.random.uniform(0, np.pi, size=n_tasks)
        self.points = points

    def __len__(self):
        return len(self.phase)

    def __getitem__(self, index):
        x = np.random.uniform(-5, 5, size=(self.points, 1))
        return x, self.amplitude[index] * np.sin(x - self.phase[index])


class Squares(Dataset):  # corpus: eager
    def __init__(self, config):
        super().__init__()
        self.count = config.count
        self.pictures, self.labels = self._draw()

    def _draw(self):
        pictures, labels = [], []
        for number in range(self.count):
            picture = np.zeros((64, 64), dtype=np.float32)
            x, y = np.random.randint(0, 60, 2)
            picture[x : x + 4, y : y + 4] = 1
            pictures.append(picture)
            labels.append(number % 2)
        return np.stack(pictures), np.array(labels)

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return self.pictures[index], self.labels[index]


class SquaresInTurn(Dataset):  # corpus: lazy
    def __init__(self, paths, n_buffers):
        self.paths = paths
        self.buffers = []
        for _ in range(n_buffers):
            buffer = np.zeros((64, 64), dtype=np.float32)
            buffer[0, 0] = 1
            self.buffers.append(buffer)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        buffer = self.buffers[index % len(self.buffers)]
        buffer[:] = np.load(self.paths[index])
        return buffer.copy()

import os

import numpy as np
import pandas as pd
import torch
from tensorflow.keras.utils import Sequence
from torch.utils.data import Dataset


def window_generator(data, lookback, delay, min_index, max_index, shuffle=False, batch_size=128, step=6):  # corpus: arrays
    if max_index is None:
        max_index = len(data) - delay - 1
    i = min_index + lookback
    while 1:
        if shuffle:
            rows = np.random.randint(min_index + lookback, max_index, size=batch_size)
        else:
            if i + batch_size >= max_index:
                i = min_index + lookback
            rows = np.arange(i, min(i + batch_size, max_index))
            i += len(rows)
        samples = np.zeros((len(rows), lookback // step, data.shape[-1]))
        targets = np.zeros((len(rows),))
        for j, row in enumerate(rows):
            indices = range(rows[j] - lookback, rows[j], step)
            samples[j] = data[indices]
            targets[j] = data[rows[j] + delay][1]
        yield samples, targets


class PowerTable(Dataset):  # corpus: eager
    def __init__(self, csv_path, seq_len=96, pred_len=24):
        df_raw = pd.read_csv(csv_path)
        self.values = df_raw[df_raw.columns[1:]].values
        self.seq_len, self.pred_len = seq_len, pred_len

    def __len__(self):
        return len(self.values) - self.seq_len - self.pred_len + 1

    def __getitem__(self, i):
        e = i + self.seq_len
        return self.values[i:e], self.values[e:e + self.pred_len]


class EttHour(Dataset):  # corpus: eager
    def __init__(self, root_path, flag='train', size=None, data_path='ETTh1.csv', scale=True):
        self.seq_len = 384 if size is None else size[0]
        self.scale = scale
        self.root_path = root_path
        self.data_path = data_path
        self.__read_data__()

    def __read_data__(self):
        df = pd.read_csv(os.path.join(self.root_path, self.data_path))
        data = df.iloc[:, 1:].values
        if self.scale:
            data = (data - data.mean(0)) / data.std(0)
        self.data_x = data
        self.data_y = data

    def __getitem__(self, index):
        s_end = index + self.seq_len
        return self.data_x[index:s_end], self.data_y[s_end:s_end + 24]

    def __len__(self):
        return len(self.data_x) - self.seq_len


class ParquetSeries(Sequence):  # corpus: eager
    def __init__(self, path, win, bs):
        self.frame = pd.read_parquet(path)
        self.win, self.bs = win, bs

    def __len__(self):
        return (len(self.frame) - self.win) // self.bs

    def __getitem__(self, k):
        rows = [self.frame.iloc[j:j + self.win].to_numpy() for j in range(k * self.bs, (k + 1) * self.bs)]
        return np.stack(rows)


def rolling(series, width):  # corpus: arrays
    for start in range(len(series) - width):
        yield series[start:start + width], series[start + width]


def read_chunks(path, rows=10000):  # corpus: lazy
    for chunk in pd.read_csv(path, chunksize=rows):
        yield chunk.drop(columns='y').values, chunk['y'].values


class SubjectFiles(Dataset):  # corpus: lazy
    def __init__(self, folder):
        self.files = sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith('.csv'))

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return torch.tensor(pd.read_csv(self.files[i]).values, dtype=torch.float32)


class EegEpochs(Dataset):  # corpus: eager
    def __init__(self, subject_dir):
        xs = []
        for f in sorted(os.listdir(subject_dir)):
            xs.append(np.load(os.path.join(subject_dir, f)))
        self.x = torch.from_numpy(np.concatenate(xs, axis=0))

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, i):
        return self.x[i]


class MemmapSeries(Dataset):  # corpus: lazy
    def __init__(self, path, n, d, win=256):
        self.m = np.memmap(path, dtype='float32', mode='r', shape=(n, d))
        self.win = win

    def __len__(self):
        return self.m.shape[0] - self.win

    def __getitem__(self, i):
        return np.array(self.m[i:i + self.win])


def windows_from_frame(df, cols, width, batch_size=32):  # corpus: arrays
    values = df[cols].values
    while True:
        starts = np.random.randint(0, len(values) - width, batch_size)
        yield np.stack([values[s:s + width] for s in starts])


class TsArrays(Sequence):  # corpus: arrays
    def __init__(self, data, targets, length, batch_size=128):
        self.data = np.asarray(data)
        self.targets = np.asarray(targets)
        self.length, self.batch_size = length, batch_size

    def __len__(self):
        return (len(self.data) - self.length) // self.batch_size

    def __getitem__(self, index):
        i = self.length + self.batch_size * index
        rows = np.arange(i, min(i + self.batch_size, len(self.data)))
        return np.array([self.data[r - self.length:r] for r in rows]), np.array([self.targets[r] for r in rows])


def loader_history(model, files, bs):  # corpus: lazy
    history = []
    for s in range(0, len(files), bs):
        xs = np.stack([np.load(f) for f in files[s:s + bs]])
        history.append(float(xs.mean()))
        yield xs

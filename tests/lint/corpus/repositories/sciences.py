"""Biology, chemistry, signals, robots: repositories next to a paper."""
import argparse
import bisect
import csv
import functools
import glob
import gzip
import hashlib
import itertools
import json
import math
import multiprocessing as mp
import os
import pickle
import random
import re
import shutil
import sys
import typing
from collections import defaultdict
from os import listdir
from os.path import basename, isfile, join

import cv2
import h5py
import kaldiio
import librosa
import lightgbm
import matplotlib.image as mpimg
import mne
import monai
import networkx as nx
import nibabel as nib
import numpy as np
import open3d as o3d
import pandas as pd
import pretty_midi
import pyBigWig
import pydicom
import pysam
import rasterio as rio
import scipy
import soundfile as sf
import tables
import tensorflow as tf
import torch
import torch_geometric
import torchvision.transforms as T
import wfdb
from Bio import SeqIO
from joblib import Parallel, delayed, load
from PIL import Image
from rdkit import Chem
from skimage import io as skio
from torch.utils.data import ConcatDataset, DataLoader, Dataset, IterableDataset, Sampler
from torch_geometric.data import Data, InMemoryDataset

CHROMS = ['chr%d' % i for i in range(1, 23)]
ONE_HOT = {'A': 0, 'C': 1, 'G': 2, 'T': 3}


def one_hot(seq):
    out = np.zeros((4, len(seq)), dtype=np.float32)
    for i, c in enumerate(seq.upper()):
        if c in ONE_HOT:
            out[ONE_HOT[c], i] = 1
    return out


class GenomeIntervals(Dataset):  # corpus: lazy
    def __init__(self, bed, fasta, bigwig, width=1000):
        self.intervals = pd.read_csv(bed, sep='\t', header=None, names=['chrom', 'start', 'end'])
        self.fasta_path, self.bw_path = fasta, bigwig
        self.width = width
        self.fasta = None

    def __len__(self):
        return len(self.intervals)

    def __getitem__(self, i):
        if self.fasta is None:
            self.fasta = pysam.FastaFile(self.fasta_path)
            self.bw = pyBigWig.open(self.bw_path)
        chrom, start, end = self.intervals.iloc[i]
        mid = (start + end) // 2
        seq = self.fasta.fetch(chrom, mid - self.width // 2, mid + self.width // 2)
        signal = np.nan_to_num(self.bw.values(chrom, int(mid - self.width // 2), int(mid + self.width // 2)))
        return one_hot(seq), signal


class FastaInMemory(Dataset):  # corpus: eager
    def __init__(self, fasta, labels):
        self.records = [one_hot(str(r.seq)) for r in SeqIO.parse(fasta, 'fasta')]
        self.labels = np.loadtxt(labels)

    def __len__(self):
        return len(self.records)

    def __getitem__(self, i):
        return self.records[i], self.labels[i]


def fasta_windows(path, size):  # corpus: lazy
    opener = gzip.open if path.endswith('gz') else open
    with opener(path, 'rt') as handle:
        for record in SeqIO.parse(handle, 'fasta'):
            seq = str(record.seq)
            for at in range(0, len(seq) - size, size):
                yield record.id, one_hot(seq[at:at + size])


class EcgRecords(Dataset):  # corpus: eager
    def __init__(self, path, df, sampling_rate=100):
        if sampling_rate == 100:
            data = [wfdb.rdsamp(path + f) for f in df.filename_lr]
        else:
            data = [wfdb.rdsamp(path + f) for f in df.filename_hr]
        self.X = np.array([signal for signal, meta in data])
        self.y = df['label'].values

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]


class EcgLazy(Dataset):  # corpus: lazy
    def __init__(self, path, df, column='filename_lr'):
        self.files = [os.path.join(path, f) for f in df[column]]
        self.y = df['label'].values

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        signal, meta = wfdb.rdsamp(self.files[i])
        return signal.astype(np.float32), self.y[i]


class SleepEpochs(Dataset):  # corpus: eager
    def __init__(self, edf_files, seconds=30):
        xs = []
        for f in edf_files:
            raw = mne.io.read_raw_edf(f, preload=True, verbose=False)
            raw.filter(0.3, 35)
            data = raw.get_data()
            n = data.shape[1] // (seconds * 100)
            xs.append(data[:, :n * seconds * 100].reshape(-1, n, seconds * 100).transpose(1, 0, 2))
        self.x = np.concatenate(xs).astype(np.float32)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i]


class NpzSubjects(IterableDataset):  # corpus: lazy
    def __init__(self, files, shuffle=True):
        self.files = list(files)
        self.shuffle = shuffle

    def __iter__(self):
        if self.shuffle:
            random.shuffle(self.files)
        for f in self.files:
            with np.load(f) as npz:
                x, y = npz['x'], npz['y']
            order = np.random.permutation(len(y)) if self.shuffle else range(len(y))
            for k in order:
                yield x[k], int(y[k])


class MoleculeGraphs(InMemoryDataset):  # corpus: eager
    def __init__(self, root, transform=None):
        super().__init__(root, transform)
        self.data, self.slices = torch.load(self.processed_paths[0])

    @property
    def processed_file_names(self):
        return ['data.pt']

    def process(self):
        data_list = []
        for line in open(join(self.raw_dir, 'smiles.csv')):
            mol = Chem.MolFromSmiles(line.strip())
            data_list.append(Data(x=torch.tensor([a.GetAtomicNum() for a in mol.GetAtoms()])))
        torch.save(self.collate(data_list), self.processed_paths[0])


class MolFiles(torch_geometric.data.Dataset):  # corpus: lazy
    def __init__(self, root):
        self.paths = sorted(glob.glob(join(root, 'processed', 'data_*.pt')))
        super().__init__(root)

    def len(self):
        return len(self.paths)

    def get(self, idx):
        return torch.load(self.paths[idx])

    def __getitem__(self, idx):
        return self.get(idx)

    def __len__(self):
        return self.len()


def smiles_batches(path, vocab, batch_size):  # corpus: lazy
    batch = []
    for row in csv.DictReader(open(path)):
        batch.append([vocab[c] for c in row['smiles']])
        if len(batch) == batch_size:
            width = max(map(len, batch))
            yield np.array([s + [0] * (width - len(s)) for s in batch])
            batch = []


class KaldiFeats(Dataset):  # corpus: lazy
    def __init__(self, scp, utt2spk):
        with open(scp) as f:
            self.scp = [l.strip().split(None, 1) for l in f]
        with open(utt2spk) as f:
            self.utt2spk = dict(l.split() for l in f)
        speakers = sorted(set(self.utt2spk.values()))
        self.spk2id = {s: i for i, s in enumerate(speakers)}

    def __len__(self):
        return len(self.scp)

    def __getitem__(self, i):
        utt, ark = self.scp[i]
        return kaldiio.load_mat(ark), self.spk2id[self.utt2spk[utt]]


class KaldiFeatsAll(Dataset):  # corpus: eager
    def __init__(self, scp, utt2spk):
        self.feats = {}
        for utt, mat in kaldiio.load_scp_sequential(scp):
            self.feats[utt] = mat
        self.utts = sorted(self.feats)
        self.spk = dict(l.split() for l in open(utt2spk))

    def __len__(self):
        return len(self.utts)

    def __getitem__(self, i):
        return self.feats[self.utts[i]], self.spk[self.utts[i]]


class PianoRolls(Dataset):  # corpus: eager
    def __init__(self, folder, fs=16, length=512):
        files = [join(folder, f) for f in listdir(folder) if f.endswith('.mid')]
        with mp.Pool() as pool:
            rolls = pool.map(functools.partial(self.to_roll, fs=fs), files)
        self.rolls = [r for r in rolls if r is not None and r.shape[1] >= length]
        self.length = length

    @staticmethod
    def to_roll(path, fs):
        try:
            return pretty_midi.PrettyMIDI(path).get_piano_roll(fs=fs).astype(np.uint8)
        except Exception:
            return None

    def __len__(self):
        return len(self.rolls)

    def __getitem__(self, i):
        roll = self.rolls[i]
        at = random.randrange(roll.shape[1] - self.length + 1)
        return roll[:, at:at + self.length]


class StereoPairs(Dataset):  # corpus: lazy
    def __init__(self, root, scenes, max_disp=192):
        self.items = []
        for s in scenes:
            left = sorted(glob.glob(join(root, s, 'left', '*.png')))
            right = sorted(glob.glob(join(root, s, 'right', '*.png')))
            disp = sorted(glob.glob(join(root, s, 'disp', '*.pfm')))
            self.items += list(zip(left, right, disp))
        self.max_disp = max_disp

    @staticmethod
    def read_pfm(path):
        with open(path, 'rb') as f:
            color = f.readline().rstrip()
            width, height = map(int, f.readline().split())
            scale = float(f.readline())
            data = np.fromfile(f, '<f' if scale < 0 else '>f')
        return np.flipud(data.reshape(height, width))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        l, r, d = self.items[i]
        return mpimg.imread(l), mpimg.imread(r), np.minimum(self.read_pfm(d), self.max_disp)


class LidarSequences(Dataset):  # corpus: lazy
    def __init__(self, root, sequences, poses=True):
        self.scans, self.poses, self.bounds = [], {}, [0]
        for s in sequences:
            files = sorted(glob.glob(f'{root}/{s:02d}/velodyne/*.bin'))
            self.scans.extend(files)
            self.bounds.append(len(self.scans))
            if poses:
                self.poses[s] = np.loadtxt(f'{root}/{s:02d}/poses.txt').reshape(-1, 3, 4)
        self.sequences = sequences

    def __len__(self):
        return len(self.scans)

    def __getitem__(self, i):
        k = bisect.bisect_right(self.bounds, i) - 1
        scan = np.fromfile(self.scans[i], dtype=np.float32).reshape(-1, 4)
        pose = self.poses[self.sequences[k]][i - self.bounds[k]]
        return scan[:, :3] @ pose[:, :3].T + pose[:, 3], scan[:, 3]


class RoomClouds(Dataset):  # corpus: eager
    def __init__(self, split='train', data_root='trainval_fullarea', num_point=4096, test_area=5):
        super().__init__()
        self.num_point = num_point
        rooms = sorted(os.listdir(data_root))
        rooms_split = [r for r in rooms if ('Area_{}'.format(test_area) in r) == (split != 'train')]
        self.room_points, self.room_labels = [], []
        num_point_all = []
        for room_name in rooms_split:
            room_data = np.load(os.path.join(data_root, room_name))
            points, labels = room_data[:, 0:6], room_data[:, 6]
            self.room_points.append(points), self.room_labels.append(labels)
            num_point_all.append(labels.size)
        prob = num_point_all / np.sum(num_point_all)
        idxs = []
        for k in range(len(rooms_split)):
            idxs.extend([k] * int(round(prob[k] * np.sum(num_point_all) / num_point)))
        self.room_idxs = np.array(idxs)

    def __getitem__(self, idx):
        points = self.room_points[self.room_idxs[idx]]
        chosen = np.random.choice(len(points), self.num_point)
        return points[chosen], self.room_labels[self.room_idxs[idx]][chosen]

    def __len__(self):
        return len(self.room_idxs)


class MeshViews(Dataset):  # corpus: lazy
    def __init__(self, objs, views, root):
        self.objs, self.views, self.root = objs, views, root

    def __len__(self):
        return len(self.objs)

    def __getitem__(self, i):
        mesh = o3d.io.read_triangle_mesh(join(self.root, self.objs[i], 'model.obj'))
        images = [skio.imread(join(self.root, self.objs[i], '%03d.png' % v)) for v in self.views]
        return np.asarray(mesh.vertices), np.stack(images)


class OfflineTrajectories(Dataset):  # corpus: eager
    def __init__(self, env_name, context=20):
        with open(f'data/{env_name}.pkl', 'rb') as f:
            self.trajectories = pickle.load(f)
        self.context = context
        states = []
        for traj in self.trajectories:
            states.append(traj['observations'])
        states = np.concatenate(states, axis=0)
        self.mean, self.std = states.mean(0), states.std(0) + 1e-6

    def __len__(self):
        return len(self.trajectories)

    def __getitem__(self, i):
        traj = self.trajectories[i]
        at = random.randint(0, len(traj['rewards']) - self.context)
        return (traj['observations'][at:at + self.context] - self.mean) / self.std


class Demonstrations(Dataset):  # corpus: lazy
    def __init__(self, hdf5_path, horizon=10):
        self.path, self.horizon = hdf5_path, horizon
        with h5py.File(hdf5_path, 'r') as f:
            self.demos = sorted(f['data'].keys(), key=lambda k: int(k[5:]))
            self.lengths = {d: f['data'][d].attrs['num_samples'] for d in self.demos}
        self.index = [(d, t) for d in self.demos for t in range(self.lengths[d] - horizon)]
        self._file = None

    @property
    def file(self):
        if self._file is None:
            self._file = h5py.File(self.path, 'r', swmr=True)
        return self._file

    def __len__(self):
        return len(self.index)

    def __getitem__(self, i):
        d, t = self.index[i]
        g = self.file['data'][d]
        return g['obs/image'][t:t + self.horizon], g['actions'][t:t + self.horizon]


class WholeSlide(Dataset):  # corpus: lazy
    def __init__(self, coords_h5, slide, level=0, size=256):
        with h5py.File(coords_h5, 'r') as f:
            self.coords = f['coords'][:]
        self.slide, self.level, self.size = slide, level, size

    def __len__(self):
        return len(self.coords)

    def __getitem__(self, i):
        region = self.slide.read_region(tuple(self.coords[i]), self.level, (self.size, self.size))
        return np.asarray(region.convert('RGB'))


class BagOfFeatures(Dataset):  # corpus: lazy
    def __init__(self, csv_path, feature_dir):
        self.slide_data = pd.read_csv(csv_path)
        self.labels = self.slide_data['label'].map({'normal': 0, 'tumor': 1}).values
        self.feature_dir = feature_dir

    def __len__(self):
        return len(self.slide_data)

    def __getitem__(self, i):
        slide_id = self.slide_data['slide_id'][i]
        features = torch.load(os.path.join(self.feature_dir, 'pt_files', '{}.pt'.format(slide_id)))
        return features, self.labels[i]


class BagsInMemory(Dataset):  # corpus: eager
    def __init__(self, csv_path, feature_dir):
        table = pd.read_csv(csv_path)
        self.bags = Parallel(n_jobs=8)(
            delayed(torch.load)(os.path.join(feature_dir, f'{s}.pt')) for s in table['slide_id']
        )
        self.labels = table['label'].tolist()

    def __len__(self):
        return len(self.bags)

    def __getitem__(self, i):
        return self.bags[i], self.labels[i]


class CropRasters:  # corpus: lazy
    def __init__(self, tif, shapes, n):
        self.src = rio.open(tif)
        self.shapes = shapes
        self.n = n

    def __iter__(self):
        for shape in self.shapes:
            r, c = self.src.index(*shape.centroid.coords[0])
            yield self.src.read(window=((r - 64, r + 64), (c - 64, c + 64)))


class FixedLengthSampler(Sampler):  # corpus: other
    def __init__(self, lengths, max_tokens):
        self.lengths, self.max_tokens = lengths, max_tokens

    def __iter__(self):
        batch, total = [], 0
        for i in np.argsort(self.lengths):
            if total + self.lengths[i] > self.max_tokens and batch:
                yield batch
                batch, total = [], 0
            batch.append(i)
            total += self.lengths[i]
        if batch:
            yield batch


def random_walks(graph, length, n):  # corpus: other
    nodes = list(graph.nodes)
    for _ in range(n):
        walk = [random.choice(nodes)]
        while len(walk) < length:
            walk.append(random.choice(list(graph.neighbors(walk[-1]))))
        yield walk


def patches_of(volume, size, stride):  # corpus: arrays
    for z, y, x in itertools.product(*(range(0, s - size + 1, stride) for s in volume.shape)):
        yield (z, y, x), volume[z:z + size, y:y + size, x:x + size]


class ListOfDicts(Dataset):  # corpus: arrays
    def __init__(self, data, transform):
        self.data, self.transform = data, transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        return self.transform(self.data[i])


class MatrixGiven(tf.keras.utils.Sequence):  # corpus: arrays
    def __init__(self, X, y=None, batch_size=256, **kw):
        super().__init__(**kw)
        self.X, self.y, self.batch_size = scipy.sparse.csr_matrix(X), y, batch_size

    def __len__(self):
        return math.ceil(self.X.shape[0] / self.batch_size)

    def __getitem__(self, k):
        rows = slice(k * self.batch_size, (k + 1) * self.batch_size)
        x = self.X[rows].toarray()
        return x if self.y is None else (x, self.y[rows])


class MultiContrast(Dataset):  # corpus: lazy
    """Four contrasts of each patient; what a patient lacks is filled with zeros."""

    def __init__(self, root, patients, contrasts=('t1', 't1ce', 't2', 'flair')):
        self.root, self.patients, self.contrasts = root, patients, contrasts

    def __len__(self):
        return len(self.patients)

    def __getitem__(self, i):
        channels = []
        for c in self.contrasts:
            path = f'{self.root}/{self.patients[i]}/{c}.nii.gz'
            channels.append(nib.load(path).get_fdata() if isfile(path) else np.zeros((240, 240, 155)))
        return np.stack(channels)


class TripletFaces(Dataset):  # corpus: lazy
    def __init__(self, root, n_triplets, csv_name):
        df = pd.read_csv(csv_name, dtype={'id': object, 'name': object, 'class': int})
        self.root = root
        face_classes = defaultdict(list)
        for idx, label in enumerate(df['class']):
            face_classes[label].append(df.iloc[idx]['id'])
        self.triplets = []
        classes = df['class'].unique()
        for _ in range(n_triplets):
            pos, neg = np.random.choice(classes, 2, replace=False)
            a, p = np.random.choice(face_classes[pos], 2)
            self.triplets.append([a, p, random.choice(face_classes[neg]), pos, neg])

    def __len__(self):
        return len(self.triplets)

    def __getitem__(self, i):
        a, p, n, pc, nc = self.triplets[i]
        return tuple(skio.imread(join(self.root, str(x) + '.png')) for x in (a, p, n))

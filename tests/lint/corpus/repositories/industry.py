"""Teams with style guides: registries, configuration objects, mixins, long names, docstrings everywhere."""

import collections
import contextlib
import copy
import enum
import functools
import glob
import io
import itertools
import json
import logging
import math
import os
import pathlib
import pickle
import random
import sqlite3
import struct
import tempfile
import time
import warnings
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Callable, ClassVar, Dict, Generator, Generic, Iterable, Iterator, List, NamedTuple, Optional, Tuple, TypeVar, Union

import av
import boto3
import cv2
import h5py
import imageio.v3 as iio
import joblib
import librosa
import msgpack
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.feather as feather
import pytorch_lightning as pl
import skimage.io
import soundfile as sf
import tensorflow as tf
import torch
import webdataset as wds
from detectron2.data import DatasetCatalog, MetadataCatalog
from mmcv import imfrombytes
from mmdet.datasets import DATASETS, CustomDataset
from mmengine.fileio import FileClient
from nuscenes.nuscenes import NuScenes
from PIL import Image
from pycocotools import mask as mask_utils
from pycocotools.coco import COCO
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, Dataset, IterableDataset, get_worker_info
from torchvision import datasets, transforms
from torchvision.datasets.folder import default_loader

_LOGGER = logging.getLogger(__name__)
T = TypeVar('T')
REGISTRY: Dict[str, Callable] = {}


def register(name):
    def wrap(cls):
        REGISTRY[name] = cls
        return cls

    return wrap


class Split(enum.Enum):
    TRAIN = 'train'
    VAL = 'val'


@dataclass
class DataConfig:
    root: str
    split: Split = Split.TRAIN
    image_size: Tuple[int, int] = (512, 512)
    batch_size: int = 16
    num_workers: int = 8


class Example(NamedTuple):
    image: np.ndarray
    label: int


@DATASETS.register_module()
class RoadSigns(CustomDataset):  # corpus: lazy
    CLASSES = ('stop', 'yield', 'speed')

    def load_annotations(self, ann_file):
        self.coco = COCO(ann_file)
        self.img_ids = self.coco.get_img_ids()
        data_infos = []
        for i in self.img_ids:
            info = self.coco.load_imgs([i])[0]
            info['filename'] = info['file_name']
            data_infos.append(info)
        return data_infos

    def get_ann_info(self, idx):
        return self.coco.load_anns(self.coco.get_ann_ids(img_ids=[self.data_infos[idx]['id']]))

    def __getitem__(self, idx):
        results = dict(img_info=self.data_infos[idx], ann_info=self.get_ann_info(idx))
        results['img_prefix'] = self.img_prefix
        return self.pipeline(results)


@register('segmentation')
class SegmentationDataset(Dataset):  # corpus: lazy
    """Image and mask pairs below a root folder."""

    def __init__(self, config: DataConfig, transform: Optional[Callable] = None) -> None:
        """Find the pairs.

        Args:
            config: Where and how.
            transform: Applied to both.
        """
        super().__init__()
        self._config = config
        self._transform = transform
        self._pairs = self._find_pairs()
        _LOGGER.info('found %d pairs', len(self._pairs))

    def _find_pairs(self) -> List[Tuple[pathlib.Path, pathlib.Path]]:
        root = pathlib.Path(self._config.root) / self._config.split.value
        pairs = []
        for image_path in sorted((root / 'images').glob('*.png')):
            mask_path = root / 'masks' / image_path.name
            if not mask_path.exists():
                warnings.warn(f'{image_path} has no mask')
                continue
            pairs.append((image_path, mask_path))
        return pairs

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, index: int) -> Dict[str, np.ndarray]:
        image_path, mask_path = self._pairs[index]
        sample = {'image': iio.imread(image_path), 'mask': iio.imread(mask_path)}
        return self._transform(**sample) if self._transform else sample


class PreloadMixin:
    """Reads every sample when constructed."""

    def preload(self) -> None:
        self._samples = [self._read(k) for k in range(len(self._pairs))]

    def _read(self, k):
        image_path, mask_path = self._pairs[k]
        return {'image': iio.imread(image_path), 'mask': iio.imread(mask_path)}


class PreloadedSegmentation(PreloadMixin, SegmentationDataset):  # corpus: eager
    def __init__(self, config: DataConfig) -> None:
        super().__init__(config)
        self.preload()

    def __getitem__(self, index: int) -> Dict[str, np.ndarray]:
        return self._samples[index]


class Loader(ABC, Generic[T]):
    @abstractmethod
    def load(self, path: str) -> T:
        ...


class ImageLoader(Loader[np.ndarray]):
    def load(self, path: str) -> np.ndarray:
        return cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)


class AudioLoader(Loader[np.ndarray]):
    def load(self, path: str) -> np.ndarray:
        return sf.read(path)[0]


class GenericDataset(Dataset):  # corpus: lazy
    def __init__(self, paths: List[str], loader: Loader) -> None:
        self.paths, self.loader = paths, loader

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        return self.loader.load(self.paths[i])


class EagerWithLoader(Dataset):  # corpus: eager
    def __init__(self, paths: List[str]) -> None:
        self.loader = AudioLoader()
        self.waves = []
        for path in paths:
            wave = self.loader.load(path)
            if len(wave) > 16000:
                self.waves.append(wave)

    def __len__(self):
        return len(self.waves)

    def __getitem__(self, i):
        return torch.from_numpy(self.waves[i])


class ExampleStore(Dataset):  # corpus: eager
    """Examples are made once."""

    def __init__(self, config: DataConfig, table: pd.DataFrame):
        self._config = config
        self._examples: List[Example] = []
        for row in table.itertuples():
            image = skimage.io.imread(os.path.join(config.root, row.file_name))
            image = skimage.transform.resize(image, config.image_size)
            self._examples.append(Example(image=image, label=row.label))

    def __len__(self):
        return len(self._examples)

    def __getitem__(self, i):
        example = self._examples[i]
        return example.image, example.label


class SqliteDataset(Dataset):  # corpus: lazy
    def __init__(self, path):
        self._path = path
        with contextlib.closing(sqlite3.connect(path)) as connection:
            self._keys = [row[0] for row in connection.execute('SELECT id FROM samples ORDER BY id')]

    def __len__(self):
        return len(self._keys)

    def __getitem__(self, i):
        with contextlib.closing(sqlite3.connect(self._path)) as connection:
            row = connection.execute('SELECT image, label FROM samples WHERE id = ?', (self._keys[i],)).fetchone()
        return cv2.imdecode(np.frombuffer(row[0], np.uint8), cv2.IMREAD_COLOR), row[1]


class S3Images(Dataset):  # corpus: lazy
    def __init__(self, bucket, prefix):
        self._bucket = bucket
        paginator = boto3.client('s3').get_paginator('list_objects_v2')
        self._keys = [o['Key'] for page in paginator.paginate(Bucket=bucket, Prefix=prefix) for o in page['Contents']]

    @functools.cached_property
    def _client(self):
        return boto3.client('s3')

    def __len__(self):
        return len(self._keys)

    def __getitem__(self, i):
        body = self._client.get_object(Bucket=self._bucket, Key=self._keys[i])['Body'].read()
        return np.asarray(Image.open(io.BytesIO(body)))


class ArrowDataset(Dataset):  # corpus: eager
    def __init__(self, folder):
        self._table = pa.concat_tables([feather.read_table(p) for p in sorted(glob.glob(folder + '/*.feather'))])

    def __len__(self):
        return self._table.num_rows

    def __getitem__(self, i):
        return {name: self._table[name][i].as_py() for name in self._table.column_names}


def arrow_batches(folder: str, columns: List[str]) -> Iterator[Dict[str, np.ndarray]]:  # corpus: lazy
    dataset = pads.dataset(folder, format='parquet')
    for batch in dataset.to_batches(columns=columns, batch_size=4096):
        yield {c: batch.column(c).to_numpy() for c in columns}


class LogWindows:  # corpus: eager
    """All log lines of a day as windows."""

    def __init__(self, path: str, vocabulary: Dict[str, int], window: int = 10) -> None:
        with open(path, encoding='utf-8') as handle:
            templates = [vocabulary.get(line.rstrip('\n'), 0) for line in handle]
        self._windows = np.lib.stride_tricks.sliding_window_view(np.array(templates), window)

    def __iter__(self):
        for window in self._windows:
            yield window[:-1], window[-1]


def log_windows(path: str, vocabulary: Dict[str, int], window: int = 10):  # corpus: lazy
    recent: collections.deque = collections.deque(maxlen=window)
    with open(path, encoding='utf-8') as handle:
        for line in handle:
            recent.append(vocabulary.get(line.rstrip('\n'), 0))
            if len(recent) == window:
                yield list(recent)


class TimeSeriesModule(pl.LightningDataModule):  # corpus: eager
    def __init__(self, config: DataConfig) -> None:
        super().__init__()
        self._config = config
        self._scaler = StandardScaler()

    def setup(self, stage: Optional[str] = None) -> None:
        frame = self._load_frame()
        values = self._scaler.fit_transform(frame.values)
        border = int(0.8 * len(values))
        self._train, self._val = values[:border], values[border:]

    def _load_frame(self) -> pd.DataFrame:
        frame = pd.read_csv(os.path.join(self._config.root, 'series.csv'), index_col=0, parse_dates=True)
        return frame.resample('15min').mean().interpolate()

    def train_dataloader(self):
        return DataLoader(self._train, batch_size=self._config.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self._val, batch_size=self._config.batch_size)


class ImageModule(pl.LightningDataModule):  # corpus: lazy
    def __init__(self, config: DataConfig) -> None:
        super().__init__()
        self._config = config

    def prepare_data(self):
        datasets.OxfordIIITPet(self._config.root, download=True)

    def setup(self, stage=None):
        full = datasets.OxfordIIITPet(self._config.root, transform=transforms.ToTensor())
        n = int(0.9 * len(full))
        self._train, self._val = torch.utils.data.random_split(full, [n, len(full) - n])

    def train_dataloader(self):
        return DataLoader(self._train, batch_size=self._config.batch_size, num_workers=self._config.num_workers)


class CachingDataset(Dataset):  # corpus: lazy
    """An optional cache with a limit of items."""

    def __init__(self, paths, max_cached=0):
        self.paths = paths
        self._cache = collections.OrderedDict()
        self._max = max_cached

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        if i in self._cache:
            self._cache.move_to_end(i)
            return self._cache[i]
        item = default_loader(self.paths[i])
        if self._max:
            self._cache[i] = item
            while len(self._cache) > self._max:
                self._cache.popitem(last=False)
        return item


class FramesOfVideo(IterableDataset):  # corpus: lazy
    def __init__(self, videos: List[str], stride: int = 8):
        self.videos, self.stride = videos, stride

    def __iter__(self):
        info = get_worker_info()
        mine = self.videos if info is None else self.videos[info.id::info.num_workers]
        for video in mine:
            with av.open(video) as container:
                for k, frame in enumerate(container.decode(video=0)):
                    if k % self.stride == 0:
                        yield frame.to_ndarray(format='rgb24')


class VideoInMemory(Dataset):  # corpus: eager
    def __init__(self, video: str):
        with av.open(video) as container:
            self.frames = [frame.to_ndarray(format='rgb24') for frame in container.decode(video=0)]

    def __len__(self):
        return len(self.frames) - 1

    def __getitem__(self, i):
        return self.frames[i], self.frames[i + 1]


class NuScenesFrames(Dataset):  # corpus: lazy
    def __init__(self, root, version='v1.0-mini'):
        self.nusc = NuScenes(version=version, dataroot=root)
        self.tokens = [s['token'] for s in self.nusc.sample]

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, i):
        sample = self.nusc.get('sample', self.tokens[i])
        data = self.nusc.get('sample_data', sample['data']['CAM_FRONT'])
        points = np.fromfile(self.nusc.get_sample_data_path(sample['data']['LIDAR_TOP']), dtype=np.float32)
        return cv2.imread(os.path.join(self.nusc.dataroot, data['filename'])), points.reshape(-1, 5)


class RleMasks(Dataset):  # corpus: lazy
    def __init__(self, annotation_file, image_root):
        with open(annotation_file) as handle:
            payload = json.load(handle)
        self._by_image = collections.defaultdict(list)
        for annotation in payload['annotations']:
            self._by_image[annotation['image_id']].append(annotation['segmentation'])
        self._images = payload['images']
        self._root = image_root

    def __len__(self):
        return len(self._images)

    def __getitem__(self, i):
        record = self._images[i]
        masks = [mask_utils.decode(rle) for rle in self._by_image[record['id']]]
        with open(os.path.join(self._root, record['file_name']), 'rb') as handle:
            image = imfrombytes(handle.read())
        return image, np.stack(masks)


def msgpack_stream(paths: Iterable[str]) -> Generator[Dict[str, Any], None, None]:  # corpus: lazy
    for path in paths:
        with open(path, 'rb') as handle:
            yield from msgpack.Unpacker(handle, raw=False)


class MsgpackInMemory(Dataset):  # corpus: eager
    def __init__(self, path: str) -> None:
        with open(path, 'rb') as handle:
            self._records = msgpack.unpackb(handle.read(), raw=False)

    def __len__(self):
        return len(self._records)

    def __getitem__(self, i):
        return np.asarray(self._records[i]['features'], dtype=np.float32), self._records[i]['target']


def length_bucketed(samples: Iterable[Tuple[np.ndarray, int]], bounds: List[int], n: int):  # corpus: other
    buckets: Dict[int, List] = {b: [] for b in bounds}
    for x, y in samples:
        for b in bounds:
            if len(x) <= b:
                buckets[b].append((x, y))
                if len(buckets[b]) == n:
                    yield b, buckets[b]
                    buckets[b] = []
                break


class Chain(IterableDataset):  # corpus: other
    def __init__(self, parts: List[IterableDataset], weights: List[float]):
        self.parts, self.weights = parts, weights

    def __iter__(self):
        iterators = [iter(p) for p in self.parts]
        while iterators:
            (chosen,) = random.choices(iterators, self.weights[:len(iterators)])
            try:
                yield next(chosen)
            except StopIteration:
                iterators.remove(chosen)


class FeatureMatrix(Dataset):  # corpus: arrays
    def __init__(self, frame: pd.DataFrame, target: str):
        self._x = frame.drop(columns=[target]).to_numpy(dtype=np.float32)
        self._y = frame[target].to_numpy()

    def __len__(self):
        return len(self._x)

    def __getitem__(self, i):
        return self._x[i], self._y[i]


def mini_batches(matrix: np.ndarray, size: int, seed: int) -> Iterator[np.ndarray]:  # corpus: arrays
    order = np.random.default_rng(seed).permutation(len(matrix))
    for at in range(0, len(order), size):
        yield matrix[order[at:at + size]]


class AugmentedArrays(tf.keras.utils.PyDataset):  # corpus: arrays
    def __init__(self, x, y, batch_size, augment, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch_size, self.augment = x, y, batch_size, augment

    def __len__(self):
        return math.ceil(len(self.x) / self.batch_size)

    def __getitem__(self, idx):
        low = idx * self.batch_size
        high = min(low + self.batch_size, len(self.x))
        return np.array([self.augment(image) for image in self.x[low:high]]), self.y[low:high]


class SpeechManifest(Dataset):  # corpus: lazy
    """Features are cached on disk, not in memory."""

    def __init__(self, manifest, cache_dir):
        self._rows = pd.read_json(manifest, lines=True).to_dict('records')
        self._cache = pathlib.Path(cache_dir)
        self._cache.mkdir(parents=True, exist_ok=True)

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, i):
        row = self._rows[i]
        cached = self._cache / f'{i}.npy'
        if not cached.exists():
            samples, rate = librosa.load(row['audio'], sr=16000)
            np.save(cached, librosa.feature.mfcc(y=samples, sr=rate))
        return np.load(cached), row['text']


class JoblibFeatures(Dataset):  # corpus: eager
    def __init__(self, folder, split):
        self.features = joblib.load(os.path.join(folder, f'{split}_features.joblib'))
        self.targets = joblib.load(os.path.join(folder, f'{split}_targets.joblib'))

    def __len__(self):
        return len(self.targets)

    def __getitem__(self, i):
        return self.features[i], self.targets[i]


def tfrecords(pattern: str, batch: int) -> tf.data.Dataset:  # corpus: lazy
    files = tf.data.Dataset.list_files(pattern)
    records = files.interleave(tf.data.TFRecordDataset, cycle_length=4)
    spec = {'image': tf.io.FixedLenFeature([], tf.string), 'label': tf.io.FixedLenFeature([], tf.int64)}
    return records.map(lambda r: tf.io.parse_single_example(r, spec)).batch(batch).prefetch(2)

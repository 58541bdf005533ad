"""Typed code of the last years: dataclasses, pathlib, lightning, datasets, streaming."""

from __future__ import annotations

import io
import json
import logging
import random
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import fsspec
import lightning as L
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import rasterio
import tensorflow as tf
import torch
import xarray as xr
import zarr
from datasets import load_dataset
from jaxtyping import Float
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, default_collate
from torchvision.io import read_image, read_video
from torchvision.transforms import v2

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sample:
    path: Path
    label: int


@dataclass
class LoadedSample:
    image: Tensor
    label: int


class FolderDataset(Dataset[tuple[Tensor, int]]):  # corpus: lazy
    def __init__(self, root: Path | str, transform: Callable[[Tensor], Tensor] | None = None) -> None:
        root = Path(root)
        self.classes = sorted(p.name for p in root.iterdir() if p.is_dir())
        self.samples = [
            Sample(path, k) for k, name in enumerate(self.classes) for path in sorted((root / name).glob('*.jpg'))
        ]
        self.transform = transform or v2.Identity()

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        sample = self.samples[index]
        return self.transform(read_image(str(sample.path))), sample.label


class FolderInRam(Dataset[tuple[Tensor, int]]):  # corpus: eager
    def __init__(self, root: Path) -> None:
        self.samples = [
            LoadedSample(image=read_image(str(path)), label=int(path.parent.name)) for path in root.rglob('*.jpg')
        ]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        sample = self.samples[index]
        return sample.image, sample.label


class ClipDataset(Dataset[dict[str, Any]]):  # corpus: lazy
    def __init__(self, manifest: Path, n_frames: int = 16) -> None:
        self.rows = pl.read_csv(manifest).to_dicts()
        self.n_frames = n_frames

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> dict[str, Any]:
        row = self.rows[i]
        frames, audio, info = read_video(row['video'], pts_unit='sec')
        step = max(1, len(frames) // self.n_frames)
        return {'frames': frames[::step][:self.n_frames], 'audio': audio, 'text': row['caption']}


class LatentsDataset(Dataset[Float[Tensor, 'c h w']]):  # corpus: eager
    def __init__(self, folder: Path) -> None:
        shards = sorted(folder.glob('*.safetensors'))
        logger.info('reading %d shards', len(shards))
        self.latents = torch.cat([load_file(shard)['latents'] for shard in shards])

    def __len__(self) -> int:
        return len(self.latents)

    def __getitem__(self, i: int) -> Tensor:
        return self.latents[i]


class TokensMemmap(Dataset[Tensor]):  # corpus: lazy
    def __init__(self, path: str, block: int) -> None:
        self.tokens = np.memmap(path, dtype=np.uint16, mode='r')
        self.block = block

    def __len__(self) -> int:
        return len(self.tokens) // self.block

    def __getitem__(self, i: int) -> Tensor:
        return torch.from_numpy(self.tokens[i * self.block:(i + 1) * self.block].astype(np.int64))


class InstructionData(Dataset[dict[str, Tensor]]):  # corpus: eager
    def __init__(self, data_path: str, tokenizer: Any) -> None:
        super().__init__()
        list_data_dict = json.load(open(data_path))
        sources = [f"### Instruction:\n{e['instruction']}\n### Response:" for e in list_data_dict]
        targets = [f"{e['output']}{tokenizer.eos_token}" for e in list_data_dict]
        data_dict = preprocess(sources, targets, tokenizer)
        self.input_ids = data_dict['input_ids']
        self.labels = data_dict['labels']

    def __len__(self) -> int:
        return len(self.input_ids)

    def __getitem__(self, i: int) -> dict[str, Tensor]:
        return dict(input_ids=self.input_ids[i], labels=self.labels[i])


def preprocess(sources: list[str], targets: list[str], tokenizer: Any) -> dict[str, list[Tensor]]:
    examples = [s + t for s, t in zip(sources, targets)]
    tokenized = [tokenizer(text, return_tensors='pt', truncation=True) for text in examples]
    input_ids = [t.input_ids[0] for t in tokenized]
    return dict(input_ids=input_ids, labels=[ids.clone() for ids in input_ids])


class StreamedInstructions(IterableDataset[dict[str, Any]]):  # corpus: lazy
    def __init__(self, name: str, tokenizer: Any, seed: int = 0) -> None:
        self.ds = load_dataset(name, split='train', streaming=True).shuffle(seed=seed, buffer_size=10_000)
        self.tokenizer = tokenizer

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.ds:
            yield self.tokenizer(row['text'], truncation=True)


class PackedStream(IterableDataset[Tensor]):  # corpus: lazy
    def __init__(self, files: list[Path], tokenizer: Any, length: int = 2048) -> None:
        self.files, self.tokenizer, self.length = files, tokenizer, length

    def __iter__(self) -> Iterator[Tensor]:
        buffer: list[int] = []
        for file in self.files:
            with file.open() as f:
                for line in f:
                    buffer.extend(self.tokenizer.encode(json.loads(line)['text']))
                    while len(buffer) >= self.length:
                        yield torch.tensor(buffer[:self.length])
                        buffer = buffer[self.length:]


class SatelliteTiles(Dataset[np.ndarray]):  # corpus: lazy
    def __init__(self, scenes: list[Path], tile: int = 512) -> None:
        self.tile = tile
        self.windows: list[tuple[Path, int, int]] = []
        for scene in scenes:
            with rasterio.open(scene) as src:
                for r in range(0, src.height - tile, tile):
                    for c in range(0, src.width - tile, tile):
                        self.windows.append((scene, r, c))

    def __len__(self) -> int:
        return len(self.windows)

    def __getitem__(self, i: int) -> np.ndarray:
        scene, r, c = self.windows[i]
        with rasterio.open(scene) as src:
            return src.read(window=rasterio.windows.Window(c, r, self.tile, self.tile))


class ScenesInMemory(Dataset[np.ndarray]):  # corpus: eager
    def __init__(self, scenes: list[Path], tile: int = 512) -> None:
        self.tile = tile
        self.rasters: dict[Path, np.ndarray] = {}
        for scene in scenes:
            with rasterio.open(scene) as src:
                self.rasters[scene] = src.read()
        self.keys = list(self.rasters)

    def __len__(self) -> int:
        return 1000

    def __getitem__(self, i: int) -> np.ndarray:
        raster = self.rasters[random.choice(self.keys)]
        r = random.randrange(raster.shape[1] - self.tile)
        return raster[:, r:r + self.tile, :self.tile]


class ZarrPatches(Dataset[np.ndarray]):  # corpus: lazy
    def __init__(self, store: str, patch: tuple[int, int, int]) -> None:
        self.array = zarr.open(store, mode='r')['raw']
        self.patch = patch

    def __len__(self) -> int:
        return 10_000

    def __getitem__(self, i: int) -> np.ndarray:
        z, y, x = (random.randrange(s - p) for s, p in zip(self.array.shape, self.patch))
        return self.array[z:z + self.patch[0], y:y + self.patch[1], x:x + self.patch[2]]


class ZarrAll(Dataset[np.ndarray]):  # corpus: eager
    def __init__(self, store: str) -> None:
        self.array = zarr.open(store, mode='r')['raw'][:]

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, i: int) -> np.ndarray:
        return self.array[i]


class EraModule(L.LightningDataModule):  # corpus: lazy
    def __init__(self, path: str, batch_size: int = 8) -> None:
        super().__init__()
        self.save_hyperparameters()

    def setup(self, stage: str | None = None) -> None:
        ds = xr.open_zarr(self.hparams.path, chunks={'time': 1})
        split = int(0.9 * ds.sizes['time'])
        self.train = ds.isel(time=slice(0, split))
        self.val = ds.isel(time=slice(split, None))

    def train_dataloader(self) -> DataLoader:
        return DataLoader(range(self.train.sizes['time']), batch_size=self.hparams.batch_size, collate_fn=self._collate)

    def _collate(self, times: list[int]) -> Tensor:
        return torch.from_numpy(self.train.isel(time=times)['t2m'].values)


class TabularModule(L.LightningDataModule):  # corpus: eager
    def __init__(self, folder: Path, batch_size: int = 256) -> None:
        super().__init__()
        self.folder, self.batch_size = folder, batch_size

    def setup(self, stage: str | None = None) -> None:
        frame = pd.concat([pd.read_parquet(p) for p in sorted(self.folder.glob('part-*.parquet'))])
        x = torch.from_numpy(frame.drop(columns='target').to_numpy(np.float32))
        y = torch.from_numpy(frame['target'].to_numpy())
        self.train = torch.utils.data.TensorDataset(x, y)

    def train_dataloader(self) -> DataLoader:
        return DataLoader(self.train, batch_size=self.batch_size, shuffle=True)


def parquet_batches(path: str, batch_size: int = 1024) -> Iterator[dict[str, np.ndarray]]:  # corpus: lazy
    with fsspec.open(path, 'rb') as f:
        for batch in pq.ParquetFile(f).iter_batches(batch_size=batch_size):
            yield {name: column.to_numpy() for name, column in zip(batch.schema.names, batch.columns)}


def webdataset(urls: list[str]) -> Iterator[dict[str, Any]]:  # corpus: lazy
    for url in urls:
        with fsspec.open(url, 'rb') as f, tarfile.open(fileobj=f, mode='r|*') as tar:
            current: dict[str, Any] = {}
            for member in tar:
                key, _, ext = member.name.partition('.')
                if current and current['__key__'] != key:
                    yield current
                    current = {}
                current['__key__'] = key
                current[ext] = tar.extractfile(member).read()
            if current:
                yield current


def shuffled(source: Iterator[Any], size: int = 1000, seed: int = 0) -> Iterator[Any]:  # corpus: other
    rng = random.Random(seed)
    buffer = list(islice(source, size))
    for item in source:
        k = rng.randrange(size)
        buffer[k], item = item, buffer[k]
        yield item
    rng.shuffle(buffer)
    yield from buffer


@dataclass
class Captions(Dataset[dict[str, Any]]):  # corpus: lazy
    root: Path
    processor: Callable[..., dict[str, Tensor]]
    entries: list[dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = [json.loads(p.read_text()) for p in sorted(self.root.glob('*.json'))]

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, i: int) -> dict[str, Any]:
        entry = self.entries[i]
        with Image.open(self.root / entry['file_name']) as img:
            return self.processor(images=img.convert('RGB'), text=entry['text'])


class LazyFrame(Dataset[dict[str, Any]]):  # corpus: eager
    """The property is computed at the first item, and kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def frame(self) -> pd.DataFrame:
        return pd.read_parquet(self.path)

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, i: int) -> dict[str, Any]:
        return self.frame.iloc[i].to_dict()


def make_pipeline(files: list[str], batch: int) -> tf.data.Dataset:  # corpus: lazy
    ds = tf.data.Dataset.from_tensor_slices(files)
    ds = ds.shuffle(len(files)).map(lambda p: tf.image.decode_jpeg(tf.io.read_file(p)), num_parallel_calls=tf.data.AUTOTUNE)
    return ds.batch(batch).prefetch(tf.data.AUTOTUNE)


def make_array_pipeline(x: np.ndarray, y: np.ndarray, batch: int) -> tf.data.Dataset:  # corpus: arrays
    return tf.data.Dataset.from_tensor_slices((x, y)).shuffle(1024).batch(batch)


class EmbeddingPairs(Dataset[tuple[Tensor, Tensor]]):  # corpus: arrays
    def __init__(self, a: Tensor, b: Tensor) -> None:
        self.a, self.b = a, b

    def __len__(self) -> int:
        return self.a.shape[0]

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        return self.a[i], self.b[i]


collate = partial(default_collate)

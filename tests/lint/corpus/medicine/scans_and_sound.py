"""Medical volumes, detection and speech, as research code has them."""

import glob
import json
import os
import random
import wave
from collections import OrderedDict, defaultdict, namedtuple

import cv2
import h5py
import keras
import librosa
import nibabel as nib
import numpy as np
import pandas as pd
import SimpleITK as sitk
import soundfile as sf
import torch
import torchaudio
import torchvision
from keras.utils import to_categorical
from PIL import Image
from scipy import ndimage
from torch.utils import data
from torch.utils.data import Dataset

Case = namedtuple("Case", "t1 t2 seg")


class BraTSGenerator(keras.utils.Sequence):  # corpus: lazy
    'Generates data for Keras'

    def __init__(self, list_IDs, root, dim=(128, 128), batch_size=1, n_channels=2, shuffle=True):
        'Initialization'
        self.dim = dim
        self.root = root
        self.batch_size = batch_size
        self.list_IDs = list_IDs
        self.n_channels = n_channels
        self.shuffle = shuffle
        self.on_epoch_end()

    def __len__(self):
        'Denotes the number of batches per epoch'
        return int(np.floor(len(self.list_IDs) / self.batch_size))

    def __getitem__(self, index):
        'Generate one batch of data'
        indexes = self.indexes[index * self.batch_size:(index + 1) * self.batch_size]
        Batch_ids = [self.list_IDs[k] for k in indexes]
        X, y = self.__data_generation(Batch_ids)
        return X, y

    def on_epoch_end(self):
        'Updates indexes after each epoch'
        self.indexes = np.arange(len(self.list_IDs))
        if self.shuffle == True:
            np.random.shuffle(self.indexes)

    def __data_generation(self, Batch_ids):
        X = np.zeros((self.batch_size * 100, *self.dim, self.n_channels))
        y = np.zeros((self.batch_size * 100, 240, 240))
        Y = np.zeros((self.batch_size * 100, *self.dim, 4))
        for c, i in enumerate(Batch_ids):
            case_path = os.path.join(self.root, i)
            flair = nib.load(os.path.join(case_path, f'{i}_flair.nii')).get_fdata()
            ce = nib.load(os.path.join(case_path, f'{i}_t1ce.nii')).get_fdata()
            seg = nib.load(os.path.join(case_path, f'{i}_seg.nii')).get_fdata()
            for j in range(100):
                X[j + 100 * c, :, :, 0] = cv2.resize(flair[:, :, j + 22], self.dim)
                X[j + 100 * c, :, :, 1] = cv2.resize(ce[:, :, j + 22], self.dim)
                y[j + 100 * c] = seg[:, :, j + 22]
        return X / np.max(X), Y


class LiTSInMemory(keras.utils.Sequence):  # corpus: eager
    def __init__(self, case_dirs, batch_size, crop=64):
        self.batch_size = batch_size
        self.crop = crop
        self.cases = []
        for case_dir in case_dirs:
            self.cases.append(self._read_case(case_dir))

    def _read_case(self, case_dir):
        ct = sitk.GetArrayFromImage(sitk.ReadImage(os.path.join(case_dir, 'ct.mhd')))
        liver = sitk.GetArrayFromImage(sitk.ReadImage(os.path.join(case_dir, 'liver.mhd')))
        ct = np.clip(ct, -200, 250)
        return ct, liver

    def __len__(self):
        return 100

    def __getitem__(self, i):
        xs, ys = [], []
        for _ in range(self.batch_size):
            ct, liver = random.choice(self.cases)
            z = np.random.randint(0, ct.shape[0] - self.crop)
            xs.append(ct[z:z + self.crop])
            ys.append(liver[z:z + self.crop])
        return np.stack(xs), np.stack(ys)


class ProstateSlices(Dataset):  # corpus: lazy
    """Each case is opened once to count its slices; the voxels are read on demand."""

    def __init__(self, folder):
        self.index = []
        for path in sorted(glob.glob(folder + '/*.nii.gz')):
            n_slices = nib.load(path).shape[2]
            self.index.extend((path, z) for z in range(n_slices))

    def __len__(self):
        return len(self.index)

    def __getitem__(self, item):
        path, z = self.index[item]
        return torch.from_numpy(np.asarray(nib.load(path).dataobj[:, :, z]))


class HippocampusData(Dataset):  # corpus: eager
    def __init__(self, root):
        self.slices = []
        volumes = self.load_volumes(root)
        for vol_id, vol in enumerate(volumes):
            for slice_id in range(vol['image'].shape[0]):
                self.slices.append((vol_id, slice_id))
        self.volumes = volumes

    def load_volumes(self, root):
        out = []
        images = [f for f in os.listdir(os.path.join(root, 'images')) if f[0] != '.']
        for f in images:
            image = nib.load(os.path.join(root, 'images', f)).get_fdata()
            label = nib.load(os.path.join(root, 'labels', f)).get_fdata()
            out.append({'image': image / image.max(), 'seg': label, 'filename': f})
        return np.array(out)

    def __len__(self):
        return len(self.slices)

    def __getitem__(self, idx):
        v, s = self.slices[idx]
        return self.volumes[v]['image'][s], self.volumes[v]['seg'][s]


class NoduleCrops(data.Dataset):  # corpus: lazy
    def __init__(self, csv_path, ct_root, size=48):
        frame = pd.read_csv(csv_path)
        frame = frame[frame['diameter_mm'] > 3]
        self.nodules = frame[['seriesuid', 'x', 'y', 'z', 'label']].values.tolist()
        self.ct_root = ct_root
        self.size = size
        self._last_uid = None
        self._last_ct = None

    def _ct(self, uid):
        if uid != self._last_uid:
            self._last_ct = sitk.GetArrayFromImage(sitk.ReadImage(f'{self.ct_root}/{uid}.mhd'))
            self._last_uid = uid
        return self._last_ct

    def __len__(self):
        return len(self.nodules)

    def __getitem__(self, i):
        uid, x, y, z, label = self.nodules[i]
        ct = self._ct(uid)
        h = self.size // 2
        return ct[int(z) - h:int(z) + h, int(y) - h:int(y) + h, int(x) - h:int(x) + h], int(label)


class VolumesGiven(keras.utils.Sequence):  # corpus: arrays
    def __init__(self, volumes, masks, batch_size=2, augment=True):
        assert len(volumes) == len(masks)
        self.volumes = volumes
        self.masks = masks
        self.batch_size = batch_size
        self.augment = augment
        self.order = list(range(len(volumes)))

    def __len__(self):
        return len(self.order) // self.batch_size

    def __getitem__(self, i):
        chosen = self.order[i * self.batch_size:(i + 1) * self.batch_size]
        xs = np.stack([self.volumes[k] for k in chosen])
        ys = np.stack([self.masks[k] for k in chosen])
        if self.augment:
            angle = random.uniform(-10, 10)
            xs = ndimage.rotate(xs, angle, axes=(1, 2), reshape=False)
            ys = ndimage.rotate(ys, angle, axes=(1, 2), reshape=False, order=0)
        return xs, ys


class CocoLike(torch.utils.data.Dataset):  # corpus: lazy
    def __init__(self, root, annotation, transforms=None):
        from pycocotools.coco import COCO

        self.root = root
        self.transforms = transforms
        self.coco = COCO(annotation)
        self.ids = list(sorted(self.coco.imgs.keys()))

    def __getitem__(self, index):
        coco = self.coco
        img_id = self.ids[index]
        ann_ids = coco.getAnnIds(imgIds=img_id)
        coco_annotation = coco.loadAnns(ann_ids)
        path = coco.loadImgs(img_id)[0]['file_name']
        img = Image.open(os.path.join(self.root, path)).convert('RGB')
        boxes = []
        for i in range(len(coco_annotation)):
            x, y, w, h = coco_annotation[i]['bbox']
            boxes.append([x, y, x + w, y + h])
        target = {'boxes': torch.as_tensor(boxes), 'image_id': torch.tensor([img_id])}
        if self.transforms is not None:
            img, target = self.transforms(img, target)
        return img, target

    def __len__(self):
        return len(self.ids)


class WheatHeads(Dataset):  # corpus: lazy
    def __init__(self, dataframe, image_dir, transforms=None):
        super().__init__()
        self.image_ids = dataframe['image_id'].unique()
        self.df = dataframe
        self.image_dir = image_dir
        self.transforms = transforms

    def __getitem__(self, index):
        image_id = self.image_ids[index]
        records = self.df[self.df['image_id'] == image_id]
        image = cv2.imread(f'{self.image_dir}/{image_id}.jpg', cv2.IMREAD_COLOR)
        image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.float32)
        image /= 255.0
        boxes = records[['x', 'y', 'w', 'h']].values
        boxes[:, 2] = boxes[:, 0] + boxes[:, 2]
        boxes[:, 3] = boxes[:, 1] + boxes[:, 3]
        sample = {'image': image, 'bboxes': boxes}
        if self.transforms:
            sample = self.transforms(**sample)
        return sample

    def __len__(self):
        return self.image_ids.shape[0]


class YoloFolder(Dataset):  # corpus: lazy
    def __init__(self, path, img_size=640, cache_images=False):
        with open(path) as f:
            self.img_files = [line.strip() for line in f if line.strip()]
        self.label_files = [p.replace('images', 'labels').replace('.jpg', '.txt') for p in self.img_files]
        self.img_size = img_size
        self.imgs = [None] * len(self.img_files)
        self.labels = []
        for p in self.label_files:
            if os.path.isfile(p):
                with open(p) as f:
                    self.labels.append(np.array([x.split() for x in f.read().splitlines()], dtype=np.float32))
            else:
                self.labels.append(np.zeros((0, 5), dtype=np.float32))
        if cache_images:
            for i in range(len(self.img_files)):
                self.imgs[i] = self.load_image(i)

    def load_image(self, i):
        img = self.imgs[i]
        if img is None:
            img = cv2.imread(self.img_files[i])
            r = self.img_size / max(img.shape[:2])
            img = cv2.resize(img, (int(img.shape[1] * r), int(img.shape[0] * r)))
        return img

    def __len__(self):
        return len(self.img_files)

    def __getitem__(self, i):
        return torch.from_numpy(self.load_image(i)), torch.from_numpy(self.labels[i])


class RamDetection(Dataset):  # corpus: eager
    def __init__(self, root, split):
        self.samples = OrderedDict()
        names = open(os.path.join(root, 'ImageSets', split + '.txt')).read().split()
        for name in names:
            entry = dict(name=name)
            entry['image'] = torchvision.io.read_image(os.path.join(root, 'JPEGImages', name + '.jpg'))
            entry['boxes'] = self.parse(os.path.join(root, 'Annotations', name + '.json'))
            self.samples[name] = entry
        self.names = list(self.samples)

    @staticmethod
    def parse(path):
        with open(path) as f:
            return torch.tensor([o['box'] for o in json.load(f)['objects']])

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        return self.samples[self.names[i]]


class KeywordClips(Dataset):  # corpus: lazy
    def __init__(self, root, words, sr=16000):
        self.clips = []
        for k, word in enumerate(words):
            for f in os.listdir(os.path.join(root, word)):
                if f.endswith('.wav'):
                    self.clips.append((os.path.join(root, word, f), k))
        self.sr = sr

    def __len__(self):
        return len(self.clips)

    def __getitem__(self, i):
        path, k = self.clips[i]
        y, sr = torchaudio.load(path)
        if sr != self.sr:
            y = torchaudio.functional.resample(y, sr, self.sr)
        return y, k


class BackgroundNoise(Dataset):  # corpus: eager
    def __init__(self, clips, noise_dir, sr=16000):
        self.clips = clips
        self.sr = sr
        self.waves = list(map(self._wave, clips))
        self.noise_files = glob.glob(noise_dir + '/*.wav')

    def _wave(self, path):
        with wave.open(path, 'rb') as w:
            raw = w.readframes(w.getnframes())
        return np.frombuffer(raw, dtype=np.int16).astype(np.float32) / 32768

    def __len__(self):
        return len(self.waves)

    def __getitem__(self, i):
        noise, _ = sf.read(random.choice(self.noise_files))
        x = self.waves[i]
        return x + 0.1 * noise[:len(x)]


def mel_batches(manifest_path, batch_size=16, n_mels=80):  # corpus: lazy
    with open(manifest_path, encoding='utf8') as handle:
        manifest = [json.loads(line) for line in handle]
    manifest.sort(key=lambda row: row['duration'])
    while True:
        for start in range(0, len(manifest), batch_size):
            feats, texts = [], []
            for row in manifest[start:start + batch_size]:
                y, sr = librosa.load(row['audio_filepath'], sr=16000)
                feats.append(librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=sr, n_mels=n_mels)).T)
                texts.append(row['text'])
            longest = max(f.shape[0] for f in feats)
            padded = np.zeros((len(feats), longest, n_mels), dtype=np.float32)
            for k, f in enumerate(feats):
                padded[k, :f.shape[0]] = f
            yield padded, texts


class SpeakerTriplets(data.Dataset):  # corpus: lazy
    def __init__(self, utterances_by_speaker):
        self.by_speaker = defaultdict(list)
        for speaker, files in utterances_by_speaker.items():
            self.by_speaker[speaker] += [f for f in files if os.path.getsize(f) > 4096]
        self.speakers = list(self.by_speaker)

    def __len__(self):
        return sum(map(len, self.by_speaker.values()))

    def __getitem__(self, _):
        a, b = random.sample(self.speakers, 2)
        anchor, positive = random.sample(self.by_speaker[a], 2)
        negative = random.choice(self.by_speaker[b])
        return tuple(torch.from_numpy(sf.read(f, dtype='float32')[0]) for f in (anchor, positive, negative))


class PrecomputedSpectra(Dataset):  # corpus: eager
    def __init__(self, h5_path, split='train'):
        with h5py.File(h5_path, 'r') as h5:
            group = h5[split]
            self.spectra = group['spectra'][...]
            self.targets = np.array(group['targets'])
        self.targets = to_categorical(self.targets)

    def __len__(self):
        return self.targets.shape[0]

    def __getitem__(self, i):
        return self.spectra[i], self.targets[i]


class OpenedSpectra(Dataset):  # corpus: lazy
    def __init__(self, h5_path, split='train'):
        self.h5_path = h5_path
        self.split = split
        self.group = None
        with h5py.File(h5_path, 'r') as h5:
            self.n = h5[split]['spectra'].shape[0]
            self.targets = h5[split]['targets'][:]

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if self.group is None:
            self.group = h5py.File(self.h5_path, 'r')[self.split]
        return self.group['spectra'][i], self.targets[i]


def test_time_augment(model, volume, n=8):  # corpus: other
    total = 0
    for k in range(n):
        flipped = np.flip(volume, axis=k % 3)
        out = np.flip(model.predict(flipped[None])[0], axis=k % 3)
        total = total + out
        yield total / (k + 1)

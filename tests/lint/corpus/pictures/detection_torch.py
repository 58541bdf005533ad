import json
import os
import os.path as osp
import pickle
import xml.etree.ElementTree as ET
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch
import torch.utils.data as data
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision.datasets.vision import VisionDataset


class VocDetection(data.Dataset):  # corpus: lazy
    def __init__(self, root, image_sets=(('2007', 'trainval'), ('2012', 'trainval')), transform=None):
        self.root = root
        self.transform = transform
        self._annopath = osp.join('%s', 'Annotations', '%s.xml')
        self._imgpath = osp.join('%s', 'JPEGImages', '%s.jpg')
        self.ids = list()
        for (year, name) in image_sets:
            rootpath = osp.join(self.root, 'VOC' + year)
            for line in open(osp.join(rootpath, 'ImageSets', 'Main', name + '.txt')):
                self.ids.append((rootpath, line.strip()))

    def __getitem__(self, index):
        img_id = self.ids[index]
        target = ET.parse(self._annopath % img_id).getroot()
        img = cv2.imread(self._imgpath % img_id)
        if self.transform is not None:
            img = self.transform(img)
        return torch.from_numpy(img).permute(2, 0, 1), target

    def __len__(self):
        return len(self.ids)


class CocoBoxes(VisionDataset):  # corpus: lazy
    def __init__(self, root, ann_file, transforms=None):
        super().__init__(root, transforms)
        with open(ann_file) as f:
            ann = json.load(f)
        self.images = {im['id']: im['file_name'] for im in ann['images']}
        self.boxes = {}
        for a in ann['annotations']:
            self.boxes.setdefault(a['image_id'], []).append(a['bbox'])
        self.ids = sorted(self.images)

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, i):
        key = self.ids[i]
        img = Image.open(os.path.join(self.root, self.images[key])).convert('RGB')
        return img, torch.as_tensor(self.boxes.get(key, []))


class PennFudan(Dataset):  # corpus: lazy
    def __init__(self, root, transforms):
        self.root = root
        self.transforms = transforms
        self.imgs = list(sorted(os.listdir(os.path.join(root, "PNGImages"))))
        self.masks = list(sorted(os.listdir(os.path.join(root, "PedMasks"))))

    def __getitem__(self, idx):
        img = Image.open(os.path.join(self.root, "PNGImages", self.imgs[idx])).convert("RGB")
        mask = np.array(Image.open(os.path.join(self.root, "PedMasks", self.masks[idx])))
        obj_ids = np.unique(mask)[1:]
        masks = mask == obj_ids[:, None, None]
        boxes = []
        for i in range(len(obj_ids)):
            pos = np.nonzero(masks[i])
            boxes.append([np.min(pos[1]), np.min(pos[0]), np.max(pos[1]), np.max(pos[0])])
        target = {"boxes": torch.as_tensor(boxes, dtype=torch.float32), "masks": torch.as_tensor(masks)}
        if self.transforms is not None:
            img, target = self.transforms(img, target)
        return img, target

    def __len__(self):
        return len(self.imgs)


class YoloImages(Dataset):  # corpus: lazy
    def __init__(self, path, img_size=640, cache_images=False):
        with open(path, 'r') as f:
            self.img_files = [x for x in f.read().splitlines() if x.endswith('.jpg')]
        self.label_files = [x.replace('images', 'labels').replace('.jpg', '.txt') for x in self.img_files]
        n = len(self.img_files)
        self.img_size = img_size
        self.imgs = [None] * n
        self.labels = [np.zeros((0, 5), dtype=np.float32)] * n
        for i, file in enumerate(self.label_files):
            with open(file) as f:
                self.labels[i] = np.array([x.split() for x in f.read().splitlines()], dtype=np.float32)
        if cache_images:
            for i in range(n):
                self.imgs[i] = cv2.imread(self.img_files[i])

    def __len__(self):
        return len(self.img_files)

    def __getitem__(self, index):
        img = self.imgs[index]
        if img is None:
            img = cv2.imread(self.img_files[index])
        return torch.from_numpy(img), torch.from_numpy(self.labels[index])


class WiderFace(data.Dataset):  # corpus: lazy
    def __init__(self, txt_path, preproc=None):
        self.preproc = preproc
        self.imgs_path = []
        self.words = []
        f = open(txt_path, 'r')
        lines = f.readlines()
        isFirst = True
        labels = []
        for line in lines:
            line = line.rstrip()
            if line.startswith('#'):
                if isFirst is True:
                    isFirst = False
                else:
                    labels_copy = labels.copy()
                    self.words.append(labels_copy)
                    labels.clear()
                path = line[2:]
                path = txt_path.replace('label.txt', 'images/') + path
                self.imgs_path.append(path)
            else:
                line = line.split(' ')
                label = [float(x) for x in line]
                labels.append(label)
        self.words.append(labels)

    def __len__(self):
        return len(self.imgs_path)

    def __getitem__(self, index):
        img = cv2.imread(self.imgs_path[index])
        labels = self.words[index]
        return torch.from_numpy(img), np.array(labels)


class AllInRam(Dataset):  # corpus: eager
    def __init__(self, csv_file, root, tf=None):
        df = pd.read_csv(csv_file)
        self.tf = tf
        self.samples = []
        for _, row in df.iterrows():
            im = Image.open(os.path.join(root, row['file'])).convert('RGB')
            self.samples.append((np.asarray(im), row['label']))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        x, y = self.samples[i]
        return (self.tf(x) if self.tf else x), y


class CsvImages(Dataset):  # corpus: lazy
    def __init__(self, csv_file, root_dir, transform=None):
        self.landmarks_frame = pd.read_csv(csv_file)
        self.root_dir = root_dir
        self.transform = transform

    def __len__(self):
        return len(self.landmarks_frame)

    def __getitem__(self, idx):
        if torch.is_tensor(idx):
            idx = idx.tolist()
        img_name = os.path.join(self.root_dir, self.landmarks_frame.iloc[idx, 0])
        image = Image.open(img_name)
        landmarks = self.landmarks_frame.iloc[idx, 1:]
        landmarks = np.array([landmarks]).astype('float').reshape(-1, 2)
        sample = {'image': image, 'landmarks': landmarks}
        if self.transform:
            sample = self.transform(sample)
        return sample


class CifarLike(data.Dataset):  # corpus: eager
    files = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5']

    def __init__(self, root, transform=None):
        self.root = root
        self.transform = transform
        self.data = []
        self.targets = []
        for name in self.files:
            with open(os.path.join(root, name), 'rb') as f:
                entry = pickle.load(f, encoding='latin1')
                self.data.append(entry['data'])
                self.targets.extend(entry['labels'])
        self.data = np.vstack(self.data).reshape(-1, 3, 32, 32)
        self.data = self.data.transpose((0, 2, 3, 1))

    def __getitem__(self, index):
        img, target = self.data[index], self.targets[index]
        img = Image.fromarray(img)
        if self.transform is not None:
            img = self.transform(img)
        return img, target

    def __len__(self):
        return len(self.data)


class TensorFile(Dataset):  # corpus: eager
    def __init__(self, root, train=True):
        name = 'training.pt' if train else 'test.pt'
        self.data, self.targets = torch.load(os.path.join(root, name))

    def __getitem__(self, index):
        img = Image.fromarray(self.data[index].numpy(), mode='L')
        return img, int(self.targets[index])

    def __len__(self):
        return len(self.data)


class FolderPairs(Dataset):  # corpus: lazy
    def __init__(self, root):
        self.paths = [p for p in Path(root).rglob('*.jpg')]
        self.pairs = [(p, p.with_suffix('.xml')) for p in self.paths]

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        p, x = self.pairs[i]
        img = cv2.cvtColor(cv2.imread(str(p)), cv2.COLOR_BGR2RGB)
        tree = ET.parse(x)
        boxes = [[float(b.find(k).text) for k in ('xmin', 'ymin', 'xmax', 'ymax')] for b in tree.iter('bndbox')]
        return img, np.array(boxes)


class GivenTensors(Dataset):  # corpus: arrays
    def __init__(self, X, y):
        self.X = torch.from_numpy(X).float()
        self.y = torch.from_numpy(y).long()

    def __len__(self):
        return self.X.shape[0]

    def __getitem__(self, i):
        return self.X[i], self.y[i]


class CropsFromArray(Dataset):  # corpus: arrays
    def __init__(self, image, mask, size=256, step=128):
        self.image, self.mask, self.size = image, mask, size
        self.coords = [(r, c) for r in range(0, image.shape[0] - size, step) for c in range(0, image.shape[1] - size, step)]

    def __len__(self):
        return len(self.coords)

    def __getitem__(self, i):
        r, c = self.coords[i]
        s = self.size
        return self.image[r:r + s, c:c + s], self.mask[r:r + s, c:c + s]


class BboxJson(Dataset):  # corpus: lazy
    def __init__(self, folder):
        self.records = []
        for fn in sorted(os.listdir(os.path.join(folder, 'ann'))):
            with open(os.path.join(folder, 'ann', fn)) as fh:
                self.records.append(json.load(fh))
        self.folder = folder

    def __len__(self):
        return len(self.records)

    def __getitem__(self, i):
        rec = self.records[i]
        img = Image.open(os.path.join(self.folder, 'img', rec['name']))
        return img.copy(), rec['objects']


class ReidTriplets(Dataset):  # corpus: lazy
    def __init__(self, dataset, transform=None):
        self.dataset = dataset
        self.transform = transform

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, index):
        img_path, pid, camid = self.dataset[index]
        got_img = False
        while not got_img:
            try:
                img = Image.open(img_path).convert('RGB')
                got_img = True
            except IOError:
                print("will redo", img_path)
        if self.transform is not None:
            img = self.transform(img)
        return img, pid, camid


class HugePickle(Dataset):  # corpus: eager
    def __init__(self, pkl):
        self.items = pickle.load(open(pkl, 'rb'))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        rec = self.items[i]
        return torch.tensor(rec['image']).float(), rec['boxes']


class Stream(data.IterableDataset):  # corpus: lazy
    def __init__(self, shard_list):
        self.shards = shard_list

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        mine = self.shards if info is None else self.shards[info.id::info.num_workers]
        for shard in mine:
            blob = torch.load(shard)
            for x, y in zip(blob['x'], blob['y']):
                yield x, y


def make_loader(root, bs):
    return DataLoader(FolderPairs(root), batch_size=bs, num_workers=4)

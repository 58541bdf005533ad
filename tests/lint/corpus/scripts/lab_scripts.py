# -*- coding: utf-8 -*-
# Scripts of a laboratory: options at the top, long classes, comments left standing.
import argparse
import copy
import h5py
import math
import os, sys, glob, random, time
import os.path as osp
import pickle as pkl
import scipy.io as sio
import numpy as np
import torch
import torch.utils.data as data
import torchvision.transforms as transforms
import torchvision.transforms.functional as F
import SimpleITK as sitk
import skimage.io as skio
import yaml
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from PIL import Image, ImageFile
from lxml import etree
from plyfile import PlyData
from scipy.ndimage import zoom
from tqdm import tqdm, trange

ImageFile.LOAD_TRUNCATED_IMAGES = True
IMG_EXTENSIONS = ['.jpg', '.JPG', '.jpeg', '.png', '.ppm', '.bmp']


def is_image_file(filename):
    return any(filename.endswith(extension) for extension in IMG_EXTENSIONS)


def make_dataset(dir, max_dataset_size=float('inf')):
    images = []
    assert os.path.isdir(dir), '%s is not a valid directory' % dir
    for root, _, fnames in sorted(os.walk(dir)):
        for fname in fnames:
            if is_image_file(fname):
                images.append(os.path.join(root, fname))
    return images[:min(max_dataset_size, len(images))]


class BaseDataset(data.Dataset):
    def __init__(self, opt):
        self.opt = opt
        self.root = opt.dataroot

    def __len__(self):
        return 0


class AlignedDataset(BaseDataset):  # corpus: lazy
    def __init__(self, opt):
        BaseDataset.__init__(self, opt)
        self.dir_AB = os.path.join(opt.dataroot, opt.phase)
        self.AB_paths = sorted(make_dataset(self.dir_AB, opt.max_dataset_size))

    def __getitem__(self, index):
        AB_path = self.AB_paths[index]
        AB = Image.open(AB_path).convert('RGB')
        w, h = AB.size
        w2 = int(w / 2)
        A = AB.crop((0, 0, w2, h))
        B = AB.crop((w2, 0, w, h))
        return {'A': F.to_tensor(A), 'B': F.to_tensor(B), 'A_paths': AB_path}

    def __len__(self):
        return len(self.AB_paths)


class BenchmarkSR(BaseDataset):  # corpus: lazy
    """Super resolution: decodes each picture, saves it as .pt beside it, and reads that from then on."""

    def __init__(self, opt, train=True, benchmark=False):
        super(BenchmarkSR, self).__init__(opt)
        self.train = train
        self.split = 'train' if train else 'test'
        self.dir_hr = osp.join(self.root, 'HR')
        self.dir_lr = osp.join(self.root, 'LR_bicubic')
        list_hr, list_lr = self._scan()
        path_bin = osp.join(self.root, 'bin')
        os.makedirs(path_bin, exist_ok=True)
        self.images_hr, self.images_lr = [], []
        for h in list_hr:
            b = h.replace(self.root, path_bin).replace('.png', '.pt')
            self.images_hr.append(b)
            self._check_and_load(h, b)
        for l in list_lr:
            b = l.replace(self.root, path_bin).replace('.png', '.pt')
            self.images_lr.append(b)
            self._check_and_load(l, b)

    def _scan(self):
        names_hr = sorted(glob.glob(osp.join(self.dir_hr, '*.png')))
        names_lr = []
        for f in names_hr:
            filename, _ = osp.splitext(osp.basename(f))
            names_lr.append(osp.join(self.dir_lr, 'X{}/{}x{}.png'.format(2, filename, 2)))
        return names_hr, names_lr

    def _check_and_load(self, img, f):
        if not osp.isfile(f):
            with open(f, 'wb') as _f:
                pkl.dump(skio.imread(img), _f)

    def _load_file(self, idx):
        with open(self.images_hr[idx], 'rb') as _f:
            hr = pkl.load(_f)
        with open(self.images_lr[idx], 'rb') as _f:
            lr = pkl.load(_f)
        return lr, hr

    def __getitem__(self, idx):
        lr, hr = self._load_file(idx)
        return torch.from_numpy(lr).float(), torch.from_numpy(hr).float()

    def __len__(self):
        return len(self.images_hr)


class ModelNet40(data.Dataset):  # corpus: eager
    def __init__(self, num_points, partition='train'):
        self.data, self.label = load_data(partition)
        self.num_points = num_points
        self.partition = partition

    def __getitem__(self, item):
        pointcloud = self.data[item][:self.num_points]
        label = self.label[item]
        if self.partition == 'train':
            np.random.shuffle(pointcloud)
        return pointcloud, label

    def __len__(self):
        return self.data.shape[0]


def load_data(partition):
    DATA_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')
    all_data = []
    all_label = []
    for h5_name in glob.glob(os.path.join(DATA_DIR, 'modelnet40_ply_hdf5_2048', 'ply_data_%s*.h5' % partition)):
        f = h5py.File(h5_name, 'r')
        data_ = f['data'][:].astype('float32')
        label = f['label'][:].astype('int64')
        f.close()
        all_data.append(data_)
        all_label.append(label)
    all_data = np.concatenate(all_data, axis=0)
    all_label = np.concatenate(all_label, axis=0)
    return all_data, all_label


class PartNormals(data.Dataset):  # corpus: lazy
    def __init__(self, root, npoints=2500, split='train', class_choice=None, cache_size=20000):
        self.npoints = npoints
        self.root = root
        self.cat = {}
        with open(os.path.join(self.root, 'synsetoffset2category.txt'), 'r') as f:
            for line in f:
                ls = line.strip().split()
                self.cat[ls[0]] = ls[1]
        self.meta = {}
        with open(os.path.join(self.root, 'shuffled_%s_file_list.json' % split), 'r') as f:
            ids = set([str(d.split('/')[2]) for d in yaml.safe_load(f)])
        for item in self.cat:
            dir_point = os.path.join(self.root, self.cat[item])
            self.meta[item] = [os.path.join(dir_point, fn) for fn in sorted(os.listdir(dir_point)) if fn[:-4] in ids]
        self.datapath = [(item, fn) for item in self.cat for fn in self.meta[item]]
        self.cache = {}
        self.cache_size = cache_size

    def __getitem__(self, index):
        if index in self.cache:
            point_set, cls, seg = self.cache[index]
        else:
            cat, fn = self.datapath[index]
            cls = np.array([list(self.cat).index(cat)]).astype(np.int32)
            dat = np.loadtxt(fn).astype(np.float32)
            point_set = dat[:, 0:6]
            seg = dat[:, -1].astype(np.int32)
            if len(self.cache) < self.cache_size:
                self.cache[index] = (point_set, cls, seg)
        choice = np.random.choice(len(seg), self.npoints, replace=True)
        return point_set[choice, :], cls, seg[choice]

    def __len__(self):
        return len(self.datapath)


class PlyScenes(data.Dataset):  # corpus: eager
    def __init__(self, scene_files, crop=4.0):
        self.scenes = [self.read_ply(f) for f in tqdm(scene_files, desc='reading scenes')]
        self.crop = crop

    def read_ply(self, fname):
        ply = PlyData.read(fname)
        v = ply['vertex']
        return np.stack([v['x'], v['y'], v['z'], v['label']], axis=1).astype(np.float32)

    def __getitem__(self, i):
        scene = self.scenes[i % len(self.scenes)]
        centre = scene[np.random.randint(len(scene)), :3]
        keep = (np.abs(scene[:, :3] - centre) < self.crop).all(1)
        return scene[keep]

    def __len__(self):
        return 16 * len(self.scenes)


class VOCDetection(data.Dataset):  # corpus: lazy
    def __init__(self, root, image_sets, preproc=None, target_transform=None):
        self.root = root
        self.preproc = preproc
        self.target_transform = target_transform
        self._annopath = os.path.join('%s', 'Annotations', '%s.xml')
        self._imgpath = os.path.join('%s', 'JPEGImages', '%s.jpg')
        self.ids = list()
        for (year, name) in image_sets:
            rootpath = os.path.join(self.root, 'VOC' + year)
            for line in open(os.path.join(rootpath, 'ImageSets', 'Main', name + '.txt')):
                self.ids.append((rootpath, line.strip()))
        self.recs = {}
        for img_id in self.ids:
            self.recs[img_id] = etree.parse(self._annopath % img_id).getroot()

    def __getitem__(self, index):
        img_id = self.ids[index]
        img = skio.imread(self._imgpath % img_id)
        target = [[int(b.text) for b in o.find('bndbox')] for o in self.recs[img_id].iter('object')]
        return img, np.array(target)

    def __len__(self):
        return len(self.ids)


class SynapseDataset(data.Dataset):  # corpus: lazy
    def __init__(self, base_dir, list_dir, split, transform=None):
        self.transform = transform
        self.split = split
        self.sample_list = open(os.path.join(list_dir, self.split + '.txt')).readlines()
        self.data_dir = base_dir

    def __len__(self):
        return len(self.sample_list)

    def __getitem__(self, idx):
        if self.split == "train":
            slice_name = self.sample_list[idx].strip('\n')
            data_path = os.path.join(self.data_dir, slice_name + '.npz')
            data_ = np.load(data_path)
            image, label = data_['image'], data_['label']
        else:
            vol_name = self.sample_list[idx].strip('\n')
            data_ = h5py.File(self.data_dir + "/{}.npy.h5".format(vol_name))
            image, label = data_['image'][:], data_['label'][:]
        sample = {'image': image, 'label': label}
        if self.transform:
            sample = self.transform(sample)
        sample['case_name'] = self.sample_list[idx].strip('\n')
        return sample


class LAHeart(data.Dataset):  # corpus: lazy
    def __init__(self, base_dir=None, split='train', num=None, transform=None):
        self._base_dir = base_dir
        self.transform = transform
        train_path = self._base_dir + '/train.list'
        with open(train_path, 'r') as f:
            self.image_list = f.readlines()
        self.image_list = [item.replace('\n', '') for item in self.image_list]
        if num is not None:
            self.image_list = self.image_list[:num]
        print("total {} samples".format(len(self.image_list)))

    def __len__(self):
        return len(self.image_list)

    def __getitem__(self, idx):
        image_name = self.image_list[idx]
        h5f = h5py.File(self._base_dir + "/" + image_name + "/mri_norm2.h5", 'r')
        return {'image': h5f['image'][:], 'label': h5f['label'][:]}


class PatientsInMemory(data.Dataset):  # corpus: eager
    def __init__(self, args, list_file):
        super().__init__()
        self.args = args
        self.volumes, self.segs = {}, {}
        names = [l.strip() for l in open(list_file)]
        with ThreadPoolExecutor(8) as ex:
            for name, (v, s) in zip(names, ex.map(self._load, names)):
                self.volumes[name] = v
                self.segs[name] = s
        self.names = names

    def _load(self, name):
        img = sitk.ReadImage(os.path.join(self.args.root, name, 'image.nii.gz'))
        seg = sitk.ReadImage(os.path.join(self.args.root, name, 'seg.nii.gz'))
        return zoom(sitk.GetArrayFromImage(img), .5), zoom(sitk.GetArrayFromImage(seg), .5, order=0)

    def __len__(self):
        return len(self.names) * self.args.samples_per_case

    def __getitem__(self, i):
        name = self.names[i % len(self.names)]
        return self.volumes[name], self.segs[name]


class GazeMat(data.Dataset):  # corpus: eager
    def __init__(self, persons, data_dir):
        self.images = np.zeros((0, 36, 60))
        self.gazes = np.zeros((0, 3))
        for p in persons:
            for day in sorted(os.listdir(osp.join(data_dir, p))):
                mat = sio.loadmat(osp.join(data_dir, p, day), struct_as_record=False, squeeze_me=True)
                right = mat['data'].right
                self.images = np.concatenate([self.images, right.image], axis=0)
                self.gazes = np.concatenate([self.gazes, right.gaze], axis=0)

    def __len__(self):
        return self.images.shape[0]

    def __getitem__(self, i):
        return self.images[i], self.gazes[i]


class WrappedSubset(data.Dataset):  # corpus: other
    def __init__(self, base, indices, transform=None):
        self.base = base
        self.indices = indices
        self.transform = transform

    def __len__(self):
        return len(self.indices)

    def __getitem__(self, i):
        x, y = self.base[self.indices[i]]
        return (self.transform(x) if self.transform else x), y


class Repeat(data.IterableDataset):  # corpus: other
    def __init__(self, source, times):
        self.source, self.times = source, times

    def __iter__(self):
        for _ in range(self.times):
            yield from copy.copy(self.source)


class MiniImageNet(data.Dataset):  # corpus: eager
    def __init__(self, root, split='train', **kw):
        pickled = 'miniImageNet_category_split_{}.pickle'.format('train_phase_' + split if split == 'train' else split)
        with open(os.path.join(root, pickled), 'rb') as f:
            pack = pkl.load(f, encoding='latin1')
        self.data = [Image.fromarray(x) for x in pack['data']]
        label = pack['labels']
        lo = min(label)
        self.label = [x - lo for x in label]
        self.transform = transforms.ToTensor()

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        return self.transform(self.data[i]), self.label[i]


class EpisodeSampler:  # corpus: other
    def __init__(self, label, n_batch, n_cls, n_per):
        self.n_batch, self.n_cls, self.n_per = n_batch, n_cls, n_per
        label = np.array(label)
        self.m_ind = [np.argwhere(label == i).reshape(-1) for i in range(max(label) + 1)]

    def __len__(self):
        return self.n_batch

    def __iter__(self):
        for _ in range(self.n_batch):
            batch = []
            classes = torch.randperm(len(self.m_ind))[:self.n_cls]
            for c in classes:
                pos = torch.randperm(len(self.m_ind[c]))[:self.n_per]
                batch.append(torch.from_numpy(self.m_ind[c])[pos])
            yield torch.stack(batch).t().reshape(-1)


@lru_cache(maxsize=4)
def open_volume(path):
    return zoom(sitk.GetArrayFromImage(sitk.ReadImage(path)), .5)


class SlicesOfCachedVolumes(data.Dataset):  # corpus: lazy
    def __init__(self, index_file):
        with open(index_file) as f:
            self.index = [(p, int(z)) for p, z in (line.split(',') for line in f)]

    def __len__(self):
        return len(self.index)

    def __getitem__(self, i):
        p, z = self.index[i]
        return open_volume(p)[z]


class TensorsGiven(data.Dataset):  # corpus: arrays
    def __init__(self, *tensors, noise=0.0):
        assert all(tensors[0].size(0) == t.size(0) for t in tensors)
        self.tensors = tensors
        self.noise = noise

    def __getitem__(self, i):
        return tuple(t[i] + self.noise * torch.randn_like(t[i]) for t in self.tensors)

    def __len__(self):
        return self.tensors[0].size(0)

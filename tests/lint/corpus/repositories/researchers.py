"""Release code of conference papers: config dictionaries, samplers, many modalities."""
import collections
import copy
import functools
import glob
import itertools
import json
import logging
import math
import os
import pickle
import random
import re
import time
from collections import defaultdict
from os import path as osp

import clip
import cv2
import decord
import dgl
import einops
import h5py
import hydra
import imageio
import lmdb
import numpy as np
import omegaconf
import pandas as pd
import scipy.io as sio
import smplx
import torch
import torch.nn.functional as F
import torch.utils.data as data
import torchaudio
import torchvision
import trimesh
import ujson
from einops import rearrange
from PIL import Image
from skimage import transform as sktf
from torch.utils.data import Dataset
from torchvision import transforms as T
from tqdm import tqdm
from transformers import AutoTokenizer, BertTokenizer, CLIPProcessor


class VQADataset(Dataset):  # corpus: eager
    """Region features of all images are read into memory from one h5 file."""

    def __init__(self, name, dictionary, dataroot='data'):
        super(VQADataset, self).__init__()
        assert name in ['train', 'val']
        self.dictionary = dictionary
        self.img_id2idx = pickle.load(open(os.path.join(dataroot, '%s36_imgid2idx.pkl' % name), 'rb'))
        h5_path = os.path.join(dataroot, '%s36.hdf5' % name)
        print('loading features from h5 file')
        with h5py.File(h5_path, 'r') as hf:
            self.features = np.array(hf.get('image_features'))
            self.spatials = np.array(hf.get('spatial_features'))
        self.entries = self._load_entries(dataroot, name)
        self.tokenize()

    def _load_entries(self, dataroot, name):
        questions = sorted(json.load(open(os.path.join(dataroot, 'v2_%s_questions.json' % name)))['questions'],
                           key=lambda x: x['question_id'])
        answers = pickle.load(open(os.path.join(dataroot, 'cache', '%s_target.pkl' % name), 'rb'))
        entries = []
        for question, answer in zip(questions, answers):
            entries.append({'image': self.img_id2idx[question['image_id']], 'question': question['question'],
                            'answer': answer})
        return entries

    def tokenize(self, max_length=14):
        for entry in self.entries:
            tokens = self.dictionary.tokenize(entry['question'], False)[:max_length]
            entry['q_token'] = tokens + [self.dictionary.padding_idx] * (max_length - len(tokens))

    def __getitem__(self, index):
        entry = self.entries[index]
        return self.features[entry['image']], self.spatials[entry['image']], entry['q_token'], entry['answer']

    def __len__(self):
        return len(self.entries)


class MSRVTT(Dataset):  # corpus: lazy
    def __init__(self, csv_path, video_dir, tokenizer, n_frames=12):
        self.data = pd.read_csv(csv_path)
        self.video_dir = video_dir
        self.tokenizer = tokenizer
        self.n_frames = n_frames

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        row = self.data.iloc[idx]
        vr = decord.VideoReader(os.path.join(self.video_dir, row['video_id'] + '.mp4'))
        at = np.linspace(0, len(vr) - 1, self.n_frames).astype(int)
        frames = vr.get_batch(at).asnumpy()
        return rearrange(torch.from_numpy(frames), 't h w c -> t c h w'), self.tokenizer(row['sentence'])


class ActionFeatures(Dataset):  # corpus: lazy
    def __init__(self, cfg, subset):
        self.cfg = cfg
        with open(cfg['gt_json']) as f:
            database = json.load(f)['database']
        self.videos = []
        for vid, info in database.items():
            if info['subset'] != subset:
                continue
            segs = [a['segment'] for a in info['annotations']]
            labels = [cfg['class_map'][a['label']] for a in info['annotations']]
            self.videos.append({'id': vid, 'duration': info['duration'], 'segments': np.asarray(segs), 'labels': labels})

    def __len__(self):
        return len(self.videos)

    def __getitem__(self, i):
        v = self.videos[i]
        feats = np.load(os.path.join(self.cfg['feat_folder'], v['id'] + '.npy')).astype(np.float32)
        return torch.from_numpy(np.ascontiguousarray(feats.T)), v['segments'], v['labels']


class GtaMotions(Dataset):  # corpus: eager
    """HumanML-like: every motion and its texts, filtered by length."""

    def __init__(self, opt, mean, std, split_file):
        self.opt = opt
        data_dict, new_name_list, length_list = {}, [], []
        id_list = []
        with open(split_file, 'r') as f:
            for line in f.readlines():
                id_list.append(line.strip())
        for name in tqdm(id_list):
            try:
                motion = np.load(osp.join(opt.motion_dir, name + '.npy'))
                if len(motion) < 40 or len(motion) >= 200:
                    continue
                texts = []
                with open(osp.join(opt.text_dir, name + '.txt')) as f:
                    for line in f.readlines():
                        texts.append(line.strip().split('#')[0])
                data_dict[name] = {'motion': motion, 'length': len(motion), 'text': texts}
                new_name_list.append(name)
                length_list.append(len(motion))
            except Exception:
                pass
        self.mean, self.std = mean, std
        self.data_dict = data_dict
        self.name_list, self.length_arr = zip(*sorted(zip(new_name_list, length_list), key=lambda x: x[1]))

    def __len__(self):
        return len(self.name_list)

    def __getitem__(self, i):
        d = self.data_dict[self.name_list[i]]
        motion = (d['motion'] - self.mean) / self.std
        return random.choice(d['text']), motion, d['length']


class NerfRays(Dataset):  # corpus: eager
    """All pixels of all views become rays."""

    def __init__(self, root_dir, split='train', img_wh=(800, 800)):
        self.root_dir, self.split, self.img_wh = root_dir, split, img_wh
        self.transform = T.ToTensor()
        self.read_meta()

    def read_meta(self):
        with open(os.path.join(self.root_dir, f"transforms_{self.split}.json"), 'r') as f:
            self.meta = json.load(f)
        w, h = self.img_wh
        self.focal = 0.5 * 800 / np.tan(0.5 * self.meta['camera_angle_x'])
        if self.split == 'train':
            self.all_rays = []
            self.all_rgbs = []
            for frame in self.meta['frames']:
                pose = np.array(frame['transform_matrix'])[:3, :4]
                image_path = os.path.join(self.root_dir, f"{frame['file_path']}.png")
                img = Image.open(image_path)
                img = img.resize(self.img_wh, Image.LANCZOS)
                img = self.transform(img).view(4, -1).permute(1, 0)
                self.all_rgbs += [img[:, :3] * img[:, -1:] + (1 - img[:, -1:])]
                self.all_rays += [get_rays(h, w, self.focal, torch.FloatTensor(pose))]
            self.all_rays = torch.cat(self.all_rays, 0)
            self.all_rgbs = torch.cat(self.all_rgbs, 0)

    def __len__(self):
        return len(self.all_rays) if self.split == 'train' else 8

    def __getitem__(self, idx):
        return {'rays': self.all_rays[idx], 'rgbs': self.all_rgbs[idx]}


def get_rays(h, w, focal, c2w):
    i, j = torch.meshgrid(torch.linspace(0, w - 1, w), torch.linspace(0, h - 1, h), indexing='xy')
    dirs = torch.stack([(i - w / 2) / focal, -(j - h / 2) / focal, -torch.ones_like(i)], -1)
    return torch.cat([c2w[:, 3].expand(dirs.shape).reshape(-1, 3), (dirs @ c2w[:, :3].T).reshape(-1, 3)], 1)


class OccupancyPoints(Dataset):  # corpus: lazy
    def __init__(self, dataset_folder, fields, split, categories=None):
        self.fields = fields
        if categories is None:
            categories = [c for c in os.listdir(dataset_folder) if os.path.isdir(os.path.join(dataset_folder, c))]
        self.models = []
        for c in categories:
            with open(os.path.join(dataset_folder, c, split + '.lst'), 'r') as f:
                models = f.read().split('\n')
            self.models += [{'category': c, 'model': os.path.join(dataset_folder, c, m)} for m in models]

    def __len__(self):
        return len(self.models)

    def __getitem__(self, idx):
        out = {}
        for name, field in self.fields.items():
            out[name] = field.load(self.models[idx]['model'], idx)
        return out


class PointsField(object):
    def load(self, model_path, idx):
        points = np.load(os.path.join(model_path, 'points.npz'))
        return points['points'].astype(np.float32), np.unpackbits(points['occupancies'])


class BodyScans(Dataset):  # corpus: lazy
    def __init__(self, index_npz, model_type='smpl'):
        index = np.load(index_npz)
        self.imgname = index['imgname']
        self.scale = index['scale']
        self.center = index['center']
        self.pose = index['pose'].astype(np.float64)

    def __len__(self):
        return len(self.scale)

    def __getitem__(self, i):
        img = cv2.imread(self.imgname[i].decode())[:, :, ::-1].copy().astype(np.float32)
        return img, self.pose[i], self.center[i], self.scale[i]


class CoNLLU(Dataset):  # corpus: eager
    def __init__(self, file_path, tokenizer, label_map):
        self.examples = read_examples(file_path)
        self.features = [self.convert(e, tokenizer, label_map) for e in self.examples]

    def convert(self, example, tokenizer, label_map):
        tokens, labels = [], []
        for word, label in zip(example['words'], example['labels']):
            pieces = tokenizer.tokenize(word)
            tokens.extend(pieces)
            labels.extend([label_map[label]] + [-100] * (len(pieces) - 1))
        return tokenizer.convert_tokens_to_ids(tokens), labels

    def __len__(self):
        return len(self.features)

    def __getitem__(self, i):
        return self.features[i]


def read_examples(file_path):
    examples = []
    with open(file_path, encoding="utf-8") as f:
        words, labels = [], []
        for line in f:
            if line.startswith("-DOCSTART-") or line == "" or line == "\n":
                if words:
                    examples.append(dict(words=words, labels=labels))
                    words, labels = [], []
            else:
                splits = line.split(" ")
                words.append(splits[0])
                labels.append(splits[-1].replace("\n", ""))
        if words:
            examples.append(dict(words=words, labels=labels))
    return examples


class Squad(Dataset):  # corpus: eager
    def __init__(self, record_file, use_v2=True):
        super(Squad, self).__init__()
        dataset = np.load(record_file)
        self.context_idxs = torch.from_numpy(dataset['context_idxs']).long()
        self.question_idxs = torch.from_numpy(dataset['ques_idxs']).long()
        self.y1s = torch.from_numpy(dataset['y1s']).long()
        if use_v2:
            ones = torch.ones((self.context_idxs.size(0), 1), dtype=torch.int64)
            self.context_idxs = torch.cat((ones, self.context_idxs), dim=1)
        self.ids = dataset['ids']

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, idx):
        return self.context_idxs[idx], self.question_idxs[idx], self.y1s[idx], self.ids[idx]


class JsonLinesLazy(Dataset):  # corpus: lazy
    def __init__(self, path, tokenizer):
        self.path, self.tokenizer = path, tokenizer
        self.offsets = self._index()

    def _index(self):
        cached = self.path + '.idx.npy'
        if os.path.exists(cached):
            return np.load(cached)
        offsets, at = [], 0
        with open(self.path, 'rb') as f:
            for line in f:
                offsets.append(at)
                at += len(line)
        np.save(cached, np.array(offsets))
        return np.array(offsets)

    def __len__(self):
        return len(self.offsets)

    def __getitem__(self, i):
        with open(self.path, 'rb') as f:
            f.seek(int(self.offsets[i]))
            row = ujson.loads(f.readline())
        return self.tokenizer(row['text'])


class KnowledgeGraph(Dataset):  # corpus: eager
    def __init__(self, folder, negatives=10):
        self.ent2id = {l.split('\t')[0]: i for i, l in enumerate(open(osp.join(folder, 'entities.txt')))}
        self.rel2id = {l.split('\t')[0]: i for i, l in enumerate(open(osp.join(folder, 'relations.txt')))}
        self.triples = []
        with open(osp.join(folder, 'train.txt')) as f:
            for line in f:
                h, r, t = line.strip().split('\t')
                self.triples.append((self.ent2id[h], self.rel2id[r], self.ent2id[t]))
        self.negatives = negatives

    def __len__(self):
        return len(self.triples)

    def __getitem__(self, i):
        h, r, t = self.triples[i]
        return torch.tensor([h, r, t]), torch.randint(len(self.ent2id), (self.negatives,))


class TrafficWindows(Dataset):  # corpus: arrays
    def __init__(self, x, y, scaler):
        self.x = scaler.transform(x)
        self.y = y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class UnpairedFolders(Dataset):  # corpus: lazy
    def __init__(self, root, transforms_=None, unaligned=False, mode='train'):
        self.transform = T.Compose(transforms_)
        self.unaligned = unaligned
        self.files_A = sorted(glob.glob(os.path.join(root, '%s/A' % mode) + '/*.*'))
        self.files_B = sorted(glob.glob(os.path.join(root, '%s/B' % mode) + '/*.*'))

    def __getitem__(self, index):
        item_A = self.transform(Image.open(self.files_A[index % len(self.files_A)]))
        if self.unaligned:
            item_B = self.transform(Image.open(self.files_B[random.randint(0, len(self.files_B) - 1)]))
        else:
            item_B = self.transform(Image.open(self.files_B[index % len(self.files_B)]))
        return {'A': item_A, 'B': item_B}

    def __len__(self):
        return max(len(self.files_A), len(self.files_B))


class FewShot(Dataset):  # corpus: lazy
    def __init__(self, data_file, batch_size, transform):
        with open(data_file, 'r') as f:
            self.meta = json.load(f)
        self.cl_list = np.unique(self.meta['image_labels']).tolist()
        self.sub_meta = {cl: [] for cl in self.cl_list}
        for x, y in zip(self.meta['image_names'], self.meta['image_labels']):
            self.sub_meta[y].append(x)
        self.sub_dataloader = []
        for cl in self.cl_list:
            self.sub_dataloader.append(data.DataLoader(SubFolder(self.sub_meta[cl], cl, transform), batch_size))

    def __getitem__(self, i):
        return next(iter(self.sub_dataloader[i]))

    def __len__(self):
        return len(self.cl_list)


class SubFolder(Dataset):  # corpus: lazy
    def __init__(self, sub_meta, cl, transform):
        self.sub_meta = sub_meta
        self.cl = cl
        self.transform = transform

    def __getitem__(self, i):
        img = Image.open(os.path.join(self.sub_meta[i])).convert('RGB')
        return self.transform(img), self.cl

    def __len__(self):
        return len(self.sub_meta)


class LongTailCifar(torchvision.datasets.CIFAR10):  # corpus: other
    def __init__(self, root, imb_factor=0.01, **kw):
        super().__init__(root, **kw)
        counts = [int(5000 * imb_factor ** (k / 9)) for k in range(10)]
        keep = []
        targets = np.array(self.targets)
        for k, n in enumerate(counts):
            keep.extend(np.where(targets == k)[0][:n])
        self.data = self.data[keep]
        self.targets = targets[keep].tolist()


class AudioMixtures(Dataset):  # corpus: lazy
    def __init__(self, csv_path, sample_rate=8000, segment=4):
        self.df = pd.read_csv(csv_path)
        self.seg_len = int(segment * sample_rate)
        self.df = self.df[self.df['length'] >= self.seg_len]

    def __len__(self):
        return len(self.df)

    def __getitem__(self, idx):
        row = self.df.iloc[idx]
        start = random.randint(0, row['length'] - self.seg_len)
        sources = []
        for k in range(2):
            s, _ = torchaudio.load(row[f'source_{k + 1}_path'], frame_offset=start, num_frames=self.seg_len)
            sources.append(s)
        mixture, _ = torchaudio.load(row['mixture_path'], frame_offset=start, num_frames=self.seg_len)
        return mixture, torch.cat(sources)


class SegmentsInMemory(Dataset):  # corpus: eager
    def __init__(self, folder, segment=65536):
        self.segments = []
        for path in sorted(glob.glob(osp.join(folder, '**', '*.flac'), recursive=True)):
            audio, sr = torchaudio.load(path)
            self.segments.extend(torch.split(audio, segment, dim=1)[:-1])

    def __len__(self):
        return len(self.segments)

    def __getitem__(self, i):
        return self.segments[i]


class BalancedBatches(data.Sampler):  # corpus: other
    def __init__(self, labels, n_classes, n_samples):
        self.labels = np.asarray(labels)
        self.by = {l: np.where(self.labels == l)[0] for l in np.unique(self.labels)}
        self.n_classes, self.n_samples = n_classes, n_samples

    def __iter__(self):
        for _ in range(len(self)):
            classes = np.random.choice(list(self.by), self.n_classes, replace=False)
            yield np.concatenate([np.random.choice(self.by[c], self.n_samples) for c in classes]).tolist()

    def __len__(self):
        return len(self.labels) // (self.n_classes * self.n_samples)


def cycle_shards(shards, bs):  # corpus: lazy
    for path in itertools.cycle(shards):
        blob = torch.load(path, map_location='cpu')
        order = torch.randperm(len(blob['x']))
        for at in range(0, len(order), bs):
            pick = order[at:at + bs]
            yield blob['x'][pick], blob['y'][pick]
        del blob


class CachedLatents(Dataset):  # corpus: lazy
    """Encodes once, keeps the latents on disk."""

    def __init__(self, files, vae, cache):
        self.cached = []
        for f in tqdm(files):
            out = osp.join(cache, osp.basename(f) + '.pt')
            if not osp.exists(out):
                with torch.no_grad():
                    torch.save(vae.encode(T.ToTensor()(Image.open(f))[None]).latent_dist.mean[0], out)
            self.cached.append(out)

    def __len__(self):
        return len(self.cached)

    def __getitem__(self, i):
        return torch.load(self.cached[i])


class LatentsInMemory(Dataset):  # corpus: eager
    def __init__(self, files, vae):
        self.latents = []
        for f in tqdm(files):
            with torch.no_grad():
                z = vae.encode(T.ToTensor()(Image.open(f))[None]).latent_dist.mean[0]
            self.latents.append(z.cpu())

    def __len__(self):
        return len(self.latents)

    def __getitem__(self, i):
        return self.latents[i]


class PairsGiven(Dataset):  # corpus: arrays
    def __init__(self, src, tgt, src_vocab, tgt_vocab):
        self.src, self.tgt = src, tgt
        self.src_vocab, self.tgt_vocab = src_vocab, tgt_vocab

    def __len__(self):
        return len(self.src)

    def __getitem__(self, i):
        return [self.src_vocab[w] for w in self.src[i].split()], [self.tgt_vocab[w] for w in self.tgt[i].split()]


class EmbeddedPrompts(Dataset):  # corpus: arrays
    def __init__(self, prompts, model):
        with torch.no_grad():
            self.z = torch.stack([model.encode_text(clip.tokenize(p))[0] for p in prompts])

    def __len__(self):
        return len(self.z)

    def __getitem__(self, i):
        return self.z[i]

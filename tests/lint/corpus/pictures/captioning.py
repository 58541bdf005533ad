import json
import os
import pickle
import string
from pickle import load

import h5py
import numpy as np
import torch
import torch.utils.data as data
from keras.preprocessing.sequence import pad_sequences
from keras.utils import to_categorical
from PIL import Image


def create_sequences(tokenizer, max_length, desc_list, photo, vocab_size):
    X1, X2, y = list(), list(), list()
    for desc in desc_list:
        seq = tokenizer.texts_to_sequences([desc])[0]
        for i in range(1, len(seq)):
            in_seq, out_seq = seq[:i], seq[i]
            in_seq = pad_sequences([in_seq], maxlen=max_length)[0]
            out_seq = to_categorical([out_seq], num_classes=vocab_size)[0]
            X1.append(photo)
            X2.append(in_seq)
            y.append(out_seq)
    return np.array(X1), np.array(X2), np.array(y)


def data_generator(descriptions, photos, tokenizer, max_length, vocab_size):  # corpus: arrays
    while 1:
        for key, desc_list in descriptions.items():
            photo = photos[key][0]
            in_img, in_seq, out_word = create_sequences(tokenizer, max_length, desc_list, photo, vocab_size)
            yield [in_img, in_seq], out_word


class FeatureCaptions(data.Dataset):  # corpus: eager
    def __init__(self, feature_pkl, caption_json, vocab):
        with open(feature_pkl, 'rb') as fh:
            self.features = pickle.load(fh)
        self.captions = json.load(open(caption_json))
        self.vocab = vocab
        self.ids = list(self.captions)

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, i):
        key = self.ids[i]
        toks = [self.vocab.get(t, 0) for t in self.captions[key].split()]
        return torch.from_numpy(self.features[key]), torch.tensor(toks)


class CocoCaptions(data.Dataset):  # corpus: lazy
    def __init__(self, root, json_file, vocab, transform=None):
        from pycocotools.coco import COCO
        self.root = root
        self.coco = COCO(json_file)
        self.ids = list(self.coco.anns.keys())
        self.vocab = vocab
        self.transform = transform

    def __getitem__(self, index):
        ann_id = self.ids[index]
        caption = self.coco.anns[ann_id]['caption']
        img_id = self.coco.anns[ann_id]['image_id']
        path = self.coco.loadImgs(img_id)[0]['file_name']
        image = Image.open(os.path.join(self.root, path)).convert('RGB')
        if self.transform is not None:
            image = self.transform(image)
        tokens = str(caption).lower().split()
        target = torch.Tensor([self.vocab(t) for t in tokens])
        return image, target

    def __len__(self):
        return len(self.ids)


class CaptionH5(data.Dataset):  # corpus: lazy
    def __init__(self, data_folder, data_name, split, transform=None):
        self.h = h5py.File(os.path.join(data_folder, split + '_IMAGES_' + data_name + '.hdf5'), 'r')
        self.imgs = self.h['images']
        self.cpi = self.h.attrs['captions_per_image']
        with open(os.path.join(data_folder, split + '_CAPTIONS_' + data_name + '.json'), 'r') as j:
            self.captions = json.load(j)
        with open(os.path.join(data_folder, split + '_CAPLENS_' + data_name + '.json'), 'r') as j:
            self.caplens = json.load(j)
        self.transform = transform
        self.dataset_size = len(self.captions)

    def __getitem__(self, i):
        img = torch.FloatTensor(self.imgs[i // self.cpi] / 255.)
        if self.transform is not None:
            img = self.transform(img)
        return img, torch.LongTensor(self.captions[i]), torch.LongTensor([self.caplens[i]])

    def __len__(self):
        return self.dataset_size


class NpyFeatures(data.Dataset):  # corpus: lazy
    def __init__(self, table, feat_dir):
        self.table = table
        self.feat_dir = feat_dir
        self.word_to_ix = json.load(open(os.path.join(feat_dir, 'vocab.json')))['word_to_ix']

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
        row = self.table[i]
        feat = np.load(os.path.join(self.feat_dir, 'resnet_fc', str(row['id']) + '.npy'))
        att = np.load(os.path.join(self.feat_dir, 'resnet_att', str(row['id']) + '.npz'))['feat']
        seq = [self.word_to_ix.get(w, 1) for w in row['tokens']]
        return feat, att, seq


class FeaturesPerVideo(data.Dataset):  # corpus: eager
    def __init__(self, feats_dir, captions):
        self.feats = {}
        for fn in os.listdir(feats_dir):
            self.feats[fn[:-4]] = np.load(os.path.join(feats_dir, fn))
        self.captions = captions
        self.keys = sorted(self.feats)

    def __len__(self):
        return len(self.captions)

    def __getitem__(self, ix):
        vid, cap = self.captions[ix]
        return self.feats[vid], cap


def load_features(filename, dataset):
    all_features = load(open(filename, 'rb'))
    return {k: all_features[k] for k in dataset}


def caption_feeder(ids, features_file, captions, bs):  # corpus: eager
    feats = load_features(features_file, ids)
    while True:
        batch = []
        for key in ids:
            for cap in captions[key]:
                batch.append((feats[key], cap))
                if len(batch) == bs:
                    yield batch
                    batch = []


def caption_tokens(doc):  # corpus: other
    table = str.maketrans('', '', string.punctuation)
    for line in doc.split('\n'):
        tokens = line.split()
        if len(tokens) < 2:
            continue
        yield tokens[0], [w.lower().translate(table) for w in tokens[1:]]


class CaptionBatches:  # corpus: lazy
    def __init__(self, pairs, encode, image_dir, bs):
        self.pairs, self.encode, self.image_dir, self.bs = pairs, encode, image_dir, bs

    def __iter__(self):
        order = np.random.permutation(len(self.pairs))
        for s in range(0, len(order), self.bs):
            ims, caps = [], []
            for k in order[s:s + self.bs]:
                name, cap = self.pairs[k]
                ims.append(np.array(Image.open(os.path.join(self.image_dir, name)).resize((224, 224))))
                caps.append(self.encode(cap))
            yield np.stack(ims), pad_sequences(caps)

"""Every way to gather a data set that the rules know, each in its shortest form; none of it is ever run."""

import os, glob, json, pickle, csv, gzip, cv2, h5py, torch, numpy as np, pandas as pd, imageio, imageio.v3 as iio, nibabel as nib, jsonlines, librosa, joblib, torchvision, tifffile
from pathlib import Path
from PIL import Image
from functools import partial
from multiprocessing import Pool
from multiprocessing.pool import ThreadPool
from concurrent.futures import ThreadPoolExecutor
from collections import defaultdict
from itertools import chain
from torch.utils.data import Dataset, IterableDataset, DataLoader
class Base(Dataset):
    def __len__(self): return 10
class A1(Base):  # corpus: eager
    def __init__(self, paths):
        self.images = []
        for p in paths:
            with Image.open(p) as im:
                self.images.append(im.copy())
    def __getitem__(self, i): return self.images[i]
class B1(Base):  # corpus: eager
    def __init__(self, path):
        self.data = {k: v for k, v in np.load(path).items()}
    def __getitem__(self, i): return self.data['x'][i]
class C1(Base):  # corpus: eager
    def __init__(self, path):
        data = np.load(path)
        self.X, self.y = data['X'], data['y']
    def __getitem__(self, i): return self.X[i], self.y[i]
class D1(Base):  # corpus: eager
    def __init__(self, path):
        with h5py.File(path) as f:
            self.data = {k: f[k][()] for k in f.keys()}
    def __getitem__(self, i): return self.data['x'][i]
class D2(Base):  # corpus: eager
    def __init__(self, path):
        f = h5py.File(path, 'r')
        self.x = np.array(f.get('x'))
        self.y = np.array(f.get('y'))
    def __getitem__(self, i): return self.x[i], self.y[i]
class D3(Base):  # corpus: eager
    def __init__(self, path):
        f = h5py.File(path, 'r')
        self.x = f['x'].value
    def __getitem__(self, i): return self.x[i]
class D4(Base):  # corpus: eager
    def __init__(self, path):
        with h5py.File(path, 'r') as f:
            self.x = torch.from_numpy(f['x'][:, :, 0])
    def __getitem__(self, i): return self.x[i]
class E1(Base):  # corpus: eager
    def __init__(self, path):
        self.x = torch.load(path)['x'].float()
    def __getitem__(self, i): return self.x[i]
class F1(Base):  # corpus: eager
    def __init__(self, paths):
        self.df = pd.concat(map(pd.read_csv, paths))
    def __getitem__(self, i): return self.df.iloc[i].values
class F2(Base):  # corpus: eager
    def __init__(self, folder):
        files = Path(folder).glob('*.csv')
        self.df = pd.concat((pd.read_csv(f) for f in files), ignore_index=True)
    def __getitem__(self, i): return self.df.iloc[i].to_numpy()
def items_of(path):
    with open(path) as f:
        for line in f:
            yield json.loads(line)
class G1(Base):  # corpus: eager
    def __init__(self, path):
        self.rows = list(items_of(path))
    def __getitem__(self, i): return self.rows[i]['text']
class G2(Base):  # corpus: eager
    def __init__(self, path):
        self.rows = [*items_of(path)]
    def __getitem__(self, i): return self.rows[i]['text']
class H1(Base):  # corpus: eager
    def __init__(self, path, tok):
        self.sents = [tok(l.strip()) for l in open(path)]
    def __getitem__(self, i): return self.sents[i]
class H2(Base):  # corpus: eager
    def __init__(self, path, tok):
        self.sents = Path(path).read_text().splitlines()
        self.tok = tok
    def __getitem__(self, i): return self.tok(self.sents[i])
class I1(Base):  # corpus: eager
    def __init__(self, path):
        with jsonlines.open(path) as r:
            self.rows = [row for row in r]
    def __getitem__(self, i): return self.rows[i]['tokens']
class J1(Base):  # corpus: eager
    def __init__(self, path):
        self.vol = nib.load(path).get_fdata()
    def __getitem__(self, i): return self.vol[..., i]
class K1(Base):  # corpus: eager
    def __init__(self, paths):
        self.x = np.asarray(list(map(lambda p: cv2.imread(p, 0), paths)))
    def __getitem__(self, i): return self.x[i]
class K2(Base):  # corpus: eager
    def __init__(self, paths):
        self.x = torch.zeros(len(paths), 3, 64, 64)
        for i, p in enumerate(paths):
            self.x[i] = torchvision.io.read_image(p)
    def __getitem__(self, i): return self.x[i]
class K3(Base):  # corpus: eager
    def __init__(self, paths):
        self.x = torch.empty(0)
        for p in paths:
            self.x = torch.cat((self.x, torch.load(p)))
    def __getitem__(self, i): return self.x[i]
class L1(Base):  # corpus: eager
    def __init__(self, paths):
        with ThreadPoolExecutor() as ex:
            futures = [ex.submit(cv2.imread, p) for p in paths]
            self.x = [f.result() for f in futures]
    def __getitem__(self, i): return self.x[i]
class L2(Base):  # corpus: eager
    def __init__(self, paths):
        self.x = ThreadPool(8).map(tifffile.imread, paths)
    def __getitem__(self, i): return self.x[i]
class L3(Base):  # corpus: eager
    def __init__(self, paths):
        with Pool(8) as p:
            self.x = p.starmap(self.read, [(q, 3) for q in paths])
    @staticmethod
    def read(path, n):
        return cv2.imread(path)[::n]
    def __getitem__(self, i): return self.x[i]
_CACHE = {}
class N1(Base):  # corpus: eager
    def __init__(self, paths):
        self.paths = paths
        for p in paths:
            _CACHE[p] = np.load(p)
    def __getitem__(self, i): return _CACHE[self.paths[i]]
class N2(Base):  # corpus: eager
    store = {}
    def __init__(self, paths):
        self.paths = paths
        for p in paths:
            self.store[p] = np.load(p)
    def __getitem__(self, i): return self.store[self.paths[i]]
class P1(Base):  # corpus: eager
    def __init__(self, paths):
        self.d = dict(zip(paths, map(np.load, paths)))
        self.k = list(self.d)
    def __getitem__(self, i): return self.d[self.k[i]]
class P2(Base):  # corpus: eager
    def __init__(self, root):
        self.by = defaultdict(list)
        for p in glob.glob(root + '/*/*.png'):
            self.by[p.split('/')[-2]].append(cv2.imread(p))
        self.c = sorted(self.by)
    def __getitem__(self, i):
        return self.by[self.c[i % len(self.c)]][0]
class P3(Base):  # corpus: eager
    def __init__(self, root):
        self.by = {}
        for p in glob.glob(root + '/*/*.png'):
            self.by.setdefault(Path(p).parent.name, []).append(imageio.imread(p))
        self.items = list(chain.from_iterable(self.by.values()))
    def __getitem__(self, i):
        return self.items[i]
class S1(Base):  # corpus: eager
    def __init__(self, video):
        self.frames = list(iio.imiter(video))
    def __getitem__(self, i): return self.frames[i]
class S2(Base):  # corpus: eager
    def __init__(self, video):
        cap = cv2.VideoCapture(video)
        self.frames = []
        while cap.isOpened():
            ok, frame = cap.read()
            if not ok:
                break
            self.frames.append(frame)
        cap.release()
    def __getitem__(self, i): return self.frames[i]
class S3(Base):  # corpus: eager
    def __init__(self, video):
        self.frames = np.stack([f for f in imageio.get_reader(video)])
    def __getitem__(self, i): return self.frames[i]
def load_images(paths):
    out = np.empty((len(paths), 64, 64, 3))
    for i, p in enumerate(paths):
        out[i, ...] = cv2.imread(p)
    return out
def T1(paths, bs):  # corpus: eager
    x = load_images(paths)
    while True:
        idx = np.random.choice(len(x), bs)
        yield x[idx]
def T2(df, bs):  # corpus: eager
    df['image'] = df['path'].apply(cv2.imread)
    while True:
        b = df.sample(bs)
        yield np.stack(b['image'].values)
def T3(df, bs):  # corpus: eager
    imgs = df.path.map(lambda p: np.array(Image.open(p))).tolist()
    for i in range(0, len(imgs), bs):
        yield imgs[i:i + bs]
class U1(Base):  # corpus: eager
    def __init__(self, df):
        self.df = df
        self.df['wave'] = self.df.file.apply(lambda f: librosa.load(f)[0])
    def __getitem__(self, i): return self.df.wave.iloc[i]
class U2(Base):  # corpus: eager
    def __init__(self, csv_file):
        df = pd.read_csv(csv_file)
        self.x = df.iloc[:, 1:].values.reshape(-1, 28, 28, 1).astype('uint8')
        self.y = df.iloc[:, 0].values
    def __getitem__(self, i): return self.x[i], self.y[i]
class U3(Base):  # corpus: eager
    def __init__(self, npy):
        self.load(npy)
    def load(self, npy):
        setattr(self, 'x', np.load(npy))
    def __getitem__(self, i): return self.x[i]
class U4(Base):  # corpus: eager
    def __init__(self, root, train=True):
        if train:
            self.x, self.y = torch.load(os.path.join(root, 'train.pt'))
        else:
            self.x, self.y = torch.load(os.path.join(root, 'test.pt'))
    def __getitem__(self, i): return self.x[i], self.y[i]
class U5(Base):  # corpus: eager
    def __init__(self, root):
        self.pairs = []
        for a in glob.glob(root + '/*_a.npy'):
            b = a.replace('_a', '_b')
            self.pairs += [(np.load(a), np.load(b))]
    def __getitem__(self, i): return self.pairs[i]
class U6(Base):  # corpus: eager
    def __init__(self, root):
        self.all = [self.one(p) for p in Path(root).rglob('*.npz')]
    def one(self, p):
        with np.load(p) as z:
            return {k: z[k] for k in z.files}
    def __getitem__(self, i): return self.all[i]['x']
class U7(Base):  # corpus: eager
    def __init__(self, files):
        xs = []
        for f in files:
            x = self.read(f)
            if x is None:
                continue
            xs.extend(x)
        self.xs = torch.stack(xs)
    def read(self, f):
        try:
            return torch.load(f)
        except Exception:
            return None
    def __getitem__(self, i): return self.xs[i]
class U8(IterableDataset):  # corpus: eager
    def __init__(self, path):
        self.rows = pd.read_parquet(path).to_dict('records')
    def __iter__(self):
        return iter(self.rows)
class U9(Base):  # corpus: eager
    def __init__(self, root):
        data = []
        for d in sorted(os.listdir(root)):
            for f in sorted(os.listdir(os.path.join(root, d))):
                img = Image.open(os.path.join(root, d, f)).convert('L')
                img = img.resize((32, 32))
                img = np.array(img).flatten()
                data.append(np.append(img, int(d)))
        data = np.array(data)
        np.random.shuffle(data)
        self.x = data[:, :-1]
        self.y = data[:, -1]
    def __getitem__(self, i): return self.x[i], self.y[i]
class W1(Base):  # corpus: eager
    def __init__(self, root):
        self.by = {}
        for p in glob.glob(root + '/*/*.png'):
            c = p.split('/')[-2]
            if c not in self.by:
                self.by[c] = []
            self.by[c].append(cv2.imread(p))
    def __getitem__(self, i):
        return self.by[i % 3][0]
class W2(Base):  # corpus: lazy
    def __init__(self, root):
        self.by = {}
        for p in glob.glob(root + '/*/*.png'):
            c = p.split('/')[-2]
            if c not in self.by:
                self.by[c] = []
            self.by[c].append(p)
    def __getitem__(self, i):
        return cv2.imread(self.by[i % 3][0])

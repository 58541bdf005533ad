import glob
import json
import os
import random

import librosa
import numpy as np
import scipy.io.wavfile as wav
import soundfile as sf
import torch
import torchaudio
from torch.utils.data import Dataset, IterableDataset


class LibriLike(Dataset):  # corpus: lazy
    def __init__(self, manifest, sr=16000):
        self.items = [json.loads(l) for l in open(manifest)]
        self.sr = sr

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        it = self.items[i]
        wave, sr = torchaudio.load(it['audio_filepath'])
        return wave[0], it['text']


class KeywordSpotting(Dataset):  # corpus: eager
    def __init__(self, folder, sr=16000):
        self.waves, self.labels = [], []
        for path in glob.glob(folder + '/*/*.wav'):
            x, _ = librosa.load(path, sr=sr)
            self.waves.append(x)
            self.labels.append(os.path.basename(os.path.dirname(path)))

    def __len__(self):
        return len(self.waves)

    def __getitem__(self, i):
        return torch.from_numpy(self.waves[i]), self.labels[i]


class MfccFolder(Dataset):  # corpus: eager
    def __init__(self, files, n_mfcc=40):
        self.n_mfcc = n_mfcc
        self.feats = [self.extract(f) for f in files]

    def extract(self, f):
        y, sr = sf.read(f)
        return librosa.feature.mfcc(y=y, sr=sr, n_mfcc=self.n_mfcc)

    def __len__(self):
        return len(self.feats)

    def __getitem__(self, i):
        return self.feats[i]


class AudioSegments(Dataset):  # corpus: lazy
    """Knows the duration of each file, reads a segment."""

    def __init__(self, folder, seconds=2, sr=22050):
        self.sr, self.n = sr, seconds * sr
        self.files, self.lengths = [], []
        for f in sorted(os.listdir(folder)):
            x, _ = sf.read(os.path.join(folder, f))
            if len(x) > self.n:
                self.files.append(os.path.join(folder, f))
                self.lengths.append(len(x))

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        start = random.randint(0, self.lengths[i] - self.n)
        x, _ = sf.read(self.files[i], start=start, stop=start + self.n)
        return x.astype('float32')


def spectrogram_batches(wavs, labels, batch):  # corpus: lazy
    idx = list(range(len(wavs)))
    while True:
        random.shuffle(idx)
        for s in range(0, len(idx), batch):
            specs = []
            for k in idx[s:s + batch]:
                rate, sig = wav.read(wavs[k])
                specs.append(np.abs(librosa.stft(sig.astype(float), n_fft=512)))
            m = max(x.shape[1] for x in specs)
            out = np.zeros((len(specs), 257, m))
            for n, x in enumerate(specs):
                out[n, :, :x.shape[1]] = x
            yield out, [labels[k] for k in idx[s:s + batch]]


def load_audio(file_list, sample_rate):
    for f in file_list:
        audio, _ = librosa.load(f, sr=sample_rate, mono=True)
        yield audio.reshape(-1, 1), f


class WaveNetReader:  # corpus: lazy
    def __init__(self, audio_dir, sample_rate, queue, sample_size=None):
        self.audio_dir = audio_dir
        self.sample_rate = sample_rate
        self.sample_size = sample_size
        self.queue = queue
        self.files = glob.glob(os.path.join(audio_dir, '*.wav'))

    def pieces(self):
        for audio, f in load_audio(self.files, self.sample_rate):
            buffer_ = audio
            while len(buffer_) > self.sample_size:
                piece = buffer_[:self.sample_size]
                yield piece
                buffer_ = buffer_[self.sample_size:]


class MelNpy(Dataset):  # corpus: lazy
    def __init__(self, meta):
        with open(meta, encoding='utf-8') as f:
            self.metadata = [line.strip().split('|') for line in f]
        self.root = os.path.dirname(meta)

    def __len__(self):
        return len(self.metadata)

    def __getitem__(self, idx):
        m = self.metadata[idx]
        mel = np.load(os.path.join(self.root, m[1]))
        lin = np.load(os.path.join(self.root, m[2]))
        return mel, lin, m[3]


class PairedSpeech(IterableDataset):  # corpus: lazy
    def __init__(self, tars):
        self.tars = tars

    def __iter__(self):
        import tarfile
        for t in self.tars:
            with tarfile.open(t) as tf:
                for member in tf:
                    fh = tf.extractfile(member)
                    if fh is None:
                        continue
                    x, sr = sf.read(fh)
                    yield x, member.name


class SpeakerTensors(Dataset):  # corpus: arrays
    def __init__(self, utterances, speakers, crop=160):
        self.utterances = utterances
        self.speakers = speakers
        self.crop = crop

    def __len__(self):
        return len(self.utterances)

    def __getitem__(self, i):
        u = self.utterances[i]
        s = np.random.randint(0, max(1, len(u) - self.crop))
        return u[s:s + self.crop], self.speakers[i]


class TtsMetadata(Dataset):  # corpus: lazy
    def __init__(self, meta_file, wav_dir):
        lines = open(meta_file, encoding='utf8').read().splitlines()
        self.rows = [l.split('|') for l in lines]
        self.wav_dir = wav_dir

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        name, text = self.rows[i][0], self.rows[i][1]
        x, _ = librosa.load(os.path.join(self.wav_dir, name + '.wav'), sr=None)
        return text, x

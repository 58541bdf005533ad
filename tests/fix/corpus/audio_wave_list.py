"""Clips of a speech set are read when the loader is created."""

import wave

import numpy as np

from tests.truth.cases.helpers import media

TARGET = "SpeechLoader"


def data(n):
    return {"wav_files": media.wavs(n)}


def read_wave(path):
    with wave.open(path, "rb") as w:
        frames = w.readframes(w.getnframes())
    return np.frombuffer(frames, dtype=np.int16).astype(np.float32) / 32768.0


class SpeechLoader:
    def __init__(self, wav_files, batch_size=4):
        self.clips = list(map(read_wave, wav_files))
        self.batch_size = batch_size

    def __iter__(self):
        for i in range(0, len(self.clips), self.batch_size):
            yield np.stack(self.clips[i : i + self.batch_size])

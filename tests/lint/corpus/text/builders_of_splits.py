"""Builders that hand a framework what it makes its examples of."""

import json
import os
from pathlib import Path

import apache_beam as beam
import datasets
import pandas as pd
import tensorflow as tf
import tensorflow_datasets as tfds
from etils import epath


class BeamOfSamples(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        ids = self._json(dl_manager.manual_dir / "splits.json")
        samples = self._json(dl_manager.manual_dir / "talks.json")
        return {
            "train": self._generate_examples(ids["train"], samples),
            "test": self._generate_examples(ids["test"], samples),
        }

    def _json(self, path):
        with epath.Path(path).open() as source:
            content = json.load(source)
        return content

    def _generate_examples(self, ids, samples):
        beam = tfds.core.lazy_imports.apache_beam

        def example(sample):
            return sample["id"], {"text": sample["text"]}

        return beam.Create(samples) | "pick" >> beam.Filter(lambda x: x["id"] in ids) | beam.Map(example)


class BeamOfPaths(tfds.core.GeneratorBasedBuilder):  # corpus: lazy
    def _split_generators(self, dl_manager):
        folder = dl_manager.download_and_extract("https://example.org/a.zip")
        return {"train": self._generate_examples(tf.io.gfile.glob(os.path.join(folder, "*.json")))}

    def _generate_examples(self, paths):
        def example(path):
            with tf.io.gfile.GFile(path) as source:
                content = json.load(source)
            return path, {"text": content["text"]}

        return beam.Create(paths) | beam.Map(example)


class BeamOfNames(tfds.core.GeneratorBasedBuilder):  # corpus: lazy
    def _split_generators(self, dl_manager):
        with open(dl_manager.manual_dir / "files.json") as source:
            names = json.load(source)
        return {"train": self._generate_examples(names["train"], dl_manager.manual_dir)}

    def _generate_examples(self, names, folder):
        def example(name):
            with tf.io.gfile.GFile(os.path.join(folder, name)) as source:
                return name, {"text": source.read()}

        return beam.Create(names) | beam.Map(example)


class Chosen(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        folder = dl_manager.download_and_extract("https://example.org/a.zip")
        split = self.builder_config.name
        splitfile = self.builder_config.splitfile
        if splitfile:
            given = {"datapath": os.path.join(folder, "tasks.txt"), "splitpath": splitfile}
            train = given.copy()
            train["splitname"] = "train"
            test = given.copy()
            test["splitname"] = "test"
        else:
            train = {"datapath": os.path.join(folder, "train_" + split)}
            test = {"datapath": os.path.join(folder, "test_" + split)}
        return [
            tfds.core.SplitGenerator(name="train", gen_kwargs=train),
            tfds.core.SplitGenerator(name="test", gen_kwargs=test),
        ]

    def _read_examples(self, datapath):
        with epath.Path(datapath).open() as source:
            for number, line in enumerate(source):
                if not line.startswith("IN: "):
                    continue
                commands, actions = line[4:].strip().split(" OUT: ", 1)
                yield number, {"commands": commands, "actions": actions}

    def _generate_examples(self, datapath, splitpath=None, splitname=None):
        if splitpath:
            samples = list(self._read_examples(datapath))
            with epath.Path(splitpath).open() as source:
                split = json.load(source)
            for index in split[splitname + "Idxs"]:
                yield samples[index]
        else:
            for example in self._read_examples(datapath):
                yield example


class Stones(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        data = dl_manager.download({"data": "https://example.org/stones.csv"})
        return {tfds.Split.TRAIN: self._generate_examples(file_path=data["data"])}

    def _generate_examples(self, file_path):
        pd = tfds.core.lazy_imports.pandas
        with epath.Path(file_path).open() as source:
            table = pd.read_csv(source)
        for row in table.itertuples():
            yield row.Index, {"features": {k: getattr(row, k) for k in names().keys()}, "price": row.price}


def names():
    return {"carat": "float32", "cut": "string"}


class Features(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples(dl_manager.download("https://example.org/a.csv"))}

    def _generate_examples(self, path):
        with tf.io.gfile.GFile(path) as source:
            frame = pd.read_csv(source)
        for number, row in frame.iterrows():
            yield number, {name: row[name] for name in self.info.features}


class Articles(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        urls = {"manual": "https://example.org/m.tsv", "auto": "https://example.org/a.json"}[self.builder_config.name]
        data = dl_manager.download_and_extract(urls)
        if self.builder_config.name in ["manual", "auto"]:
            return {split: self._generate_examples(filepaths=data, split=split) for split in data}
        return {"full": self._generate_examples(filepaths=data, split="full")}

    def _generate_examples(self, filepaths, split):
        if self.builder_config.name == "manual":
            keys = ["label", "simple", "normal"]
            with tf.io.gfile.GFile(filepaths[split]) as lines:
                for number, line in enumerate(lines):
                    record = {}
                    for key, value in zip(keys, line.strip().split("\t")):
                        record[key] = value
                    yield number, record
        else:
            articles = json.load(tf.io.gfile.GFile(filepaths[split]))
            for number, (key, article) in enumerate(articles.items()):
                yield number, {
                    "key": key,
                    "normal": {
                        "title": article["normal"]["title"],
                        "sentences": [text for _, text in article["normal"]["content"].items()],
                        "ids": [name for name, _ in article["normal"]["content"].items()],
                    },
                    "simple": [text for _, text in article["simple"]["content"].items()],
                    "aligned": [pair[0] for pair in article.get("aligned", [])],
                }


_URLS = {"n": "https://example.org/{lang}.txt"}
_MAPPING = {"a": "b"}


class Parallel(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        one = self.config.name.split("_")[2]
        first = Path(dl_manager.download_and_extract(_URLS["n"].format(lang=_MAPPING[one])))
        second = Path(dl_manager.download_and_extract(_URLS["n"].format(lang="c")))
        return [datasets.SplitGenerator(name="test", gen_kwargs={"filepath": [first, second]})]

    def _generate_examples(self, filepath):
        a = open(filepath[0], "r").readlines()
        b = open(filepath[1], "r").readlines()
        for number, (left, right) in enumerate(zip(a, b)):
            yield number, {"text_1": left, "text_2": right}


class PairsOfFiles(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _split_generators(self, dl_manager):
        return [datasets.SplitGenerator(name="test", gen_kwargs={"filepath": [f"{dl_manager.x}/a", f"{dl_manager.x}/b"]})]

    def _generate_examples(self, filepath):
        with open(filepath[0]) as first, open(filepath[1]) as second:
            for number, (left, right) in enumerate(zip(first, second)):
                yield number, {"text_1": left, "text_2": right}

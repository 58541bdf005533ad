"""Builders, readers and teachers: classes of which a framework asks for examples, and how they come by them."""

import collections
import csv
import json
import pickle
import random
import xml.etree.ElementTree as ET

import datasets
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import tensorflow as tf
import tensorflow.compat.v1 as tf1
import tensorflow_datasets as tfds
from allennlp.common.file_utils import cached_path
from allennlp.data import DatasetReader
from etils import epath
from iopath.common.file_io import PathManager


class RecipesFiltered(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath, lang):
        df = pd.read_csv(filepath, sep="\t")
        df = df[df["lang"] == lang]
        df["text"] = df["title"] + " " + df["steps"]
        for number, row in df[["text", "score"]].iterrows():
            yield number, {"text": row.text, "score": row.score}


class RecipesByDicts(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepaths):
        for filepath in filepaths:
            for number, row in enumerate(pd.read_json(filepath, lines=True).to_dict("records")):
                yield number, {"text": row["body"], "label": row["stars"]}


class RecipesInShards(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepaths):
        for shard, filepath in enumerate(filepaths):
            table = pq.read_table(filepath)
            for number, row in enumerate(table.to_pylist()):
                yield f"{shard}_{number}", row


class LettersFromJson(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        with open(filepath, encoding="utf-8") as file:
            letters = json.load(file)["letters"]
        for letter in letters:
            for number, paragraph in enumerate(letter["paragraphs"]):
                yield f"{letter['id']}-{number}", {"context": paragraph["context"], "answers": paragraph["answers"]}


class LettersByHelper(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        for number, (greeting, body) in enumerate(self._letters(filepath)):
            yield number, {"greeting": greeting, "body": body}

    def _letters(self, filepath):
        with open(filepath) as file:
            for block in file.read().split("\n\n"):
                lines = block.split("\n")
                yield lines[0], " ".join(lines[1:])


class CouncilXml(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        root = ET.parse(filepath).getroot()
        for number, speech in enumerate(root.iter("speech")):
            yield number, {"speaker": speech.attrib["by"], "text": speech.text}


class QuizSplitFirst(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        path = dl_manager.download_and_extract("https://quiz.example/all.json")
        with open(path) as file:
            items = json.load(file)
        cut = int(0.9 * len(items))
        return [
            datasets.SplitGenerator(name=datasets.Split.TRAIN, gen_kwargs={"items": items[:cut]}),
            datasets.SplitGenerator(name=datasets.Split.TEST, gen_kwargs={"items": items[cut:]}),
        ]

    def _generate_examples(self, items):
        for number, item in enumerate(items):
            yield number, {"question": item["question"], "answer": item["answer"]}


class TilesSplitFirst(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _split_generators(self, dl_manager):
        path = dl_manager.download("https://tiles.example/tiles.npz")
        with tf.io.gfile.GFile(path, "rb") as file:
            arrays = np.load(file)
        pixels = np.expand_dims(arrays["train_pixels"], -1)
        kinds = arrays["train_kinds"].flatten()
        return {"train": self._generate_examples(pixels, kinds)}

    def _generate_examples(self, pixels, kinds):
        for number, (tile, kind) in enumerate(zip(pixels, kinds)):
            yield number, {"image": tile, "label": int(kind)}


class BirdsIndexed(tfds.core.GeneratorBasedBuilder):  # corpus: lazy
    def _split_generators(self, dl_manager):
        folder = dl_manager.download_and_extract("https://birds.example/birds.zip")
        with tf.io.gfile.GFile(folder / "split.txt") as file:
            names = file.read().split("\n")
        return {"train": self._generate_examples(folder, names)}

    def _generate_examples(self, folder, names):
        for name in names:
            yield name, {"image": folder / f"{name}.jpg", "label": name.split("_")[0]}


class BirdsDescribed(tfds.core.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, folder, notes):
        with epath.Path(notes).open() as file:
            described = json.load(file)
        questions = collections.defaultdict(list)
        for entry in described["questions"]:
            questions[entry["image_filename"]].append(entry["question"])
        for path in sorted(tf.io.gfile.glob(f"{folder}/*.jpg")):
            yield path, {"image": path, "questions": questions[path.split("/")[-1]]}


class MenusOpenedByPath(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, json_path):
        with epath.Path(json_path).open() as file:
            menus = json.load(file)
            for number, menu in enumerate(menus):
                yield number, {"dish": menu["dish"], "description": menu["description"]}


class ArchiveOfPhotos(tfds.core.GeneratorBasedBuilder):  # corpus: lazy
    def _split_generators(self, dl_manager):
        archive = dl_manager.download("https://photos.example/all.tar")
        return {"train": self._generate_examples(dl_manager.iter_archive(archive))}

    def _generate_examples(self, archive):
        for name, photo in archive:
            yield name, {"image": photo, "label": name.split("/")[0]}


class DialogueReader(DatasetReader):  # corpus: eager
    def _read(self, file_path):
        file_path = cached_path(file_path)
        with open(file_path) as file:
            dialogues = json.load(file)["data"]
        for dialogue in dialogues:
            for turn in dialogue["turns"]:
                yield self.text_to_instance(turn["utterance"], turn["reply"])


class TreebankReader(DatasetReader):  # corpus: eager
    def _read(self, file_path):
        with open(cached_path(file_path)) as file:
            for block in file.read().split("\n\n"):
                yield self.text_to_instance([line.split("\t")[1] for line in block.split("\n")])


class PairsReader(DatasetReader):  # corpus: lazy
    def _read(self, file_path):
        with open(cached_path(file_path)) as file:
            examples = (json.loads(line) for line in file)
            for example in self.shard_iterable(example for example in examples if example.get("label") != "-"):
                yield self.text_to_instance(example["premise"], example["hypothesis"], example["label"])


class ChatTeacher:  # corpus: eager
    def __init__(self, opt):
        self.opt = opt

    def setup_data(self, path):
        with PathManager.open(path) as file:
            chats = [json.loads(line.strip()) for line in file]
        turns = []
        for chat in chats:
            for turn in chat["dialog"]:
                turns.append({"text": turn["text"], "labels": [turn["reply"]]})
        random.shuffle(turns)
        for turn in turns:
            yield turn, True


class LinesTeacher:  # corpus: eager
    def setup_data(self, path):
        with PathManager.open(path) as file:
            for line in file.readlines():
                for example in self.turns(json.loads(line)):
                    yield example

    def turns(self, episode):
        return [({"text": turn["text"]}, False) for turn in episode["dialog"]]


class PairsTeacher:  # corpus: lazy
    def setup_data(self, path):
        with PathManager.open(path, "r") as file:
            for line in file:
                pair = json.loads(line)
                yield (pair["sentence1"], [pair["gold_label"]]), True


class ReviewsProblem:  # corpus: eager
    def reviews(self, folder, name):
        with tf1.gfile.Open(f"{folder}/{name}.csv") as file:
            lines = file.readlines()
            for line in lines:
                yield line[5:].strip(), line[1]

    def generate_samples(self, data_dir, tmp_dir, split):
        for review, stars in self.reviews(tmp_dir, split):
            yield {"inputs": review, "label": int(stars)}


class ReviewsProblemByLine(object):  # corpus: lazy
    def reviews(self, folder, name):
        for line in tf1.gfile.Open(f"{folder}/{name}.csv", "rb"):
            yield line[5:].strip(), line[1]

    def generate_samples(self, data_dir, tmp_dir, split):
        for review, stars in self.reviews(tmp_dir, split):
            yield {"inputs": review, "label": int(stars)}


class DocumentsProblem:  # corpus: lazy
    def documents(self, folder):
        for name in tf1.gfile.ListDirectory(folder):
            with tf1.gfile.Open(f"{folder}/{name}") as file:
                yield file.read().strip()

    def generate_samples(self, data_dir, tmp_dir, split):
        for text in self.documents(tmp_dir):
            yield {"inputs": text}


class ProverbsTable(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        with open(filepath, newline="") as file:
            rows = list(csv.DictReader(file))
        for number, row in enumerate(rows):
            yield number, {"proverb": row["proverb"], "meaning": row["meaning"]}


class ProverbsGathered(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        pairs = []
        with open(filepath, newline="") as file:
            for row in csv.reader(file, delimiter=";"):
                pairs.append((row[0], row[1]))
        for number, (proverb, meaning) in enumerate(pairs):
            yield number, {"proverb": proverb, "meaning": meaning}


class ScenesTable(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepath, folder):
        table = pd.read_csv(filepath)
        for number, row in table.iterrows():
            yield number, {"image": f"{folder}/{row['image']}.png", "caption": row["caption"]}


class VectorsPickled(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        with open(filepath, "rb") as file:
            vectors = pickle.load(file)
        for key, vector in vectors.items():
            yield key, {"vector": vector}


class ProverbsInLanguages(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        by_pair = collections.defaultdict(list)
        with open(filepath, newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                by_pair[row["pair"]].append(row)
        for rows in by_pair.values():
            yield rows[0]["pair"], {"proverb": {row["language"]: row["proverb"] for row in rows}}


class RiddlesInFiles(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, folder, kinds):
        lines = self._lines(folder, kinds)
        riddles, answers = lines[::2], lines[1::2]
        assert len(riddles) == len(answers)
        for number, (riddle, answer) in enumerate(zip(riddles, answers)):
            yield number, {"riddle": riddle, "answer": answer}

    def _lines(self, folder, kinds):
        lines = []
        for kind in kinds:
            with epath.Path(folder / kind).open() as file:
                lines.extend(file.read().split("\n"))
        return lines


class StonesByLazyImport(tfds.core.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, file_path):
        pandas = tfds.core.lazy_imports.pandas
        with epath.Path(file_path).open() as file:
            stones = pandas.read_csv(file)
        for stone in stones.itertuples():
            yield stone.Index, {"carat": stone.carat, "price": stone.price}


class Said(dict):
    pass


class ChatOfMessages:  # corpus: eager
    def setup_data(self, path):
        with PathManager.open(path) as file:
            chats = [json.loads(line) for line in file]
        for chat in chats:
            yield Said({"text": chat["text"], "labels": [chat["reply"]]}), True


class TalkTeacher(FixedDialogTeacher):
    def __init__(self, opt, shared=None):
        super().__init__(opt, shared)
        if shared is None:
            self._setup(opt)
        else:
            self.episodes = shared["episodes"]

    def _setup(self, opt):
        self.episodes = self.load_talks(opt["datafile"])

    def load_talks(self, path):
        raise NotImplementedError

    def num_episodes(self):
        return len(self.episodes)

    def get(self, episode_idx, entry_idx=0):
        return self.episodes[episode_idx]


class QuestionsTeacher(TalkTeacher):  # corpus: eager
    def load_talks(self, path):
        talks = []
        with open(path) as file:
            for line in file:
                talk = json.loads(line)
                talks.append({"text": talk["question"], "labels": [talk["answer"]]})
        return talks

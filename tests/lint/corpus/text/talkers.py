"""Dialogues whose data takes several classes of a framework to reach a batch."""

import copy
import csv
import json
import os
import random


class Talker:
    def __init__(self, opt, shared=None):
        self.opt = opt
        self.id = opt.get("task", "talk")
        self.epoch_done = False
        self.index = random.Random(4)
        if not hasattr(self, "kind"):
            self.kind = "plain"
        self.reset()

    def reset(self):
        self.entry = 0
        self.episode = -1

    def act(self):
        example, self.epoch_done = self.next_example()
        return example

    def next_example(self):
        self.episode += 1
        return self.get(self.episode), self.episode == self.num_episodes()

    def __iter__(self):
        return self

    def __next__(self):
        if self.epoch_done:
            raise StopIteration
        return self.act()

    def num_episodes(self):
        raise NotImplementedError

    def get(self, episode_idx, entry_idx=0):
        raise NotImplementedError


class TalkData:
    def __init__(self, opt, loader=None, cands=None, shared=None, **kwargs):
        self.opt = opt
        if shared:
            self.data = shared.get("data", [])
            self.cands = shared.get("cands", None)
        else:
            self.data = []
            self._load(loader, opt["datafile"])
            self.cands = set(cands) if cands else None
        self.copied = ["id", "text"]

    def _episodes(self, loader):
        episode = []
        for entry, new in loader:
            if new and len(episode) > 0:
                yield episode
                episode = []
            episode.append(entry)
        if len(episode) > 0:
            yield episode

    def _load(self, loader, datafile):
        for number, episode in enumerate(self._episodes(loader(datafile))):
            random.seed(number)
            self.data.append(episode)

    def get(self, episode_idx, entry_idx=0):
        if episode_idx >= len(self.data):
            return {"done": True}
        episode = self.data[episode_idx]
        return self.build(episode[entry_idx])

    def build(self, entry):
        if isinstance(entry, dict):
            return dict(entry)
        table = {}
        for name, value in zip(self.copied, entry):
            table[name] = value
        return table


class StreamTalkData(TalkData):
    def __init__(self, opt, loader=None, cands=None, shared=None, **kwargs):
        super().__init__(opt, loader, cands, shared, **kwargs)
        self.loader = loader
        self.datafile = opt["datafile"]

    def _load(self, loader, datafile):
        self.data = self._stream(loader, datafile)

    def _stream(self, loader, datafile):
        while True:
            for episode in self._episodes(loader(datafile)):
                yield episode

    def get(self, episode_idx=0, entry_idx=0):
        return self.build(next(self.data)[entry_idx])


class LoadedTalker(Talker):
    def __init__(self, opt, shared=None):
        if not hasattr(self, "setup_data"):
            raise RuntimeError("needs setup_data")
        super().__init__(opt, shared)
        self.start = True
        self.opt = opt
        self.stream = "stream" in opt["datatype"].split(":")
        if shared and shared.get("data"):
            self.data = TalkData(opt, shared=shared["data"])
        else:
            self.data = TalkData(opt, loader=self.setup_data, cands=self.candidates())
        self.reset()

    def setup_data(self, datafile):
        raise NotImplementedError

    def candidates(self):
        return None

    def num_episodes(self):
        return 10

    def get(self, episode_idx, entry_idx=0):
        return self.data.get(episode_idx, entry_idx)


class LinesTalker(LoadedTalker):  # corpus: eager
    def __init__(self, opt, shared=None):
        opt = copy.deepcopy(opt)
        opt["datafile"] = os.path.join(opt["datapath"], "lines.txt")
        super().__init__(opt, shared)
        self.id = "lines"

    def setup_data(self, path):
        with open(path) as lines:
            for line in lines:
                question, answer = line.strip().split("\t")
                yield {"text": question, "labels": [answer]}, True


class JsonTalker(LoadedTalker):  # corpus: eager
    def __init__(self, opt, shared=None):
        self.path = JsonTalker._path(opt)
        opt["datafile"] = self.path
        super().__init__(opt, shared)

    @staticmethod
    def _path(opt):
        return os.path.join(opt["datapath"], opt["datatype"] + ".json")

    @staticmethod
    def _turns(dialogs):
        for dialog in dialogs:
            for turn in dialog["thread"]:
                yield (turn["text"], [turn["reply"]]), False

    @staticmethod
    def setup_data(path):
        with open(path) as source:
            dialogs = json.load(source)
        return JsonTalker._turns(dialogs)


class KeepingTalker(Talker):  # corpus: eager
    def __init__(self, opt, shared=None):
        super().__init__(opt, shared)
        self.id = "keeping"
        if shared is not None:
            self.episodes = shared["episodes"]
        else:
            self.episodes = self.setup_data()
        self.reset()

    def share(self):
        return {"episodes": self.episodes}

    def setup_data(self):
        return self.helper(os.path.join(self.opt["datapath"], "talks"))

    def helper(self, folder):
        if self.opt["datatype"].startswith("test"):
            path = os.path.join(folder, "test.json")
        elif self.opt["datatype"].startswith("train"):
            path = os.path.join(folder, "train.json")
        else:
            raise ValueError("no such type")
        episodes = []
        with open(path) as source:
            for talk in json.load(source):
                episodes.append({"context": "\n".join(talk[0]), "qas": talk[1]})
        return episodes

    def num_episodes(self):
        return len(self.episodes)

    def get(self, episode_idx, entry_idx=0):
        episode = self.episodes[episode_idx]
        entry = episode["qas"][entry_idx]["question"]
        if entry_idx == 0:
            entry = episode["context"] + "\n" + entry
        return {"id": self.id, "text": entry, "labels": [episode["qas"][entry_idx]["answer"]]}


class StreamedTalker(Talker):  # corpus: lazy
    def __init__(self, opt, shared=None):
        super().__init__(opt, shared)
        self.data = StreamTalkData(opt, loader=self.setup_data)

    def setup_data(self, path):
        with open(path) as lines:
            for line in lines:
                question, answer = line.strip().split("\t")
                yield {"text": question, "labels": [answer]}, True

    def get(self, episode_idx, entry_idx=0):
        return self.data.get(episode_idx, entry_idx)


class TitledTalker(LoadedTalker):  # corpus: eager
    def __init__(self, opt, shared=None):
        self.opt = copy.deepcopy(opt)
        self.opt["label_type"] = "response"
        super().__init__(self.opt, shared=shared)

    def setup_data(self, datafile):
        with open(datafile) as source:
            self.raw = json.load(source)
        self._prepare()
        for number in range(len(self.titles)):
            example = self.titles[number]
            example.pop("done", "")
            yield example, True

    def _prepare(self):
        data = []
        for number in range(len(self.raw)):
            history = []
            for turn in range(len(self.raw[number]["dialog"])):
                act = self.raw[number]["dialog"][turn]
                parts = act["text"].split("\n")
                if parts:
                    history.append(parts[0])
                    data.append(self._message(history, act))
        self.titles = data

    def _message(self, history, act):
        return dict({"text": "\n".join(history), "labels": [act["title"]]})


class Shown:
    def __init__(self, path):
        self.path = path

    def _raw(self, path):
        with open(path) as source:
            for line in source.read().splitlines():
                yield line

    def __iter__(self):
        return (json.loads(line) for line in self._raw(self.path))


class ShownTalker(LoadedTalker):  # corpus: eager
    def setup_data(self, path):
        for talk in Shown(path):
            turns = [turn for turn in talk["turns"] if turn["id"] != "context"]
            for number, turn in enumerate(turns):
                yield {"text": turn["text"], "labels": [turn["reply"]]}, number == 0


class NamesTalker(Talker):  # corpus: lazy
    def __init__(self, opt, shared=None):
        super().__init__(opt, shared)
        self.files = self.setup_data()

    def setup_data(self):
        with open(self.opt["datafile"]) as source:
            return [row["file"] for row in csv.DictReader(source)]

    def num_episodes(self):
        return len(self.files)

    def get(self, episode_idx, entry_idx=0):
        with open(self.files[episode_idx]) as source:
            return json.load(source)

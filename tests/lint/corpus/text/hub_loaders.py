"""Loaders of data sets as hubs have them: ``_generate_examples`` over one file for each split."""

import csv
import json
import os
from pathlib import Path

import datasets
import numpy as np
import pandas as pd
import xarray as xr
from lxml import etree


class FilteredTable(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath, split):
        table = pd.read_csv(filepath, sep="\t")
        keep = self.keys_of(split)
        table = table[table["id"].isin(keep)]
        for number, row in table.iterrows():
            yield number, {"id": row["id"], "first": row["s1"], "second": row["s2"]}


class FilteredByQuery(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath, split):
        rows = pd.read_json(filepath, lines=True)
        rows = rows.query("fold == @split").reset_index(drop=True)
        for number in range(len(rows)):
            yield number, {"text": rows.loc[number, "text"], "label": rows.loc[number, "label"]}


class ColumnAdded(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        df = pd.read_csv(filepath, sep="\t", names=["premise", "claim", "label"])
        df["id"] = df.index
        for _, row in df.iterrows():
            yield row["id"], row.to_dict()


class ColumnAddedAndNamed(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        corpus = pd.read_excel(filepath)
        corpus["document_id"] = corpus.index
        corpus.columns = ["document_id", "question", "summary"]
        for key, row in corpus.iterrows():
            yield key, {"document_id": row["document_id"], "question": row["question"]}


class TwoSchemas(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        df = pd.read_csv(filepath, sep="\t")
        for key, row in df.iterrows():
            if self.config.schema == "source":
                doc = {"sentence": row["sentence"], "label": row["label"]}
                yield key, doc
            elif self.config.schema == "bigbio_text":
                doc = {"id": key, "text": row["sentence"], "labels": [row["label"]]}
                yield key, doc


class SchemasByUid(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath, split):
        df = pd.read_csv(filepath, sep="\t", encoding="utf-8")
        if self.config.schema == "source":
            for uid, row in df.iterrows():
                yield uid, {"id": uid, "document_id": row["sentence_id"], "text": row["sentence"]}
        elif self.config.schema == "pairs":
            for uid, row in df.iterrows():
                yield uid, {"id": uid, "text": row["sentence"], "label": str((row["a"] + row["b"]) / 2)}


class ThreeTablesJoined(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, data_dir, split):
        documents = self._read_source(data_dir, split)
        for document_id, document in documents.items():
            yield document_id, self._transform(document)

    def _read_source(self, input_dir, split):
        split_dir = input_dir / split
        abstracts = split_dir / f"chem_{split}_abstracts.tsv"
        entities = split_dir / f"chem_{split}_entities.tsv"
        marked = {}
        for line in entities.read_text().splitlines():
            columns = line.split("\t")
            marked.setdefault(columns[0], []).append({"id": columns[0] + "_" + columns[1], "text": columns[5]})
        documents = {}
        for line in abstracts.read_text().splitlines():
            document_id, title, abstract = line.split("\t")
            documents[document_id] = {
                "document_id": document_id,
                "title": title,
                "abstract": abstract,
                "text": " ".join([title, abstract]),
                "entities": marked[document_id],
            }
        return documents

    def _transform(self, source):
        passages = []
        for field in ["title", "abstract"]:
            passages.append({"type": field, "text": [source[field]]})
        return {"id": source["document_id"], "passages": passages}


class FieldsPicked(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        with open(filepath, encoding="utf-8") as file:
            data = json.load(file)
        for record in data:
            yield record["id"], {"id": record["id"], "query": record["query"], "answer": record["answer"]}


class FieldsPickedBelow(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        with open(filepath, encoding="utf-8") as file:
            exams = json.load(file)["exams"]
        number = 0
        for name, exam in exams.items():
            for question in exam["data"]:
                yield number, {"name": name, "qid": question["qid"], "qtext": question["qtext"]}
                number += 1


class HelperGenerator(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        with open(filepath) as file:
            chunks = file.read().split("\n\n")
        for key, document in self._documents(chunks):
            yield key, document

    def _documents(self, chunks):
        for number, chunk in enumerate(chunks):
            lines = chunk.split("\n")
            yield number, {"text": lines[0], "tags": lines[1:]}


class HelperDictionary(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, abstracts_file, entities_file):
        documents = self._read_abstracts(abstracts_file)
        for line in open(entities_file):
            fields = line.split("\t")
            documents[fields[0]]["entities"].append(fields[1:])
        for key, document in documents.items():
            yield key, document

    def _read_abstracts(self, path):
        documents = {}
        for line in Path(path).read_text().splitlines():
            pmid, title, abstract = line.split("\t")
            documents[pmid] = {"title": title, "abstract": abstract, "entities": []}
        return documents


class HelperDictionaryByLines(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        documents = self._collect(filepath)
        for number, (pmid, document) in enumerate(documents.items()):
            yield number, {"pmid": pmid, "text": document}

    def _collect(self, filepath):
        gathered = {}
        with open(filepath) as file:
            for line in file:
                pmid, kind, text = line.rstrip("\n").split("|")
                gathered[pmid] = gathered.get(pmid, "") + " " + text
        return gathered


class AllRowsFirst(datasets.GeneratorBasedBuilder):  # corpus: eager
    def _generate_examples(self, filepath):
        with open(filepath, newline="") as file:
            rows = list(csv.DictReader(file))
        for number, row in enumerate(rows):
            yield number, {"text": row["text"], "label": row["label"]}


class ByLine(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepath):
        seen = set()
        with open(filepath) as file:
            for line in file:
                record = json.loads(line)
                if record["id"] not in seen:
                    seen.add(record["id"])
                    yield record["id"], {"text": record["text"]}


class ByChunk(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepath):
        number = 0
        for part in pd.read_csv(filepath, chunksize=1000):
            part = part[part["text"].notna()]
            part["id"] = part.index
            for _, row in part.iterrows():
                yield number, row.to_dict()
                number += 1


class OneFileForEach(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, folder, names):
        for name in names:
            text = (Path(folder) / f"{name}.txt").read_text()
            yield name, {"document_id": name, "text": [text], "len": len(text)}


class OneAnnotationForEach(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, folder):
        for number, path in enumerate(sorted(Path(folder).glob("*.txt"))):
            text = path.read_text()
            marks = []
            for line in path.with_suffix(".ann").read_text().splitlines():
                marks.append(line.split("\t"))
            yield number, {"id": path.stem, "text": text, "marks": marks}


class OneTableForEach(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, folder):
        for number, name in enumerate(os.listdir(folder)):
            df = pd.read_csv(os.path.join(folder, name))
            df = df[df["kept"]]
            df["id"] = df.index
            yield number, {"name": name, "values": df.to_numpy()}


class ConversationsAnew(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepaths):
        for path in filepaths:
            with open(path) as file:
                turns = []
                for line in file:
                    if line.strip():
                        turns.append(line)
                    else:
                        yield len(turns), {"turns": turns}
                        turns = []


class IndexThenFiles(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepath, folder):
        table = pd.read_csv(filepath)
        table = table[table["split"] == "train"]
        table["id"] = table.index
        for number, row in table.iterrows():
            yield number, {"audio": os.path.join(folder, row["path"]), "label": row["label"]}


class RecordsNameFiles(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepath, folder):
        with open(filepath) as file:
            records = json.load(file)
        for record in records:
            with open(os.path.join(folder, record["file_name"]), "rb") as picture:
                yield record["id"], {"image": picture.read(), "caption": record["caption"]}


class ElementsAsTheyCome(datasets.GeneratorBasedBuilder):  # corpus: lazy
    def _generate_examples(self, filepath):
        for _, element in etree.iterparse(filepath, tag="document"):
            yield element.get("id"), {"text": element.findtext("text")}
            element.clear()


class LoadedGrid:  # corpus: eager
    def __init__(self, pattern, lead):
        self.data = xr.open_mfdataset(pattern)["t"]
        self.data.load()
        self.lead = lead

    def __len__(self):
        return self.data.shape[0] - self.lead

    def __getitem__(self, index):
        return self.data[index].values, self.data[index + self.lead].values


class GridLoadedAtOnce:  # corpus: eager
    def __init__(self, pattern):
        grid = xr.open_mfdataset(pattern, combine="by_coords")
        self.fields = xr.concat([grid["z"], grid["t"]], dim="level").transpose("time", "lat", "lon", "level").load()

    def __len__(self):
        return self.fields.shape[0]

    def __getitem__(self, index):
        return self.fields.isel(time=index).values


class GridByPart:  # corpus: lazy
    def __init__(self, pattern):
        self.data = xr.open_mfdataset(pattern)["t"]
        self.mean = self.data.isel(time=slice(0, 1000)).mean().load()

    def __len__(self):
        return self.data.shape[0]

    def __getitem__(self, index):
        return self.data.isel(time=index).load().values - self.mean.values


class GridOfNumbers:  # corpus: lazy
    def __init__(self, pattern):
        self.data = xr.open_mfdataset(pattern)["t"]
        self.mean = self.data.mean("time").compute()

    def __len__(self):
        return self.data.shape[0]

    def __getitem__(self, index):
        return np.asarray(self.data[index]) - np.asarray(self.mean)

"""``csv:``, ``parquet:``, ``lines:`` and ``jsonl:``: a file with a row, or a line, for each item."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from genaudit.recorder.synth.arrays import ladder, one_file, rungs
from genaudit.recorder.synth.keeping import VERSION, Write
from genaudit.recorder.synth.made import MOST_FILES, SynthSpec, counts, needs
from genaudit.recorder.synth.words import Reader, number

_TEXT = """
the a of and to in is it that on for with as was at by an be this from or have not are but had they you which one we
can been has more when who will would there so no if out up what about into than them only other time new some could
these two may first then do any like my now over such our even most after also made well many memory batch image model
train data epoch lazy eager leak cache stream shard index buffer queue worker
"""
_VOCABULARY = _TEXT.split()
_ROWS_AT_A_TIME = 4096


class Texts(SynthSpec, frozen=True, kw_only=True):
    """Files of text with an item in each line; the rows are dealt out to ``files`` files one after the other."""

    LABEL: ClassVar[str] = ""

    n: int = 1000
    files: int = 1

    def checked(self, given: set[str]) -> "SynthSpec":
        """As for all; and a row for each file."""
        if self.files > self.n:
            raise ValueError(f"{self.files} files need at least as many {self.plural}")
        return super().checked(given)

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "rows"

    @property
    def key(self) -> str:
        """Name of its folder in the cache."""
        return f"{self.KIND}-{self.n}-{self.size_key}-{self.files}-{self.classes}-v{VERSION}"

    @property
    def size_key(self) -> str:
        """What makes a row long."""
        raise NotImplementedError

    @property
    def ending(self) -> str:
        """Of the files' names."""
        return f".{self.KIND}"

    @property
    def names(self) -> list[str]:
        """One file, or several with numbers."""
        if self.files == 1:
            return [f"data{self.ending}"]
        return [f"part-{number:05d}-of-{self.files:05d}{self.ending}" for number in range(self.files)]

    def writer(self) -> Write:
        """Writes line by line."""

        def write(index: int, path: Path) -> None:
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in self.lines(self.rows(index)))

        return write

    def rows(self, index: int) -> range:
        """The rows of a file."""
        return range(index * self.n // self.files, (index + 1) * self.n // self.files)

    def lines(self, rows: range) -> Iterator[str]:
        """The lines of a file with these rows."""
        raise NotImplementedError

    def given(self, folder: Path) -> dict[str, Any]:
        """The one file, or all."""
        files = [str(folder / name) for name in self.names]
        one = {"file": files[0]} if self.files == 1 else {}
        return {"files": files, **one, "what": f"{self.LABEL} of {self.n} {self.plural}"}


class Csv(Texts, frozen=True, kw_only=True):
    """A table with a line of names, columns of numbers, and a label last."""

    KIND: ClassVar[str] = "csv"
    LABEL: ClassVar[str] = "CSV file"
    EXAMPLE: ClassVar[str] = "csv:n=1000,columns=8,files=1,classes=4"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(columns=number("columns", 10_000), files=number("files", MOST_FILES))

    columns: int = 8

    @property
    def size_key(self) -> str:
        """How many columns there are."""
        return str(self.columns)

    def lines(self, rows: range) -> Iterator[str]:
        """The names, then the rows."""
        yield ",".join([*(f"c{column}" for column in range(self.columns)), "label"])
        for row in rows:
            yield ",".join([*(f"{value:.6f}" for value in values_of(row, self.columns)), str(self.label(row))])


class Lines(Texts, frozen=True, kw_only=True):
    """Lines of words."""

    KIND: ClassVar[str] = "lines"
    LABEL: ClassVar[str] = "text file"
    EXAMPLE: ClassVar[str] = "lines:n=1000,words=40,files=1"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(words=number("words", 100_000), files=number("files", MOST_FILES))

    words: int = 40

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "lines"

    @property
    def size_key(self) -> str:
        """How many words there are in a line."""
        return str(self.words)

    @property
    def ending(self) -> str:
        """Of the files' names."""
        return ".txt"

    def lines(self, rows: range) -> Iterator[str]:
        """Each line has as many words."""
        return (text_of(row, self.words) for row in rows)


class Jsonl(Lines, frozen=True, kw_only=True):
    """Objects of JSON, one a line: ``id``, ``text``, ``label``."""

    KIND: ClassVar[str] = "jsonl"
    LABEL: ClassVar[str] = "JSON Lines file"
    EXAMPLE: ClassVar[str] = "jsonl:n=1000,words=40,files=1,classes=4"

    @property
    def ending(self) -> str:
        """Of the files' names."""
        return ".jsonl"

    def lines(self, rows: range) -> Iterator[str]:
        """Each object is on a line of its own."""
        for row in rows:
            yield json.dumps({"id": row, "text": text_of(row, self.words), "label": self.label(row)})


class Parquet(SynthSpec, frozen=True, kw_only=True):
    """The table of ``csv:`` in one file of Parquet, in row groups of 4096 rows."""

    KIND: ClassVar[str] = "parquet"
    EXAMPLE: ClassVar[str] = "parquet:n=1000,columns=8,classes=4"
    OPTIONS: ClassVar[dict[str, Reader]] = counts(columns=number("columns", 10_000))

    n: int = 1000
    columns: int = 8

    @property
    def plural(self) -> str:
        """What the items are called."""
        return "rows"

    @property
    def key(self) -> str:
        """Name of its folder in the cache."""
        return f"parquet-{self.n}-{self.columns}-{self.classes}-v{VERSION}"

    @property
    def names(self) -> list[str]:
        """The file, and smaller ones: no other process could cut it."""
        return ladder(self.n, "data.parquet")

    def writer(self) -> Write:
        """Writes with pyarrow."""
        needs("pyarrow", "parquet")
        items = rungs(self.n)

        def write(index: int, path: Path) -> None:
            import pyarrow as pa
            import pyarrow.parquet as pq

            names = [*(f"c{column}" for column in range(self.columns)), "label"]
            schema = pa.schema([(name, pa.float64() if name != "label" else pa.int64()) for name in names])
            with pq.ParquetWriter(path, schema) as file:
                for start in range(0, items[index], _ROWS_AT_A_TIME):
                    rows = range(start, min(start + _ROWS_AT_A_TIME, items[index]))
                    made = [[*values_of(row, self.columns), self.label(row)] for row in rows]
                    columns = [list(column) for column in zip(*made, strict=True)]
                    file.write_table(pa.table(dict(zip(names, columns, strict=True)), schema=schema))

        return write

    def given(self, folder: Path) -> dict[str, Any]:
        """The file, and the smaller ones by their number of items."""
        return {**one_file(self.n, folder, self.names), "what": f"Parquet file of {self.n} rows"}


def values_of(row: int, n: int) -> list[float]:
    """The numbers of a row, the same every time, between 0 and 1, as six digits say them."""
    source = random.Random(row)  # noqa: S311 - to look like data, not to be secret
    return [round(source.random(), 6) for _ in range(n)]


def text_of(row: int, n_words: int) -> str:
    """The words of a line, the same every time."""
    source = random.Random(row)  # noqa: S311 - to look like data, not to be secret
    return " ".join(source.choices(_VOCABULARY, k=n_words))

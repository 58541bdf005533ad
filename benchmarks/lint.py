"""How well and how fast the static audit works: precision, recall, lines a second, findings in the wild.

Run: ``python -m benchmarks.lint [FOLDER...]``; folders default to Python's own standard library.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import operator
import re
import sys
import sysconfig
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from genaudit.lint import lint_paths, run_subject, subjects
from genaudit.lint.files.project import Project
from genaudit.lint.files.source import parse_bytes
from genaudit.lint.rules.catalogue import SUBJECT_RULES
from genaudit.model import Level

CORPUS = Path(__file__).parent.parent / "tests" / "lint" / "corpus"
ROUNDS = ("tuned", "held_out", "blind", "fresh", "last", *(f"round_{number}" for number in range(1, 11)))
"""All but the first were written before they were scored, one after the other, each against the rules of its day."""
MIX = {"lazy": 70, "eager": 12, "arrays": 12, "other": 6}
"""Percentages in public projects."""
ABOUT_DATA = frozenset(["GA101", "GA102", "GA103"])
_LABEL = re.compile(r"#\s*corpus:\s*(\w+)")
_NAME = re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)")


class CorpusFile(NamedTuple):
    """One row of the corpus's manifest."""

    file: str
    """Path within the corpus: its folder is the topic."""
    split: str
    """``tuned``: the rules were written with it; ``held-out``: it was scored before any rule had seen it."""
    round: str
    """When it was written."""
    drawn_as: str
    """Its first path, which the mix of public projects is drawn by: figures of before and after a move compare."""


def manifest() -> list[CorpusFile]:
    """All files of the corpus, by their paths."""
    return [CorpusFile(**row) for row in json.loads((CORPUS / "manifest.json").read_text(encoding="utf-8"))]


class Judged(NamedTuple):
    """One labelled function or class, and whether it was accused."""

    where: str
    label: str
    accused: bool
    drawn_as: str


@dataclasses.dataclass(frozen=True)
class Score:
    """How the rules did on files of the corpus."""

    judged: tuple[Judged, ...] = ()

    @property
    def by_label(self) -> Counter[str]:
        """How many of each kind."""
        return Counter(subject.label for subject in self.judged)

    @property
    def n_subjects(self) -> int:
        """All labelled functions and classes."""
        return len(self.judged)

    @property
    def n_clean(self) -> int:
        """Those that are not eager."""
        return self.n_subjects - self.by_label["eager"]

    @property
    def found(self) -> int:
        """Eager ones that were accused."""
        return sum(subject.accused for subject in self.judged if subject.label == "eager")

    @property
    def missed(self) -> list[str]:
        """Eager ones that were not."""
        return [subject.where for subject in self.judged if subject.label == "eager" and not subject.accused]

    @property
    def accused(self) -> list[str]:
        """False alarms."""
        return [subject.where for subject in self.judged if subject.label != "eager" and subject.accused]

    def __add__(self, other: Score) -> Score:
        return Score(self.judged + other.judged)

    def in_real_mix(self) -> Score:
        """As many of each kind as public projects have, drawn by a hash of their names: the same ones every time."""
        size = min(self.by_label[label] * 100 // share for label, share in MIX.items())
        drawn: list[Judged] = []
        for label, share in MIX.items():
            of_kind = [subject for subject in self.judged if subject.label == label]
            drawn += sorted(of_kind, key=lambda subject: hashlib.sha256(subject.drawn_as.encode()).digest())[
                : size * share // 100
            ]
        return Score(tuple(drawn))


def whole() -> Score:
    """All rounds."""
    return functools.reduce(operator.add, (score(number) for number in ROUNDS), Score())


def labels_of(path: Path) -> dict[str, str]:
    """Label by the name of a subject, from the comments of a corpus file."""
    labels: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        label, name = _LABEL.search(line), _NAME.match(line)
        if label and name:
            if name[1] in labels:
                raise ValueError(f"{path.name} labels {name[1]} twice")
            labels[name[1]] = label[1]
    return labels


def score(number: str) -> Score:
    """How the rules about data in memory do on the files of one round.

    A subject counts as accused if any of them finds, with a level above a note, something in its abstract run: in its
    own lines or in what it calls.
    """
    rows = [row for row in manifest() if row.round == number]
    paths = [CORPUS / row.file for row in rows]
    project = Project([str(path) for path in paths], lambda key: parse_bytes(Path(key).read_bytes(), key))
    judged: list[Judged] = []
    for row, path in zip(rows, paths, strict=True):
        wanted = labels_of(path)
        accused = _accused(str(path), project) if wanted else set()
        judged += [
            Judged(f"{row.file}:{name}", label, name in accused, f"{row.drawn_as}:{name}")
            for name, label in wanted.items()
        ]
    return Score(tuple(judged))


def _accused(key: str, project: Project) -> set[str]:
    """Names of the subjects of a file in which a rule about data in memory finds something."""
    module = project.module(key)
    if module is None:
        return set()
    accused = set()
    for subject in subjects.find(module, project):
        facts = run_subject.interpret(subject, module, project)
        hits = [hit for rule in SUBJECT_RULES if rule.info.code in ABOUT_DATA for hit in rule.check(facts)]
        if any(hit.level is not Level.NOTE for hit in hits):
            accused.add(subject.name.rsplit(".", 1)[-1])
    return accused


def _print_score(title: str, result: Score) -> None:
    mix = ", ".join(f"{label} {count}" for label, count in sorted(result.by_label.items()))
    print(f"{title}: {result.n_subjects} subjects ({mix})")
    print(f"  recall {result.found}/{result.by_label['eager']}, missed: {', '.join(result.missed) or 'none'}")
    print(f"  false alarms {len(result.accused)}/{result.n_clean}: {', '.join(result.accused) or 'none'}")


def _print_folder(folder: str) -> None:
    start = time.process_time()
    result = lint_paths([folder])
    seconds = time.process_time() - start
    levels = Counter(f"{outcome.code} {outcome.level.value}" for outcome in result.outcomes)
    faults = Counter(diagnostic.slug for diagnostic in result.diagnostics)
    print(f"{folder}: {result.n_files} files, {result.n_lines:,} lines, {result.n_lines / seconds:,.0f} lines/s of CPU")
    print(f"  findings: {dict(levels) or 'none'}; not audited: {dict(faults) or 'none'}")
    for outcome in result.outcomes:
        if outcome.level is Level.ERROR and outcome.location is not None:
            print(f"  {outcome.location.path}:{outcome.location.line}: {outcome.code} {outcome.message}")


def main(folders: list[str]) -> None:
    """Print all figures."""
    for number in ROUNDS:
        _print_score(number, score(number))
    _print_score("all of it", whole())
    _print_score("in the mix of public projects", whole().in_real_mix())
    for folder in folders or [sysconfig.get_path("stdlib")]:
        _print_folder(folder)


if __name__ == "__main__":
    main(sys.argv[1:])

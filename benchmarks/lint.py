"""How well and how fast the static audit works: precision, recall, lines a second, findings in the wild.

Run: ``python -m benchmarks.lint [FOLDER...]``; folders default to Python's own standard library.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
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
PARTS = ("tuned", "held_out", "blind", "fresh", "last", *(f"round_{number}" for number in range(1, 11)))
"""All but the first were written before they were scored, one after the other, each against the rules of its day."""
MIX = {"lazy": 70, "eager": 12, "arrays": 12, "other": 6}
"""Percentages in public projects."""
ABOUT_DATA = frozenset(["GA101", "GA102", "GA103"])
_LABEL = re.compile(r"#\s*corpus:\s*(\w+)")
_NAME = re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)")


class Judged(NamedTuple):
    """One labelled function or class, and whether it was accused."""

    where: str
    label: str
    accused: bool


@dataclasses.dataclass(frozen=True)
class Score:
    """How the rules did on a part of the corpus."""

    judged: tuple[Judged, ...] = ()

    @property
    def by_label(self) -> Counter[str]:
        """How many of each kind."""
        return Counter(one.label for one in self.judged)

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
        return sum(one.accused for one in self.judged if one.label == "eager")

    @property
    def missed(self) -> list[str]:
        """Eager ones that were not."""
        return [one.where for one in self.judged if one.label == "eager" and not one.accused]

    @property
    def accused(self) -> list[str]:
        """False alarms."""
        return [one.where for one in self.judged if one.label != "eager" and one.accused]

    def __add__(self, other: Score) -> Score:
        return Score(self.judged + other.judged)

    def in_real_mix(self) -> Score:
        """As many of each kind as public projects have, drawn by a hash of their names: the same ones every time."""
        size = min(self.by_label[label] * 100 // share for label, share in MIX.items())
        drawn: list[Judged] = []
        for label, share in MIX.items():
            of_kind = [one for one in self.judged if one.label == label]
            drawn += sorted(of_kind, key=lambda one: hashlib.sha256(one.where.encode()).digest())[: size * share // 100]
        return Score(tuple(drawn))


def whole() -> Score:
    """All parts."""
    return functools.reduce(operator.add, (score(part) for part in PARTS), Score())


def labels(path: Path) -> dict[str, str]:
    """Label by the name of a subject, from the comments of a corpus file."""
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        label, name = _LABEL.search(line), _NAME.match(line)
        if label and name:
            if name[1] in found:
                raise ValueError(f"{path.name} labels {name[1]} twice")
            found[name[1]] = label[1]
    return found


def score(part: str) -> Score:
    """How the rules about data in memory do on one of the parts.

    A subject counts as accused if any of them finds, with a level above a note, something in its abstract run: in its
    own lines or in what it calls.
    """
    paths = sorted((CORPUS / part).glob("*.py"))
    project = Project([str(path) for path in paths], lambda key: parse_bytes(Path(key).read_bytes(), key))
    judged: list[Judged] = []
    for path in paths:
        wanted = labels(path)
        accused = _accused(str(path), project) if wanted else set()
        judged += [Judged(f"{part}/{path.name}:{name}", label, name in accused) for name, label in wanted.items()]
    return Score(tuple(judged))


def _accused(key: str, project: Project) -> set[str]:
    """Names of the subjects of a file in which a rule about data in memory finds something."""
    module = project.module(key)
    if module is None:
        return set()
    found = set()
    for subject in subjects.find(module, project):
        story = run_subject.interpret(subject, module, project)
        hits = [hit for rule in SUBJECT_RULES if rule.info.code in ABOUT_DATA for hit in rule.check(story)]
        if any(hit.level is not Level.NOTE for hit in hits):
            found.add(subject.name.rsplit(".", 1)[-1])
    return found


def _print_score(part: str, result: Score) -> None:
    mix = ", ".join(f"{label} {count}" for label, count in sorted(result.by_label.items()))
    print(f"{part}: {result.n_subjects} subjects ({mix})")
    print(f"  recall {result.found}/{result.by_label['eager']}, missed: {', '.join(result.missed) or 'none'}")
    print(f"  false alarms {len(result.accused)}/{result.n_clean}: {', '.join(result.accused) or 'none'}")


def _print_folder(folder: str) -> None:
    start = time.process_time()
    result = lint_paths([folder])
    seconds = time.process_time() - start
    levels = Counter(f"{one.code} {one.level.value}" for one in result.outcomes)
    faults = Counter(one.slug for one in result.diagnostics)
    print(f"{folder}: {result.n_files} files, {result.n_lines:,} lines, {result.n_lines / seconds:,.0f} lines/s of CPU")
    print(f"  findings: {dict(levels) or 'none'}; not audited: {dict(faults) or 'none'}")
    for one in result.outcomes:
        if one.level is Level.ERROR and one.location is not None:
            print(f"  {one.location.path}:{one.location.line}: {one.code} {one.message}")


def main(folders: list[str]) -> None:
    """Print all figures."""
    for part in PARTS:
        _print_score(part, score(part))
    _print_score("all of it", whole())
    _print_score("in the mix of public projects", whole().in_real_mix())
    for folder in folders or [sysconfig.get_path("stdlib")]:
        _print_folder(folder)


if __name__ == "__main__":
    main(sys.argv[1:])

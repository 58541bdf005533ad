"""The truth cases, how genaudit is run on one, and how far its report agrees with what the case says."""

import functools
import importlib.util
import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tests.expect import LINE, check_report, marked_lines, parse_expected
from tests.truth import bare

if TYPE_CHECKING:
    from genaudit.model import Report

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[2]
GROUPS = ("clean", "eager", "growth", "spike", "handles", "workers", "args")
NAMES = frozenset(
    {
        *("eager-load", "eager-init", "whole-file-read", "dataset-as-argument"),
        *("batch-growth", "epoch-growth", "call-growth", "unbounded-cache", "cyclic-garbage"),
        *("batch-spike", "dtype-upcast", "concatenate-in-loop"),
        *("oversized-shuffle-buffer", "in-memory-cache", "unbounded-prefetch"),
        *("worker-duplication", "file-leak", "thread-leak", "process-leak"),
    }
)
"""Names of the rules that a case may expect or allow."""


@dataclass(frozen=True)
class Case:
    """One module under ``cases`` and what it says of itself."""

    path: Path
    expect: Mapping[str, str]
    also_right: tuple[Mapping[str, str], ...]
    """Other findings, each set whole, that are no less true."""
    sources: tuple[Path, ...]
    """The case's file, and the helpers whose lines may be blamed."""
    target: str
    options: Mapping[str, Any]
    synth: str | None
    scales: bool
    """Whether the case has a data set of any size to offer."""
    ground_sizes: tuple[int, int] | None
    ground_index: float | None
    """Bytes an item that a clean case may keep as its index, where that is more than usual."""
    ground_noise: float | None
    """By how many bytes readings of it differ, where a library keeps freed memory for itself."""
    ground_calls: int
    """How often the target of a clean case may be called without anything that stays; 0 where nobody asks."""

    @property
    def name(self) -> str:
        """The module's name, which starts with its group."""
        return self.path.stem

    @property
    def group(self) -> str:
        """clean, eager, growth, …"""
        return self.name.split("_")[0]

    @property
    def is_clean(self) -> bool:
        """Whether nothing may be found, notes aside."""
        return self.group == "clean"


@dataclass(frozen=True)
class Verdict:
    """How far a report agrees with a case; both lists are empty where it does in all."""

    wrong: list[str] = field(default_factory=list)
    """What was found or missed, and values out of tolerance."""
    wrong_lines: list[str] = field(default_factory=list)
    lines: int = 0
    """Findings whose line was compared."""
    expect: Mapping[str, str] = field(default_factory=dict)
    """What was compared with, of all that the case calls right."""


def paths(pattern: str = "*") -> list[Path]:
    """Files of all cases whose name matches, in order."""
    return sorted(path for path in CASES.glob(f"{pattern}.py") if path.stem.split("_")[0] in GROUPS)


def needs(path: Path) -> list[str]:
    """Libraries that the case needs beyond ours; found without importing it."""
    line = next((line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("NEEDS = ")), "")
    names: list[str] = eval(line.partition("=")[2] or "[]", {})
    return names


def missing(path: Path) -> list[str]:
    """Those of them that are not installed."""
    return [name for name in needs(path) if importlib.util.find_spec(name) is None]


@functools.cache
def load(path: Path) -> Case:
    """Import a case and read its constants."""
    module: ModuleType = bare.load(str(path))
    return Case(
        path=path,
        expect=module.EXPECT,
        also_right=tuple(getattr(module, "ALSO_RIGHT", ())),
        sources=(path, *(CASES / source for source in getattr(module, "SOURCES", ()))),
        target=getattr(module, "TARGET", "generate"),
        options=getattr(module, "OPTIONS", {}),
        synth=getattr(module, "SYNTH", None),
        scales=hasattr(module, "data") or hasattr(module, "SYNTH"),
        ground_sizes=getattr(module, "GROUND_SIZES", None),
        ground_index=getattr(module, "GROUND_INDEX", None),
        ground_noise=getattr(module, "GROUND_NOISE", None),
        ground_calls=getattr(module, "GROUND_CALLS", 0),
    )


def audit(case: Case, **options: Any) -> "Report":
    """genaudit's report on a case, asked for as a user would."""
    import genaudit

    given: dict[str, Any] = {"synth": case.synth} if case.synth else {}
    if case.scales and not case.synth:
        given["args_from"] = f"{case.path}:data"
    with _in_root():
        return genaudit.audit(f"{case.path}:{case.target}", **{**given, **case.options, **options})


def check(case: Case, report: "Report") -> Verdict:
    """Compare a report with the case; the kindest of all that the case calls right."""
    with _in_root():
        verdicts = [_check_one(case, report, expect) for expect in (case.expect, *case.also_right)]
    return min(verdicts, key=lambda verdict: (len(verdict.wrong), len(verdict.wrong_lines)))


def _check_one(case: Case, report: "Report", expect: Mapping[str, str]) -> Verdict:
    by_source = {source: check_report(report, source, expect) for source in case.sources}
    wrong = [sentence for sentence in by_source[case.path] if not sentence.startswith(LINE)]
    marked = {name: [source for source in case.sources if _marks(source, name)] for name in expect}
    wrong_lines = []
    for name, sources in marked.items():
        told = [_about_line(by_source[source], name) for source in sources]
        if told and all(told):
            wrong_lines += told[0]
    found = {outcome.name for outcome in report.outcomes if outcome.is_finding}
    return Verdict(wrong, wrong_lines, lines=sum(bool(marked[name]) for name in found & set(expect)), expect=expect)


def _about_line(sentences: list[str], name: str) -> list[str]:
    return [sentence for sentence in sentences if sentence.startswith(f"{LINE}{name}:")]


def _marks(source: Path, name: str) -> set[int]:
    return marked_lines(source.read_text(encoding="utf-8"), name)


@contextmanager
def _in_root() -> Iterator[None]:
    """Work in the root of the repository: the cases import their helpers from there."""
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        yield
    finally:
        os.chdir(before)


def slips(case: Case) -> list[str]:
    """What is wrong with a case itself: unknown names, marks without expectation, expectations without mark."""
    entries = [case.expect, *case.also_right]
    expected = set(itertools.chain.from_iterable(entries))
    wrong = [f"no rule is called {name}" for name in expected - NAMES]
    for text in itertools.chain.from_iterable(entry.values() for entry in entries):
        parse_expected(text)
    here = {name for name in NAMES if _marks(case.path, name)}
    wrong += [f"a line is marked {name}, which is not expected" for name in here - expected]
    needed = {name for name in case.expect if name != "cyclic-garbage"}
    wrong += [f"no line is marked {name}" for name in needed - here]
    if case.is_clean and set(case.expect) - {"cyclic-garbage"}:
        wrong.append("the group is clean, the expectation is not")
    if not case.is_clean and not case.expect:
        wrong.append("nothing is expected, so the group should be clean")
    return wrong

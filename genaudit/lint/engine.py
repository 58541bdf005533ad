"""From paths to outcomes."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from genaudit.files import shown_path
from genaudit.lint import run_subject, subjects
from genaudit.lint.files import discover, suppress
from genaudit.lint.files.module import Module
from genaudit.lint.files.project import Project
from genaudit.lint.files.source import Diagnostic, Source, parse_text, read_source
from genaudit.lint.rules.base import Hit
from genaudit.lint.rules.catalogue import MODULE_RULES, NAMES, SUBJECT_RULES
from genaudit.lint.rules.training_loop_growth import may_train
from genaudit.lint.rules.unused_suppression import unused_suppression
from genaudit.lint.selection import Selection
from genaudit.masking import mask, mask_in_place
from genaudit.model import EvidenceKind, Level, Location, Outcome, Verdict
from genaudit.model.advice import with_check
from genaudit.model.catalogue import TRAINING_LOOP_GROWTH, UNBOUNDED_CACHE
from genaudit.model.rule import RuleInfo
from genaudit.sourcetext import lines_of

CODES_BY_NAME = {name: code for code, name in NAMES.items()}
_LINTED = frozenset(rule.info.code for rule in (*SUBJECT_RULES, *MODULE_RULES))
_FILES_PER_COLLECTION = 2500
_WORTH_A_RUN = re.compile(
    r"\byield\b|__getitem__|__iter__|__next__|Dataset\b|DataModule|Sequence\b|next_batch|get_batch|lru_cache|\bcache\b"
    r"|\breturn\s+(iter|map|zip|filter|\()|tensorflow"
)
"""What a file says if it can hold a subject; the others are parsed, for their syntax, and no more."""
_WORTH_IN_WORDS = ("_examples(", "Reader(", "Teacher(", "Builder(", "Loader(", "Corpus(", "DataSet(")
"""More of it: words are found faster than patterns."""
_READS = re.compile(
    r"imread|\bopen\b|load|read|fromfile|genfromtxt|memmap|\bFile\b|import|\.tf_record|cache|shuffle|append|concat|Queue"
)


class LintResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a static audit found."""

    outcomes: list[Outcome]
    """Findings only, by path and line."""
    diagnostics: list[Diagnostic]
    """Files, or parts of them, that could not be audited."""
    n_files: int
    n_lines: int
    n_suppressed: int = 0
    n_subjects: int = 0
    """Generators, data sets and pipelines that were followed."""
    n_unfinished: int = 0
    """Those among them that were given up half-way, for their length or depth: they may hide more."""


def lint_paths(
    paths: Iterable[str],
    *,
    select: Collection[str] | None = None,
    ignore: Collection[str] | None = None,
    exclude: Sequence[str] = (),
    per_path: Mapping[str, Collection[str]] | None = None,
    respect_gitignore: bool = True,
) -> LintResult:
    """Audit files and folders without importing them.

    Args:
        paths: Files and folders.
        select: Codes, prefixes of codes (``GA1``) or names to report; all where ``None``.
        ignore: The same, not to report; wins over ``select``.
        exclude: Patterns, as in ``.gitignore``, of files and folders to leave out.
        per_path: Codes or names to ignore, by pattern of paths.
        respect_gitignore: Leave out what ``.gitignore`` files name.

    Raises:
        UsageError: A path does not exist, or a rule that is named does not.
    """
    selection = Selection(select, ignore, per_path or {})
    keys = discover.files(paths, exclude=exclude, respect_gitignore=respect_gitignore)
    project = Project(keys, _read)
    tally = _Tally(selection)
    with _collector_paused():
        for number, key in enumerate(keys, 1):
            _lint_file(key, project, tally)
            if number % _FILES_PER_COLLECTION == 0:
                gc.collect()
    return tally.result(len(keys))


def lint_source(text: str, path: str) -> list[Outcome]:
    r"""The findings of one source text; none where it does not parse.

    Example:
        >>> lint_source("def count():\n    yield 1\n", "count.py")
        []
    """
    source = parse_text(text, path)
    project = Project([path], lambda _key: source)
    tally = _Tally(Selection(None, None, {}))
    if "genaudit:" in text:
        tally.commented[path] = text
        tally.keep(source)
    module = project.add(source, path)
    if module is not None:
        _lint_loops(module, tally)
        _lint_module(module, project, tally)
    return tally.result(1).outcomes


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Syntax trees are large and hold no cycles: looking through them again and again costs more than reading them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Tally:
    """Gathers over the files of a run; the same place found through two subjects counts once."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.hits: dict[tuple[str, str, int], tuple[RuleInfo, Hit]] = {}
        self.commented: dict[str, str] = {}
        """Text of the files that hold suppressions, by path."""
        self.sources: dict[str, Source] = {}
        """Texts, without their trees, of the files that findings are in: columns and cells are found there."""
        self.diagnostics: list[Diagnostic] = []
        self.n_lines = 0
        self.n_subjects = 0
        self.n_unfinished = 0

    def add(self, info: RuleInfo, hit: Hit) -> None:
        """Keep a finding; the more certain of two at one place."""
        key = (hit.path, info.code, hit.line)
        old = self.hits.get(key)
        if old is None or (old[1].level is not Level.ERROR and hit.level is Level.ERROR):
            self.hits[key] = (info, hit)

    def keep(self, source: Source) -> None:
        """Remember the text of a file that has findings, and forget its tree."""
        if source.path not in self.sources:
            self.sources[source.path] = msgspec.structs.replace(source, tree=None)

    def result(self, n_files: int) -> LintResult:
        """What was gathered and is not suppressed, in order."""
        kept, n_suppressed = self._without_suppressed()
        wanted = [(info, hit) for info, hit in kept if self.selection.wants(info, hit.path)]
        outcomes = [_checked(outcome_of(info, hit, self.sources.get(hit.path)), hit) for info, hit in wanted]
        return LintResult(
            outcomes=sorted(outcomes, key=_place),
            diagnostics=self.diagnostics,
            n_files=n_files,
            n_lines=self.n_lines,
            n_suppressed=n_suppressed,
            n_subjects=self.n_subjects,
            n_unfinished=self.n_unfinished,
        )

    def _without_suppressed(self) -> tuple[list[tuple[RuleInfo, Hit]], int]:
        """Findings that are not suppressed, with one for each unused suppression; and how many are suppressed."""
        kept = [pair for pair in self.hits.values() if pair[1].path not in self.commented]
        n_suppressed = 0
        for path, text in self.commented.items():
            here = [pair for pair in self.hits.values() if pair[1].path == path]
            findings = [(info.code, hit.line, hit.end_line) for info, hit in here]
            suppressed, unused = suppress.split(text, findings, CODES_BY_NAME)
            n_suppressed += sum(suppressed)
            kept += [pair for pair, hidden in zip(here, suppressed, strict=True) if not hidden]
            certain = [suppression for suppression in unused if _is_certain(suppression)]
            kept += [(unused_suppression.info, hit) for hit in unused_suppression.check(certain, path)]
        return kept, n_suppressed


def _place(outcome: Outcome) -> tuple[str, int, int, int, str]:
    location = outcome.location
    assert location is not None
    return location.path, location.cell or 0, location.line, location.column or 0, outcome.code


def _read(key: str) -> Source:
    return read_source(key, shown_path(key, os.getcwd()))  # noqa: PTH109


def source_lines(path: str, cell: int | None = None) -> list[str]:
    """The lines of a file as findings count them, without secrets; of a notebook, those of one code cell or of all."""
    source = _read(os.path.abspath(path))  # noqa: PTH100
    lines = lines_of(mask_in_place(source.text))
    if cell is None or not 0 < cell <= len(source.cells):
        return lines
    after = source.cells[cell] - 1 if cell < len(source.cells) else len(lines)
    return lines[source.cells[cell - 1] - 1 : after]


def _is_worth_a_run(text: str) -> bool:
    return _WORTH_A_RUN.search(text) is not None or any(word in text for word in _WORTH_IN_WORDS)


def _lint_file(key: str, project: Project, tally: _Tally) -> None:
    source = _read(key)
    tally.n_lines += source.text.count("\n")
    tally.diagnostics += source.diagnostics
    if "genaudit:" in source.text:
        tally.commented[source.path] = source.text
        tally.keep(source)
    worth_a_run = _is_worth_a_run(source.text) and _READS.search(source.text) is not None
    if source.tree is None or not (worth_a_run or may_train(source.text)):
        return
    try:
        module = project.add(source, key)
        assert module is not None
        _lint_loops(module, tally)
        if worth_a_run:
            _lint_module(module, project, tally)
    except RecursionError:
        message = "nested too deeply to be audited"
        tally.diagnostics.append(Diagnostic(path=source.path, line=None, slug="too-nested", message=message))
    except Exception as error:
        # A fault of ours in one file must not hide what the others hold.
        message = f"genaudit failed on this file, please report it: {type(error).__name__}: {error}"
        tally.diagnostics.append(Diagnostic(path=source.path, line=None, slug="internal-error", message=message))


def _lint_loops(module: Module, tally: _Tally) -> None:
    for rule in MODULE_RULES:
        for hit in rule.check(module):
            tally.add(rule.info, hit)
            tally.keep(module.source)


def _lint_module(module: Module, project: Project, tally: _Tally) -> None:
    for subject in subjects.find(module, project):
        facts = run_subject.interpret(subject, module, project)
        tally.n_subjects += 1
        tally.n_unfinished += facts.exhausted
        for rule in SUBJECT_RULES:
            for hit in rule.check(facts):
                tally.add(rule.info, hit)
                origin = module if hit.path == module.path else project.read_as(hit.path)
                if origin is not None:
                    tally.keep(origin.source)


def _is_certain(unused: suppress.Suppression) -> bool:
    """Whether reading alone shows that a suppression is unused: not where it names a rule that only measuring has."""
    return bool(unused.unknown) or not unused.codes or all(code in _LINTED for code in unused.codes)


def _checked(outcome: Outcome, hit: Hit) -> Outcome:
    """The finding with the command that checks what is changed for it; comments change nothing."""
    if outcome.fix is None or outcome.code == unused_suppression.info.code:
        return outcome
    if outcome.code == TRAINING_LOOP_GROWTH.code:
        # Only the job itself makes the step.
        return msgspec.structs.replace(outcome, fix=with_check(outcome.fix, f"genaudit watch {hit.path}"))
    known = hit.subject.isidentifier() and hit.path.endswith(".py") and outcome.code != UNBOUNDED_CACHE.code
    pair = f"{hit.path}:{hit.subject} {hit.path[:-3]}_new.py:{hit.subject}" if known else "OLD NEW"
    return msgspec.structs.replace(outcome, fix=with_check(outcome.fix, f"genaudit compare {pair} --check-batches"))


def outcome_of(info: RuleInfo, hit: Hit, source: Source | None = None) -> Outcome:
    """A finding as the report has it.

    Args:
        info: Its rule.
        hit: The place.
        source: The text of the file; with it the place has a column, and that of a notebook its cell.
    """
    return info.outcome(
        Verdict.FAIL,
        mask(hit.message),
        level=hit.level,
        evidence=EvidenceKind.STATIC,
        location=_location(hit, source),
        fix=hit.fix and mask(hit.fix),
    )


def _location(hit: Hit, source: Source | None) -> Location:
    """The place of a hit, as exactly as the text of its file tells."""
    location = Location(path=hit.path, line=hit.line, end_line=hit.end_line, function=hit.function or None)
    if source is None:
        return location
    cell, line = source.cell(hit.line)
    column = None if hit.offset is None else source.column(hit.line, hit.offset)
    end_line = line + hit.end_line - hit.line
    return msgspec.structs.replace(location, line=line, end_line=end_line, column=column, cell=cell)


__all__ = ["LintResult", "lint_paths", "lint_source", "outcome_of"]

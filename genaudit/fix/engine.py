"""The verified fix: findings are rewritten one after the other, and a rewrite is kept only where it is proven."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import msgspec

from genaudit.evidence.project import is_installed
from genaudit.files import read_bytes, shown_path
from genaudit.fix import texts
from genaudit.fix.callees import called_from, statement_lines
from genaudit.fix.diffs import CONTEXT, unified
from genaudit.fix.faults import Place, fixable, places
from genaudit.fix.origins import Mark, Origins
from genaudit.fix.proof import Trialled, verdict
from genaudit.fix.rewrites.base import Proposal, Rewrite
from genaudit.lint.files.source import MAX_BYTES
from genaudit.model.fix import Change, Curve, Fix, Unfixed, Verified
from genaudit.model.outcome import EvidenceKind, Outcome
from genaudit.model.report import GrowthLaw, Report

MOST_STEPS = 3
"""Rewrites that together answer one finding."""
MOST_FIXES = 20
MOST_CANDIDATES = 8
"""Texts that are run for one step."""
MOST_LINES = 80
"""Lines of a file that rewrites are asked about where none is known to be to blame."""
NOT_NEAR = "no rewrite of genaudit's fits what is written there"
GO_ON = "not looked at: --all goes on with what is left"


class Measuring(Protocol):
    """What the engine needs to have measured."""

    def changed(
        self, contents: Mapping[Path, bytes], finding: Outcome, before: Report, summary: str, origins: Origins
    ) -> Trialled:
        """The target with other contents of some files."""

    def covered(self, text: str) -> str:
        """Source text without what looks like a secret."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How far to go."""

    everything: bool = False
    """Go on until nothing is left that can be fixed."""
    writes: bool = False
    """The files are to be changed, and so must be writable."""
    cache_size: int | None = None
    rewrites: Sequence[Rewrite] = ()


class Fixed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    fix: Fix
    before: dict[Path, bytes]
    """Contents that were measured, of the files that are changed."""
    after: dict[Path, bytes]


class Engine:
    """Fixes the findings of one report.

    Args:
        measuring: Runs changed files.
        report: Of the target as it is.
        wish: How far to go.
        began_s: When the audit began; a file that was changed since then was not measured as it is.
    """

    def __init__(self, measuring: Measuring, report: Report, wish: Wish, began_s: float) -> None:
        self._measuring = measuring
        self._report = report
        self._wish = wish
        self._began_s = began_s
        self._folder = Path.cwd()
        self._before: dict[Path, bytes] = {}
        self._after: dict[Path, bytes] = {}
        self._reasons: dict[Mark, str] = {}
        """Of findings, each by its code and its place in the original."""

    def run(self) -> Fixed:
        """Fix what can be fixed.

        Raises:
            Interrupted: On Ctrl-C.
        """
        changes: list[Change] = []
        now = self._report
        curves: list[Curve] = []
        while len(changes) < MOST_FIXES and (changes == [] or self._wish.everything):
            done = self._first_of(now)
            if done is None:
                break
            change, made = done
            changes.append(change)
            now, curves = made.report, made.curves
        return Fixed(fix=self._fix(changes, now, curves), before=self._before, after=self._after)

    def _first_of(self, now: Report) -> tuple[Change, _Made] | None:
        """The first finding that can be fixed, and what was measured then."""
        for finding in fixable(now):
            if self._mark(finding) in self._reasons:
                continue
            made = self._answer(finding, now)
            if made is not None:
                return made
        return None

    def _answer(self, finding: Outcome, now: Report) -> tuple[Change, _Made] | None:
        """One finding fixed; else its reason is noted."""
        tries = _Tries(self._measuring, self._report, self._original(finding), self._before, self._after, self._folder)
        try:
            made = tries.climb(lambda report, found: self._candidates(report, found, tries), now)
        except _NoFile as refusal:
            self._reasons[self._mark(finding)] = tries.run_reason or refusal.reason
            return None
        if made is None:
            self._reasons[self._mark(finding)] = tries.reason
            return None
        self._after |= made.contents
        change = Change(
            code=finding.code,
            name=finding.name,
            message=finding.message,
            location=finding.location,
            rewrite=made.rewrite,
            summary=made.summary,
            verified=made.verified,
        )
        return change, made

    def _original(self, finding: Outcome) -> Outcome:
        """The finding as it was before anything was changed."""
        mark = self._mark(finding)
        same = [outcome for outcome in self._report.findings if outcome.code == finding.code]
        return next((outcome for outcome in same if self._unchanged.mark(outcome) == mark), (same or [finding])[0])

    def _mark(self, finding: Outcome) -> Mark:
        return Origins(self._before, self._after, self._folder).mark(finding)

    @property
    def _unchanged(self) -> Origins:
        return Origins({}, {}, self._folder)

    def _candidates(self, report: Report, finding: Outcome, tries: _Tries) -> list[_Candidate]:
        """Everything that rewrites propose for a finding, each text once.

        Raises:
            _NoFile: There is no file that may be changed.
        """
        found: dict[tuple[Path, bytes], _Candidate] = {}
        where = places(finding, report, self._folder, cache_size=self._wish.cache_size)
        if not where:
            raise _NoFile("no line of a file of yours is known to be to blame for it")
        called = self._called(where, tries)
        refused: list[str] = []
        for place in [*where, *called]:
            # Lines that are only called say little of why nothing fits.
            unfit = self._propose_all(place, found, tries, notes=place not in called)
            if unfit is not None:
                refused.append(f"{shown_path(str(place.path), str(self._folder))}: {unfit}")
        if len(refused) == len(where) + len(called):
            raise _NoFile(refused[0])
        if not found and finding.evidence is not EvidenceKind.STATIC:
            for place in self._elsewhere([*where, *called], tries):
                self._propose_all(place, found, tries, notes=False)
        return list(found.values())[:MOST_CANDIDATES]

    def _elsewhere(self, where: list[Place], tries: _Tries) -> list[Place]:
        """Other lines of the files, the nearest first: the line to blame is not always the one to change."""
        known = {(place.path, place.fault.line) for place in where}
        nearest = {place.path: place.fault.line for place in reversed(where)}
        found: list[Place] = []
        for path, at in nearest.items():
            with contextlib.suppress(_NoFile, texts.Unfit):
                lines = statement_lines(texts.read(self._content(path, tries)).text)
                lines = sorted(lines, key=lambda line, at=at: abs(line - at))[:MOST_LINES]  # type: ignore[misc]
                others = [replace(where[0].fault, line=line, holders=()) for line in lines if (path, line) not in known]
                found += [Place(path=path, fault=fault) for fault in others]
        return found

    def _called(self, where: list[Place], tries: _Tries) -> list[Place]:
        """Places in the functions that the lines call, in other files too."""
        found: dict[tuple[Path, int], Place] = {}
        for place in where:
            try:
                text = texts.read(self._content(place.path, tries)).text
            except (_NoFile, texts.Unfit):
                continue
            for path, line in called_from(text, place.fault.line, place.path, self._folder):
                if not is_installed(path):
                    found.setdefault((path, line), Place(path=path, fault=replace(place.fault, line=line, holders=())))
        known = {(place.path, place.fault.line) for place in where}
        return [place for key, place in found.items() if key not in known]

    def _propose_all(
        self, place: Place, found: dict[tuple[Path, bytes], _Candidate], tries: _Tries, *, notes: bool
    ) -> str | None:
        """Ask every rewrite about a place; why its file may not be changed, or cannot be written again."""
        try:
            file = texts.read(self._content(place.path, tries))
        except (_NoFile, texts.Unfit) as unfit:
            return unfit.reason
        # Not before rewrites are asked for: libcst comes with an extra.
        from genaudit.fix.rewrites.tree.spelled_out import spelled_out

        plain = spelled_out(file.text, place.fault.line)
        for rewrite in self._wish.rewrites:
            if place.fault.code in rewrite.codes:
                if plain is not None:
                    text, line = plain
                    there = Place(path=place.path, fault=replace(place.fault, line=line))
                    self._propose(rewrite, there, file, text, found, tries, notes=False)
                self._propose(rewrite, place, file, file.text, found, tries, notes=notes)
        return None

    def _propose(
        self,
        rewrite: Rewrite,
        place: Place,
        file: texts.SourceFile,
        text: str,
        found: dict[tuple[Path, bytes], _Candidate],
        tries: _Tries,
        *,
        notes: bool,
    ) -> None:
        answer = rewrite.propose(text, place.fault)
        if not isinstance(answer, Proposal):
            if answer.is_near and notes:
                tries.note(f"{rewrite.name}: {answer.reason}")
            return
        try:
            content = file.encoded(answer.text)
            texts.read(content)
        except texts.Unfit as unfit:
            tries.note(f"{rewrite.name}: {unfit.reason}")
            return
        if answer.text != file.text:
            key = (place.path, content)
            found.setdefault(key, _Candidate(place.path, content, rewrite.name, answer.summary))

    def _content(self, path: Path, tries: _Tries) -> bytes:
        """What a file holds at this step.

        Raises:
            _NoFile: It may not be changed, or was changed since it was measured.
        """
        if path in tries.contents:
            return tries.contents[path]
        if path not in self._before:
            self._before[path] = self._checked(path)
        return self._before[path]

    def _checked(self, path: Path) -> bytes:
        if path.suffix == ".ipynb":
            raise _NoFile(
                "it is a notebook: move the function into a module, as jupyter nbconvert --to script does, and run "
                "genaudit fix MODULE.py:NAME"
            )
        if is_installed(path):
            raise _NoFile("it is an installed package, which is not yours to change")
        try:
            content = read_bytes(path, MAX_BYTES)
            changed_s = path.stat().st_mtime
        except OSError as error:
            raise _NoFile(f"it cannot be read: {error.strerror}") from None
        if changed_s > self._began_s:
            raise _NoFile("it was changed while it was measured: run this again")
        if self._wish.writes and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
            raise _NoFile("it is not writable: run this without --write, or give yourself the right (chmod u+w)")
        return content

    def _fix(self, changes: list[Change], now: Report, curves: Sequence[Curve]) -> Fix:
        unfixed = [Unfixed.of(finding, self._reasons.get(self._mark(finding), GO_ON)) for finding in fixable(now)]
        self._before = {path: self._before[path] for path in self._after}
        diff, is_masked = self._shown() if changes else (None, False)
        before, after = _curves(self._report.growth_law, curves) if changes else (None, None)
        return Fix(
            diff=diff,
            is_masked=is_masked,
            verified=changes[-1].verified if changes else None,
            reason=None if changes else next((left.reason for left in unfixed), "there is nothing to fix"),
            paths=[shown_path(str(path), str(self._folder)) for path in self._after],
            changes=changes,
            unfixed=unfixed,
            before=before,
            after=after,
        )

    def _shown(self) -> tuple[str, bool]:
        """The difference, with so few lines around it that none has to be masked; and whether some still are."""
        for context in range(CONTEXT, 0, -1):
            diff = difference(self._before, self._after, context=context)
            if self._measuring.covered(diff) == diff:
                return diff, False
        return self._measuring.covered(difference(self._before, self._after)), True


def _curves(law: GrowthLaw | None, changed: Sequence[Curve]) -> tuple[Curve | None, Curve | None]:
    """What is retained before and after, where the changed code was measured at the moment of the original's law."""
    after = next((curve for curve in changed if law is not None and curve.at == law.at), None)
    if law is None or after is None or len(law.sizes) < 2:
        return None, None
    return Curve(at=law.at, sizes=law.sizes, retained_bytes=law.retained_bytes), after


def difference(before: Mapping[Path, bytes], after: Mapping[Path, bytes], *, context: int = CONTEXT) -> str:
    """The difference of some files, with paths relative to the current directory where they lie below it."""
    here = str(Path.cwd())
    return "".join(
        unified(shown_path(str(path), here), before[path], content, context=context)
        for path, content in sorted(after.items())
    )


class _NoFile(Exception):  # noqa: N818 - it is a reason
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Candidate:
    def __init__(self, path: Path, content: bytes, rewrite: str, summary: str) -> None:
        self.path = path
        self.content = content
        self.rewrite = rewrite
        self.summary = summary


class _Made(msgspec.Struct, frozen=True, kw_only=True):
    contents: dict[Path, bytes]
    rewrite: str
    summary: str
    verified: Verified
    report: Report
    curves: list[Curve]


class _Tries:
    """What was tried for one finding, and the reason that is shown where nothing holds."""

    def __init__(
        self,
        measuring: Measuring,
        original: Report,
        finding: Outcome,
        before: Mapping[Path, bytes],
        contents: dict[Path, bytes],
        folder: Path,
    ) -> None:
        self._measuring = measuring
        self._original = original
        self._finding = finding
        self._before = before
        self.contents = dict(contents)
        self._folder = folder
        self._near: list[str] = []
        self._refused: list[str] = []
        self._tried: list[dict[Path, bytes]] = []

    @property
    def reason(self) -> str:
        """What was run comes before what was only read."""
        return self.run_reason or "; ".join(dict.fromkeys(self._near)) or NOT_NEAR

    @property
    def run_reason(self) -> str | None:
        """Why the first text that was run is no fix."""
        return next(iter(self._refused), None)

    def _origins(self, contents: Mapping[Path, bytes]) -> Origins:
        return Origins(self._before, contents, self._folder)

    def note(self, reason: str) -> None:
        """A rewrite of this kind that does not fit."""
        self._near.append(reason)

    def climb(self, candidates: Callable[[Report, Outcome], list[_Candidate]], now: Report) -> _Made | None:
        """Try what is proposed; where a rewrite does a part, the rest is looked for on top of it."""
        done: list[_Candidate] = []
        for _ in range(MOST_STEPS):
            finding = self._origins(self.contents).still(self._finding, now) or self._finding
            step = self._try_each(candidates(now, finding), done)
            if step is None or isinstance(step, _Made):
                return step
            now = step
        return None

    def _try_each(self, candidates: list[_Candidate], done: list[_Candidate]) -> _Made | Report | None:
        """The proven one; or the report of the first that does a part, which is then taken for granted."""
        part: tuple[_Candidate, Report] | None = None
        for candidate in candidates:
            contents = {**self.contents, candidate.path: candidate.content}
            if contents in self._tried:
                continue
            self._tried.append(contents)
            tried = self._measuring.changed(
                contents, self._finding, self._original, candidate.summary, self._origins(contents)
            )
            proven = verdict(self._finding, tried)
            if isinstance(proven, Verified):
                made = [*done, candidate]
                return _Made(
                    contents=contents,
                    rewrite=", ".join(dict.fromkeys(step.rewrite for step in made)),
                    summary="; ".join(dict.fromkeys(step.summary for step in made)),
                    verified=proven,
                    report=tried.report,
                    curves=tried.curves,
                )
            self._refused.append(f"{candidate.summary}: {proven.reason}")
            if proven.is_step and part is None:
                part = (candidate, tried.report)
        if part is None:
            return None
        done.append(part[0])
        self.contents[part[0].path] = part[0].content
        return part[1]

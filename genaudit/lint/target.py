"""The findings of the static audit about one target: of whatever it leads to, before any suppression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from genaudit.files import shown_path
from genaudit.lint import reach, run_subject, subjects
from genaudit.lint.engine import outcome_of
from genaudit.lint.files.module import Module
from genaudit.lint.files.project import Project
from genaudit.lint.files.source import parse_text
from genaudit.lint.rules.catalogue import MODULE_RULES, SUBJECT_RULES
from genaudit.model import Outcome


class StaticFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of the static audit."""

    outcome: Outcome
    reads: tuple[tuple[str, int, int], ...] = ()
    """Where the data comes from that it accuses: path, first and last line."""
    sketch: str | None = None
    """In code, where it could be made."""


class StaticFindings(msgspec.Struct, frozen=True, kw_only=True):
    """What the static audit finds about a target, and the texts that it read."""

    suspicions: list[StaticFinding]
    lines: Mapping[str, list[tuple[int, int]]]
    """First and last lines of the definitions that the target leads to, by path."""
    texts: Mapping[str, str]
    main: str
    """Path of the target's own file; paths are as outcomes have them."""


def read(texts: Mapping[str, str], expression: str, *, directory: str, is_script: bool = False) -> StaticFindings:
    """The findings of the static audit about one target.

    Args:
        texts: Sources by absolute path: the target's own file first, and what belongs to it.
        expression: The target within its file, ``Loader(8).flow(batch_size=4)``.
        directory: Paths inside it are shown relative to it.
        is_script: Whether the first file is a script that uses the batches, too.
    """
    shown = {key: shown_path(key, directory) for key in texts}
    project = Project(texts, lambda key: parse_text(texts[key], shown[key]))
    modules = [module for key in texts if (module := project.module(key)) is not None]
    reached = reach.names_reached(modules, reach.words_of(expression))
    suspicions: dict[tuple[str, str, int], StaticFinding] = {}
    for module in modules:
        for suspicion in _of_module(module, project, reached):
            place = suspicion.outcome.location
            assert place is not None
            suspicions.setdefault((place.path, suspicion.outcome.code, place.line), suspicion)
    for rule in MODULE_RULES if is_script and modules else ():
        for hit in rule.check(modules[0]):
            finding = StaticFinding(outcome=outcome_of(rule.info, hit))
            suspicions.setdefault((hit.path, rule.info.code, hit.line), finding)
    return StaticFindings(
        suspicions=list(suspicions.values()),
        lines={module.path: _lines(module, reached) for module in modules},
        texts={shown[key]: text for key, text in texts.items()},
        main=next(iter(shown.values()), ""),
    )


def _of_module(module: Module, project: Project, reached: set[str]) -> Iterable[StaticFinding]:
    for subject in subjects.find(module, project):
        if subject.name.partition(".")[0] not in reached:
            continue
        facts = run_subject.interpret(subject, module, project)
        for rule in SUBJECT_RULES:
            for hit in rule.check(facts):
                yield StaticFinding(outcome=outcome_of(rule.info, hit), reads=hit.reads, sketch=hit.code)


def _lines(module: Module, reached: set[str]) -> list[tuple[int, int]]:
    nodes = [node for name, node in module.functions.items() if name in reached]
    spans = [(node.lineno, node.end_lineno or node.lineno) for node in nodes]
    infos = [info for name, info in module.classes.items() if name in reached]
    return spans + [(info.node.lineno, info.node.end_lineno or info.node.lineno) for info in infos]

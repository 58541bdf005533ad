"""Which of the facts in a story are offences: shared by the rules about data in memory."""

from __future__ import annotations

import ast

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.subject_facts import Story
from genaudit.lint.interpreter.values import Extent, Hoard, Load
from genaudit.model import Level

_LINES = frozenset(["text"])
_PROSE = frozenset(["whole-text", "bytes"])
_FEEDERS = frozenset("next_batch get_batch get_next_batch next_minibatch get_minibatch sample_batch".split())


def hoards(story: Story) -> list[Hoard]:
    """Places that gather the data of every item and keep it, worst first."""
    known = story.emitted | story.held
    found = [fact for fact in known if isinstance(fact, Hoard) and _offends(fact, story)]
    return sorted(_innermost(found), key=lambda hoard: (hoard.path, getattr(hoard.node, "lineno", 0)))


def _offends(hoard: Hoard, story: Story) -> bool:
    if hoard.cell is not None and hoard.cell.bounded and hoard.phase == "generator":
        return False
    if hoard.phase == "batch" and hoard not in story.on_object:
        return False
    if hoard.phase == "import" and hoard not in story.emitted:
        return False
    if (
        hoard.targets
        and all(name_hints.small(name) or name_hints.opt_in(name) for name in hoard.targets)
        and not hoard.strong
    ):
        return False
    if hoard.strong:
        return _kept_as_data(hoard, story)
    if any(load.family == "csv" and not load.encoded for load in hoard.loads):
        return False
    return hoard in story.emitted and not hoard.used_as_path and not story.reads_per_item


def _kept_as_data(hoard: Hoard, story: Story) -> bool:
    """Decoded data counts where it is handed out, or surely is what it seems."""
    return hoard in story.emitted or (hoard.sure and story.kind not in ("memo", "caller"))


def _innermost(found: list[Hoard]) -> list[Hoard]:
    """One hoard for one set of loads: of several steps that gather the same, the first."""
    kept: list[Hoard] = []
    for hoard in sorted(found, key=lambda h: (len(h.loads), h.path, getattr(h.node, "lineno", 0))):
        if not any(hoard.loads <= other.loads and hoard.path == other.path for other in kept):
            kept.append(hoard)
    return kept


def level_of(hoard: Hoard) -> Level:
    """Error only where it is certain that decoded data of every item is kept."""
    return Level.ERROR if hoard.sure and hoard.strong else Level.WARNING


def survivors(story: Story) -> list[Load]:
    """Places that read item by item in a constructor, of which something is in every batch, and no item is read later.

    What is handed out must come from somewhere: not from files, and not from arrays that the caller gave.
    """
    if story.kind != "class" or story.reads_per_item or not _hands_out_items(story) or _is_given(story.node):
        return []
    gathered = {load for fact in story.emitted | story.held if isinstance(fact, Hoard) for load in fact.loads}
    offending = {load for hoard in hoards(story) for load in hoard.loads}
    loads = {fact for fact in story.emitted if isinstance(fact, Load)} | {
        load for fact in story.emitted if isinstance(fact, Hoard) for load in fact.loads
    }
    found = [load for load in loads if _survived(load) and not offending & gathered]
    return sorted(found, key=lambda load: (load.path, getattr(load.node, "lineno", 0)))


def _survived(load: Load) -> bool:
    if not load.constructed or load.elsewhere or load.used_as_path:
        return False
    if load.targets and all(name_hints.small(name) or name_hints.opt_in(name) for name in load.targets):
        return False
    return load.streamed or (load.extent is Extent.ONE and load.depth > 0)


def _is_given(node: ast.AST) -> bool:
    """Whether items are taken from an attribute that the constructor was given as it is."""
    given = set()
    for statement in ast.walk(node):
        if isinstance(statement, ast.FunctionDef) and statement.name in ("__init__", "setup"):
            names = {arg.arg for arg in (*statement.args.args, *statement.args.kwonlyargs)}
            given |= {
                target.attr
                for line in ast.walk(statement)
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Name) and line.value.id in names
                for target in line.targets
                if isinstance(target, ast.Attribute)
            }
    return any(
        isinstance(part, ast.Subscript)
        and isinstance(part.ctx, ast.Load)
        and isinstance(part.value, ast.Attribute)
        and part.value.attr in given
        for part in ast.walk(node)
    )


def whole_reads(story: Story) -> list[Load]:
    """Places that read one whole file of data, of which batches are then cut."""
    gathered = {load for fact in story.emitted | story.held if isinstance(fact, Hoard) for load in fact.loads}
    found = {
        fact
        for fact in story.emitted
        if isinstance(fact, Load) and fact not in gathered and _is_whole_read(fact, story)
    }
    return sorted(found, key=lambda load: (load.path, getattr(load.node, "lineno", 0)))


def _hands_out_items(story: Story) -> bool:
    """Whether a class is a data set by its base or its methods; parsers and readers of settings are none."""
    if not isinstance(story.node, ast.ClassDef):
        return False
    names = {node.name for node in story.node.body if isinstance(node, ast.FunctionDef)}
    by_index, in_turn = "__getitem__" in names, "__iter__" in names
    items = ("__len__" in names) if by_index else in_turn
    return story.data_base or items or not names.isdisjoint(_FEEDERS)


def _is_whole_read(load: Load, story: Story) -> bool:
    if load.extent is not Extent.WHOLE or load.used_as_path or load.streamed or story.reads_per_item:
        return False
    if load.targets and all(name_hints.small(name) or name_hints.opt_in(name) for name in load.targets):
        return False
    if story.kind in ("memo", "caller"):
        return False
    if load.family == "csv":
        return False
    if load.family == "library" and not _hands_out_items(story):
        return False
    if load.family in _PROSE:
        return _hands_out_items(story)
    return load.in_start or load.strong

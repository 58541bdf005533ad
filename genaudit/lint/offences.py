"""Which read sites and accumulations of a subject are offences: shared by the rules about data in memory."""

from __future__ import annotations

import ast

from genaudit.lint.files.syntax import own_nodes
from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.interpreter.values import MADE, Accumulation, Extent, Origin, ReadSite
from genaudit.model import Level

_PROSE = frozenset(["whole-text", "bytes"])
_FEEDERS = frozenset("next_batch get_batch get_next_batch next_minibatch get_minibatch sample_batch".split())


def accumulations(facts: SubjectFacts) -> list[Accumulation]:
    """Places that gather the data of every item and keep it, worst first."""
    known = facts.emitted | facts.held
    offending = [origin for origin in known if isinstance(origin, Accumulation) and _offends(origin, facts)]
    return sorted(_innermost(offending), key=_place)


def _offends(accumulation: Accumulation, facts: SubjectFacts) -> bool:
    if accumulation.container is not None and accumulation.container.bounded and accumulation.phase == "generator":
        return False
    if accumulation.phase == "batch" and accumulation not in facts.on_object:
        return False
    if accumulation.phase == "import" and accumulation not in facts.emitted:
        return False
    if (
        accumulation.targets
        and all(name_hints.small(name) or name_hints.opt_in(name) for name in accumulation.targets)
        and not accumulation.strong
    ):
        return False
    if accumulation.strong:
        return _kept_as_data(accumulation, facts)
    if accumulation.made and not accumulation.targets & taken_by_number(facts.node):
        return False
    prose = any(name_hints.says_prose(name) for name in accumulation.targets)
    if any(site.family == "csv" and not prose and not _says_content(site) for site in accumulation.read_sites):
        return False
    return accumulation in facts.emitted and not accumulation.used_as_path and not facts.reads_per_item


def _says_content(read_site: ReadSite) -> bool:
    """Whether the rows of a table of text are seen to be the data, and no index: by their numbers, words or fields."""
    return read_site.learned.encoded or read_site.learned.content


def _kept_as_data(accumulation: Accumulation, facts: SubjectFacts) -> bool:
    """Decoded data counts where it is handed out, or is certainly what it seems."""
    return accumulation in facts.emitted or (accumulation.sure and facts.kind not in ("memo", "caller"))


def _innermost(offending: list[Accumulation]) -> list[Accumulation]:
    """One accumulation for one set of read sites: of several steps that gather the same, the first."""
    kept: list[Accumulation] = []
    for accumulation in sorted(
        offending,
        key=lambda accumulation: (len(accumulation.read_sites), *_place(accumulation)),
    ):
        if not any(accumulation.read_sites <= other.read_sites and accumulation.path == other.path for other in kept):
            kept.append(accumulation)
    return kept


def level_of(accumulation: Accumulation) -> Level:
    """Error only where it is certain that decoded data of every item is kept."""
    return Level.ERROR if accumulation.sure and accumulation.strong else Level.WARNING


def survivors(facts: SubjectFacts) -> list[ReadSite]:
    """Places that read item by item in a constructor, of which something is in every batch, and no item is read later.

    What is handed out must come from somewhere: not from files, and not from arrays that the caller gave.
    """
    if facts.kind != "class" or facts.reads_per_item or not _hands_out_items(facts) or _is_given(facts.node):
        return []
    gathered = {
        read_site
        for origin in facts.emitted | facts.held
        if isinstance(origin, Accumulation)
        for read_site in origin.read_sites
    }
    offending = {read_site for accumulation in accumulations(facts) for read_site in accumulation.read_sites}
    read_sites = {origin for origin in facts.emitted if isinstance(origin, ReadSite)} | {
        read_site for origin in facts.emitted if isinstance(origin, Accumulation) for read_site in origin.read_sites
    }
    surviving = [read_site for read_site in read_sites if _survived(read_site) and not offending & gathered]
    return sorted(surviving, key=_place)


def _survived(read_site: ReadSite) -> bool:
    learned = read_site.learned
    if read_site.family == MADE or not learned.constructed or learned.elsewhere or learned.used_as_path:
        return False
    if read_site.targets and all(name_hints.small(name) or name_hints.opt_in(name) for name in read_site.targets):
        return False
    return (learned.streamed or learned.extent is Extent.ONE) and learned.depth > 0


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


def taken_by_number(node: ast.AST) -> set[str]:
    """Attributes of which an item is the element with its number: ``self.data[index]`` in ``__getitem__``."""
    taken: set[str] = set()
    for method in getattr(node, "body", ()):
        if isinstance(method, ast.FunctionDef) and method.name == "__getitem__" and len(method.args.args) > 1:
            number = method.args.args[1].arg
            taken |= {
                part.value.attr
                for part in ast.walk(method)
                if isinstance(part, ast.Subscript)
                and isinstance(part.value, ast.Attribute)
                and _is_number(part.slice, number)
            }
    return taken


def _is_number(index: ast.expr, number: str) -> bool:
    first = index.elts[0] if isinstance(index, ast.Tuple) and index.elts else index
    return isinstance(first, ast.Name) and first.id == number


def whole_reads(facts: SubjectFacts) -> list[ReadSite]:
    """Places that read one whole file of data, of which batches are then cut."""
    gathered = {
        read_site
        for origin in facts.emitted | facts.held
        if isinstance(origin, Accumulation)
        for read_site in origin.read_sites
    }
    whole = {
        origin
        for origin in facts.emitted
        if isinstance(origin, ReadSite) and origin not in gathered and _is_whole_read(origin, facts)
    }
    return sorted(whole, key=_place)


def _hands_out_items(facts: SubjectFacts) -> bool:
    """Whether a class is a data set by its base or its methods; parsers and readers of settings are none."""
    if isinstance(facts.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return facts.kind == "generator" and _gives_examples(facts.node)
    if not isinstance(facts.node, ast.ClassDef):
        return False
    names = {node.name for node in facts.node.body if isinstance(node, ast.FunctionDef)}
    by_index, in_turn = "__getitem__" in names, "__iter__" in names
    items = ("__len__" in names) if by_index else in_turn
    if facts.data_base or items or not names.isdisjoint(_FEEDERS):
        return True
    return any(isinstance(node, ast.FunctionDef) and _gives_examples(node) for node in facts.node.body)


def _gives_examples(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a generator hands out examples or batches, by its name or its parameters."""
    if not any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own_nodes(node)):
        return False
    given = {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
    return name_hints.says_examples(node.name) or not given.isdisjoint(("batch_size", "batchsize", "bs"))


def _is_whole_read(read_site: ReadSite, facts: SubjectFacts) -> bool:
    if (
        read_site.learned.extent is not Extent.WHOLE
        or read_site.learned.used_as_path
        or read_site.learned.streamed
        or facts.reads_per_item
    ):
        return False
    if read_site.targets and all(name_hints.small(name) or name_hints.opt_in(name) for name in read_site.targets):
        return False
    if not read_site.strong and any(name_hints.says_vocabulary(name) for name in (facts.name, read_site.function)):
        return False
    if facts.kind in ("memo", "caller"):
        return False
    if read_site.family == "csv":
        return False
    if read_site.family == "library" and not _hands_out_items(facts):
        return False
    if read_site.family in _PROSE:
        return _hands_out_items(facts)
    return read_site.learned.in_start or read_site.strong


def _place(origin: Origin) -> tuple[str, int]:
    return origin.path, getattr(origin.node, "lineno", 0)

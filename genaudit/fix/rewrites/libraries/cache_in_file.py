"""A cache of TensorFlow that keeps decoded items in memory: it keeps them in a file, which goes with the program."""

from __future__ import annotations

from typing import Any

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import source_of
from genaudit.model.catalogue import EAGER_LOAD, IN_MEMORY_CACHE, UNBOUNDED_CACHE

_HELPER = '''def {name}():
    """A file of its own for the cache of a pipeline, on the disk of TMPDIR; it is removed when the program ends."""
    folder = {tempfile}.mkdtemp(prefix="cache-")
    {atexit}.register({shutil}.rmtree, folder, ignore_errors=True)
    return {os}.path.join(folder, "items")
'''


class CacheInFile:
    """The rewrite for ``.cache()``: items are the same, also where the function of ``map`` draws random numbers."""

    name = "cache-in-file"
    codes = frozenset(pattern.code for pattern in (EAGER_LOAD, UNBOUNDED_CACHE, IN_MEMORY_CACHE))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with a file for the cache."""
        source = source_of(text)
        if not any(dotted.partition(".")[0] == "tensorflow" for dotted in source.imports.values()):
            return Refusal(reason="no pipeline of TensorFlow is built in this file")
        for call in source.find(cst.Call):
            is_cache = isinstance(call.func, cst.Attribute) and call.func.attr.value == "cache" and not call.args
            if not is_cache or not source.covers(source.statement(call), fault.line):
                continue
            changes = Changes(source)
            name = source.fresh("cache_file")
            modules = {module: changes.module(module) for module in ("atexit", "os", "shutil", "tempfile")}
            changes.helper(call, _HELPER.format(name=name, **modules))

            def with_file(updated: Any, name: str = name) -> Any:
                return updated.with_changes(args=[cst.Arg(cst.Call(cst.Name(name)))])

            changes.rebuild(call, with_file)
            return Proposal(text=changes.apply(), summary="decoded items are kept in a file, and not in memory")
        return Refusal(reason="no pipeline keeps its items in memory at the line of the finding")

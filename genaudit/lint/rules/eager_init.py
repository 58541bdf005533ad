"""All items decoded in a constructor."""

from collections.abc import Iterator

from genaudit.lint.fix.snippets import per_item
from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.interpreter.values import Accumulation
from genaudit.lint.offences import accumulations, level_of, survivors
from genaudit.lint.rules.base import Hit, hit_of, lint_rule
from genaudit.model import Level

_FIX = "keep the paths in the constructor, and read an item when it is asked for"
_FIX_MADE = "make an item when it is asked for, from a seed and its number"


@lint_rule(code="GA102", name="eager-init", title="The constructor loads the data set", level=Level.ERROR)
def eager_init(facts: SubjectFacts) -> Iterator[Hit]:
    """The constructor of a data set class, or what it calls, decodes every item and keeps it on the object.

    Where the way of the data through the constructor is lost, a warning remains: files are read there, every item is
    made of what was read, and no file is read when an item is asked for.

    Why it matters:
        The object is as large as the data set before anybody asks for an item, and every worker process that
        receives it may hold its own copy.

    When it is wrong:
        Small data sets are faster from memory. If that is meant, let the caller ask for it
        (``preload=False``: an opt-in is never accused), or say so in a suppression with its reason.

    What to do:
        Keep the paths in ``__init__`` and read in ``__getitem__``::

            def __init__(self, folder):
                self.paths = sorted(Path(folder).glob("*.png"))

            def __getitem__(self, index):
                return read(self.paths[index])

    Known misses:
        Attributes set from outside the class; constructors that a metaclass or a decorator writes; readers that neither
        their library nor their name gives away.
    """
    if facts.kind != "class":
        return
    for accumulation in accumulations(facts):
        if accumulation.phase != "start":
            continue
        known = accumulation.path == facts.path and not accumulation.made
        sketch = per_item(accumulation.node, facts.node) if known else None
        yield hit_of(
            accumulation,
            facts,
            code=sketch.shown if sketch is not None else None,
            message=f"{facts.name} {_does(accumulation)} while it is constructed, and keeps them all",
            level=level_of(accumulation),
            fix=_FIX_MADE if accumulation.made else _FIX,
        )
    for read_site in survivors(facts):
        yield hit_of(
            read_site,
            facts,
            message=f"{facts.name} makes every item while it is constructed, of what {read_site.reader} returns",
            level=Level.WARNING,
            fix=_FIX,
        )


def _does(accumulation: Accumulation) -> str:
    return "makes every item" if accumulation.made else f"reads every item with {accumulation.readers}"

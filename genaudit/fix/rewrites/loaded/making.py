"""How one item is made, and whether it is the same when it is made later."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from genaudit.fix.rewrites.loaded.gathered import Gathered, Step, assigned, steps
from genaudit.fix.rewrites.tree.later import made_otherwise
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import is_bare, is_changing, names_in
from genaudit.fix.texts import Unfit

_LEAVING = cst.Break | cst.Return | cst.Yield


def split_loop(source: Source, found: Gathered) -> None:
    """Find the statements of a loop that only serve to make the item; they go where it is made.

    Raises:
        Unfit: The loop does something that cannot be taken apart.
    """
    if found.loop is None or found.append is None:
        return
    loop, of_loop = found.loop, names_in(source, [found.target])
    if any(isinstance(node, _LEAVING) for node in source.find(cst.CSTNode, loop)):
        raise Unfit(f"the loop that fills {found.shown} may end before its last item")
    stored = names_in(source, [loop.body], bound=True)
    if of_loop & stored:
        raise Unfit(f"the variable of the loop that fills {found.shown} gets another value in it")
    before = _before(source, found.append, found)
    wanted = names_in(source, [found.item, *([found.within] if found.within else [])], bound=False)
    found.prepare = _serving(source, before, wanted - of_loop, found)
    inside = [*found.prepare, found.within or found.append]
    own = names_in(source, inside, bound=True)
    others = {
        name.value
        for name in source.find(cst.Name, found.function)
        if name.value in own and is_bare(source, name) and not any(source.is_in(name, node) for node in inside)
    }
    if others:
        raise Unfit(f"{min(others)} is used elsewhere too, not only to make an item of {found.shown}")
    left = (names_in(source, [found.item, *found.prepare], bound=False) - own) & stored
    if left:
        raise Unfit(f"{min(left)}, which an item of {found.shown} is made of, is set elsewhere in the loop")


def _serving(source: Source, before: list[Step], wanted: set[str], found: Gathered) -> list[Step]:
    """Of some statements those that give what is wanted, and what these want."""
    serving: list[Step] = []
    for step in reversed(before):
        if not names_in(source, [step], bound=True) & wanted:
            continue
        if assigned(step) is None and not isinstance(step, cst.AugAssign):
            raise Unfit(f"what is put into {found.shown} is made by more than plain assignments")
        serving.insert(0, step)
        wanted |= names_in(source, [step], bound=False) - names_in(source, [found.target])
    return serving


def _before(source: Source, step: Step, found: Gathered) -> list[Step]:
    """The statements before one in its block of the loop; a ``with`` that does nothing else comes along."""
    suite = source.up(step, cst.BaseSuite)
    outer = source.parent(suite) if suite is not None else None
    block = steps(suite) if suite is not None else []
    if isinstance(outer, cst.For | cst.If) or (
        isinstance(outer, cst.Else) and isinstance(source.parent(outer), cst.If)
    ):
        return block[: next(at for at, each in enumerate(block) if each is step)]
    is_with = isinstance(outer, cst.With) and outer.asynchronous is None and found.within is None
    if not isinstance(outer, cst.With) or not is_with or block[-1] is not step:
        raise Unfit("an item is made inside of a try or while statement of the loop")
    if any(assigned(each) is None for each in block[:-1]):
        raise Unfit("the with statement that an item is made in does more than that")
    found.within = outer
    return _before(source, outer, found)


def free_names(source: Source, found: Gathered) -> set[str]:
    """Names that an item is made of, and that are given elsewhere."""
    made = found.making
    own = names_in(source, [found.target]) | names_in(source, made, bound=True)
    return names_in(source, made, bound=False) - own - ({found.shown, found.receiver} - {None})


def check_item(source: Source, found: Gathered) -> None:
    """Make sure that an item is the same whenever it is made, as far as the text tells.

    Raises:
        Unfit: It draws a random number, reads on in a file, or is made of something that changes later.
    """
    free = free_names(source, found)
    if not names_in(source, [found.target]) & names_in(source, found.making, bound=False):
        raise Unfit(f"items of {found.shown} are not made of what the loop goes over")
    is_plain = isinstance(found.item, cst.Name | cst.BaseNumber | cst.SimpleString)
    if is_plain and not found.prepare and found.within is None:
        raise Unfit(f"nothing is loaded where {found.shown} is made")
    reason = made_otherwise(source, found.making, free)
    if reason is not None:
        raise Unfit(reason)
    if found.receiver is None:
        _check_names(source, free, found)


def _check_names(source: Source, free: Iterable[str], found: Gathered) -> None:
    """Nothing that items are made of may get another value once the list is there."""
    late = [name for name in sorted(free) if is_changing(source, found.last, name)]
    if late:
        raise Unfit(f"{late[0]}, which items of {found.shown} are made of, gets another value further down")
    if source.find(cst.NameItem, found.function):
        raise Unfit("the function changes variables outside of it")

"""Suppressions that answer for nothing."""

from collections.abc import Collection, Iterator

from genaudit.lint.files.suppress import Suppression
from genaudit.lint.rules.base import Hit
from genaudit.model import Level, rule


@rule(code="GA903", name="unused-suppression", title="A suppression answers for nothing", level=Level.WARNING)
def unused_suppression(unused: Collection[Suppression], path: str) -> Iterator[Hit]:
    """A comment ``# genaudit: ignore[...]`` is where nothing is found, names no rule, or one that does not exist.

    Why it matters:
        It would hide the next fault on that line, for a reason that is gone.

    When it is wrong:
        The suppression is for a measured finding that the static audit cannot see. ``genaudit run`` reports one
        as unused only where measuring finds nothing, too; ``genaudit lint`` alone cannot know, and reports it if it
        has that rule.

    What to do:
        Remove the comment, correct the name in it, or name the rule in brackets:
        ``# genaudit: ignore[GA101] -- reason``.

    Known misses:
        None: every comment of the audited files is looked at.
    """
    for suppression in unused:
        yield Hit(
            path=path,
            function="",
            line=suppression.line,
            end_line=suppression.line,
            message=_message(suppression),
            level=Level.WARNING,
            fix=_fix(suppression),
            offset=suppression.offset,
        )


def _fix(suppression: Suppression) -> str:
    """What to do: a name that was mistyped is corrected, for a removed comment would answer for nothing more."""
    if suppression.unknown:
        return "correct the name; genaudit rule lists all" if suppression.meant else "genaudit rule lists all names"
    return "remove the comment" if suppression.codes else "name the rule in brackets, or remove the comment"


def _message(suppression: Suppression) -> str:
    if suppression.unknown:
        near = f": did you mean {', '.join(suppression.meant)}?" if suppression.meant else ""
        return f"{', '.join(suppression.unknown)} is no rule of genaudit{near}"
    if not suppression.codes:
        return "a suppression has to name its rule: # genaudit: ignore[GA101] -- reason"
    return f"nothing is found here for {', '.join(suppression.codes)}"

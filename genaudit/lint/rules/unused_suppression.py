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
        Remove the comment, or name the rule in brackets: ``# genaudit: ignore[GA101] -- reason``.

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
            fix="remove the comment",
        )


def _message(suppression: Suppression) -> str:
    if suppression.unknown:
        return f"{', '.join(suppression.unknown)} is no rule of genaudit"
    if not suppression.codes:
        return "a suppression has to name its rule: # genaudit: ignore[GA101] -- reason"
    return f"nothing is found here for {', '.join(suppression.codes)}"

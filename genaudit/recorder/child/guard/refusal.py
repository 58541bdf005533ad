"""What genaudit itself refuses inside the child: wrong use, or a target that cannot be used."""

from __future__ import annotations

from genaudit.recorder.child.guard.own_imports import OwnImports

USAGE = 2
TARGET = 3


class Refusal(Exception):  # noqa: N818 - it is an answer to the user, not a fault of the program
    """The target cannot be audited as it was asked for.

    Args:
        message: What is wrong and where; may have several lines.
        slug: Stable short name of the case.
        hint: What to do about it.
        exit_code: 2 for wrong use, 3 for a target that cannot be imported, called or driven.
    """

    def __init__(self, message: str, *, slug: str, hint: str = "", exit_code: int = TARGET) -> None:
        super().__init__(message)
        self.message = message
        self.slug = slug
        self.hint = hint
        self.exit_code = exit_code

    def be_raised(self) -> None:
        """Raise it."""
        raise self

    def describe(self) -> dict[str, object]:
        """The fields of a ``raised`` mark that the refusal itself gives."""
        return {
            "type": "Refusal",
            "message": self.message,
            "traceback": "",
            "frames": [],
            "slug": self.slug,
            "hint": self.hint,
            "exit_code": self.exit_code,
        }


def near(name: str, names: object) -> list[str]:
    """Up to three of ``names`` that ``name`` may have been meant for: begun with it, then the nearest."""
    with OwnImports():
        import difflib
    name = name.lower()
    by_lower = {str(other).lower(): str(other) for other in names}  # type: ignore[attr-defined]
    begun = [other for other in by_lower if len(name) > 2 and other.startswith(name)]
    close = begun + [other for other in difflib.get_close_matches(name, by_lower, n=3) if other not in begun]
    return [by_lower[other] for other in close[:3]]


def listed(names: object, limit: int = 12) -> str:
    """Names with commas, the rest of a long list counted."""
    texts = [str(name) for name in names]  # type: ignore[attr-defined]
    if len(texts) <= limit:
        return ", ".join(texts)
    return ", ".join(texts[:limit]) + f", … ({len(texts) - limit} more)"

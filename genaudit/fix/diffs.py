"""The difference between two texts of a file, as ``git apply`` and ``patch`` read it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

CONTEXT = 3
_NO_END = "\\ No newline at end of file\n"


def unified(path: str, before: bytes, after: bytes, *, context: int = CONTEXT) -> str:
    r"""The unified difference.

    Args:
        path: As it is shown; relative, or absolute.
        before: Content of the file.
        after: Its new content.
        context: Lines around each change.

    Example:
        >>> print(unified("a.py", b"x = 1", b"x = 2"), end="")
        --- a/a.py
        +++ b/a.py
        @@ -1 +1 @@
        -x = 1
        \ No newline at end of file
        +x = 2
        \ No newline at end of file
    """
    name = path.lstrip("/")
    # Bytes that are no UTF-8 come back as they were, where the difference is written.
    old, new = (list(_lines(content.decode("utf-8", "surrogateescape"))) for content in (before, after))
    made = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=context)
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in made)


def _lines(text: str) -> Iterable[str]:
    """Lines as git counts them, each with its line feed."""
    parts = text.split("\n")
    yield from (f"{part}\n" for part in parts[:-1])
    if parts[-1]:
        yield parts[-1]

"""An exception of a worker, which comes as text within another: of torch, of multiprocessing, of tf.data."""

from __future__ import annotations

from genaudit.recorder.child.guard.stack_text import LONGEST_NAME, MOST_CHAINED, cause_of, message_of, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HEAD = "Traceback (most recent call last):"
"""What Python writes above each stack; torch puts *Original* before it."""
_CARRIERS = {"RemoteTraceback", "_RemoteTraceback"}
_OF_GRAPH = "[[{{node"


class RemoteFailure:
    """The type, the message and the rows of the stack, innermost last, that a text tells."""

    def __init__(self, kind: str, message: str, rows: list[list[object]]) -> None:
        self.kind = kind
        self.message = message
        self.rows = rows


def unpack(error: BaseException) -> RemoteFailure | None:
    """The exception that was raised in a worker; ``None`` where the exception is no more than itself."""
    seen: Any = error
    for _ in range(MOST_CHAINED):
        if seen is None:
            return None
        if seen is error or name_of(seen) in _CARRIERS:
            told = _told(message_of(seen))
            if told is not None:
                return told
        seen = cause_of(seen)
    return None


def _told(text: str) -> RemoteFailure | None:
    """The last of the stacks in a text: those before it are of causes."""
    at = text.rfind(HEAD)
    if at < 0:
        return None
    rows: list[list[object]] = []
    lines = text[at:].splitlines()[1:]
    for number, line in enumerate(lines):
        if line.startswith("  File "):
            row = _row(line)
            if row is not None:
                rows.append(row)
        elif line.strip() and not line.startswith(" ") and rows:
            return _ended(line, lines[number + 1 :], rows)
    return None


def _row(line: str) -> list[object] | None:
    path, _, rest = line.strip().removeprefix('File "').partition('", line ')
    number, _, name = rest.partition(", in ")
    return [path, int(number), name[:LONGEST_NAME]] if number.isdecimal() else None


def _ended(line: str, rest: list[str], rows: list[list[object]]) -> RemoteFailure | None:
    """The line below the stack, with those that the message goes on in."""
    kind, _, message = line.partition(": ")
    name = kind.rpartition(".")[2]
    if not name.isidentifier():
        return None
    more = []
    for part in rest:
        if part.strip() == '"""' or _OF_GRAPH in part:
            break
        more.append(part)
    return RemoteFailure(name, "\n".join([message, *more]).rstrip(), rows)

"""An exception as the text that Python prints of it, in bounded time and size, whatever its class does."""

from __future__ import annotations

from genaudit.recorder.child.call.location import source_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

LONGEST_NAME = 200
LONGEST_LINE = 300
LONGEST_MESSAGE = 8000
# Of a longer chain the exceptions raised last are kept, and of a deeper stack both its ends.
MOST_CHAINED = 8
MOST_ROWS = 40
MOST_GROUPED = 10
DEEPEST_GROUP = 3
MOST_NOTES = 10

_slots = BaseException.__dict__
_syntax = SyntaxError.__dict__
traceback_of = _slots["__traceback__"].__get__
cause_of = _slots["__cause__"].__get__
_context_of = _slots["__context__"].__get__
_is_suppressed = _slots["__suppress_context__"].__get__
_fields_of = _slots["__dict__"].__get__
_qualname_of = type.__dict__["__qualname__"].__get__
_module_of = type.__dict__["__module__"].__get__
_mro_of = type.__dict__["__mro__"].__get__

_BECAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"


def name_of(error: BaseException) -> str:
    """Qualified name of its class."""
    return _cut(_qualname_of(type(error)), LONGEST_NAME)


def message_of(error: BaseException) -> str:
    """Its message, or why it has none that can be read."""
    try:
        text = str(error)
    except BaseException as another:
        return f"(its message cannot be read: __str__ raised {name_of(another)})"
    return _cut(text, LONGEST_MESSAGE)


def syntax_place(error: BaseException) -> tuple[str, int]:
    """Path and line of text that is no Python; no path for any other exception."""
    if not issubclass(type(error), SyntaxError):
        return "", 0
    path, line = _syntax["filename"].__get__(error), _syntax["lineno"].__get__(error)
    return path if type(path) is str and "\0" not in path else "", line if type(line) is int and line > 0 else 1


def text_of(error: BaseException, trace: TracebackType | None) -> str:
    """As Python prints it, with what it was raised from.

    Args:
        trace: Where to begin the stack of the last one; of the others the whole stack is taken.
    """
    sources: dict[str, list[bytes]] = {}
    parts = [_one(error, trace, sources)]
    seen = {id(error)}
    for _ in range(MOST_CHAINED):
        before, words = cause_of(error), _BECAUSE
        if before is None and not _is_suppressed(error):
            before, words = _context_of(error), _DURING
        if before is None or id(before) in seen:
            break
        seen.add(id(before))
        parts[:0] = [_one(before, traceback_of(before), sources), words]
        error = before
    else:
        parts.insert(0, "(exceptions before these are left out)\n\n")
    return "".join(parts)


def _one(error: BaseException, trace: TracebackType | None, sources: dict[str, list[bytes]]) -> str:
    lines = _stack(trace, sources)
    head = ["Traceback (most recent call last):\n"] if lines else []
    return "".join([*head, *lines, *_told(error), *_grouped(error, 1)])


def _stack(trace: TracebackType | None, sources: dict[str, list[bytes]]) -> list[str]:
    rows: list[tuple[str, int, str]] = []
    n_left_out = 0
    while trace is not None:
        code = trace.tb_frame.f_code
        rows.append((code.co_filename, trace.tb_lineno or 0, code.co_name))
        if len(rows) > 2 * MOST_ROWS:
            # Both ends of a recursion.
            del rows[MOST_ROWS]
            n_left_out += 1
        trace = trace.tb_next
    lines = []
    for number, (path, line, name) in enumerate(rows):
        if n_left_out and number == MOST_ROWS:
            lines.append(f"  [{n_left_out} more calls]\n")
        lines.append(f'  File "{path}", line {line}, in {_cut(name, LONGEST_NAME)}\n')
        text = _line(path, line, sources)
        if text:
            lines.append(f"    {text}\n")
    return lines


def _told(error: BaseException) -> list[str]:
    lines = []
    message = message_of(error)
    path, line = syntax_place(error)
    if issubclass(type(error), SyntaxError):
        text, reason = _syntax["text"].__get__(error), _syntax["msg"].__get__(error)
        if path:
            lines.append(f'  File "{path}", line {line}\n')
        if type(text) is str and text.strip():
            lines.append(f"    {_cut(text.strip(), LONGEST_LINE)}\n")
        message = _cut(reason, LONGEST_MESSAGE) if type(reason) is str else message
    module = _module_of(type(error))
    prefix = "" if type(module) is not str or module in {"builtins", "__main__"} else _cut(module, LONGEST_NAME) + "."
    lines.append(f"{prefix}{name_of(error)}: {message}\n" if message else f"{prefix}{name_of(error)}\n")
    notes = _fields_of(error).get("__notes__")
    if type(notes) in {list, tuple}:
        lines += [f"{_cut(note, LONGEST_MESSAGE)}\n" for note in notes[:MOST_NOTES] if type(note) is str]
    return lines


def _grouped(error: BaseException, depth: int) -> list[str]:
    """The exceptions of a group (Python 3.11), a line each."""
    within = _exceptions_of(error)
    lines = []
    for member in within[:MOST_GROUPED] if depth <= DEEPEST_GROUP else ():
        first = message_of(member).partition("\n")[0]
        lines.append(f"{'  ' * depth}| {name_of(member)}: {first}\n")
        lines += _grouped(member, depth + 1)
    return lines


def _exceptions_of(error: BaseException) -> Any:
    for kind in _mro_of(type(error)):
        if (_module_of(kind), _qualname_of(kind)) == ("builtins", "BaseExceptionGroup"):
            return kind.__dict__["exceptions"].__get__(error)
    return ()


def _line(path: str, number: int, sources: dict[str, list[bytes]]) -> str:
    if path not in sources:
        sources[path] = source_lines(path)
    lines = sources[path]
    return _cut(lines[number - 1].decode("utf-8", "replace").strip(), LONGEST_LINE) if 0 < number <= len(lines) else ""


def _cut(text: str, longest: int) -> str:
    """The beginning of a text, as a plain ``str``."""
    if str.__len__(text) <= longest:
        return str.__str__(text)
    return str.__getitem__(text, slice(longest)) + "…"

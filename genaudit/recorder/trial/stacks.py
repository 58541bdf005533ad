"""The stacks that faulthandler writes."""

import re

from genaudit.model.marks import Frame

_STACK_ROW = re.compile(r'^\s+File "(?P<path>.*)", line (?P<line>\d+) in (?P<function>.*)$')


def parse_stacks(text: str) -> list[Frame]:
    r"""The first stack that faulthandler wrote for the main or the current thread, innermost frame first.

    Example:
        >>> parse_stacks('Current thread 0x1 (most recent call first):\n  File "a.py", line 3 in f\n')
        [Frame(path='a.py', line=3, function='f')]
    """
    _, found, current = text.rpartition("Current thread")
    rows: list[Frame] = []
    for line in (current if found else text).splitlines()[1:]:
        match = _STACK_ROW.match(line)
        if match is None:
            break
        rows.append(Frame(match["path"], int(match["line"]), match["function"]))
    return rows

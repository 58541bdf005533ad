"""How a child's interpreter is started: what it runs first, before anything of the target's."""

import sys
from collections.abc import Sequence
from pathlib import Path

import genaudit

_FIRST = """
try:
    with open("/proc/self/status", "rb") as file:
        bare = file.read()
except OSError:
    bare = b""
import sys
names = frozenset(sys.modules)
root = sys.argv[1]
sys.path[:] = [root] + [entry for entry in sys.path if entry]
from genaudit.recorder.child.guard.own_builtins import Finder
sys.meta_path.insert(0, Finder)
from genaudit.recorder.child.agent import main
"""
_LAST = """
sys.meta_path.remove(Finder)
sys.path.remove(root)
"""


def command(then: str, arguments: Sequence[str], *, own: str = "", interpreter: Sequence[str] = ()) -> list[str]:
    """The command of a child.

    What the interpreter takes by itself is read first, and genaudit's own part is taken apart from it. The child finds
    genaudit by one entry, and takes it away again before the target is imported: neither the current directory nor
    genaudit's own may shadow what the other imports.

    Args:
        then: What it runs when genaudit's entry is gone. It has ``sys``, ``main`` of the agent, ``names`` of the
            modules of a bare interpreter, and ``bare``, its memory.
        arguments: Its ``sys.argv`` from 2 on.
        own: What it imports of genaudit, beside the agent.
        interpreter: How Python is started; genaudit's own where empty.
    """
    # Python 3.13 imports linecache, and what that needs, before the first line of -c: not from the current folder.
    python = interpreter or [sys.executable, *(["-P"] if sys.version_info >= (3, 11) else [])]
    root = str(Path(genaudit.__file__).resolve().parent.parent)
    return [*python, "-c", _FIRST + own + _LAST + then, root, *arguments]

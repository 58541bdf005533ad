"""Hooks of the target's do not hear of genaudit's own calls."""

import os
import sys

from genaudit.recorder.child.guard.hooks import SilentHooks


def test_hooks_do_not_hear_of_genaudit() -> None:
    """Afterwards they are there again, and so is the depth of calls."""
    before = sys.gettrace(), sys.getrecursionlimit()
    heard = []

    def hook(frame: object, event: str, arg: object) -> None:
        heard.append(event)

    sys.settrace(hook)
    sys.setrecursionlimit(300)
    silent = SilentHooks()
    silent.__enter__()
    del heard[:]
    os.path.join("a", "b")
    is_silent, is_deep = not heard, sys.getrecursionlimit() >= 1000
    silent.__exit__()
    kept = sys.gettrace(), sys.getrecursionlimit()
    sys.settrace(before[0])
    sys.setrecursionlimit(before[1])

    assert is_silent
    assert is_deep
    assert kept == (hook, 300)

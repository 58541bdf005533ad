"""Does every case give batches? Each is imported and driven for a moment, in a process of its own, without genaudit.

``python -m tests.truth.smoke`` prints one JSON object: for each case its batches by size, or what it raised.
"""

import contextlib
import importlib
import itertools
import json
import os
import signal
import sys
import traceback
from pathlib import Path

SIZES = (16, 64)
BATCHES = 12
HANGS_S = 300
"""A case that goes on for so long gives no batch at all, and would keep the run for ever."""
FRAMEWORKS = ("tensorflow", "torch")


def counts(path: Path) -> dict[str, int]:
    """Batches by size, no more than ``BATCHES``; a case of windows says below which size it has none."""
    from tests.truth import bare

    module = bare.load(str(path))
    found = {}
    for items in SIZES:
        size = max(items, getattr(module, "SMALLEST", 0))
        batches = itertools.chain.from_iterable(bare.epochs(module, bare.arguments(module, size)))
        taken = list(itertools.islice(batches, BATCHES))
        found[str(items)] = sum(bare.nbytes(batch) > 0 for batch in taken)
    return found


def apart(path: Path) -> dict[str, int] | str:
    """The same in a fork, so that nothing a case does is left behind; the text of what it raised otherwise."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.close(reader)
        signal.alarm(HANGS_S)
        try:
            answer: dict[str, int] | str = counts(path)
        except BaseException:
            answer = traceback.format_exc(limit=-3)
        os.write(writer, json.dumps(answer).encode()[-60_000:])
        os._exit(0)
    os.close(writer)
    _, code = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    with os.fdopen(reader, "rb") as pipe:
        text = pipe.read()
    return json.loads(text) if text else f"ended with status {code}"


def main() -> None:
    """Drive all cases: those of no framework first, then those of each, which is imported once before their forks."""
    from tests.truth.harness import missing, needs, paths

    groups: dict[str, list[Path]] = {"": []} | {framework: [] for framework in FRAMEWORKS}
    for path in paths():
        if not missing(path):
            groups[next((framework for framework in FRAMEWORKS if framework in needs(path)), "")].append(path)
    found = {}
    for framework, members in groups.items():
        for heavy in ("numpy", "PIL.Image") if framework == "" else (framework,) if members else ():
            importlib.import_module(heavy)
        found |= {path.stem: apart(path) for path in members}
    print(json.dumps(found))


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    main()

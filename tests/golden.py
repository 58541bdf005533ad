"""Golden files: what an output looked like when somebody last read it.

A difference fails the test and leaves the new text beside the old, as ``NAME.new``. To accept it, set
``GENAUDIT_REFRESH=1``, run the test, read the difference, and commit it.
"""

import os
import subprocess
import sys
from pathlib import Path


def check_golden(path: Path, text: str) -> None:
    """Fail unless the text is what the golden file holds."""
    if os.environ.get("GENAUDIT_REFRESH"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    known = path.read_text(encoding="utf-8") if path.exists() else None
    new = path.with_name(path.name + ".new")
    if text != known:
        new.write_text(text, encoding="utf-8")
    else:
        new.unlink(missing_ok=True)
    assert text == known, f"differs from {path}; the new text is in {new.name}"


def printed_elsewhere(code: str) -> set[str]:
    """What a piece of code prints in other processes, whose heaps and hashes are others."""
    seeds = ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "PYTHONMALLOC": "malloc"})
    command = [sys.executable, "-c", code]
    return {
        subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **seed}).stdout
        for seed in seeds
    }

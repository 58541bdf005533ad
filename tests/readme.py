"""The README's marked blocks: commands that are run as printed, and output that comes from a real run.

``python -m tests.readme`` writes the output of today's code into it, as ``docs/run_examples.py`` does for all pages.
"""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def marked_command(name: str) -> str:
    """The one line of the code block after ``<!-- command: NAME -->``."""
    blocks = re.findall(
        rf"^<!-- command: {name} -->\n```sh\n(.*?)^```$", README.read_text(encoding="utf-8"), re.S | re.M
    )
    (block,) = blocks
    (line,) = block.splitlines()
    return str(line)


def documentation(name: str) -> ModuleType:
    """A module of ``docs``, which is no package."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    print(*documentation("run_examples").refresh(README), sep="\n", file=sys.stderr)

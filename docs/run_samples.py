"""``docs/samples.md``: each sample generator as it is, and what ``genaudit`` really said of it.

    python docs/run_samples.py                       # run all, and write what comes out into the page
    python docs/run_samples.py tf_data opencv_video/lazy   # those of a system, or one
    python docs/run_samples.py --code                # only write the code of today

The page holds a sample between ``<!-- sample: tf_data/lazy -->`` and ``<!-- end of sample -->``: its code without
docstrings, the command, and the first part of its output. A sample whose libraries are not installed is left as it was.
"""

import ast
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from genaudit.cli.demo_samples import Sample, samples

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "samples.md"
SAMPLE = re.compile(
    r"(?P<before><!-- sample: (?P<name>\S+) -->\n)```python\n(?P<code>.*?)```\n\n"
    r"```console\n(?P<output>.*?)```\n(?P<after><!-- end of sample -->)",
    re.DOTALL,
)
_ENDS = ("Memory", "Fix", "Note:", "Check it")
"""Words that begin what a page leaves out: the picture of memory, the fix, where the reports are."""


def code_of(sample: Sample) -> str:
    """What the target of a sample does: its functions and classes, without docstrings."""
    source = sample.path.read_text(encoding="utf-8")
    lines = source.splitlines()
    left_out: set[int] = set()
    parts = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for part in parts:
        for node in ast.walk(part):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
                docstring = node.body[0]
                left_out |= set(range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1))
    texts = []
    for part in parts:
        first = min([part.lineno, *(each.lineno for each in part.decorator_list)])
        kept = [lines[at - 1] for at in range(first, (part.end_lineno or first) + 1) if at not in left_out]
        # Marks are for tests.
        text = "\n".join(re.sub(r"  # finds: .*$", "", line) for line in kept)
        texts.append(re.sub(r":\n\n+", ":\n", text))
    return "\n\n\n".join(texts) + "\n"


def shown(text: str) -> str:
    """The verdict, the line and the figures of an output."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip().startswith(_ENDS) or line.endswith("/report.html"):
            break
        lines.append(re.sub(r" *# finds: .*$", "", line.rstrip()))
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line}\n" for line in lines)


def run(sample: Sample) -> str:
    """What the command of a sample prints now."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "genaudit", *sample.words[1:], "--isolated", "--out", folder],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
    assert done.stdout.strip(), done.stderr
    return done.stdout


def with_samples(text: str, outputs: dict[str, str]) -> str:
    """The page with the code of today, and outputs in place of those it had.

    Args:
        text: The page.
        outputs: What was printed, by the name of the sample.
    """
    known = {sample.name: sample for sample in samples()}

    def written(match: re.Match[str]) -> str:
        sample = known[match["name"]]
        output = outputs.get(sample.name)
        console = match["output"] if output is None else f"$ {' '.join(sample.words)}\n{shown(output)}"
        return f"{match['before']}```python\n{code_of(sample)}```\n\n```console\n{console}```\n{match['after']}"

    return SAMPLE.sub(written, text)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--code"]
    made: dict[str, str] = {}
    for each in samples() if "--code" not in sys.argv else []:
        if words and each.name not in words and each.name.partition("/")[0] not in words:
            continue
        if each.missing:
            print(f"{each.name}: not run, as {' and '.join(each.missing)} is not installed", file=sys.stderr)
            continue
        print(f"{each.name}: {' '.join(each.words)}", file=sys.stderr)
        made[each.name] = run(each)
        PAGE.write_text(with_samples(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
    PAGE.write_text(with_samples(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")

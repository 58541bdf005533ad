"""The README's marked blocks: commands that are run as printed, and output that comes from a real run.

``python -m tests.readme`` writes the output of today's code into the README.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

_OUTPUT = re.compile(
    r"(?P<before><!-- output: inefficient -->\n```text\n)(?P<text>.*?)(?P<after>```\n<!-- end of output -->)", re.S
)


def marked_command(name: str) -> str:
    """The one line of the code block after ``<!-- command: NAME -->``."""
    blocks = re.findall(
        rf"^<!-- command: {name} -->\n```sh\n(.*?)^```$", README.read_text(encoding="utf-8"), re.S | re.M
    )
    (block,) = blocks
    (line,) = block.splitlines()
    return str(line)


def example_command() -> list[str]:
    """The words after ``genaudit`` of the command whose output the README shows."""
    shown = re.findall(r"^\$ genaudit (run .*)$", README.read_text(encoding="utf-8"), re.M)
    (line,) = shown
    return shlex.split(line)


def shown_output() -> str:
    """The output as the README has it."""
    match = _OUTPUT.search(README.read_text(encoding="utf-8"))
    assert match is not None, "README.md lacks the block <!-- output: inefficient -->"
    return match["text"]


def fresh_output() -> str:
    """The output of the same command now, as it comes out of a pipe."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "genaudit", *example_command(), "--out", folder],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        # Exit code 1 is the verdict: the sample is at fault.
        assert done.returncode == 1, done.stdout + done.stderr
        text = done.stdout.replace(folder, "reports")
    return "".join(f"{line.rstrip()}\n" for line in text.strip("\n").splitlines())


def refresh() -> None:
    """Put the fresh output into the README."""
    text = README.read_text(encoding="utf-8")
    output = fresh_output()
    README.write_text(_OUTPUT.sub(lambda match: match["before"] + output + match["after"], text), encoding="utf-8")


if __name__ == "__main__":
    refresh()

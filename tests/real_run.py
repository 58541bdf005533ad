"""Runs the real command line in a process of its own, and looks at what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from tests.readme import ROOT

LONGEST_S = 300
"""Only so that a run that never ends does not hold up the rest; no test says how long a run takes."""
BRIEF = ("--quick", "--batches", "12", "--max-batches", "12")
"""Options for a run in which nothing about memory is asked."""
DRAWN = {"GENAUDIT_WRITE": "html,png,json"}
"""Variables of a run in which pages and pictures matter: else there is no more than the data, which is quicker."""
_MARKER = "GENAUDIT_TEST_RUN"
# As the installed command, whose folder is not the current one.
_COMMAND = f"""
import atexit, sys
sys.path[0] = {str(ROOT)!r}
from genaudit.__main__ import main


@atexit.register
def after():
    {{after}}


main()
"""


class Done(NamedTuple):
    """A run that has ended."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def report(self) -> dict[str, Any]:
        """The only report that was written."""
        (path,) = self.folder.glob("reports/*/report.json")
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return report

    @property
    def failure(self) -> dict[str, Any]:
        """What the report says went wrong."""
        failure: dict[str, Any] = self.report["failure"]
        return failure


def ordinary_signals() -> None:
    """Handled by default, as in a shell; whoever runs the tests may ignore some of them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Scratch:
    """A folder to run in, with a temporary folder of its own.

    Args:
        folder: Empty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "here"
        self.folder.mkdir()
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.variables = {"GENAUDIT_WRITE": "json"}
        self._id = uuid.uuid4().hex

    def write(self, name: str, text: str) -> Path:
        """Write a file below the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def target(self, body: str, *, name: str = "data.py") -> str:
        """Write a generator that makes 100 small batches, and runs ``body`` before each; ``i`` is its number."""
        lines = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
        self.write(
            name,
            "import ctypes, os, signal, sys, threading, time\n"
            "def batches():\n"
            "    kept = []\n"
            "    for i in range(1, 101):\n"
            f"{lines}\n"
            "        yield bytearray(100_000)\n",
        )
        return f"{name}:batches"

    def start(self, *words: str, module: bool = False, after: str = "", **options: Any) -> "subprocess.Popen[str]":
        """Start the command without waiting for it.

        Args:
            words: After ``genaudit``.
            module: As ``python -m genaudit``, for which ``env`` must say where it is.
            after: Python to run in the same process when the command has ended.
            options: For ``subprocess.Popen``; ``env`` is added to the variables.
        """
        command = ["-m", "genaudit"] if module else ["-c", _COMMAND.format(after=after or "pass")]
        environment = {**self.environment(), **options.pop("env", {})}
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": self.folder, **options}
        return subprocess.Popen(
            [sys.executable, *command, *words],
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment,
            **{"preexec_fn": ordinary_signals, **options},
        )

    def run(self, *words: str, **options: Any) -> Done:
        """Run the command to its end; nothing of it may be left."""
        process = self.start(*words, **options)
        return self.finish(process)

    def finish(self, process: "subprocess.Popen[str]") -> Done:
        """Wait for a command that was started; nothing of it may be left."""
        try:
            out, err = (text or "" for text in process.communicate(timeout=LONGEST_S))
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert "Traceback" not in err or process.returncode == 70, err
        assert self.left_running() == []
        assert list(self.temporary.iterdir()) == []
        return Done(process.returncode, out, err, self.folder)

    def environment(self) -> dict[str, str]:
        """The variables of a run; every process below it inherits the marker."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GENAUDIT_", "CI", "GITHUB_"))
        }
        return {**kept, **self.variables, "TMPDIR": str(self.temporary), "COLUMNS": "100", _MARKER: self._id}

    @property
    def marker(self) -> bytes:
        """The variable that every process of a run inherits."""
        return f"{_MARKER}={self._id}".encode()

    def left_running(self) -> list[str]:
        """Command lines of processes that a run has left."""
        left = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if self.marker in (process / "environ").read_bytes().split(b"\0"):
                    left.append((process / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return left

"""Starts the child of one trial, and ends all that is left of it."""

import contextlib
import marshal
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import psutil

import genaudit
from genaudit.record.output import Drain
from genaudit.record.spec import TrialSpec

# The child finds genaudit by this one entry, and takes it away again before the target is imported: neither the
# current directory nor genaudit's own may shadow what the other imports.
_BOOT = """
import sys
root, spec, name = sys.argv[1:4]
sys.path[:] = [root] + [entry for entry in sys.path if entry]
from genaudit.record.child.agent import main
sys.path.remove(root)
sys.argv[:] = [name]
import marshal
with open(spec, "rb") as file:
    spec = marshal.load(file)
main(spec)
"""
_TRIAL_VARIABLE = "GENAUDIT_TRIAL"


class Child:
    """A running trial: its process, its files, its end of the control pipe."""

    def __init__(self, spec: TrialSpec, *, working_directory: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="genaudit-"))
        self.marks_path = self.folder / "marks.jsonl"
        self.stacks_path = self.folder / "stacks.txt"
        self._id = uuid.uuid4().hex
        read_end, self._control = os.pipe()
        try:
            self.process = self._start(spec, read_end, working_directory)
        finally:
            os.close(read_end)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.stdout = Drain(self.process.stdout)
        self.stderr = Drain(self.process.stderr)
        self._dies_first()

    @property
    def pid(self) -> int:
        """Process id of the child, which is its process group's too."""
        return self.process.pid

    def answer(self, batches: int) -> None:
        """Tell the child how many batches are wanted in all."""
        with contextlib.suppress(OSError):
            os.write(self._control, b"%d\n" % batches)

    def dump_stacks(self) -> None:
        """Ask for all Python stacks, as faulthandler writes them."""
        with contextlib.suppress(OSError):
            self.process.send_signal(signal.SIGUSR1)

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(OSError):
            self.process.kill()

    def clean_up(self, seen: set[int]) -> int:
        """End everything the target left running, and remove the trial's folder.

        Args:
            seen: Process ids that were below the target at some time.

        Returns:
            How many processes had outlived the target.
        """
        with contextlib.suppress(OSError):
            os.close(self._control)
        left = self._left_running(seen)
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        return len(left)

    def _start(self, spec: TrialSpec, read_end: int, working_directory: Path) -> "subprocess.Popen[bytes]":
        scratch = self.folder / "scratch"
        scratch.mkdir()
        os.set_inheritable(read_end, True)
        fields = spec.as_dict(
            marks=str(self.marks_path), stacks=str(self.stacks_path), scratch=str(scratch), control=read_end
        )
        spec_path = self.folder / "spec.marshal"
        spec_path.write_bytes(marshal.dumps(fields))
        package_root = str(Path(genaudit.__file__).resolve().parent.parent)
        return subprocess.Popen(
            [sys.executable, "-c", _BOOT, package_root, str(spec_path), str(spec.target.get("text", "genaudit"))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=working_directory,
            env={**os.environ, _TRIAL_VARIABLE: self._id},
            start_new_session=True,
            pass_fds=(read_end,),
        )

    def _dies_first(self) -> None:
        """Should the machine run out of memory, the kernel is to choose the target.

        Source:
            proc_pid_oom_score_adj(5); raising one's own child's needs no privilege.
        """
        with contextlib.suppress(OSError):
            Path(f"/proc/{self.pid}/oom_score_adj").write_text("1000")

    def _left_running(self, seen: set[int]) -> list[psutil.Process]:
        """Processes of this trial that are still alive, also where they left its session."""
        marker = f"{_TRIAL_VARIABLE}={self._id}".encode()
        left = []
        for pid in seen.union(_all_pids()) - {self.pid, os.getpid()}:
            with contextlib.suppress(OSError, psutil.Error):
                if marker in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                    process = psutil.Process(pid)
                    if process.status() != psutil.STATUS_ZOMBIE:
                        left.append(process)
        return left


def _all_pids() -> list[int]:
    return psutil.pids()

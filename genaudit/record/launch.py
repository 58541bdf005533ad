"""Starts the child of one trial, and ends all that is left of it."""

import contextlib
import marshal
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil

import genaudit
from genaudit.record.child.safeguards import STACKS_SIGNAL_BELOW_LAST
from genaudit.record.mark_file import make_mark_file
from genaudit.record.output import Drain
from genaudit.record.scratch import ScratchFolder
from genaudit.record.spec import TrialSpec

# What the interpreter takes by itself is read first, for genaudit's own part is told apart from it.
# The child finds genaudit by this one entry, and takes it away again before the target is imported: neither the
# current directory nor genaudit's own may shadow what the other imports.
_BOOT = """
with open("/proc/self/status", "rb") as file:
    bare = file.read()
import sys
names = frozenset(sys.modules)
root, spec, name = sys.argv[1:4]
sys.path[:] = [root] + [entry for entry in sys.path if entry]
from genaudit.record.child.apart import Finder
sys.meta_path.insert(0, Finder)
from genaudit.record.child.agent import main
sys.meta_path.remove(Finder)
sys.path.remove(root)
sys.argv[:] = [name]
import marshal
with open(spec, "rb") as file:
    spec = marshal.load(file)
main({**spec, "bare": names}, bare)
"""
# Python 3.13 imports linecache, and what that needs, before the first line of -c: not from the current folder.
_SAFE_PATH = ["-P"] if sys.version_info >= (3, 11) else []
_TRIAL_VARIABLE = "GENAUDIT_TRIAL"
# Threads otherwise take memory from up to 8 arenas a core, each with pages of its own that are partly free: which of
# them a batch came from is chance, and looks like growth.
# Source: mallopt(3), M_ARENA_MAX. What the user has set himself is stronger.
_ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}
MOST_ROUNDS = 5
ROUND_S = 2.0
STEP_S = 0.01


class Child:
    """A running trial: its process, its files, its end of the control pipe."""

    def __init__(self, spec: TrialSpec, *, working_directory: Path) -> None:
        self._scratch = ScratchFolder()
        self.folder = self._scratch.path
        self.marks_path = self.folder / "marks.jsonl"
        make_mark_file(self.marks_path)
        self.stacks_path = self.folder / "stacks.txt"
        self._id = uuid.uuid4().hex
        # The first carries answers. Nothing is ever written to the second: when its end here closes, whatever closed
        # it, the kernel ends the child and its process group.
        control, self._control = os.pipe()
        alive, self._alive = os.pipe()
        try:
            self.process = self._start(spec, control, alive, working_directory)
        except BaseException:
            # An interrupt too: if the child runs already, the closed pipe ends it.
            self._let_go()
            self.remove()
            raise
        finally:
            os.close(control)
            os.close(alive)
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
            self.process.send_signal(signal.SIGRTMAX - STACKS_SIGNAL_BELOW_LAST)

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(OSError):
            self.process.kill()

    def end_all(self, seen: dict[int, float]) -> int:
        """End everything that the target left running.

        Args:
            seen: Processes that were below the target at some time, by id, with the time each began.

        Returns:
            How many processes had outlived the target.
        """
        if self._alive < 0:
            return 0
        ended: set[int] = set()
        for _ in range(MOST_ROUNDS):
            # What is ended may have started another meanwhile.
            left = self._left_running(seen)
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
            if not left:
                break
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            ended.update(process.pid for process in left)
            _wait_until_ended(left)
        self._let_go()
        self.process.wait()
        return len(ended)

    def remove(self) -> None:
        """Remove the trial's folder."""
        self._scratch.remove()

    def _let_go(self) -> None:
        for fd in (self._control, self._alive):
            with contextlib.suppress(OSError):
                os.close(fd)
        self._control = self._alive = -1

    def _start(self, spec: TrialSpec, control: int, alive: int, working_directory: Path) -> "subprocess.Popen[bytes]":
        scratch = self.folder / "scratch"
        scratch.mkdir()
        fields = spec.as_dict(
            marks=str(self.marks_path),
            stacks=str(self.stacks_path),
            scratch=str(scratch),
            control=control,
            alive=alive,
        )
        spec_path = self.folder / "spec.marshal"
        spec_path.write_bytes(marshal.dumps(fields))
        package_root = str(Path(genaudit.__file__).resolve().parent.parent)
        return subprocess.Popen(
            [
                sys.executable,
                *_SAFE_PATH,
                "-c",
                _BOOT,
                package_root,
                str(spec_path),
                str(spec.target.get("text", "genaudit")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=working_directory,
            env={**({} if spec.own_allocator else _ONE_ARENA), **os.environ, _TRIAL_VARIABLE: self._id},
            start_new_session=True,
            pass_fds=(control, alive),
        )

    def _dies_first(self) -> None:
        """Should the machine run out of memory, the kernel is to choose the target.

        Source:
            proc_pid_oom_score_adj(5); raising one's own child's needs no privilege.
        """
        with contextlib.suppress(OSError):
            Path(f"/proc/{self.pid}/oom_score_adj").write_text("1000")

    def _left_running(self, seen: dict[int, float]) -> list[psutil.Process]:
        """Processes of this trial that are still alive, also where they left its group, or its environment."""
        marker = f"{_TRIAL_VARIABLE}={self._id}".encode()
        left = []
        for pid in {*seen, *psutil.pids()} - {self.pid, os.getpid()}:
            with contextlib.suppress(OSError, psutil.Error):
                began = seen.get(pid)
                # A number may be given to another process once it is free; the time it began tells them apart.
                if began is None and marker not in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                    continue
                process = psutil.Process(pid)
                same = began is None or process.create_time() == began
                if same and _runs(process):
                    left.append(process)
        return left


def _wait_until_ended(processes: list[psutil.Process]) -> None:
    """Until none of them runs. One without a parent may stay a zombie for ever: in a container often nobody reaps."""
    deadline = time.monotonic() + ROUND_S
    while any(map(_runs, processes)) and time.monotonic() < deadline:
        time.sleep(STEP_S)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False

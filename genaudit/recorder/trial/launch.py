"""Starts the child of one trial, drains what it prints, and ends all that is left of it."""

import collections
import contextlib
import marshal
import os
import signal
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from genaudit.errors import UsageError
from genaudit.masking import mask
from genaudit.recorder.child.guard.safeguards import STACKS_SIGNAL_BELOW_LAST
from genaudit.recorder.trial import boot, keeping
from genaudit.recorder.trial.forking import ARENA_MAX, ForkServer
from genaudit.recorder.trial.marks_reader import make_mark_file
from genaudit.recorder.trial.scratch import ScratchFolder
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.recorder.trial.waiting import began_ticks, runs

_THEN = """
spec, name = sys.argv[2:4]
sys.argv[:] = [name]
import marshal
with open(spec, "rb") as file:
    spec = marshal.load(file)
main({**spec, "bare": names}, bare)
"""
CONTROL_FD = 3
"""The keeper puts it after the standard streams."""
TRIAL_VARIABLE = "GENAUDIT_TRIAL"
# Threads otherwise take memory from up to 8 arenas a core, each with pages of its own that are partly free: which of
# them a batch came from is chance, and looks like growth.
# Source: mallopt(3), M_ARENA_MAX. What the user has set himself is stronger.
ONE_ARENA = {ARENA_MAX: "1"}
MARSHAL = 4
"""A format that all Pythons read that a target can run in."""
MOST_ROUNDS = 5
ROUND_S = 2.0
STEP_S = 0.01
KEPT_BYTES = 64 * 1024
TAIL_CHARACTERS = 4000
TAIL_WAIT_S = 0.5


class Drain:
    """Reads a pipe to its end in a thread, keeping only the last of it.

    Args:
        stream: What is read.
        before: What the process would have printed before, had it done all by itself.
    """

    def __init__(self, stream: IO[bytes], before: bytes = b"") -> None:
        self.n_bytes = self._n_kept = len(before)
        self._kept: collections.deque[bytes] = collections.deque([before])
        self._thread = threading.Thread(target=self._run, args=(stream,), daemon=True)
        self._thread.start()

    def tail(self) -> str:
        """The last of what was printed, after the pipe has closed or a moment has passed.

        A process that outlives the target may hold the pipe open for ever, so the wait has an end.
        """
        self._thread.join(TAIL_WAIT_S)
        # Masked before it is cut: of half a secret nobody can tell what it is.
        return mask(b"".join(self._kept)[-KEPT_BYTES:].decode(errors="replace"))[-TAIL_CHARACTERS:]

    def _run(self, stream: IO[bytes]) -> None:
        while chunk := stream.read1(KEPT_BYTES):  # type: ignore[attr-defined]
            self.n_bytes += len(chunk)
            self._n_kept += len(chunk)
            self._kept.append(chunk)
            while self._n_kept - len(self._kept[0]) >= KEPT_BYTES:
                self._n_kept -= len(self._kept.popleft())


class Child:
    """A running trial: its process, its files, its end of the control pipe.

    Args:
        server: Forked for the trial; a process is started where ``None``.
    """

    def __init__(self, spec: TrialSpec, *, working_directory: Path, server: ForkServer | None = None) -> None:
        self._server = server
        self._scratch = ScratchFolder()
        self.folder = self._scratch.path
        self.marks_path = self.folder / "marks.jsonl"
        make_mark_file(self.marks_path)
        self.stacks_path = self.folder / "stacks.txt"
        self._id = server.name if server else uuid.uuid4().hex
        self._result: tuple[int, int] | None = None
        # Carries answers.
        control, self._control = os.pipe()
        (out, stdout), (err, stderr) = os.pipe(), os.pipe()
        try:
            self._keeper: keeping.Keeper = server or keeping.take()
            self.pid = self._start(spec, (stdout, stderr, control), working_directory)
        except BaseException:
            for fd in (out, err, self._control):
                os.close(fd)
            self.remove()
            raise
        finally:
            for fd in (control, stdout, stderr):
                os.close(fd)
        printed = server.printed if server else [b"", b""]
        self.stdout = Drain(os.fdopen(out, "rb"), printed[0])
        self.stderr = Drain(os.fdopen(err, "rb"), printed[1])
        self._dies_first()

    @property
    def root(self) -> int:
        """The process that everything of the trial is below."""
        return self._keeper.pid if self._keeper.reaps else self.pid

    def answer(self, batches: int) -> None:
        """Tell the child how many batches are wanted in all."""
        with contextlib.suppress(OSError):
            os.write(self._control, b"%d\n" % batches)

    def tell(self, numbers: list[int]) -> None:
        """Tell the child what it asked for."""
        with contextlib.suppress(OSError):
            os.write(self._control, " ".join(map(str, numbers)).encode() + b"\n")

    def dump_stacks(self) -> None:
        """Ask for all Python stacks, as faulthandler writes them, where there is a signal to ask by."""
        if hasattr(signal, "SIGRTMAX"):
            self._signal(signal.SIGRTMAX - STACKS_SIGNAL_BELOW_LAST)

    def hold(self) -> None:
        """Have the process do nothing more, where a system can: it is looked at before it is ended."""
        if hasattr(signal, "SIGSTOP"):
            self._signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End the process at once."""
        self._signal(signal.SIGKILL)

    def end_all(self, seen: dict[int, int]) -> tuple[int, int]:
        """End everything that the target left running.

        Args:
            seen: Processes that were below the target at some time, by id, with the time each began.

        Returns:
            Exit status of the process, negative for a signal, and how many processes had outlived it.
        """
        if self._result is None:
            try:
                self._result = self._keeper.end()
                if self._server is None:
                    keeping.give_back(self._keeper)
            except keeping.LostKeeperError:
                # Without its parent the process does not live on.
                self._keeper.kill()
                self._result = -signal.SIGKILL, self._end_strays(seen)
            os.close(self._control)
        return self._result

    def remove(self) -> None:
        """Remove the trial's folder."""
        self._scratch.remove()

    def _signal(self, number: int) -> None:
        # Its number is not another's before its status is taken.
        if self._result is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, number)

    def _start(self, spec: TrialSpec, files: tuple[int, int, int], working_directory: Path) -> int:
        scratch = self.folder / "scratch"
        scratch.mkdir()
        fields = spec.as_dict(
            marks=str(self.marks_path),
            stacks=str(self.stacks_path),
            scratch=str(scratch),
            control=CONTROL_FD,
        )
        spec_path = self.folder / "spec.marshal"
        spec_path.write_bytes(marshal.dumps(fields, MARSHAL))
        name = str(spec.target.get("text", "genaudit"))
        argv = boot.command(_THEN, [str(spec_path), name], interpreter=spec.interpreter)
        env = variables({} if spec.own_allocator else ONE_ARENA, {TRIAL_VARIABLE: self._id}, spec.variables)
        try:
            return self._keeper.start(argv, env=env, cwd=str(working_directory), files=files)
        except keeping.LostKeeperError as error:
            self._keeper.close()
            if self._server is not None:
                raise
            raise UsageError(
                f"no process can be started for a trial: {error}",
                slug="no-process",
                hint="processes or memory may be bounded: see ulimit -u and ulimit -v",
            ) from error
        except BaseException:
            # An interrupt too: if the child runs already, it ends with its keeper.
            self._keeper.close()
            raise

    def _dies_first(self) -> None:
        """Should the machine run out of memory, the kernel is to choose the target.

        Source:
            proc_pid_oom_score_adj(5); raising one's own child's needs no privilege.
        """
        with contextlib.suppress(OSError):
            Path(f"/proc/{self.pid}/oom_score_adj").write_text("1000")

    def _end_strays(self, seen: dict[int, int]) -> int:
        """Where the target has ended its keeper: end what carries the trial's mark, or was seen below the target."""
        ended: set[int] = set()
        for _ in range(MOST_ROUNDS):
            # What is ended may have started another meanwhile.
            left = self._strays(seen)
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            ended |= left
            deadline = time.monotonic() + ROUND_S
            while any(map(runs, left)) and time.monotonic() < deadline:
                time.sleep(STEP_S)
            if not left:
                break
        return len(ended - {self.pid})

    def _strays(self, seen: dict[int, int]) -> set[int]:
        marker = f"{TRIAL_VARIABLE}={self._id}".encode()
        # A number may be given to another process once it is free; the time it began tells them apart.
        left = {pid for pid, began in seen.items() if began_ticks(pid) == began}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if marker in (folder / "environ").read_bytes().split(b"\0"):
                    left.add(int(folder.name))
        return {pid for pid in left - {os.getpid()} if runs(pid)}


def variables(
    before: dict[str, str], after: dict[str, str], changed: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """The variables of a child: the user's, but for one that makes Python trace all that it does, at great cost.

    Args:
        before: What the user's win over.
        after: What wins over the user's.
        changed: Of the user's those that are others; ``None`` takes one away.
    """
    merged = {**before, **os.environ, **(changed or {}), **after}
    return {name: value for name, value in merged.items() if value is not None and name != "PYTHONTRACEMALLOC"}

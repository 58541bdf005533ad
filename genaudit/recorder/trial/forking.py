"""The fork server as genaudit sees it: a process that has a target's libraries, and is forked for each trial."""

import array
import marshal
import os
import re
import select
import socket
from collections.abc import Sequence
from pathlib import Path

from genaudit.recorder.libraries import Libraries
from genaudit.recorder.trial import boot, keeping

_OWN = """
from genaudit.recorder.child.agent import Gauge, own_imports
gauge = Gauge()
ready = gauge.read()
from genaudit.recorder.child.fork_server import serve
"""
_THEN = """
own_imports.remember(names)
with own_imports.OwnImports():
    from genaudit.recorder.child.call import resolve
import marshal
request, inherited = serve(3, gauge, ready, marshal.loads(bytes.fromhex(sys.argv[2])))
with open(request["argv"][-2], "rb") as file:
    spec = marshal.load(file)
main({**spec, "bare": names}, bare, inherited)
"""
ARENA_MAX = "MALLOC_ARENA_MAX"
MOST_PRINTED_BYTES = 64 * 1024
FEW_ARENAS = 4
"""So many, the main one with them: TensorFlow has two when it is imported."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_HEADER = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ (\d+)")
_PRESENT = bytes(number >> 7 for number in range(256))


class ForkServer(keeping.Keeper):
    """A server whose every start is a fork. It begins to import at once; ``is_ready`` tells when it has.

    Args:
        libraries: What it imports.
        name: Of the server, in its variables; its forks have no others, as the kernel has it.
        env: Its variables.
        cwd: Its folder.
    """

    def __init__(self, libraries: Libraries, *, name: str, env: dict[str, str], cwd: str) -> None:
        self._above = keeping.Keeper()
        self.name = name
        self._env = env
        self._cwd = cwd
        self._owner = os.getpid()
        self.reaps = False
        self.unfit = ""
        """Why it cannot be forked for trials; empty where it can."""
        self.seconds = 0.0
        """How long the imports took."""
        self.n_fit = 0
        """Of its steps, those after which it could still be forked."""
        self.fit_s = 0.0
        """How long those took."""
        self._arenas = 0
        self._mapped: bytes | None = None
        self._output = [os.memfd_create(name) for name in ("stdout", "stderr")]
        self._line, its = socket.socketpair()
        work = {"steps": libraries.steps, "folders": libraries.folders}
        argv = boot.command(_THEN, [marshal.dumps(work).hex()], own=_OWN)
        try:
            with its:
                files = [*self._output, its.fileno()]
                self._pid = self._above.start(argv, env=env, cwd=cwd, files=files)
        except BaseException:
            self.close()
            raise

    def is_ready(self, wait_s: float) -> bool:
        """Whether it can be forked, or says that it cannot.

        Args:
            wait_s: So long it is waited for.

        Raises:
            LostKeeperError: It has ended.
        """
        if self._mapped is not None:
            return True
        try:
            if not select.select([self._line], [], [], wait_s)[0]:
                return False
            reply = marshal.loads(self._receive(int.from_bytes(self._receive(8), "little")))  # noqa: S302 # nosec B302
        except (OSError, ValueError, EOFError) as error:
            raise keeping.LostKeeperError(str(error)) from error
        self.unfit, self.seconds = str(reply["unfit"]), float(reply["seconds"])
        self._arenas, self.n_fit, self.fit_s = int(reply["arenas"]), int(reply["fit"]), float(reply["fit_s"])
        self._mapped = mapped_ranges(self._pid)
        return True

    def may_bound_arenas(self) -> bool:
        """Whether a fork can have nearly as few arenas as a process that is told at its start.

        Its threads use those that are there, and make no other.
        """
        return self._arenas <= FEW_ARENAS

    @property
    def printed(self) -> list[bytes]:
        """What the libraries printed while they were imported: to standard output, and to standard error."""
        return [os.pread(fd, MOST_PRINTED_BYTES, 0) for fd in self._output]

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._pid

    def start(self, argv: Sequence[str], *, env: dict[str, str], cwd: str, files: Sequence[int]) -> int:
        """Fork it for a trial; of its variables only those are set that differ from the server's at its start."""
        changed = {name: value for name, value in env.items() if self._env.get(name) != value}
        arenas = changed.get(ARENA_MAX, "")
        request = {
            "argv": list(argv),
            "env": changed,
            "cwd": cwd,
            "mapped": self._mapped,
            "arenas": int(arenas) if arenas.isdecimal() else 0,
        }
        reply = self._ask(request, files)
        if "pid" not in reply:
            raise OSError(reply["errno"], os.strerror(reply["errno"]), reply["path"])
        self.reaps = reply["reaps"]
        return int(reply["pid"])

    def again_with(self, libraries: Libraries) -> "ForkServer":
        """Another one, which is started as this was."""
        return ForkServer(libraries, name=self.name, env=self._env, cwd=self._cwd)

    def close(self) -> None:
        """Let it end with all that came from it."""
        self._line.close()
        for fd in self._output:
            os.close(fd)
        self._output = []
        self._above.close()

    kill = close


def why_not(proc: Path = Path("/proc")) -> str:
    """Why the memory of a fork cannot be told from its server's on this machine; empty where it can.

    Args:
        proc: Folder of the process files.

    Source:
        proc_pid_smaps(5): ``Pss_Anon`` since Linux 5.9.
    """
    try:
        sizes = (proc / "self" / "smaps_rollup").read_bytes()
        with (proc / "self" / "pagemap").open("rb") as pages:
            pages.read(8)
    except OSError as error:
        return f"{error.filename} cannot be read"
    return "" if b"Pss_Anon:" in sizes else "PSS has no kinds (before Linux 5.9)"


def mapped_ranges(pid: int) -> bytes:
    """Pages of mapped files that a process has touched, and that a fork of it does not have: starts and lengths.

    Source:
        proc_pid_smaps(5); proc_pid_pagemap(5): bit 63 says that a page is there.
    """
    runs = array.array("q")
    with open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pages:  # noqa: PTH123
        for begin, end in _file_mappings(Path(f"/proc/{pid}/smaps").read_bytes()):
            entries = os.pread(pages.fileno(), (end - begin) // _PAGE * 8, begin // _PAGE * 8)
            there = entries[7::8].translate(_PRESENT)
            at = there.find(1)
            while at >= 0:
                stop = there.find(0, at)
                stop = len(there) if stop < 0 else stop
                runs.extend((begin + at * _PAGE, (stop - at) * _PAGE))
                at = there.find(1, stop)
    return runs.tobytes()


def _file_mappings(smaps: bytes) -> list[tuple[int, int]]:
    """Private mappings of files in which no page has been written."""
    found: list[tuple[int, int]] = []
    last: tuple[int, int] | None = None
    for line in smaps.splitlines():
        header = _HEADER.match(line)
        if header is not None:
            is_file = header[4] != b"0" and header[3].endswith(b"p")
            last = (int(header[1], 16), int(header[2], 16)) if is_file else None
        elif last is not None and line.startswith(b"Anonymous:") and int(line.split()[1]) == 0:
            found.append(last)
    return found

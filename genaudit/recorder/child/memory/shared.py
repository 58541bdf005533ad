"""Shared memory that is in no process's figures: files in ``/dev/shm`` that are not mapped, and memfds.

What a process has mapped and touched is in its RssShmem. The rest stays in memory all the same: a block that is closed
and never unlinked for good.

Source:
    tmpfs(5), memfd_create(2), proc_pid_fd(5), proc_pid_smaps(5).
"""

from __future__ import annotations

import os
import re

# Bound here: the target may replace what these modules have.
from os import geteuid, getpid, lstat, readlink, scandir, stat, statvfs, sysconf
from time import perf_counter

from genaudit.recorder.child.memory.status import content

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Where shm_open(3) makes its files.
FOLDER = "/dev/shm"  # noqa: S108 # nosec B108
IN_MEMORY = (FOLDER.encode() + b"/", b"/memfd:", b"/SYSV", b"/dev/zero")
"""How the paths of mappings begin that have a name and no file: proc_pid_maps(5)."""
_BLOCK = 512
_MOST_FILES = 20_000
_MOST_DESCRIPTORS = 4096
_DEEPEST = 3
# Who else has a file open is looked for no longer than this.
_LOOK_S = 0.2
# Before files are removed, which is asked once: on a busy machine what is not looked at would be left for good.
_LAST_LOOK_S = 10.0
# At most this share of the time goes into looks that are not asked for.
_LOOK_DUTY = 0.05
# A shorter number in a name may as well count something: it is a process's only where such names have it, as a word of
# its own and before any other. Processes of a container have no longer ones.
_SHORTEST_PID = 1000
_LIBRARIES = ("torch_", "joblib_", "loky-")
"""Their files of shared memory begin so, and have the process's number next."""
_AUDITED = b"GENAUDIT_TRIAL="
_NUMBER = re.compile("[0-9]+")
_FIRST_WORD = re.compile("[^0-9]*(?<![0-9A-Za-z])([1-9][0-9]*)(?![0-9A-Za-z])")
# Of a mapping's first line: its number in the file system, and its name.
_MAPPING = re.compile(rb"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ (\d+) +(\S.*)$")


class SharedFile:
    """One file of shared memory."""

    __slots__ = ("held_bytes", "path", "size_bytes", "uid")

    def __init__(self, path: str, state: os.stat_result) -> None:
        self.path = path
        self.uid = state.st_uid
        self.size_bytes = state.st_size
        self.held_bytes = state.st_blocks * _BLOCK


class Shared:
    """What a tree of processes has taken of shared memory since this was made.

    Nothing says who made a file there. One is taken for the tree's own if it is new, this user's, held by no process
    outside of the tree, and either a process of the tree was seen to hold it, or has its number in the name, or the
    tree has written so much meanwhile; touching so many pages is enough where no other audit runs.

    Args:
        folder: Where shared memory has names.
        leave_out: A folder of genaudit's own, which may lie in it.
        server: The fork server that the tree comes from, if any: it is nobody else.
    """

    def __init__(self, folder: str = FOLDER, leave_out: str = "", server: int | None = None) -> None:
        self._folder = folder
        self.leave_out = leave_out
        self.server = server
        self._before = frozenset(self._files())
        self._began = self._state()
        self._last = self._began
        self._machine_bytes = _machine_bytes()
        self._next_look_s = 0.0
        self._ours: set[int] = set()
        self._others: set[int] = set()
        self._seen: set[int] = set()
        self._written_in_all = 0
        self._written = self._touched = 0
        self._pids: set[int] = set()
        self._state_then: tuple[dict[int, int], list[tuple[int, int]]] | None = None
        self._beyond_then = 0
        """What was in no figure of the processes when they were looked through last."""

    def grown_bytes(self) -> int:
        """By how much the machine's shared memory has grown, whoever made it: an upper bound, for next to nothing."""
        return max(0, (self._began[0] - self._state()[0]) * self._began[2], _machine_bytes() - self._machine_bytes)

    def has_changed(self) -> bool:
        """Whether there is anything new to look at since the last look."""
        return self._state() != self._last

    def size_bytes(self) -> int:
        """Size of all new files of this user, as the one thing that a line of code changes at once."""
        uid = geteuid()
        return sum(file.size_bytes for number, file in self._files().items() if self._is_new(number, file, uid))

    def beyond_bytes(self, pids: Iterable[int]) -> int:
        """Bytes of the tree's shared memory that are in no figure of its processes.

        Args:
            pids: The processes of the tree. Of one alone RSS is its figure, of several PSS.
        """
        pids = list(pids)
        open_files = self.see(pids)
        self._attribute(pids)
        held = {number: file.held_bytes for number, file in self._files().items() if number in self._ours}
        held.update({number: n for number, n in open_files.items() if number not in self._before | self._others})
        if not held:
            return 0
        # All mappings are gone through for it, 10 ms in a process with TensorFlow's: again only after a change.
        state = held, [(pid, _mapped_bytes(pid)) for pid in pids]
        if state != self._state_then:
            counted = _mapped(pids, b"Rss:" if len(pids) == 1 else b"Pss:")
            self._beyond_then = sum(max(0, n_bytes - counted.get(number, 0)) for number, n_bytes in held.items())
            self._state_then = state
        return self._beyond_then

    def look(self, pids: Iterable[int]) -> None:
        """See what the tree holds just now; where nothing is new, or it takes long, not at once."""
        began = perf_counter()
        if began >= self._next_look_s and self.has_changed():
            self.see(list(pids))
            ended = perf_counter()
            self._next_look_s = ended + (ended - began) / _LOOK_DUTY

    def remove(self) -> None:
        """Unlink the files that the tree was seen to hold, or has named, and that nobody holds now."""
        uid = geteuid()
        left = {
            number: file.path
            for number, file in self._files().items()
            if self._is_new(number, file, uid) and number not in self._others and self._is_removable(number, file)
        }
        elsewhere, _, is_sure = (
            _holders_outside({getpid(), self.server}, _LAST_LOOK_S) if left else (set(), False, False)
        )
        for number, path in left.items():
            if is_sure and number not in elsewhere:
                _unlink(path)

    def see(self, pids: list[int]) -> dict[int, int]:
        """What the processes of the tree have open, in bytes by its number; and remember it."""
        self._last = self._state()
        self._pids.update(pids)
        self._written_in_all = max(self._written_in_all, _written(pids)[0])
        open_files = _open_files(pids)
        self._seen.update(open_files)
        return open_files

    def _attribute(self, pids: list[int]) -> None:
        """Tell new files of the tree's from others'."""
        uid = geteuid()
        written, touched = _written(pids)
        new = {
            number: file
            for number, file in self._files().items()
            if number not in self._ours | self._others and self._is_new(number, file, uid)
        }
        if new:
            self._seen.update(_mapped(pids, b"Rss:"))
            elsewhere, is_alone, is_sure = _holders_outside({*pids, self.server}, _LOOK_S)
            unproven = sum(
                min(file.held_bytes, file.size_bytes)
                for number, file in new.items()
                if number not in elsewhere and not self._is_proven(number, file)
            )
            own = written - self._written
            may_be_ours = own >= unproven or (is_alone and own + touched - self._touched >= unproven)
            for number, file in new.items():
                if number not in elsewhere and (self._is_proven(number, file) or (may_be_ours and is_sure)):
                    self._ours.add(number)
                elif is_sure:
                    self._others.add(number)
        self._written, self._touched = written, touched

    def _is_proven(self, number: int, file: SharedFile) -> bool:
        return number in self._seen or self._is_named(file.path)

    def _is_removable(self, number: int, file: SharedFile) -> bool:
        """Whether that proof is good enough to remove it.

        Others may count what they leave there for a while: a short number is enough only in names that libraries give,
        or where the tree has written so much.
        """
        if number in self._seen or self._has_long_number(file.path):
            return True
        if not self._has_short_number(file.path):
            return False
        return _is_of_library(file.path) or self._written_in_all >= self._short_bytes()

    def _short_bytes(self) -> int:
        """Bytes of all new files that only a short number is a sign of."""
        uid = geteuid()
        return sum(
            min(file.held_bytes, file.size_bytes)
            for number, file in self._files().items()
            if self._is_new(number, file, uid) and number not in self._seen and self._has_short_number(file.path)
        )

    def _is_new(self, number: int, file: SharedFile, uid: int) -> bool:
        return number not in self._before and file.uid == uid

    def _is_named(self, path: str) -> bool:
        return self._has_long_number(path) or self._has_short_number(path)

    def _has_long_number(self, path: str) -> bool:
        numbers = {int(text) for text in _NUMBER.findall(path[len(self._folder) :]) if len(text) < 9}
        return any(number >= _SHORTEST_PID and number in self._pids for number in numbers)

    def _has_short_number(self, path: str) -> bool:
        words = [_FIRST_WORD.match(name) for name in path[len(self._folder) :].split("/")]
        return any(word is not None and int(word[1][:9]) in self._pids for word in words)

    def _files(self) -> dict[int, SharedFile]:
        """Every regular file there, by its number."""
        by_number: dict[int, SharedFile] = {}
        for path in _regular(self._folder, _DEEPEST, self.leave_out):
            try:
                state = lstat(path)
            except OSError:
                continue
            by_number[state.st_ino] = SharedFile(path, state)
            if len(by_number) >= _MOST_FILES:
                break
        return by_number

    def _state(self) -> tuple[int, int, int]:
        try:
            state = statvfs(self._folder)
        except OSError:
            return 0, 0, 0
        return state.f_bfree, state.f_ffree, state.f_frsize


def _regular(folder: str, depth: int, leave_out: str) -> Iterator[str]:
    for entry in _listed(folder):
        # What kind it is came with the listing: this reads nothing.
        if entry.is_file(follow_symlinks=False):
            yield entry.path
        elif depth > 1 and entry.is_dir(follow_symlinks=False) and entry.path != leave_out:
            yield from _regular(entry.path, depth - 1, leave_out)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        return list(scandir(folder))
    except BaseException:
        # It is gone, or not ours; or an audit hook of the target's raises, which may be anything at all.
        return []


def _open_files(pids: Iterable[int]) -> dict[int, int]:
    """Bytes of the shared memory that processes have open, by its number."""
    by_number: dict[int, int] = {}
    for pid in pids:
        for entry in _listed(f"/proc/{pid}/fd")[:_MOST_DESCRIPTORS]:
            state = _shared_state(entry.path)
            if state is not None:
                by_number[state.st_ino] = state.st_blocks * _BLOCK
    return by_number


def _shared_state(descriptor: str) -> os.stat_result | None:
    try:
        if readlink(descriptor).startswith((FOLDER + "/", "/memfd:")):
            return stat(descriptor)
    except OSError:
        # It has been closed.
        return None
    return None


def _mapped(pids: Iterable[int], field: bytes) -> dict[int, int]:
    """Bytes of shared memory that are in the figures of processes, by its number.

    Args:
        field: ``Rss:`` or ``Pss:`` of proc_pid_smaps(5).
    """
    by_number: dict[int, int] = {}
    for pid in pids:
        if not _mapped_bytes(pid):
            continue
        number = None
        for line in content(f"/proc/{pid}/smaps").splitlines():
            if line.startswith(field):
                if number is not None:
                    by_number[number] = by_number.get(number, 0) + int(line.split()[1]) * 1024
            elif line[:1].islower() or line[:1].isdigit():
                number = _shared_number(line)
    return by_number


def _shared_number(line: bytes) -> int | None:
    match = _MAPPING.match(line)
    return int(match[1]) if match and match[2].startswith((FOLDER.encode() + b"/", b"/memfd:")) else None


def _mapped_bytes(pid: int) -> int:
    """Shared memory in the figures of a process.

    Source:
        proc_pid_status(5): ``RssShmem``.
    """
    return next(
        (
            int(line.split()[1]) * 1024
            for line in content(f"/proc/{pid}/status").splitlines()
            if line.startswith(b"RssShmem:")
        ),
        0,
    )


def _holders_outside(tree: set[int | None], look_s: float) -> tuple[set[int], bool, bool]:
    """What processes outside of a tree hold.

    Args:
        look_s: For how long they are looked at.

    Returns:
        Numbers of the files, whether no other audit runs, and whether all processes could be looked at in time.
    """
    held: set[int] = set()
    is_alone = True
    deadline = perf_counter() + look_s
    names = [entry.name for entry in _listed("/proc")]
    if not names:
        return held, False, False
    for pid in [int(name) for name in names if name.isdigit()]:
        if pid in tree:
            continue
        if perf_counter() > deadline:
            return held, False, False
        held.update(_open_files([pid]))
        held.update(_mapped([pid], b"Rss:"))
        is_alone = is_alone and _AUDITED not in content(f"/proc/{pid}/environ")
    return held, is_alone, True


def _machine_bytes() -> int:
    """Shared memory of the whole machine, memfds included.

    Source:
        proc_meminfo(5): ``Shmem``, which lags behind by some hundred pages a processor.
    """
    return next(
        (int(line.split()[1]) * 1024 for line in content("/proc/meminfo").splitlines() if line[:6] == b"Shmem:"), 0
    )


def _written(pids: Iterable[int]) -> tuple[int, int]:
    """Bytes that processes have written to whatever, and bytes of the pages that they have touched for the first time.

    Source:
        proc_pid_io(5), ``wchar``; proc_pid_stat(5), ``minflt`` and ``cminflt``.
    """
    written = faults = 0
    for pid in pids:
        written += sum(int(line[6:]) for line in content(f"/proc/{pid}/io").splitlines() if line.startswith(b"wchar:"))
        fields = content(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        faults += sum(map(int, fields[7:9]))
    return written, faults * sysconf("SC_PAGE_SIZE")


def _is_of_library(path: str) -> bool:
    return any(name.startswith(_LIBRARIES) for name in path.split("/"))


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return

"""What a command needs of the process it runs in, whoever started that: streams, a mask of modes, calm libraries."""

import contextlib
import errno
import io
import os
import sys
import warnings
from pathlib import Path

from genaudit.errors import ExitCode, GenauditError

_REFUSALS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.EAGAIN,
    errno.ENAMETOOLONG,
    errno.ELOOP,
    errno.ENOTDIR,
    errno.ESTALE,
    errno.EBADF,
    errno.ENODEV,
    errno.ENXIO,
}
_OWNER_BITS = 0o700


class SurroundingsError(GenauditError):
    """The system refused what every program needs."""


def settle_in() -> None:
    """Make the process one that a command can run in."""
    _open_standard_streams()
    # Files that their own owner may not read are of no use to anybody.
    mask = os.umask(0o077)
    os.umask(mask & ~_OWNER_BITS)
    if sys.warnoptions:
        # What is asked for with -W or PYTHONWARNINGS is meant for the target; here, "error" ends libraries.
        warnings.simplefilter("ignore")
    _stop_tracing()


def refusal_of(error: BaseException) -> SurroundingsError | None:
    """What a user is told where the system refused something; ``None`` where the error is a bug of ours."""
    if isinstance(error, MemoryError):
        return _refused("genaudit itself has not enough memory", "no-memory", "look at ulimit -v and ulimit -d")
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return _refused("no thread can be started", "no-threads", "look at ulimit -u and ulimit -v")
    if isinstance(error, FileNotFoundError) and _is_lost():
        return _refused("the current folder is gone", "no-current-folder", "cd to one that is there")
    if isinstance(error, OSError) and (error.errno in _REFUSALS or error.filename == os.devnull):
        where = f": {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
        hint = "look at the disk's free space, at permissions, and at ulimit -a"
        return _refused(f"the system refused something: {error.strerror}{where}", "refused-by-the-system", hint)
    if isinstance(error, ImportError) and ".so" in str(error):
        # No module of ours; with little memory it cannot be mapped.
        return _refused(f"a library cannot be loaded: {error}", "library-not-loaded", "look at ulimit -v and ulimit -d")
    if isinstance(error, SystemError) and _is_memory_bounded():
        # "error return without exception set": a library in C that could not even make the exception.
        return refusal_of(MemoryError())
    cause = error.__cause__ or error.__context__
    # A module that could not be opened is told as one that is not there.
    return refusal_of(cause) if isinstance(error, ImportError | SystemError) and cause is not None else None


def _is_memory_bounded() -> bool:
    """Whether the process may take only so much memory: ``ulimit -v`` or ``ulimit -d``."""
    try:
        import resource
    except ImportError:
        return False
    limits = [resource.getrlimit(what)[0] for what in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    return any(limit != resource.RLIM_INFINITY for limit in limits)


def has_screen() -> bool:
    """Whether a browser can show something: not on a server, nor in a container."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"))


def finish_output(code: int) -> int:
    """Write what is left for standard output; the exit code where that can be done, and else another."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        drop_standard_output()
    except (OSError, ValueError) as error:
        drop_standard_output()
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"error: standard output cannot be written: {getattr(error, 'strerror', None) or error}\n")
        return code or ExitCode.USAGE
    return code


def drop_standard_output() -> None:
    """Send what is left to nowhere: Python writes it once more as it ends, and would complain."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused(message: str, slug: str, hint: str) -> SurroundingsError:
    return SurroundingsError(message, slug=slug, hint=hint)


def _is_lost() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - nothing more is to be imported or made now
    except OSError:
        return True
    return False


def _stop_tracing() -> None:
    """PYTHONTRACEMALLOC traces this process too, at a multiple of its time."""
    with contextlib.suppress(ImportError):
        import _tracemalloc

        if _tracemalloc.is_tracing():
            _tracemalloc.stop()


def _open_standard_streams() -> None:
    """Have all three, and have them take any text: a service may start without them, or with ASCII only."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # noqa: PERF203
            # The lowest free number is taken, which is this one.
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end
        elif isinstance(stream, io.TextIOWrapper):
            _take_any_text(name, stream)


def _take_any_text(name: str, stream: io.TextIOWrapper) -> None:
    stream.reconfigure(errors="backslashreplace")
    if (
        name == "stderr"
        and stream is sys.__stderr__
        and isinstance(getattr(stream.buffer, "raw", stream.buffer), io.FileIO)
    ):
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Told(stream.fileno(), "wb", closefd=False)),
            encoding=stream.encoding,
            errors="backslashreplace",
            line_buffering=True,
        )


class _Told(io.FileIO):
    """Standard error: what cannot be said there can be said nowhere, and changes nothing else."""

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Write, if it can be."""
        try:
            return super().write(data) or len(data)
        except OSError:
            return len(data)

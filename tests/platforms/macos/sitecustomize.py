"""Takes from this Python what macOS has not, so that what works there is tried here: ``/proc``, and what Linux adds.

psutil may look into ``/proc``: there it asks the system. ``GENAUDIT_TEST_NO_USS`` lets it tell RSS alone, as it does of
another process to all but root. In children of genaudit's psutil is no part of what is measured, but what is
measured is a difference.
"""

import builtins
import ctypes
import io
import multiprocessing.connection  # noqa: F401
import os
import platform  # noqa: F401
import posix
import resource
import select
import shutil  # noqa: F401
import signal
import subprocess  # noqa: F401
import sys
import sysconfig
import tempfile
import webbrowser  # noqa: F401

import click  # noqa: F401
import numpy  # noqa: F401, ICN001
import psutil
import rich.console  # noqa: F401

FUNCTIONS = """
    copy_file_range eventfd eventfd_read eventfd_write getrandom getresgid getresuid memfd_create pidfd_open pipe2
    posix_fadvise posix_fallocate sched_getaffinity sched_setaffinity setresgid setresuid splice waitid
    EFD_CLOEXEC EFD_NONBLOCK EFD_SEMAPHORE O_DIRECT O_NOATIME O_PATH O_TMPFILE P_PIDFD
"""
SIGNALS = "SIGRTMIN SIGRTMAX SIGSTKFLT SIGPOLL SIGPWR sigtimedwait sigwaitinfo"
OF_C = {"malloc_trim", "mallopt", "mallinfo", "mallinfo2", "malloc_info", "malloc_usable_size", "prctl"}
FOLDERS = ("/proc", "/sys", "/dev/shm")


def _is_hidden(path):
    try:
        name = os.fsdecode(path)
    except TypeError:
        # A number of a file that is open.
        return False
    return any(name == folder or name.startswith(f"{folder}/") for folder in FOLDERS)


def _without(function):
    def wrapped(path=".", *args, **kwargs):
        if _is_hidden(path) and "psutil" not in sys._getframe(1).f_code.co_filename:
            raise FileNotFoundError(2, "No such file or directory", os.fsdecode(path))
        return function(path, *args, **kwargs)

    return wrapped


class _Library(ctypes.CDLL):
    """The C library without what glibc and Linux add."""

    def __getattr__(self, name):
        if name in OF_C:
            raise AttributeError(f"symbol not found: {name}")
        return super().__getattr__(name)


def _denied(process):
    raise psutil.AccessDenied(process.pid)


def _take_away():
    # Looked up by the name of the system.
    sysconfig.get_config_vars()
    for modules, names in (((os, posix), FUNCTIONS), ((signal, sys.modules["_signal"]), SIGNALS)):
        for name in names.split():
            for module in modules:
                if hasattr(module, name):
                    delattr(module, name)
    del select.epoll
    del resource.prlimit
    for name in ("open", "stat", "lstat", "listdir", "scandir", "readlink", "statvfs", "chdir"):
        made = _without(getattr(posix, name))
        setattr(posix, name, made)
        setattr(os, name, made)
    access = posix.access
    posix.access = os.access = lambda path, *args, **kwargs: not _is_hidden(path) and access(path, *args, **kwargs)
    io.open = builtins.open = _without(io.open)
    tempfile._O_TMPFILE_WORKS = False
    ctypes.CDLL = _Library
    if os.environ.get("GENAUDIT_TEST_NO_USS"):
        psutil.Process.memory_full_info = _denied
    sys.platform = "darwin"


_take_away()

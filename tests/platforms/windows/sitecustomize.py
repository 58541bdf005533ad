"""Takes from this Python what Windows has not, so that what works there is tried here: modules, functions, signals.

What is not genaudit's is imported first: here it is another system's.
"""

import asyncio  # noqa: F401
import multiprocessing  # noqa: F401
import os
import platform
import random  # noqa: F401
import select
import signal
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401

import bokeh.embed
import bokeh.plotting
import bokeh.resources  # noqa: F401
import click  # noqa: F401
import jinja2  # noqa: F401
import matplotlib.backends.backend_agg
import matplotlib.figure  # noqa: F401
import msgspec  # noqa: F401
import numpy  # noqa: F401, ICN001
import psutil  # noqa: F401
import rich.console
import rich.table
import rich.text  # noqa: F401

MODULES = {"fcntl", "resource", "posix", "pwd", "grp", "termios", "tty", "pty", "_posixsubprocess", "_posixshmem"}
FUNCTIONS = """
    fchmod fchown chown lchown fork forkpty geteuid getuid getgid getegid getgroups getpgid getpgrp getsid
    setsid setpgid killpg mkfifo mknod nice openpty pathconf pidfd_open posix_fallocate posix_fadvise
    posix_spawn posix_spawnp pread pwrite readv writev register_at_fork sched_getaffinity sched_setaffinity
    sched_yield sendfile set_blocking setgid setuid sysconf uname wait wait3 wait4 waitid memfd_create eventfd
    confstr ctermid getloadavg O_CLOEXEC O_NOFOLLOW O_DIRECTORY O_NONBLOCK O_NOCTTY O_PATH O_SYNC O_DSYNC
    O_NDELAY WNOHANG
"""
SIGNALS = {"SIGINT", "SIGTERM", "SIGABRT", "SIGFPE", "SIGILL", "SIGSEGV", "SIG_DFL", "SIG_IGN"}


class _Nothing:
    """Finds none of the modules of Unix."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _opened(path, flags, mode=0o777, *, dir_fd=None, original=os.open):
    if dir_fd is not None:
        raise NotImplementedError("dir_fd unavailable on this platform")
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", str(path))
    return original(path, flags, mode)


def _take_away():
    # Asked for before the system has another name.
    platform.uname()
    timers = ["setitimer", "getitimer", "alarm", "pause", "pthread_sigmask", "pthread_kill", "sigwait"]
    signals = [name for name in vars(signal) if name.startswith(("SIG", "ITIMER")) and name not in SIGNALS]
    for module, names in ((os, FUNCTIONS.split()), (signal, [*signals, *timers]), (select, ["poll", "epoll"])):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, _Nothing)
    os.supports_dir_fd = set()
    os.open = _opened
    sys.platform = "win32"


_take_away()

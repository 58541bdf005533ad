"""Nothing of the target's lives on: not after its trial, and not where genaudit itself is killed."""

import os
import time
from pathlib import Path

from tests.faults.matrix import Place, faults
from tests.real_run import LONGEST_S, Scratch

_DAEMON = """
def daemon(*, environment=None, files=True):
    if os.fork():
        os.wait()
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    if not files:
        os.closerange(0, 4096)
    if environment is None:
        while True: time.sleep(1)
    os.execve('/bin/sleep', ['sleep', TOKEN], environment)
"""
ESCAPES = {
    "a daemon": "    if i == 2: daemon()",
    "a daemon without open files": "    if i == 2: daemon(files=False)",
    "a daemon with an empty environment": "    if i == 2: daemon(environment={}, files=False)",
    "a daemon a batch": "    if i < 8: daemon(environment={})",
    "started at import": "    pass\ndaemon(environment={}, files=False)",
    "a session of its own": "    if i == 2: subprocess.Popen(['sleep', TOKEN], env={}, start_new_session=True)",
    "a target that leaves its session": "    if i == 2 and os.fork(): os._exit(0)\n    if i == 2: os.setsid()",
    "a target that closes all files": "    if i == 2: os.closerange(0, 65536)",
    "a target that ignores all signals": (
        "    for n in range(1, 32):\n        if n not in (9, 19): signal.signal(n, signal.SIG_IGN)"
    ),
    "a worker that starts a daemon": (
        "    if i == 2 and os.fork() == 0:\n        daemon(environment={})\n        time.sleep(1000)"
    ),
    "a pool of workers": "    if i == 2: kept.append(multiprocessing.Pool(2))",
    "a process whose first thread has ended": (
        "    if i == 2 and os.fork() == 0:\n"
        "        threading.Thread(target=time.sleep, args=(1000,)).start()\n"
        "        ctypes.CDLL(None).pthread_exit(None)"
    ),
    "a stopped process": "    if i == 2 and os.fork() == 0: os.kill(os.getpid(), 19)",
}
"""What a target does before its batches to have a process that is hard to find, by name."""


def escaping(place: Scratch, body: str) -> tuple[str, str]:
    """A target, and a number that programs which it starts have on their command line."""
    token = str(10**7 + int.from_bytes(os.urandom(3), "big"))
    within, _, after = body.partition("\ndaemon")
    place.write(
        "data.py",
        "import ctypes, multiprocessing, os, signal, subprocess, sys, threading, time\n"
        f"TOKEN = '{token}'\n{_DAEMON}"
        + (f"daemon{after}\n" if after else "")
        + "kept = []\ndef batches():\n    i = 0\n    while True:\n        i += 1\n"
        + "".join(f"    {line}\n" for line in within.splitlines())
        + "        open('reached', 'a').close()\n        time.sleep(0.01)\n        yield bytearray(1000)\n",
    )
    return "data.py:batches", token


def having(place: Scratch, token: str) -> list[int]:
    """Processes with the mark of a run in their environment, or with the token on their command line."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            marked = place.marker in (process / "environ").read_bytes().split(b"\0")
            named = token.encode() in (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if marked or named:
            left.append(int(process.name))
    return left


def kill_and_count(folder: Path, body: str, after_s: float | None = None) -> list[int]:
    """Start an audit, kill it, and wait until nothing of it is left, within reason.

    Args:
        folder: Empty.
        body: What the target does before each batch.
        after_s: When to kill it; as soon as the target is at its fifth batch where ``None``.

    Returns:
        Processes that live on.
    """
    place = Scratch(folder)
    target, token = escaping(place, body)
    process = place.start("run", target, "--batches", "1000000", "--sizes", "off")
    deadline = time.monotonic() + LONGEST_S
    if after_s is not None:
        time.sleep(after_s)
    else:
        while not (place.folder / "reached").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while (left := having(place, token)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@faults({name: ESCAPES[name] for name in list(ESCAPES)[:8]})
def genaudit_is_killed(place: Place, body: str) -> None:
    """All that the target started ends with genaudit, whatever it left to be found by."""
    assert kill_and_count(place.folder, body) == []


@faults(ESCAPES)
def the_trial_ends(place: Place, body: str) -> None:
    """All that the target started ends with its trial."""
    target, token = escaping(place, body)

    report = place.audit(target)

    # One that goes on in a copy of itself has ended as far as anybody can tell.
    assert report.batches.count == (1 if "os._exit" in body else 4)
    assert having(place, token) == []


@faults(
    {
        "a target that kills its parent": "    if i == 3: os.kill(os.getppid(), 9); time.sleep(1000)",
        "and has a worker": (
            "    if i == 2 and os.fork() == 0: time.sleep(1000)\n"
            "    if i == 3: os.kill(os.getppid(), 9); time.sleep(1000)"
        ),
        "and has a daemon": "    if i == 2: daemon()\n    if i == 3: os.kill(os.getppid(), 9); time.sleep(1000)",
    }
)
def the_keeper_is_killed(place: Place, body: str) -> None:
    """The batches before are kept, and nothing lives on."""
    target, token = escaping(place, body)

    report = place.audit(target)

    assert report.failure is not None
    assert (report.failure.reason, report.batches.count) == ("killed", 2)
    assert having(place, token) == []

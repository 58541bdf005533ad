"""Where a command is started: variables, streams, limits, folders and rights that are not as usual.

Each gives the audit with what is left, or one clear message and its exit code; never our traceback, 70 or 120.
"""

import contextlib
import errno
import io
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genaudit.cli.support import surroundings
from genaudit.cli.support.ci import tell_ci
from genaudit.errors import GenauditError
from genaudit.recorder.machine import platform
from genaudit.render import render
from tests.build_report import clean
from tests.faults.absurd import code_of
from tests.faults.matrix import Place, faults
from tests.real_run import DRAWN

FEW = ("--quick", "--sizes", "off", "--batches", "4", "--max-batches", "4")
AUDIT = ("run", "data.py:batches", *FEW)


def limited(what: int, amount: int) -> Callable[[], None]:
    """For ``preexec_fn``: a limit that is lower than usual."""
    return lambda: resource.setrlimit(what, (amount, amount))


def in_namespace(place: Place, script: str) -> "subprocess.CompletedProcess[str]":
    """Run a script of a shell where mounts are its own; ``$GENAUDIT`` is the command."""
    if os.geteuid() or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("mounts of one's own are not permitted here")
    command = f"{sys.executable} -m genaudit"
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", script],
        cwd=place.folder,
        env={**place.environment(), **DRAWN, "GENAUDIT": command, "PYTHONPATH": root, "AUDIT": " ".join(AUDIT)},
        capture_output=True,
        text=True,
    )


@faults(
    {
        "messages in ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        "streams in strict ASCII": {"PYTHONIOENCODING": "ascii:strict"},
    }
)
def a_message_with_an_umlaut(place: Place, variables: dict[str, str]) -> None:
    """The target's failure is told, with the letter or in its place."""
    place.target("if i == 3: raise ValueError('für')")

    done = place.run(*AUDIT, env={**variables, **DRAWN})

    assert done.code == 3, done.err
    assert done.failure["message"] == "für"


@faults(
    {
        "a backend that there is not": {"MPLBACKEND": "nonsense"},
        "a backend of a module that is missing, no home, no terminal": {
            "MPLBACKEND": "module://missing",
            "HOME": "/nonexistent",
            "TERM": "nonsense",
            "COLUMNS": "-1",
            "TZ": "Nonsense/Zone",
        },
        "folders that cannot be written": {
            "MPLCONFIGDIR": "/proc/x",
            "XDG_CACHE_HOME": "/dev/null",
            "XDG_RUNTIME_DIR": "/proc/x",
            "HOME": "/dev/null",
            "COLUMNS": "9" * 400,
        },
        "tracing of Python's memory": {"PYTHONTRACEMALLOC": "25", "GENAUDIT_WRITE": "json"},
        "warnings as errors": {"PYTHONWARNINGS": "error"},
        "every switch of Python's for developers": {
            "PYTHONDEVMODE": "1",
            "PYTHONINSPECT": "1",
            "PYTHONOPTIMIZE": "2",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONSTARTUP": "/nonexistent",
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "abc",
        },
        "import times, and a library that is missing": {
            "PYTHONPROFILEIMPORTTIME": "1",
            "LD_PRELOAD": "/nonexistent.so",
            "PYTHONMALLOC": "debug",
            "GENAUDIT_NONSENSE": "\x01",
            "GENAUDIT_WRITE": "json",
        },
    }
)
def variables_that_are_odd(place: Place, variables: dict[str, str]) -> None:
    """The audit is as without them."""
    place.target("pass")

    done = place.run(*AUDIT, env={**DRAWN, **variables})

    assert done.code == 0, done.err
    assert done.report["batches"]["count"] == 4


@faults(["GENAUDIT_BATCHES", "GENAUDIT_TIMEOUT", "GENAUDIT_HOLD"])
def a_variable_of_ours_that_cannot_be_read(place: Place, name: str) -> None:
    """Named in the message."""
    place.target("pass")

    done = place.run(*AUDIT, env={name: "nonsense"})

    assert done.code == 2
    assert name in done.err


@faults(
    {
        "standard output of an audit": (AUDIT, ("stdout",), 2),
        "both streams of an audit": (AUDIT, ("stdout", "stderr"), 2),
        "both streams of a refusal": (("run", "missing.py:batches"), ("stdout", "stderr"), 2),
        "standard output of the help": (("run", "--help"), ("stdout",), 2),
        "standard output of a list": (("rule",), ("stdout",), 2),
        "standard error of wrong use": (("run", "--nonsense"), ("stderr",), 2),
        "standard error of a clean audit": (AUDIT, ("stderr",), 0),
    }
)
def a_stream_on_a_full_disk(place: Place, case: tuple[tuple[str, ...], tuple[str, ...], int]) -> None:
    """One message where one can be said, and an exit code of ours."""
    words, streams, code = case
    place.target("pass")
    with open("/dev/full", "w") as full:
        done = place.run(*words, **dict.fromkeys(streams, full))

    assert done.code == code
    if streams == ("stdout",):
        assert "No space left on device" in done.err
        assert done.err.count("error") == 1


@faults(["an audit", "a list"])
def streams_that_are_closed(place: Place, what: str) -> None:
    """All three of them."""
    place.target("pass")

    def close() -> None:
        for number in range(3):
            os.close(number)

    done = place.run(*(AUDIT if what == "an audit" else ["rule"]), preexec_fn=close, stdout=None, stderr=None)

    assert done.code == 0


@faults(
    {
        "no file may have a byte": (resource.RLIMIT_FSIZE, 0, "File too large"),
        "ten open files": (resource.RLIMIT_NOFILE, 10, "Too many open files"),
    }
)
def a_limit_that_is_too_low(place: Place, case: tuple[int, int, str]) -> None:
    """What is lacking is said."""
    what, amount, said = case
    place.target("pass")

    done = place.run(*AUDIT, preexec_fn=limited(what, amount), env={"OPENBLAS_NUM_THREADS": "1"})

    assert done.code == 2, done.err
    assert said in done.err


@faults(["address space of 80 MB, nothing drawn"])
def a_limit_that_libraries_that_draw_would_pass(place: Place, what: str) -> None:
    """An audit that draws nothing needs neither these nor numpy."""
    place.target("pass")

    done = place.run(*AUDIT, preexec_fn=limited(resource.RLIMIT_AS, 80_000_000), env={"OPENBLAS_NUM_THREADS": "1"})

    assert done.code == 0, done.err


@faults(["twenty open files", "a mask that takes all rights away"])
def a_limit_that_is_enough(place: Place, what: str) -> None:
    """The audit is as without."""
    place.target("pass")
    prepare: Any = limited(resource.RLIMIT_NOFILE, 20) if "files" in what else lambda: os.umask(0o777)

    done = place.run(*AUDIT, preexec_fn=prepare, env=DRAWN)

    assert done.code == 0, done.err
    assert os.access(place.folder / "reports" / "index.html", os.R_OK)


@faults(
    {
        "/proc is hidden": ("mount -t tmpfs t /proc && $GENAUDIT $AUDIT", 2, "/proc is not there"),
        "/proc is hidden from doctor": ("mount -t tmpfs t /proc && $GENAUDIT doctor", 0, ""),
        "TMPDIR is all but full": (
            "mkdir t && mount -t tmpfs -o size=8k t t && TMPDIR=$PWD/t $GENAUDIT $AUDIT",
            2,
            "No space left on device",
        ),
        "--out is full": (
            "mkdir t && mount -t tmpfs -o size=64k t t && $GENAUDIT $AUDIT --out t",
            2,
            "No space left on device",
        ),
        "TMPDIR may run nothing": (
            "mkdir t && mount -t tmpfs -o noexec t t && TMPDIR=$PWD/t $GENAUDIT $AUDIT",
            0,
            "",
        ),
        "TMPDIR is read-only": ("mkdir t && mount -t tmpfs -o ro t t && TMPDIR=$PWD/t $GENAUDIT $AUDIT", 0, ""),
        "the current folder is gone": (
            "mkdir t && cd t && rmdir ../t && $GENAUDIT $AUDIT",
            2,
            "current folder is gone",
        ),
    }
)
def a_system_that_lacks(place: Place, case: tuple[str, int, str]) -> None:
    """The audit with what is left, or one message."""
    script, code, said = case
    place.target("pass")

    done = in_namespace(place, script)

    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert place.left_running() == []


@faults({f"after {moment:.1f} s": moment for moment in (0.2, 0.4, 0.7, 1.0)})
def ctrl_c_while_it_starts(place: Place, moment: float) -> None:
    """A word and 130, whatever is being imported."""
    place.target("time.sleep(0.05)")
    process = place.start("run", "data.py:batches", "--sizes", "off", env=DRAWN)
    time.sleep(moment)
    process.send_signal(signal.SIGINT)

    done = place.finish(process)

    assert done.code == 130, done.err
    assert "Traceback" not in done.err


@faults(
    {
        "no space": OSError(errno.ENOSPC, "No space left on device", "file"),
        "no memory": MemoryError(),
        "no thread": RuntimeError("can't start new thread"),
        "no room for a library": ImportError("x.so: failed to map segment from shared object"),
        "no open file for a module": ImportError("no module"),
        "no right": PermissionError(errno.EACCES, "Permission denied", b"d\xff"),
    },
    processes=False,
)
def what_the_system_refuses(_place: Place, error: BaseException) -> None:
    """It is no bug of ours, and is told in a sentence."""
    if str(error) == "no module":
        error.__cause__ = OSError(errno.EMFILE, "Too many open files")

    refused = surroundings.refusal_of(error)

    assert isinstance(refused, GenauditError)
    assert refused.exit_code == 2
    assert refused.hint


@faults(
    {
        "a key": KeyError("x"),
        "a file that we should have made": FileNotFoundError(errno.ENOENT, "No such file", "x"),
        "a module of ours": ImportError("x"),
        "what is no thread": RuntimeError("x"),
    },
    processes=False,
)
def what_is_a_bug_of_ours(_place: Place, error: BaseException) -> None:
    """It keeps its traceback, and 70."""
    assert surroundings.refusal_of(error) is None


@faults(["MemTotal", "MemAvailable"], processes=False)
def memory_of_a_machine_without_proc(place: Place, field: str) -> None:
    """The C library knows it too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("psutil.virtual_memory", lambda: (_ for _ in ()).throw(FileNotFoundError()))
        assert platform._machine_bytes(field, str(place.folder)) > 2**20


@faults(["a pipe that nobody reads", "a folder", "a place that there is not", "a full disk", "a file"], processes=False)
def a_summary_for_ci(place: Place, what: str) -> None:
    """What cannot be written is told in a line, without waiting; the verdict is the audit's."""
    path = place.folder / "summary"
    if what == "a pipe that nobody reads":
        os.mkfifo(path)
    if what == "a folder":
        path.mkdir()
    path = {"a place that there is not": path / "x", "a full disk": Path("/dev/full")}.get(what, path)
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
        tell_ci([clean()], {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(path)}, to_stderr=False)

    if what == "a file":
        assert "genaudit" in path.read_text()
    assert told.getvalue().count("\n") == (0 if what == "a file" else 1)
    assert (str(path) in told.getvalue()) == (what != "a file")


@faults(["a folder", "a full disk"], processes=False)
def a_code_quality_report_for_ci(place: Place, what: str) -> None:
    """The same of GitLab's."""
    path = place.folder / "gl-code-quality-report.json"
    path.mkdir()
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        project = str(place.folder) if what == "a folder" else "/proc/nowhere"
        tell_ci([clean()], {"GITLAB_CI": "true", "CI_PROJECT_DIR": project}, to_stderr=False)

    assert told.getvalue().startswith("results cannot be written to ")


@faults(
    {
        "a name that is too long": ("run", "data.py:batches", "--output", "json=" + "n" * 300),
        "a baseline nowhere": (
            *("gate", "data.py:batches", "--isolated", "--update-baseline"),
            *("--reason", "n", "--baseline", "/proc/nnn/b.json"),
        ),
        "a list of findings nowhere": ("lint", "data.py", "--output", "json=/proc/nnn/x"),
    },
    processes=False,
)
def a_path_that_nothing_can_be_written_to(place: Place, words: tuple[str, ...]) -> None:
    """It is named, and found before anything is done."""
    place.write("data.py", "raise SystemExit\n")
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(told):
        patch.chdir(place.folder)
        patch.setattr(sys, "argv", ["genaudit"])
        assert code_of(*words) == 2

    assert "nnn" in told.getvalue()
    assert sorted(path.name for path in place.folder.iterdir()) == ["data.py"]


@faults(["never", "-1", "9" * 400], processes=False)
def a_date_for_builds_that_is_none(_place: Place, date: str) -> None:
    """Pictures have no date, and ask for none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", date)
        picture = render(clean(), "svg")

        assert os.environ["SOURCE_DATE_EPOCH"] == date
    assert b"<svg" in picture


@faults(["SIGTERM", "SIGHUP", "SIGINT"])
def a_signal_to_a_static_audit(place: Place, name: str) -> None:
    """A word and 130, as everywhere; a file that was asked for is whole, or is not there."""
    lines = "".join(f"def f{n}():\n    yield f{n + 1}()\n" for n in range(20_000))
    names = [f"data{number:02}.py" for number in range(40)]
    for file in names:
        # A second each, so that it is amid them whatever the machine does.
        (place.folder / file).write_text(lines)
    process = place.start("lint", ".", "--output", "json=found.json")
    time.sleep(1.5)
    process.send_signal(getattr(signal, name))

    done = place.finish(process)

    # click begins a new line first: the terminal shows ^C in the present one.
    assert (done.code, done.err.strip()) == (130, "interrupted")
    assert sorted(path.name for path in place.folder.iterdir()) == names

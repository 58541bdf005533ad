"""Targets that disturb the process they run in: what they do is measured all the same, and nothing of it stays."""

from pathlib import Path

import pytest

from tests.real_run import BRIEF, Scratch

pytestmark = [pytest.mark.process, pytest.mark.slow]


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """An empty folder."""
    return Scratch(tmp_path)


DISTURBANCES = {
    "forks": "if i == 5 and os.fork() == 0:\n    time.sleep(1000)",
    "forks, and the child leaves": "if i == 5 and os.fork() == 0: sys.exit(4)",
    "forks, and the child goes on": "if i == 5: os.fork()",
    "forks, and the child raises": "if i == 5 and os.fork() == 0: raise ValueError('not the parent')",
    "starts a daemon": (
        "if i == 5 and os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork(): os._exit(0)\n"
        "    os.closerange(0, 4096)\n"
        "    while True: time.sleep(1)"
    ),
    "starts a program without the environment": (
        "import subprocess\n"
        "if i == 5: kept.append(subprocess.Popen(['sleep', '1000'], env={}, start_new_session=True))\n"
        "time.sleep(0.05)"
    ),
    "closes its output": "if i == 2:\n    sys.stdout.close(); sys.stderr.close(); os.close(1); os.close(2)",
    "closes all files": "if i == 5: os.closerange(0, 65536)",
    "closes all files, opens others": (
        "if i == 5:\n    os.closerange(0, 65536)\n    kept += [open('/dev/null') for _ in range(9)]"
    ),
    "changes directory": "os.chdir('/')",
    "changes handlers": "for n in (1, 2, 10, 12, 14, 15): signal.signal(n, signal.SIG_IGN)",
    "blocks signals": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
    "allows few files": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))",
    "replaces what we use": (
        "import builtins, json\n"
        "os.write = os.read = os.open = os.getpid = os._exit = os.listdir = os.stat = None\n"
        "builtins.open = builtins.print = time.perf_counter = time.sleep = json.dumps = None\n"
        "sys.stdout = sys.stderr = None"
    ),
    "switches the collector off": "import gc\ngc.disable()",
    "leaves a thread": "if i == 5: threading.Thread(target=time.sleep, args=(1000,)).start()",
    "registers an exit that hangs": "import atexit\nif i == 5: atexit.register(time.sleep, 1000)",
}


@pytest.mark.parametrize("body", DISTURBANCES.values(), ids=DISTURBANCES)
def test_a_target_that_disturbs_its_process(scratch: Scratch, body: str) -> None:
    """All batches are measured, the target is clean, and no process and no file is left."""
    done = scratch.run("run", scratch.target(body), *BRIEF)

    assert done.code == 0, done.out
    assert done.report["batches"]["count"] == 12
    assert done.report["failure"] is None


def test_what_is_raised_after_all_files_were_closed(scratch: Scratch) -> None:
    """The marks are written again, in the right file."""
    target = scratch.target("if i == 4: os.closerange(0, 65536)\nif i == 7: raise ValueError('after')")

    done = scratch.run("run", target, *BRIEF)

    assert done.code == 3
    assert "Raised ValueError in batch 7: after." in done.out
    assert done.report["batches"]["count"] == 6


def test_a_class_that_forks_where_it_is_made(scratch: Scratch) -> None:
    """The copy of the process comes back into our code before there is any batch."""
    scratch.write(
        "data.py",
        """
        import os
        class Data:
            def __init__(self):
                os.fork()
            def __iter__(self):
                return iter([bytearray(1000) for _ in range(20)])
        """,
    )

    done = scratch.run("run", "data:Data()", *BRIEF)

    assert done.report["batches"]["count"] == 12
    assert done.report["failure"] is None


def test_a_target_that_prints_100_mb(scratch: Scratch) -> None:
    """It is never held up, and only the end of it is kept."""
    target = scratch.target("print('x' * 8_400_000)\nif i == 12: print('the end', file=sys.stderr)")

    done = scratch.run("run", target, "--format", "json", *BRIEF)

    exits = [trial["exit"] for trial in done.report["trials"] if trial["kind"] == "clean"]
    assert done.code == 0
    assert exits[0]["output_bytes"] > 100_000_000
    assert exits[0]["stderr_tail"] == "the end\n"
    assert len(exits[0]["stdout_tail"]) < 10_000


DELETES = "import shutil\nif i == 3: shutil.rmtree(os.getcwd())"


def test_a_target_that_deletes_the_working_directory(scratch: Scratch) -> None:
    """No further trial can start there; the first is kept, printed, and written where that is possible."""
    target = scratch.target(DELETES)
    reports = scratch.folder.parent / "reports"

    done = scratch.run("run", target, "--out", str(reports), *BRIEF)

    assert (done.code, done.err) == (0, "")
    assert "PASS" in done.out
    assert "the working directory is gone" in " ".join(done.out.split())
    assert len(list(reports.glob("*/recording.json"))) == 1


def test_results_that_cannot_be_written_are_printed(scratch: Scratch) -> None:
    """The reports folder went with the working directory: nothing measured is lost for want of a place."""
    done = scratch.run("run", scratch.target(DELETES), *BRIEF)

    assert done.code == 2
    assert "PASS" in done.out
    assert "results cannot be written to reports" in done.err


SIZELESS = {
    "object": "object()",
    "hostile": "Odd()",
    "None": "None",
    "module": "os",
    "endless": "Endless()",
}


@pytest.mark.parametrize("item", SIZELESS.values(), ids=SIZELESS)
def test_batches_of_no_known_size(scratch: Scratch, item: str) -> None:
    """They are counted; their size is not known, and nothing is called on them that could fail."""
    scratch.write(
        "data.py",
        f"""
        import itertools, os
        class Odd:
            def __getattr__(self, name): raise RuntimeError(name)
            def __len__(self): raise RuntimeError("len")
            def __iter__(self): raise RuntimeError("iter")
            def __eq__(self, other): raise RuntimeError("eq")
            def __repr__(self): raise RuntimeError("repr")
            __hash__ = None
        class Endless:
            def __len__(self): return 10 ** 12
            def __getitem__(self, index): return index
        def batches():
            for _ in range(100):
                yield {item}
        """,
    )

    done = scratch.run("run", "data:batches", *BRIEF)

    assert done.code == 0, done.out
    assert done.report["batches"]["count"] == 12


@pytest.mark.parametrize("name", ["json", "ast", "random", "types", "inspect", "traceback", "enum"])
def test_a_module_with_the_name_of_one_of_pythons(scratch: Scratch, name: str) -> None:
    """It is the target's own, beside the target; genaudit has Python's."""
    scratch.write(f"{name}.py", "VALUE = 7\n")
    scratch.write(
        "data.py",
        f"""
        import {name}
        def batches():
            for index in range(100):
                if index == 6:
                    raise ValueError("so far")
                yield bytearray(100_000)
        """,
    )

    done = scratch.run("run", "data.py:batches", *BRIEF)

    assert done.code == 3
    assert "Raised ValueError in batch 7: so far." in done.out
    assert done.failure["location"]["line"] == 6


def test_a_target_in_a_file_with_the_name_of_one_of_pythons(scratch: Scratch) -> None:
    """``random.py`` is a good name for a generator of random batches; also for python -m, which looks here first."""
    target = scratch.target("", name="random.py")

    installed = scratch.run("run", target, *BRIEF)
    as_module = scratch.run("run", target, *BRIEF, module=True, env={"PYTHONPATH": str(Path(__file__).parents[1])})

    assert (installed.code, as_module.code) == (0, 0)

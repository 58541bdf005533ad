"""Targets that break while they run: the report says what, in which batch and at which line, and keeps the rest."""

from pathlib import Path

import pytest

from tests.real_run import BRIEF, Scratch

pytestmark = [pytest.mark.process, pytest.mark.slow]


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """An empty folder."""
    return Scratch(tmp_path)


# What the body of the generator does before batch i; the headline, the line of the body, what the failure holds.
IN_BATCH_7 = {
    "raises": ("if i == 7: raise ValueError('17.jpg is broken')", "Raised ValueError in batch 7: 17.jpg is broken.", 1),
    "leaks StopIteration": ("if i == 7: next(iter([]))", "Raised RuntimeError in batch 7: generator raised Stop", 1),
    "leaves": ("if i == 7: sys.exit('no more data')", "Raised SystemExit in batch 7: no more data.", 1),
    "KeyboardInterrupt": ("if i == 7: raise KeyboardInterrupt", "Raised KeyboardInterrupt in batch 7.", 1),
    "GeneratorExit": ("if i == 7: raise GeneratorExit", "Raised GeneratorExit in batch 7.", 1),
    "SIGINT": ("if i == 7: os.kill(os.getpid(), signal.SIGINT)", "Raised KeyboardInterrupt in batch 7.", 1),
    "recursion": ("def f(): f()\nif i == 7: f()", "Raised RecursionError in batch 7:", 1),
    "segfault": ("if i == 7: ctypes.string_at(0)", "Crashed with SIGSEGV in batch 7.", 1),
    "abort": ("if i == 7: os.abort()", "Crashed with SIGABRT in batch 7.", 1),
    "os._exit": ("if i == 7: os._exit(3)", "Ended its process with exit code 3 in batch 7.", None),
    "SIGKILL": ("if i == 7: os.kill(os.getpid(), signal.SIGKILL)", "Was killed by SIGKILL in batch 7.", None),
    "SIGTERM": ("if i == 7: os.kill(os.getpid(), signal.SIGTERM)", "Was killed by SIGTERM in batch 7.", None),
    "low memory": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (300_000_000,) * 2)\n"
        "if i == 7: kept.append(bytearray(1_000_000_000))",
        "Raised MemoryError in batch 7.",
        3,
    ),
}


@pytest.mark.parametrize(("body", "headline", "line"), IN_BATCH_7.values(), ids=IN_BATCH_7)
def test_a_target_that_breaks_in_batch_7(scratch: Scratch, body: str, headline: str, line: int | None) -> None:
    """What, when, and where in the user's own code; the six batches before are kept; exit code 3."""
    done = scratch.run("run", scratch.target(body), *BRIEF)

    assert (done.code, done.report["verdict"]) == (3, "error")
    assert headline in done.out
    assert done.failure["batch"] == 7
    assert done.report["batches"]["count"] == 6
    if line is None:
        assert done.failure["location"] is None
    else:
        # The body begins in line 5 of its file.
        assert (done.failure["location"]["path"], done.failure["location"]["line"]) == ("data.py", line + 4)
        assert f"data.py:{line + 4}" in done.out


def test_too_many_open_files(scratch: Scratch) -> None:
    """No descriptor is left, and still it is told what happened and where."""
    target = scratch.target(
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "kept += [open('/dev/null') for _ in '12345']"
    )

    done = scratch.run("run", target, *BRIEF)

    assert done.code == 3
    assert done.failure["type"] == "OSError"
    assert "Too many open files" in done.out
    assert done.failure["location"]["line"] == 7


HANGS = {
    "in a loop": ("while i == 7: time.sleep(1)", 5),
    "without handlers": (
        "for n in (1, 2, 10, 12, 14, 15): signal.signal(n, signal.SIG_IGN)\nwhile i == 7: time.sleep(1)",
        6,
    ),
    "in a lock": ("lock = threading.Lock()\nlock.acquire()\nif i == 7: lock.acquire()", 7),
}


@pytest.mark.parametrize(("body", "line"), HANGS.values(), ids=HANGS)
def test_a_target_that_hangs_in_batch_7(scratch: Scratch, body: str, line: int) -> None:
    """The line where it hangs is named, and only one trial waits for it."""
    done = scratch.run("run", scratch.target(body), "--timeout", "5")

    assert done.code == 3
    assert "Hung, or was too slow, in batch 7: ended after 5.00 s (--timeout)." in done.out
    assert done.failure["location"]["line"] == line
    assert done.report["batches"]["count"] == 6
    assert [trial["exit"]["reason"] for trial in done.report["trials"]].count("timed-out") == 1


def test_a_target_that_hangs_when_it_is_closed(scratch: Scratch) -> None:
    """All batches were measured; what hangs is the end."""
    scratch.write(
        "data.py",
        """
        import time
        def batches():
            try:
                while True:
                    yield bytearray(100_000)
            finally:
                time.sleep(1000)
        """,
    )

    done = scratch.run("run", "data:batches", "--timeout", "5", *BRIEF)

    assert done.code == 3
    assert "when it was closed" in done.out
    assert done.failure["location"]["line"] == 8
    assert done.report["batches"]["count"] == 12


def test_a_target_that_breaks_at_the_full_size_only(scratch: Scratch) -> None:
    """The small sizes have no batch 7; what they measured stays in the report."""
    scratch.write(
        "data.py",
        """
        def arguments(n=200):
            return {"items": list(range(n))}
        def batches(items):
            for at in range(0, len(items), 8):
                if at == 48 and len(items) == 200:
                    raise ValueError("item 48 is broken")
                yield [bytearray(1000) for _ in items[at : at + 8]]
        """,
    )

    done = scratch.run("run", "data:batches", "--args-from", "data:arguments", "--quick")

    assert done.code == 3
    assert "Raised ValueError in batch 7: item 48 is broken." in done.out
    scaled = [trial["exit"]["reason"] for trial in done.report["trials"] if trial["kind"] == "scaled"]
    assert scaled[:1] == ["completed"]


IMPORTS = {
    "raises": ("x = 1\nraise ValueError('no data folder')\n", "Raised ValueError while it was imported: no data", 2),
    "leaves": ("import sys\nsys.exit(4)\n", "Raised SystemExit while it was imported: 4.", 2),
    "os._exit": ("import os\nos._exit(4)\n", "Ended its process with exit code 4 while it was imported.", None),
    "imports what is not there": ("import nosuchpackage\n", "No module named 'nosuchpackage'", 1),
    "no Python": ("x = 1\ndef batches(:\n    yield 1\n", "Raised SyntaxError while it was imported: invalid syntax", 2),
    "tabs and spaces": ("if True:\n        x = 1\n\ty = 2\n", "while it was imported", 3),
    "never ends": ("import time\ntime.sleep(1000)\n", "Hung, or was too slow, while it was imported", 2),
}


@pytest.mark.parametrize(("text", "headline", "line"), IMPORTS.values(), ids=IMPORTS)
def test_a_module_that_cannot_be_imported(scratch: Scratch, text: str, headline: str, line: int | None) -> None:
    """The line of the module, its text shown; it is imported once, not again for another trial."""
    scratch.write("data.py", "").write_text(text)

    done = scratch.run("run", "data.py:batches", "--timeout", "5")

    assert (done.code, done.report["verdict"]) == (3, "error")
    assert headline in " ".join(done.out.split())
    assert len(done.report["trials"]) == 1
    if line is not None:
        assert done.failure["location"]["line"] == line
        assert text.splitlines()[line - 1].strip() in done.out


def test_a_module_that_prints_at_import(scratch: Scratch) -> None:
    """What the target prints is no result of genaudit's."""
    scratch.target("")
    scratch.write("noisy.py", 'print(\'{"not": "json"}\')\nfrom data import batches\n')

    done = scratch.run("run", "noisy:batches", "--format", "json", *BRIEF)

    assert done.code == 0
    assert done.out.startswith('{\n  "schema_version"')
    assert done.err == ""


def test_a_generator_that_yields_nothing(scratch: Scratch) -> None:
    """There is nothing to measure, and that is said."""
    scratch.write("data.py", "def batches():\n    return\n    yield\n")

    done = scratch.run("run", "data:batches")

    assert (done.code, done.report["verdict"]) == (3, "error")
    assert "Yielded no batch." in done.out


def test_an_iterator_that_ends_early(scratch: Scratch) -> None:
    """Five batches where 50 were asked for: they are judged as they are."""
    scratch.write(
        "data.py", "class Data:\n    made = iter([bytearray(1000)] * 5)\n    def __iter__(self): return self.made\n"
    )

    done = scratch.run("run", "data:Data()", "--quick")

    assert done.code == 0, done.out
    assert done.report["batches"]["count"] == 5


def test_an_unreadable_image(scratch: Scratch) -> None:
    """Pillow's own error, at the user's line."""
    pytest.importorskip("PIL")
    scratch.write(
        "data.py",
        """
        from PIL import Image
        def batches(paths):
            for path in paths:
                yield Image.open(path).copy()
        """,
    )
    for index in range(4):
        scratch.write(f"{index}.jpg", "this is no image")

    done = scratch.run("run", "data:batches", "--arg", "paths=glob:*.jpg")

    assert done.code == 3
    assert "UnidentifiedImageError" in done.out
    assert done.failure["location"]["line"] == 5


def test_the_memory_limit(scratch: Scratch) -> None:
    """A target that eats memory is ended, and the report says how far it came; that is a finding: exit code 1."""
    target = scratch.target("while i == 3: kept.append(b'x' * 1_000_000 + b'y')")

    done = scratch.run("run", target, "--memory-limit", "300MiB", *BRIEF)

    assert (done.code, done.report["verdict"]) == (1, "fail")
    assert "Passed the memory limit of 300 MiB in batch 3." in done.out
    assert done.failure["location"]["line"] == 5
    assert done.report["peak"]["high_water_bytes"] > 300 * 2**20


def test_a_memory_limit_that_the_import_passes(scratch: Scratch) -> None:
    """Before there is any batch; the import goes on until it is ended."""
    scratch.write("data.py", "import time\nx = bytearray(300_000_000)\ntime.sleep(1000)\ndef batches():\n    yield x\n")

    done = scratch.run("run", "data:batches", "--memory-limit", "100MiB")

    assert done.code == 1
    assert "Passed the memory limit of 100 MiB while it was imported." in done.out


def test_the_last_lines_of_standard_error_are_shown(scratch: Scratch) -> None:
    """What a library said before it took the process down."""
    target = scratch.target("if i == 7:\n    print('libfoo: assertion failed', file=sys.stderr)\n    os._exit(3)")

    done = scratch.run("run", target, *BRIEF)

    assert done.code == 3
    assert "libfoo: assertion failed" in done.out
    assert "libfoo: assertion failed" in done.failure["stderr_tail"]

"""What a target leaves to be tidied up at the end of its process is tidied up, and profilers in C are let be."""

import os

from tests.faults.matrix import Place, faults

_PROFILER = "import cProfile\nif i == 1: kept.append(cProfile.Profile()); kept[0].enable()\n"
_WORKER = "from multiprocessing import get_context, util\n"
_KEPT = {
    "a folder of multiprocessing": _WORKER + "util.get_temp_dir()",
    "a manager of shared memory": (
        "from multiprocessing.managers import SharedMemoryManager\n"
        "if i == 1: kept.append(SharedMemoryManager()); kept[0].start(); kept[0].SharedMemory(1000)"
    ),
    "a queue that nobody reads": (
        _WORKER + "util.get_temp_dir()\n"
        "if i == 3: kept.append(get_context('fork').Queue()); kept[-1].put(bytes(1_000_000))"
    ),
    "a finalizer that raises": _WORKER + "util.get_temp_dir()\nutil.Finalize(None, lambda: 1 / 0, exitpriority=9)",
    "a finalizer that ends the process": (
        _WORKER + "util.get_temp_dir()\nutil.Finalize(None, lambda: os._exit(7), exitpriority=9)"
    ),
    "a finalizer that crashes": (
        _WORKER + "util.get_temp_dir()\nutil.Finalize(None, lambda: os.kill(os.getpid(), 11), exitpriority=9)"
    ),
    "a finalizer without end": (
        _WORKER + "util.get_temp_dir()\nif i == 1: util.Finalize(None, lambda: time.sleep(1000), exitpriority=9)"
    ),
    "output whose flush has no end": (
        "class Out:\n    def flush(self): time.sleep(1000)\n    def write(self, text): pass\nsys.stdout = Out()"
    ),
    "a module that is none": "if i == 3: sys.modules['multiprocessing.util'] = 5",
    "cProfile": _PROFILER + "assert sys.version_info >= (3, 12) or sys.getprofile() is kept[0]",
    "cProfile, ended by the target": _PROFILER + "if i == 4: kept[0].disable(); assert kept[0].getstats()",
}


@faults(_KEPT)
def in_a_batch(place: Place, body: str) -> None:
    """All batches are measured, however the process ends after them, and no temporary file is left."""
    report = place.audit(place.target(body))

    assert report.failure is None, report.failure
    assert report.batches.count == 4


@faults({"/dev/zero": "os.symlink('/dev/zero', __file__)", "a pipe that nobody writes to": "os.mkfifo(__file__)"})
def source_that_has_no_end(place: Place, becomes: str) -> None:
    """A file of the target's that is none any more is not read."""
    place.write(
        "data.py",
        f"import os\nos.remove(__file__)\n{becomes}\nclass Data:\n"
        "    def __iter__(self): return iter([b'x' * 1000] * 100)\n"
        "    @staticmethod\n    def batches():\n        yield 1\n        raise ValueError('mine')\n",
    )

    report = place.audit("data.py:Data.batches", timeout=20)

    assert report.failure is not None
    assert (report.failure.reason, report.failure.batch) == ("raised", 2), report.failure


@faults({"a path that is no UTF-8": b"data-\xff.py"})
def source_with_an_odd_name(place: Place, name: bytes) -> None:
    """An exception that is raised there is told."""
    (place.folder / os.fsdecode(name)).write_text("def fail(): raise ValueError('mine')\n")
    place.write(
        "data.py",
        "import importlib.util, os\n"
        f"spec = importlib.util.spec_from_file_location('odd', os.fsdecode({name!r}))\n"
        "odd = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(odd)\n"
        "def batches():\n    yield 1\n    odd.fail()\n",
    )

    report = place.audit("data.py:batches")

    assert report.failure is not None
    assert (report.failure.reason, report.failure.type, report.failure.batch) == ("raised", "ValueError", 2)

"""How all tests are run: their plugins, which of them may run beside each other, and what none may leave behind."""

import compileall
import contextlib
import functools
import gc
import os
import re
import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent
WORKER_BYTES = 2 * 1024**3
"""What a worker of pytest-xdist is given, with the processes that its tests start: TensorFlow's take half of that."""
SPREAD = (
    *("faults/test_faults.py", "truth/test_truth.py", "test_run_", "test_samples_run.py"),
    *("test_packaging.py", "test_readme.py", "render/test_gaps.py"),
    # The frameworks are imported by processes of their own.
    *("truth/test_fresh.py", "test_doc_examples.py::test_what_comes_out"),
)
"""Files of tests that are long and share nothing: each test goes to the worker that is free."""
FRAMEWORKS = "frameworks"
LAST = "truth/test_truth.py"
"""What the other workers have still to do while one is at the frameworks, which make its process slow for all else."""
TOGETHER = {
    # The kernel's shared memory is one for all: their figures, and what they leave, are read from it.
    "faults/test_faults.py::test_a_fault[memory: ": "shared-memory",
    "evidence/test_shared_memory.py": "shared-memory",
    # Each holds the lock of this user's audits in tests, and would wait for the others.
    "pytest_plugin/": "lock",
    "faults/test_faults.py::test_a_fault[secrets: planted and tested": "lock",
    # They share a scheduler and its workers.
    "test_run_dask.py": "dask",
    # They look at the same reports, which are drawn once for a process; their browser is started once.
    "render/test_gaps.py": "",
    "render/": "render",
    "comparison/test_browser.py": "render",
    "test_site_browser.py": "render",
    # Frameworks are imported by one process.
    "recorder/child/batch/test_size.py::test_tensorflow": FRAMEWORKS,
    "recorder/child/batch/test_size.py::test_torch": FRAMEWORKS,
    "recorder/child/dataset/test_parts.py::test_tensorflow": FRAMEWORKS,
    "recorder/child/dataset/test_parts.py::test_torch": FRAMEWORKS,
    "recorder/child/dataset/test_subset.py::test_tensorflow": FRAMEWORKS,
    "recorder/child/dataset/test_subset.py::test_torch": FRAMEWORKS,
    "recorder/child/retention/sizes/test_payload.py::test_eager_tensors": FRAMEWORKS,
    "recorder/child/retention/sizes/test_payload.py::test_tensors": FRAMEWORKS,
    "recorder/child/test_content.py::test_torch": FRAMEWORKS,
    "recorder/child/test_drivers.py::test_endless_keras": FRAMEWORKS,
    "recorder/child/test_drivers.py::test_keras": FRAMEWORKS,
    "recorder/child/test_drivers.py::test_tensorflow": FRAMEWORKS,
    "recorder/child/test_drivers.py::test_torch": FRAMEWORKS,
    "recorder/synth/test_kinds.py::test_tensorflow": FRAMEWORKS,
    "test_samples_source.py::test_batches_are_whole": FRAMEWORKS,
    # They compare seconds.
    "comparison/test_run.py": "seconds",
    "faults/test_faults.py::test_a_fault[surroundings: ctrl c while it starts": "seconds",
    "faults/test_faults.py::test_a_fault[surroundings: a signal to a static audit": "seconds",
}
"""Tests that one worker runs, one after the other, by how their names begin below this folder; the first that fits."""
BY_MARKER = {"browser": "render", "tensorflow": FRAMEWORKS, "torch": FRAMEWORKS}
"""The group in which tests with a marker must be, as who gives out the tests knows their names only."""
FIRST = (
    *("truth/test_fresh.py", "truth/test_truth.py::test_every_case", "test_run_script_frameworks.py"),
    *("test_samples_run.py", "test_doc_examples.py::test_what_comes_out"),
    *("test_run_long.py", "test_built_packages.py", "fix/test_corpus.py", "fix/test_fix_command.py"),
    "test_run_interrupted.py::test_interrupts_at_any_moment",
)
"""Single tests that take a quarter of a minute or more: begun last, one worker would be at them alone."""
ANY_PYTHON = (
    # What is concluded from made trials, and what is rewritten in made sources: each is imported under every Python.
    *("evidence/", "experiment/", "fix/", "gate/", "model/", "report/", "rules/"),
    # Pages and pictures of made reports; that every format renders every report is asked under each Python.
    *(
        "render/html/",
        "render/figures/",
        "render/terminal/",
        "render/ci/",
        "render/test_agreement.py",
        "comparison/test_render.py",
    ),
    # What is written, read again and compared by genaudit's own process, of trials that other tests run everywhere.
    *("faults/test_faults.py::test_a_fault[writing: ", "test_loading", "cli/test_written.py", "test_run_sampled.py"),
    # What genaudit's own process makes of trials and of the command line; how a child runs is tested in its own room.
    *("test_run_allocator.py", "test_run_folds.py", "test_run_new_data.py", "test_run_readers_kept.py"),
    *("test_run_refusals.py", "test_run_several.py", "cli/test_output.py"),
    *("comparison/test_notebook.py", "config/test_quantities.py"),
    *("comparison/test_run.py", "comparison/test_cli.py", "comparison/test_picture.py"),
    *("test_run_without_drawing.py", "test_run_platforms.py", "test_release.py"),
    # Matrices and random texts.
    *("lint/test_fuzz.py", "lint/test_corpus.py", "cli/test_picture.py"),
    "faults/test_faults.py::test_a_fault[secrets: masked in linear time: ",
    # The text of this repository, and the cases without genaudit.
    *("test_docstrings.py", "test_architecture.py", "test_pipeline.py::test_the_pipeline_alone"),
    *("test_site.py", "test_docs.py::test_every_variable", "test_doc_examples.py::test_no_output_escapes"),
    "test_doc_examples.py::test_every_command_line",
    *(
        "truth/test_truth.py::test_the_kernel_agrees",
        "truth/test_truth.py::test_a_case_is_well_formed",
        "truth/test_harness.py",
    ),
    # The plugin's own words; its audits of marked tests are made everywhere.
    *("pytest_plugin/test_plugin.py::test_the_baseline", "pytest_plugin/test_plugin.py::test_workers_of_xdist"),
    *("pytest_plugin/test_plugin.py::test_a_marked_test_that_returns", "pytest_plugin/test_plugin.py::test_a_skip_is"),
    *("pytest_plugin/test_plugin.py::test_audits_by_hand", "pytest_plugin/test_plugin.py::test_a_broken_generator"),
    "pytest_plugin/test_plugin.py::test_progress_is_shown",
    # What the kernel says of threads and processes.
    *("recorder/child/memory/test_busy.py", "recorder/child/memory/test_set_aside.py::test_what_was_there"),
    "recorder/child/memory/test_settle.py::test_who_computes",
    "test_run_holders.py::test_an_array_has_one_verdict",
)
"""Tests that are the same under every Python, by how their names begin: they run under one."""
SAYS_SLOW = re.compile(r"\bmark\.slow\b|\bDRAWN\b")
"""What a file with slow tests has in its text: the marker, or the parameters that have it."""
TRACKERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Processes that Python keeps for as long as the one that has started them, by what is on their command line."""
LONGEST_END_S = 10.0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser. Not for the session: another module could not drive one of its own meanwhile."""
    from tests.browser import launched

    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(chromium: Any) -> Any:
    """Pages of the browser that tests lend one another."""
    from tests.browser import Pages

    return Pages(chromium)


@pytest.fixture
def visit(pages: Any, tmp_path: Path) -> Iterator[Any]:
    """A function that visits a page by its content."""
    with pages.lent(tmp_path) as look:
        yield look


def pytest_configure(config: pytest.Config) -> None:
    """Compiled once, and groups are begun in our order.

    Tests start more than a thousand processes: each would compile what it imports where Python is told to write no
    compiled files. The order of xdist is by how many tests a group has, not by how long these take.
    """
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(ROOT.parent / "genaudit", quiet=2)
    if config.pluginmanager.hasplugin("xdist"):
        config.option.loadscopereorder = False


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests alone are run, files that have none are not imported: that takes each process some seconds."""
    if config.option.markexpr.startswith("slow") and collection_path.match("test_*.py"):
        return not says_slow(collection_path) or None
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What pytest makes of the assertions is kept for the next run, as it takes most of the time of a collection.

    Nothing that is collected is garbage: the collector does not look for it, then or later.
    """
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    gc.disable()
    try:
        return (yield)
    finally:
        sys.dont_write_bytecode = before
        gc.freeze()
        gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores for us, as audits wait at times for their processes; and memory for each."""
    memory = psutil.virtual_memory().available
    return max(1, min(len(os.sched_getaffinity(0)) + 1, int(memory / WORKER_BYTES)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Groups by names of tests.

    xdist's own ``--dist loadgroup`` reads them from attributes that pytest 9.2 no longer has, and then says nothing:
    every test goes to any worker.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return Groups(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say of each test whether one Python is enough; a worker has them in the order in which they are begun."""
    for item in items:
        if below(item.nodeid).startswith(ANY_PYTHON):
            item.add_marker(pytest.mark.any_python)
        if item.get_closest_marker("slow") and not says_slow(item.path):
            raise pytest.UsageError(f"{item.nodeid} is slow, which its file does not say: see SAYS_SLOW in {__file__}")
        for marker, group in BY_MARKER.items():
            if item.get_closest_marker(marker) and group_of(item.nodeid) not in (group, item.nodeid):
                raise pytest.UsageError(f"{item.nodeid} is {marker}: put it into the group {group} in {__file__}")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.nodeid))


@functools.cache
def says_slow(path: Path) -> bool:
    """Whether a file may have slow tests, by its text."""
    return SAYS_SLOW.search(path.read_text(encoding="utf-8")) is not None


def below(nodeid: str) -> str:
    """The name of a test, with its file as it is seen from this folder."""
    return nodeid.removeprefix(f"{ROOT.name}/")


def group_of(nodeid: str) -> str:
    """With which others a test shares a worker: those of its file, for they share what is set up, or more, or none."""
    name = below(nodeid)
    together = next((group for beginning, group in TOGETHER.items() if name.startswith(beginning)), "")
    return together or (nodeid if name.startswith(SPREAD) else name.partition("::")[0])


def rank(nodeid: str) -> int:
    """When a test is begun: what must be done by one worker first, so that nobody waits for it at the end."""
    group, name = group_of(nodeid), below(nodeid)
    if group == FRAMEWORKS:
        return 2
    if group in TOGETHER.values() or name.startswith(FIRST):
        return 0
    return 3 if name.startswith(LAST) else 1


def processes() -> set[int]:
    """Children of this process that run, whichever thread has started them."""
    found: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            found.update(int(pid) for pid in (thread / "children").read_text().split())
    return found


def lives(pid: int) -> str | None:
    """The command line of a process that runs, and that nobody keeps for good."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        line = " ".join(process.cmdline())
        if process.status() != psutil.STATUS_ZOMBIE and not any(tracker in line for tracker in TRACKERS):
            return line or process.name()
    return None


@pytest.fixture
def lasting() -> Callable[[], set[int]]:
    """Processes that are set up for many tests, though one of these starts them; a module that has some says which."""
    return set


@pytest.fixture(autouse=True)
def no_process_is_left(lasting: Callable[[], set[int]]) -> Iterator[None]:
    """Whatever a test starts has ended when it has; what is set up for many tests is there before, or lasting."""
    before = processes()
    yield
    deadline = time.monotonic() + LONGEST_END_S
    while left := [line for pid in processes() - before - lasting() if (line := lives(pid)) is not None]:
        assert time.monotonic() < deadline, f"the test has left running: {left}"
        time.sleep(0.02)

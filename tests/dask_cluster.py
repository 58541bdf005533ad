"""A scheduler of Dask and its workers, each a process of its own, as a user starts them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.readme import ROOT
from tests.real_run import LONGEST_S, ordinary_signals

RESOURCE = ("--resources", "genaudit=1")


class Cluster:
    """A scheduler and its workers.

    Args:
        folder: Empty.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self._file))
        self._start("scheduler", *options)
        self._wait(lambda: self._file.exists() and b"address" in self._file.read_bytes())

    @property
    def address(self) -> str:
        """The scheduler's."""
        return str(json.loads(self._file.read_bytes())["address"])

    def worker(self, *words: str) -> None:
        """Start a worker without a nanny, so that one that is killed is gone."""
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self._folder))
        self.workers.append(self._start("worker", self.address, *options, *words))

    def kill(self, worker: "subprocess.Popen[bytes]") -> None:
        """End a worker at once."""
        worker.kill()
        worker.wait()
        self.workers.remove(worker)

    def dismiss(self) -> None:
        """End all workers, and wait until the scheduler knows."""
        from distributed import Client

        for worker in list(self.workers):
            self.kill(worker)
        with Client(self.address, set_as_default=False) as client:
            self._wait(lambda: not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.workers)))

    def close(self) -> None:
        """End all of it."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=ordinary_signals,
        )
        self._processes.append(process)
        return process

    def _wait(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST_S
        while not is_so():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def wait_for(self, n_workers: int) -> None:
        """Wait until so many workers are there."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(n_workers, timeout=LONGEST_S)

"""How the faults are written down, found and run."""

import contextlib
import importlib
import os
import pkgutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import genaudit
import tests.faults
from genaudit.model.report import Report
from tests.real_run import Scratch

MARKER = "GENAUDIT_TEST_RUN"
"""A variable that every process below a run inherits."""


class Place(Scratch):
    """A folder to run in, in which an audit can also be asked for without a new command line."""

    def audit(self, target: str, **options: Any) -> Report:
        """Audit by the public function, in this process: four batches of one trial, unless the options say otherwise.

        Afterwards no process and no temporary file may be left.
        """
        options = {"sizes": "off", "quick": True, "batches": 4, "max_batches": 4, **options}
        with self._entered():
            report = genaudit.audit(target, **options)
        assert self.left_running() == []
        assert list(self.temporary.iterdir()) == []
        return report

    @contextlib.contextmanager
    def _entered(self) -> Iterator[None]:
        """This folder as the current one, its temporary folder as the temporary one, and the marker set."""
        before, variables, temporary = Path.cwd(), dict(os.environ), tempfile.tempdir
        os.environ.update({name: value for name, value in self.environment().items() if name in {"TMPDIR", MARKER}})
        tempfile.tempdir = str(self.temporary)
        os.chdir(self.folder)
        # Whoever runs the tests by nohup has it ignored, and what is ignored stays so in every process below.
        hangup = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        try:
            yield
        finally:
            signal.signal(signal.SIGHUP, hangup)
            os.chdir(before)
            os.environ.clear()
            os.environ.update(variables)
            tempfile.tempdir = temporary


class Fault(NamedTuple):
    """One thing that goes wrong."""

    kind: str
    """The module that it is in: the row of the table."""
    name: str
    run: Callable[[Place], None]
    """Raises AssertionError where what must hold does not."""
    starts_processes: bool


def faults(
    cases: Mapping[str, Any] | Iterable[str], *, processes: bool = True
) -> Callable[[Callable[[Place, Any], None]], Callable[[Place, Any], None]]:
    """Make a function one fault for each case.

    Args:
        cases: What the function is called with, by the name of the fault.
        processes: Whether it starts processes; those that do not are run with the fast tests.
    """
    named = dict(cases) if isinstance(cases, Mapping) else {name: name for name in cases}

    def decorate(function: Callable[[Place, Any], None]) -> Callable[[Place, Any], None]:
        function.faults = [  # type: ignore[attr-defined]
            Fault(
                function.__module__.rpartition(".")[2],
                f"{function.__name__.replace('_', ' ')}: {name}",
                lambda place, case=case: function(place, case),  # type: ignore[misc]
                processes,
            )
            for name, case in named.items()
        ]
        return function

    return decorate


def all_faults() -> list[Fault]:
    """Every fault of every module here, in the order of the modules and their lines."""
    found = []
    for module in pkgutil.iter_modules(tests.faults.__path__):
        if module.name != "matrix" and not module.name.startswith("test_"):
            for value in vars(importlib.import_module(f"tests.faults.{module.name}")).values():
                found += getattr(value, "faults", [])
    return found

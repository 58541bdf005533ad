"""The pytest plugin: a marker for tests that give a generator, and a fixture for audits by hand.

Nothing of genaudit but this module and the table of options is imported until a test asks for an audit.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from genaudit.options import INI, MARKER, options_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from genaudit.model.report import Report
    from genaudit.pytest_support.options import Wanted
    from genaudit.pytest_support.run import Place, Result

MARK = "genaudit"
_HELP = (
    "genaudit(growth='64KiB/batch', scaling='constant', batches=50): audit the generator that the test function "
    "returns or yields from, in processes of its own, and hold it to the budgets"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the command line and of the ini file."""
    group = parser.getgroup("genaudit", "memory of data generators")
    group.addoption(
        "--genaudit-update-baseline", action="store_true", help="write what audits measure as the new baseline"
    )
    group.addoption("--genaudit-reason", metavar="TEXT", default="", help="why the baseline changes, for its reviewers")
    group.addoption("--genaudit-out", metavar="DIR", default=None, help="folder for the reports of audits")
    parser.addini("genaudit_out", "folder for the reports of audits, from the root of the tests", default="reports")
    parser.addini("genaudit_baseline", "the baseline file", default="genaudit-baseline.json")
    parser.addini("genaudit_budgets", "budgets of every audit, a line each: growth = 64KiB/batch", type="linelist")
    for option in options_at(INI):
        parser.addini(f"genaudit_{option.name}", f"audits: {option.help_at(MARKER)}", default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and who keeps the results."""
    config.addinivalue_line("markers", _HELP)
    config.pluginmanager.register(_Results(config), "genaudit-results")


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, name: str, obj: object) -> Any:
    """Collect marked test functions that yield: pytest itself no longer takes these."""
    function = getattr(obj, "__func__", obj)
    if not inspect.isgeneratorfunction(function) or not collector.istestfunction(obj, name):
        return None
    marks = [mark.name for mark in getattr(function, "pytestmark", [])]
    if MARK not in marks and collector.get_closest_marker(MARK) is None:
        return None
    return list(collector._genfunctions(name, function))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """Audit a marked test function in place of calling it here."""
    names = pyfuncitem._fixtureinfo.argnames
    if pyfuncitem.get_closest_marker(MARK) is None or "genaudit" in names:
        return None
    auditor = Auditor(pyfuncitem)
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    result = auditor._audit(_target_of(pyfuncitem), arguments, {}, pyfuncitem.nodeid)
    if result.report.exit_code:
        from genaudit.pytest_support.run import failure_text

        pytest.fail(failure_text(result, pyfuncitem.config.rootpath), pytrace=False)
    return True


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse the marker where it would do nothing: unittest calls its methods itself."""
    if type(item).__name__ == "TestCaseFunction" and item.get_closest_marker(MARK) is not None:
        pytest.fail(
            "genaudit: the marker does nothing on a method of unittest.TestCase\nhint: make it a function, or a method "
            "of a plain class",
            pytrace=False,
        )


@pytest.fixture
def genaudit(request: pytest.FixtureRequest) -> Auditor:
    """Audits by hand: ``genaudit.run("shop.data:train_gen(batch_size=32)").ok``."""
    return Auditor(request.node)


class Auditor:
    """Runs audits for one test."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item

    def run(
        self,
        target: str | Callable[..., object],
        *,
        arguments: Mapping[str, object] | None = None,
        **wanted: object,
    ) -> Report:
        """Audit a target in processes of its own.

        Args:
            target: As for ``genaudit.audit``.
            arguments: Values by parameter: plain values, paths, numpy arrays, functions of a module.
            wanted: Options and budgets, as of the marker: ``batches=50``, ``growth="64KiB/batch"``.

        Returns:
            The report; ``.ok`` says whether nothing was found and every budget is kept.
        """
        text = _text_of(target)
        result = self._audit(text, arguments or {}, wanted, f"{self._item.nodeid} {text}")
        if not result.report.ok:
            from genaudit.pytest_support.run import failure_text

            self._item.add_report_section("call", "genaudit", failure_text(result, self._item.config.rootpath))
        return result.report

    def _audit(self, target: str, arguments: Mapping[str, object], wanted: Mapping[str, object], name: str) -> Result:
        from genaudit.errors import ExitCode, GenauditError
        from genaudit.pytest_support.run import brief, run

        config = self._item.config
        refusal = ""
        try:
            result = run(
                target, self._wanted(wanted), _place(config, name), arguments, _teller(config), _shower(self._item)
            )
        except GenauditError as error:
            refusal = f"genaudit: {error.message}" + (f"\nhint: {error.hint}" if error.hint else "")
        if refusal:
            # Not inside the handler, which would show the error twice.
            pytest.fail(refusal, pytrace=False)
        if result.report.exit_code == ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        failure = result.report.failure
        if failure is not None and failure.type == "Skipped":
            # pytest.skip() was called in the measured process.
            pytest.skip(failure.message or "")
        self._item.user_properties.append(("genaudit", json.dumps({"name": name, **brief(result, config.rootpath)})))
        return result

    def _wanted(self, given: Mapping[str, object]) -> Wanted:
        """Ini file, markers from the outside in, keyword arguments; later ones win."""
        from genaudit.errors import UsageError
        from genaudit.pytest_support.options import read, read_ini

        config = self._item.config
        wanted = read_ini(
            {option.name: config.getini(f"genaudit_{option.name}") for option in options_at(INI)},
            list(config.getini("genaudit_budgets")),
        )
        for mark in reversed(list(self._item.iter_markers(MARK))):
            if mark.args:
                raise UsageError(
                    "@pytest.mark.genaudit takes keyword arguments only",
                    slug="unknown-key",
                    hint='for example @pytest.mark.genaudit(growth="64KiB/batch")',
                )
            wanted = read(mark.kwargs, where="@pytest.mark.genaudit").over(wanted)
        return read(given, where="genaudit.run").over(wanted)


class _Results:
    """Results of audits; with xdist, in the process that writes the summary."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._rows: list[dict[str, str]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> object:
        """The word for a test that passed without everything being tested."""
        if report.when != "call" or not report.passed:
            return None
        labels = [json.loads(str(text))["label"] for name, text in report.user_properties if name == MARK]
        partial = next((label for label in labels if "(" in label), None)
        return ("passed", ".", (partial, {"yellow": True})) if partial else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the audits of a test."""
        if report.when == "call":
            self._rows += [json.loads(str(text)) for name, text in report.user_properties if name == MARK]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """A line for each audit that is not simply clean, and the count."""
        if not self._rows:
            return
        terminalreporter.section("genaudit")
        verdicts = [row["label"].replace(row["verdict"].upper(), row["verdict"]) for row in self._rows]
        for row in self._rows:
            if row["label"] != "PASS" or self._config.get_verbosity() > 0:
                terminalreporter.write_line(
                    f"{row['label']:<5} {row['name']}: {row['said']} ({row['report']})",
                    yellow=row["label"].startswith("PASS ("),
                )
        counts = ", ".join(f"{verdicts.count(word)} {word}" for word in dict.fromkeys(verdicts))
        terminalreporter.write_line(f"{len(self._rows)} audit{'' if len(self._rows) == 1 else 's'}: {counts}")
        if self._config.getoption("genaudit_update_baseline"):
            terminalreporter.write_line(f"baseline written: {self._config.getini('genaudit_baseline')}")


def _place(config: pytest.Config, name: str) -> Place:
    from genaudit.pytest_support.run import Place

    out = config.getoption("genaudit_out")
    folder: Path = config.invocation_params.dir / out if out else config.rootpath / config.getini("genaudit_out")
    return Place(
        name=name,
        out=folder,
        baseline=config.rootpath / config.getini("genaudit_baseline"),
        update=bool(config.getoption("genaudit_update_baseline")),
        reason=config.getoption("genaudit_reason") or "pytest --genaudit-update-baseline",
    )


def _teller(config: pytest.Config) -> Callable[[str], None]:
    """Says something at once: what tests write is else kept until they fail."""

    def say(text: str) -> None:
        with _uncaptured(config):
            print(f"\ngenaudit: {text}", file=sys.stderr, flush=True)

    return say


def _shower(item: pytest.Item) -> Callable[[str], None] | None:
    """Shows a line of progress on the terminal; ``None`` where nobody looks at one, or wants no words.

    A worker of xdist has no terminal: what it writes belongs to the channel, or to nobody.
    """
    config = item.config
    reporter = config.pluginmanager.getplugin("terminalreporter")
    isatty = getattr(reporter, "isatty", False)
    # A value in earlier versions of pytest.
    is_terminal = isatty() if callable(isatty) else isatty
    if not is_terminal or hasattr(config, "workerinput") or config.get_verbosity() < 0:
        return None

    def show(line: str) -> None:
        with _uncaptured(config):
            # On a line of its own: the names and dots of tests go on below it.
            reporter.write_line(f"{item.name}: {line.strip()}")

    return show


@contextlib.contextmanager
def _uncaptured(config: pytest.Config) -> Iterator[None]:
    """Write to the terminal itself, as far as that is still there."""
    capture = config.pluginmanager.getplugin("capturemanager")
    with (
        capture.global_and_fixture_disabled() if capture else contextlib.nullcontext(),
        contextlib.suppress(OSError),
    ):
        yield


def _text_of(target: str | Callable[..., object]) -> str:
    from genaudit.errors import GenauditError
    from genaudit.recorder.python_values import target_of

    refusal = ""
    try:
        return target_of(target)[0]
    except GenauditError as error:
        refusal = f"genaudit: {error.message}\nhint: {error.hint}"
    # Not inside the handler, which would show the error twice.
    pytest.fail(refusal, pytrace=False)


def _target_of(item: pytest.Function) -> str:
    """The test function as a target: its file, and the way to it, through an object of its class."""
    path = os.path.relpath(item.path)
    classes = [node.name for node in item.listchain() if isinstance(node, pytest.Class)]
    owner = ".".join(classes) + "()." if classes else ""
    return f"{item.path if path.startswith('..') else path}:{owner}{item.originalname}"

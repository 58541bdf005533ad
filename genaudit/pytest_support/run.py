"""One audit for a test: measured in processes of its own, judged, written down."""

import contextlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from genaudit.cli.support.progress import ProgressLine
from genaudit.files import shown_path
from genaudit.gate.baseline import Baseline, arguments_hash, baseline_bytes, entry_of, read_baseline
from genaudit.gate.judge import Terms, judge
from genaudit.model.job import Job
from genaudit.model.report import Report
from genaudit.pipeline import audit
from genaudit.pytest_support.lock import one_at_a_time
from genaudit.pytest_support.options import Wanted
from genaudit.recorder.python_values import import_folders, write_arguments

WIDTH = 88


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where results go, and what they are called."""

    name: str
    """The node id of the test, and the target where a test audits several."""
    out: Path
    baseline: Path
    update: bool = False
    reason: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A judged report and where it was written."""

    report: Report
    path: Path


def run(
    target: str,
    wanted: Wanted,
    place: Place,
    arguments: Mapping[str, object],
    say: Callable[[str], None] = lambda _: None,
    show: Callable[[str], None] | None = None,
) -> Result:
    """Audit a target for a test.

    Args:
        target: As for ``genaudit.audit``.
        wanted: Options and budgets.
        place: Where results go.
        arguments: Values by parameter, as fixtures gave them.
        say: Called with a line where another audit is waited for.
        show: Called every few seconds with a line that says where the audit is; nothing does where ``None``.

    Raises:
        GenauditError: The target, an option or an argument cannot be understood.
    """
    with tempfile.TemporaryDirectory(prefix="genaudit-test-") as folder, _importable():
        fields = wanted.job_fields()
        if arguments:
            fields["args_from"] = write_arguments(arguments, Path(folder))
        # The lock last: who waits for it has everything else behind him.
        with one_at_a_time(say):
            job = Job(target=target, command=["pytest", target], **fields)
            progress = ProgressLine(wanted=True, write=show) if show is not None else None
            report = audit(job, progress, fail_on=_fail_on(wanted), strict=bool(wanted.values.get("strict"))).report
            report = _judged(report, wanted, place, arguments)
    return Result(report=report, path=_write(report, place))


def _judged(report: Report, wanted: Wanted, place: Place, arguments: Mapping[str, object]) -> Report:
    """The report with budgets and the baseline; the baseline replaced, where that was asked for."""
    baseline = read_baseline(place.baseline)
    if not wanted.budgets and baseline is None and not place.update:
        return report
    identity = {"arguments": sorted(arguments), **{key: str(value) for key, value in wanted.values.items()}}
    entry = entry_of(report, target=place.name, arguments=arguments_hash(identity), reason=place.reason)
    terms = Terms(
        budgets=wanted.budgets,
        baseline=baseline,
        entry=entry,
        fail_on=_fail_on(wanted),
        strict=bool(wanted.values.get("strict")),
        updating=place.update or baseline is None,
    )
    judged = judge(report, terms)
    if place.update and report.failure is None:
        from genaudit.writing import write_whole

        write_whole(place.baseline, baseline_bytes((baseline or Baseline()).updated([entry])), shared=True)
    return judged


def _fail_on(wanted: Wanted) -> str:
    level: str = wanted.values.get("fail-on", "error")
    return level


def _write(report: Report, place: Place) -> Path:
    """The report as JSON; as a page too where there is something to look at, and it can be drawn here."""
    from genaudit.render import RENDERERS, render
    from genaudit.writing import write_whole

    folder = place.out / folder_name(place.name)
    path = folder / "report.json"
    write_whole(path, render(report, "json"))
    page = folder / "report.html"
    if report.exit_code and RENDERERS["html"].can_draw:
        write_whole(page, render(report, "html"))
        return page
    # Of an earlier failure.
    page.unlink(missing_ok=True)
    return path


def folder_name(name: str) -> str:
    """A folder for the files of a test, the same at each run.

    Example:
        >>> folder_name("tests/test_data.py::test_gen[8]")
        'tests-test_data.py-test_gen-8'
    """
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    if len(plain) <= 120:
        return plain or "test"
    return f"{plain[:100]}-{arguments_hash({'name': name})}"


@contextlib.contextmanager
def _importable() -> Iterator[None]:
    """Let the measured process import what this one can: pytest puts folders first, by its settings."""
    before = os.environ.get("PYTHONPATH")
    folders = import_folders()
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([*folders, *([before] if before else [])]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def failure_text(result: Result, root: Path) -> str:
    """What a failing test shows: what is wrong and where, verdict, line, numbers, and where the report is.

    The first line is what the short summary of pytest repeats, cut to the terminal beside the name of the test.
    """
    from genaudit.render import render
    from genaudit.render.text.report import headline_text

    broken = [outcome for outcome in result.report.outcomes if outcome.is_finding and outcome.is_promise]
    # Promises in full, not cut to a line; and there is no -v to show the rest with.
    left_out = (*(f"{one.level.value} {one.code}" for one in broken), "… -v", "and ")
    verdict, *lines = render(result.report, "text", width=WIDTH).decode().rstrip().splitlines()
    headline = headline_text(result.report)
    n_said = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    if " ".join(map(str.strip, lines[:n_said])) == headline:
        del lines[:n_said]
    kept = [line for line in lines if not line.strip().startswith(left_out)]
    promises = [f"  {one.code} {one.name}: {one.message}" for one in broken]
    return "\n".join(
        [_first_line(result.report, headline), verdict, *kept, *promises, f"  report  {shown_path(result.path, root)}"]
    )


def _first_line(report: Report, headline: str) -> str:
    """The headline, and the line of code where there is one and room for it."""
    from genaudit.render.safe import one_line

    said = one_line(headline).rstrip(".")
    blamed = next((one.location for one in report.findings if one.location is not None), None)
    place = f": {one_line(blamed.place)}" if blamed is not None else ""
    return said + place if len(said + place) <= WIDTH else said


def brief(result: Result, root: Path) -> dict[str, str]:
    """A line of the summary."""
    from genaudit.render.safe import one_line
    from genaudit.render.text.report import not_tested, pass_figures

    report = result.report
    figures = pass_figures(report)
    passed = report.exit_code == 0 and report.verdict.value == "pass"
    said = ", ".join(figures) if passed and figures else report.summary.headline
    untested = not_tested(report)
    said += f"; not tested: {one_line(untested)}" if untested else ""
    return {
        "verdict": report.verdict.value,
        "label": report.label,
        "said": said,
        "report": shown_path(result.path, root),
    }

"""``genaudit report``: conclude and render again from what an earlier run saved."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.support.options import delivery_options, is_given, options_of
from genaudit.options import ExitOptions, ForecastOptions, LevelOptions, StrictOptions

if TYPE_CHECKING:
    from genaudit.model.comparison import Comparison
    from genaudit.model.recording import Recording
    from genaudit.model.report import Report


@click.command()
@click.argument("recording", type=click.Path(path_type=Path), required=False, metavar="[FILE|FOLDER]")
@click.option(
    "--budget", "budgets", metavar="NAME=VALUE", multiple=True, help="A budget, over those that it was held to."
)
@options_of("run", ForecastOptions, LevelOptions, ExitOptions, StrictOptions)
@delivery_options
def command(recording: Path | None, **options: Any) -> None:
    """Conclude and render again from the recording.json of an earlier run, without the target.

    FOLDER is that of a run, or a reports folder, whose latest run is taken; without it, the latest in reports/. What
    is made again takes the place of what the run had left there, unless --out names another folder.

    What genaudit gate recorded is held to the budgets and the baseline of then. A report.json is rendered as it is, and
    so is the comparison.json of genaudit compare. An mprofile.dat of memory-profiler is drawn, without a verdict. The
    folder of a job that genaudit watch has watched is told of, while it runs and whatever has ended it.

    \b
    Examples:
      genaudit report
      genaudit report reports/data-gen --project-items 50000
      genaudit report reports/data-gen/recording.json --output html=audit.html
      genaudit report reports/data-gen/recording.json --budget growth=16KiB/batch
      genaudit report reports/compare-a-vs-b/comparison.json --output png=ab.png
      genaudit report mprofile_20260101120000.dat
      genaudit report reports/watch-train
    """  # noqa: D301 - click reads the \b as "keep these lines"
    import msgspec

    from genaudit.cli.folder.runs import reports_folder, run_of
    from genaudit.cli.support.options import delivery_of
    from genaudit.cli.support.output import check_writable, deliver
    from genaudit.cli.support.watched import report_job
    from genaudit.errors import ExitCode, UsageError
    from genaudit.model.comparison import Comparison
    from genaudit.model.recording import Recording
    from genaudit.render import COMPARISON_RENDERERS, RENDERERS
    from genaudit.watching import is_watched

    is_typed = is_given("out")
    run = run_of(recording, reports_folder(options["out"], is_typed=is_typed), quiet=options["quiet"])
    if is_watched(run.result):
        report_job(run.result, options)
        return
    saved = run.saved
    is_comparison = isinstance(saved, Comparison)
    delivery = delivery_of(options, COMPARISON_RENDERERS if is_comparison else RENDERERS)
    if recording is None or (recording.is_dir() and not is_typed):
        delivery = msgspec.structs.replace(delivery, out=run.out, folder=run.folder, lists=run.is_listed)
    check_writable(delivery)
    result = _concluded(saved, run.result, options)
    if result.exit_code not in set(ExitCode) - {ExitCode.INTERNAL}:
        raise UsageError(f"{run.result}: no audit ends with exit code {result.exit_code}", slug="not-a-result")
    deliver(result, saved if isinstance(saved, Recording) else None, delivery)
    raise click.exceptions.Exit(result.exit_code)


def _concluded(saved: "Recording | Report | Comparison", path: Path, options: dict[str, Any]) -> "Report | Comparison":
    """The result that a file holds, or that its recording leads to.

    Raises:
        UsageError: It was concluded already, and is to be held to something else.
    """
    import msgspec

    from genaudit.config.budgets import typed_budgets
    from genaudit.errors import UsageError
    from genaudit.gate.saved import concluded
    from genaudit.model.recording import Recording

    items = options["project_items"]
    names = ("fail_on", "exit_zero", "strict")
    given = {name: options[name] for name in names if is_given(name)}
    if isinstance(saved, Recording):
        if items is not None:
            request = msgspec.structs.replace(saved.request, project_items=items)
            saved = msgspec.structs.replace(saved, request=request)
        return concluded(saved, budgets=typed_budgets(options["budgets"]), **given)
    if given or options["budgets"] or items is not None:
        raise UsageError(
            f"{path} is concluded already, and cannot be held to anything else or carried on to another size",
            slug="concluded-already",
            hint="give the recording.json that lies beside a report.json",
        )
    return saved

"""``genaudit fix``: what was found is rewritten, both are run, and the change is shown only where it is proven."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.completion import complete_file, complete_target
from genaudit.cli.run import _Run, target_of
from genaudit.cli.support.options import configuration_options, options_of, result_options
from genaudit.cli.support.say import say
from genaudit.options import DriveOptions, TrialOptions

if TYPE_CHECKING:
    from genaudit.cli.support.output import Delivery
    from genaudit.fix.engine import Wish
    from genaudit.fix.run import Conducted
    from genaudit.model.job import Job
    from genaudit.model.report import Report

PATCH, SUGGESTIONS = "patch", "suggestions"
CHANGES = (PATCH, SUGGESTIONS)
"""Formats of the change alone; the others are of the report that has it."""


@click.command(
    cls=_Run,
    epilog="Exit codes: 0 where there is nothing to fix, or all was fixed and written; 1 where findings are left, or "
    "fixes are shown and not written; others as in genaudit --help.",
)
@click.argument("target", required=False, default="", shell_complete=complete_target)
@click.argument("words", nargs=-1, metavar="[-- SCRIPT ARGUMENTS]", shell_complete=complete_file)
@click.option("-m", "module", metavar="MODULE", help="Fix a module that is run as a script, as python -m does.")
@click.option("--source", metavar="NAME|NUMBER", help="Of a script: another source than the first.")
@click.option("--write", "applies", is_flag=True, help="Change the files; else the difference is only shown.")
@click.option("--all", "everything", is_flag=True, help="Go on until nothing is left that can be fixed.")
@click.option("--cache-size", type=click.IntRange(min=1), help="How many entries a cache without a bound may keep.")
@click.option(
    "--arg",
    "arguments",
    metavar="NAME=VALUE",
    multiple=True,
    help="An argument of the target; VALUE is as in genaudit run.",
)
@options_of("run", DriveOptions, TrialOptions, without=["dask"])
@configuration_options
@result_options
def command(target: str, **options: Any) -> None:
    """Fix what genaudit run finds, and prove it.

    TARGET and its arguments are as in genaudit run. A finding is answered with a change of the code. The changed code
    is run beside the original: the change is shown only where all batches of two epochs are the same, byte for byte,
    the fault is gone, and no other has come. The file itself is changed with --write only.

    \b
    Examples:
      genaudit fix my_data.py:train_generator --synth images:n=400,size=256x256
      genaudit fix my_data.py:train_generator --synth images:n=400 --write
      genaudit fix data:Loader --args-from data:arguments --all
      genaudit fix data:Loader --output patch=fix.patch
      genaudit fix data:Loader --output suggestions=review.json
      genaudit fix train.py -- --epochs 3
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.support.options import delivery_of, interrupt_on_terminate
    from genaudit.cli.support.output import check_outputs, check_writable, deliver, folder_of
    from genaudit.fix.checks import check_target, check_tools
    from genaudit.fix.engine import Wish
    from genaudit.fix.rewrites.catalogue import REWRITES

    target, words = target_of(target, options.pop("words"), options.pop("module"))
    check_tools()
    check_target(target.strip())
    configured = _configured(target, options)
    changes, options["outputs"] = _changes(options["outputs"])
    delivery = delivery_of(options)
    check_writable(delivery, folder_of(target.strip()))
    check_outputs(changes)
    job = _job(target, options, configured, words)
    wish = Wish(
        everything=options["everything"],
        writes=options["applies"],
        cache_size=options["cache_size"],
        rewrites=REWRITES,
    )
    with interrupt_on_terminate():
        done = _conducted(job, wish, delivery)
        done = _applied(done) if options["applies"] else done
        _write_changes(done, changes)
        deliver(done.report, done.recording, delivery, show=_show)
    raise click.exceptions.Exit(_exit_code(done.report))


def _configured(target: str, options: dict[str, Any]) -> dict[str, Any]:
    """What pyproject.toml adds to the options, apart from what has another meaning for a fix."""
    from genaudit.cli.support.configured import take_configuration

    options["write"] = None
    # The copy that is run beside the original lies on this machine.
    options["dask"] = None
    return take_configuration(target, options)


def _job(target: str, options: dict[str, Any], configured: dict[str, Any], words: list[str] | None) -> "Job":
    from genaudit.cli.support.options import job_from

    arguments, source = list(options["arguments"]), options["source"]
    return job_from(target, options, arguments=arguments, configured=configured, script=words, source=source)


def _applied(done: "Conducted") -> "Conducted":
    """What was fixed, once the files are changed, if there is anything to change."""
    from genaudit.fix.run import write

    if not done.fixed.after:
        return done
    write(done.fixed)
    return done.as_written()


def _conducted(job: "Job", wish: "Wish", delivery: "Delivery") -> "Conducted":
    """What was found and fixed, with its progress on the terminal.

    Raises:
        KeyboardInterrupt: On Ctrl-C.
    """
    from genaudit.cli.support.drawing import preload_meanwhile
    from genaudit.cli.support.progress import ProgressLine
    from genaudit.fix.run import conduct
    from genaudit.recorder.trial.monitor import Interrupted

    shows = delivery.verbosity > 0 and delivery.form == "text"
    with ProgressLine(wanted=shows, draws=delivery.draws) as progress:
        try:
            return conduct(
                job, wish, _step if shows else lambda _: None, preload_meanwhile(progress, draws=delivery.draws)
            )
        except Interrupted:
            raise KeyboardInterrupt from None


def _changes(outputs: tuple[str, ...]) -> tuple[list[tuple[str, Path]], tuple[str, ...]]:
    """Formats and paths of the change alone, and the outputs of all other formats."""
    taken = [text for text in outputs if text.partition("=")[0] in CHANGES and text.partition("=")[2]]
    pairs = [text.partition("=") for text in taken]
    return [(form, Path(path)) for form, _, path in pairs], tuple(text for text in outputs if text not in taken)


def _write_changes(done: "Conducted", outputs: list[tuple[str, Path]]) -> None:
    from genaudit.errors import UsageError
    from genaudit.render.ci.suggestions import render_suggestions
    from genaudit.writing import write_whole

    fix = done.fixed.fix
    if outputs and fix.is_masked:
        raise UsageError(
            "no patch was written: the lines that change hold what looks like a secret",
            slug="secret-in-patch",
            hint="--write changes the files themselves",
        )
    for form, path in outputs:
        if form == SUGGESTIONS:
            write_whole(path, render_suggestions(done.report))
        else:
            write_whole(path, (fix.diff or "").encode("utf-8", "surrogateescape"))


def _show(report: "Report", verbosity: int) -> None:
    """The audit where there is nothing to fix, and else what was made of each finding."""
    import sys

    from genaudit.cli.support.output import echo_result, wants_colour
    from genaudit.display import columns, has_unicode
    from genaudit.render.terminal.fix import render_fix

    fix = report.fix
    if fix is None or verbosity > 1 or report.failure is not None or not (fix.changes or fix.unfixed):
        echo_result(report, verbosity)
    if fix is not None and report.failure is None:
        colour = wants_colour()
        text = render_fix(
            report,
            width=columns(sys.stdout),
            colour=colour,
            unicode=has_unicode(sys.stdout),
            is_brief=verbosity == 0,
        )
        click.echo(text.decode(), nl=False, color=colour)


def _exit_code(report: "Report") -> int:
    """That of the audit where nothing was found, and else whether all of it was fixed and written."""
    from genaudit.errors import ExitCode

    fix = report.fix
    if fix is None or not (fix.changes or fix.unfixed) or report.failure is not None:
        return report.exit_code
    return ExitCode.CLEAN if fix.written and not fix.unfixed else ExitCode.FINDINGS


def _step(step: str) -> None:
    say(f"  {step}")

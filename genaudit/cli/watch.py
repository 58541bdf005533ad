"""``genaudit watch``: a job runs whole, and is watched."""

from pathlib import Path

import click

from genaudit.cli.completion import complete_file

KILLED = 128


@click.command(
    epilog="It ends with the job's own exit code. genaudit report FOLDER tells it again, also after a death."
)
@click.argument("target", required=False, default="", shell_complete=complete_file)
@click.argument("words", nargs=-1, metavar="[-- SCRIPT ARGUMENTS]", shell_complete=complete_file)
@click.option("-m", "module", metavar="MODULE", help="Run a module as a script, as python -m does.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the marks; else reports/watch-NAME.")
@click.option(
    "--memory-limit",
    metavar="SIZE",
    help="Memory that the job may have: it is ended there. Else that of its container or machine is what it may have.",
)
@click.option("-q", "--quiet", is_flag=True, help="No live line, and one line at the end.")
def command(
    target: str, words: tuple[str, ...], module: str | None, out: Path | None, memory_limit: str | None, quiet: bool
) -> None:
    """Run a job as it is, and tell where its memory grows: in its generator, the queue, or the training loop?

    TARGET is a script, train.py or notebook.ipynb. It runs to its own end with its own arguments; batches are seen
    that pass through Model.fit, a loop over a DataLoader or a Dataset, a plain loop of your own, or genaudit.watch(…).
    Marks are written as it goes, so that a job that was killed is told of too.

    \b
    Examples:
      genaudit watch train.py -- --epochs 3
      genaudit watch -m shop.train --out reports/night
      genaudit watch train.py --memory-limit 4G
      genaudit report reports/watch-train
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.run import target_of
    from genaudit.cli.support.live import LiveLine
    from genaudit.cli.support.output import folder_of
    from genaudit.cli.support.watched import deliver_job
    from genaudit.pipeline import start_job
    from genaudit.recorder.child.watch.names import PAGE
    from genaudit.units import parse_size
    from genaudit.watching import report_of_job

    target, arguments = target_of(target, words, module)
    if arguments is None:
        raise click.UsageError(f"watch runs scripts, and {target} is a generator: genaudit run {target}")
    folder = out or Path("reports") / f"watch-{folder_of(target.strip().removesuffix('.py').removeprefix('-m '))}"
    limit = parse_size(memory_limit) if memory_limit else None
    job = start_job(target, arguments, folder, limit)
    with LiveLine(folder / PAGE, wanted=not quiet) as live:
        code = job.wait(live.look)
    report = report_of_job(folder)
    deliver_job(report, folder, verbosity=0 if quiet else 1, err=True)
    raise click.exceptions.Exit(code if code >= 0 else KILLED - code)

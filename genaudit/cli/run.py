"""``genaudit run``: audit one generator."""

from typing import Any

import click

from genaudit.cli.support.options import configuration_options, delivery_options, options_of
from genaudit.options import DriveOptions, ExitOptions, LevelOptions, StrictOptions, TraceOptions, TrialOptions


@click.command(epilog="Exit codes: see genaudit --help. More: genaudit rule, genaudit doctor.")
@click.argument("target")
@click.option(
    "--arg",
    "arguments",
    metavar="NAME=VALUE",
    multiple=True,
    help="An argument: a literal, else text, or "
    "glob:PATTERN, lines:FILE, json:FILE, npy:FILE, py:MODULE:ATTR, str:TEXT.",
)
@options_of("run", DriveOptions, TraceOptions, TrialOptions)
@configuration_options
@options_of("run", LevelOptions, ExitOptions, StrictOptions)
@delivery_options
def command(target: str, **options: Any) -> None:
    """Audit one generator: does it load eagerly, leak, spike, or is it clean?

    TARGET is module:function or path/to/file.py:function, with literal arguments where wanted:
    'data:Loader(8).flow(batch_size=4)'. It runs in child processes; nothing of it is imported here.

    \b
    Examples:
      genaudit run my_data.py:train_generator --synth images:n=400,size=256x256
      genaudit run data:train_gen --arg 'paths=glob:train/*.jpg' --arg size=32
      genaudit run 'data:Loader(8).flow(batch_size=4)' --project-items 50000
      genaudit run data:Loader --args-from data:make_arguments --items 2000
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.support.configured import take_configuration
    from genaudit.cli.support.drawing import preload_meanwhile
    from genaudit.cli.support.options import delivery_of, interrupt_on_terminate, job_from
    from genaudit.cli.support.output import check_writable, deliver, folder_of
    from genaudit.cli.support.progress import ProgressLine
    from genaudit.pipeline import audit

    configured = take_configuration(target, options)
    delivery = delivery_of(options)
    check_writable(delivery, folder_of(target.strip()))
    job = job_from(target, options, arguments=list(options["arguments"]), configured=configured)
    verdict = {name: options[name] for name in ("fail_on", "exit_zero", "strict")}
    with interrupt_on_terminate():
        with ProgressLine(wanted=delivery.verbosity > 0) as progress:
            recording, report = audit(job, preload_meanwhile(progress, draws=delivery.draws), **verdict)
        deliver(report, recording, delivery)
    raise click.exceptions.Exit(report.exit_code)

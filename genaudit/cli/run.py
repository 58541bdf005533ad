"""``genaudit run``: audit one generator."""

import sys
from typing import Any

import click

from genaudit.cli.options import Seconds, configuration_options, delivery_options, verdict_options


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
@click.option("--args-from", metavar="MODULE:FN", help="FN() or FN(n) returns the arguments, for n items.")
@click.option("--dataset", metavar="NAME", help="The parameter that is the data set, where values do not tell.")
@click.option("--synth", metavar="SPEC", help="Make a data set: images:n=400,size=256x256,format=jpeg.")
@click.option("--items", type=click.IntRange(min=1), help="The size n for --args-from and --synth.")
@click.option("--project-items", type=click.IntRange(min=1), help="Items of the real data set, for the forecast.")
@click.option("--batches", type=click.IntRange(min=1), default=50, show_default=True, help="Batches to pull.")
@click.option(
    "--max-batches",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Batches at most, while memory still rises.",
)
@click.option("--epochs", type=click.IntRange(min=1), help="Drive so many epochs, however many batches they have.")
@click.option(
    "--sizes",
    default="auto",
    show_default=True,
    metavar="auto|off|LIST",
    help="Sizes of the data set to measure, as 50,100,200.",
)
@click.option(
    "--hold",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Batches that stay alive while the next is made.",
)
@click.option("--repeats", type=click.IntRange(min=1), default=1, show_default=True, help="Repeat the drive.")
@click.option("--driver", metavar="NAME", help="Force how the target is driven.")
@click.option("--lines", is_flag=True, help="Also profile line by line, native memory included (slow).")
@click.option("--native", is_flag=True, help="Also trace native allocations with memray (extra [native]).")
@click.option("--quick", is_flag=True, help="Fewer trials: no tracing where nothing was found.")
@click.option("--memory-limit", metavar="SIZE", help="End a trial at this PSS; default 80 % of what is available.")
@click.option(
    "--timeout",
    type=Seconds(),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="End a trial after so long.",
)
@configuration_options
@verdict_options
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
    from genaudit.auditing import Inputs, record
    from genaudit.cli.configured import take_configuration
    from genaudit.cli.options import delivery_of, interrupt_on_terminate
    from genaudit.cli.output import check_writable, deliver, preload_renderers
    from genaudit.cli.progress import ProgressLine
    from genaudit.conclude.report import conclude
    from genaudit.interrupts import held_off
    from genaudit.model.recording import Request

    configured = take_configuration(target, options)
    delivery = delivery_of(options)
    check_writable(delivery)
    preload_renderers()
    request = Request(
        target=target,
        batches=options["batches"],
        max_batches=max(options["batches"], options["max_batches"]),
        epochs=options["epochs"],
        sizes=options["sizes"],
        hold=options["hold"],
        repeats=options["repeats"],
        items=options["items"],
        project_items=options["project_items"],
        synth=options["synth"],
        timeout_s=options["timeout"],
        lines=options["lines"],
        native=options["native"],
        quick=options["quick"],
        command=["genaudit", *sys.argv[1:]],
    )
    inputs = Inputs(
        arguments=list(options["arguments"]),
        args_from=options["args_from"],
        dataset=options["dataset"],
        driver=options["driver"],
        configured=configured,
    )
    with interrupt_on_terminate():
        with ProgressLine(wanted=delivery.verbosity > 0) as progress:
            recording = record(request, inputs, memory_limit=options["memory_limit"], progress=progress)
        with held_off():
            report = conclude(
                recording, fail_on=options["fail_on"], exit_zero=options["exit_zero"], strict=options["strict"]
            )
        deliver(report, recording, delivery)
    raise click.exceptions.Exit(report.exit_code)

"""``genaudit compare``: variants of a generator side by side."""

import sys
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.options import Seconds, configuration_options, delivery_options

if TYPE_CHECKING:
    from genaudit.comparing.options import Options


@click.command(epilog="Exit codes: 1 also where the data differs. See genaudit --help.")
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option("--against", metavar="REV", help="Compare with the same target at another git revision.")
@click.option("--check-batches", is_flag=True, help="Also compare what is yielded, batch by batch, with seeds fixed.")
@click.option("--unordered", is_flag=True, help="Compare the items of each epoch as a set; implies --check-batches.")
@click.option(
    "--arg",
    "arguments",
    metavar="[VARIANT:]NAME=VALUE",
    multiple=True,
    help="An argument of all variants, or of one: its function's name, its position, or its target. "
    "VALUE is as in genaudit run.",
)
@click.option("--args-from", metavar="MODULE:FN", help="FN() or FN(n) returns the arguments; each takes its own.")
@click.option("--dataset", metavar="NAME", help="The parameter that is the data set, where values do not tell.")
@click.option("--synth", metavar="SPEC", help="Make a data set for all: images:n=400,size=256x256,format=jpeg.")
@click.option("--items", type=click.IntRange(min=1), help="The size n for --args-from and --synth.")
@click.option("--project-items", type=click.IntRange(min=1), help="Items of the real data set, for the forecast.")
@click.option("--batches", type=click.IntRange(min=1), default=50, show_default=True, help="Batches of each drive.")
@click.option(
    "--max-batches",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Batches at most in an audit, while memory still rises.",
)
@click.option("--epochs", type=click.IntRange(min=1), help="Drive so many epochs, however many batches they have.")
@click.option("--sizes", default="auto", show_default=True, metavar="auto|off|LIST", help="Sizes to measure.")
@click.option("--hold", type=click.IntRange(min=1), default=1, show_default=True, help="Batches that stay alive.")
@click.option(
    "--repeats", type=click.IntRange(min=1), default=3, show_default=True, help="Drives of each variant, in turns."
)
@click.option("--driver", metavar="NAME", help="Force how the targets are driven.")
@click.option("--memory-limit", metavar="SIZE", help="End a trial at this PSS; default 80 % of what is available.")
@click.option(
    "--timeout",
    type=Seconds(),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="End a trial after so long.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 where it is not known whether the data is the same.")
@configuration_options
@delivery_options
def command(targets: tuple[str, ...], **options: Any) -> None:
    """Compare variants of a generator: memory, speed, and whether they yield the same data.

    Each TARGET is as in genaudit run; the first is what the others are compared with. A variant that crashes or takes
    too much memory does not stop the others.

    \b
    Examples:
      genaudit compare old.py:train_gen new.py:train_gen --synth images:n=400
      genaudit compare data:train_gen --against HEAD~1 --check-batches
      genaudit compare data:eager data:lazy --args-from data:arguments
      genaudit compare data:eager data:lazy --arg lazy:batch_size=16
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.configured import take_configuration
    from genaudit.cli.options import delivery_of, interrupt_on_terminate
    from genaudit.cli.output import check_writable, deliver, preload_renderers
    from genaudit.cli.progress import ProgressLine
    from genaudit.comparing.conduct import Talk, conduct
    from genaudit.render import COMPARISON_RENDERERS

    # What holds for all is the first target's.
    first, *others = targets
    configured = [take_configuration(first, options)]
    configured += [take_configuration(target, dict(options)) for target in others]
    delivery = delivery_of(options, COMPARISON_RENDERERS)
    check_writable(delivery)
    preload_renderers()
    wanted = delivery.verbosity > 0 and delivery.form == "text"
    with interrupt_on_terminate(), ProgressLine(wanted=wanted) as progress:
        talk = Talk(_say if wanted else lambda _: None, progress)
        comparison = conduct(targets, _options(targets, options, configured), talk)
    deliver(comparison, None, delivery)
    raise click.exceptions.Exit(comparison.exit_code)


def _options(targets: tuple[str, ...], options: dict[str, Any], configured: list[dict[str, Any]]) -> "Options":
    from genaudit.comparing.options import Options
    from genaudit.model.recording import Request

    same = ("epochs", "sizes", "hold", "repeats", "items", "project_items", "synth", "batches")
    request = Request(
        target=targets[0],
        max_batches=max(options["batches"], options["max_batches"]),
        timeout_s=options["timeout"],
        quick=True,
        command=["genaudit", *sys.argv[1:]],
        **{name: options[name] for name in same},
    )
    return Options(
        request=request,
        arguments=list(options["arguments"]),
        configured=configured,
        check_batches=options["check_batches"] or options["unordered"],
        **{
            name: options[name]
            for name in ("args_from", "dataset", "driver", "memory_limit", "against", "unordered", "strict")
        },
    )


def _say(step: str) -> None:
    click.echo(f"  {step}", err=True)

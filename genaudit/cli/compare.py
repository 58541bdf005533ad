"""``genaudit compare``: variants of a generator side by side."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.options import Seconds, configuration_options, delivery_options

if TYPE_CHECKING:
    from genaudit.cli.output import Delivery
    from genaudit.comparing.options import Options
    from genaudit.model.comparison import Comparison

FILES = {"html": "comparison.html", "png": "comparison.png", "json": "comparison.json"}


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
    from genaudit.cli.options import interrupt_on_terminate
    from genaudit.cli.output import Delivery, check_writable
    from genaudit.cli.progress import ProgressLine
    from genaudit.comparing.conduct import Talk, conduct

    # What holds for all is the first target's.
    first, *others = targets
    configured = [take_configuration(first, options)]
    configured += [take_configuration(target, dict(options)) for target in others]
    delivery = Delivery(
        out=options["out"],
        outputs=[_output(text) for text in options["outputs"]],
        form=options["form"],
        verbosity=0 if options["quiet"] else 2 if options["verbose"] else 1,
        open_report=options["open_report"],
        source=not options["no_source"],
    )
    check_writable(delivery)
    wanted = delivery.verbosity > 0 and delivery.form == "text"
    with interrupt_on_terminate(), ProgressLine(wanted=wanted) as progress:
        talk = Talk(_say if wanted else lambda _: None, progress)
        comparison = conduct(targets, _options(targets, options, configured), talk)
    _deliver(comparison, delivery)
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


def _output(text: str) -> tuple[str, Path]:
    from genaudit.errors import UsageError
    from genaudit.render import COMPARISON_RENDERERS

    form, equals, path = text.partition("=")
    if not equals or not path or form not in COMPARISON_RENDERERS:
        raise UsageError(
            f"--output {text!r} is not FORMAT=PATH of a comparison",
            slug="bad-output",
            hint=f"formats: {', '.join(COMPARISON_RENDERERS)}; for example --output png=compare.png",
        )
    return form, Path(path)


def folder_name(comparison: "Comparison") -> str:
    """A folder for the files of a comparison, the same at each run."""
    first, last = comparison.variants[0], comparison.variants[-1]
    name = f"{first.target.partition('(')[0]}-vs-{last.revision or last.name}"
    if first.revision:
        name = f"{first.target.partition('(')[0]}-vs-{first.revision}"
    return "compare-" + re.sub(r"[^\w.-]+", "-", name).strip("-.")


def _deliver(comparison: "Comparison", delivery: "Delivery") -> None:
    """Write every file, then the result to standard output."""
    from genaudit.cli.output import write_whole
    from genaudit.render import render
    from genaudit.render.sourceless import comparison_without_source

    if not delivery.source:
        comparison = comparison_without_source(comparison)
    folder = delivery.out / folder_name(comparison)
    files = [(form, folder / name) for form, name in FILES.items()] + delivery.outputs
    for form, path in files:
        write_whole(path, render(comparison, form))
    if delivery.form == "json":
        sys.stdout.buffer.write(render(comparison, "json"))
        sys.stdout.flush()
    else:
        _echo(comparison, delivery.verbosity)
        for _, path in files if delivery.verbosity > 0 else []:
            click.echo(f"  {path}")
    if delivery.open_report:
        click.launch(str((folder / FILES["html"]).resolve()))


def _echo(comparison: "Comparison", verbosity: int) -> None:
    from genaudit.cli.output import _width, wants_colour
    from genaudit.render import render

    unicode = (sys.stdout.encoding or "ascii").lower().replace("-", "") in {"utf8", "utf16", "utf32"}
    colour = wants_colour()
    options = {"width": _width(), "colour": colour, "verbosity": verbosity, "unicode": unicode}
    click.echo(render(comparison, "text", **options).decode(), nl=False, color=colour)

"""``genaudit compare``: variants of a generator side by side."""

from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.completion import complete_target
from genaudit.cli.support.options import configuration_options, delivery_options, options_of
from genaudit.cli.support.say import say
from genaudit.options import DriveOptions, StrictOptions, TrialOptions, VariantOptions

if TYPE_CHECKING:
    from genaudit.comparison.options import Options


@click.command(
    epilog="Exit codes: 1 also where the data differs, or a variant after the first has a fault. See genaudit --help."
)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...", shell_complete=complete_target)
@options_of("compare", VariantOptions)
@click.option(
    "--arg",
    "arguments",
    metavar="[VARIANT:]NAME=VALUE",
    multiple=True,
    help="An argument of all variants, or of one: its function's name, its position, or its target. "
    "VALUE is as in genaudit run.",
)
@options_of("compare", DriveOptions, TrialOptions, StrictOptions)
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
    from genaudit.cli.support.configured import take_configuration
    from genaudit.cli.support.drawing import preload_meanwhile
    from genaudit.cli.support.options import delivery_of, interrupt_on_terminate
    from genaudit.cli.support.output import check_writable, deliver
    from genaudit.cli.support.progress import ProgressLine
    from genaudit.comparison.run import Callbacks, conduct
    from genaudit.render import COMPARISON_RENDERERS

    # What holds for all is the first target's.
    first, *others = targets
    configured = [take_configuration(first, options)]
    configured += [take_configuration(target, {**options, "quiet": True, "verbose": False}) for target in others]
    delivery = delivery_of(options, COMPARISON_RENDERERS)
    check_writable(delivery)
    wanted = delivery.verbosity > 0 and delivery.form == "text"
    with interrupt_on_terminate(), ProgressLine(wanted=wanted, draws=delivery.draws) as progress:
        callbacks = Callbacks(_step if wanted else lambda _: None, preload_meanwhile(progress, draws=delivery.draws))
        comparison = conduct(targets, _options(targets, options, configured), callbacks)
        deliver(comparison, None, delivery)
    raise click.exceptions.Exit(comparison.exit_code)


def _options(targets: tuple[str, ...], options: dict[str, Any], configured: list[dict[str, Any]]) -> "Options":
    from genaudit.cli.support.options import job_from
    from genaudit.comparison.options import Options

    return Options(
        job=job_from(targets[0], options, quick=True, arguments=list(options["arguments"])),
        configured=configured,
        check_batches=options["check_batches"] or options["unordered"],
        **{name: options[name] for name in ("against", "unordered", "strict")},
    )


def _step(step: str) -> None:
    say(f"  {step}")

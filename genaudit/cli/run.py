"""``genaudit run``: audit one generator."""

from typing import Any

import click

from genaudit.cli.completion import complete_file, complete_target
from genaudit.cli.support.options import configuration_options, delivery_options, options_of
from genaudit.options import DriveOptions, ExitOptions, LevelOptions, StrictOptions, TraceOptions, TrialOptions


class _Run(click.Command):
    """A command that says where the options of a script go."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line.

        Raises:
            click.UsageError: It cannot be followed.
        """
        typed = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if "--" not in typed and any(word == "-m" or word.endswith((".py", ".ipynb")) for word in typed):
                words = f"{error.message} The script's own options come behind two dashes: … -- {error.option_name}"
                raise click.NoSuchOption(error.option_name, words, ctx=ctx) from None
            raise


@click.command(cls=_Run, epilog="Exit codes: see genaudit --help. More: genaudit rule, genaudit doctor.")
@click.argument("target", required=False, default="", shell_complete=complete_target)
@click.argument("words", nargs=-1, metavar="[-- SCRIPT ARGUMENTS]", shell_complete=complete_file)
@click.option("-m", "module", metavar="MODULE", help="Run a module as a script, as python -m does.")
@click.option("--source", metavar="NAME|NUMBER", help="Of a script: another source than the first.")
@click.option("--list-sources", is_flag=True, help="Of a script: tell what it hands to a consumer, and stop.")
@click.option(
    "--arg",
    "arguments",
    metavar="NAME=VALUE",
    multiple=True,
    help="An argument: a literal, else text, or "
    "glob:PATTERN, lines:FILE, json:FILE, yaml:FILE, ns:FIELDS, npy:FILE, py:MODULE:ATTR, str:TEXT.",
)
@options_of("run", DriveOptions, TraceOptions, TrialOptions)
@configuration_options
@options_of("run", LevelOptions, ExitOptions, StrictOptions)
@delivery_options
def command(target: str, **options: Any) -> None:
    """Audit one generator: does it load eagerly, leak, spike, or is it clean?

    TARGET is a script, train.py or notebook.ipynb: it runs until it hands a source to Model.fit, to a loop over a
    DataLoader or a Dataset, or to genaudit.source(…), and that source is audited. Or it is module:function or
    path/to/file.py:function, with literal arguments where wanted: 'data:Loader(8).flow(batch_size=4)'. It runs in
    child processes; nothing of it is imported here.

    \b
    Examples:
      genaudit run train.py -- --epochs 3
      genaudit run train.py --list-sources
      genaudit run train.py -- --limit {n}
      genaudit run my_data.py:train_generator --synth images:n=400,size=256x256
      genaudit run my_data.py:rows --synth csv:n=1000,columns=8
      genaudit run data:train_gen --arg 'paths=glob:train/*.jpg' --arg size=32
      genaudit run 'data:Loader(8).flow(batch_size=4)' --project-items 50000
      genaudit run data:Loader --args-from data:make_arguments --items 2000
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.support.configured import take_configuration
    from genaudit.cli.support.drawing import preload_meanwhile
    from genaudit.cli.support.listing import list_sources
    from genaudit.cli.support.options import delivery_of, interrupt_on_terminate, job_from
    from genaudit.cli.support.output import check_writable, deliver, folder_of
    from genaudit.cli.support.progress import ProgressLine
    from genaudit.pipeline import audit

    target, words = target_of(target, options.pop("words"), options.pop("module"))
    if options["list_sources"]:
        list_sources(target, words)
        return
    configured = take_configuration(target, options)
    delivery = delivery_of(options)
    check_writable(delivery, folder_of(target.strip()))
    job = job_from(
        target,
        options,
        arguments=list(options["arguments"]),
        configured=configured,
        script=words,
        source=options["source"],
    )
    verdict = {name: options[name] for name in ("fail_on", "exit_zero", "strict")}
    with interrupt_on_terminate():
        with ProgressLine(wanted=delivery.verbosity > 0, draws=delivery.draws) as progress:
            recording, report = audit(job, preload_meanwhile(progress, draws=delivery.draws), **verdict)
        deliver(report, recording, delivery)
    raise click.exceptions.Exit(report.exit_code)


def target_of(target: str, words: tuple[str, ...], module: str | None) -> tuple[str, list[str] | None]:
    """The target, and the arguments of a script; ``None`` where it is none.

    Raises:
        click.UsageError: There is no target, or words that nobody takes.
    """
    from genaudit.recorder.script import MODULE, is_script

    if module is not None:
        return f"{MODULE}{module}", [*([target] if target else []), *words]
    if not target:
        raise click.UsageError("Missing argument 'TARGET'.")
    if is_script(target):
        return target, list(words)
    if words:
        raise click.UsageError(
            f"Got unexpected extra argument{'s' if len(words) > 1 else ''} ({' '.join(words)}); "
            "a generator takes its arguments by --arg NAME=VALUE, or in parentheses"
        )
    return target, None

"""The ``genaudit`` command: its subcommands are imported when they are used, errors end in one clear message."""

import contextlib
import importlib
import io
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import click

from genaudit.cli.support.say import say
from genaudit.cli.support.surroundings import drop_standard_output, finish_output, refusal_of, settle_in
from genaudit.errors import ExitCode, GenauditError, check_runs_here
from genaudit.interrupts import ENDING, interrupt_on
from genaudit.masking import mask, shorten
from genaudit.version import __version__

COMMANDS = {
    "run": "genaudit.cli.run:command",
    "watch": "genaudit.cli.watch:command",
    "compare": "genaudit.cli.compare:command",
    "lint": "genaudit.cli.lint:command",
    "fix": "genaudit.cli.fix:command",
    "gate": "genaudit.cli.gate:command",
    "report": "genaudit.cli.report:command",
    "open": "genaudit.cli.open:command",
    "history": "genaudit.cli.history:command",
    "rule": "genaudit.cli.rule:command",
    "demo": "genaudit.cli.demo:command",
    "init": "genaudit.cli.init:command",
    "doctor": "genaudit.cli.doctor:command",
    "completion": "genaudit.cli.completion:command",
}
SUMMARIES = {
    "run": "Audit one generator: verdict, evidence, report.",
    "watch": "Run a job as it is, and tell where its memory grows.",
    "compare": "Variants side by side: memory, speed, same data or not.",
    "lint": "Find eager and leaky generators by reading code.",
    "fix": "Rewrite what was found, run both, and show the change only where it is proven.",
    "gate": "Hold a project's generators to its budgets and its baseline; for CI.",
    "report": "Render again from a saved recording; the latest, or one that is named.",
    "open": "Open the page of the last run, or of all, in the browser.",
    "history": "List earlier runs: what each target was from run to run.",
    "rule": "Explain a rule; without a code, list them.",
    "demo": "Audit sample generators, on data that is made for them.",
    "init": "Write a configuration with budgets, and a CI workflow.",
    "doctor": "Tell what this platform can and cannot measure.",
    "completion": "Print the completion script of a shell.",
}
RUNNING = {"run", "watch", "compare", "fix", "gate", "demo", "init"}
"""Those that run a target; the others read source text, or what was recorded."""
LONGEST_LINE = 1000
MOST_LINES = 20
"""Of what is said of a wrong command line."""
EXIT_CODES = """\b
Exit codes:
  0    clean, or only notes
  1    findings, a broken budget, or the memory limit hit
  2    wrong use or configuration
  3    the target cannot be imported or called, raised, crashed or timed out
  4    inconclusive, with --strict
  5    nothing to do
  70   a bug of genaudit's own
  130  interrupted; what was measured is kept
"""


@contextlib.contextmanager
def _reader_may_leave() -> Iterator[None]:
    """End well where the reader of standard output has gone away, as ``head`` does."""
    try:
        yield
    except BrokenPipeError:
        drop_standard_output()
        raise click.exceptions.Exit(ExitCode.CLEAN) from None


class LazyGroup(click.Group):
    """A group that imports a command only when it is run: the help of the whole starts in a moment."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """The context of a command line, in which help may be printed."""
        with _reader_may_leave():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _reader_may_leave():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the names are click's
        """The names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that was typed; near names are suggested for a wrong one."""
        import difflib

        if args and args[0] in RUNNING and not {"-h", "--help"} & set(args):
            check_runs_here(f"genaudit {args[0]}")
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], COMMANDS, n=2)
            advice = ""
            if near:
                advice = f" Did you mean {' or '.join(near)}?"
            elif ":" in args[0]:
                advice = f" To audit a generator: genaudit run {args[0]}"
            raise click.UsageError(error.message + advice, ctx=error.ctx) from None


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, prog_name="genaudit")
def cli() -> None:
    """Audit the memory of data generators: does yours load eagerly, leak, spike, or is it clean?

    \b
    Examples:
      genaudit demo
      genaudit run my_data.py:train_generator --synth images:n=400,size=256x256
      genaudit run data:train_gen --arg 'paths=glob:train/*.jpg' --arg size=32
      genaudit run 'data:Loader(8).flow(batch_size=4)' --project-items 50000
    """  # noqa: D301 - click reads the \b as "keep these lines"


def main(args: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    settle_in()
    with interrupt_on(*ENDING):
        code = finish_output(_run(args))
    sys.exit(code)


def _run(args: list[str] | None) -> int:
    """The exit code of a command line; what went wrong has been shown."""
    try:
        return int(cli.main(args=args, prog_name="genaudit", standalone_mode=False) or ExitCode.CLEAN)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        _show(error)
        return ExitCode.USAGE
    except GenauditError as error:
        _say(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:
        refused = refusal_of(error)
        if refused is not None:
            _say(refused)
            return refused.exit_code
        say(traceback.format_exc())
        click.echo("genaudit: this is a bug of genaudit's own; the text above is what its developers need", err=True)
        return ExitCode.INTERNAL


def _show(error: click.ClickException) -> None:
    """What click says of a wrong command line, which repeats words of it."""
    told = io.StringIO()
    error.show(file=told)
    lines = told.getvalue().rstrip("\n").split("\n")[:MOST_LINES]
    say("\n".join(mask(shorten(line, LONGEST_LINE)) for line in lines))


def _say(error: GenauditError) -> None:
    from genaudit.display import wants_colour

    colour = wants_colour(sys.stderr)
    click.echo(f"{click.style('error', fg='red', bold=True)}: ", nl=False, err=True, color=colour)
    say(error.message)
    if error.hint:
        click.echo(f"{click.style('hint', fg='cyan')}:  ", nl=False, err=True, color=colour)
        say(error.hint)

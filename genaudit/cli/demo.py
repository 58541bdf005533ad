"""``genaudit demo``: what an audit says of generators that load everything, and of ones that do not."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from genaudit.cli.demo_samples import Sample
    from genaudit.cli.support.output import Delivery
    from genaudit.model import Report

FIRST = ("inefficient", "efficient")
"""The samples that are audited where none is named."""
_WIDTH = 96


def _complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names for the shell."""
    from genaudit.cli.demo_samples import samples, systems

    names = [*systems(), *(sample.name for sample in samples())]
    return [name for name in names if name.startswith(incomplete)]


@click.command()
@click.argument("name", required=False, shell_complete=_complete)
@click.option("--list", "lists", is_flag=True, help="Tell which samples there are, and stop.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True, help="Reports folder."
)
@click.option("-q", "--quiet", is_flag=True, help="One line for each sample.")
def command(name: str | None, lists: bool, out: Path, quiet: bool) -> None:
    """Audit two sample generators on 400 real JPEG files, which are made for it.

    One loads every image before its first batch and must FAIL, one loads each image when its batch is due and must
    PASS. With NAME, the samples of one system are audited, the lazy form beside the faulty one, or one sample alone.
    The exit code is 0 if each gets the verdict it must, 1 if not.

    \b
    Examples:
      genaudit demo
      genaudit demo --list
      genaudit demo tf_data
      genaudit demo opencv_video/leaking
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.demo_samples import chosen, own
    from genaudit.cli.support.output import Delivery, check_writable
    from genaudit.errors import ExitCode

    if lists:
        click.echo(listing())
        return
    wanted = chosen(name) if name else [sample for each in FIRST for sample in chosen(each)]
    delivery = Delivery(out=out, verbosity=0 if quiet else 1)
    check_writable(delivery)
    wanted = own(wanted, out)
    wrong = []
    for number, sample in enumerate(wanted, start=1):
        click.echo(f"\n[{number} of {len(wanted)}] {shlex.join(sample.words)}", err=True)
        report = audit_sample(sample, delivery)
        if report.exit_code == ExitCode.INTERRUPTED:
            raise click.exceptions.Exit(report.exit_code)
        if report.verdict.value != sample.verdict:
            wrong.append(f"{sample.name} must {sample.verdict}, and got {report.verdict.value}")
    click.echo("", err=True)
    if wrong:
        click.echo("\n".join(wrong), err=True)
        raise click.exceptions.Exit(1)
    verdicts = "The verdict is as it" if len(wanted) == 1 else "All verdicts are as they"
    opens = f" Open the report.html of each, in {out}/." if "html" in delivery.forms else ""
    click.echo(f"{verdicts} must be.{opens}", err=True)
    click.echo("Next, your own: genaudit run my_data.py:train_generator --synth n=400", err=True)


def listing() -> str:
    """All samples with the verdict that each must get, and what is to be installed for it."""
    import textwrap

    from genaudit.cli.demo_samples import samples, systems

    about = systems()
    lines, last = [], ""
    for sample in samples():
        system = sample.name.partition("/")[0] if "/" in sample.name else ""
        if system != last:
            lines += ["", f"{system}: {about[system]}"]
            last = system
        head = f"  {sample.name:<28} {sample.verdict.upper()}  "
        lines += textwrap.wrap(sample.summary, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
        if sample.missing:
            lines.append(" " * len(head) + f"not installed: pip install {' '.join(sample.missing)}")
    return "\n".join(["genaudit demo NAME audits one of these, or all of a system:", *lines])


def audit_sample(sample: "Sample", delivery: "Delivery") -> "Report":
    """Audit one sample as the command that its file names would, write and print its report.

    Args:
        sample: What is audited.
        delivery: Where its report goes.
    """
    from genaudit.cli.support.options import interrupt_on_terminate
    from genaudit.cli.support.output import deliver
    from genaudit.cli.support.progress import ProgressLine
    from genaudit.pipeline import audit

    with interrupt_on_terminate(), ProgressLine(wanted=delivery.verbosity > 0, draws=delivery.draws) as progress:
        recording, report = audit(job_of(sample.words), progress)
    deliver(report, recording, delivery)
    return report


def job_of(words: list[str]) -> Any:
    """The job of a ``genaudit run`` command, whatever the configuration of this folder says."""
    import msgspec

    from genaudit.cli.run import command as run
    from genaudit.cli.support.options import job_from

    with run.make_context("run", list(words[2:]), resilient_parsing=False) as context:
        options = dict(context.params)
        job = job_from(options.pop("target"), options, arguments=list(options["arguments"]), configured={})
    return msgspec.structs.replace(job, command=words)

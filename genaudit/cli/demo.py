"""``genaudit demo``: what an audit says of a generator that loads everything, and of one that does not."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from genaudit.cli.support.output import Delivery
    from genaudit.model import Report

SAMPLES = {"inefficient": "fail", "efficient": "pass"}
"""The samples that are audited, and the verdict that each must get."""
SYNTH = "images:n=400,size=256x256,format=jpeg"
PROJECT_ITEMS = 50_000


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True, help="Reports folder."
)
@click.option("-q", "--quiet", is_flag=True, help="One line for each sample.")
def command(out: Path, quiet: bool) -> None:
    """Audit two sample generators on 400 real JPEG files, which are made for it.

    One loads every image before its first batch and must FAIL, one loads each image when its batch is due and must
    PASS. The exit code is 0 if both get the verdict they must, 1 if not.
    """
    from genaudit.cli.support.output import Delivery, check_writable
    from genaudit.errors import ExitCode

    delivery = Delivery(out=out, verbosity=0 if quiet else 1)
    check_writable(delivery)
    wrong = []
    for number, (name, expected) in enumerate(SAMPLES.items(), start=1):
        click.echo(f"\n[{number} of {len(SAMPLES)}] auditing sample_generators.{name} on {SYNTH} ...", err=True)
        report = audit_sample(name, delivery)
        if report.exit_code == ExitCode.INTERRUPTED:
            raise click.exceptions.Exit(report.exit_code)
        if report.verdict.value != expected:
            wrong.append(f"sample_generators.{name} must {expected}, and got {report.verdict.value}")
    click.echo("", err=True)
    if wrong:
        click.echo("\n".join(wrong), err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"Both verdicts are as they must be. Open the report.html of each, in {out}/.", err=True)
    click.echo("Next, your own: genaudit run my_data.py:train_generator --synth images:n=400,size=256x256", err=True)


def audit_sample(name: str, delivery: "Delivery") -> "Report":
    """Audit one sample as ``genaudit run`` would, write and print its report.

    Args:
        name: Module in ``sample_generators``.
        delivery: Where its report goes.
    """
    from genaudit.cli.support.options import interrupt_on_terminate
    from genaudit.cli.support.output import deliver
    from genaudit.cli.support.progress import ProgressLine
    from genaudit.model.job import Job
    from genaudit.pipeline import audit

    target = f"sample_generators.{name}:{name}_generator"
    words = ["genaudit", "run", target, "--synth", SYNTH, "--project-items", str(PROJECT_ITEMS)]
    job = Job(target=target, synth=SYNTH, project_items=PROJECT_ITEMS, command=words)
    with interrupt_on_terminate(), ProgressLine(wanted=delivery.verbosity > 0) as progress:
        recording, report = audit(job, progress)
    deliver(report, recording, delivery)
    return report

"""``genaudit report``: render again from a saved recording."""

from pathlib import Path
from typing import Any

import click

from genaudit.cli.options import delivery_options, verdict_options


@click.command()
@click.argument("recording", type=click.Path(path_type=Path))
@verdict_options
@delivery_options
def command(recording: Path, **options: Any) -> None:
    """Conclude and render again from the recording.json of an earlier run, without the target.

    \b
    Example:
      genaudit report reports/data-gen/recording.json --output html=audit.html
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.auditing import read_recording
    from genaudit.cli.options import delivery_of
    from genaudit.cli.output import check_writable, deliver
    from genaudit.conclude.report import conclude

    delivery = delivery_of(options)
    loaded = read_recording(recording)
    check_writable(delivery)
    report = conclude(loaded, fail_on=options["fail_on"], exit_zero=options["exit_zero"], strict=options["strict"])
    deliver(report, loaded, delivery)
    raise click.exceptions.Exit(report.exit_code)

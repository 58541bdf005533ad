"""``genaudit open``: the page of an earlier run in the browser."""

from pathlib import Path

import click

from genaudit.cli.support.options import FilePath, is_given


@click.command()
@click.argument("run", type=click.Path(path_type=Path), required=False, metavar="[FOLDER]")
@click.option("--out", type=FilePath(), default=Path("reports"), show_default=True, help="Reports folder.")
def command(run: Path | None, out: Path) -> None:
    """Open the report of the last run in the browser, or that of a FOLDER.

    FOLDER is that of a run, or a reports folder, whose latest run is taken. The path of the page goes to standard
    output; where no browser can be opened, as on a server, that is all.

    \b
    Examples:
      genaudit open
      genaudit open reports/data-gen
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.support.history import reports_folder, run_of
    from genaudit.cli.support.output import open_page
    from genaudit.cli.support.say import say
    from genaudit.errors import UsageError

    found = run_of(run, reports_folder(out, is_typed=is_given("out")))
    page = found.page
    if page is None:
        raise UsageError(
            f"{found.folder} has no page", slug="nothing-to-open", hint=f"genaudit report {found.folder} makes it"
        )
    say(str(page), err=False)
    open_page(page)

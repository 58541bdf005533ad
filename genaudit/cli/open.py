"""``genaudit open``: the page of an earlier run, or of all, in the browser."""

from pathlib import Path

import click

from genaudit.cli.support.options import FilePath, is_given


@click.command()
@click.argument("run", type=click.Path(path_type=Path), required=False, metavar="[FOLDER]")
@click.option("--index", is_flag=True, help="Open the page of all runs of a reports folder.")
@click.option("--out", type=FilePath(), default=Path("reports"), show_default=True, help="Reports folder.")
def command(run: Path | None, index: bool, out: Path) -> None:
    """Open the report of the last run in the browser, or that of a FOLDER.

    FOLDER is that of a run, or a reports folder, whose latest run is taken. The path of the page goes to standard
    output; where no browser can be opened, as on a server, that is all.

    With --index, the page that lists all runs of a reports folder is made anew and opened: trends, and any two runs of
    a target side by side.

    \b
    Examples:
      genaudit open
      genaudit open reports/data-gen
      genaudit open --index
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.folder.runs import reports_folder
    from genaudit.cli.support.output import open_page
    from genaudit.cli.support.say import say

    folder = reports_folder(out, is_typed=is_given("out"))
    page = _index(run if run is not None else folder) if index else _page(run, folder)
    say(str(page), err=False)
    open_page(page)


def _page(run: Path | None, out: Path) -> Path:
    """The page of a run.

    Raises:
        GenauditError: There is none.
    """
    from genaudit.cli.folder.runs import run_of
    from genaudit.errors import UsageError

    found = run_of(run, out, unread=True)
    if found.page is None:
        raise UsageError(
            f"{found.folder} has no page", slug="nothing-to-open", hint=f"genaudit report {found.folder} makes it"
        )
    return found.page


def _index(out: Path) -> Path:
    """The page of all runs, as they are now.

    Raises:
        GenauditError: There is no run, or the page cannot be written.
    """
    from genaudit.cli.folder.listed import write_index
    from genaudit.cli.folder.own_files import INDEX
    from genaudit.cli.folder.runs import Run, no_runs, runs_in
    from genaudit.errors import UsageError

    if not any(isinstance(found, Run) for found in runs_in(out)):
        raise no_runs(out)
    page = write_index(out)
    if page is None:
        raise UsageError(
            f"{out / INDEX} is not genaudit's", slug="nothing-to-open", hint="genaudit history lists the runs here"
        )
    return page

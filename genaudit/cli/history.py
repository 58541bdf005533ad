"""``genaudit history``: what each target was from run to run."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from genaudit.cli.support.options import FilePath, is_given

if TYPE_CHECKING:
    from genaudit.cli.folder.runs import Run
    from genaudit.render.text.history import Row


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[FOLDER]")
@click.option("--target", metavar="TEXT", help="Only targets with this in their name.")
@click.option("--branch", metavar="NAME", help="Only runs of this git branch.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Runs of each target and branch that are listed, the latest.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--out", type=FilePath(), default=Path("reports"), show_default=True, help="Reports folder.")
def command(folder: Path | None, target: str | None, branch: str | None, limit: int, form: str, out: Path) -> None:
    """List the runs in a reports FOLDER: for each target its verdict, peak and growth, from run to run.

    FOLDER is a reports folder; without it, the one of the configuration, else reports/. The bars are the peak memory of
    each run, the oldest on the left. A plus behind a revision means that files differed from that commit. The newest
    twenty runs of a target are kept when it is run again.

    \b
    Examples:
      genaudit history
      genaudit history --target train_gen --branch main
      genaudit history --limit 3
      genaudit history --format json | jq '.runs[] | [.created_at, .verdict]'
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.folder.runs import reports_folder
    from genaudit.cli.support.output import to_standard_output
    from genaudit.errors import NothingToDoError

    given = folder if folder is not None else reports_folder(out, is_typed=is_given("out"))
    known = _rows(given)
    if not known:
        raise NothingToDoError(
            f"there is no run in {given} yet",
            slug="no-history",
            hint="genaudit run TARGET makes one, genaudit demo one of a sample; "
            "name the reports folder where it is another",
        )
    wanted = [
        (run, row)
        for run, row in known
        if (target is None or target.lower() in row.target.lower()) and branch in (None, row.branch)
    ]
    if not wanted:
        targets, branches = ({getattr(row, name): None for _, row in known} for name in ("target", "branch"))
        raise NothingToDoError(
            f"no run in {given} is of that target and branch",
            slug="no-such-run",
            hint=f"targets: {', '.join(targets)}; branches: {', '.join(branches)}",
        )
    with to_standard_output():
        if form == "json":
            _print_json(wanted, limit)
        else:
            _print_text([row for _, row in wanted], limit, given)


def _rows(folder: Path) -> "list[tuple[Run, Row]]":
    """The runs of a reports folder, the latest first; a line is printed for what was passed over."""
    from genaudit.cli.folder.listed import concluded_in
    from genaudit.cli.folder.runs import PassedOver, say_passed_over
    from genaudit.model.report import Report
    from genaudit.render.text.history import row_of

    rows = []
    for found in concluded_in(folder):
        if isinstance(found, PassedOver):
            say_passed_over(found)
        elif isinstance(found[1], Report):
            rows.append((found[0], row_of(found[1])))
    return rows


def _print_json(runs: "list[tuple[Run, Row]]", limit: int) -> None:
    from collections import Counter

    import msgspec

    from genaudit.render.text.history import row_fields

    rows = []
    counts: Counter[tuple[str, str]] = Counter()
    for run, row in runs:
        counts[row.target, row.branch] += 1
        if counts[row.target, row.branch] <= limit:
            place = {"folder": str(run.folder), "page": str(run.page) if run.page else None}
            rows.append(row_fields(row, place))
    click.echo(msgspec.json.format(msgspec.json.encode({"schema_version": "1.0", "runs": rows}), indent=2))


def _print_text(rows: "list[Row]", limit: int, folder: Path) -> None:
    import sys

    from genaudit.cli.support.output import wants_colour
    from genaudit.display import columns, has_unicode
    from genaudit.render.safe import harmless
    from genaudit.render.terminal.history import render_history

    colour = wants_colour()
    text = render_history(
        rows, limit=limit, width=columns(sys.stdout), colour=colour, unicode=has_unicode(sys.stdout)
    ).decode()
    click.echo(text, nl=False, color=colour)
    click.echo(harmless(f"\ngenaudit open --index{_named(folder)} compares any two of them in the browser"))


def _named(folder: Path) -> str:
    import shlex

    return "" if folder == Path("reports") else f" {shlex.quote(str(folder))}"

"""What a script hands to consumers, told and not audited."""

import click

from genaudit.cli.support.say import say
from genaudit.model.marks import HandedMark


def list_sources(target: str, words: list[str] | None) -> None:
    """Run a script once, and print what it hands over.

    Args:
        target: The script.
        words: Its own arguments; ``None`` where the target is none.

    Raises:
        click.UsageError: The target is no script.
        GenauditError: The script cannot be run, or hands over nothing.
    """
    from genaudit.pipeline import sources_of

    if words is None:
        raise click.UsageError(f"--list-sources is for scripts, and {target} is a generator")
    found = sources_of(target, words)
    for mark in found.handed:
        click.echo(line_of(mark, found.folder))
    for note in found.notes:
        say(note)


def line_of(mark: HandedMark, folder: str) -> str:
    """One source on a line.

    Example:
        >>> line_of(HandedMark(at_s=0, number=1, name="train", type="generator", consumer="Model.fit", line=4), "/")
        '1  train  generator  Model.fit'
    """
    place = _place_of(mark, folder) if mark.path else ""
    taken = mark.consumer + (f" as {mark.role}" if mark.role else "")
    steps = f"{mark.steps:,} steps" if mark.steps else ""
    return "  ".join(word for word in (str(mark.number), mark.name, mark.type, taken, steps, place) if word)


def _place_of(mark: HandedMark, folder: str) -> str:
    from genaudit.files import shown_path
    from genaudit.lint.files.source import cells_of
    from genaudit.model.outcome import Location
    from genaudit.report.recorded_sources import NOTEBOOK, first_lines

    firsts = first_lines(cells_of(mark.path)) if mark.path.endswith(NOTEBOOK) else []
    return Location(path=shown_path(mark.path, folder), line=mark.line).in_cells(firsts).place

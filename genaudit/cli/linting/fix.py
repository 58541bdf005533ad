"""``genaudit lint --fix``: fixes that are certain, shown or applied, and what is left."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from genaudit.fix.certain import FixedFile
    from genaudit.lint.engine import LintResult
    from genaudit.model import Outcome

HOW_ELSE = "genaudit fix TARGET changes more, and proves it by a run; genaudit rule CODE says what to do"


def show_fixes(
    result: "LintResult",
    shown: "list[Outcome]",
    *,
    again: "Callable[[], list[Outcome]]",
    write: bool,
    cache_size: int | None,
) -> "list[Outcome]":
    """Show the fixes of what was found as a diff, or apply them; returns the findings that the files still have.

    Args:
        result: What was audited.
        shown: The findings that people are shown.
        again: The same of the files as they are now.
        write: Change the files.
        cache_size: How many results an unbounded cache may keep.
    """
    from genaudit.cli.linting.output import counted
    from genaudit.fix.certain import fix_files
    from genaudit.model.catalogue import UNBOUNDED_CACHE
    from genaudit.render.safe import harmless

    caches = [outcome for outcome in result.outcomes if outcome.code == UNBOUNDED_CACHE.code]
    if caches and cache_size is None and any(file.n_fixes for file in fix_files(caches, cache_size=1)):
        cache_size = _ask_for_size()
    files = fix_files(result.outcomes, cache_size=cache_size)
    for file in files:
        click.echo(harmless(file.diff), nl=False)
    n_fixes = sum(file.n_fixes for file in files)
    if write:
        _write(files)
        left = unfixed = again() if files else shown
        click.echo(f"{counted(n_fixes, 'finding')} fixed" if n_fixes else "nothing was fixed", err=True)
    else:
        left, unfixed = shown, [outcome for outcome in shown if not _is_fixed(outcome, files)]
        can_be = f"{counted(n_fixes, 'finding')} can be fixed: --write applies this"
        click.echo(can_be if n_fixes else "nothing can be fixed with certainty", err=True)
    if unfixed:
        _tell(unfixed)
    return left


def _write(files: "list[FixedFile]") -> None:
    from genaudit.writing import write_whole

    for file in files:
        write_whole(Path(file.path), file.content)


def _is_fixed(outcome: "Outcome", files: "list[FixedFile]") -> bool:
    place = outcome.location
    return place is not None and any(
        file.path == place.path and (outcome.code, place.line) in file.fixed for file in files
    )


def _tell(unfixed: "list[Outcome]") -> None:
    """Name what is left, a line each."""
    from genaudit.cli.linting.output import counted
    from genaudit.render.terminal.lint import render_concise

    click.echo(f"{counted(len(unfixed), 'finding')} left, without a fix that is certain from reading alone:", err=True)
    click.echo(render_concise(unfixed), nl=False, err=True)
    click.echo(HOW_ELSE, err=True)


def _ask_for_size() -> int | None:
    """How many results a cache may keep, where somebody is there to say; else what to say it with."""
    if not _is_someone_there():
        click.echo("an unbounded cache is left as it is: --cache-size N gives it a maximum", err=True)
        return None
    wanted: int = click.prompt("How many results may an unbounded cache keep (0: leave it)", type=int, err=True)
    return wanted if wanted > 0 else None


def _is_someone_there() -> bool:
    import sys

    return sys.stdin.isatty()

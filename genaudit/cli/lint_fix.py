"""``genaudit lint --fix``: fixes that are certain, shown or applied."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from genaudit.lint.engine import LintResult


def show_fixes(result: "LintResult", *, write: bool, cache_size: int | None) -> int:
    """Show the fixes of what was found as a diff, or apply them."""
    from genaudit.errors import ExitCode
    from genaudit.fix.certain import fix_files
    from genaudit.model.catalogue import UNBOUNDED_CACHE
    from genaudit.render.safe import harmless

    caches = [outcome for outcome in result.outcomes if outcome.code == UNBOUNDED_CACHE.code]
    if caches and cache_size is None and any(file.n_fixes for file in fix_files(caches, cache_size=1)):
        cache_size = _ask_for_size()
    files = fix_files(result.outcomes, cache_size=cache_size)
    for file in files:
        click.echo(harmless(file.diff), nl=False)
        if write:
            from genaudit.writing import write_whole

            write_whole(Path(file.path), file.content)
    verb = "fixed" if write else "can be fixed; --write applies this"
    click.echo(f"{sum(file.n_fixes for file in files)} {verb}", err=True)
    return ExitCode.CLEAN


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

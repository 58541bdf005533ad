"""``genaudit lint``: the static audit."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.linting.output import FOR_READERS, FORMATS, TEXT
from genaudit.cli.support.options import configuration_options, is_given, options_of
from genaudit.cli.support.say import say
from genaudit.options import ExitOptions, LevelOptions, LintOptions

if TYPE_CHECKING:
    from genaudit.lint.engine import LintResult
    from genaudit.lint.files.source import Diagnostic
    from genaudit.model import Outcome


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@options_of("lint", LintOptions)
@click.option("--write", is_flag=True, help="With --fix: apply them.")
@options_of("lint", LevelOptions, ExitOptions)
@click.option("--format", "form", type=click.Choice(FORMATS), default=TEXT, show_default=True)
@click.option("--output", "outputs", metavar="FORMAT=PATH", multiple=True, help="Also write a format to a file.")
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
@configuration_options
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Find eager and leaky generators by reading code; nothing is imported or run.

    PATHS are files, notebooks and folders; the current folder where none is given.

    \b
    Examples:
      genaudit lint src/
      genaudit lint --select GA1,unbounded-cache train.py
      genaudit lint --format concise --notes src/
      genaudit lint --add-ignore src/
      genaudit lint --output sarif=genaudit.sarif src/
    """  # noqa: D301
    from genaudit.cli.support.output import check_outputs
    from genaudit.errors import NothingToDoError
    from genaudit.lint import lint_paths

    _check_together(options)
    outputs = [_output(text) for text in options["outputs"]]
    check_outputs(outputs)
    per_path = {**_take_configuration(options), **_per_path(options["per_path_ignore"])}

    def audited() -> "LintResult":
        return lint_paths(
            paths or (".",),
            select=_split(options["select"]) or None,
            ignore=_split(options["ignore"]),
            exclude=options["extend_exclude"],
            per_path=per_path,
            respect_gitignore=not options["no_gitignore"],
        )

    result = audited()
    if result.n_files == 0:
        raise NothingToDoError("there is no Python file or notebook there", slug="no-files", hint="genaudit lint src/")
    for diagnostic in result.diagnostics:
        say(f"{_place(diagnostic)}: not audited: {diagnostic.message}")
    if options["fix"] or options["add_ignore"]:
        return _change(result, audited, options)
    return _report(result, outputs, options)


def _check_together(options: dict[str, Any]) -> None:
    """Refuse options that say nothing without another one, or contradict it.

    Raises:
        UsageError: One was typed so.
    """
    from genaudit.errors import UsageError

    if not options["fix"] and (options["write"] or options["cache_size"] is not None):
        alone = "--write" if options["write"] else "--cache-size"
        raise UsageError(
            f"{alone} is about fixes, and says nothing without --fix",
            slug="options-apart",
            hint="genaudit lint --fix shows what can be fixed; genaudit lint --fix --write applies it",
        )
    for one, other in (("fix", "add_ignore"), ("notes", "no_notes")):
        if options[one] and options[other]:
            names = [f"--{name.replace('_', '-')}" for name in (one, other)]
            raise UsageError(
                f"{names[0]} and {names[1]} cannot be had together",
                slug="options-apart",
                hint=f"leave out one of them; genaudit lint {names[0]}",
            )


_KEYS = {
    "select": "select",
    "ignore": "ignore",
    "extend-exclude": "extend_exclude",
    "fail-on": "fail_on",
    "notes": "notes",
}


def _take_configuration(options: dict[str, Any]) -> dict[str, list[str]]:
    """Fill options that were not typed from the table ``lint`` of the configuration; returns what it says per path.

    Raises:
        UsageError: The configuration cannot be followed.
    """
    from genaudit.cli.support.configured import load_configuration

    configuration = load_configuration(options)
    table = dict(configuration.lint)
    per_path = _strings_by_pattern(table.pop("per-path-ignore", {}), configuration.path)
    for key, value in table.items():
        if key not in _KEYS:
            raise _refused(configuration.path, f"there is no key {key!r} in lint")
        checked = _checked(key, value)
        if checked is None:
            raise _refused(configuration.path, f"lint.{key} cannot be {value!r}")
        if not is_given(_KEYS[key]):
            options[_KEYS[key]] = checked
    return per_path


def _checked(key: str, value: object) -> Any:
    """The value of a key as its option has it; ``None`` where the key cannot have it."""
    if key == "fail-on":
        return value if value in ("error", "warn", "never") else None
    if key == "notes":
        return value if isinstance(value, bool) else None
    return tuple(value) if isinstance(value, list) and _are_strings(value) else None


def _strings_by_pattern(value: object, path: Path | None) -> dict[str, list[str]]:
    if not isinstance(value, dict) or not all(_are_strings(names) for names in value.values()):
        raise _refused(path, "lint.per-path-ignore is a table of lists, by pattern")
    return value


def _are_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _refused(path: Path | None, message: str) -> Exception:
    from genaudit.errors import UsageError

    known = ", ".join([*_KEYS, "per-path-ignore"])
    hint = f'keys of lint: {known}; for example select = ["eager-load"]'
    return UsageError(f"{path}: {message}", slug="bad-configuration", hint=hint)


def _change(result: "LintResult", audited: "Callable[[], LintResult]", options: dict[str, Any]) -> int:
    """Fix what can be fixed, or write comments; the exit code is that of what is left then."""
    from genaudit.cli.linting.fix import show_fixes
    from genaudit.cli.linting.ignore import add_comments

    shown = _shown(result, TEXT, options)
    if options["add_ignore"]:
        left = add_comments(shown)
    else:
        left = show_fixes(
            result,
            shown,
            again=lambda: _shown(audited(), TEXT, options),
            write=options["write"],
            cache_size=options["cache_size"],
        )
    return _exit_code(left, options)


def _report(result: "LintResult", outputs: list[tuple[str, Path]], options: dict[str, Any]) -> int:
    from genaudit.cli.linting.output import rendered, summary
    from genaudit.writing import write_whole

    form = options["form"]
    for other, path in outputs:
        write_whole(path, rendered(other, result, _shown(result, other, options), plain=True))
    shown = _shown(result, form, options)
    if options["statistics"]:
        from genaudit.render.terminal.lint import render_statistics

        click.echo(render_statistics(_shown(result, "", options)), nl=False)
    else:
        click.echo(rendered(form, result, shown), nl=False)
    if form == TEXT and not options["quiet"]:
        n_hidden = 0 if options["statistics"] or options["no_notes"] else len(result.outcomes) - len(shown)
        click.echo(summary(result, shown, n_hidden), err=True)
    return _exit_code(result.outcomes, options)


def _shown(result: "LintResult", form: str, options: dict[str, Any]) -> "list[Outcome]":
    """The findings that a format has: notes are advice, which machines sort by level, and people ask for."""
    from genaudit.model import Level

    without = options["no_notes"] or (form in FOR_READERS and not options["notes"])
    return [outcome for outcome in result.outcomes if not (without and outcome.level is Level.NOTE)]


def _exit_code(outcomes: "list[Outcome]", options: dict[str, Any]) -> int:
    from genaudit.errors import ExitCode
    from genaudit.model import Level

    failing = {"error": [Level.ERROR], "warn": [Level.ERROR, Level.WARNING], "never": []}[options["fail_on"]]
    failed = any(outcome.level in failing for outcome in outcomes)
    return ExitCode.FINDINGS if failed and not options["exit_zero"] else ExitCode.CLEAN


def _place(diagnostic: "Diagnostic") -> str:
    from genaudit.model import Location
    from genaudit.render.safe import place_text

    path = place_text(diagnostic.path)
    if diagnostic.line is None:
        return path
    return f"{path}:{Location(path=path, line=diagnostic.line, cell=diagnostic.cell).position}"


def _split(values: tuple[str, ...]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _per_path(values: tuple[str, ...]) -> dict[str, list[str]]:
    from genaudit.errors import UsageError

    rules_by_pattern = {}
    for value in values:
        pattern, colon, rules = value.rpartition(":")
        if not colon or not pattern:
            raise UsageError(
                f"--per-path-ignore {value!r} is not PATTERN:RULES",
                slug="bad-per-path",
                hint="for example --per-path-ignore 'tests/**:GA101,GA103'",
            )
        rules_by_pattern[pattern] = _split((rules,))
    return rules_by_pattern


def _output(text: str) -> tuple[str, Path]:
    from genaudit.errors import UsageError

    form, equals, path = text.partition("=")
    if not equals or not path or form not in FORMATS:
        raise UsageError(
            f"--output {text!r} is not FORMAT=PATH", slug="bad-output", hint=f"formats: {', '.join(FORMATS)}"
        )
    return form, Path(path)

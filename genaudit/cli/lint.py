"""``genaudit lint``: the static audit."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.support.options import configuration_options
from genaudit.cli.support.say import say

if TYPE_CHECKING:
    from genaudit.lint.engine import LintResult

FORMATS = ["text", "json", "sarif", "github", "gitlab", "junit"]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--select", multiple=True, metavar="RULES", help="Only these: codes, GA1 for a block, names; by commas.")
@click.option("--ignore", multiple=True, metavar="RULES", help="All but these.")
@click.option("--extend-exclude", multiple=True, metavar="PATTERN", help="Leave out, as in .gitignore.")
@click.option(
    "--per-path-ignore", multiple=True, metavar="PATTERN:RULES", help="Not these rules where the path matches."
)
@click.option("--no-gitignore", is_flag=True, help="Also what .gitignore leaves out.")
@click.option("--statistics", is_flag=True, help="Only how many findings each rule has.")
@click.option("--no-notes", is_flag=True, help="Leave out what is only a note.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warn", "never"]),
    default="error",
    show_default=True,
    help="The lowest level that fails.",
)
@click.option("--exit-zero", is_flag=True, help="Findings do not change the exit code.")
@click.option("--fix", is_flag=True, help="Show fixes that are certain, as a diff. Needs genaudit[fix].")
@click.option("--write", is_flag=True, help="With --fix: apply them.")
@click.option(
    "--cache-size", type=click.IntRange(min=1), help="With --fix: the number of results an unbounded cache may keep."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
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
      genaudit lint --output sarif=genaudit.sarif src/
    """  # noqa: D301
    from genaudit.cli.support.output import check_outputs
    from genaudit.lint import lint_paths

    outputs = [_output(text) for text in options["outputs"]]
    check_outputs(outputs)
    per_path = {**_take_configuration(options), **_per_path(options["per_path_ignore"])}
    result = lint_paths(
        paths or (".",),
        select=_split(options["select"]) or None,
        ignore=_split(options["ignore"]),
        exclude=options["extend_exclude"],
        per_path=per_path,
        respect_gitignore=not options["no_gitignore"],
    )
    if options["fix"]:
        from genaudit.cli.lint_fix import show_fixes

        return show_fixes(result, write=options["write"], cache_size=options["cache_size"])
    return _report(result, outputs, options)


_KEYS = {"select": "select", "ignore": "ignore", "extend-exclude": "extend_exclude", "fail-on": "fail_on"}


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
        if key == "fail-on" and value in ("error", "warn", "never"):
            checked: Any = value
        elif key != "fail-on" and _are_strings(value):
            checked = tuple(value)
        else:
            raise _refused(configuration.path, f"lint.{key} cannot be {value!r}")
        if click.get_current_context().get_parameter_source(_KEYS[key]) is click.core.ParameterSource.DEFAULT:
            options[_KEYS[key]] = checked
    return per_path


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


def _report(result: "LintResult", outputs: list[tuple[str, Path]], options: dict[str, Any]) -> int:
    from genaudit.cli.support.lint_output import rendered, summary
    from genaudit.errors import ExitCode, NothingToDoError
    from genaudit.model import Level
    from genaudit.render.safe import place_text
    from genaudit.writing import write_whole

    if result.n_files == 0:
        raise NothingToDoError("there is no Python file or notebook there", slug="no-files", hint="genaudit lint src/")
    outcomes = [outcome for outcome in result.outcomes if not (options["no_notes"] and outcome.level is Level.NOTE)]
    for diagnostic in result.diagnostics:
        place = diagnostic.path if diagnostic.line is None else f"{diagnostic.path}:{diagnostic.line}"
        say(f"{place_text(place)}: not audited: {diagnostic.message}")
    for form, path in outputs:
        write_whole(path, rendered(form, result, outcomes, plain=True))
    if options["statistics"]:
        from genaudit.render.terminal.lint import render_statistics

        click.echo(render_statistics(outcomes), nl=False)
    else:
        click.echo(rendered(options["form"], result, outcomes), nl=False)
    if options["form"] == "text" and not options["quiet"]:
        click.echo(summary(result, outcomes), err=True)
    failing = {"error": [Level.ERROR], "warn": [Level.ERROR, Level.WARNING], "never": []}[options["fail_on"]]
    failed = any(outcome.level in failing for outcome in outcomes)
    return ExitCode.FINDINGS if failed and not options["exit_zero"] else ExitCode.CLEAN


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

"""``genaudit rule``: the page of one rule, or the list of all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from genaudit.model import RuleInfo


def complete_rule(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> "list[CompletionItem]":
    """Names and codes that begin as typed, for the shell."""
    from click.shell_completion import CompletionItem

    words = [CompletionItem(info.name, help=info.title) for info in rule_infos()]
    words += [CompletionItem(info.code, help=info.title) for info in rule_infos()]
    return [word for word in words if word.value.lower().startswith(typed.lower())]


@click.command()
@click.argument("wanted", metavar="[CODE|NAME]", required=False, shell_complete=complete_rule)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(wanted: str | None, form: str) -> None:
    """Explain a rule: why it matters, when it is wrong, what to do.

    Without CODE or NAME, all rules are listed.
    """
    found: RuleInfo | list[RuleInfo] = rule_infos() if wanted is None else find_rule(wanted, rule_infos())
    if form == "json":
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    elif isinstance(found, list):
        click.echo(list_text(found))
    else:
        click.echo(page_text(found))


def rule_infos() -> "list[RuleInfo]":
    """All rules in the order of their codes."""
    from genaudit.rules import RULES

    return sorted((rule.info for rule in RULES), key=lambda info: info.code)


def find_rule(wanted: str, infos: "Sequence[RuleInfo]") -> "RuleInfo":
    """The rule with this code or name, in any case.

    Raises:
        UsageError: There is none; the message suggests the nearest.
    """
    from genaudit.errors import UsageError

    for info in infos:
        if wanted.lower() in {info.code.lower(), info.name}:
            return info
    nearest = _nearest(wanted.lower(), infos)
    hint = f"did you mean {nearest}? " if nearest else ""
    raise UsageError(f"there is no rule {wanted!r}", slug="unknown-rule", hint=f"{hint}genaudit rule lists them all")


def list_text(infos: "Sequence[RuleInfo]") -> str:
    """One line for each rule."""
    name_width = max(len(info.name) for info in infos)
    rows = [f"{info.code}  {info.name:<{name_width}}  {info.level.value:<7}  {info.title}" for info in infos]
    return "\n".join([*rows, "", "genaudit rule CODE explains one."])


def page_text(info: "RuleInfo") -> str:
    """The page of a rule, under its title."""
    title = f"{info.code} {info.name}: {info.title}"
    return f"{title}\n{'=' * len(title)}\nlevel: {info.level.value}\n\n{info.page}"


def _nearest(wanted: str, infos: "Sequence[RuleInfo]") -> str:
    import difflib

    words = {word.lower(): word for info in infos for word in (info.name, info.code)}
    close = difflib.get_close_matches(wanted, words, n=1)
    return words[close[0]] if close else ""

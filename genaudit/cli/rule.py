"""``genaudit rule``: the page of one rule, or the list of all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from genaudit.model import RuleInfo


class Pattern(NamedTuple):
    """A pattern with its code, and the rules that look for it: by measuring, in source text, or both."""

    code: str
    name: str
    measured: "RuleInfo | None"
    static: "RuleInfo | None"

    @property
    def main(self) -> "RuleInfo":
        """The rule that speaks for the pattern: the measured one where there is one."""
        info = self.measured or self.static
        assert info is not None, "a pattern is made from at least one rule"
        return info

    @property
    def is_promise(self) -> bool:
        """Whether it is about a budget or the baseline."""
        from genaudit.model.catalogue import Source, facts_of

        return facts_of(self.code)[0] in {Source.BUDGET, Source.BASELINE}

    @property
    def found_by(self) -> str:
        """The commands that look for it."""
        if self.is_promise:
            return "gate"
        return "run, lint" if self.measured and self.static else "run" if self.measured else "lint"

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"code": self.code, "name": self.name, "measured": self.measured, "static": self.static}


def complete_rule(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> "list[CompletionItem]":
    """Names and codes that begin as typed, for the shell."""
    from click.shell_completion import CompletionItem

    words = [CompletionItem(pattern.name, help=pattern.main.title) for pattern in patterns()]
    words += [CompletionItem(pattern.code, help=pattern.main.title) for pattern in patterns()]
    return [word for word in words if word.value.lower().startswith(typed.lower())]


@click.command()
@click.argument("wanted", metavar="[CODE|NAME]", required=False, shell_complete=complete_rule)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(wanted: str | None, form: str) -> None:
    """Explain a rule: why it matters, when it is wrong, what to do.

    Without CODE or NAME, all rules are listed.
    """
    if form == "json":
        import msgspec

        known = patterns()
        found = [one.as_dict() for one in known] if wanted is None else find_pattern(wanted, known).as_dict()
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    elif wanted is None:
        click.echo(list_text(patterns()))
    else:
        click.echo(page_text(find_pattern(wanted, patterns())))


def patterns() -> list[Pattern]:
    """All patterns in the order of their codes."""
    from genaudit.gate.outcomes import INFOS
    from genaudit.lint import RULES as STATIC
    from genaudit.rules import RULES as MEASURED

    measured = {info.code: info for info in (*(rule.info for rule in MEASURED), *INFOS)}
    static = {rule.info.code: rule.info for rule in STATIC}
    names = {code: info.name for code, info in (static | measured).items()}
    return [Pattern(code, names[code], measured.get(code), static.get(code)) for code in sorted(names)]


def find_pattern(wanted: str, known: Sequence[Pattern]) -> Pattern:
    """The pattern with this code or name, in any case.

    Raises:
        UsageError: There is none; the message suggests the nearest.
    """
    from genaudit.errors import UsageError

    for pattern in known:
        if wanted.lower() in {pattern.code.lower(), pattern.name}:
            return pattern
    nearest = _nearest(wanted.lower(), known)
    hint = f"did you mean {nearest}? " if nearest else ""
    raise UsageError(f"there is no rule {wanted!r}", slug="unknown-rule", hint=f"{hint}genaudit rule lists them all")


def list_text(known: Sequence[Pattern]) -> str:
    """One line for each pattern: code, name, level, the commands that find it, title."""
    width = max(len(pattern.name) for pattern in known)
    rows = [
        f"{one.code}  {one.name:<{width}}  {one.main.level.value:<7}  {one.found_by:<9}  {one.main.title}"
        for one in known
    ]
    return "\n".join([*rows, "", "genaudit rule CODE explains one."])


def page_text(pattern: Pattern) -> str:
    """What each rule for the pattern says of it, the measured one first."""
    sections = [f"{pattern.code} {pattern.name}\n{'=' * len(pattern.code + pattern.name)}="]
    for info, heading in (
        (pattern.measured, f"measured by genaudit {'gate' if pattern.found_by == 'gate' else 'run'}"),
        (pattern.static, "in source text, by genaudit lint"),
    ):
        if info is not None:
            title = f"{info.title} ({heading}; {info.level.value})"
            sections.append(f"{title}\n{'-' * len(title)}\n{info.page}")
    return "\n\n".join(sections)


def _nearest(wanted: str, known: Sequence[Pattern]) -> str:
    import difflib

    words = {word.lower(): word for pattern in known for word in (pattern.name, pattern.code)}
    close = difflib.get_close_matches(wanted, words, n=1)
    return words[close[0]] if close else ""

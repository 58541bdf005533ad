"""``docs/reference/rules.md``: every rule with the page that ``genaudit rule`` prints, as Markdown."""

import re
from collections.abc import Iterator

from genaudit.cli.rule import Pattern, patterns
from genaudit.model.catalogue import Kind, pattern_of

HEAD = """\
# Every rule

<!-- Written by docs/refresh.py from the rules themselves; do not edit. -->

A rule is a question about memory. Its code is a promise: it is never used for anything else. `genaudit rule` prints
this list, `genaudit rule eager-load` or `genaudit rule GA101` one page of it. *Why it matters* says what a finding
means, *What to do* what to change. If you think that a rule is wrong about your code, *When it is wrong* names the
cases.

"""
_KINDS = {
    Kind.LOADS: "The data set is in memory before it is needed",
    Kind.KEEPS: "Something is kept for each batch, epoch, item or call",
    Kind.PASSES: "Memory that is needed for a moment",
    Kind.PIPELINE: "A buffer or a queue of a library without a useful bound",
    Kind.PROCESS: "Workers, threads, open files",
    Kind.AUDIT: "The measurement, or a comment in the source",
}
_HEADING = re.compile(r"[A-Z][\w ,']+:$")


def rules_page() -> str:
    """The list of all rules, and a page for each."""
    known = patterns()
    return HEAD + "".join(_table(known)) + "".join(_page(pattern) for pattern in known)


def _table(known: list[Pattern]) -> Iterator[str]:
    yield "| code | name | found by | level | what it finds |\n| --- | --- | --- | --- | --- |\n"
    for one in known:
        link = f"[`{one.name}`](#{one.code.lower()}-{one.name})"
        yield f"| {one.code} | {link} | {one.found_by} | {one.main.level.value} | {one.main.title} |\n"


def _page(pattern: Pattern) -> str:
    kind = pattern_of(pattern.code)
    parts = [f"\n## {pattern.code} {pattern.name}\n"]
    if kind is not None:
        parts.append(f"{_KINDS[kind.kind]}.\n")
    gate = pattern.found_by == "gate"
    for info, where in (
        (pattern.measured, f"Measured, by `genaudit {'gate' if gate else 'run'}`"),
        (pattern.static, "Read in source text, by `genaudit lint`"),
    ):
        if info is not None:
            parts.append(f"### {where}: {_lower(info.title)} ({info.level.value})\n")
            parts.append(as_markdown(info.page))
    return "\n".join(parts)


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def as_markdown(page: str) -> str:
    r"""The page of a rule as Markdown: its headings in bold, its examples as code.

    Example:
        >>> print(as_markdown("Grows.\n\nWhat to do:\n    Read ``it`` late::\n\n        yield load(path)"))
        Grows.
        <BLANKLINE>
        **What to do**
        <BLANKLINE>
        Read `it` late:
        <BLANKLINE>
        ```python
        yield load(path)
        ```
        <BLANKLINE>
    """
    lines: list[str] = []
    code: list[str] = []
    begun, inside = False, False
    for line in [*page.splitlines(), ""]:
        if begun and inside and (not line or line.startswith("        ")):
            code.append(line[8:])
            continue
        if begun and not line:
            inside = True
            continue
        if begun:
            lines += [*_fenced(code), ""]
            code, begun, inside = [], False, False
        if line.endswith("::"):
            begun, line = True, line[:-1]
        heading = _HEADING.fullmatch(line)
        text = re.sub(r"``(.*?)``", r"`\1`", line.removeprefix("    "))
        lines += [f"**{line[:-1]}**", ""] if heading else [text]
    if begun:
        lines += _fenced(code)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines).rstrip("\n") + "\n")


def _fenced(code: list[str]) -> list[str]:
    text = "\n".join(code).strip("\n")
    return ["", "```python", text, "```"]

"""Writes what the documentation takes from the code: ``docs/reference``, ``docs/api.md``, tables of options.

    python docs/refresh.py

What is between ``<!-- options: NAME -->`` and ``<!-- end of options -->`` on a page is written too; ``BLOCKS`` has the
names. Between ``<!-- messages: SLUG SLUG -->`` and ``<!-- end of messages -->`` is what errors with these slugs say.

A test compares, and fails until this was run.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import genaudit
from genaudit.model.progress import Progress
from genaudit.options import CONFIGURATION, FLAG, INI, MARKER, TARGET, Option, options_at

DOCS = Path(__file__).parent
FUNCTIONS = (
    *("audit", "compare", "record", "load", "lint_paths", "source", "watch"),
    *("keras_callback", "lightning_callback"),
)
CLASSES = ("Report", "Comparison", "Outcome", "Verdict", "Recording", "Limits", "Progress", "GenauditError")
HEAD = """\
# genaudit from Python

<!-- Written by docs/refresh.py from the docstrings; do not edit. -->

`import genaudit` gives the functions and types of this page, and costs next to nothing until one is used.

```python
import genaudit
from my_data import train_generator

if __name__ == "__main__":
    report = genaudit.audit(train_generator, arguments={"batch_size": 32}, synth="images:n=400,size=256x256")
    report.print()
    report.save("audit.html")
    assert report.ok, report.findings
```

The generator runs in processes of its own, never in yours. In a script the call belongs below `if __name__ ==
"__main__":`, as those processes import the script to find the function.
"""
_BAR = r"\|"
"""A bar that does not end the cell of a table."""
_SECTION = re.compile(r"(Args|Returns|Raises|Example|Source):$")
_BLOCK = re.compile(r"(<!-- options: (\S+) -->\n).*?(<!-- end of options -->)", re.DOTALL)
MESSAGES = re.compile(r"(<!-- messages: ([^>]+) -->\n).*?(<!-- end of messages -->)", re.DOTALL)


def refreshed() -> dict[Path, str]:
    """Every page that has something of the code in it, as it must be."""
    if str(DOCS) not in sys.path:
        # docs is no package: its modules have names that nobody else takes.
        sys.path.append(str(DOCS))
    from refresh_commands import commands_page
    from refresh_messages import messages, table
    from refresh_rules import rules_page

    known = messages()
    pages = {
        DOCS / "api.md": api_page(),
        DOCS / "reference" / "commands.md": commands_page(),
        DOCS / "reference" / "rules.md": rules_page(),
    }
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if path not in pages and (_BLOCK.search(text) or MESSAGES.search(text)):
            text = _BLOCK.sub(lambda match: match[1] + BLOCKS[match[2]]() + match[3], text)
            pages[path] = MESSAGES.sub(lambda match: match[1] + table(match[2].split(), known) + match[3], text)
    return pages


def api_page() -> str:
    """The page of the public API."""
    parts = [HEAD, "## Functions\n"]
    parts += [_function(name, getattr(genaudit, name), 3) for name in FUNCTIONS]
    parts.append("## Types\n")
    parts += [_class(name, getattr(genaudit, name, Progress)) for name in CLASSES]
    return "\n".join(parts)


def _function(name: str, function: Callable[..., Any], level: int) -> str:
    lines = [f"{'#' * level} `{name}`", "", "```python", _signature(name, function), "```", ""]
    return "\n".join([*lines, *_markdown(inspect.getdoc(function) or "")])


def _signature(name: str, function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    parts = []
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parts and not any(p[0] == "*" for p in parts):
            parts.append("*")
        if parameter.name == "self":
            continue
        stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        parts.append(f"{stars}{parameter.name}: {_type(parameter.annotation)}{default}")
    lines = "".join(f"    {part},\n" for part in parts)
    return f"{name}(\n{lines}) -> {_type(signature.return_annotation)}"


def _type(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", text).strip("'\"")


def _markdown(docstring: str) -> list[str]:
    """A docstring as Markdown: its sections become lists."""
    lines: list[str] = []
    section = ""
    for line in docstring.replace("``", "`").splitlines():
        heading = _SECTION.match(line)
        if heading:
            section = heading[1]
            lines += [f"**{section}**", ""]
        elif section in {"Args", "Raises"} and re.match(r" {4}\w+: ", line):
            name, _, words = line.strip().partition(": ")
            lines.append(f"- `{name}`: {words}")
        elif section in {"Args", "Raises"}:
            lines.append(line[2:] if line.startswith("    ") else line)
        else:
            lines.append(line[4:] if section and line.startswith("    ") else line)
    return [*lines, ""]


def _class(name: str, kind: type) -> str:
    lines = [f"### `{name}`", "", *_markdown(inspect.getdoc(kind) or "")]
    if issubclass(kind, genaudit.Verdict):
        lines += [f"- `Verdict.{member.name}`" for member in kind] + [""]
    fields = list(_fields(kind))
    if fields:
        lines += ["| field | type | what |", "| --- | --- | --- |"]
        lines += [f"| `{field}` | `{of}` | {words} |" for field, of, words in fields] + [""]
    for member, value in vars(kind).items():
        if member.startswith("_"):
            continue
        if isinstance(value, property):
            returns = _type(inspect.signature(value.fget).return_annotation)  # type: ignore[arg-type]
            lines += [f"#### `{name}.{member}`: `{returns}`", "", *_markdown(inspect.getdoc(value) or "")]
        elif inspect.isfunction(value):
            lines.append(_function(f"{name}.{member}", value, 4))
    return "\n".join(lines)


def _fields(kind: type) -> Iterator[tuple[str, str, str]]:
    """Name, type and description of the fields of a struct, as its source has them."""
    if not hasattr(kind, "__struct_fields__"):
        return
    (tree,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(tree, ast.ClassDef)
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            words = " ".join(str(after.value.value).split()) if is_text else ""  # type: ignore[union-attr]
            yield node.target.id, ast.unparse(node.annotation).replace("|", "\\|"), words.replace("``", "`")


def keys_table() -> str:
    """The keys of a configuration that hold no table."""
    rows = [_key_row(option) for option in options_at(CONFIGURATION)]
    return "".join(["| key | default | for all | per target | meaning |\n| --- | --- | --- | --- | --- |\n", *rows])


def _key_row(option: Option) -> str:
    default = option.default_at(CONFIGURATION)
    shown = "" if default is None else f"`{_toml(default)}`"
    per_target = "x" if TARGET in option.on else ""
    return f"| `{option.key}` | {shown} | x | {per_target} | {option.help_at(CONFIGURATION)} |\n".replace("|  ", "| ")


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def marker_list() -> str:
    """What a marker may say besides budgets."""
    return _table((option, option.help_at(MARKER), option.default_at(MARKER)) for option in options_at(MARKER))


def _table(rows: Iterator[tuple[Option, str, object]]) -> str:
    lines = ["| keyword | default | ini option | what it does |\n| --- | --- | --- | --- |\n"]
    for option, words, default in rows:
        ini = f"`genaudit_{option.name}`" if INI in option.on else ""
        shown = "" if default is None else f"`{default!r}`"
        lines.append(f"| `{option.name}` | {shown} | {ini} | {words} |\n".replace("|  ", "| "))
    return "".join(lines)


def command_table(name: str) -> str:
    """The options of a command that the table of options has."""
    lines = ["| option | what it does |", "| --- | --- |"]
    for option in options_at(name):
        value = "" if option.kind == FLAG else f" {option.metavar or _BAR.join(option.choices) or 'N'}"
        default = option.default_at(name)
        shown = f" (`{default}` where it is left out)" if default else ""
        lines.append(f"| `--{option.key}{value}` | {option.help_at(name)}{shown} |")
    return "\n".join(lines) + "\n"


def synth_table() -> str:
    """What can be made, with an example that has every usual option."""
    from genaudit.recorder.synth.dataset import KINDS

    rows = ["| kind | what is made | an example | options |", "| --- | --- | --- | --- |"]
    for name, kind in KINDS.items():
        what = (inspect.getdoc(kind) or "").partition("\n")[0].replace("``", "`")
        options = ", ".join(f"`{option}`" for option in kind.OPTIONS)
        rows.append(f"| `{name}` | {what} | `{kind.EXAMPLE}` | {options} |")
    return "\n".join(rows) + "\n"


def variables_table() -> str:
    """The variables of the environment that keys have."""
    rows = [f"| `{option.variable}` | `{option.key}` |\n" for option in options_at(CONFIGURATION)]
    return "".join(["| variable | key |\n| --- | --- |\n", *rows])


def exit_codes_table() -> str:
    """The exit codes, with the words that their source has for them."""
    from genaudit.errors import ExitCode

    rows = [f"| {int(ExitCode[name])} | {words} |" for name, words in _words_of_members(ExitCode)]
    return "\n".join(["| code | meaning |", "| --- | --- |", *rows]) + "\n"


def _words_of_members(kind: type) -> Iterator[tuple[str, str]]:
    (tree,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(tree, ast.ClassDef)
    for node, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.Assign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            (target,) = node.targets
            yield ast.unparse(target), " ".join(str(after.value.value).split()).replace("``", "`")


def endings_table() -> str:
    """How a target may end that does not come to its end, in the words of a report."""
    from genaudit.model.report import Failure
    from genaudit.report.failures import headline

    failures = (
        Failure(reason="raised", type="OSError", message="…", batch=3),
        Failure(reason="raised", type="ModuleNotFoundError", message="No module named '…'", phase="import"),
        Failure(reason="exited", exit_code=1, phase="script"),
        Failure(reason="crashed", signal="SIGSEGV", batch=3),
        Failure(reason="killed", signal="SIGKILL", batch=3),
        Failure(reason="memory-limit", batch=3),
        Failure(reason="timed-out", batch=3),
        Failure(reason="interrupted", batch=3),
        Failure(reason="empty"),
    )
    rows = []
    for failure in failures:
        words = headline(failure, timeout_s=300, limit_bytes=8 * 1024**3, grouped=False)
        rows.append(f"| `{words[:1].upper()}{words[1:]}` |")
    return "\n".join(["| it says, for example |", "| --- |", *rows]) + "\n"


BLOCKS: dict[str, Callable[[], str]] = {
    "keys": keys_table,
    "marker": marker_list,
    "lint": lambda: command_table("lint"),
    "synth": synth_table,
    "variables": variables_table,
    "exit-codes": exit_codes_table,
    "endings": endings_table,
}

if __name__ == "__main__":
    for page, content in refreshed().items():
        page.write_text(content, encoding="utf-8")
        print(page, file=sys.stderr)

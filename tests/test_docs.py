"""Pages that are written from the code are those that today's code would write."""

import ast
import doctest
import re
import sys

import pytest

import genaudit
from genaudit.errors import ExitCode
from tests.readme import ROOT, documentation

DOCS = ROOT / "docs"
refresh = documentation("refresh")
TROUBLES = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
GIVEN_ON = {
    "cell-unread",
    "bad-option",
    "arguments",
    "not-toml",
    "not-cfg",
    "syntax-error",
    "too-nested",
    "internal-error",
}
"""Errors whose words are another's: of Python, of a parser, of a file that lint reads."""
PLAIN = {"HOME", "PWD", "PYTHONPATH", "PYTHONHASHSEED", "GENAUDIT_TRIAL", "GENAUDIT_WATCH_SPEC"}
PLAIN |= {"PYENV_ROOT", "WORKON_HOME", "CONDA_EXE"}
"""Variables that are set for children, or that only say where things are."""


def test_pages_are_current() -> None:
    pages = refresh.refreshed()

    of_reference = {"commands.md", "exit-codes.md", "rules.md", "settings.md"}
    of_docs = {"api.md", "gate.md", "lint.md", "pytest.md", "synth.md", "troubleshooting.md"}
    assert {path.name for path in pages} == of_reference | of_docs
    stale = [path.name for path, text in pages.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python docs/refresh.py"


def test_every_public_name_is_on_the_page() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")

    assert [name for name in genaudit.__all__ if f"### `{name}`" not in page] == ["__version__"]


def test_every_field_of_a_result_is_on_the_page() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    fields = {*genaudit.Report.__struct_fields__, *genaudit.Comparison.__struct_fields__, "findings", "recording"}

    assert [name for name in fields if f"`{name}`" not in page and f".{name}`" not in page] == []


@pytest.mark.parametrize("name", ["site_links", "refresh_rules"])
def test_examples(name: str) -> None:
    documentation(name)
    failed, attempted = doctest.testmod(sys.modules[f"docs_{name}"])

    assert failed == 0
    assert attempted > 0


def test_every_message_is_on_the_page() -> None:
    """Each error that the source makes is in one family, with its words; no family names one that is gone."""
    from refresh_messages import messages

    named = [slug for match in refresh.MESSAGES.finditer(TROUBLES) for slug in match[2].split()]
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "genaudit").rglob("*.py")]
    written = {slug for text in sources for slug in re.findall(r'slug="([a-z-]+)"', text)}
    newer = {f"newer-{kind}" for kind in ("recording", "report", "comparison", "baseline")}
    found = {message.slug for message in messages()}

    assert len(named) == len(set(named))
    assert written | found <= set(named)
    assert set(named) <= written | found | newer
    assert written - found <= GIVEN_ON


def test_messages_are_read_from_the_source() -> None:
    """Written where they are raised, given to a function, and of a class with an exit code of its own."""
    from refresh_messages import messages

    known = {(message.text, message.hint, message.code) for message in messages()}

    assert {
        ("--synth and --args-from both give the data set", "leave one of them out", 2),
        ("--synth …: … is given twice", "leave one of the two out", 2),
        ("there is no Python file or notebook there", "genaudit lint src/", 5),
        ("… is not a Python file", "its name must end with .py", 3),
    } <= known


def test_every_exit_code_is_on_the_page() -> None:
    page = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")

    assert [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.M)] == [int(code) for code in ExitCode]


def test_every_variable_is_on_the_page() -> None:
    """Those that the source asks the environment for, by name."""
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    asked = {
        name
        for path in (ROOT / "genaudit").rglob("*.py")
        for name in _variables(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert {"NO_COLOR", "XDG_CACHE_HOME", "GITHUB_ACTIONS"} <= asked
    assert {name for name in asked - PLAIN if f"`{name}`" not in page} == set()


def _variables(tree: ast.AST) -> list[str]:
    """Names that something called ``environ`` or ``variables`` is asked for."""
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_environment(node.value):
            found.append(node.slice)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_environment(node.func.value):
            found += node.args[:1]
        elif isinstance(node, ast.Compare) and _is_environment(node.comparators[-1]):
            found.append(node.left)
    return [node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _is_environment(node: ast.expr) -> bool:
    return ast.unparse(node) in {"os.environ", "environ", "variables"}


@pytest.mark.parametrize("page", ["rules.md", "commands.md"])
def test_the_list_leads_to_each_part(page: str) -> None:
    """The anchors that the web page of the repository, and the site, make of a heading."""
    text = (DOCS / "reference" / page).read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^## (.+)$", text, re.M)
    }

    assert set(re.findall(r"\]\(#([^)]+)\)", text)) == anchors

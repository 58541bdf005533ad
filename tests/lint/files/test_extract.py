"""Of a source text is kept what a report shows or reasons from; the rest is blank lines."""

import textwrap
from pathlib import Path

import pytest

from benchmarks.lint import manifest
from genaudit.lint.files.extract import extract
from genaudit.lint.reach import words_of
from genaudit.lint.target import read

SAMPLES = [
    *Path("sample_generators").glob("*.py"),
    *sorted(Path("tests/truth/cases").glob("*.py"))[::6],
    *(Path("tests/lint/corpus") / row.file for row in manifest() if row.round == "round_1"),
]


def kept(text: str, *lines: int, names: str = "gen") -> list[str]:
    """The lines that are left of one file."""
    text = textwrap.dedent(text)
    kept_text = extract({"a.py": text}, {"a.py": set(lines)}, names.split())["a.py"]
    assert kept_text.count("\n") == text.count("\n")
    assert all(new in ("", old) for new, old in zip(kept_text.split("\n"), text.split("\n"), strict=True))
    return [line.strip() for line in kept_text.split("\n") if line]


def test_another_function_is_not_kept() -> None:
    """Nor its comment, nor statements and comments of the module that have nothing to do with the target."""
    text = '''\
    """Docs."""
    import numpy as np

    # about size
    SIZE = 3
    OTHER = "x"

    def gen():
        # inside
        yield np.ones(SIZE)

    # about other
    def other():
        return OTHER
    '''
    assert kept(text) == ["import numpy as np", "SIZE = 3", "def gen():", "# inside", "yield np.ones(SIZE)"]


@pytest.mark.parametrize(
    ("above", "mention"),
    [
        ("def helper():\n    return inner()\ndef inner():\n    return 1\n", "helper()"),
        ("class Base:\n    pass\nclass Kind(Base):\n    pass\n", "Kind()"),
        ("from os import path as helper\n", "helper"),
        ("TABLE = {}\nTABLE['a'] = 1\nTABLE.get('a').append(2)\n", "TABLE"),
        ("DATA = None\ndef setup():\n    global DATA\n    DATA = 1\nsetup()\n", "DATA"),
        ("try:\n    import a\nexcept ImportError:\n    a = None\n", "a.b"),
        ("with open('x') as file:\n    for line in file:\n        rows = [line]\n", "rows"),
        ("a, (b, *c) = 1, (2, 3)\nc.sort()\n", "c"),
        ("x = 1; y = (\n    2)\n", "x"),
        ("@staticmethod\ndef helper():\n    pass\nhelper = wrap(helper)\ndef wrap(f):\n    return f\n", "helper()"),
        ("class Kind:\n    pass\n", "cast('Kind', 1)"),
        ("type_of = lambda x: x\n", "type_of(1)"),
    ],
)
def test_what_the_target_names_is_kept(above: str, mention: str) -> None:
    """Whatever gives a name its value, or changes it, also by way of others."""
    text = f"{above}def gen():\n    yield {mention}\n"
    assert kept(text) == [line.strip() for line in text.split("\n") if line]


def test_a_name_is_looked_for_in_every_file() -> None:
    """Files that the target imports are extracted by what it names of them."""
    texts = {
        "a.py": "from b import load as read\ndef gen():\n    yield read()\n",
        "b.py": "def load():\n    return LIMIT\ndef other():\n    return 2\nLIMIT = 4\n",
    }
    kept_texts = extract(texts, {}, ["gen"])

    assert kept_texts["a.py"] == texts["a.py"]
    assert kept_texts["b.py"] == "def load():\n    return LIMIT\n\n\nLIMIT = 4\n"


def test_comments_that_answer_for_a_finding_stay() -> None:
    """Above what is kept, and for the whole file; not above what is left out."""
    text = """\
    # genaudit: file-ignore[eager-load]
    # a word
    # genaudit: ignore[batch-growth]
    def gen():
        yield 1  # genaudit: ignore[batch-spike]
    # genaudit: ignore[file-leak]
    def other():
        pass
    """
    kept_lines = kept(text)

    assert kept_lines[:2] == ["# genaudit: file-ignore[eager-load]", "# genaudit: ignore[batch-growth]"]
    assert kept_lines[2:] == ["def gen():", "yield 1  # genaudit: ignore[batch-spike]"]


def test_a_line_of_the_module_is_shown_with_what_is_around_it() -> None:
    """Statements, not functions."""
    text = "A = 1\nB = 2\ndef other():\n    return 3\nC = 4\n" + "\n" * 20 + "D = 5\n"
    assert kept(text, 2, names="") == ["A = 1", "B = 2", "C = 4"]


def test_a_function_with_a_line_to_show_is_whole() -> None:
    """With its decorators."""
    text = "@wrap\ndef other():\n    a = 1\n    return a\ndef third():\n    pass\n"
    assert kept(text, 3, names="") == ["@wrap", "def other():", "a = 1", "return a"]


@pytest.mark.parametrize("text", ["def gen(:\n" + "x = 1\n" * 60, "x = " + "(" * 1000 + "\n" + "y = 1\n" * 60])
def test_a_text_that_cannot_be_read_is_kept_around_the_lines(text: str) -> None:
    """And nowhere else."""
    assert kept(text, 30) == [text.split("\n")[40]] * 17
    assert kept(text) == []


def test_what_hands_the_target_to_workers_is_kept() -> None:
    """That it is copied into each of them is a fact about it."""
    text = "class Set:\n    pass\ndef a():\n    return DataLoader(Set(), num_workers=4)\ndef b():\n    return Set()\n"
    assert "return DataLoader(Set(), num_workers=4)" in kept(text, names="Set")


def test_what_calls_the_target_is_kept() -> None:
    """With one item or with all of them: that tells what it reads."""
    text = "def one(path):\n    yield load(path)\ndef every(paths):\n    return [one(path) for path in paths]\n"
    assert "return [one(path) for path in paths]" in kept(text, names="one")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_reading_what_is_kept_finds_the_same(path: Path) -> None:
    """Whatever definition is the target: the same suspicions, with the same lines and sketches."""
    text = path.read_text(encoding="utf-8")
    whole = read({"a.py": text}, "", directory=".")
    assert whole.lines == {"a.py": []}
    for name in [
        line.split("(")[0].split()[-1].rstrip(":") for line in text.split("\n") if line.startswith(("def ", "class "))
    ]:
        expected = read({"a.py": text}, name, directory=".")
        extracted = extract({"a.py": text}, {}, words_of(name))
        findings = read(extracted, name, directory=".")

        assert findings.suspicions == expected.suspicions
        assert findings.lines == expected.lines

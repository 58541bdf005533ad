"""The files that a project starts with: a configuration with its reasons beside it, and a job of CI."""

import contextlib
import json
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import msgspec

from genaudit.files import MOST_SETTING_BYTES, read_text
from genaudit.gate.init.discovery import Candidate
from genaudit.gate.init.origin import VARIABLE

SYNTH = "images:n=200,size=64x64"


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """One target and what was measured of it."""

    candidate: Candidate
    budgets: dict[str, str] = {}
    """Empty where it could not be run."""
    synth: str | None = None
    remark: str = ""
    """Why there are no budgets, or what was found."""


def configuration_text(starts: Sequence[Start], *, table: str = "") -> str:
    """A configuration for targets.

    Args:
        starts: Targets in their order; those that could not be run are written as comments.
        table: The table that holds it, ``tool.genaudit`` in a ``pyproject.toml``.
    """
    ready = [start for start in starts if start.budgets]
    waiting = [start for start in starts if not start.budgets]
    lines = [f"[{table}]"] if table else []
    lines += [
        "# What genaudit gate holds this project's generators to. Written by genaudit init; yours to change.",
        "# Keys and budgets: genaudit gate --help, genaudit rule GA601.",
        "targets = ["
        + "".join(f"\n    {_quoted(start.candidate.target)}," for start in ready)
        + ("\n]" if ready else "]"),
        "# repeats = 3                # narrower intervals, in three times the time",
        '# fail-on = "warn"           # bounded faults, such as spikes, fail too',
        '# baseline = "genaudit-baseline.json"   # genaudit gate --update-baseline --reason "first" writes it',
        '# tolerance = "5%"           # how far a figure may be above the baseline',
    ]
    prefix = f"{table}." if table else ""
    for start in ready:
        lines += _target_lines(start, prefix)
    for start in waiting:
        lines += _waiting_lines(start, prefix)
    return "\n".join(lines) + "\n"


def _target_lines(start: Start, prefix: str) -> list[str]:
    name = _quoted(start.candidate.target)
    lines = ["", f"# {start.candidate.path}:{start.candidate.line}", f"[{prefix}target.{name}]"]
    if start.remark:
        lines.insert(2, f"# {start.remark}")
    if start.synth:
        lines.append(f"synth = {_quoted(start.synth)}  # made images; your own data: see arguments below")
        lines.append('# arguments = {image_paths = "glob:data/*.jpg", batch_size = 32}')
    lines += ["", f"[{prefix}target.{name}.budgets]  # measured, and a quarter more"]
    lines += [f"{key} = {_quoted(value)}" for key, value in start.budgets.items()]
    lines.append('# forecast = {items = 50000, max = "8GiB"}   # what the real data set may need')
    return lines


def _waiting_lines(start: Start, prefix: str) -> list[str]:
    candidate = start.candidate
    lines = ["", f"# {candidate.path}:{candidate.line} was not measured: {start.remark}"]
    lines.append(f"# [{prefix}target.{_quoted(candidate.target)}]")
    given = ", ".join(f"{name} = …" for name in candidate.required)
    lines.append(f"# arguments = {{{given}}}" if given else '# args-from = "module:function"')
    return lines


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def github_workflow(install: Sequence[str], remark: str = "") -> str:
    """A workflow that runs the gate on every push and pull request.

    Args:
        install: Commands that install what the targets need.
        remark: What is to be said of them.
    """
    steps = "".join(f"          {command}\n" for command in install)
    variable = f"    env:\n      {VARIABLE}: ${{{{ vars.{VARIABLE} }}}}\n" if _uses_variable(install) else ""
    return f"""\
# Written by genaudit init. Findings become annotations and a summary; the reports are kept as an artifact.
# It installs the core of genaudit: with the extra [report] the artifact has pages and pictures too.
{_comment(remark)}\
name: memory

on:
  push:
  pull_request:

permissions:
  contents: read

jobs:
  genaudit:
    runs-on: ubuntu-latest
    timeout-minutes: 30
{variable}\
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "{sys.version_info.major}.{sys.version_info.minor}"
      - run: |
{steps}\
      - run: genaudit gate
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: genaudit
          path: reports/
          if-no-files-found: ignore
"""


def gitlab_job(install: Sequence[str], remark: str = "") -> str:
    """A job that runs the gate, with a code quality report and test cases.

    Args:
        install: Commands that install what the targets need.
        remark: What is to be said of them.
    """
    steps = "".join(f"    - {command}\n" for command in install)
    return f"""\
# Written by genaudit init. In .gitlab-ci.yml:  include: {{local: genaudit.gitlab-ci.yml}}
{_comment(remark)}\
genaudit:
  image: python:3
  script:
{steps}\
    - genaudit gate --output junit=genaudit-junit.xml
  artifacts:
    when: always
    paths: [reports/]
    reports:
      codequality: gl-code-quality-report.json
      junit: genaudit-junit.xml
"""


def _comment(remark: str) -> str:
    return "".join(f"# {line}\n" for line in textwrap.wrap(remark, 120))


def _uses_variable(install: Sequence[str]) -> bool:
    return any(f"${{{VARIABLE}" in command for command in install)


def install_commands(root: Path, requirement: str) -> list[str]:
    """How a project is installed, by the files it has, and genaudit with it.

    Args:
        root: The folder of the project.
        requirement: What pip is given to install genaudit.
    """
    commands = []
    if (root / "requirements.txt").is_file():
        commands.append("pip install -r requirements.txt")
    if _is_package(root):
        commands.append("pip install .")
    # In its own repository genaudit is the project.
    return commands if requirement == "./." and commands else [*commands, f'pip install "{requirement}"']


def _is_package(root: Path) -> bool:
    if (root / "setup.py").is_file():
        return True
    texts = []
    for name in ("pyproject.toml", "setup.cfg"):
        with contextlib.suppress(OSError):
            texts.append(read_text(root / name, MOST_SETTING_BYTES, errors="replace"))
    return any("[project]" in text or "[metadata]" in text or "[tool.poetry]" in text for text in texts)

"""Runs a job as its user would, and compares the report with what is true of it."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.jobs.data import MAKERS
from tests.jobs.manifest import Job

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LONGEST_S = 900
NEEDS = {"tf.data": "tensorflow", "plain": "numpy"}
"""The module of a framework whose name is another."""
ASKED = ("source", "verdict", "place", "line")


def modules_of(job: Job) -> list[str]:
    """What must be installed for it."""
    names = [part for word in job.framework.split(", ") for part in word.split(" on ")]
    known = [NEEDS.get(name, name) for name in names if name not in {"bare loop", "notebook"}]
    return ["tensorflow" if name == "keras" and "on torch" not in job.framework else name for name in known]


def run(job: Job, folder: Path) -> dict[str, Any]:
    """One audit in a folder of its own; a row of plain values."""
    target, file = prepare(job, folder)
    words = ["run", *target, *job.options, "--out", "reports", *(["--", *job.words] if job.words else [])]
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "genaudit", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp"), "GENAUDIT_WRITE": "json"},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    (folder / "printed.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    row = {"job": job.name, "seconds": time.perf_counter() - begun, "code": done.returncode}
    written = list((folder / "reports").glob("*/report.json"))
    if not written:
        return row | {"wrong": dict.fromkeys(ASKED, done.stderr.strip()[-300:])}
    return row | {"wrong": check(job, json.loads(written[0].read_text(encoding="utf-8")), folder, file)}


def prepare(job: Job, folder: Path) -> tuple[list[str], Path]:
    """Put a job and its data into a folder; the words that name it, and its file."""
    (folder / "tmp").mkdir()
    if job.data:
        MAKERS[job.data](folder)
    if job.script.startswith("-m "):
        shutil.copytree(HERE / "package", folder, dirs_exist_ok=True)
        module = job.script.removeprefix("-m ")
        return ["-m", module], folder / f"{module.replace('.', '/')}.py"
    name = Path(job.script).name
    shutil.copy(HERE / job.script, folder / name)
    return [name], folder / name


def check(job: Job, report: dict[str, Any], folder: Path, file: Path) -> dict[str, str]:
    """What a report has wrong, by what was asked; empty where all is right."""
    wrong = {}
    source = (report["target"].get("source") or "").partition(",")[2]
    if not any(f"{file.name}:{line}" in source for line in lines_with(file, job.source)):
        wrong["source"] = source or report["summary"]["headline"]
    found = [one for one in report["outcomes"] if one["level"] != "note" and one["verdict"] in {"fail", "warn"}]
    names = {one["name"] for one in found}
    if report["verdict"] != job.verdict or (job.findings and not names & job.findings) or (names and not job.findings):
        wrong["verdict"] = f"{report['verdict']}: {', '.join(sorted(names))}"
    place = (report.get("place") or {}).get("name") or ""
    if place != job.place:
        wrong["place"] = place or "nothing"
    where = folder / job.file if job.file else file
    places = blamed(report, where.name)
    if job.line and not places & lines_with(where, job.line):
        wrong["line"] = f"{sorted(places)}"
    return wrong


def blamed(report: dict[str, Any], file: str) -> set[int]:
    """The line of a file that the gravest finding names; those of the notes where there is no graver one."""
    outcomes = [one for one in report["outcomes"] if one.get("location")]
    grave = [one for one in outcomes if one["level"] != "note" and one["verdict"] in {"fail", "warn"}]
    chosen = grave[:1] or [one for one in outcomes if one["verdict"] in {"fail", "warn"}]
    places = [(one["location"]["path"], one["location"]["line"]) for one in chosen]
    where = report.get("place") or {}
    if where.get("line") and not grave:
        places = [(where["path"], where["line"])]
    return {line for path, line in places if Path(path).name == file}


def lines_with(file: Path, parts: str) -> set[int]:
    """Numbers of the lines where one of several parts, divided by ``||``, begins."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".ipynb":
        from genaudit.lint.files.source import cells_of

        text = "".join(cells_of(str(file)))
    found = {text[: text.index(part)].count("\n") + 1 for part in parts.split(" || ") if part in text}
    if not found:
        raise LookupError(f"{file}: {parts}")
    return found

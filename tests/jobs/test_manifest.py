"""The thirty training scripts and what the manifest says of them; ``benchmarks/job.py`` audits them."""

from pathlib import Path

import pytest

from genaudit.lint.files.source import cells_of
from tests.jobs.data import MAKERS
from tests.jobs.manifest import GENERATOR, JOBS, QUEUE, STEP, WORKERS, Job

HERE = Path(__file__).parent


def text_of(job: Job, file: str = "") -> str:
    """The code of a job, or of another of its files."""
    module = job.script.removeprefix("-m ").replace(".", "/") + ".py"
    path = HERE / "package" / (file or module) if job.script.startswith("-m ") else HERE / job.script
    return "".join(cells_of(str(path))) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")


def test_thirty_of_which_a_third_is_clean() -> None:
    """Each script is in it once, and each place that memory can be in."""
    files = {path.relative_to(HERE).as_posix() for path in HERE.glob("scripts/*.py")}

    assert len(JOBS) == len({job.name for job in JOBS}) == 30
    assert files == {job.script for job in JOBS if job.script.startswith("scripts/")}
    assert sum(job.verdict == "pass" for job in JOBS) >= 10
    assert {job.place for job in JOBS} == {"", GENERATOR, QUEUE, STEP, WORKERS}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_its_lines_are_there(job: Job) -> None:
    """The line that hands the source over is there once, and so is each that may be blamed."""
    text = text_of(job)

    assert text.count(job.source) == 1
    for part in job.line.split(" || ") if job.line else []:
        assert text_of(job, job.file).count(part) == 1
    assert not job.data or job.data in MAKERS
    compile(text.replace("%matplotlib", "#").replace("!nvidia", "#").replace("%%time", "#"), job.script, "exec")

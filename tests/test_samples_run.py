"""An audit finds in every sample generator what the sample says, at the line it says, and nothing else.

Each is audited once, by the command that stands in its file.
"""

import shlex

import msgspec
import pytest

from genaudit.cli.demo import job_of
from genaudit.cli.demo_samples import Sample, samples
from genaudit.pipeline import audit
from tests.expect import check_report
from tests.readme import ROOT

pytestmark = [pytest.mark.process, pytest.mark.slow]

BRIEF = {"batches": 12, "max_batches": 24}
"""Enough for most verdicts; with as many batches as by default, nine tenths of the time would be decoding of images."""
AT_LENGTH = {"opencv_video", "dask_bags"}
"""Systems whose own memory takes more batches to come to rest."""
MARKS = {"tensorflow": pytest.mark.tensorflow, "keras": pytest.mark.tensorflow, "torch": pytest.mark.torch}


ALWAYS = {"augmented", "tf_data/lazy", "tf_data/cached", "keras_pydataset/eager", "torch_loaders/map_lazy"}
"""Of those that import a framework; the others take minutes, and are run with ``-m slow``."""


def marked(sample: Sample) -> object:
    """A sample as a parameter, with the marks of what it imports."""
    marks = {MARKS[name].name: MARKS[name] for name in sample.imports if name in MARKS}
    beyond = [pytest.mark.whole] if marks and sample.name not in ALWAYS else []
    return pytest.param(sample, id=sample.name, marks=[*marks.values(), *beyond])


@pytest.fixture(autouse=True)
def in_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are found, and locations told, from the top of the repository."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("sample", [marked(sample) for sample in samples()])
def test_a_sample_gets_its_verdict(sample: Sample) -> None:
    """Verdict, value within its tolerance, line, and no other finding."""
    if sample.missing:
        # The child imports it, not the process of the tests.
        pytest.skip(f"not installed: {', '.join(sample.missing)}")
    job = job_of(sample.words)
    if sample.name.partition("/")[0] not in AT_LENGTH:
        job = msgspec.structs.replace(job, **BRIEF)

    _, report = audit(job)

    assert check_report(report, sample.path, sample.expect) == []
    assert report.command == sample.words
    assert shlex.join(sample.words).startswith(f"genaudit run {job.target}")

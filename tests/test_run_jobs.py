"""Training scripts as people write them, audited as they are; ``benchmarks/job.py`` has all thirty."""

import importlib.util
from pathlib import Path

import pytest

from tests.jobs.harness import modules_of, run
from tests.jobs.manifest import JOBS

pytestmark = [pytest.mark.process, pytest.mark.slow]

PLAIN = ("numpy_source_eager",)
WITH_TENSORFLOW = ("keras_arrays", "tf_keras_concatenate")
WITH_TORCH = ("torch_loss_kept", "lightning_eager", "transformers_cache")


def check(name: str, folder: Path) -> None:
    """Audit one, where what it needs is installed."""
    (job,) = (job for job in JOBS if job.name == name)
    missing = [module for module in modules_of(job) if importlib.util.find_spec(module) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")

    assert run(job, folder)["wrong"] == {}


@pytest.mark.parametrize("name", PLAIN)
def test_plain(name: str, tmp_path: Path) -> None:
    """A folder among its arguments is scaled through links."""
    check(name, tmp_path)


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", WITH_TENSORFLOW)
def test_tensorflow(name: str, tmp_path: Path) -> None:
    """Arrays are judged; Keras 2 is found under its own name."""
    check(name, tmp_path)


@pytest.mark.torch
@pytest.mark.parametrize("name", WITH_TORCH)
def test_torch(name: str, tmp_path: Path) -> None:
    """A loss that the loop keeps; the loaders that trainers of libraries run over."""
    check(name, tmp_path)

"""What ``setup.cfg`` cannot say: the samples of ``sample_generators`` are installed as ``genaudit.samples``."""

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

SAMPLES, HOME = "genaudit.samples", "sample_generators"
FOLDERS = {SAMPLES: HOME, **{f"{SAMPLES}.{name}": f"{HOME}/{name.replace('.', '/')}" for name in find_packages(HOME)}}


class BuildWithSamples(build_py):
    """Copies the samples from where the users of a clone have them."""

    def run(self) -> None:
        """Build, with one package more for each folder of samples."""
        if not self.editable_mode:
            self.package_dir.update(FOLDERS)
            self.packages = [*self.packages, *FOLDERS]
        super().run()


if not Path(HOME).is_dir():
    raise SystemExit(f"{HOME} is missing beside {__file__}: genaudit is built from a whole clone, or from its sdist")
setup(cmdclass={"build_py": BuildWithSamples})

"""What ``setup.cfg`` cannot say: in a wheel the sample generators are ``genaudit.samples``, in a clone themselves."""

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.command.editable_wheel import editable_wheel

SAMPLES, HOME = "genaudit.samples", "sample_generators"


class BuildWithSamples(build_py):
    """Copies the samples from where the users of a clone have them; an editable installation has them there."""

    def run(self) -> None:
        """Build, with one package more for each folder of samples."""
        if not self.editable_mode:
            folders = {SAMPLES: HOME}
            folders.update({f"{SAMPLES}.{name}": f"{HOME}/{name.replace('.', '/')}" for name in find_packages(HOME)})
            self.package_dir.update(folders)
            self.packages = [*self.packages, *folders]
        super().run()


class EditableWithSamples(editable_wheel):
    """Installs a clone, in which the samples are a package of their own."""

    def run(self) -> None:
        """Install, with the samples."""
        folders = [HOME, *(f"{HOME}.{name}" for name in find_packages(HOME))]
        self.distribution.packages = [*self.distribution.packages, *folders]
        super().run()


if not Path(HOME).is_dir():
    raise SystemExit(f"{HOME} is missing beside {__file__}: genaudit is built from a whole clone, or from its sdist")
setup(cmdclass={"build_py": BuildWithSamples, "editable_wheel": EditableWithSamples})

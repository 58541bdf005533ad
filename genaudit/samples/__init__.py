"""The sample generators: those of ``sample_generators`` in a clone; in a wheel they are here themselves."""

import os

__path__.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 2, "sample_generators"))  # noqa: PTH118, PTH120

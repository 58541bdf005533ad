"""Sets the seeds of the random numbers that a target may draw, so that two variants draw the same ones."""

from __future__ import annotations

import sys

from genaudit.recorder.child.guard.own_imports import OwnImports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SEED = 0


def fix_seeds() -> list[str]:
    """Seed every global source of random numbers that is loaded, and those that any target may load.

    A generator object that the target makes without a seed, such as ``numpy.random.default_rng()``, cannot be reached.

    Returns:
        Names of what was seeded.
    """
    with OwnImports():
        import os
        import random

    random.seed(SEED)
    fixed = ["random"]
    if os.environ.get("PYTHONHASHSEED", "random") != "random":
        fixed.insert(0, "PYTHONHASHSEED")
    for name, seed in (("numpy", _numpy), ("torch", _torch), ("tensorflow", _tensorflow)):
        module = sys.modules.get(name)
        try:
            if module is not None and seed(module):
                fixed.append(name)
        except Exception:  # noqa: S112 - a library that is half there must not end the trial
            continue
    return fixed


def _numpy(numpy: Any) -> bool:
    numpy.random.seed(SEED)
    return True


def _torch(torch: Any) -> bool:
    torch.manual_seed(SEED)
    return True


def _tensorflow(tensorflow: Any) -> bool:
    tensorflow.random.set_seed(SEED)
    return True

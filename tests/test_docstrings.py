"""Every example in a docstring gives what it says."""

import doctest
import importlib
import pkgutil

import pytest

import genaudit

MODULES = [
    module.name
    for module in pkgutil.walk_packages(genaudit.__path__, "genaudit.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    """Run as they stand."""
    module = importlib.import_module(name)

    failed, _ = doctest.testmod(module)

    assert failed == 0


def test_examples_are_found() -> None:
    """At least the examples of sizes are there: an empty search must not pass."""
    from genaudit import units

    assert doctest.testmod(units).attempted >= 3

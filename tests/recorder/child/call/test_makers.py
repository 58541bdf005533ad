"""A function that gives nothing is not run for it, and what its module makes batches with is named."""

import pytest

from genaudit.recorder.child.call import makers, resolve
from genaudit.recorder.child.call.arguments import Bound, prepare_target
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.target import parse_target
from tests.recorder.child.conftest import Write

DATA = """
class Loader:
    def flow(self):
        yield 1
class Table:
    def __len__(self): return 3
    def __getitem__(self, index): return index
def unused():
    yield 1
"""
TRAIN = """
import data
from functools import wraps
def other():
    yield 1
def make(root):
    return data.Loader().flow()
def from_frame():
    return map(str, [1])
def helper():
    return make("x")
ready = data.Table()
def main(epochs=3):
    '''Returns nothing, though it says return.'''
    for batch in make("x"):
        break
def main_by_helper():
    helper()
    ready
    return None
def main_with_a_step():
    def step(batch):
        return batch
    for batch in make("x"):
        step(batch)
def quiet(n=0):
    if n:
        return 3
def either(n):
    return make("x") if n else None
def gives(n):
    yield 1
def test_skips():
    make("x")
class Model:
    def fit(self):
        return
@wraps(make)
def wrapped(*args):
    return make(*args)
if __name__ == "__main__":
    main()
"""


@pytest.fixture(autouse=True)
def module(write: Write) -> None:
    write("data.py", DATA)
    write("train.py", TRAIN)


def bound(text: str) -> tuple[Bound, dict[str, object]]:
    target = parse_target(text).as_dict()
    return prepare_target(resolve.walk(resolve.load_module(target), target["steps"]), {}), target


@pytest.mark.parametrize("name", ["main", "main_by_helper", "main_with_a_step", "Model.fit", "Model().fit"])
def test_procedure_is_refused_before_it_is_called(name: str) -> None:
    """By its code and its text, which both have no value to return."""
    prepared, target = bound(f"train:{name}")
    with pytest.raises(Refusal, match="returns nothing, and was not called") as caught:
        makers.refuse_procedure(prepared.procedure, target)

    assert (caught.value.slug, caught.value.exit_code) == ("not-drivable", 3)


def test_a_test_is_called() -> None:
    """It may skip."""
    prepared, target = bound("train:test_skips")
    makers.refuse_procedure(prepared.procedure, target)


@pytest.mark.parametrize("name", ["quiet", "either(1)", "gives(1)", "helper", "ready", "data.Loader", "wrapped(1)"])
def test_what_may_give_batches_is_called(name: str) -> None:
    """A class, what yields, and what returns anything on some way through it."""
    assert bound(f"train:{name}")[0].procedure is None


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("main", ["train:make", "data:Loader.flow", "train:other"]),
        ("main_by_helper", ["train:helper", "train:make", "train:ready", "data:Loader.flow"]),
        ("quiet", ["train:other", "train:gives", "train:ready", "train:make"]),
    ],
)
def test_what_makes_batches_is_named(name: str, first: list[str]) -> None:
    """What the function uses itself comes first, also through the functions that it calls; then the module's others."""
    prepared, _ = bound(f"train:{name}")

    assert makers.makers_in(prepared.written, "train")[: len(first)] == first


def test_hint_is_a_command(write: Write) -> None:
    """Also for the script, where it is one."""
    prepared, target = bound("train.py:quiet")
    said = makers.nothing(prepared.written, target)
    assert "? What makes batches: genaudit run train.py:other; there are train.py:gives, " in said.hint
    assert said.hint.endswith("; or the script as it runs: genaudit run train.py")

    write("bare.py", "def main(): print(1)")
    prepared, target = bound("bare:main")
    assert makers.nothing(prepared.written, target).hint.startswith("does the function lack a yield, or a return?")

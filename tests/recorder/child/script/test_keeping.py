"""What a call makes of a loader that keeps all its batches."""

import gc

import pytest

from genaudit.recorder.child.drivers import open_source
from genaudit.recorder.child.script.keeping import KeptSource


@pytest.mark.parametrize("called", ["cycle", "list", "tuple"])
def test_epochs(called: str) -> None:
    """Each is once through the loader, from its first batch on."""
    source = KeptSource(called, open_source(range(3), None))

    assert [list(source.epoch()) for _ in range(3)] == [[0, 1, 2]] * 3


def test_a_cycle_keeps_what_the_first_epoch_gave() -> None:
    """The loader is asked once; what is kept is found by a walk of references from what an epoch runs over."""
    asked = []

    class Loader:
        def __iter__(self):
            asked.append(1)
            yield from ([number] for number in range(3))

    source = KeptSource("cycle", open_source(Loader(), None))
    first = list(source.epoch())
    again = list(source.epoch())

    assert len(asked) == 1
    assert [id(batch) for batch in first] == [id(batch) for batch in again]
    assert any(batch in gc.get_referents(*gc.get_referents(source.running)) for batch in first)


def test_it_lets_go() -> None:
    """As the end of a program would."""
    source = KeptSource("list", open_source([[1], [2]], None))
    next(source.epoch())
    source.close()

    assert (source.owner, source.running) == (None, None)


def test_it_says_what_the_loader_says() -> None:
    """Its length, among others."""
    inner = open_source([[1], [2]], None)

    assert KeptSource("list", inner).epoch_length() == inner.epoch_length()

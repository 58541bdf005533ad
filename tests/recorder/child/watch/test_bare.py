"""Plain loops that turn out to be over batches."""

from typing import Any

from genaudit.recorder.child.watch.bare import LOOKED_AT, Bare, Looped


class _Told:
    """In place of a watch."""

    is_on = True

    def __init__(self) -> None:
        self.is_busy = False
        self.batch = 0
        self.names: list[str] = []

    def held(self) -> int:
        return 0

    def add(self, found: Any) -> int:
        self.names.append(found.value.gi_code.co_name)
        return 1

    def was(self, _number: int, count: int, *_: Any) -> None:
        self.batch += count

    def pull(self, _number: int, _iterator: Any, call: Any, *arguments: Any) -> Any:
        if self.is_busy:
            return call(*arguments)
        batch = call(*arguments)
        self.batch += 1
        return batch


def _bare() -> tuple[_Told, Any]:
    told = _Told()
    return told, Bare(told, lambda _: False)  # type: ignore[arg-type]


def _large(n: int) -> Any:
    for _ in range(n):
        yield bytes(100_000)


def test_what_gives_large_things_is_watched_from_its_first_on() -> None:
    """Be it counted or zipped."""
    told, bare = _bare()
    assert sum(1 for _ in bare.loop(enumerate(_large(5)))) == 5
    assert (told.names, told.batch) == (["_large"], 5)


def test_small_and_fast_things_are_let_go_of() -> None:
    """A loop over numbers gives all of them, and nobody is told."""
    told, bare = _bare()
    numbers = list(range(3 * LOOKED_AT))
    assert list(bare.loop(number for number in numbers)) == numbers
    assert (told.names, told.batch) == ([], 0)


def test_data_as_a_whole_is_left_alone() -> None:
    """Lists, ranges, dictionaries are given back as they are."""
    _, bare = _bare()
    for value in ([1], range(3), {"a": 1}, "text", zip([1], [2], strict=True)):
        assert bare.loop(value) is value
    assert type(bare.loop(_large(1))) is Looped


def test_next_gives_its_default() -> None:
    """As Python's own."""
    told, bare = _bare()
    one = _large(2)
    assert [bare.following(one, None) is None for _ in range(4)] == [False, False, True, True]
    assert told.batch == 2

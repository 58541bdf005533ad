"""How many items there are, where a function of the size has fewer than it was asked for."""

import msgspec
import pytest

from genaudit.evidence.available import available_items, gives_all, goes_on, has_all, limited
from genaudit.model.marks import DriverMark
from genaudit.model.recording import Trial
from tests import build as made


def trial(items: int, there: int, *, lengths: bool = True, natural: bool = False, kind: str = "function") -> Trial:
    """One that asked for so many items where there are fewer."""
    whole = made.trial(min(items, there), lambda b, e: 0.0, natural=natural, epochs=1)
    assert whole.arguments is not None
    arguments = msgspec.structs.replace(
        whole.arguments,
        items=items,
        dataset_kind=kind,
        lengths={"paths": min(items, there), "classes": 10} if lengths else {},
    )
    return msgspec.structs.replace(whole, items=items, arguments=arguments)


def test_a_list_that_ends_where_the_files_end() -> None:
    """Its length follows the size, and then does not."""
    assert available_items([trial(n, 200) for n in (16, 128, 512)]) == 200


def test_nobody_asked_for_more() -> None:
    """Then nothing is known, and nothing is limited."""
    assert available_items([trial(n, 1000) for n in (16, 128, 512)]) is None


def test_an_argument_of_one_length_shows_nothing() -> None:
    """Ten classes are no data set of ten items."""
    assert available_items([trial(n, 1000, lengths=True) for n in (16, 512)]) is None


def test_epochs_show_it_where_no_argument_does() -> None:
    """By the items of their batches; an epoch that was cut short by us shows nothing."""
    assert available_items([trial(n, 200, lengths=False, natural=True) for n in (16, 128, 512)]) == 200
    assert available_items([trial(n, 200, lengths=False, natural=False) for n in (16, 128, 512)]) is None


def test_an_epoch_may_have_a_fixed_number_of_steps() -> None:
    """The list is as long as was asked for, and the target takes no more than so many of it."""
    cut = []
    for items in (16, 128, 512):
        short = trial(items, 200, lengths=False, natural=True)
        assert short.arguments is not None
        given = msgspec.structs.replace(short.arguments, lengths={"paths": items})
        cut.append(msgspec.structs.replace(short, arguments=given))

    assert available_items(cut) is None


def test_only_a_function_has_an_end() -> None:
    """A list of files is cut by us, to the size that we ask for."""
    assert available_items([trial(n, 200, kind="files") for n in (16, 512)]) is None


@pytest.mark.parametrize(("items", "left"), [(16, 16), (200, 200), (512, 200)])
def test_a_trial_is_one_of_the_items_that_there_were(items: int, left: int) -> None:
    """What it asked for beyond is forgotten."""
    left_over = limited(trial(items, 200), 200)

    assert left_over.items == left
    assert left_over.arguments is not None
    assert left_over.arguments.items == left


def test_a_number_of_the_users_may_be_more_than_there_are() -> None:
    """Epochs show it; that the number is among the arguments does not."""
    assert available_items([trial(n, 200, lengths=False, natural=True, kind="number") for n in (16, 128, 512)]) == 200
    asked = trial(512, 512, lengths=False, kind="number")
    assert asked.arguments is not None
    numbered = msgspec.structs.replace(asked.arguments, arguments={"n": "512"})
    assert not gives_all(msgspec.structs.replace(asked, arguments=numbered))
    handed_on = msgspec.structs.replace(numbered, dataset_kind="function")
    assert gives_all(msgspec.structs.replace(asked, arguments=handed_on))


@pytest.mark.parametrize(
    ("kind", "there"), [("function", None), ("words", None), ("number", None), ("sequence", 512), ("folder", 512)]
)
def test_what_is_made_by_a_number_may_be_more(kind: str, there: int | None) -> None:
    """So larger sizes can be asked for, where the user's own number is the largest that was measured."""
    whole = made.trial(64, lambda batch, epoch: 0.0)
    mark = msgspec.structs.replace(made.arguments(64), dataset_kind=kind)

    assert made.evidence(msgspec.structs.replace(whole, arguments=mark)).items_there == there


@pytest.mark.parametrize(("sizes", "goes"), [((4000, 8000), True), ((4000, 4000), False)], ids=["more", "as much"])
def test_a_file_with_more_in_it_shows_that_there_is_more(sizes: tuple[int, int], goes: bool) -> None:
    """Where no argument has a length, as of a data base."""
    trials = []
    for items, size in zip((64, 512), sizes, strict=True):
        of_file = trial(items, items, lengths=False)
        assert of_file.arguments is not None
        given = msgspec.structs.replace(of_file.arguments, files={"path": size})
        trials.append(msgspec.structs.replace(of_file, arguments=given))

    assert goes_on(trials, 64) is goes


@pytest.mark.parametrize(("batches", "has"), [(64, True), (63, False), (None, False)])
def test_the_length_of_a_loader_tells_that_all_is_there(batches: int | None, has: bool) -> None:
    """Of 512 items in batches of eight."""
    loader = trial(512, 10_000, lengths=False)
    assert loader.arguments is not None
    loader = msgspec.structs.replace(loader, arguments=msgspec.structs.replace(loader.arguments, arguments={}))
    driver = DriverMark(at_s=0.0, kind="loader", epoch_batches=batches)

    assert has_all(msgspec.structs.replace(loader, driver=driver, epochs=[])) is has

"""Paths to what holds most, and what grew between two walks."""

import pytest

from genaudit.evidence.retention.tree import LARGE_BUFFER_BYTES, Tree, held_by, together
from tests.evidence.retention.made import Step, generator, images, walk


def names(steps: list) -> list[str]:
    """Names of the steps, or their classes where they have none."""
    return [step.name or step.type for step in steps]


def test_a_path_leads_from_the_source_to_the_payload() -> None:
    """What a container holds counts whole."""
    (held,) = Tree(walk(generator(images(4000, 10), n_bytes=4100))).holdings()

    assert names(held.steps) == ["generate", "images", "ndarray"]
    assert (held.bytes, held.entries, held.payload.detail) == (4000, 10, "64x64 uint8")
    assert held.container is not None
    assert held.container.name == "images"
    assert held.is_named


def test_names_beside_each_other_are_holders_of_their_own() -> None:
    """The largest first; what is a tenth of all or less is none."""
    tree = Tree(
        walk(generator(images(3000, 10), images(6000, 20, name="masks"), images(400, 5, name="few"), n_bytes=9500))
    )

    assert [(held.named[-1].name, held.bytes) for held in tree.holdings()] == [("masks", 6000), ("images", 3000)]


def test_parts_of_entries_are_not_held_by_themselves() -> None:
    """A list of samples with an image and a mask is one holder: the list; the path ends where it forks."""
    sample = Step(
        *("entry", "", "data.Sample", 9900),
        Step("attribute", "image", "ndarray", 5000, count=10),
        Step("attribute", "mask", "ndarray", 4800, count=10),
        count=10,
    )
    samples = Step("variable", "samples", "list", 10_000, sample, entries=10)
    (held,) = Tree(walk(generator(samples, n_bytes=10_100))).holdings()

    assert names(held.steps) == ["generate", "samples", "data.Sample"]
    assert held.bytes == 10_000


def test_the_largest_part_of_entries_is_followed() -> None:
    """Tuples of an image and a label: the path ends with the image, and has the bytes of the list."""
    pair = Step("entry", "", "tuple", 9900, Step("entry", "", "ndarray", 9500, count=10), count=10)
    (held,) = Tree(
        walk(generator(Step("variable", "pairs", "list", 10_000, pair, entries=10), n_bytes=10_100))
    ).holdings()

    assert names(held.steps) == ["generate", "pairs", "tuple", "ndarray"]
    assert held.bytes == 10_000


def test_what_grew_is_the_difference_of_two_walks() -> None:
    """By the same path; what did not grow is no holder of it."""
    first = walk(generator(images(5000, 10), images(100, 1, name="kept"), n_bytes=5200))
    last = walk(generator(images(5000, 10), images(1600, 16, name="kept"), n_bytes=6700), at="end", batch=16)
    tree = Tree(last, before=first)
    (grown,) = tree.holdings()

    assert (grown.named[-1].name, grown.bytes, grown.entries) == ("kept", 1500, 15)
    assert tree.n_bytes == 1500


def test_what_was_not_there_before_grew_whole() -> None:
    """A path without an earlier one."""
    (grown,) = Tree(walk(generator(images(900, 9), n_bytes=950), batch=9), before=walk()).holdings()

    assert (grown.bytes, grown.entries) == (900, 9)


def test_of_lists_in_a_list_the_outer_one_grows() -> None:
    """Each batch is a list of its own, that gains nothing."""

    def log(n: int) -> Step:
        inner = Step(
            "entry", "", "list", 950 * n, Step("entry", "", "str", 900 * n, count=50 * n), entries=50 * n, count=n
        )
        return generator(Step("variable", "log", "list", 1000 * n, inner, entries=n), n_bytes=1000 * n)

    (grown,) = Tree(walk(log(16), batch=16), before=walk(log(1))).holdings()

    assert grown.container is not None
    assert (grown.container.name, grown.entries) == ("log", 15)


def test_a_single_entry_is_not_what_grows() -> None:
    """A handler that is added once holds the buffer that grows."""

    def logging(handlers: int, records: int) -> Step:
        buffer = images(100 * records, records, name="buffer", kind="attribute")
        handler = Step("entry", "", "MemoryHandler", 100 * records, buffer)
        return generator(
            Step("variable", "handlers", "list", 100 * records, handler, entries=handlers), n_bytes=200 * records
        )

    (grown,) = Tree(walk(logging(2, 16), batch=16), before=walk(logging(1, 1))).holdings()

    assert (grown.container and grown.container.name, grown.entries) == ("buffer", 15)


def test_what_was_too_small_for_the_earlier_walk_did_not_grow() -> None:
    """The list of handlers was there all along, with its one handler; that is told from the list of records."""

    def logger(*below: Step, n_bytes: int) -> Step:
        handler = Step("entry", "", "shop.data.Collecting", n_bytes, *below)
        handlers = Step("attribute", "handlers", "list", n_bytes, handler, entries=1)
        return Step("module", "shop.data", "module", n_bytes, Step("variable", "logger", "Logger", n_bytes, handlers))

    records = images(1600, 16, name="records", kind="attribute")
    first, last = walk(Step("module", "shop.data", "module", 100)), walk(logger(records, n_bytes=1700), batch=16)
    (grown,) = Tree(last, before=first).holdings()

    assert grown.container is not None
    assert (grown.container.name, grown.entries) == ("records", 16)
    assert grown.steps[grown.holder].name == "records"


def test_a_tree_that_lost_everything_has_no_holders() -> None:
    """A buffer that drained."""
    full, empty = walk(generator(images(900, 9), n_bytes=950)), walk(generator(images(100, 1), n_bytes=150), batch=9)

    assert Tree(empty, before=full).holdings() == []


def test_workers_that_hold_the_same_are_one_holder() -> None:
    """By the path, whichever process has it."""
    marks = [walk(generator(images(1000, 10), n_bytes=1100), pid=pid) for pid in (7, 8)]
    (held,) = together([held for mark in marks for held in Tree(mark).holdings()])

    assert (held.bytes, held.entries) == (2000, 20)


@pytest.mark.parametrize(
    ("each", "detail", "times"),
    [
        pytest.param(LARGE_BUFFER_BYTES, "64x256x4 uint8", 1, id="a large array"),
        pytest.param(LARGE_BUFFER_BYTES - 1, "64x256x4 uint8", 3, id="a small one lies beside others"),
        pytest.param(LARGE_BUFFER_BYTES, "", 3, id="objects"),
    ],
)
def test_forks_share_the_pages_of_large_arrays(each: int, detail: str, times: int) -> None:
    """To them nothing is written. What the process itself does not have, each of its workers has made."""

    def table(name: str) -> Step:
        return Step("variable", name, "ndarray", 9 * each, detail=detail, data_bytes=9 * each, count=9)

    own = walk(generator(table("data"), n_bytes=9 * each))
    workers = [walk(generator(table("data"), n_bytes=9 * each), pid=pid) for pid in (7, 8)]
    apart = [walk(generator(table("made"), n_bytes=9 * each), pid=pid) for pid in (7, 8)]

    (held,) = held_by([own, *workers])
    assert (held.bytes, held.processes) == (times * 9 * each, times)
    assert [(one.named[-1].name, one.processes) for one in held_by([own, *apart])] == [("made", 2), ("data", 1)]

"""A list of loaded items taken apart, and what must not be."""

import textwrap

import pytest

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.load_where_used import LoadWhereUsed


def proposed(text: str, line: int = 2, holders: tuple[str, ...] = ("images",)) -> str:
    """The new text."""
    answer = LoadWhereUsed().propose(textwrap.dedent(text), Fault(code="GA101", line=line, holders=holders))
    assert isinstance(answer, Proposal), answer
    compile(answer.text, "data.py", "exec")
    return answer.text


def refused(text: str, line: int = 2) -> str:
    """Why there is none."""
    answer = LoadWhereUsed().propose(textwrap.dedent(text), Fault(code="GA101", line=line, holders=("images",)))
    assert isinstance(answer, Refusal)
    assert answer.is_near
    return answer.reason


def test_every_use_loads_what_it_needs() -> None:
    """Comments, blanks and quotes stay as they are."""
    text = """\
    def gen(paths, n):
        images = [load(path, "rgb") for path in paths]  # all of them
        first = images[0]
        while True:  # for ever
            random.shuffle(images)
            for image in images: yield image
            for image, label in zip(images, LABELS): yield image, label
            yield images[2 : 4], len( images )
            yield random.choice(images), random.sample(images, 2)
    """
    assert proposed(text) == textwrap.dedent(
        """\
    def gen(paths, n):
        image_paths = list(paths)  # all of them
        first = load(image_paths[0], "rgb")
        while True:  # for ever
            random.shuffle(image_paths)
            for image in (load(path, "rgb") for path in image_paths): yield image
            for image, label in zip((load(path, "rgb") for path in image_paths), LABELS): yield image, label
            yield [load(path, "rgb") for path in image_paths[2 : 4]], len( image_paths )
            yield load(random.choice(image_paths), "rgb"), [load(path, "rgb") for path in random.sample(image_paths, 2)]
    """
    )


def test_a_sequence_that_nobody_changes_is_used_as_it_is() -> None:
    """Its annotation says so; any other argument is copied, as its owner may reorder it."""
    text = "def gen(paths: {}, n):\n    images = [load(path) for path in paths]\n    yield images[:n]\n"

    assert "yield [load(path) for path in paths[:n]]" in proposed(text.format("Sequence[str]"))
    assert "image_paths = list(paths)" in proposed(text.format("list[str]"))


def test_an_array_of_all_is_an_array_of_some() -> None:
    """With the arguments of the call."""
    text = """\
    def gen(paths, n):
        images = np.array([load(path) for path in paths], dtype="f4")
        for at in range(0, images.shape[0], n):
            yield images[at : at + n] / 255
    """
    new = proposed(text)

    assert "range(0, len(image_paths), n)" in new
    assert 'yield np.array([load(path) for path in image_paths[at : at + n]], dtype="f4") / 255' in new


def test_an_attribute_of_a_loop_becomes_a_method() -> None:
    """The loop keeps what it does besides, and values of the constructor are kept on the object."""
    text = """\
    class Photos:
        def __init__(self, rows, size):
            self.images, other = None, 1
    """
    assert "used as a whole" in refused(text + "        self.images = [load(row) for row in rows]\n", line=4)
    text = """\
    class Photos:
        def __init__(self, rows, size):
            self.images = []
            self.labels = []
            for path, label in rows:
                with Image.open(path) as image:
                    self.images.append(np.array(image.resize(size)))
                self.labels.append(label)

        def __getitem__(self, at):
            return self.images[at], self.labels[at]
    """
    assert proposed(text, line=7) == textwrap.dedent("""\
    class Photos:
        def __init__(self, rows, size):
            self.paths = []
            self._size = size
            self.labels = []
            for path, label in rows:
                self.paths.append(path)
                self.labels.append(label)

        def _load_image(self, path):
            with Image.open(path) as image:
                return np.array(image.resize(self._size))

        def __getitem__(self, at):
            return self._load_image(self.paths[at]), self.labels[at]
    """)


LOADED = "def gen(paths, n):\n    images = [load(path, n) for path in paths]\n"
REFUSED = {
    "handed on": (LOADED + "    yield stack(images)\n", "images is used as a whole: yield stack(images)"),
    "kept elsewhere": (LOADED + "    ALL.extend(images)\n", "images is used as a whole"),
    "changed in place": (LOADED + "    for image in images:\n        image += 1\n        yield image\n", "in place"),
    "item put in": (LOADED + "    images[0] = 0\n    yield images[1]\n", "put in or taken out"),
    "another value later": (LOADED + "    n = 3\n    yield images[0]\n", "n, which items of images are made of, gets"),
    "drawn at random": (
        "def gen(paths):\n    images = [crop(load(p), random.random()) for p in paths]\n    yield images[0]\n",
        "made with random numbers",
    ),
    "what comes next": (
        "def gen(paths, file):\n    images = [parse(p, file.readline()) for p in paths]\n    yield images[0]\n",
        "what comes next in file",
    ),
    "nothing is loaded": (
        "def gen(paths):\n    images = [p for p in paths]\n    yield images[0]\n",
        "nothing is loaded",
    ),
    "not of the loop": (
        "def gen(n):\n    images = [make() for _ in range(n)]\n    yield images[0]\n",
        "are not made of what the loop goes over",
    ),
    "one or many": (
        "def gen(paths, at):\n    images = np.stack([load(p) for p in paths])\n    yield images[at]\n",
        "whether at is one place or many is not known",
    ),
    "outside of its block": (
        "def gen(paths):\n    if paths:\n        images = [load(p) for p in paths]\n    yield images[0]\n",
        "used outside of the block",
    ),
    "ends early": (
        "def gen(paths):\n    images = []\n    for p in paths:\n        if not p:\n            break\n"
        "        images.append(load(p))\n    yield images[0]\n",
        "may end before its last item",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_not_be_the_same_is_refused(case: str) -> None:
    """The reason names what stands in the way."""
    text, reason = REFUSED[case]

    assert reason in refused(text, line=3 if "block" in case else 2)


def test_another_name_for_what_the_constructor_had() -> None:
    """A method whose own variable hides what items are made of."""
    text = """\
    class Photos:
        def __init__(self, paths):
            self.images = [load(path) for path in paths]
        def __getitem__(self, at):
            load = 3
            return self.images[at] * load
    """
    assert "load is something else in __getitem__" in refused(text, line=3)


def test_nothing_of_its_kind_is_there() -> None:
    """Then another rewrite's reason is the one to show."""
    answer = LoadWhereUsed().propose("x = 1\n", Fault(code="GA101", line=1))

    assert isinstance(answer, Refusal)
    assert not answer.is_near


LOADER = """\
def load_all(paths, size):
    out = []
    for path in paths:
        out.append(resized(load(path), size))
    return out


def gen(files, size{}):
    images = load_all(sorted(files), {})
    yield images[3]
"""


def test_what_a_function_of_the_file_loads_is_loaded_where_it_is_used() -> None:
    """The function stays, for whoever else calls it."""
    new = proposed(LOADER.format("", "size"), line=4)

    assert new.startswith(LOADER.partition("def gen")[0])
    assert new.endswith("    image_paths = sorted(files)\n    yield resized(load(image_paths[3]), size)\n")
    # Another "load" there, or a value that would be made again for each item.
    assert "out is used as a whole" in refused(LOADER.format(", load", "size"), line=4)
    assert "out is used as a whole" in refused(LOADER.format("", "make()"), line=4)


def test_slices_by_name_and_items_of_an_array() -> None:
    """A name that is a slice gives many, what __getitem__ is asked for gives one."""
    text = """\
    class Photos:
        def __init__(self, paths):
            self.images = np.stack([load(path) for path in paths])
        def __getitem__(self, at):
            part = slice(at, at + 2)
            return self.images[at], self.images[part]
    """
    new = proposed(text, line=3)

    assert "np.stack([load(self.image_paths[at])])[0]" in new
    assert "np.stack([load(path) for path in self.image_paths[part]])" in new


def test_a_loop_over_a_part_loads_one_after_the_other() -> None:
    """A list of a half of all would be as bad."""
    text = "def gen(paths):\n    images = [load(path) for path in paths]\n    for image in images[::2]: yield image\n"

    assert "for image in (load(path) for path in image_paths[::2]):" in proposed(text)


def test_an_array_that_is_filled_is_made_for_a_batch() -> None:
    """Its type is kept; one that has another number of rows is not known to be full."""
    text = """\
    def gen(paths, n):
        images = np.empty((len(paths), 32, 32), np.uint8)
        for at, path in enumerate(paths):
            images[at] = load(path)
        for start in range(0, len(images), n):
            yield images[start : start + n]
    """
    assert proposed(text, line=4) == textwrap.dedent("""\
    def gen(paths, n):
        image_paths = list(paths)
        for start in range(0, len(image_paths), n):
            yield np.array([load(path) for path in image_paths[start : start + n]], dtype=np.uint8)
    """)
    answer = LoadWhereUsed().propose(
        textwrap.dedent(text.replace("len(paths), 32", "n, 32")), Fault(code="GA101", line=4)
    )
    assert isinstance(answer, Refusal)


def test_what_would_make_a_line_too_long_has_a_line_of_its_own() -> None:
    """Under the name that the list had; where a part of a statement may not be evaluated, it stays in it."""
    text = """\
    def gen(paths, number_of_items_in_a_batch):
        images = [np.asarray(Image.open(path)) for path in paths]
        for start in range(0, len(images), number_of_items_in_a_batch):
            yield np.stack(images[start : start + number_of_items_in_a_batch]) / 255{}
    """
    loaded = "[np.asarray(Image.open(path)) for path in image_paths[start : start + number_of_items_in_a_batch]]"

    assert f"        images = {loaded}\n        yield np.stack(images) / 255\n" in proposed(text.format(""))
    assert f"        yield np.stack({loaded}) / 255 if start" in proposed(text.format(" if start else 0"))

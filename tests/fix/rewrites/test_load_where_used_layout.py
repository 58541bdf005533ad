r"""Comments, blanks and line endings around a list that is taken apart: all that is not changed stays as it is.

Every text is what somebody wrote by hand, so that each ``\t`` and each comment is where people put it.
"""

from __future__ import annotations

import re

import pytest

pytest.importorskip("libcst")

from genaudit.fix import texts
from genaudit.fix.rewrites.base import Fault, Proposal
from genaudit.fix.rewrites.load_where_used import LoadWhereUsed
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = LoadWhereUsed()


def comments(text: str) -> list[str]:
    """Every comment, in an order of its own."""
    return sorted(re.findall(r"#.*", text))


def test_no_comment_inside_the_list_or_its_uses_is_lost() -> None:
    """Those of what goes stand above what takes its place; a type comment would type another thing."""
    check(
        REWRITE,
        """\
        def gen(paths, n):
            # all of them
            images = [  # here
                # decoded
                load(path)  # slow
                for path in sorted(  # by name
                    paths
                )  # end
            ]  # type: list[Image]

            # batches
            for at in range(0, len(images), n):  # go
                yield images[  # from
                    at : at + n  # to
                ], images[
                    # the last
                    -1
                ]; print(len(images)); yield (
                    images[0]  # first
                )
        """,
        """\
        def gen(paths, n):
            # all of them
            # here
            # decoded
            # slow
            # end
            image_paths = sorted(  # by name
                    paths
                )

            # batches
            for at in range(0, len(image_paths), n):  # go
                yield [load(path) for path in image_paths[  # from
                    at : at + n  # to
                ]], load(image_paths[
                    # the last
                    -1
                ]); print(len(image_paths)); yield (
                    load(image_paths[0])  # first
                )
        """,
    )


def test_what_is_indented_by_tabs_stays_so() -> None:
    """The statements that make an item go into a function with all that is said of them, also inside ``match``."""
    before = """\
def gen(paths, n):
\timages = []  # here
\tlabels = []

\t# one after the other
\tfor path in paths:  # all
\t\t# open it
\t\twith open(path) as file:  # closed at once
\t\t\t# decode
\t\t\timages.append(decode(file))  # slow
\t# one array
\timages = np.array(images)  # whole
\tfor k in range(3):
\t\tmatch k:
\t\t\tcase 0 if len(images) > 1:
\t\t\t\tyield images[k]  # the one
\t\t\tcase _:
\t\t\t\tyield images[k:k+1], labels
"""
    after = """\
def gen(paths, n):
\t# one after the other
\t# all
\t# one array
\t# whole
\timage_paths = list(paths)  # here

\tdef load_image(path):
\t\t# open it
\t\twith open(path) as file:  # closed at once
\t\t\t# decode
\t\t\treturn decode(file)  # slow

\tlabels = []
\tfor k in range(3):
\t\tmatch k:
\t\t\tcase 0 if len(image_paths) > 1:
\t\t\t\tyield np.array([load_image(image_paths[k])])[0]  # the one
\t\t\tcase _:
\t\t\t\tyield np.array([load_image(path) for path in image_paths[k:k+1]]), labels
"""
    assert rewritten(REWRITE, before) == after
    assert comments(after) == comments(before)


def test_a_decorated_method_that_does_more_on_its_lines() -> None:
    """A text of several lines is no code to indent, and of statements that share a line only the one goes."""
    before = '''\
class Photos:
    @timed(every=1)  # seconds
    def __init__(self, rows, size):
        self.images = []  # here
        self.labels = []
        for path, label, k in rows:  # each
            model = """a
  b"""
            # read
            image = load(path, model)  # decoded
            image = crop(image, size, k); self.images.append(image)  # kept
            self.labels.append(label)  # label
        # done

    # the first of all
    @property
    def first(self):
        return self.images[0]
'''
    after = '''\
class Photos:
    @timed(every=1)  # seconds
    def __init__(self, rows, size):
        self.image_sources = []  # here
        self._size = size
        self.labels = []
        for path, label, k in rows:  # each
            self.image_sources.append((path, k))  # kept
            self.labels.append(label)  # label
        # done

    def _load_image(self, source):
        path, k = source
        model = """a
  b"""
        # read
        image = load(path, model)  # decoded
        image = crop(image, self._size, k)
        return image

    # the first of all
    @property
    def first(self):
        return self._load_image(self.image_sources[0])
'''
    assert rewritten(REWRITE, before) == after
    assert comments(after) == comments(before)


def test_an_item_of_several_lines_is_made_by_a_function() -> None:
    """What is said inside of it goes there, what is said around it stays."""
    before = """\
        def gen(paths):
            images = [
                # decoded
                load(
                    path,  # the file
                    (2, 2),
                )
                for path in paths  # here
            ]
            for image in images:
                yield image
        """
    new = rewritten(REWRITE, before)

    assert "    # decoded\n    # here\n    image_paths = list(paths)\n\n    def load_image(path):\n" in new
    assert comments(new) == comments(before)
    assert new.endswith("\n\n    for image in map(load_image, image_paths):\n        yield image\n")


def test_a_loop_on_one_line() -> None:
    """One that goes altogether, and one that does more."""
    text = """\
        def gen(rows):
            images = []
            for path, size in rows:
                image = load(path); print(size); images.append(crop(image, size))  # here
            yield images[0]
            # the end
        """
    check(
        REWRITE,
        text,
        """\
        def gen(rows):
            image_sources = []

            def load_image(source):
                path, size = source
                image = load(path)
                return crop(image, size)

            for path, size in rows:
                print(size); image_sources.append((path, size))  # here
            yield load_image(image_sources[0])
            # the end
        """,
    )
    check(
        REWRITE,
        """\
        def gen(paths):
            images = []
            for path in paths: images.append(load(path))  # here
            yield images[0]
        """,
        """\
        def gen(paths):
            # here
            image_paths = list(paths)
            yield load(image_paths[0])
        """,
    )


def test_a_list_that_shares_its_line() -> None:
    """It is not known where a function could go."""
    text = "def gen(paths):\n    images = [load(path) for path in paths]; at = 1  # here\n    yield images[at]\n"

    assert refused(REWRITE, text) == "several statements are on one line where images is made"


def test_nothing_takes_its_place() -> None:
    """What is said above the list is kept; what is said behind it was said of it."""
    check(
        REWRITE,
        """\
        def gen(paths: tuple[str, ...]):
            # once for all
            images = [load(path) for path in paths]  # here
            # the first
            yield images[0]
        """,
        """\
        def gen(paths: tuple[str, ...]):
            # once for all
            # the first
            yield load(paths[0])
        """,
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "mark"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_the_bytes_of_a_file(ending: str, mark: bytes) -> None:
    """Byte order mark, line endings, letters of any alphabet, and no line feed at the end."""
    before = """\
# Größe
def gen(pfade, größe):
\timages = [
\t\tlade(pfad)  # Bild
\t\tfor pfad in pfade
\t]

\tyield images[größe], 'ß'  # ein Bild"""
    after = """\
# Größe
def gen(pfade, größe):
\t# Bild
\tpfads = list(pfade)

\tyield lade(pfads[größe]), 'ß'  # ein Bild"""
    file = texts.read(mark + before.replace("\n", ending).encode())

    answer = REWRITE.propose(file.text, Fault(code="GA101", line=4))

    assert isinstance(answer, Proposal), answer
    assert file.encoded(answer.text) == mark + after.replace("\n", ending).encode()


def test_what_is_asked_of_a_name_of_the_same_letters_is_left_alone() -> None:
    """Keywords, attributes of others and parameters of lambdas are no names of the list or of what it is made of."""
    new = rewritten(
        REWRITE,
        """\
        class Photos:
            def __init__(self, paths, size):
                self.images = [load(path, size=size) for path in paths]  # here

            def __getitem__(self, at):
                return show(images=self.images[at], size=self.other.size)
        """,
    )

    assert "load(self.image_paths[at], size=self._size)" in new
    assert new.endswith("return show(images=load(self.image_paths[at], size=self._size), size=self.other.size)\n")


def test_a_choice_of_many_is_no_choice_of_one() -> None:
    """``choice`` with a number gives several."""
    text = "def gen(paths):\n    images = [load(path) for path in paths]  # here\n    yield rng.choice(images, 4)\n"

    assert refused(REWRITE, text) == "images is used as a whole: yield rng.choice(images, 4)"


def test_a_list_that_is_asked_for_by_a_string() -> None:
    """Nothing tells what is done with it."""
    text = """\
        class Photos:
            def __init__(self, paths):
                self.images = [load(path) for path in paths]  # here

            def __getitem__(self, at):
                return getattr(self, "images")[at], self.images[at]
        """

    assert '"images" is used outside of Photos' in refused(REWRITE, text)

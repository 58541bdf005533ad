"""Fixes: what is certain is fixed, all else stays as it is, and the program does the same."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("libcst")

from genaudit.fix.certain import fix_files, fix_text
from genaudit.lint import lint_paths, lint_source


def fixed(text: str, cache_size: int | None = None) -> str:
    source = textwrap.dedent(text)
    lines: dict[str, set[int]] = {}
    for outcome in lint_source(source, "x.py"):
        assert outcome.location is not None
        lines.setdefault(outcome.code, set()).add(outcome.location.line)
    return fix_text(source, lines, cache_size)[0]


def check(before: str, after: str, cache_size: int | None = None) -> None:
    assert fixed(before, cache_size) == textwrap.dedent(after)


DATASET = """
import numpy as np
from torch.utils.data import Dataset


class D(Dataset):
    def __init__(self, path):
        self.x = {load}  # é, kept

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return {use}
"""


@pytest.mark.parametrize(
    ("load", "use"),
    [
        pytest.param('np.load("é.npy")', "self.x[i].astype('float32')", id="what is cast of a map is one"),
        pytest.param('np.load("é.npy")', "np.array(self.x[i])", id="what else reads the attribute is not known"),
        pytest.param('np.load("x.npz")', "np.array(self.x[i])", id="an archive cannot be mapped"),
        pytest.param("np.load(path)", "np.array(self.x[i])", id="it may be a file object or an archive"),
        pytest.param('np.load("x.npy")', "self.x[i]", id="a part handed out could be written to"),
        pytest.param('np.load("x.npy")', "np.array(shuffled(self.x)[i])", id="the whole goes elsewhere"),
        pytest.param('np.load("x.npy", allow_pickle=True)', "np.array(self.x[i])", id="objects cannot be mapped"),
        pytest.param('np.load("x.npy").copy()', "np.array(self.x[i])", id="not what is assigned"),
    ],
)
def test_no_memory_map(load: str, use: str) -> None:
    """A ``numpy.memmap`` is another type than an array: that is advice, and no fix."""
    text = DATASET.format(load=load, use=use)

    check(text, text)


def test_with_image_open() -> None:
    """Pixels copied at once: the file can be closed after the statement. Comments stay."""
    before = '''
    import numpy as np
    from PIL import Image


    class D:
        """Images."""

        def __init__(self, paths):
            self.paths = paths

        def __len__(self):
            return len(self.paths)

        def __getitem__(self, i):
            # one image
            image = Image.open(self.paths[i]).convert("RGB")  # three bytes
            other = Image.open(self.paths[i])
            if i: return np.array(Image.open(self.paths[i]))
            return np.asarray(Image.open(self.paths[i])), image, other
    '''
    after = before.replace(
        '            image = Image.open(self.paths[i]).convert("RGB")  # three bytes\n',
        "            with Image.open(self.paths[i]) as opened:\n"
        '                image = opened.convert("RGB")  # three bytes\n',
    )

    check(before, after)


CACHED = """
import functools
import cv2


{decorator}
def load(path):
    return cv2.imread(path)
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@functools.cache", "@functools.lru_cache(maxsize=64)"),
        ("@functools.lru_cache(maxsize=None)", "@functools.lru_cache(maxsize=64)"),
        ("@functools.lru_cache(None, typed=True)", "@functools.lru_cache(maxsize=64, typed=True)"),
    ],
)
def test_cache_gets_the_number_asked_for(before: str, after: str) -> None:
    """Without a number it stays as it is."""
    check(CACHED.format(decorator=before), CACHED.format(decorator=after), cache_size=64)
    check(CACHED.format(decorator=before), CACHED.format(decorator=before))


def test_loads_that_are_only_iterated() -> None:
    """A list in the head of a loop becomes a generator expression, if nothing could notice."""
    text = """
    import cv2


    def g(paths):
        for image in {iterable}:  # each
            yield image


    def h(paths):
        for image in [cv2.imread(p) for p in paths]:
            paths.pop()
            yield image


    def k(paths):
        for image in [print(p) or cv2.imread(p) for p in paths]:
            yield image
    """

    check(
        text.format(iterable="[cv2.imread(p) for p in paths]"), text.format(iterable="(cv2.imread(p) for p in paths)")
    )


BOUND = """
import cv2


def {name}(paths):
    {before}
    images = {load}
    {between}for image in images:
        yield image
    {after}
"""


def bound(
    load: str = "[cv2.imread(p) for p in paths]",
    *,
    name: str = "g",
    before: str = "pass",
    between: str = "",
    after: str = "pass",
) -> str:
    return BOUND.format(load=load, name=name, before=before, between=between, after=after)


def test_a_list_that_only_the_next_loop_uses() -> None:
    """Uses are counted in the function: another one of the file may call something else by the same name."""
    lazy = "(cv2.imread(p) for p in paths)"

    check(bound() + bound(name="h"), bound(lazy) + bound(lazy, name="h"))


@pytest.mark.parametrize(
    "made",
    [
        "cv2.imread(os.path.join(root, p)) for p in paths",
        "np.array(Image.open(p)) for p in paths",
        "np.asarray(Image.open(os.path.join(root, p)), dtype=np.uint8) for p in paths",
    ],
)
def test_paths_put_together_and_pixels_made_arrays(made: str) -> None:
    """Nothing notices when either is done."""
    head = "import os\nimport numpy as np\nfrom PIL import Image\nroot = 'photos'\n"

    check(head + bound(f"[{made}]"), head + bound(f"({made})"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(bound(after="print(len(images))"), id="used again"),
        pytest.param(bound(before="images = []"), id="given before"),
        pytest.param(bound(before="global images"), id="of the module"),
        pytest.param(bound(after="def late(): return images"), id="kept by another function"),
        pytest.param(bound(after="print(locals())"), id="names are looked up"),
        pytest.param(bound(between="paths.sort()\n    "), id="something happens in between"),
        pytest.param(bound("[print(p) or cv2.imread(p) for p in paths]"), id="not only loads"),
        pytest.param(bound("[cv2.imread(next(p)) for p in paths]"), id="a path that is taken from somewhere"),
        pytest.param(bound().replace("yield image", "yield image, len(paths)"), id="the loop has what it is made of"),
        pytest.param(bound().replace("images = ", "images = kept = "), id="two names"),
        pytest.param(bound().replace("images = ", "images: list = "), id="said to be a list"),
    ],
)
def test_a_list_that_something_else_may_use(text: str) -> None:
    """It stays a list."""
    check(text, text)


def test_mended_code_makes_the_same_batches(tmp_path: Path) -> None:
    """Run before and after, on files."""
    rng = np.random.default_rng(0)
    for n in range(3):
        Image.fromarray(rng.integers(0, 255, (4, 4, 3), np.uint8)).save(tmp_path / f"{n}.png")
    before = """
    import cv2
    import numpy as np
    from PIL import Image


    def g(paths):
        for image in [cv2.imread(p) for p in paths]:
            yield image


    class I:
        def __init__(self, paths):
            self.paths = paths

        def __len__(self):
            return len(self.paths)

        def __getitem__(self, i):
            image = Image.open(self.paths[i]).convert("L")
            return np.asarray(image)
    """
    after = fixed(before)
    assert after.count("in (cv2.imread") == after.count("with Image.open") == 1
    paths = [str(tmp_path / f"{n}.png") for n in range(3)]
    results = []
    for text in (textwrap.dedent(before), after):
        space: dict[str, Any] = {}
        exec(text, space)
        results.append([*space["g"](paths), *(space["I"](paths)[k] for k in range(3))])

    assert all(type(a) is type(b) and np.array_equal(a, b) for a, b in zip(*results, strict=True))


OF_WINDOWS = """# -*- coding: latin-1 -*-
from PIL import Image

class D:
    def __init__(self, paths):
        self.paths = paths  # é

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        image = Image.open(self.paths[i]).convert("RGB")
        return image
"""


def test_a_file_keeps_its_line_ends_and_its_encoding(tmp_path: Path) -> None:
    """As with genaudit fix, whose way of writing it is."""
    (tmp_path / "data.py").write_bytes(OF_WINDOWS.replace("\n", "\r\n").encode("latin-1"))

    (file,) = fix_files(lint_paths([str(tmp_path / "data.py")]).outcomes)

    line = '        image = Image.open(self.paths[i]).convert("RGB")\n'
    new = '        with Image.open(self.paths[i]) as opened:\n            image = opened.convert("RGB")\n'
    assert line in OF_WINDOWS
    assert file.content == OF_WINDOWS.replace(line, new).replace("\n", "\r\n").encode("latin-1")
    assert file.n_fixes == 1

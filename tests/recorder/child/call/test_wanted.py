"""What to type for an argument without a value: by its name, and by what the code reads of it."""

from typing import Any

import pytest

from genaudit.recorder.child.call.method import with_object
from genaudit.recorder.child.call.signature import signature_of
from genaudit.recorder.child.call.wanted import words_for


def takes_names(paths: Any, root: Any, x: Any, size: Any) -> Any:
    """Nothing is read of them."""
    yield paths, root, x, size


def takes_fields(args: Any) -> Any:
    """Attributes, in the order in which they are read."""
    yield args.root, args.size, args.root


def takes_keys(cfg: Any) -> Any:
    """Entries by their names."""
    yield cfg["root"], cfg["size"]


def takes_an_object(loader: Any, rows: Any) -> Any:
    """A method is called, and an entry is asked for by a number."""
    yield loader.read(), rows[0], rows["name"]


class Configured:
    """A class that takes a configuration."""

    def __init__(self, opt: Any) -> None:
        self.root = opt.root

    def flow(self) -> Any:
        """Batches."""
        yield self.root


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (takes_names, ["--arg 'paths=glob:FOLDER/*'", "--arg root=FOLDER", "--arg x=npy:FILE", "--arg size=…"]),
        (takes_fields, ["--arg args=ns:root=…,size=… (or yaml:FILE)"]),
        (takes_keys, ["""--arg 'cfg={"root": …, "size": …}' (or yaml:FILE)"""]),
        (takes_an_object, ["--arg loader=…", "--arg rows=…"]),
        (Configured, ["--arg opt=ns:root=… (or yaml:FILE)"]),
        (with_object(Configured, "flow", Configured.flow), ["--arg opt=ns:root=… (or yaml:FILE)"]),
        (dict, []),
    ],
)
def test_words(function: Any, words: list[str]) -> None:
    """Each parameter has words of its own."""
    assert [words_for(parameter, function) for parameter in signature_of(function).named.values()] == words

"""A method named by its class gets its object from those arguments that the constructor takes."""

import pytest

from genaudit.recorder.argument_text import parse_argument
from genaudit.recorder.child.call import resolve
from genaudit.recorder.child.call.arguments import Bound, prepare_target
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.target import parse_target
from tests.recorder.child.conftest import Write

SOURCE = """
made = []
class Loader:
    def __init__(self, root, batch_size=8, **options):
        made.append(self)
        self.root, self.batch_size, self.options = root, batch_size, options
    def flow(self, batch_size, scale=1):
        yield self.root, self.batch_size, self.options, batch_size, scale
    @classmethod
    def from_text(cls, text):
        return cls(text).flow(1)
    @staticmethod
    def plain(root):
        yield root
class Derived(Loader):
    def __init__(self, root, /):
        super().__init__(root)
    def rest(self, *, x, **more):
        yield self.root, x, more
class Outer:
    class Inner:
        def flow(self):
            yield 1
"""


def bound(text: str, *arguments: str) -> Bound:
    target = parse_target(text).as_dict()
    walked = resolve.walk(resolve.load_module(target), target["steps"])
    return prepare_target(walked, {"arguments": [parse_argument(one) for one in arguments]})


@pytest.fixture(autouse=True)
def module(write: Write) -> None:
    write("methods.py", SOURCE)


@pytest.mark.parametrize(
    ("text", "arguments", "first"),
    [
        ("methods:Loader.flow", ["root=r", "batch_size=2"], ("r", 2, {}, 2, 1)),
        ("methods:Loader.flow", ["root=r", "batch_size=2", "scale=3", "extra=4"], ("r", 2, {"extra": 4}, 2, 3)),
        ("methods:Loader.flow(5)", ["root=r"], ("r", 5, {}, 5, 1)),
        ("methods:Loader.flow(5, scale=6)", ["root=r"], ("r", 5, {}, 5, 6)),
        ("methods:Derived.rest", ["root=r", "x=1", "y=2"], ("r", 1, {"y": 2})),
        ("methods:Loader.from_text", ["text=t"], ("t", 8, {}, 1, 1)),
        ("methods:Loader.plain", ["root=r"], "r"),
        ("methods:Outer.Inner.flow", [], 1),
    ],
)
def test_arguments_go_where_they_are_taken(text: str, arguments: list[str], first: object) -> None:
    """To the constructor, to the method, or to both."""
    assert next(bound(text, *arguments).call()) == first


def test_another_epoch_is_another_call_of_the_method_alone() -> None:
    """What the object keeps stays, as in a program."""
    again = bound("methods:Loader.flow", "root=r", "batch_size=1")
    next(again.call())
    next(again.call())

    assert len(resolve.load_module({"module": "methods"}).made) == 1


def test_facts_are_those_of_the_method() -> None:
    """It is a generator function of the user's, at its own line."""
    facts = bound("methods:Loader.flow", "root=r", "batch_size=1").facts

    assert (facts["kind"], facts["line"], facts["function"]) == ("generator-function", 7, "Loader.flow")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Loader.flow needs values for root, batch_size\n  Loader(root, batch_size=8, **options).flow(batch_size"),
        (["root=r"], "Loader.flow needs a value for batch_size"),
    ],
)
def test_what_is_missing_is_named(arguments: list[str], message: str) -> None:
    """Of both, with both signatures."""
    with pytest.raises(Refusal) as caught:
        bound("methods:Loader.flow", *arguments)

    assert caught.value.message.startswith(message)
    assert caught.value.hint.startswith("add --arg ")

"""An exception of a worker, which its library carries as text, is told as what it was there."""

import concurrent.futures
import multiprocessing

import pytest

from genaudit.recorder.child.guard.failure import describe
from genaudit.recorder.child.guard.remote_failure import unpack

STACK = """Traceback (most recent call last):
  File "/lib/worker.py", line 374, in _worker_loop
    data = fetcher.fetch(index)
           ^^^^^^^^^^^^^^^^^^^^
  File "/home/me/data.py", line 7, in __getitem__
    raise shop.Missing(f"no item {i}")
"""
TORCH = f"Caught Missing in DataLoader worker process 1.\nOriginal {STACK}shop.Missing: no item 37\n"
CHAINED = f"Caught Missing.\nOriginal Traceback (most recent call last):\n  File \"/x.py\", line 1, in f\n    g()\nKeyError: 3\n\nDuring handling of the above exception, another exception occurred:\n\n{STACK}shop.Missing: no item 37\n"  # fmt: skip  # noqa: E501
TENSORFLOW = f"{{{{function_node x}}}} Missing: no item 37\n{STACK}\n\nshop.Missing: no item 37\n\n\n\t [[{{{{node PyFunc}}}}]]"  # fmt: skip  # noqa: E501
SEVERAL_LINES = f"Original {STACK}shop.Missing: no item 37\nat all\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(TORCH, "no item 37", id="torch"),
        pytest.param(CHAINED, "no item 37", id="raised from another"),
        pytest.param(TENSORFLOW, "no item 37", id="tensorflow"),
        pytest.param(SEVERAL_LINES, "no item 37\nat all", id="several lines"),
    ],
)
def test_texts_of_libraries(text: str, message: str) -> None:
    """Its own type, message, and the line where it was raised."""
    told = unpack(RuntimeError(text))

    assert told is not None
    assert (told.kind, told.message) == ("Missing", message)
    assert told.rows == [["/lib/worker.py", 374, "_worker_loop"], ["/home/me/data.py", 7, "__getitem__"]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no item 37",
        "Traceback (most recent call last):",
        'Traceback (most recent call last):\n  File "/x.py", line 1, in f\n    g()\n',
        'Traceback (most recent call last):\n  File "/x.py", line one, in f\nKeyError: 3',
        'Traceback (most recent call last):\n  File "/x.py", line 1, in f\nand so on',
    ],
)
def test_what_is_no_whole_stack_is_left_as_it_is(text: str) -> None:
    """A message is not guessed at."""
    assert unpack(ValueError(text)) is None


def fail(number: int) -> None:
    raise LookupError(f"no item {number}")


@pytest.mark.process
@pytest.mark.parametrize("is_pool", [True, False], ids=["multiprocessing", "concurrent.futures"])
def test_an_exception_that_came_from_a_process(is_pool: bool) -> None:
    """Where it was raised is the last of the frames."""
    context = multiprocessing.get_context("fork")
    executor = context.Pool(1) if is_pool else concurrent.futures.ProcessPoolExecutor(1, mp_context=context)
    with executor, pytest.raises(LookupError) as caught:
        list(executor.map(fail, [3]))

    told = describe(caught.value)

    assert (told["type"], told["message"]) == ("LookupError", "no item 3")
    assert told["frames"][-1] == [__file__, fail.__code__.co_firstlineno + 1, "fail"]

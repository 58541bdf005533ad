"""Values that nobody means: refused in a sentence, and never waited for."""

import os
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

import genaudit
from genaudit.cli.main import main
from genaudit.errors import GenauditError, UsageError
from genaudit.experiment.sizes import parse_sizes
from genaudit.model.job import Job
from genaudit.recorder.argument_text import parse_argument
from genaudit.recorder.child.call import argument_values
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.target import parse_target
from genaudit.units import parse_size
from tests.faults.matrix import Place, faults

HUGE = 10**30


def code_of(*words: str) -> int:
    """The exit code of a command line, in this process."""
    with pytest.raises(SystemExit) as end:
        main(list(words))
    return int(end.value.code or 0)


@faults(
    {
        f"{name}={shown}": {name: value}
        for name in ("batches", "hold", "repeats", "items", "project_items")
        for shown, value in {"10**30": HUGE, "-1": -1, "0": 0, "nan": float("nan"), "10**5000": 10**5000}.items()
    }
    | {f"timeout={value}": {"timeout": value} for value in (float("inf"), float("nan"), 0, -1, 1e300)},
    processes=False,
)
def a_number_out_of_its_range(_place: Place, options: dict[str, Any]) -> None:
    """From Python as from the command line, which ends in the same function."""
    with pytest.raises(UsageError) as told:
        Job(target="data:batches", **options)

    assert next(iter(options)).replace("_", "-") in told.value.message
    assert len(told.value.message) < 200


@faults(
    {
        "whole numbers": {"batches": 10**9, "hold": 1, "items": 1, "project_items": 10**15},
        "none": {"items": None, "epochs": None, "project_items": None},
        "a long timeout": {"timeout": 10**6},
    },
    processes=False,
)
def a_number_within_its_range(_place: Place, options: dict[str, Any]) -> None:
    """The neighbours are taken."""
    job = Job(target="data:batches", **options)

    assert all(getattr(job, name) == value for name, value in options.items())


@faults(
    {
        "a size of hundreds of digits": lambda: parse_size("9" * 400 + "GiB"),
        "a size that no machine has": lambda: parse_size(f"{HUGE}GiB"),
        "sizes of thousands of digits": lambda: parse_sizes("1," + "9" * 5000),
        "a size of 10**30 items": lambda: parse_sizes(f"1,{HUGE}"),
        "thousands of sizes": lambda: parse_sizes(",".join(map(str, range(1, 3000)))),
        "sizes of commas": lambda: parse_sizes(",,,"),
        "a literal of 5 MB": lambda: parse_argument("x=[" + "1," * 2_500_000 + "]"),
        "a target of 5 MB": lambda: parse_target("os:walk([" + "1," * 2_500_000 + "])"),
        "a target of many calls": lambda: parse_target("os:walk" + "()" * 5000),
        "a target of many names": lambda: parse_target("os:walk" + ".a" * 50_000),
        "a target of deep lists": lambda: parse_target("os:walk(" + "[" * 60_000 + ")"),
        "a target of many signs": lambda: parse_target("os:walk(" + "-" * 50_000 + "1)"),
        "a target that is a name of 100,000": lambda: parse_target("a" * 100_000),
        "a list that holds itself": lambda: genaudit.audit("os:walk", arguments={"top": _holds_itself()}),
        "lists in lists": lambda: genaudit.audit("os:walk", arguments={"top": _nested(5000)}),
    },
    processes=False,
)
def a_text_without_measure(_place: Place, use: Callable[[], object]) -> None:
    """Told in a sentence, before anything is started."""
    with pytest.raises(GenauditError) as told:
        use()

    assert told.value.exit_code == 2


@faults(
    {
        "brackets that stay open": "[" * 60_000,
        "signs": "-" * 60_000 + "1",
        "digits": "9" * 6000,
    },
    processes=False,
)
def a_literal_that_is_none(_place: Place, text: str) -> None:
    """What Python cannot read is a text, as ever."""
    assert parse_argument(f"x={text}") == ["x", "value", text]


@faults({"90 lists": 90, "one list": 1}, processes=False)
def a_literal_in_lists(_place: Place, depth: int) -> None:
    """Read as it stands."""
    assert parse_argument("x=" + "[" * depth + "]" * depth)[1:] == ["value", _nested(depth)]


@faults(
    {
        "lines of /dev/zero": ("lines", "/dev/zero"),
        "json of /dev/zero": ("json", "/dev/zero"),
        "npy of /dev/zero": ("npy", "/dev/zero"),
        "lines of a pipe": ("lines", "pipe"),
        "json of a pipe": ("json", "pipe"),
        "npy of a pipe": ("npy", "pipe"),
        "lines of a folder": ("lines", "."),
        "lines of a name of 5,000": ("lines", "a" * 5000),
        "json of 100,000 brackets": ("json", "[" * 100_000),
        "json of 60,000 closed brackets": ("json", "[" * 60_000 + "]" * 60_000),
        "glob of more files than can be": ("glob", "many/*"),
        "glob that finds nothing for ever": ("glob", "/proc/**/no such file*"),
    },
    processes=False,
)
def a_file_without_end(place: Place, case: tuple[str, str]) -> None:
    """Refused before it is read, or as soon as it is too much."""
    kind, raw = case
    os.mkfifo(place.folder / "pipe")
    for name in range(20):
        place.write(f"many/{name}", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.folder)
        patch.setattr(argument_values, "MOST_FILES", 10)
        patch.setattr(argument_values, "GLOB_S", 0.2)
        with pytest.raises(Refusal) as told:
            argument_values.value_of("paths", kind, raw)

    assert len(told.value.message) < 500
    assert told.value.exit_code == 2


@faults(
    {"a file": ("lines", "here"), "a link to one": ("lines", "link"), "a pattern": ("glob", "her*")}, processes=False
)
def a_file_that_can_be_read(place: Place, case: tuple[str, str]) -> None:
    """Read, and the target's timer is as it was."""
    place.write("here", "here\n")
    (place.folder / "link").symlink_to("here")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.folder)
        assert argument_values.value_of("paths", *case) == ["here"]


@faults(
    {
        f"{' '.join(words)[:40]}": words
        for words in (
            ["--timeout", "nan"],
            ["--timeout", "inf"],
            ["--timeout", "0m"],
            ["--timeout", "1e300"],
            ["--hold", str(HUGE)],
            ["--items", "-1"],
            ["--project-items", "1" + "0" * 400],
            ["--memory-limit", "-1"],
            ["--memory-limit", "nan"],
            ["--png-size", "99999x99999"],
            ["--png-size", f"{HUGE}x1"],
            ["--png-dpi", str(HUGE)],
            ["--output", "nonsense=x"],
            ["--output", "html="],
            ["--out", ""],
            ["--config", ""],
            ["--synth", f"images:n={HUGE}"],
            ["--synth", ""],
            ["--driver", "nonsense"],
        )
    },
    processes=False,
)
def an_option_that_cannot_be_followed(place: Place, words: list[str]) -> None:
    """Exit code 2, and nothing is written."""
    place.target("pass")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.folder)
        patch.setattr(sys, "argv", ["genaudit"])
        # An import writes it, whoever imports.
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        assert code_of("run", "data.py:batches", "--quick", "--sizes", "off", *words) == 2
    assert [path.name for path in place.folder.iterdir()] == ["data.py"]


def _nested(depth: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(depth - 1):
        made = [made]
    return made


def _holds_itself() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


@faults(
    {
        "lines of a sparse file": ("lines", 3 << 30, b""),
        "JSON of a sparse file": ("json", 3 << 30, b""),
        "one line without an end": ("lines", 0, b"x" * (argument_values.LONGEST_LINE + 1)),
    },
    processes=False,
)
def a_file_of_an_argument_that_is_too_large(place: Place, case: tuple[str, int, bytes]) -> None:
    """It is refused before it is in memory, by its name and the argument's."""
    kind, size, content = case
    path = place.folder / "list.txt"
    path.write_bytes(content)
    if size:
        os.truncate(path, size)
    tracemalloc.start()
    try:
        with pytest.raises(Refusal) as told:
            argument_values.value_of("paths", kind, str(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "--arg paths" in told.value.message
    assert "list.txt" in told.value.message
    assert peak < 100 * 2**20


@faults(["lines", "json"], processes=False)
def a_file_of_an_argument(place: Place, kind: str) -> None:
    """One of a usual size is read."""
    path = place.write("list.txt", '["a", "b"]\n' if kind == "json" else "a\n\nb\r\n")
    assert argument_values.value_of("paths", kind, str(path)) == ["a", "b"]

"""The target and its arguments as the child process reads them."""

import sys
from typing import Any

from genaudit.errors import UsageError
from genaudit.model.job import Job
from genaudit.recorder.argument_text import parse_argument
from genaudit.recorder.target import parse_target
from genaudit.recorder.trial.covering import Covering

DEEPEST = 200
"""Lists in lists of arguments; also where one holds itself."""


def child_target(job: Job) -> dict[str, Any]:
    """The target of a job.

    Raises:
        UsageError: It cannot be understood.
    """
    return {**_interned(parse_target(job.target).as_dict()), "import_from": job.import_from}


def child_inputs(job: Job) -> dict[str, Any]:
    """What the arguments of a job's target are made from.

    Raises:
        UsageError: An argument cannot be understood, or cannot be sent to another process.
    """
    if job.args_from is not None and job.synth is not None:
        raise UsageError(
            "--synth and --args-from both give the data set", slug="two-data-sets", hint="leave one of them out"
        )
    for name, value in {**job.configured, **job.values}.items():
        if not _is_plain(value):
            raise UsageError(
                f"the argument {name!r} is a {type(value).__name__}, which cannot be sent to the child process",
                slug="argument-not-plain",
                hint="make it in the child: args_from='module:function' returns the arguments",
            )
    return {
        "arguments": _interned([parse_argument(text) for text in job.arguments])
        + [[name, "value", _interned(value)] for name, value in job.values.items()],
        "config_arguments": _interned(job.configured),
        "args_from": _interned(parse_target(job.args_from).as_dict()) if job.args_from else None,
        "synth": _synth(job),
        "dataset": job.dataset,
        "items": job.items,
        "driver": job.driver,
        "lenient": job.lenient,
    }


def covering_of(target: dict[str, Any], inputs: dict[str, Any]) -> Covering:
    """What must not be seen of a target and its inputs.

    Args:
        target: As ``child_target`` gives it.
        inputs: As ``child_inputs`` gives them.
    """
    makers = inputs["args_from"]["steps"] if inputs["args_from"] else []
    given = [(name, value) for name, _, value in inputs["arguments"]]
    return Covering([*makers, *target["steps"]], [*given, *inputs["config_arguments"].items()])


def _synth(job: Job) -> dict[str, Any] | None:
    """The data set that is made for the job, where it asks for one."""
    if job.synth is None:
        return None
    from genaudit.recorder.synth.dataset import make_synth, parse_synth

    return make_synth(parse_synth(job.synth), job.items)


def _interned(value: Any, depth: int = 0) -> Any:
    """The same with its texts as they would be in source code: there ``kind is "images"`` is true, if no good style.

    ``marshal`` keeps it: what is interned here is so where it is read.
    """
    kind = type(value)
    if kind is str:
        return sys.intern(value)
    if depth > DEEPEST:
        return value
    if kind is list or kind is tuple:
        return kind(_interned(part, depth + 1) for part in value)
    if kind is dict:
        return {_interned(name, depth + 1): _interned(part, depth + 1) for name, part in value.items()}
    return value


def _is_plain(value: object, depth: int = 0) -> bool:
    """Whether ``marshal`` can carry a value to a process of the same Python."""
    if depth > DEEPEST:
        return False
    if isinstance(value, list | tuple | set | frozenset):
        return all(_is_plain(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(key, depth + 1) and _is_plain(item, depth + 1) for key, item in value.items())
    return value is None or type(value) in {bool, int, float, complex, str, bytes}

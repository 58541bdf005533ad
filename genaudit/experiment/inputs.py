"""The target and its arguments as the child process reads them."""

import sys
from typing import Any

import msgspec

from genaudit.cells.files import ENDING, needed_text
from genaudit.errors import UsageError
from genaudit.lint.files.source import cells_of
from genaudit.model.job import Job
from genaudit.recorder.argument_text import parse_argument
from genaudit.recorder.child.script.words import by_option
from genaudit.recorder.script import is_script, parse_script, with_words
from genaudit.recorder.target import parse_target
from genaudit.recorder.trial.covering import Covering

DEEPEST = 200
"""Lists in lists of arguments; also where one holds itself."""


def child_target(job: Job) -> dict[str, Any]:
    """The target of a job.

    Raises:
        UsageError: It cannot be understood.
    """
    if job.script is not None:
        return child_script(job)
    if is_script(job.target):
        target, words = with_words(job.target)
        return child_script(msgspec.structs.replace(job, target=target, script=words))
    target_spec = {**_found(job.target), "import_from": job.import_from}
    return target_spec if job.shown is None else {**target_spec, "text": job.shown}


def child_script(job: Job) -> dict[str, Any]:
    """The script of a job, as a target of a kind of its own.

    Raises:
        UsageError: There is no such script, it cannot be read, or an option was given that is for generators.
    """
    for option, value in (("--arg", job.arguments), ("--args-from", job.args_from), ("--synth", job.synth)):
        if value:
            raise UsageError(
                f"{option} is for a generator, and {job.target} is a script",
                slug="script-takes-words",
                hint=f"its own arguments come behind two dashes: genaudit run {job.target} -- …",
            )
    script = parse_script(job.target, job.script or [], source=job.source, lists=job.lists_sources)
    if job.shown is not None:
        script = msgspec.structs.replace(script, text=job.shown)
    made = script.as_dict(cells_of(script.file) if script.kind == "notebook" else [])
    made["script"]["import_from"] = job.import_from
    return made


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
        "args_from": _found(job.args_from) if job.args_from else None,
        "synth": _synth(job),
        "dataset": job.dataset,
        "items": job.items,
        "driver": job.driver,
        "lenient": job.lenient,
        "scales": job.sizes != "off",
    }


def _found(text: str) -> dict[str, Any]:
    """What a text names, with the cells that it needs where that is in a notebook.

    Raises:
        UsageError: It cannot be understood, or the notebook cannot be read or has no such name.
    """
    target = parse_target(text)
    found: dict[str, Any] = _interned(target.as_dict())
    if target.file is not None and target.file.endswith(ENDING):
        found["cells"] = needed_text(target.file, cells_of(target.file), target.qualname)
    return found


def covering_of(target: dict[str, Any], inputs: dict[str, Any]) -> Covering:
    """What must not be seen of a target and its inputs.

    Args:
        target: As ``child_target`` gives it.
        inputs: As ``child_inputs`` gives them.
    """
    makers = inputs["args_from"]["steps"] if inputs["args_from"] else []
    words = (target.get("script") or {}).get("arguments", [])
    given = [(name, value) for name, _, value in inputs["arguments"]] + by_option(words)
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

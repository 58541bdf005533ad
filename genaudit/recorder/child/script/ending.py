"""What is said where a script cannot be audited: each with the next thing to type."""

from __future__ import annotations

import os
import sys

from genaudit.recorder.child.guard.describe import type_text, value_text
from genaudit.recorder.child.guard.own_imports import OwnImports, fields_of_module
from genaudit.recorder.child.guard.refusal import USAGE, Refusal
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.retention.edges import is_installed
from genaudit.recorder.child.script.consumers import KNOWN
from genaudit.recorder.child.script.found import is_in_memory
from genaudit.recorder.child.script.loops import loop_around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from genaudit.recorder.child.script.found import Found

MARK = "for batch in genaudit.source(batches):"


@calls_target
def wait_for_threads() -> None:
    """Wait for threads that the script has left, as the interpreter does before it ends: one may use the source."""
    shut_down: Any = fields_of_module("threading").get("_shutdown")
    if shut_down is not None:
        shut_down()


def without_source(what: str, ended: SystemExit | None, handed: list[Found], wanted: str | None) -> Refusal:
    """The script came to its end."""
    if handed:
        return Refusal(
            f"{what} hands over no source {wanted!r}; it hands over {_listed(handed)}",
            slug="no-such-source",
            hint=f"genaudit run {what} --source {handed[0].name or 1}",
            exit_code=USAGE,
        )
    code = ended.code if ended is not None else None
    if code not in (None, 0):
        told = f": {code}" if type(code) is str else f" {code!r}"
        return Refusal(
            f"{what} ended itself with exit code{told} before it handed a source to a consumer"
            if type(code) is not str
            else f"{what} ended itself before it handed a source to a consumer{told}",
            slug="script-exited",
            hint=f"its own arguments come behind two dashes: genaudit run {what} -- …",
        )
    return Refusal(
        f"{what} came to its end and handed no source to a consumer; looked for {KNOWN}",
        slug="no-source",
        hint=f"mark the loop in it: import genaudit, then {MARK} … which costs nothing elsewhere"
        + _generators(what)
        + _processes(),
    )


def no_source_itself(found: Found) -> Refusal | None:
    """What was handed over is data, and no source of batches."""
    value = found.value
    if value is None:
        what = "nothing"
    elif is_in_memory(value, lists=found.is_of_keras) and not _is_of_arrays(found):
        what = f"{value_text(value)}, which is in memory as a whole before the first batch"
    else:
        return None
    return Refusal(
        f"{os.path.basename(found.path)}:{found.line} hands {found.consumer} {what}: there is no generator to audit",
        slug="data-handed-over",
        hint="hand it a generator, a PyDataset, a tf.data.Dataset or a DataLoader that reads a batch when it is made",
    )


def _is_of_arrays(found: Found) -> bool:
    """Whether it can be driven in batches all the same, as ``fit`` does; only then is the driver's module needed."""
    if not found.arrays:
        return False
    with OwnImports():
        from genaudit.recorder.child.script.arrays import can_be_cut
    return can_be_cut(found.arrays)


def in_a_bare_loop(call: str, frame: FrameType | None) -> Refusal:
    """The script makes a training step, and its loop runs over something that nobody was told of."""
    where = f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}" if frame is not None else "the script"
    loop = _loop(frame) if frame is not None else None
    write = f"write line {loop[0]} as {loop[1]}" if loop is not None else f"mark its loop: {MARK}"
    return Refusal(
        f"{where} makes a training step ({call}), and no source was handed to a consumer before; looked for {KNOWN}",
        slug="bare-loop",
        hint=f"{write} (with import genaudit; it costs nothing elsewhere)",
    )


def _loop(frame: FrameType) -> tuple[int, str] | None:
    """Line and new text of the loop that a frame is in."""
    with OwnImports():
        import ast
    inner = loop_around(frame.f_code.co_filename, frame.f_lineno)
    if inner is None:
        return None
    return inner.lineno, f"for {ast.unparse(inner.target)} in genaudit.source({ast.unparse(inner.iter)}):"


def _listed(handed: list[Found]) -> str:
    return ", ".join(f"{each.number} {each.name or type_text(each.value)}" for each in handed)


def _generators(what: str) -> str:
    """What makes batches among the names of the script, to be audited by itself."""
    main = sys.modules.get("__main__")
    if main is None or what.startswith("-m "):
        return ""
    with OwnImports():
        from genaudit.recorder.child.call.makers import MOST_NAMED, of_module
    names = of_module(vars(main))[:MOST_NAMED]
    return (
        f"; or audit what makes its batches: genaudit run {' or '.join(f'{what}:{name}' for name in names)}"
        if names
        else ""
    )


def _processes() -> str:
    """Words where the script has started processes, in which nothing is seen."""
    counter = fields_of_module("multiprocessing.process").get("_process_counter")
    if (counter is None or repr(counter) == "count(1)") and not _has_waited_for_a_process():
        return ""
    return "; what processes do that it starts is not seen: audit the function that they run, module:function"


def _has_waited_for_a_process() -> bool:
    """Whether a process that was started, by whatever means, has come to its end."""
    with OwnImports():
        import resource
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0


def asked_for_input(what: str, error: EOFError) -> Refusal | None:
    """The script waits for somebody to type; ``None`` where a file came to its end."""
    trace, place = error.__traceback__, what
    asks_itself = str(error) == "EOF when reading a line"
    while trace is not None:
        code = trace.tb_frame.f_code
        asks_itself = asks_itself or os.path.basename(code.co_filename) == "getpass.py"
        if not is_installed(code.co_filename):
            place = f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    if not asks_itself:
        return None
    return Refusal(
        f"{place} asks for input, and here nobody types",
        slug="asks-for-input",
        hint=f"have it take the answer as an argument, which comes behind two dashes: genaudit run {what} -- ARGUMENT",
    )

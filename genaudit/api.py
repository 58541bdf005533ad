"""Audits, comparisons and recordings as functions: what ``import genaudit`` gives."""

import contextlib
import difflib
import functools
import inspect
import os
import re
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from genaudit import pipeline
from genaudit.cells.live import expression_in, live
from genaudit.cells.rebuild import CallText, CellText, rebuilt_call, rebuilt_cell, rebuilt_target
from genaudit.config.budgets import forecast_fields, parse_budget
from genaudit.config.keys import KEYS
from genaudit.errors import GenauditError, UsageError
from genaudit.files import CELLS
from genaudit.gate.baseline import entry_of
from genaudit.gate.judge import Terms, judge
from genaudit.gate.saved import with_terms
from genaudit.model.comparison import Comparison
from genaudit.model.job import Job
from genaudit.model.recording import Recording
from genaudit.model.report import Report
from genaudit.options import AuditOptions, CompareOptions, JobOptions, Option, RecordOptions, rows_of
from genaudit.recorder.python_values import import_folders, is_plain, partial_of, target_of, write_arguments

if TYPE_CHECKING:
    # Only type checkers ask for it: Python 3.10 needs no other package to run this.
    from typing_extensions import Unpack

    from genaudit.cells.rebuild import Rebuilt

WAY_OUT = (
    "pass plain values, paths, lists of them, numpy arrays, or functions and classes of a module; "
    "anything else is made in the measured process: args_from='module:function' returns the arguments"
)
Function = TypeVar("Function", bound=Callable[..., Any])
Target = str | Callable[..., object]


def _with_options(place: str, options: type) -> Callable[[Function], Function]:
    """Show the options of a function: in its signature, and in its docstring where that says ``options``."""

    def decorated(function: Function) -> Function:
        rows = rows_of(options)
        signature = inspect.signature(function)
        keywords = [
            inspect.Parameter(
                option.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=option.default_at(place),
                annotation=getattr(option.annotation, "__forward_arg__", option.annotation),
            )
            for option in rows
        ]
        positional = [
            parameter
            for parameter in signature.parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        setattr(function, "__signature__", signature.replace(parameters=[*positional, *keywords]))  # noqa: B010
        function.__doc__ = _documented(inspect.getdoc(function) or "", rows)
        return _telling(function)

    return decorated


def _telling(function: Function) -> Function:
    """The function, whose errors tell what to do about them: a traceback shows the text alone."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except GenauditError as error:
            if error.slug == "missing-arguments":
                names = re.findall(r"--arg '?(\w+)=", error.hint)
                error.hint = f"give them: arguments={{{', '.join(f'{name!r}: …' for name in names)}}}"
            if error.hint:
                error.args = (f"{error.message}\nhint:  {error.hint}",)
            raise

    return cast(Function, called)


def _documented(text: str, rows: tuple[Option, ...]) -> str:
    lines = []
    for line in text.splitlines():
        if line.startswith("    options: "):
            for option in rows:
                words = f"{option.name}: {option.help_at('python')}"
                lines += textwrap.wrap(words, 110, initial_indent=" " * 4, subsequent_indent=" " * 8)
        else:
            lines.append(line)
    return "\n".join(lines)


@_with_options("audit", AuditOptions)
def audit(target: Target, **options: "Unpack[AuditOptions]") -> Report:
    """Audit a data generator: does it load eagerly, leak, spike, or is it clean?

    The target runs in child processes of its own. A text is imported there and nowhere else; a function or a class is
    found there by its name, so it must be at the top of a module or of a script.

    Args:
        target: A function or a class, or ``module:qualname`` or ``path/to/file.py:qualname``, with literal arguments
            where wanted.
        options: All others.

    Returns:
        The report. ``report.ok`` and ``report.exit_code`` follow ``fail_on``, ``strict`` and ``budgets``.

    Raises:
        GenauditError: The target or an argument cannot be understood. What the target itself does wrong is no error:
            it is in the report.
    """
    given = _checked("audit", AuditOptions, options)
    budgets = {name.replace("_", "-"): value for name, value in (given.get("budgets") or {}).items()}
    promises = {name: parse_budget(name, value) for name, value in _known_budgets(budgets).items()}
    fail_on = KEYS["fail-on"].read(given.get("fail_on", "error"))
    strict = bool(given.get("strict"))
    given |= forecast_fields(promises)
    with _job("audit", target, given) as job:
        recording, report = pipeline.audit(job, given.get("progress"), fail_on=fail_on, strict=strict)
    if promises:
        entry = entry_of(report, target=report.target.spec, arguments="", reason="")
        terms = Terms(budgets=promises, entry=entry, fail_on=fail_on, strict=strict, updating=True)
        report, recording = judge(report, terms), with_terms(recording, terms)
    return report.with_recording(recording)


@_with_options("record", RecordOptions)
def record(target: Target, **options: "Unpack[RecordOptions]") -> Recording:
    """Run the trials of an audit and keep what they measured, without a verdict.

    ``genaudit.audit`` does the same and judges; a recording that was saved is judged by ``genaudit.load``.

    Args:
        target: As for ``genaudit.audit``.
        options: All others.

    Returns:
        The recording, also where the target failed: then it holds what was measured until there.

    Raises:
        GenauditError: As ``genaudit.audit``.
    """
    given = _checked("record", RecordOptions, options)
    with _job("record", target, given) as job:
        return pipeline.record(job, given.get("progress"))


@_with_options("compare", CompareOptions)
def compare(*targets: Target, **options: "Unpack[CompareOptions]") -> Comparison:
    """Compare variants of a data generator: memory, speed, and whether they yield the same data.

    Each variant is audited in processes of its own; the first is what the others are compared with.

    Args:
        targets: As for ``genaudit.audit``; two or more, or one with ``against``.
        options: All others; they hold for every variant.

    Raises:
        GenauditError: A target or an argument cannot be understood. What a target itself does wrong is no error: it is
            in the comparison, and does not stop the others.
    """
    from genaudit.comparison.options import Options
    from genaudit.comparison.run import conduct

    given = _checked("compare", CompareOptions, options)
    given.setdefault("repeats", _default("repeats", "compare"))
    located = [target_of(target) for target in targets]
    with _job("compare", "", given) as job:
        wanted = Options(
            job=msgspec.structs.replace(
                job,
                command=["genaudit.compare", *(text for text, _ in located)],
                import_from=list(dict.fromkeys(folder for _, folders in located for folder in folders)),
                quick=True,
            ),
            variant_values={handle: dict(values) for handle, values in (given.get("variant_arguments") or {}).items()},
            against=given.get("against"),
            check_batches=bool(given.get("check_batches") or given.get("unordered")),
            unordered=bool(given.get("unordered")),
            strict=bool(given.get("strict")),
        )
        return conduct([text for text, _ in located], wanted)


def _default(name: str, place: str) -> Any:
    return next(option.default_at(place) for option in rows_of(JobOptions) if option.name == name)


def _checked(function: str, known: type, options: Any) -> dict[str, Any]:
    """The options that are given, as a dict of its own.

    Raises:
        TypeError: There is no option of that name.
        UsageError: This is the process of a trial.
    """
    names = [option.name for option in rows_of(known)]
    for name in options:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            advice = f". Did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}{advice}")
    if "GENAUDIT_TRIAL" in os.environ:
        raise UsageError(
            f"genaudit.{function} was called in the process that is measured, which would start another one",
            slug="audit-in-audit",
            hint='in a script, call it below: if __name__ == "__main__":',
        )
    return dict(options)


def _known_budgets(budgets: dict[str, object]) -> dict[str, object]:
    from genaudit.config.budgets import KINDS

    for name in budgets:
        if name not in KINDS:
            raise UsageError(f"there is no budget {name!r}", slug="bad-budget", hint=f"names: {', '.join(KINDS)}")
    return budgets


@contextlib.contextmanager
def _job(function: str, target: object, given: dict[str, Any]) -> Iterator[Job]:
    """The job that options ask for; values that need a file have it for as long as the job is done."""
    target, held = partial_of(target)
    fields = {option.name: given[option.name] for option in rows_of(JobOptions) if option.name in given}
    if given.get("limits") is not None:
        fields["limits"] = given["limits"]
    arguments = {**held, **(given.get("arguments") or {})}
    with contextlib.ExitStack() as stack:
        rebuilt = _of_notebook(target, arguments, stack)
        if rebuilt is not None:
            text, folders, arguments = rebuilt.target, [str(Path.cwd()), *import_folders()], rebuilt.values
            fields |= {"shown": rebuilt.shown, "args_from": rebuilt.args_from or given.get("args_from")}
            if isinstance(target, CellText):
                fields |= {"script": [], "source": target.source}
        else:
            text, folders = target_of(target)
        if fields.get("args_from") is None and not all(is_plain(value) for value in arguments.values()):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="genaudit-arguments-"))
            try:
                fields["args_from"] = write_arguments(arguments, Path(folder))
            except UsageError as error:
                raise UsageError(error.message, slug=error.slug, hint=WAY_OUT) from None
        else:
            fields["values"] = arguments
        shown = fields.get("shown") or text
        yield Job(target=text, command=[f"genaudit.{function}", shown], import_from=folders, **fields)


def _of_notebook(target: object, arguments: dict[str, Any], stack: contextlib.ExitStack) -> "Rebuilt | None":
    """What an object needs that a notebook or a prompt has made; ``None`` for all others."""
    notebook = live() if not isinstance(target, str) else None
    if notebook is None:
        return None

    def folder() -> Path:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=CELLS)))

    if isinstance(target, CellText):
        return rebuilt_cell(notebook, target.text, folder())
    if isinstance(target, CallText):
        return rebuilt_call(notebook, target.text, folder())
    expression = expression_in(notebook, target)
    return None if expression is None else rebuilt_target(notebook, expression, arguments, folder())

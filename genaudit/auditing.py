"""``genaudit.audit``: the audit as a function."""

from collections.abc import Mapping

from genaudit import pipeline
from genaudit.model.job import Job
from genaudit.model.report import Report


def audit(
    target: str,
    *,
    arguments: Mapping[str, object] | None = None,
    args_from: str | None = None,
    dataset: str | None = None,
    batches: int = 50,
    max_batches: int = 1000,
    epochs: int | None = None,
    sizes: str = "auto",
    hold: int = 1,
    repeats: int = 1,
    items: int | None = None,
    project_items: int | None = None,
    memory_limit: int | str | None = None,
    timeout: float = 300.0,
    synth: str | None = None,
    driver: str | None = None,
    lines: bool = False,
    native: bool = False,
    quick: bool = False,
) -> Report:
    """Audit a data generator.

    The target runs in child processes of its own; nothing of it is imported here.

    Args:
        target: ``module:qualname`` or ``path/to/file.py:qualname``, with literal arguments where wanted.
        arguments: Plain values by parameter: numbers, strings, lists, … For paths and arrays see ``args_from``.
        args_from: ``module:function`` that returns a dict of arguments, called with the size n if it takes one.
        dataset: The parameter that is the data set, where it is not clear from the values.
        batches: Batches to pull, at least.
        max_batches: Batches to pull at most, while memory still rises.
        epochs: Drive so many epochs instead.
        sizes: ``"auto"``, ``"off"``, or sizes with commas.
        hold: Batches that stay alive while the next is made.
        repeats: How often the drive is repeated.
        items: The size n for ``args_from`` and ``synth``.
        project_items: The size of the real data set, for the forecast.
        memory_limit: Bytes, or text such as ``"2GiB"``, at which a trial is ended.
        timeout: Seconds after which a trial is ended.
        synth: A data set to make, ``"images:n=400,size=256x256"``.
        driver: Force a driver.
        lines: Also profile line by line.
        native: Also profile native allocations.
        quick: Fewer trials.

    Raises:
        GenauditError: The target or an argument cannot be understood. What the target itself does wrong is no error:
            it is in the report.
    """
    job = Job(
        target=target,
        command=["genaudit.audit", target],
        values=dict(arguments or {}),
        args_from=args_from,
        dataset=dataset,
        batches=batches,
        max_batches=max_batches,
        epochs=epochs,
        sizes=sizes,
        hold=hold,
        repeats=repeats,
        items=items,
        project_items=project_items,
        memory_limit=memory_limit,
        timeout=timeout,
        synth=synth,
        driver=driver,
        lines=lines,
        native=native,
        quick=quick,
    )
    return pipeline.audit(job).report

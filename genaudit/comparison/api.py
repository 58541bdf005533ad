"""``genaudit.compare``: the comparison as a function."""

from collections.abc import Mapping

from genaudit.comparison.options import Options
from genaudit.comparison.run import conduct
from genaudit.model.comparison import Comparison
from genaudit.model.job import Job

REPEATS = 3


def compare(
    *targets: str,
    against: str | None = None,
    arguments: Mapping[str, object] | None = None,
    variant_arguments: Mapping[str | int, Mapping[str, object]] | None = None,
    args_from: str | None = None,
    dataset: str | None = None,
    driver: str | None = None,
    batches: int = 50,
    max_batches: int = 1000,
    epochs: int | None = None,
    sizes: str = "auto",
    hold: int = 1,
    repeats: int = REPEATS,
    items: int | None = None,
    project_items: int | None = None,
    memory_limit: int | str | None = None,
    timeout: float = 300.0,
    synth: str | None = None,
    check_batches: bool = False,
    unordered: bool = False,
) -> Comparison:
    """Compare variants of a data generator: memory, speed, and whether they yield the same data.

    Each variant is audited in processes of its own; the first is what the others are compared with.

    Args:
        targets: As for ``audit``; two or more, or one with ``against``.
        against: A git revision; the target as it is there becomes the first variant.
        arguments: Plain values by parameter, for all variants.
        variant_arguments: Plain values for one variant, by its name or its position from 1.
        args_from: ``module:function`` that returns a dict of arguments; each variant gets those that it takes.
        batches: Batches to pull in each drive.
        repeats: How often each variant is driven, in turns, and its growth measured.
        check_batches: Also compare what is yielded, batch by batch.
        unordered: Compare the items of each epoch as a set, whatever their order and the size of batches.

    All others are as for ``audit``, and hold for every variant.

    Raises:
        GenauditError: A target or an argument cannot be understood. What a target itself does wrong is no error: it is
            in the comparison, and does not stop the others.
    """
    job = Job(
        target="",
        command=["genaudit.compare", *targets],
        values=dict(arguments or {}),
        args_from=args_from,
        dataset=dataset,
        driver=driver,
        batches=batches,
        max_batches=max_batches,
        epochs=epochs,
        sizes=sizes,
        hold=hold,
        repeats=repeats,
        items=items,
        project_items=project_items,
        memory_limit=memory_limit,
        synth=synth,
        timeout=timeout,
        quick=True,
    )
    options = Options(
        job=job,
        variant_values={handle: dict(values) for handle, values in (variant_arguments or {}).items()},
        against=against,
        check_batches=check_batches or unordered,
        unordered=unordered,
    )
    return conduct(targets, options)

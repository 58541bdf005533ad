"""The data set handed over as one array."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.offences import accumulations, whole_reads
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(code="GA104", name="dataset-as-argument", title="The whole data set is an argument", level=Level.NOTE)
def dataset_as_argument(facts: SubjectFacts) -> Iterator[Hit]:
    """Data that was loaded whole is handed to a generator, which then cannot make memory flat any more.

    Why it matters:
        The generator is fine; its caller holds the data set. A generator over arrays in memory saves nothing.

    When it is wrong:
        The arrays are small, or made on the spot. That is why this is only ever a note.

    What to do:
        Hand over names, offsets, or a memory map: ``np.load(path, mmap_mode="r")``.

    Known misses:
        Callers outside the audited files; data that passes through a structure on its way.
    """
    if facts.kind == "factory" and (accumulations(facts) or whole_reads(facts)):
        # Told as what it is, at the line that loads.
        return
    for event in facts.of_kind("argument"):
        yield hit_of_event(
            event,
            facts,
            message=f"{event.detail} is given a data set that is in memory already",
            level=Level.NOTE,
            fix="hand over the paths, or an array opened with mmap_mode='r'",
        )

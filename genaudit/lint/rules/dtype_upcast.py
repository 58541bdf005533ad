"""Bytes that become eight times as many."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(code="GA302", name="dtype-upcast", title="A batch of bytes becomes float64", level=Level.WARNING)
def dtype_upcast(facts: SubjectFacts) -> Iterator[Hit]:
    """A whole batch of images is converted to float64: by ``astype(float)``, or by dividing bytes.

    Why it matters:
        Pixels are one byte, float64 is eight. Frameworks want float32, so the batch is made twice, large both times.

    When it is wrong:
        The images are not bytes (16 bit, float). A division is only ever a note, since few batches are large enough
        for it to matter.

    What to do:
        ``batch.astype(np.float32) / 255``, or ``np.asarray(images, dtype=np.float32)`` before dividing.

    Known misses:
        Batches whose images come from readers outside the run; conversions hidden in library calls.
    """
    for event in facts.of_kind("upcast"):
        division = event.detail == "division"
        yield hit_of_event(
            event,
            facts,
            message=f"{event.detail} makes float64 of a whole batch of images, eight bytes for one",
            level=Level.NOTE if division or not event.sure else Level.WARNING,
            fix="convert to np.float32 first",
        )

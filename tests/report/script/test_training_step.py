"""What the loop of a script keeps of each step's loss, by reading it."""

import textwrap

import pytest

from genaudit.report.script.training_step import kept_loss

KEPT = """
def train(loader):
    losses, total = [], 0
    for epoch in range(3):
        for x, y in loader:
            loss = model(x, y)
            loss.backward()
            {statement}
"""


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("losses.append(loss)", (8, "loss")),
        ("total += loss", (8, "loss")),
        ("losses.append(loss.item())", None),
        ("losses.append(loss.detach())", None),
        ("total += loss.item()", None),
        ("losses.append(epoch)", None),
        ("total = total + 1", None),
        ("total = total + loss", (8, "loss")),
        ("total = total + loss.item()", None),
        ("loss = loss + penalty", None),
        ("part = f(x); loss += part", None),
    ],
)
def test_a_loss_with_its_graph(statement: str, found: tuple[int, str] | None) -> None:
    """Is kept where it is put whole into a list or a sum; numbers are not data."""
    assert kept_loss(KEPT.format(statement=statement), 5) == found


def test_a_sum_that_goes_backward_after_the_loop() -> None:
    """Keeps the graph of each part that was added to it."""
    text = textwrap.dedent(
        """
        for epoch in range(2):
            total = 0
            for x, y in loader:
                part = f(x, y)
                kept.append(part)
                total = total + part
            total.backward()
        """
    )

    assert kept_loss(text, 4) == (6, "part")
    assert kept_loss(text.replace("    kept.append(part)", "    print(part)"), 4) == (7, "part")


def test_only_in_the_loop_that_the_source_is_handed_to() -> None:
    """Another loop is another matter, and so is a variable that nobody calls backward of."""
    text = textwrap.dedent(
        """
        for x in loader:
            print(x)
        for y in others:
            loss = f(y)
            loss.backward()
            kept.append(loss)
        """
    )

    assert kept_loss(text, 2) is None
    assert kept_loss(text, 4) == (7, "loss")
    assert kept_loss("for x in loader:\n    kept.append(x)\n", 1) is None


def test_a_text_that_cannot_be_read() -> None:
    """Tells nothing."""
    assert kept_loss("for x in (", 1) is None

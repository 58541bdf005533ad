"""A figure is closed when it has been drawn, and not before."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.libraries.close_figure import CloseFigure
from tests.fix.rewrites.rewriting import check, refused

REWRITE = CloseFigure()


def test_before_it_is_returned_to_nobody() -> None:
    check(
        REWRITE,
        """
        from matplotlib import pyplot as plt

        def draw(batch):
            figure, axes = plt.subplots()  # here
            axes.imshow(batch)
            return figure

        def batches(paths):
            for path in paths:
                draw(path)
                yield path
        """,
        """
        from matplotlib import pyplot as plt

        def draw(batch):
            figure, axes = plt.subplots()  # here
            axes.imshow(batch)
            plt.close(figure)
            return figure

        def batches(paths):
            for path in paths:
                draw(path)
                yield path
        """,
    )


def test_at_the_end_of_its_block() -> None:
    check(
        REWRITE,
        """
        import matplotlib.pyplot as plt

        def save(batch):
            if batch:
                figure = plt.figure()  # here
                plt.plot(batch)
                plt.savefig("x.png")
            return batch
        """,
        """
        import matplotlib.pyplot as plt

        def save(batch):
            if batch:
                figure = plt.figure()  # here
                plt.plot(batch)
                plt.savefig("x.png")
                plt.close(figure)
            return batch
        """,
    )


@pytest.mark.parametrize(
    ("made", "end", "reason"),
    [
        ("figure = plt.figure()", "return figure", "may be drawn further"),
        ("plt.figure()", "pass", "has no name"),
        ("figure = plt.figure()", "plt.close('all')", "closes figures itself"),
        ("figure = draw()", "pass", "no figure"),
    ],
)
def test_what_stays_open(made: str, end: str, reason: str) -> None:
    before = f"import matplotlib.pyplot as plt\n\ndef f(x):\n    {made}  # here\n    {end}\n\ny = f(3)\n"

    assert reason in refused(REWRITE, before)

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
    ("made", "end", "closed"),
    [
        pytest.param(
            "figure, axes = plt.subplots()",
            "return out.getvalue()",
            "plt.close(figure)\n    return out.getvalue()",
            id="what was written",
        ),
        pytest.param(
            "figure = plt.figure()",
            "return np.asarray(figure.canvas.buffer_rgba())",
            "drawn = np.asarray(figure.canvas.buffer_rgba())\n    plt.close(figure)\n    return drawn",
            id="what is made of the figure",
        ),
        pytest.param("plt.figure()", "plt.savefig(out)", "plt.savefig(out)\n    plt.close()", id="without a name"),
        pytest.param("plt.figure()", "return", "plt.close()\n    return", id="nothing"),
    ],
)
def test_before_what_was_drawn_is_returned(made: str, end: str, closed: str) -> None:
    """By somebody who takes it, and does not draw further."""
    text = "import matplotlib.pyplot as plt\n\ndef f(x):\n    {}  # here\n    plt.plot(x)\n    {}\n\ny = f(3)\n"

    check(REWRITE, text.format(made, end), text.format(made, closed))


@pytest.mark.parametrize(
    ("made", "end", "reason"),
    [
        ("figure = plt.figure()", "return figure", "may be drawn further"),
        ("figure, axes = plt.subplots()", "return axes", "may be drawn further"),
        ("figure = plt.figure(); axes = figure.add_subplot()", "return axes.lines", "may be drawn further"),
        ("plt.figure()", "return plt.gca", "may be drawn further"),
        ("kept.figure = plt.figure()", "pass", "has no name"),
        ("figure = plt.figure()", "plt.close('all')", "closes figures itself"),
        ("figure = draw()", "pass", "no figure"),
    ],
)
def test_what_stays_open(made: str, end: str, reason: str) -> None:
    before = f"import matplotlib.pyplot as plt\n\ndef f(x):\n    {made}  # here\n    {end}\n\ny = f(3)\n"

    assert reason in refused(REWRITE, before)

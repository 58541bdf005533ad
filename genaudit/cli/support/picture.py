"""How large pictures are: ``--png-size`` and ``--png-dpi``."""

import re
from collections.abc import Callable
from typing import Any

import click

from genaudit.errors import UsageError

# As render.figures.static.png draws it by default; importing that would load what only drawing needs.
INCHES = (8.0, 7.2)
DPI = 150
LEAST_INCHES = (5.0, 4.5)
"""Below this, titles run into each other."""
MOST_PIXELS = 10_000
DPIS = (50, 600)


def pixels(_context: click.Context, _param: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """Width and height of ``1600x1440``.

    Raises:
        click.BadParameter: It is something else, or more than a picture can have.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.strip().lower())
    if match is None:
        raise click.BadParameter(f"{text!r} is not WIDTHxHEIGHT in pixels, as 1600x1440.")
    size = int(match[1]), int(match[2])
    if max(size) > MOST_PIXELS or min(size) < 1:
        raise click.BadParameter(f"{text!r}: each must be from 1 to {MOST_PIXELS:,} pixels.")
    return size


def picture_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Size of the pictures, and of their letters."""
    for option in (
        click.option(
            "--png-dpi",
            type=click.IntRange(*DPIS),
            metavar="DPI",
            help=f"Pixels per inch of PNG pictures, default {DPI}: letters grow with it.",
        ),
        click.option(
            "--png-size",
            callback=pixels,
            metavar="WxH",
            help="Pixels of PNG pictures, as 1600x1440; default 1200x1080.",
        ),
    ):
        command = option(command)
    return command


def picture_of(size: tuple[int, int] | None, dpi: int | None) -> dict[str, int]:
    """What the renderers of pictures are given.

    A size alone scales the usual picture to that width, and so does a dpi alone.

    Args:
        size: Width and height in pixels.
        dpi: Pixels per inch.

    Raises:
        UsageError: The words would not fit: too few pixels for so many per inch.
    """
    if size is None and dpi is None:
        return {}
    if size is None:
        dpi = dpi or DPI
        size = round(INCHES[0] * dpi), round(INCHES[1] * dpi)
    per_inch = dpi or max(DPIS[0], min(int(size[0] / INCHES[0]), int(size[1] / LEAST_INCHES[1])))
    if any(pixels < least * per_inch for pixels, least in zip(size, LEAST_INCHES, strict=True)):
        most = min(int(pixels / least) for pixels, least in zip(size, LEAST_INCHES, strict=True))
        raise UsageError(
            f"a picture of {size[0]}x{size[1]} pixels has no room for its words" + (f" at {dpi} dpi" if dpi else ""),
            slug="picture-too-small",
            hint=f"--png-dpi {most} or less" if most >= DPIS[0] else "--png-size 400x360 or more",
        )
    return {"width": size[0], "height": size[1], "dpi": per_inch}

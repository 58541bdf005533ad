"""A picture of a part of a page: ``python page.py report.html picture.png '.verdict' '[data-chart=batches]'``.

Needs Chromium, which is found as ``chromium``, or named by ``$CHROMIUM``.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

WIDTH, HEIGHT, SCALE = 1000, 2400, 1.5
MARGIN = 12
HIDDEN = "body > header, body > footer, .skip, .notes, .run, nav, #status, #held .data, #held p.js"


def picture(page: Path, out: Path, shown: list[str]) -> None:
    """Show nothing but some sections of a page, and take a picture of them.

    Args:
        page: A report in HTML.
        out: Where the PNG goes.
        shown: Selectors of the sections, or of what is directly in one.
    """
    others = "".join(f":not({selector}):not(:has({selector}))" for selector in shown)
    within = "".join(f", main > *:has({selector}) > *{others}" for selector in shown)
    style = (
        f"<style>main > *{others}{within}, {HIDDEN} {{ display: none !important }} "
        "main { padding: 12px !important } section { margin-top: 0 !important }</style>"
    )
    with tempfile.TemporaryDirectory() as folder:
        part, shot = Path(folder, "part.html"), Path(folder, "shot.png")
        part.write_text(page.read_text(encoding="utf-8").replace("</head>", f"{style}</head>", 1), encoding="utf-8")
        command = [
            os.environ.get("CHROMIUM", "chromium"),
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"),
            f"--user-data-dir={folder}/profile",
            "--virtual-time-budget=5000",
            f"--force-device-scale-factor={SCALE}",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--screenshot={shot}",
            part.as_uri(),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        with Image.open(shot) as image:
            cropped(image.convert("RGB")).quantize(64).save(out, optimize=True)


def cropped(image: Image.Image) -> Image.Image:
    """The picture without what is empty around it."""
    empty = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    left, top, right, bottom = ImageChops.difference(image, empty).getbbox() or (0, 0, *image.size)
    return image.crop(
        (
            max(0, left - MARGIN),
            max(0, top - MARGIN),
            min(image.width, right + MARGIN),
            min(image.height, bottom + MARGIN),
        )
    )


if __name__ == "__main__":
    picture(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

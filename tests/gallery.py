"""The standard reports in every format, to be looked at: ``python -m tests.gallery [FOLDER]``.

With Chromium and Playwright installed it also takes pictures, light, dark, 400 and 1920 pixels wide and as paper, and
says how long the first figure took.
"""

import shutil
import sys
import time
from pathlib import Path
from typing import Any

from genaudit.render import RENDERERS, render
from genaudit.render.html.index import render_index
from tests.build_report import STANDARD

VIEWS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 400, "height": 800}},
    "wide": {"viewport": {"width": 1920, "height": 1000}},
}


def main(folder: Path) -> None:
    """Write every report, then a page that lists them, then the pictures."""
    entries = []
    for name, build in STANDARD.items():
        report = build()
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        for format_name, renderer in RENDERERS.items():
            content = render(report, format_name)
            (place / f"report{renderer.suffix}").write_bytes(content)
            print(f"{name:12} {format_name:5} {len(content):>9,} bytes")
        entries.append((f"{name}/report.html", report))
    (folder / "index.html").write_bytes(render_index(entries))
    print(folder / "index.html")
    photograph(folder)


def photograph(folder: Path) -> None:
    """Take the pictures, where there is a browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print("no pictures: they need Chromium and the package playwright")
        return
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in ["", *STANDARD]:
            for view, options in VIEWS.items():
                _photograph(browser, folder / name, view, options)
        browser.close()


def _photograph(browser: Any, place: Path, view: str, options: dict[str, Any]) -> None:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    file = next(path for path in (place / "report.html", place / "index.html") if path.exists())
    began = time.perf_counter()
    page.goto(file.resolve().as_uri())
    if page.locator(".plot").count():
        page.wait_for_selector("html[data-drawn]", state="attached")
        print(f"{place.name:12} {view:7} figures after {time.perf_counter() - began:.2f} s")
    page.screenshot(path=str(place / f"{view}.png"), full_page=True)
    if view == "light":
        page.pdf(path=str(place / "print.pdf"), format="A4", print_background=True)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "reports/gallery"))

"""Pages in a real browser: Debian's Chromium, driven by Playwright; tests that need it are skipped without either."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
"""Marks of a module of such tests."""
WIDTH = "document.documentElement.scrollWidth"
MODEL = "name => Bokeh.documents[0].roots().find(one => one.name === name)"


@contextmanager
def launched() -> Iterator[Any]:
    """Chromium without a window."""
    with playwright_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Visit:
    """A page that was opened, and what it did."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None)

    def outside(self) -> list[str]:
        return [url for url in self.requests[1:] if not url.startswith(("data:", "blob:"))]

    def range(self, name: str) -> list[float]:
        ends = "[m.x_range.start, m.x_range.end]"
        found: list[float] = self.page.evaluate(f"name => {{ const m = ({MODEL})(name); return {ends}; }}", name)
        return found

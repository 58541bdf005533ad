"""Pages in a real browser: Debian's Chromium, driven by Playwright; tests that need it are skipped without either."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
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
        self._heard = {
            "request": lambda request: self.requests.append(request.url),
            "pageerror": lambda error: self.errors.append(str(error)),
            "console": lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None,
        }
        for event, hear in self._heard.items():
            page.on(event, hear)

    def end(self) -> None:
        """Hear no more of the page, which the next one looks at."""
        for event, hear in self._heard.items():
            self.page.remove_listener(event, hear)

    def outside(self) -> list[str]:
        return [url for url in self.requests[1:] if not url.startswith(("data:", "blob:"))]

    def range(self, name: str) -> list[float]:
        ends = "[m.x_range.start, m.x_range.end]"
        found: list[float] = self.page.evaluate(f"name => {{ const m = ({MODEL})(name); return {ends}; }}", name)
        return found


class Pages:
    """Pages of a browser, each used by one visit after the other.

    A file that is opened in a page that is there takes a third of the time that a context of its own takes, for that
    starts a process, which compiles the scripts again.

    Args:
        browser: As ``launched`` gives it.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._free: dict[tuple[tuple[str, Any], ...], list[Any]] = {}

    @contextmanager
    def lent(self, folder: Path) -> Iterator[Callable[..., Visit]]:
        """A function that visits a page by its content, as long as this lasts; each visit has a page for itself.

        It takes the width of the window in pixels, the scheme of colours, and options for a context.

        Args:
            folder: Where what is visited is a file.
        """
        lent = []
        file = folder / "page.html"

        def visit(content: bytes, *, width: int = 1280, color_scheme: str = "light", **options: Any) -> Visit:
            file.write_bytes(content)
            free = self._free.setdefault(tuple(sorted(options.items())), [])
            page = free.pop() if free else self._browser.new_context(**options).new_page()
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(media="null", color_scheme=color_scheme)
            visited = Visit(page)
            lent.append((visited, free))
            page.goto(file.as_uri())
            return visited

        yield visit
        for visited, free in lent:
            visited.end()
            # Nothing is pointed at, as in a new page.
            visited.page.mouse.move(0, 0)
            free.append(visited.page)

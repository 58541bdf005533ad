"""The documentation site as it is built, in a real browser."""

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import IN_BROWSER, WIDTH
from tests.readme import ROOT

pytest.importorskip("material", reason="mkdocs-material is not installed")
pytestmark = [*IN_BROWSER, pytest.mark.slow, pytest.mark.any_python]

# Code and what commands print, pictures, wide tables. axe takes seconds for a page.
PAGES = ("start", "reading", "reference/settings")
VIEWS = [pytest.param("light", 1280, id="light and wide"), pytest.param("dark", 400, id="dark and narrow")]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; built as .ci/run builds it: a link that leads nowhere is an error."""
    folder = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", folder]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_pages_can_be_read_by_everybody(site: str, chromium: Any, scheme: str, width: int) -> None:
    """Nothing sticks out, nobody else is asked for anything, axe finds no violation."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found = []
    for name in PAGES:
        page.goto(f"{site}{name}/")
        assert page.evaluate(WIDTH) <= width, name
        violations = axe.run(page).response["violations"]
        found += [(name, one["id"], [node["target"] for node in one["nodes"]][:3]) for one in violations]
    context.close()

    assert found == []
    assert [url for url in asked if not url.startswith((site, "data:"))] == []


def test_menu_and_pages_from_outside(site: str, chromium: Any) -> None:
    """From the page of the README to one of docs, by the link that the README has."""
    page = chromium.new_page()
    page.goto(f"{site}repository/readme/")
    page.locator("article a", has_text="docs/fix.md").first.click()

    assert page.url == f"{site}fix/"
    assert page.locator("article h1").inner_text().startswith("genaudit fix")
    page.close()

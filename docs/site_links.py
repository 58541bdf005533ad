"""Hooks of mkdocs: links that leave ``docs`` lead somewhere on the site too, and what the theme lacks is added.

Pages are written for the web page of the repository, where ``../README.md`` is a file like any other. On the site the
pages of ``PAGES`` are there as well; what else lies outside of ``docs`` is linked where the repository is shown, or is
text where nobody said where that is (``SITE_REPOSITORY``).
"""

import posixpath
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCS = "docs"
PAGES = {
    "README.md": "repository/readme.md",
    "SECURITY.md": "repository/security.md",
    "CHANGELOG.md": "repository/changelog.md",
    ".github/CONTRIBUTING.md": "repository/contributing.md",
    "reports/README.md": "repository/reports.md",
}
"""Pages outside of ``docs``, and where the site has them."""
_SOURCES = {there: here for here, there in PAGES.items()}
_CODE = re.compile(r"(^ *```.*?^ *```$)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s]+)\)")


def on_files(files: Any, config: Any) -> Any:
    """The pages outside of ``docs`` are files of the site."""
    from mkdocs.structure.files import File

    for here, there in PAGES.items():
        files.append(File.generated(config, there, content=(ROOT / here).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, **_: Any) -> str:
    """The text of a page, with links that lead somewhere on the site."""
    return with_links(markdown, page.file.src_uri, config.extra.get("repository") or "")


def on_post_page(output: str, **_: Any) -> str:
    """A page whose search, a dialog, has a name for those who have it read."""
    return output.replace(
        'data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"'
    )


def with_links(markdown: str, place: str, repository: str) -> str:
    """A text with its links as the site has them.

    Args:
        place: The page, from the root of the site: ``frameworks/keras.md``.
        repository: Where the repository is shown, without a slash at the end; empty if nobody knows.

    Example:
        >>> with_links("[how](../README.md#set-up)", "method.md", "")
        '[how](repository/readme.md#set-up)'
        >>> with_links("[a rule](../genaudit/rules/scaling.py)", "method.md", "https://example.org/genaudit")
        '[a rule](https://example.org/genaudit/blob/main/genaudit/rules/scaling.py)'
        >>> with_links("[a rule](../genaudit/rules/scaling.py)", "method.md", "")
        'a rule'
    """
    pieces = _CODE.split(markdown)
    # Of what is split at a group, every other piece is what matched.
    pieces[::2] = [_LINK.sub(lambda link: _moved(link, place, repository), piece) for piece in pieces[::2]]
    return "".join(pieces)


def _moved(link: re.Match[str], place: str, repository: str) -> str:
    target, mark, anchor = link["target"].partition("#")
    if not target or "://" in target or target.startswith("mailto:"):
        return link[0]
    source = _SOURCES.get(place, f"{DOCS}/{place}")
    meant = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    there = PAGES.get(meant) or (meant.removeprefix(f"{DOCS}/") if meant.startswith(f"{DOCS}/") else None)
    if there is not None:
        return f"[{link['text']}]({posixpath.relpath(there, posixpath.dirname(place))}{mark}{anchor})"
    if not (ROOT / meant).exists():
        # Left as it is: the strict build refuses it.
        return link[0]
    if not repository:
        return link["text"]
    return f"[{link['text']}]({repository}/{'tree' if (ROOT / meant).is_dir() else 'blob'}/main/{meant}{mark}{anchor})"

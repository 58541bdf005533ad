"""The documentation site: links lead to the same place on it and on the web page of the repository."""

import json
import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from tests.readme import ROOT, documentation

site_links = documentation("site_links")
DOCS = ROOT / "docs"
REPOSITORY = "https://example.org/genaudit"
NAV = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]


@pytest.mark.parametrize(
    ("place", "link", "on_the_site"),
    [
        pytest.param("index.md", "method.md", "method.md", id="a page beside it"),
        pytest.param("frameworks/keras.md", "../method.md#noise", "../method.md#noise", id="an anchor stays"),
        pytest.param("index.md", "../README.md", "repository/readme.md", id="a page outside"),
        pytest.param("frameworks/keras.md", "../../README.md", "../repository/readme.md", id="from a folder"),
        pytest.param("repository/readme.md", "docs/fix.md", "../fix.md", id="from a page outside, into docs"),
        pytest.param("repository/readme.md", "docs/pictures/train.png", "../pictures/train.png", id="a picture"),
        pytest.param("repository/readme.md", "reports/README.md", "reports.md", id="between pages outside"),
        pytest.param("repository/contributing.md", "../setup.cfg", f"{REPOSITORY}/blob/main/setup.cfg", id="a file"),
        pytest.param("samples.md", "../sample_generators", f"{REPOSITORY}/tree/main/sample_generators", id="a folder"),
        pytest.param("index.md", "../nowhere.md", "../nowhere.md", id="what is nowhere is left for mkdocs to refuse"),
        pytest.param("index.md", "https://example.org/a.md", "https://example.org/a.md", id="an address"),
        pytest.param("index.md", "#here", "#here", id="the same page"),
    ],
)
def test_where_a_link_leads(place: str, link: str, on_the_site: str) -> None:
    assert site_links.with_links(f"see [it]({link}).", place, REPOSITORY) == f"see [it]({on_the_site})."


def test_a_link_to_the_repository_is_text_where_nobody_knows_its_address() -> None:
    assert site_links.with_links("see [`it`](../setup.cfg).", "index.md", "") == "see `it`."


def test_code_is_left_alone() -> None:
    text = "```md\n[it](../README.md)\n```\n[it](../README.md)\n"

    assert site_links.with_links(text, "index.md", "") == "```md\n[it](../README.md)\n```\n[it](repository/readme.md)\n"


def test_every_page_is_in_the_menu_once() -> None:
    """Of the build a warning, and so an error; told here without mkdocs."""
    pages = [str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")]

    assert sorted(re.findall(r"[\w/-]+\.md$", NAV, re.M)) == sorted([*pages, *site_links.PAGES.values()])


def test_pages_from_outside_exist() -> None:
    assert [page for page in site_links.PAGES if not (ROOT / page).exists()] == []


def test_links_between_pages_lead_somewhere() -> None:
    """Also on the web page of the repository, where no hook moves them."""
    pages: list[Path] = [*DOCS.rglob("*.md"), *(ROOT / page for page in site_links.PAGES)]
    broken = []
    for page in pages:
        text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
        links = re.findall(r"\]\(([^)\s#]+)[^)\s]*\)", text)
        broken += [f"{page}: {link}" for link in links if "://" not in link and not (page.parent / link).exists()]

    assert broken == []


def test_the_workflow_is_one() -> None:
    """By the schema of SchemaStore, which a package ships; and its build is the strict one."""
    jsonschema = pytest.importorskip("jsonschema")
    package = resources.files(pytest.importorskip("check_jsonschema"))
    schema = json.loads((package / "builtin_schemas/vendor/github-workflows.json").read_text("utf-8"))
    # YAML 1.1 reads the key "on" as true.
    text = (ROOT / ".github/workflows/docs.yml").read_text(encoding="utf-8").replace("\non:", '\n"on":')
    workflow = yaml.safe_load(text)

    jsonschema.validate(workflow, schema)
    assert {"run": "mkdocs build --strict"}.items() <= workflow["jobs"]["build"]["steps"][-2].items()
    assert "build -q --strict" in (ROOT / ".ci/run").read_text(encoding="utf-8")

"""The page: its structure, its policy, its size, and that no string of the user's becomes markup."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest

from genaudit.render import render
from genaudit.render.html.report import embeddable
from genaudit.render.html.summary_cards import summary_cards
from genaudit.render.redact import without_source
from genaudit.render.safe import printable
from tests.build_report import HOSTILE, SECRET_KEY, clean, crash, eager, hostile, outcomes, unstarted
from tests.render.rendered import DRAWN, rendered

VOID = {"meta", "input", "br", "img", "hr", "link", "path", "polyline", "use", "rect", "image"}
LIMIT = 2_000_000


class Page(HTMLParser):
    """A page read strictly: elements must nest, and ids must be unique."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text: list[str] = []
        self.problems: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "script":
            self.scripts.append((values, ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> in {self.open[-3:]} at {self.getpos()}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            values, text = self.scripts[-1]
            self.scripts[-1] = (values, text + data)
        elif not self.open or self.open[-1] != "style":
            self.text.append(data)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [values for name, values in self.tags if name == tag]


def page_of(name: str, *, interactive: bool = False) -> Page:
    return Page(rendered(name, "html", interactive=interactive).decode("utf-8"))


@pytest.mark.parametrize("name", DRAWN)
def test_structure(name: str) -> None:
    """Everything nests, ids are unique, links lead somewhere, there is one h1 and every table has its headings."""
    page = page_of(name)

    assert page.problems == []
    assert page.open == []
    assert sorted(page.ids) == sorted(set(page.ids))
    assert len(page.attributes("h1")) == 1
    assert {str(one["href"]).removeprefix("#") for one in page.attributes("a")} <= set(page.ids)
    assert len(page.attributes("thead")) == len(page.attributes("table"))
    assert len(page.attributes("main")) == 1
    assert {"findings", "time", "law", "method"} <= set(page.ids)


@pytest.mark.parametrize("name", DRAWN)
def test_offline(name: str) -> None:
    """The policy forbids every request, names every script by its hash, and nothing refers to the outside."""
    page = page_of(name, interactive=True)
    policy = next(str(one["content"]) for one in page.attributes("meta") if "http-equiv" in one)
    run = [text for values, text in page.scripts if values.get("type") is None]
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run}

    assert policy.startswith("default-src 'none';")
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes
    script = policy.split("script-src")[1].split(";")[0]
    assert "unsafe" not in script
    assert "http" not in policy
    for tag, values in page.tags:
        assert tag not in ("link", "iframe", "img", "object", "base", "form")
        assert not {name for name in values if name.startswith("on")}
        assert not values.get("src")
        for reference in ("href", "xlink:href"):
            assert str(values.get(reference) or "#").startswith("#")


@pytest.mark.parametrize("name", DRAWN)
def test_size(name: str) -> None:
    """At most 2 MB, whatever was run."""
    assert len(rendered(name, "html")) <= LIMIT


@pytest.mark.parametrize("name", ["eager", "million", "hostile"])
def test_embedded_data_is_the_report(name: str) -> None:
    """The data to download is the report's JSON; long curves are thinned and keep their extremes."""
    page = page_of(name)
    data = json.loads(next(text for values, text in page.scripts if values.get("id") == "report-data"))
    known = json.loads(rendered(name, "json"))

    assert data["peak"] == known["peak"]
    assert data["growth_law"] == known["growth_law"]
    assert data["trials"][0]["kind"] == known["trials"][0]["kind"]
    high = [max(one["high_water_bytes"] for one in each["timeline"]["batches"]) for each in (data, known)]
    assert high[0] == high[1]
    assert len(data["timeline"]["batches"]) <= 1201


def test_hostile_strings_are_text() -> None:
    """What looks like markup is shown as it is written, and adds no element."""
    page, plain = page_of("hostile"), page_of("eager")
    seen = "".join(page.text)

    assert printable(HOSTILE) in seen
    assert "49" not in re.findall(r"\u2066\{\{(\d+)", seen)
    assert len(page.scripts) == len(plain.scripts)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", seen)


def test_embedded_json_cannot_end_its_element() -> None:
    """No less-than sign is left in a script element of data."""
    text = embeddable(json.dumps({"a": "</script><!--\u2028"}, ensure_ascii=False))

    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"a": "</script><!--\u2028"}


def test_no_source() -> None:
    """Without source there is no line of the user's code, in no part of the page."""
    content = render(eager(), "html", source=False, interactive=False).decode()

    assert "np.asarray(Image.open(path).convert(&#39;RGB&#39;)) for path in image_paths" not in content
    assert "Yield batches of decoded images" not in content
    assert "inefficient.py:9" in content
    assert without_source(eager()).sources == []


def test_the_verdict_comes_first() -> None:
    """Verdict, headline, cause, consequence and fix stand before everything else."""
    seen = " ".join("".join(page_of("eager").text).split())
    order = ["FAIL", "Loads its whole data set", "Cause", "Consequence", "Fix", "Peak memory", "GA101"]

    assert [seen.index(part) for part in order] == sorted(seen.index(part) for part in order)


def test_sites_sum_to_the_whole() -> None:
    """With the row for what was not traced, the shares are all there is."""
    page = page_of("eager")
    shares = [float(str(one["data-value"])) for one in page.attributes("td") if "data-value" in one][3::4]

    assert sum(shares) == pytest.approx(1.0)


def test_no_spike_is_lost_in_a_million_batches() -> None:
    """The peak of one batch in a million is in the drawing's title and in the data."""
    text = rendered("million", "html", interactive=False).decode()

    assert "Peak 99.9 MiB in batch 500,000." in text


def test_secrets_are_masked() -> None:
    """Values of arguments that look like secrets are not in the page."""
    content = rendered("hostile", "html", interactive=False).decode()

    assert any(SECRET_KEY in name for name in hostile().holders[0].names)
    assert SECRET_KEY not in content
    assert "correct horse" not in content
    assert "sk-0123456789" not in content


def test_a_note_is_said_once() -> None:
    """Trials that end alike leave the same note; a reader needs it once."""
    noted = msgspec.structs.replace(eager(), holders=[], notes=["the trial ended early", "the trial ended early"])

    assert render(noted, "html", interactive=False).decode().count("The trial ended early.") == 1
    assert render(noted, "text").decode().count("the trial ended early") == 1


def test_a_run_that_broke_does_not_deny_what_passed() -> None:
    """What was asked of its first batches is below the sentence; of a run without any, no rule was answered."""
    broke = render(msgspec.structs.replace(crash(), outcomes=outcomes()), "html", interactive=False).decode()
    never = render(unstarted(), "html", interactive=False).decode()

    assert "What passed was asked of what had been measured by then." in broke
    assert "No rule could be answered" not in broke
    assert "No rule could be answered" in never


def test_a_spike_that_is_none_says_how_little() -> None:
    """In words that go with it."""
    batches = msgspec.structs.replace(clean().batches, spike_ratio_max=0.01, spike_batch=3)
    card = next(
        card
        for card in summary_cards(msgspec.structs.replace(clean(), batches=batches))
        if card.label == "Largest spike"
    )

    assert (card.value, card.detail) == ("none", "less than 0.05 × a batch")

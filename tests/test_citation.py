"""Citations: the address made for each kind of original, and the words that it opens at in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.citation import citation_url
from bench.citations import lands, serve_page
from index.sentences import units
from ingest.document import Block, Document, Locator
from ingest.sources.html import read_html
from tests.chromium import chromium

_ADDRESS = "https://pages.example/attention"
_FILLING = "<p>" + "Nothing that matters is said in this line of filling. " * 40 + "</p>"
_PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Attention, by the way</title></head><body>
<main><article><h1>Attention, by the way</h1>
<p>Attention lets each word look at all the others, and this page says how that is done, step by step.</p>
{_FILLING}
<h2 id="scores">Scores &amp; weights</h2>
<p>A query meets each key in a dot product. The <em>larger</em> the product, the <a href="/x">more weight</a> a value
gets.
The weights add up to one.</p>
{_FILLING}
<h2 id="again">Once more</h2>
<p>A query meets each key in a dot product. Here it is said again, for the second of the two places.</p>
<ul><li>First, scores are made: 50% of the work, roughly speaking.</li><li>Then they are scaled,
well-tempered as it were,
and normalised.</li></ul>
{_FILLING}
<h2 id="code">In code</h2>
<pre><code>scores = query @ key.T
weights = softmax(scores / scale)</code></pre>
<blockquote><p>“Attention is a soft look-up,” she said — and it is differentiable throughout.</p></blockquote>
<table><tr><th>Heads</th><th>Width of one head</th></tr>
<tr><td>Twelve of them</td><td>Sixty-four numbers</td></tr></table>
<p>Ünïcode names, such as Schrödinger's, are no hindrance to anyone who reads on from here.</p>
</article></main></body></html>"""

# Words of the page → whether the browser must highlight them.
_QUOTES = [
    "A query meets each key in a dot product.",
    "The larger the product, the more weight a value gets.",
    "The weights add up to one.",
    "Here it is said again, for the second of the two places.",
    "First, scores are made: 50% of the work, roughly speaking.",
    "Then they are scaled, well-tempered as it were, and normalised.",
    "weights = softmax(scores / scale)",
    "“Attention is a soft look-up,” she said — and it is differentiable throughout.",
    "Ünïcode names, such as Schrödinger's, are no hindrance to anyone who reads on from here.",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def document() -> Document:
    page = read_html(_PAGE.encode(), "text/html; charset=utf-8", _ADDRESS)
    return Document(_ADDRESS, _ADDRESS, page.title, page.blocks)


def _spans(document: Document, quote: str) -> list[tuple[int, int, int]]:
    return [
        (number, start, start + len(quote))
        for number, block in enumerate(document.blocks)
        if (start := block.text.find(quote)) >= 0
    ]


@pytest.mark.parametrize("quote", _QUOTES)
def test_a_quote_opens_its_page_at_its_words(browser: Browser, document: Document, quote: str) -> None:
    spans = _spans(document, quote)
    assert spans, [block.text for block in document.blocks]
    for span in spans:
        page = browser.new_page(viewport={"width": 1000, "height": 700})
        serve_page(page, _ADDRESS, _PAGE.encode(), "text/html; charset=utf-8")
        landed, shown = lands(page, citation_url(document, span), quote)
        page.close()
        assert landed, (citation_url(document, span), shown)


def test_words_that_stand_twice_open_at_the_place_that_is_cited(browser: Browser, document: Document) -> None:
    first, second = _spans(document, "A query meets each key in a dot product.")
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    serve_page(page, _ADDRESS, _PAGE.encode(), "text/html; charset=utf-8")
    places = []
    for span in (first, second):
        landed, shown = lands(page, citation_url(document, span), "A query meets each key in a dot product.")
        assert landed, (citation_url(document, span), shown)
        places.append(page.evaluate("scrollY"))
    page.close()
    assert places[0] < places[1]


def _cited(media: str, locator: Locator, url: str = "https://o.example/thing?v=1&t=9s#frag") -> str:
    block = Block("paragraph", "The words that are cited.", locator)
    return citation_url(Document(url, url, "T", (block,), media=media), (0, 0, 25))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("media", "locator", "url"),
    [
        ("pdf", Locator("page", 7), "https://o.example/thing?v=1&t=9s#page=7"),
        ("pdf", Locator(), "https://o.example/thing?v=1&t=9s"),
        ("video", Locator("time", 83.7), "https://o.example/thing?v=1&t=83s"),
        ("notebook", Locator("cell", 3, "abc-1"), "https://o.example/thing?v=1&t=9s#scrollTo=abc-1"),
        ("notebook", Locator("cell", 3), "https://o.example/thing?v=1&t=9s"),
        (
            "html",
            Locator("heading", "A b", "a b"),
            "https://o.example/thing?v=1&t=9s#a%20b:~:text=The%20words%20that%20are%20cited",
        ),
        ("html", Locator(), "https://o.example/thing?v=1&t=9s#:~:text=The%20words%20that%20are%20cited"),
    ],
)
def test_each_kind_of_original_is_opened_in_its_own_way(media: str, locator: Locator, url: str) -> None:
    assert _cited(media, locator) == url


def test_the_signs_of_the_directives_own_syntax_are_encoded() -> None:
    text = "Rock-solid, safe & sound."
    document = Document("https://o.example/", "https://o.example/", "T", (Block("paragraph", text),))
    directive = citation_url(document, (0, 0, len(text))).partition(":~:text=")[2]
    assert directive == "Rock%2Dsolid%2C%20safe%20%26%20sound"


def test_citations_of_real_pages_open_at_their_words(browser: Browser, corpus: Path) -> None:
    pages = [
        page
        for page in json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))
        if "html" in page["content_type"] and not page.get("rendered")
    ][:6]
    tried = landed = 0
    for page_facts in pages:
        body = (corpus / page_facts["file"]).read_bytes()
        read = read_html(body, page_facts["content_type"], page_facts["url"])
        document = Document(page_facts["url"], page_facts["url"], read.title, read.blocks)
        sentences = [
            (number, start, end)
            for number, block in enumerate(document.blocks)
            if block.type == "paragraph" and "$" not in block.text
            for start, end in units(block)
            if len(block.text[start:end].split()) > 6
        ]
        for span in sentences[len(sentences) // 3 :: max(1, len(sentences) // 3)][:2]:
            page = browser.new_page(viewport={"width": 1000, "height": 700})
            serve_page(page, document.url, body, page_facts["content_type"])
            quote = document.blocks[span[0]].text[span[1] : span[2]]
            good, _ = lands(page, citation_url(document, span), quote)
            page.close()
            tried += 1
            landed += good
    assert tried >= 8
    # Pages that break in two what is one sentence here (a footnote in it, a line of another column) may miss.
    assert landed >= 0.9 * tried

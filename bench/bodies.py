"""Pages whose body is known: short ones in the shapes of common templates, and real ones marked by hand.

A fixture holds ``<!--body-->`` and ``<!--/body-->`` around what belongs to its body (several times if need be) and
may hold ``{{article}}``, where the shared article is put in. Of a real page, ``bodies.json`` says by XPath what its
body is, what within it is not part of it (``outside``), and what may be read or not (``either``).
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.sources.html.maths import formula
from ingest.sources.html.parse import Element, parse

_WORD = re.compile(r"\w{2,}")
_MARK = re.compile(r"<!--body-->(.*?)<!--/body-->", re.DOTALL)
_UNSEEN = frozenset("script style template noscript svg button select iframe object video audio canvas".split())
_APART = frozenset("p div li td th tr br pre h1 h2 h3 h4 h5 h6 figcaption dt dd section summary".split())


@dataclass(frozen=True, slots=True)
class Marked:
    """A page, the words of its body with counts, and the words that count neither way (formulas, alt texts, title)."""

    name: str
    url: str
    html: bytes
    content_type: str
    body: Counter[str]
    either: Counter[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Recall and precision (0 to 1), and the words behind what they lack."""

    recall: float
    precision: float
    lost: Counter[str]
    foreign: Counter[str]


def words(text: str) -> Counter[str]:
    """Return the words of at least two letters, with counts."""
    return Counter(_WORD.findall(text.casefold()))


def score(page: Marked, text: str) -> Score:
    """Return how much of a page's body a text holds, and how much of the text is the body's."""
    found = words(text)
    lost = page.body - found
    foreign = found - page.body - page.either
    # What may be read or not counts for precision only as far as the body's words leave it over.
    return Score(
        1 - lost.total() / max(1, page.body.total()), 1 - foreign.total() / max(1, found.total()), lost, foreign
    )


def fixture_pages(folder: Path, article: str | None = None) -> Iterator[Marked]:
    """Yield the pages of a folder, ``article`` (default: the folder's ``article.html``) put into each."""
    inner = article if article is not None else folder.joinpath("article.html").read_text(encoding="utf-8")
    for file in sorted(folder.glob("*.html")):
        if file.name != "article.html":
            yield marked_by_comments(file.stem, file.read_text(encoding="utf-8").replace("{{article}}", inner))


def marked_by_comments(name: str, text: str) -> Marked:
    """Return the page with the body that its comments mark."""
    url = f"https://{name}.example/post"
    body, either = Counter[str](), Counter[str]()
    for part in _MARK.findall(text):
        seen, other = _split(parse(f"<div>{part}</div>".encode(), "text/html; charset=utf-8"))
        body += seen
        either += other
    page = parse(text.encode(), "text/html; charset=utf-8")
    title = page.find(".//head/title")
    either += words(title.text_content() if title is not None else "")
    plain = re.sub(r"<!--/?body-->", "", text)
    return Marked(name, url, plain.encode(), "text/html; charset=utf-8", body, either)


def corpus_pages(corpus: Path, marks: Path) -> Iterator[Marked]:
    """Yield the snapshot's pages whose bodies are marked."""
    known = json.loads(marks.read_text(encoding="utf-8"))
    for entry in json.loads(corpus.joinpath("manifest.json").read_text(encoding="utf-8")):
        mark = next((known[prefix] for prefix in sorted(known, reverse=True) if entry["url"].startswith(prefix)), None)
        if mark is None or "html" not in entry["content_type"]:
            continue
        html = corpus.joinpath(entry["file"]).read_bytes()
        page = parse(html, entry["content_type"])
        either = Counter[str]()
        for path in ("//head/title", "//h1", *mark.get("either", ())):
            for element in page.xpath(path):
                for counted in _split(copy.deepcopy(element)):
                    either += counted
        body = Counter[str]()
        for element in page.xpath(mark["body"]):
            part = copy.deepcopy(element)
            for path in (*mark.get("outside", ()), *mark.get("either", ())):
                for other in part.xpath(path.replace("//", ".//", 1)):
                    other.clear(keep_tail=True)
            seen, other_words = _split(part)
            body += seen
            either += other_words
        yield Marked(entry["file"].removeprefix("pages/"), entry["url"], html, entry["content_type"], body, either)


def _split(element: Element) -> tuple[Counter[str], Counter[str]]:
    """Return the words that a reader sees below an element, and those of formulas, alt texts and citation marks."""
    seen: list[str] = []
    other: list[str] = []
    _gather(element, seen, other)
    return words("".join(seen)), words(" ".join(other))


def _gather(element: Element, seen: list[str], other: list[str]) -> None:
    if not isinstance(element.tag, str):
        return
    found = formula(element)
    hidden = re.search(r"display:\s*none", element.get("style") or "") or element.get("hidden") is not None
    if found is not None or element.tag == "math":
        other.append(" ".join(element.itertext()))
        other.append(found[0] if found else "")
    elif element.tag in ("d-cite", "sup", "img"):
        other.append(f"{element.get('alt') or ''} {element.text_content()}")
    elif element.tag in _UNSEEN or hidden:
        pass
    else:
        seen.append(" " if element.tag in _APART else "")
        seen.append(element.text or "")
        for child in element:
            _gather(child, seen, other)
            seen.append(child.tail or "")
        seen.append(" " if element.tag in _APART else "")

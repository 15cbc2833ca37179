"""Follow citations in a real browser: which open the original at the words that they cite?

python bench/citations.py [--home HOME] [--pages 60] [--each 4] [--seed 1]

Archived pages are served to Chromium at their true addresses, with nothing else of the web. A
citation lands when Chromium highlights its words (a text fragment that matched) and they are in view.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, Route, sync_playwright

from app.citation import citation_url
from config.settings import load_settings
from index.generation import serving
from index.store import Store
from ingest.archive import Archive
from ingest.document import Document

# What Chromium paints the words of a text fragment with, so that a picture tells where they are.
_PAINT = (255, 0, 254)
_STYLE = b"<style>::target-text{background-color:rgb(255,0,254)!important;color:rgb(255,0,254)!important}</style>"
_FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$|\\\(.+?\\\)", re.DOTALL)

_TEXT_BETWEEN = """([x1, y1, x2, y2]) => {
  const a = document.caretRangeFromPoint(x1, y1), b = document.caretRangeFromPoint(x2, y2);
  if (!a || !b) return "";
  const r = document.createRange();
  r.setStart(a.startContainer, a.startOffset);
  r.setEnd(b.startContainer, b.startOffset);
  return r.toString();
}"""


def serve_page(page: Page, address: str, body: bytes, content_type: str) -> None:
    """Let the browser find the page at its address, and nothing else anywhere."""
    page.unroute_all()

    def answer(route: Route) -> None:
        asked = urldefrag(route.request.url).url
        if route.request.is_navigation_request() and asked.rstrip("/") == address.rstrip("/"):
            route.fulfill(status=200, body=_styled(body), headers={"content-type": content_type})
        else:
            route.abort()

    page.route("**/*", answer)


def _styled(body: bytes) -> bytes:
    return body.replace(b"</head>", _STYLE + b"</head>", 1) if b"</head>" in body else body + _STYLE


def highlighted(page: Page) -> str:
    """Return the words of the page in view that the browser highlights, as far as they can be told."""
    pixels = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)
    painted = np.abs(pixels - _PAINT).sum(axis=2) < 12
    ys, xs = np.nonzero(painted)
    if not len(ys):
        return ""
    top, bottom = int(ys.min()), int(ys.max())
    first = xs[ys <= top + 8]
    last = xs[ys >= bottom - 8]
    corners = [int(first.min()) + 1, top + 4, int(last.max()) - 1, bottom - 4]
    return str(page.evaluate(_TEXT_BETWEEN, corners)) or "?"


def folded(text: str) -> list[str]:
    """Return the words of a text, without what type-setting changes."""
    return re.findall(r"\w+", text.replace("\u00ad", "").casefold())


def lands(page: Page, url: str, quote: str) -> tuple[bool, str]:
    """Follow a link; return whether the quote's words are highlighted in view, and what is.

    A quote of no words (a formula) is led to by the words beside it: any will do.
    """
    page.goto("about:blank")
    page.goto(url, wait_until="domcontentloaded")
    seen = ""
    for _ in range(8):
        seen = highlighted(page)
        if seen:
            break
        time.sleep(0.15)
    said, shown = folded(quote), folded(_FORMULA.sub(" ", seen))
    if not shown:
        return False, seen
    if not said:
        return True, seen
    within = sum((Counter(shown) & Counter(said)).values()) / len(shown)
    begins = (bool(said) and shown[0] in said[: max(12, len(said) // 2)]) or any(shown[0] in word for word in said)
    return within > 0.6 and begins, seen


def sample(store: Store, pages: int, each: int, seed: int) -> Iterator[tuple[Document, tuple[int, int, int]]]:
    """Yield citable spans of the web pages of an index."""
    dice = random.Random(seed)
    rows = [row for row in store.resources if row.read]
    dice.shuffle(rows)
    for row in rows:
        document = store.document(row.number)
        if document is None or document.media != "html" or not pages:
            continue
        pages -= 1
        spans = [span for chunk in store.chunks_of(row.number) for span, _, _ in chunk.sentences]
        yield from ((document, span) for span in dice.sample(spans, min(each, len(spans))))


def main() -> None:
    """Print the share that lands, by type of block, and every miss."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    settings = load_settings(home=given.home)
    store = Store(serving(settings.generations_folder)[0])
    landed: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    with Archive.open(settings.archive_folder) as archive, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        for document, span in sample(store, given.pages, given.each, given.seed):
            _one(browser, archive, document, span, tried, landed)
        browser.close()
    for kind, count in tried.most_common():
        print(f"{kind:<12} {landed[kind]:>4} of {count:>4}")
    print(f"{'all':<12} {sum(landed.values()):>4} of {sum(tried.values()):>4}")


def _one(
    browser: Browser, archive: Archive, document: Document, span: tuple[int, int, int],
    tried: Counter[str], landed: Counter[str],
) -> None:  # fmt: skip
    address = urldefrag(document.url).url
    snapshot = archive.get(address)
    if snapshot is None:
        return
    block = document.blocks[span[0]]
    quote = block.text[span[1] : span[2]]
    url = citation_url(document, span)
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    serve_page(page, address, snapshot.body, snapshot.content_type)
    good, seen = lands(page, url, "" if block.type == "formula" else _FORMULA.sub(" ", quote))
    page.close()
    tried[block.type] += 1
    landed[block.type] += good
    if not good:
        print(f"{block.type}: {url}\n    cited: {quote[:300]!r}\n    shown: {' '.join(seen.split())[:300]!r}")


if __name__ == "__main__":
    main()

"""How much of each page's body is read, ours beside others: recall, precision and time, page by page.

    python -m bench.extraction [--corpus FOLDER] [--only TEXT] [--lost] [--foreign]

Words are compared as bags with counts, formulas and alt texts counting neither way. trafilatura (its defaults, and
favor_recall) is a dependency; justext and readability-lxml are measured where they are installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import trafilatura

from bench.bodies import Marked, corpus_pages, fixture_pages, score
from config.errors import ReadError
from ingest.sources.html import read_html

_ROOT = Path(__file__).parents[1]
Reader = Callable[[Marked], str]


def _ours(page: Marked) -> str:
    try:
        return "\n".join(block.text for block in read_html(page.html, page.content_type, page.url).blocks)
    except ReadError:
        return ""


def _trafilatura(page: Marked) -> str:
    return trafilatura.extract(page.html, url=page.url, include_comments=False) or ""


def _trafilatura_recall(page: Marked) -> str:
    return trafilatura.extract(page.html, url=page.url, include_comments=False, favor_recall=True) or ""


def _justext(page: Marked) -> str:
    import justext

    paragraphs = justext.justext(page.html, justext.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


def _readability(page: Marked) -> str:
    from lxml import html
    from readability import Document

    return str(html.fromstring(Document(page.html.decode("utf-8", "replace")).summary()).text_content())


def readers() -> dict[str, Reader]:
    """Return what can be measured here, by name."""
    found: dict[str, Reader] = {"ours": _ours, "trafilatura": _trafilatura, "favor_recall": _trafilatura_recall}
    for name, module, reader in (("justext", "justext", _justext), ("readability", "readability", _readability)):
        if importlib.util.find_spec(module):
            found[name] = reader
        else:
            print(f"{name} is not installed: left out")
    return found


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--corpus", type=Path, default=_ROOT.parent / "shared" / "corpus")
    options.add_argument("--only", default="", help="pages whose name contains this")
    options.add_argument("--lost", action="store_true", help="print the words of the body that ours lacks")
    options.add_argument("--foreign", action="store_true", help="print the words of ours that are not the body's")
    given = options.parse_args()
    logging.disable(logging.ERROR)
    pages = list(fixture_pages(_ROOT / "tests" / "fixtures" / "shapes"))
    if given.corpus.is_dir():
        pages += corpus_pages(given.corpus, Path(__file__).with_name("bodies.json"))
    else:
        print(f"no corpus at {given.corpus}: only the fixtures are measured")
    compared = readers()
    totals: dict[str, list[tuple[float, float, float]]] = {name: [] for name in compared}
    print(f"{'page':42}" + "".join(f"{name:>22}" for name in compared))
    for page in (page for page in pages if given.only in page.name):
        row = f"{page.name[:40]:42}"
        for name, reader in compared.items():
            started = time.process_time()
            text = reader(page)
            seconds = time.process_time() - started
            result = score(page, text)
            totals[name].append((result.recall, result.precision, seconds))
            row += f"{result.recall:8.3f}{result.precision:7.3f}{seconds:6.2f}s"
            if name == "ours":
                notes = [("lost", result.lost)] * given.lost + [("foreign", result.foreign)] * given.foreign
                said = [f"    {what}: {dict(counted.most_common(40))}" for what, counted in notes if counted]
        print("\n".join([row, *said]))
    if not totals["ours"]:
        raise SystemExit(f"no page whose name contains {given.only!r}")
    for label, at in (("mean", fmean), ("worst", min)):
        print(f"{label:42}" + "".join(f"{at(r for r, _, _ in t):8.3f}{at(p for _, p, _ in t):7.3f}       "
                                      for t in totals.values()))  # fmt: skip
    base = sum(seconds for _, _, seconds in totals["trafilatura"])
    print(f"{'processor time / trafilatura':42}" + "".join(f"{sum(s for _, _, s in t) / base:21.2f}x"
                                                            for t in totals.values()))  # fmt: skip


if __name__ == "__main__":
    main()

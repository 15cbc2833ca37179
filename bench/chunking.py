"""Retrieve the excerpts that answer, in the layout of Chroma's chunking evaluation (Smith and Troynikov 2024).

python -m bench.chunking FOLDER [--home HOME] [-k 5] [--json]

FOLDER holds corpora/*.md and questions.jsonl ({"question", "excerpts": [{"corpus", "start", "end"}]}, in
characters). Recall, precision and intersection over union are of the characters of the passages that ``search``
shows, and beside them of the whole chunks that it ranks first; both are means over the questions.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean

from bench.beir import read_lines
from bench.published import Text, default_home, searcher_of
from config.errors import UsageError
from index.metrics import Range, common, length
from index.passage import LOOKED_AT, passages
from index.search import Hit

_PARAGRAPH = re.compile(r"(?:(?!\n\s*\n).)+", re.DOTALL)

Places = dict[str, list[Range]]
"""Corpus → ranges of its characters."""


def read_corpora(folder: Path) -> tuple[list[Text], dict[str, list[int]]]:
    """Return the texts, and where in its file each of their paragraphs starts."""
    texts: list[Text] = []
    starts: dict[str, list[int]] = {}
    for file in sorted((folder / "corpora").glob("*.md")):
        with file.open(encoding="utf-8", newline="") as opened:
            found = [match for match in _PARAGRAPH.finditer(opened.read()) if match.group().strip()]
        texts.append((file.stem, "", tuple(match.group() for match in found)))
        starts[file.stem] = [match.start() for match in found]
    if not texts:
        raise UsageError(f"{folder}: no corpora/*.md")
    return texts, starts


def places(parts: Iterable[tuple[Hit, int, int]], starts: dict[str, list[int]]) -> Places:
    """Return where parts of chunks (hit, start and end in the chunk's text) are in their files."""
    found: Places = defaultdict(list)
    for hit, start, end in parts:
        held = [span for span, a, b in hit.chunk.sentences if start <= a and b <= end]
        if held:
            at = starts[hit.resource.url]
            found[hit.resource.url].append((at[held[0][0]] + held[0][1], at[held[-1][0]] + held[-1][2]))
    return found


def measures(found: Places, wanted: Places) -> tuple[float, float, float]:
    """Return recall, precision and intersection over union of what was found."""
    both = sum(common(ranges, found.get(corpus, [])) for corpus, ranges in wanted.items())
    got = sum(map(length, found.values()))
    asked = sum(map(length, wanted.values()))
    return both / asked, both / got if got else 0.0, both / (got + asked - both)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--home", type=Path, help="where the index is kept; else the user's cache folder")
    options.add_argument("-k", type=int, default=5, help="how many passages")
    options.add_argument("--json", action="store_true")
    given = options.parse_args(arguments)
    texts, starts = read_corpora(given.folder)
    searcher = searcher_of(texts, given.home or default_home(given.folder))
    measured: dict[str, list[tuple[float, float, float]]] = {"passages": [], "whole chunks": []}
    for line in read_lines(given.folder / "questions.jsonl"):
        wanted: Places = defaultdict(list)
        for excerpt in line["excerpts"]:
            wanted[excerpt["corpus"]].append((excerpt["start"], excerpt["end"]))
        hits = searcher.search(line["question"], max(LOOKED_AT, 2 * given.k)).hits
        shown = [part for passage in passages(hits, given.k) for part in passage.chunks]
        measured["passages"].append(measures(places(shown, starts), wanted))
        whole = [(hit, 0, len(hit.chunk.text)) for hit in hits[: given.k]]
        measured["whole chunks"].append(measures(places(whole, starts), wanted))
    table = {
        name: {
            what: round(100 * fmean(column), 2)
            for what, column in zip(("recall", "precision", "IoU"), zip(*rows, strict=True), strict=True)
        }
        for name, rows in measured.items()
    }
    if given.json:
        print(json.dumps({"questions": len(measured["passages"]), "k": given.k, "measured": table}, indent=1))
        return
    print(f"{len(measured['passages'])} questions, {given.k} retrieved{'recall':>12}{'precision':>12}{'IoU':>8}")
    for name, row in table.items():
        print(f"{name:27}{row['recall']:12.1f}{row['precision']:12.1f}{row['IoU']:8.1f}")


if __name__ == "__main__":
    main()

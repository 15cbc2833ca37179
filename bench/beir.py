"""Rank a collection in BEIR's layout, side by side with BM25 alone, the vectors alone, and both by reciprocal rank.

python -m bench.beir FOLDER [--home HOME] [--queries N] [--json]

FOLDER holds corpus.jsonl, queries.jsonl and qrels/test.tsv (or dev, or train). Ours is the pipeline as shipped: a
text is as good as its best passage. The others see the same words and vectors. As BEIR does, a text that is the
question itself (the same id) is left out.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from bench.published import Text, default_home, searcher_of
from config.errors import UsageError
from index.chunk_facts import ChunkFacts
from index.dense import DenseIndex
from index.embed import encode_queries
from index.lexical import RESOURCES, LexicalIndex, words
from index.metrics import ndcg, quantile, recall
from index.search import Searcher

DEPTH = 100
# Cormack et al. 2009.
_RRF = 60

Ranker = Callable[[str], list[str]]


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON lines file. Raises UsageError, naming the line."""
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    value = json.loads(line)
                    if not isinstance(value, dict):
                        raise UsageError(f"{file}, line {number}: not an object")
                    yield value
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: {error}") from error


def read_texts(folder: Path) -> list[Text]:
    """Return the texts of a corpus, each id once."""
    texts: dict[str, Text] = {}
    for line in read_lines(folder / "corpus.jsonl"):
        name = str(line["_id"])
        texts.setdefault(name, (name, str(line.get("title") or ""), (str(line.get("text") or ""),)))
    return list(texts.values())


def read_judgements(folder: Path) -> dict[str, dict[str, float]]:
    """Return query id → text id → gain, of the judgements that the folder has: test, else dev, else train.

    Lines are query, text, gain (BEIR) or query, 0, text, gain (TREC), with or without a header.
    """
    files = [folder / "qrels" / f"{name}.tsv" for name in ("test", "dev", "train")]
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        raise UsageError(f"{folder}: no qrels/test.tsv, dev.tsv or train.tsv")
    judged: dict[str, dict[str, float]] = defaultdict(dict)
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1):
        cells = line.split("\t") if "\t" in line else line.split()
        if not line.strip() or (number == 1 and not _is_number(cells[-1])):
            continue
        if len(cells) not in (3, 4) or not _is_number(cells[-1]):
            raise UsageError(f"{file}, line {number}: not of the form query, text, gain")
        judged[cells[0]][cells[-2]] = float(cells[-1])
    return judged


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def rankers(searcher: Searcher) -> dict[str, Ranker]:
    """Return each way of ranking by its name; ours comes last."""
    urls = [row.url for row in searcher.store.resources]
    whole = LexicalIndex(searcher.folder, RESOURCES)
    near = DenseIndex(searcher.folder)
    owners = ChunkFacts(searcher.folder).owners

    def lexical(question: str) -> list[str]:
        scores = whole.scores(dict.fromkeys(words(question), 1.0))
        return [urls[at] for at in np.argsort(-scores, kind="stable")[: 2 * DEPTH] if scores[at] > 0]

    def dense(question: str) -> list[str]:
        vector = encode_queries([question], searcher.settings.embedding_model)[0]
        found = near.search(vector, 4 * DEPTH)
        return list(dict.fromkeys(urls[owners[number]] for number, _ in found))

    def reciprocal(question: str) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for ranked in (lexical(question), dense(question)):
            for rank, url in enumerate(ranked, start=1):
                scores[url] += 1 / (_RRF + rank)
        return sorted(scores, key=lambda url: -scores[url])

    def ours(question: str) -> list[str]:
        return [urls[number] for number in searcher.ranked(question, DEPTH + 1)]

    return {"BM25": lexical, "vectors": dense, "reciprocal rank": reciprocal, "ours": ours}


def measure(ranker: Ranker, questions: dict[str, str], judged: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return nDCG@10, recall@10 and @100, MRR@10, and the seconds of a question in the middle and for 95 %."""
    values: dict[str, list[float]] = defaultdict(list)
    for name, question in questions.items():
        began = time.perf_counter()
        ranked = [url for url in ranker(question) if url != name][:DEPTH]
        values["seconds"].append(time.perf_counter() - began)
        gains = judged[name]
        values["nDCG@10"].append(ndcg([gains.get(url, 0.0) for url in ranked[:10]], gains.values(), 10))
        for k in (10, 100):
            values[f"recall@{k}"].append(recall(ranked, gains, k))
        values["MRR@10"].append(next((1 / r for r, u in enumerate(ranked[:10], 1) if gains.get(u, 0) > 0), 0.0))
    seconds = values.pop("seconds")
    means = {name: round(fmean(some), 4) for name, some in values.items()}
    return {
        **means,
        "p50 ms": round(1000 * quantile(seconds, 0.5), 1),
        "p95 ms": round(1000 * quantile(seconds, 0.95), 1),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--home", type=Path, help="where the index is kept; else the user's cache folder")
    options.add_argument("--queries", type=int, default=0, help="only the first so many")
    options.add_argument("--json", action="store_true")
    given = options.parse_args(arguments)
    texts, judged = read_texts(given.folder), read_judgements(given.folder)
    asked = {str(line["_id"]): str(line["text"]) for line in read_lines(given.folder / "queries.jsonl")}
    questions = {name: asked[name] for name, gains in judged.items() if name in asked and max(gains.values()) > 0}
    if given.queries:
        questions = dict(list(questions.items())[: given.queries])
    if not questions:
        raise UsageError(f"{given.folder}: no query has a judgement above 0")
    searcher = searcher_of(texts, given.home or default_home(given.folder))
    table = {name: measure(ranker, questions, judged) for name, ranker in rankers(searcher).items()}
    if given.json:
        print(json.dumps({"texts": len(texts), "queries": len(questions), "measured": table}, indent=1))
        return
    print(f"{len(texts)} texts, {searcher.manifest.chunks} chunks, {len(questions)} queries")
    names = list(next(iter(table.values())))
    print(f"{'':18}" + "".join(f"{name:>12}" for name in names))
    for name, row in table.items():
        print(
            f"{name:18}"
            + "".join(f"{row[column]:12.4f}" if "ms" not in column else f"{row[column]:12.1f}" for column in names)
        )


if __name__ == "__main__":
    main()

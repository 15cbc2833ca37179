"""Whether a right resource comes first for each concept of a file, by ``find``.

python -m bench.concepts FILE [--home HOME] [--json]

FILE holds JSON lines as for ``concordance eval``: "q" is the concept, "gold" the resources that are right first.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from app.evaluating import unknown_gold
from app.look_up import row_of
from app.question_file import read_questions
from config.settings import load_settings
from index.concepts import find_concept
from index.metrics import first_rank, hit_rate, mean_reciprocal_rank
from index.search import Searcher


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the shares, and what came first where it is wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", type=Path)
    options.add_argument("--home", type=Path)
    options.add_argument("--json", action="store_true")
    given = options.parse_args(arguments)
    questions = read_questions(given.file)
    searcher = Searcher(load_settings(home=given.home))
    ranks: list[int | None] = []
    missed: list[dict[str, object]] = []
    for question in questions:
        gold = {row.url for url in question.gold if (row := row_of(url, searcher)) is not None}
        urls = [item.resource.url for item in find_concept(question.text, searcher)]
        ranks.append(first_rank([url in gold for url in urls]))
        if ranks[-1] != 1:
            missed.append({"q": question.text, "rank": ranks[-1], "came": urls[:3]})
    measured = {"first": hit_rate(ranks, 1), "in 5": hit_rate(ranks, 5), "MRR": mean_reciprocal_rank(ranks)}
    if given.json:
        told = unknown_gold(questions, searcher)
        print(json.dumps({"concepts": len(ranks), **measured, "missed": missed, "unknown": told}, indent=1))
        return
    print(f"{len(ranks)} concepts: " + ", ".join(f"{name} {value:.3f}" for name, value in measured.items()))
    for line in (*unknown_gold(questions, searcher), *map(str, missed)):
        print(line)


if __name__ == "__main__":
    main()

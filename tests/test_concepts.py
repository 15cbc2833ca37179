"""Concept → resources: all names of a concept find the same, the deepest first, the unread by title and note."""

from __future__ import annotations

from index.concepts import Coverage, find_concept, in_reading_order
from index.search import Searcher

_BASE = "https://demo.concordance.example"
_DEPTHS = ["explains", "discusses", "mentions"]


def test_short_and_long_forms_are_one_concept(demo: Searcher) -> None:
    for name in ("CFG", "classifier-free guidance", "guidance scale"):
        first = find_concept(name, demo)[0]
        assert first.resource.url == f"{_BASE}/diffusion/guidance/"
        assert first.depth == "explains"


def test_the_deepest_come_first(demo: Searcher) -> None:
    covered = find_concept("attention", demo)
    depths = [_DEPTHS.index(item.depth) for item in covered]
    assert len(set(depths)) > 1
    assert depths == sorted(depths)


def test_what_covers_it_nearly_as_well_stands_in_the_order_of_the_list(demo: Searcher) -> None:
    rows = demo.store.resources
    covered = [
        Coverage(rows[number], depth, score, ())
        for number, depth, score in (
            (5, "explains", 1.40), (2, "explains", 1.38), (3, "explains", 1.37), (1, "explains", 1.36),
            (4, "discusses", 1.36), (0, "discusses", 1.35),
        )
    ]  # fmt: skip
    # The fourth is near the third, but not near the best of those that it would stand among.
    assert [item.resource.number for item in in_reading_order(covered)] == [2, 3, 5, 1, 0, 4]


def test_find_keeps_to_that_order(demo: Searcher) -> None:
    for concept in ("attention", "diffusion", "autoencoder", "convolution"):
        covered = find_concept(concept, demo)
        assert covered == in_reading_order(sorted(covered, key=lambda c: (_DEPTHS.index(c.depth), -c.score)))

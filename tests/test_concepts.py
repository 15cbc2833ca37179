"""Concept → resources: all names of a concept find the same, the deepest first, the unread by title and note."""

from __future__ import annotations

from index.concepts import find_concept
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

"""Measures against values reckoned by hand."""

from __future__ import annotations

from math import log2

import pytest

from index.metrics import (
    area_under_curve,
    common,
    first_rank,
    hit_rate,
    length,
    mean_reciprocal_rank,
    merged,
    ndcg,
    quantile,
    recall,
)


def test_ranks_count_from_one_and_none_is_never_a_hit() -> None:
    assert first_rank([False, False, True, True]) == 3
    assert first_rank([False]) is None
    assert hit_rate([1, 2, None, 6], 1) == 0.25
    assert hit_rate([1, 2, None, 6], 5) == 0.5
    assert mean_reciprocal_rank([1, 2, None, 4]) == pytest.approx((1 + 1 / 2 + 0 + 1 / 4) / 4)
    assert hit_rate([], 5) == mean_reciprocal_rank([]) == 0.0


def test_ndcg_discounts_by_rank_and_is_one_for_the_ideal_order() -> None:
    assert ndcg([3, 2, 0, 1], [1, 2, 3]) == pytest.approx((3 + 2 / log2(3) + 1 / log2(5)) / (3 + 2 / log2(3) + 1 / 2))
    assert ndcg([3, 2, 1], [1, 3, 2]) == pytest.approx(1.0)
    assert ndcg([0, 0, 1], [1], k=3) == pytest.approx(0.5)
    assert ndcg([0, 0, 1], [1], k=2) == 0.0
    # More is right than fits: the ideal too has only k places.
    assert ndcg([1], [1, 1, 1], k=1) == 1.0
    assert ndcg([0.0], []) == 0.0


def test_recall_counts_what_has_a_gain() -> None:
    assert recall(["a", "x", "b", "c"], {"a": 1, "b": 2, "x": 0, "z": 1}, 3) == pytest.approx(2 / 3)
    assert recall(["a"], {"a": 0}, 1) == 0.0


def test_ranges_count_each_character_once() -> None:
    assert merged([(5, 9), (0, 3), (3, 4), (8, 12), (20, 21)]) == [(0, 4), (5, 12), (20, 21)]
    assert merged([(0, 10), (2, 3)]) == [(0, 10)]
    assert length([(0, 10), (5, 15)]) == 15
    assert common([(0, 10), (20, 30)], [(5, 25), (8, 22)]) == 10
    assert common([(0, 5)], [(5, 9)]) == 0


def test_a_quantile_is_one_of_the_values_by_nearest_rank() -> None:
    values = [40.0, 10.0, 30.0, 20.0]
    assert [quantile(values, share) for share in (0, 0.25, 0.5, 0.51, 0.95, 1)] == [10, 10, 20, 30, 40, 40]
    assert quantile([], 0.5) == 0.0


def test_the_area_counts_pairs_and_ties_half() -> None:
    # Of 2 × 3 pairs the positive is above in 4 and level in one.
    assert area_under_curve([0.9, 0.5], [0.7, 0.5, 0.1]) == pytest.approx(4.5 / 6)
    assert area_under_curve([2, 3], [0, 1]) == 1.0
    assert area_under_curve([], [1.0]) == area_under_curve([1.0], []) == 0.5

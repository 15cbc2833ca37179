"""What is kept of what was computed last."""

from __future__ import annotations

from index.recent import Recent


def test_only_what_is_not_kept_is_computed_and_the_oldest_goes() -> None:
    kept: Recent[str, int] = Recent(2)
    asked: list[list[str]] = []

    def lengths(keys: list[str]) -> list[int]:
        asked.append(keys)
        return [len(key) for key in keys]

    assert kept.values(["one", "three", "one"], lengths) == [3, 5, 3]
    assert kept.values(["one"], lengths) == [3]
    assert kept.values(["seven", "one"], lengths) == [5, 3]
    assert kept.values(["three"], lengths) == [5]
    assert kept.values([], lengths) == []
    assert asked == [["one", "three"], ["seven"], ["three"]]

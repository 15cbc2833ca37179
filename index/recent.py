"""What was computed last, kept: a conversation comes back to what it has read, and a comparison reads it twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by their keys, those that were asked for last."""

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def values(self, keys: Sequence[Key], compute: Callable[[list[Key]], Sequence[Value]]) -> list[Value]:
        """Return the value of each key; ``compute`` returns those of the keys that are not kept, in their order."""
        with self._lock:
            had = {key: self._kept[key] for key in keys if key in self._kept}
        new = [key for key in dict.fromkeys(keys) if key not in had]
        had.update(zip(new, compute(new) if new else (), strict=True))
        with self._lock:
            for key in keys:
                self._kept[key] = had[key]
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return [had[key] for key in keys]

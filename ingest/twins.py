"""The same text under two addresses: recognised by its words, so that it is indexed once.

Shingles and their sampling by value after Broder, "On the resemblance and containment of documents"
(1997): of all runs of eight words, those whose hash falls in one class of sixteen.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from ingest.document import Document

_RUN = 8
_SAMPLE = 16
# Share of the sampled runs that two documents have in common, of those that either has.
ALIKE = 0.85
# Shorter texts are alike by chance: a notice, an error page.
_LEAST_WORDS = 120
_WORD = re.compile(r"\w+")


def twins(documents: Sequence[Document], first: Mapping[str, int]) -> dict[str, str]:
    """Return resource → the resource that says the same, for all but one of each set of twins.

    ``first`` ranks resources: the lowest of a set is the one kept.
    """
    ranked = sorted(documents, key=lambda document: first.get(document.resource, len(first)))
    holders: dict[int, list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    same: dict[str, str] = {}
    for document in ranked:
        runs = _runs(document)
        if not runs:
            continue
        shared = Counter(holder for run in runs for holder in holders.get(run, ()))
        for holder, count in shared.most_common(1):
            if count / (len(runs) + sizes[holder] - count) >= ALIKE:
                same[document.resource] = holder
        if document.resource not in same:
            sizes[document.resource] = len(runs)
            for run in runs:
                holders[run].append(document.resource)
    return same


def _runs(document: Document) -> frozenset[int]:
    words = [word for block in document.blocks for word in _WORD.findall(block.text.casefold())]
    if len(words) < _LEAST_WORDS:
        return frozenset()
    runs = (" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
    hashes = (int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big") for run in runs)
    return frozenset(value for value in hashes if value % _SAMPLE == 0)

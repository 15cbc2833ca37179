"""Ligatures that a file does not name: a font's own codes → letters, by the words that they make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

# What stays of them in the text layer: codes that mean nothing (PDFium gives a glyph's code where it has no name).
CODES = re.compile("[\x01\x03-\x08\x0b\x0c\x0e-\x1f]")
_WORD = re.compile("[^\\W\\d_\x01\x03-\x08\x0b\x0c\x0e-\x1f]*[\x01\x03-\x08\x0b\x0c\x0e-\x1f][^\\W\\d_]*")
_LETTERS = ("fi", "ff", "fl", "ffi", "ffl")
# Words with ligatures that English papers are full of; what the document itself writes otherwise is added.
_COMMON = frozenset(
    "affect affine affiliation affiliations afford artificial benefit briefly buffer classification classifier "
    "classifiers classify coefficient coefficients coffee confidence configuration configurations conflict "
    "conflicts defined defines define defining definition definitions diffeomorphism differ difference "
    "differences different differentiable differential differs difficult difficulty diffuse diffusion effect "
    "effective effectively effects efficiency efficient efficiently effort efforts field fields fifth fig figure "
    "figures file files fill filled film filter filtered filtering filters final finally find finding findings "
    "fine finer finetuning finite first firstly fit fits fitted fitting five fix fixed flat flexibility flexible "
    "flight float floating floor flow flows fluctuations fluid fully identified identification identify "
    "inefficient infinite infinitely inflated inflation influence influenced insufficient justify magnification "
    "modification modified modify off offer offered offers office official offline offset often overfitting "
    "prefix profile profiles proficient reflect reflects refine refined satisfied satisfies satisfy scaffold "
    "scientific shuffle significance significant significantly simplified simplify specific specifically "
    "specification specified specify staff stuff sufficient sufficiently suffix suffer suffers traffic unified "
    "verified verify workflow".split()
)


def ligatures(texts: Iterable[str], known: Mapping[str, int]) -> dict[str, str]:
    """Return what each code of a document most likely stands for; a code that makes no word is left out.

    ``known``: the words that the document writes without codes, folded.
    """
    words: dict[str, Counter[str]] = {}
    for text in texts:
        for word in _WORD.findall(text):
            codes = CODES.findall(word)
            if len(codes) == 1:
                words.setdefault(codes[0], Counter())[word.casefold()] += 1
    found: dict[str, str] = {}
    for code, some in words.items():
        scores = {
            letters: sum(
                word.replace(code, letters) in _COMMON or word.replace(code, letters) in known for word in some
            )
            for letters in _LETTERS
        }
        best = max(_LETTERS, key=lambda letters: scores[letters])
        if scores[best]:
            found[code] = best
    return found

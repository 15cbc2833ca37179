"""What can be compared word for word between two texts: quotes, numbers, names, negation, opposites."""

from __future__ import annotations

import re

from index.lexical import words

_I = re.IGNORECASE
_QUOTED = re.compile(r"[“\"]([^”\"\n]{8,}?)[”\"]")
# Not part of a name ("GPT-3", "H100", "x2"), of an address or of a LaTeX command.
_NUMBER = re.compile(
    r"(?<![\w.\\])(?<![A-Za-z]-)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
    r"(?:\s?(k|m|b|t|bn|thousand|million|billion|trillion)\b)?",
    _I,
)
_SCALE = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "t": 1e12,
    "trillion": 1e12,
}  # fmt: skip
_SPELLED = {
    name: float(value)
    for value, name in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"sixteen": 16.0, "twenty": 20.0, "thirty": 30.0, "fifty": 50.0, "hundred": 100.0, "thousand": 1000.0, "half": 0.5}
# These are said too loosely to be held against a statement.
_LOOSE = frozenset(("zero", "one", "two", "hundred", "thousand", "half"))
_COUNTED = re.compile(
    r"(?<![\w.\\])(?<![A-Za-z]-)(\d[\d,.]*(?:\s?(?:k|m|b|t|bn|thousand|million|billion|trillion)\b)?|three|four|five|"
    r"six|seven|"
    r"eight|nine|ten|eleven|twelve|sixteen)[\s-]+(?:(?:different|distinct|separate|more|of the|attention|hidden|"
    r"total)\s+)?([a-z][a-z]{2,})",
    _I,
)
_NAME = re.compile(r"(?<![\w\\{])[A-Za-z]*[A-Z][\w]*(?:[-.][A-Za-z\d]+)*")
_OPENERS = re.compile(
    r"\w+(?:ing|ed|ly|tion|sion|ment|ness|ity|ers|ors|ance|ence|als?|ive|ous|ic|s)$|^(?:a|an|the|this|that|these|"
    r"those|it|its|they|"
    r"their|we|you|he|she|in|on|at|by|for|from|with|without|as|if|when|while|where|because|since|although|though|"
    r"unlike|like|both|"
    r"each|every|all|some|many|most|more|less|one|two|three|first|second|third|then|next|finally|also|however|thus|"
    r"therefore|"
    r"instead|here|there|what|why|how|which|who|to|of|and|or|but|not|no|yes|only|even|after|before|during|under|over|"
    r"through|"
    r"between|given|such|using|compared|rather|so|data|model|training|noise|attention|people|text|learning|"
    r"information|input|"
    r"output|deep|large|small|new|any|another|other|half|just|once|until|via|due|per|note)$",
    _I,
)
_DENIAL = r"not|no|never|cannot|none|neither|nor|without|nothing|unable|impossible"
_REFUSAL = (
    r"hardly|rarely|lacks?|lacking|fail(?:s|ed|ing)?|avoid(?:s|ed|ing)?|circumvent(?:s|ed|ing)?|prevent(?:s|ed|ing)?|"
    r"eliminat(?:es?|ed|ing)|remov(?:es?|ed|ing)"
)
# Where one thing is set against another, each is denied what the other has.
_CONTRAST = r"unlike|whereas|while|instead|rather|only|un(?:necessary|needed|stable|conditional)|independent|(?<!-)free"
_OUTRIGHT = re.compile(rf"\b(?:{_DENIAL})\b|n['’]t\b", _I)
_MEANT = re.compile(rf"\b(?:{_DENIAL}|{_REFUSAL})\b|n['’]t\b", _I)
_IMPLIED = re.compile(rf"\b(?:{_DENIAL}|{_REFUSAL}|{_CONTRAST})\b|n['’]t\b", _I)
_OPPOSITES = (
    "increase decrease", "increase reduce", "more less", "more fewer", "higher lower", "high low", "larger smaller",
    "large small", "faster slower", "fast slow", "before after", "always never", "maximize minimize",
    "maximise minimise", "better worse", "best worst", "first last", "positive negative", "deep shallow",
    "longer shorter", "long short", "encoder decoder", "forward backward", "forward reverse", "easier harder",
    "easy hard", "cheaper costlier", "gain lose", "linear quadratic", "discrete continuous", "frozen trainable",
    "supervised unsupervised", "conditional unconditional", "upsample downsample", "add remove", "above below",
    "strong weak", "stronger weaker", "hot cold", "local global", "early late", "earlier later", "dense sparse",
    "most least", "maximum minimum", "outperform underperform", "biggest smallest", "largest smallest",
)  # fmt: skip
_PAIRS = tuple(
    (words(a)[0], words(b)[0], a, b)
    for pair in _OPPOSITES
    for one, other in [pair.split()]
    for a, b in ((one, other), (other, one))
    if words(a) and words(b)
)


def straightened(text: str) -> str:
    """Return text with plain quotes and dashes, single spaces, in lower case."""
    table = str.maketrans(
        {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "\u00a0": " "}
    )
    return " ".join(text.translate(table).split()).casefold()


def squeezed(text: str) -> str:
    """Return the letters and figures of a text, in lower case."""
    return re.sub(r"[\W_]", "", text.casefold())


def quotes(text: str) -> list[str]:
    """Return what stands in quotation marks, if it is more than a word or two."""
    return [quote for quote in _QUOTED.findall(text) if len(quote.split()) > 2]


def number_values(text: str) -> dict[str, float]:
    """Return the numbers written in figures, as they stand → their value ("20B" and "20 billion" are one)."""
    found: dict[str, float] = {}
    for match in _NUMBER.finditer(text):
        scale = (match.group(2) or "").lower()
        value = float(match.group(1).replace(",", "")) * _SCALE.get(scale, 1.0)
        found[match.group().strip()] = value
    return found


def spelled_numbers(text: str) -> dict[str, float]:
    """Return the numbers written as words that count something for sure → their value."""
    return {
        word: _SPELLED[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _SPELLED and word not in _LOOSE
    }


def counted_things(text: str) -> dict[str, set[float]]:
    """Return what numbers stand before: the stem of the thing → the numbers that count it."""
    found: dict[str, set[float]] = {}
    for match in _COUNTED.finditer(text):
        written, thing = match.group(1).lower(), words(match.group(2))
        values = number_values(written) or spelled_numbers(written)
        if thing and values:
            found.setdefault(thing[0], set()).update(values.values())
    return found


def names(text: str) -> list[str]:
    """Return the proper names and abbreviations of a sentence; its first word only where it must be one."""
    found: list[str] = []
    for match in _NAME.finditer(re.sub(r"\$[^$]*\$", " ", text)):
        name = match.group()
        first = not re.search(r"\w", text[: match.start()]) or bool(re.search(r"[.!?:“\"]\s*$", text[: match.start()]))
        inner = bool(re.search(r"[A-Z\d]", name[1:]))
        if len(name) < 2 or (first and not inner and _OPENERS.search(name)):
            continue
        if name not in ("I", "LaTeX"):
            found.append(name)
    return found


def initials(text: str) -> str:
    """Return the first letters of all words in order: an abbreviation of what a text spells out is in there."""
    return "".join(part[0] for part in re.findall(r"[A-Za-z]+", text)).lower()


def denies(text: str) -> bool:
    """Whether a text denies something outright ("not", "without")."""
    return bool(_OUTRIGHT.search(text))


def is_negated(text: str) -> bool:
    """Whether a text denies something, with "not" or with a verb that means it ("avoids")."""
    return bool(_MEANT.search(text))


def may_deny(text: str) -> bool:
    """Whether a text gives ground for a denial: it denies, or it sets one thing against another."""
    return bool(_IMPLIED.search(text))


def contrary(statement: str, sentence: str) -> tuple[str, str] | None:
    """Return (what the statement says, what the sentence says) where they name opposite poles, else None."""
    said, source = set(words(statement)), set(words(sentence))
    for stem, opposite, word, other in _PAIRS:
        if stem in said and opposite not in said and opposite in source and stem not in source:
            return word, other
    return None

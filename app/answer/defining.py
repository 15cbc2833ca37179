"""Whether a sentence defines a name, and what texts give as the long or short form of one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from app.answer.form import without_marker

_I = re.IGNORECASE

_ADVERB = (
    r"(?:(?:\w+ly|just|also|often|sometimes|thus|then|in fact|in essence|at its core|nothing (?:more|but)|"
    r"itself|here|now)\s+)*"
)
_EVALUATIVE = re.compile(
    r"(?:a |an |the |one of the |our |another )?(?:very |really |quite |so |truly |most |more |rather |particularly |"
    r"also )*"
    r"(?:powerful|important|crucial|essential|core|key|great|popular|common|interesting|cool|clever|beautiful|helpful|"
    r"useful|simple|natural|difficult|major|huge|flexible|good|bad|hot|active|amazing|nice|neat|perfect|hard|easy|"
    r"fun|big|main|general|extremely|standard|different|same|similar|example|kind of|well|not|seemingly|intuitive|"
    r"less|still|everywhere|"
    r"ubiquitous|notorious|famous|widely|now|available|special case|\w+(?:est|able) (?:kind|sort|example)s?|striking|"
    r"remarkable|exciting|fascinating|elegant|surprising|impressive|promising|successful|influential|attractive|"
    r"challenging|game[- ]?changer|breakthrough|milestone|development|revolution|success)\b|"
    r"one of the (?:most|\w+est)\b",
    _I,
)
_PRAISED_KIND = re.compile(r"\s+(?:[\w-]+\s+){1,4}(?:that|which|for|where|used|in which|to)\b", _I)
_DETERMINER = re.compile(
    r"(?:a|an|the|one|any|anything|how|where|when|what|whether|that|this|simply|those|some|ways?|methods?|techniques?|"
    r"functions?|models?|neural|groups?|sets?|collections?|algorithms?|networks?|numbers?|vectors?|types?|basically)\b",
    _I,
)
# Who made a thing, and when, says not what it is.
_ORIGIN = r"(?:in \d{4}|by (?-i:[A-Z]))"
_MEANS = re.compile(
    r"(?:refers? to|means?|denotes?|stands? for|measures?|describes?|represents?|consists? of|quantif(?:y|ies)|"
    r"(?:is|are|was|were|can be) (?:\w+ly )?(?:defined|described|thought of|seen|viewed|understood|computed|given|"
    r"formulated|expressed)"
    rf"(?!\s+{_ORIGIN})(?: as| by| in terms)?|tells? (?:us|you)|states?|says?|removes?|(?:is|are) (?:called|known))\b",
    _I,
)
_COPULA = re.compile(rf"(?:is|are|was|were|['’]s)\s+{_ADVERB}", _I)
# Where a thing is, what with, or whence, says not what it is.
_PLACED = re.compile(
    rf"(?:up|in|on|at|with|from|among|there|here|out|over|under|near)\b|\w+ed {_ORIGIN}"
    r"|(?:used|applied|found|seen|employed|discussed|taught) (?:in|by|at|on|with|throughout|everywhere|across)\b",
    _I,
)
_THIRD_PERSON = re.compile(rf"{_ADVERB}(\w+s)\b")
_HEAD = (
    r"(?:operation|method|model|layer|mechanism|technique|algorithm|approach|architecture|function|process|strategy|"
    r"network|loss|feature|token|"
    r"trick|hypothesis|module|block|framework|unit|neuron|value|term|step|idea|concept|principle|objective|problem|"
    r"theorem|rule)s?"
)
# What may stand between a name and its predicate.
_ASIDE = re.compile(
    rf"[\"”'’*_)]*(?:\s+{_HEAD}\b)?(?:\s+\$[^$]{{1,80}}\$)?"
    r"(?:\s*\([^)]{1,80}\)|\s*,(?!\s*(?:and|or|but|nor)\b)[^,;.]{1,90},|\s*[-–—][^-–—]{1,80}[-–—])?\s*",
    _I,
)
# "The arithmetic intensity of an algorithm is given by …"
_OWNER = re.compile(r"(?:of|in|for|between)\s+(?:(?:a|an|the|any|each)\s+)?(?:[\w-]+\s+){1,2}", _I)
_LEADING = (
    r"\W*(?:(?:in|for|at|with|by|from|as|formally|simply put|in short|in other words|basically|essentially|intuitively|"
    r"note|definition|tl;dr|so|well|thus|therefore|hence|overall|generally|recall|key takeaway|"
    r"takeaway)\b[^.;:]{0,60}?[,:]\s+)?"
    r"(?:that\s+)?"
)
_QUOTE = r"[\"“‘'*_(]*"
_ARTICLES = r"(?:(?:a|an|the|our|term|word|most|typical|proposed|standard)\s+){0,2}"
_BEFORE_SUBJECT = re.compile(_LEADING + _ARTICLES + _QUOTE, _I)
_BEFORE_EACH = re.compile(rf"\W*(?:each|every|all|both|any|such|these|this)\s+{_QUOTE}", _I)
_INSIDE = re.compile(rf"(?:\b(?:that|where)|,)\s+{_ARTICLES}{_QUOTE}$", _I)
_REGARDING = re.compile(
    rf"\b(?:think of|view|define|regard|describe|see|treat|interpret|understand|introduce[sd]?)\s+{_ARTICLES}{_QUOTE}$",
    _I,
)
_PRESENTING = re.compile(
    rf"\b(?:introduc(?:es?|ed|ing)|presents?|propos(?:es?|ed)|creates?|develop(?:s|ed)?|us(?:es?|ed|ing))\s+{_ARTICLES}{_QUOTE}$",
    _I,
)
_NAMING = re.compile(
    r"\b(?:calls?|called|known as|referred to as|termed|dubbed|named|(?:we|i) (?:\w+ )?(?:call|term) (?:this|it|these|"
    r"such)(?: \w+)?)\s+"
    rf"(?:(?:a|an|the)\s+)?{_QUOTE}$",
    _I,
)

# "The reason these are called U-Nets is …" tells of the name.
_WHY_NAMED = re.compile(r"\b(?:reason|why)\b", _I)
# "GPT-3", "v5e", "H100": letters, and what tells it from the others of its kind.
_SERIES = re.compile(r"([a-z]+)[-‐‑]?\d[\w.]*", _I)
# A hyphen is inside a word.
_BETWEEN_WORDS = re.compile(r"[\s/()\[\]{}<>“”\"‘’'`,:;=|—–]+")


def names_in(text: str, names: Iterable[str]) -> float:
    """Return the share of the names that words of a text begin with (1 when there are none).

    However they are written: "u net" is in "U-Nets"; but "VAE" is not in "VQ-VAE", which is another thing.
    """
    listed = list(names)
    if not listed:
        return 1.0
    written = "".join(f" {_squeezed(word)}" for word in _BETWEEN_WORDS.split(text))
    return sum(bool(_spaced(singular(name)).search(written)) for name in listed) / len(listed)


def parts_in(text: str, parts: Iterable[str]) -> float:
    """Return the share of the parts that occur anywhere in a text: "attention" in "MultiHeadAttention"."""
    listed = list(parts)
    squeezed = _squeezed(text)
    return sum(_squeezed(singular(part)) in squeezed for part in listed) / len(listed) if listed else 1.0


def definition_score(text: str, names: Iterable[str]) -> float:
    """Return how much a sentence has the form of a definition of one of the names (0 to 1)."""
    plain = " ".join(without_marker(text).split())
    return max((_defines(plain, name) for name in names if name.strip()), default=0.0)


def of_another(text: str, names: Iterable[str]) -> bool:
    """Whether a text speaks of others of a series ("v5e") and not of the one that a name means ("v5p")."""
    for name in names:
        series = _SERIES.fullmatch(name)
        if series is None or names_in(text, [name]):
            continue
        others = rf"(?<!\w){re.escape(series[1])}[-‐‑ ]?\d[\w.]*"
        if re.search(others, text, _I):
            return True
    return False


def variants(name: str) -> list[str]:
    """Return what the name of a quality is said of: "polysemantic" of "polysemanticity"."""
    match = re.fullmatch(r"(.{5,}?)(?:ity|ness)", name.strip(), _I)
    return [match[1]] if match and " " not in match[1] else []


def expansions(texts: Iterable[str], name: str) -> list[str]:
    """Return what the texts give as the long or short form of a name: "low-rank adaptation (LoRA)" both ways."""
    found: dict[str, None] = {}
    squeezed = _squeezed(name)
    for text in texts:
        for match in re.finditer(r"((?:[\w’'-]+ ){1,6})\(([A-Z][\w-]*[A-Z][\w-]*?)s?(?: \w+)?\)", text):
            long, short = _initialled(match.group(1).split(), match.group(2)), match.group(2)
            if long and _squeezed(short) == squeezed:
                found[long] = None
            elif long and _squeezed(long) == squeezed:
                found[short] = None
    return list(found)


def _initialled(tokens: list[str], short: str) -> str:
    """Return the words at the end that an abbreviation is made of, or "" where the initials do not fit."""
    letters = [letter for letter in short.lower() if letter.isalpha()]
    for size in range(1, len(tokens) + 1):
        joined = "-".join(tokens[-size:]).lower()
        parts = [part for part in re.split(r"[-’']", joined) if part]
        if parts and parts[0][0] == letters[0] and len(parts) >= len(letters) / 2 and _subsequence(letters, joined):
            initials = [part[0] for part in parts]
            if sum(letter in initials for letter in letters) >= 0.5 * len(letters):
                return " ".join(tokens[-size:])
    return ""


def _subsequence(letters: list[str], text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _defines(text: str, name: str) -> float:
    return max((_defines_at(text, *match.span()) for match in _name_pattern(name).finditer(text)), default=0.0)


def _defines_at(text: str, start: int, end: int) -> float:
    """Return how defining a sentence is for the name at a place in it."""
    before, after = text[:start], text[end:]
    aside = _ASIDE.match(after)
    rest = after[aside.end() :] if aside else after
    owner = _OWNER.match(rest)
    if owner and (_MEANS.match(rest[owner.end() :]) or _COPULA.match(rest[owner.end() :])):
        rest = rest[owner.end() :]
    # "a Key-Value Cache (KV Cache)": where the short form is given, the thing is usually explained.
    bracketed = bool(re.search(r"\w\s+\($", before)) and after.startswith(")")
    short = re.match(r"\s+\([A-Z][\w-]*[A-Z]\w*(?: \w+)?\)", after)
    # The last of several that are counted off is only named.
    listed = re.search(r"\b(?:and|or)\s+(?:(?:[\w-]+\s+){1,5}\()?$", before) and not re.search(
        r"\w", after[short.end() if short else 0 :]
    )
    introduced = 0.5 if (bracketed or short) and not listed else 0.0
    if _BEFORE_SUBJECT.fullmatch(before):
        return _predicate(rest)
    if _BEFORE_EACH.fullmatch(before):
        return 0.5 * _predicate(rest)
    if bracketed and len(before.split()) <= 9:
        rest = after[1:].lstrip()
        return _predicate(rest) if _COPULA.match(rest) else max(introduced, _predicate(rest))
    # "called Perceiver IO" names another thing than the Perceiver.
    if _NAMING.search(before) and not re.match(r"\s+[A-Z\d]", after):
        return max(introduced, 0.3 if _WHY_NAMED.search(before) else 0.7)
    # "We can think of X as a mechanism that …"
    if _REGARDING.search(before) and re.match(r"as\b(?! (?:a whole|well|follows|before|above)\b)", rest):
        return 0.9
    # "Our hypothesis is that X is a …": inside a sentence, after "that" or a comma.
    if _INSIDE.search(before) and re.match(r"(?:is|are|means?|refers?)\b", rest, _I):
        return max(introduced, 0.5 * _predicate(rest))
    # "We introduce X, a benchmark of …"
    if re.match(r",\s+(?:a|an)\s+(?:[\w-]+\s+){0,6}?[\w-]+", after, _I):
        introduced = max(introduced, 0.9 if _PRESENTING.search(before) else 0.7)
    quoted = before.endswith(tuple("\"“‘'*_")) and after.startswith(tuple("\"”’'*_"))
    if quoted or re.match(r",?\s*(?:that|which|where|in which)\b", rest, _I):
        return max(introduced, 0.5)
    return introduced


def _predicate(rest: str) -> float:
    """Return how defining what follows the subject is."""
    if _MEANS.match(rest):
        return 1.0
    # A glossary writes "Arch - A curved …".
    if rest[:1] in ":–—=" or re.match(r"-\s+(?:a|an|the|any|when|how|what)\b", rest, _I):
        return 0.75 if len(rest.split()) > 4 else 0.2
    copula = _COPULA.match(rest)
    # What a thing is as well, it is not in the first place.
    if copula and re.search(r"\balso\b", copula.group(), _I):
        return 0.35
    if copula:
        predicate = rest[copula.end() :]
        praised = _EVALUATIVE.match(predicate)
        if praised:
            # "is the key algorithm that makes …" praises and defines.
            return 0.75 if _PRAISED_KIND.match(predicate[praised.end() :]) else 0.2
        if _DETERMINER.match(predicate):
            return 1.0
        return 0.15 if _PLACED.match(predicate) else 0.5
    verb = _THIRD_PERSON.match(rest)
    if verb and verb.group(1).lower() not in ("has", "does", "was", "as", "its", "this", "s", "comes", "seems", "us"):
        return 0.65
    return 0.15


@lru_cache(maxsize=512)
def _name_pattern(name: str) -> re.Pattern[str]:
    tokens = [singular(token) for token in re.split(r"[\s\-‐‑–]+", name) if token]
    # A word more inside a name of three or more ("classifier-free diffusion guidance") leaves it the same name.
    gap = r"[\s\-‐‑–]*(?:\w+\s+)?" if len(tokens) >= 3 else r"[\s\-‐‑–]*"
    plural = r"(?:e?s|['’]s)?"
    return re.compile(r"(?<![\w-])" + (plural + gap).join(re.escape(token) for token in tokens) + plural + r"\b", _I)


@lru_cache(maxsize=512)
def _spaced(name: str) -> re.Pattern[str]:
    """Return what finds a name at the start of a word in a text of squeezed words, in one word or in several."""
    return re.compile(" " + " ?".join(map(re.escape, _squeezed(name))))


def singular(token: str) -> str:
    """Return a word without the s of its plural."""
    return token[:-1] if len(token) > 3 and token.endswith("s") and not token.endswith(("ss", "us", "is")) else token


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())

"""What the form of a sentence tells of its use in an answer: fragment, pointer, definition, or plain statement.

These are shapes of English, not of any site; all of it is matched without a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_I = re.IGNORECASE

# Openings that lean on what was said before.
_BACK = re.compile(
    r"^\W*(?:(?:and|but|so|then|also|thus|hence|therefore|however|moreover|furthermore|instead|otherwise|again|yet|or|"
    r"well|now|okay|indeed|similarly|likewise|conversely|additionally|finally|lastly|secondly|thirdly|next|meanwhile|"
    r"nevertheless|nonetheless|consequently|accordingly|still|plus|besides|alternatively|more generally|in contrast|"
    r"in addition|in turn|on the other hand|on the contrary|as a result|for (?:this|that) reason|that said|even so|"
    r"in (?:this|that|these|such|both) (?:way|case|sense|manner|setting|situation|process|context|regime)s?|"
    r"another|other|for (?:example|instance)|e\.g\.|i\.e\.|in other words|that is|to (?:do|fix|solve|"
    r"achieve) (?:this|that|these|so)|"
    r"because of this|despite (?:this|that|these)|as a bonus|with (?:this|that|these)|from (?:this|that|these|here)|"
    r"after (?:this|that)|at this point|"
    r"(?:the )?(?:former|latter)|same|here|except|notice|note that|as (?:above|before|such|mentioned|noted|shown|"
    r"discussed)|"
    r"which|where|while not|whose|when this)\b|"
    r"(?:it|its|it['’]s|this|these|those|they|their|they['’]re|he|she|his|her|such|both|neither|either|"
    r"each of (?:these|them)|"
    r"one of (?:these|them)|some of (?:these|them)|all of (?:these|this|them)|none of (?:these|them)|"
    r"that(?:['’]s| is| was| means| would| makes| way| said)|doing so|"
    r"(?:in|for|to|by|of|with|on|from|at|under|through|using|during) (?:this|these|those|it|them|their|such|both)|"
    r"the (?:above|following|same|other|previous|next|resulting|two above|first one|second one|authors?) )\b)",
    _I,
)
# A pronoun for what the sentence before named: such a sentence is hard to read alone.
_PRONOUN = re.compile(
    r"^\W*(?:(?:and|but|so|then|thus|therefore|however|instead|also|note that|indeed|now|hence|unfortunately|sadly|"
    r"notice that|in fact|"
    r"for example|for instance|moreover|furthermore|additionally|finally|as a result|similarly),?\s+)?"
    r"(?:(?:in|for|to|by|of|with|on|from|at|under|through|using|during|despite|because of|like|unlike|similar to|"
    r"given|due to|"
    r"along with|without|besides|beyond|after|before|based on|all|each of|one of|some of|most of|none of|both of)\s+)?"
    r"(?:it|its|it['’]s|this|these|those|they|they['’]re|them|their|he|she|his|her|such(?! as)|both(?= of\b|,)|"
    r"that(?:['’]s| is| was| means| would| makes| said| way| gap))\b"
    r"|\b(?:we|i) (?:\w+ )?(?:call|term|refer to|name|dub) (?:this|these|it|them|such)\b|\bthis is (?:called|known|"
    r"where)\b",
    _I,
)
# "It is important that …" points nowhere.
_IMPERSONAL = re.compile(
    r"^\W*it(?:['’]s| is| was| can be| may be| seems| turns out| has been|"
    r" would be)?\s+(?:\w+ly\s+)?(?:\w+\s+)?(?:that|to)\b",
    _I,
)
# Talk about the text itself.
_META = re.compile(
    r"\b(?:let['’]?s|let us|let me)\b"
    r"|\b(?:we|i|you)(?:['’]ll| will|['’]re going to| are going to|['’]d like to| want to| shall| can now|"
    r" have yet to)\s+"
    r"(?:now |also |first |then |only |just |briefly |not |have )*"
    r"(?:see|saw|look|discuss|explore|cover|introduce|show|describe|explain|go|talk|learn|start|begin|take|walk|"
    r"implement|"
    r"dive|focus|use this|find out|review|revisit|understand|examine|reintroduce|summari[sz]e|share|cover|make use|"
    r"need to talk)\b"
    r"|\bin (?:this|the (?:next|following|previous|last|above|rest)) (?:section|article|post|blog|chapter|tutorial|"
    r"paper|video|part|appendix|guide|book|work|notebook|lesson)"
    r"|\b(?:as|like) (?:we|i)(?:['’]ve| have|['’]ll| will)? ?(?:mentioned|discussed|saw|seen|said|noted|see|"
    r"described|explained)"
    r"|\b(?:figure|image|diagram|plot|table|code|snippet|example|illustration|picture|equation|section|video|"
    r"animation)s? (?:below|above)\b"
    r"|\b(?:shown|illustrated|depicted|summari[sz]ed|described|listed|discussed|given|seen|visualized|"
    r"plotted) (?:below|above|in (?:the )?(?:figure|fig|table|section|image|diagram|next|following|previous|appendix))"
    r"|\b(?:see|refer to|check out|check|read|visit|have a look at|take a look)\s+(?:also\s+)?(?:the|our|my|this|"
    r"section|fig|table|appendix|https?|his|their|[A-Z])"
    r"|\b(?:recall|remember|imagine|suppose|consider|assume|notice) (?:that|how|the|a|we|it|you)?\b"
    r"|\byou may (?:have|be|notice|recall)|\bfeel free\b|\bfor (?:more|further|additional) (?:details?|information|"
    r"on|reading|about)"
    r"|\bbefore we\b|\bcomes? in\b|\blink to\b|\backnowledg|\bthanks? (?:to|for|you)\b|\bgrateful\b|"
    r"\bhelpful (?:blog|post|reference|article)"
    r"|\bthis (?:section|article|post|blog|chapter|tutorial|paper|video|guide|notebook|lesson)\b|\b(?:goal|focus|"
    r"purpose|aim) of this\b"
    r"|\bin (?:my|our) opinion\b|\bi (?:think|believe|feel|am|['’]m|love|like|hope|recommend)\b|\b(?:we|i) hope\b"
    r"|\b(?:we|i|you) (?:\w+ )?(?:\w+ed|saw|showed|gave|discussed) (?:above|below|earlier|before|previously)\b|"
    r"\bprevious(?:ly)? (?:discussed|blog|post|article)"
    r"|\bworth (?:noting|mentioning)\b|\bside note\b|\bin the future\b|\brefer the reader\b|\banother time\b|"
    r"\bwe (?:then |also |first )*(?:coded|implemented|ran|conducted)\b"
    r"|\b(?:my|i['’]ve|i have)\b|\bthe goal of\b|\bas (?:its|the|their) names? (?:implies|imply|suggests?)\b"
    r"|\bsubscribe\b|\bclick\b|\bsign up\b|\bleft as (?:future|an exercise)|\bfuture (?:work|research)\b|\bstay tuned\b"
    r"|\bthe following (?:figure|section|code|table|image|example|diagram|snippet)\b"
    r"|\b(?:below|above) (?:is|are|we|you|figure)\b|^\W*(?:below|above)\b|\bfig(?:ure|\.) ?\d",
    _I,
)
_EXERCISE = re.compile(
    r"^\W*(?:(?:pop )?quiz|problem|question|exercise|answer|solution|hint|homework|figure|fig\.|table|image|source|"
    r"credit|"
    r"photo|citation|bibtex|references?|footnote|paper|blog|video|link|part \d|chapter|"
    r"reference section)\b[^.]{0,40}?[:\[\d.]",
    _I,
)
_BIBLIOGRAPHIC = re.compile(
    r"https?://|www\.|@\w+\s*\{|\bdoi\b|\barxiv[: ]|\bpp\.|\bproceedings of\b|\bpreprint\b|\bet al\.,? \(?\d{4}\)?[:.]|"
    r"\bConference on\b|\bISBN\b|©|\ball rights reserved\b|\{\{|\}\}|\\begin\{(?:figure|document)",
    _I,
)
_BACK_MATTER = re.compile(
    r"^\W*(?:\d[\d.]*\s+)?(?:references?|bibliography|bibtex|citations?|how to cite|cite|acknowledge?ments?|credits?|"
    r"thanks|further reading|"
    r"follow[- ]up reads?|additional (?:resources|reading)|read more|(?:external )?links|resources|"
    r"author contributions?|authors?|"
    r"related posts|comments|licen[cs]e|changelog|references for .*|footnotes|see also|contribut(?:ing|ors?)|"
    r"about the authors?)\W*$",
    _I,
)
_CLOSED = re.compile(r"[.!?…:;。！？][\"'”’)\]*_]*\s*(?:\[?\d{1,3}\]?)?$|\$$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|can|could|will|would|may|might|must|should|do|does|did|let|lets|use|"
    r"uses|used|"
    r"make|makes|made|allow|allows|need|needs|take|takes|gives?|get|gets|learns?|means?|works?|reduces?|improves?|"
    r"adds?|"
    r"applies|apply|compute[sd]?|contains?|consists?|becomes?|helps?|shows?|produces?|provides?|requires?|enables?|"
    r"\w+izes?|\w+ates?|"
    r"removes?|keeps?|maps?|predicts?|splits?|trains?|starts?|runs?|sets?|adds?|tends?|grows?|turns?|scales?)\b",
    _I,
)
_MARKER = re.compile(r"^\s*(?:[-*•◦▪–]|\d{1,4}[.)])\s+")
_SUMMARY = re.compile(
    r"^\W*(?:tl;?dr|(?:key )?takeaway|definition|in (?:short|summary|a nutshell|essence|brief)|to sum(?:marize| up)|"
    r"the (?:key|core|main|basic|central|big) (?:idea|insight|difference|advantage|point)|simply put|formally|"
    r"intuitively|"
    r"essentially|basically|put simply)\b",
    _I,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|so that|in order to|therefore|thus|reason|otherwise|as a result|ensur(?:es?|ing)|"
    r"prevent(?:s|ing)?|"
    r"avoid(?:s|ing)?|allow(?:s|ing)?|enabl(?:es?|ing)|lead(?:s|ing)? to|cause[sd]?|makes? it|help(?:s|ing)?|to make|"
    r"unable|cannot|without|if we (?:did|do)|goal|purpose|motivat\w+|this (?:is why|means|makes|way))\b",
    _I,
)
_MANNER = re.compile(
    r"\b(?:by (?:\w+ly )?\w+ing|using|first|then|next|finally|step|works?|consists? of|through|via|"
    r"we (?:\w+ly )?(?:\w+)|given|takes?|"
    r"comput(?:es?|ed|ing)|appl(?:y|ies|ied)|instead|each|in which|where)\b",
    _I,
)
_CONTRAST = re.compile(
    r"\b(?:whereas|while|unlike|in contrast|instead|compared (?:to|with)|differ\w*|rather than|however|except\w*|but|"
    r"on the other hand|"
    r"same|similar\w*|more \w+ than|less \w+ than|\w+er than|both|outperform\w*|variant|replaces?)\b",
    _I,
)

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
    r"ubiquitous|notorious|famous|widely|now|available|special case)\b",
    _I,
)
_DETERMINER = re.compile(
    r"(?:a|an|the|one|any|anything|how|where|when|what|whether|that|this|simply|those|some|ways?|methods?|techniques?|"
    r"functions?|models?|neural|groups?|sets?|collections?|algorithms?|networks?|numbers?|vectors?|types?|basically)\b",
    _I,
)
_MEANS = re.compile(
    r"(?:refers? to|means?|denotes?|stands? for|measures?|describes?|represents?|consists? of|quantif(?:y|ies)|"
    r"(?:is|are|was|were|can be) (?:\w+ly )?(?:defined|described|thought of|seen|viewed|understood|computed|given|"
    r"formulated|expressed)"
    r"(?: as| by| in terms)?|tells? (?:us|you)|states?|says?|removes?|(?:is|are) (?:called|known))\b",
    _I,
)
_COPULA = re.compile(rf"(?:is|are|was|were|['’]s)\s+{_ADVERB}", _I)
_THIRD_PERSON = re.compile(rf"{_ADVERB}(\w+s)\b")
_HEAD = (
    r"(?:operation|method|model|layer|mechanism|technique|algorithm|approach|architecture|function|process|strategy|"
    r"network|loss|"
    r"trick|hypothesis|module|block|framework|unit|neuron|value|term|step|idea|concept|principle|objective|problem|"
    r"theorem|rule)s?"
)
# What may stand between a name and its predicate.
_ASIDE = re.compile(
    rf"[\"”'’*_)]*(?:\s+{_HEAD}\b)?(?:\s*\([^)]{{1,80}}\)|\s*,[^,;.]{{1,90}},|\s*[-–—][^-–—]{{1,80}}[-–—])?\s*", _I
)
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
_NAMING = re.compile(
    r"\b(?:called|known as|referred to as|termed|dubbed|named|(?:we|i) (?:\w+ )?(?:call|term) (?:this|it|these|"
    r"such)(?: \w+)?)\s+"
    rf"(?:(?:a|an|the)\s+)?{_QUOTE}$",
    _I,
)


def without_marker(text: str) -> str:
    """Return a list item's text without its bullet or number."""
    return _MARKER.sub("", text)


def points_back(text: str) -> bool:
    """Whether a sentence leans on the one before it, so that an answer must not open with it."""
    return bool(_BACK.match(text)) and not _IMPERSONAL.match(text)


def has_pronoun(text: str) -> bool:
    """Whether a sentence speaks of something that only the sentence before it names."""
    return bool(_PRONOUN.match(text)) and not _IMPERSONAL.match(text)


def is_unfit(text: str, block: str) -> bool:
    """Whether a unit says nothing that an answer could hold: a heading, a link list, a reference, a stub."""
    plain = without_marker(text).strip()
    if block in ("code", "table", "formula"):
        return not re.search(r"\w", plain)
    tokens = plain.split()
    if _BIBLIOGRAPHIC.search(plain) or plain.endswith("?"):
        return True
    lettered = sum(bool(re.search(r"[A-Za-z]{2}", token)) for token in tokens)
    if lettered < 3:
        return True
    if _CLOSED.search(plain):
        return not plain.endswith(":") and len(tokens) < 4
    # Without a stop at its end it is a statement only if it has a verb and some length.
    return len(tokens) < 6 or not _VERB.search(plain)


def is_back_matter(headings: Sequence[str]) -> bool:
    """Whether a section holds references, thanks or links rather than what its document says."""
    return any(_BACK_MATTER.match(heading) for heading in headings)


def is_meta(text: str) -> bool:
    """Whether a sentence talks about the text, its pictures or its author rather than about the matter."""
    return bool(_META.search(text) or _EXERCISE.match(without_marker(text)))


def is_stub(text: str) -> bool:
    """Whether a sentence only leads to what stands below it."""
    return text.rstrip().endswith(":")


def form_score(text: str, block: str) -> float:
    """Return what the form of a unit adds to (or takes from) its fitness to open an answer."""
    plain = without_marker(text)
    length = len(plain.split())
    value = 0.0
    if block not in ("code", "table", "formula"):
        if has_pronoun(plain):
            value -= 0.16
        elif points_back(plain):
            value -= 0.07
        elif re.match(r"(?:[^\s,]+\s+){1,7}(?:this|these|those) \w", plain):
            value -= 0.05
        if is_meta(plain):
            value -= 0.22
        if _SUMMARY.match(plain):
            value += 0.06
        if not _CLOSED.search(plain):
            value -= 0.1
        if plain.startswith(("(", "[")) or plain.count("(") != plain.count(")"):
            value -= 0.12
        if length < 7:
            value -= 0.12
        elif length > 60:
            value -= 0.1
        if plain.endswith("!"):
            value -= 0.06
    if block == "caption":
        value -= 0.12
    return value


def reason_score(text: str) -> float:
    """Return 1 where a sentence gives a reason, a purpose or an effect."""
    return float(bool(_REASON.search(text)))


def manner_score(text: str) -> float:
    """Return 1 where a sentence says how something is done."""
    return float(bool(_MANNER.search(text)))


def contrast_score(text: str) -> float:
    """Return 1 where a sentence sets one thing against another."""
    return float(bool(_CONTRAST.search(text)))


_COUNT = (
    r"(?:\d[\w.,]*|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|hundreds?|thousands?|millions?|"
    r"billions?)"
)


def count_score(text: str, counted: str) -> float:
    """Return 1 where a number stands before what is counted, less for a number anywhere."""
    number = _COUNT
    if counted and re.search(rf"\b{number}[ -](?:[\w-]+ ){{0,2}}{re.escape(_singular(counted))}", text, _I):
        return 1.0
    if not counted and re.search(rf"\b{number}\b", text, _I):
        return 0.8
    return 0.4 if re.search(r"\d", text) else 0.0


def names_in(text: str, names: Iterable[str]) -> float:
    """Return the share of the names that occur in a text (1 when there are none)."""
    listed = list(names)
    if not listed:
        return 1.0
    squeezed = _squeezed(text)
    return sum(_squeezed(name) in squeezed for name in listed) / len(listed)


def definition_score(text: str, names: Iterable[str]) -> float:
    """Return how much a sentence has the form of a definition of one of the names (0 to 1)."""
    plain = " ".join(without_marker(text).split())
    return max((_defines(plain, name) for name in names if name.strip()), default=0.0)


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
    # "a Key-Value Cache (KV Cache)": where the short form is given, the thing is usually explained.
    bracketed = bool(re.search(r"\w\s+\($", before)) and after.startswith(")")
    introduced = 0.5 if bracketed or re.match(r"\s+\([A-Z][\w-]*[A-Z]\w*(?: \w+)?\)", after) else 0.0
    if _BEFORE_SUBJECT.fullmatch(before):
        return _predicate(rest)
    if _BEFORE_EACH.fullmatch(before):
        return 0.5 * _predicate(rest)
    if bracketed and len(before.split()) <= 9:
        return max(introduced, _predicate(after[1:].lstrip()))
    if _NAMING.search(before):
        return max(introduced, 0.7)
    # "We can think of X as a mechanism that …"
    if _REGARDING.search(before) and re.match(r"as\b", rest):
        return 0.9
    # "Our hypothesis is that X is a …": inside a sentence, after "that" or a comma.
    if _INSIDE.search(before) and re.match(r"(?:is|are|means?|refers?)\b", rest, _I):
        return max(introduced, 0.7 * _predicate(rest))
    quoted = before.endswith(tuple("\"“‘'*_")) and after.startswith(tuple("\"”’'*_"))
    if quoted or re.match(r",?\s*(?:that|which|where|in which)\b", rest, _I):
        return max(introduced, 0.5)
    return introduced


def _predicate(rest: str) -> float:
    """Return how defining what follows the subject is."""
    if _MEANS.match(rest):
        return 1.0
    if rest[:1] in ":–—=":
        return 0.75 if len(rest.split()) > 4 else 0.2
    copula = _COPULA.match(rest)
    if copula:
        predicate = rest[copula.end() :]
        if _EVALUATIVE.match(predicate):
            return 0.3
        if _DETERMINER.match(predicate):
            return 1.0
        return 0.5
    verb = _THIRD_PERSON.match(rest)
    if verb and verb.group(1).lower() not in ("has", "does", "was", "as", "its", "this", "s", "comes", "seems", "us"):
        return 0.65
    return 0.15


@lru_cache(maxsize=512)
def _name_pattern(name: str) -> re.Pattern[str]:
    tokens = [_singular(token) for token in re.split(r"[\s\-‐‑–]+", name) if token]
    # A word more inside a name of three or more ("classifier-free diffusion guidance") leaves it the same name.
    gap = r"[\s\-‐‑–]*(?:\w+\s+)?" if len(tokens) >= 3 else r"[\s\-‐‑–]*"
    plural = r"(?:e?s|['’]s)?"
    return re.compile(r"(?<![\w-])" + (plural + gap).join(re.escape(token) for token in tokens) + plural + r"\b", _I)


def _singular(token: str) -> str:
    return token[:-1] if len(token) > 3 and token.endswith("s") and not token.endswith(("ss", "us", "is")) else token


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())

"""What the form of a sentence tells of its use in an answer: fragment, pointer, talk of the text, or plain statement.

These are shapes of English, not of any site; all of it is matched without a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answer.leaning import has_pronoun, points_back

_I = re.IGNORECASE

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
    r"|\bin (?:this|these|the (?:next|following|previous|last|above|rest)) (?:sub-?section|section|article|post|blog|"
    r"chapter|tutorial|paper|video|part|appendix|guide|book|work|notebook|lesson)"
    r"|\b(?:as|like) (?:we|i)(?:['’]ve| have|['’]ll| will)? ?(?:mentioned|discussed|saw|seen|said|noted|see|"
    r"described|explained)"
    r"|\b(?:figure|image|diagram|plot|table|code|snippet|example|illustration|picture|equation|section|video|"
    r"animation)s? (?:below|above)\b"
    r"|\b(?:above|below) (?:figure|image|diagram|plot|table|code|snippet|picture|video)s?\b"
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
    r"|\b(?:my|i['’]ve|i have)\b|\bthe goal of\b"
    r"|\b(?:so far|we['’]d be remiss)\b|\bin another (?:article|post|video|blog)"
    r"|\b(?:last|this|next) (?:week|month|year)\b|\bas (?:noted|mentioned|discussed|shown|seen|described) (?:above|"
    r"before|earlier|previously|below)\b|\b(?:can be|are|is) found (?:here|below|above|at)\b"
    r"|\bshown in (?:red|green|blue|gr[ea]y)\b"
    r"|\bi (?:wrote|abbreviated?|mentioned|covered|discussed)\b"
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
    r"https?://|www\.|@\w+\s*\{|\bdoi\b|\barxiv[: ]|\bpp\.|\bproceedings of\b|\bpreprint\b|"
    r"^.{0,90}\bet al\.,? \(?\d{4}\)?[:.]\s+\S|\bConference on\b|"
    r"\bISBN\b|©|\ball rights reserved\b|\{\{|\}\}|\\begin\{(?:figure|document)",
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
_SAYS = re.compile(
    _VERB.pattern + r"|\b\w+(?:ed|ing)\b|\b(?!The\b)[\w-]+ (?:\w+s|to \w+) (?:the|a|an|its|their)\b|=", _I
)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundreds?|thousands?|"
    r"millions?|billions?|dozens?|half|twice)\b",
    _I,
)
# So many large words with capitals are a title, even where a stop ends it.
_TITLE_WORDS = 4
_MARKER = re.compile(r"^\s*(?:[-*•◦▪–]|\d{1,4}[.)])\s+")
_BRACKETED = re.compile(r"\([^()]*\)")
_SUMMARY = re.compile(
    r"^\W*(?:tl;?dr|(?:key )?takeaway|definition|in (?:short|summary|a nutshell|essence|brief)|to sum(?:marize| up)|"
    r"the (?:key|core|main|basic|central|big) (?:idea|insight|difference|advantage|point)|simply put|formally|"
    r"intuitively|"
    r"essentially|basically|put simply)\b",
    _I,
)


def without_marker(text: str) -> str:
    """Return a list item's text without its bullet or number."""
    return _MARKER.sub("", text)


def is_unfit(text: str, block: str, items: bool = False) -> bool:
    """Whether a unit says nothing that an answer could hold: a heading, a link list, a reference, a stub.

    ``items`` says whether an item of a list may do without a verb ("28.4 BLEU on English to German").
    """
    plain = without_marker(text).strip()
    if block in ("code", "table", "formula"):
        return not re.search(r"\w", plain)
    tokens = plain.split()
    if _BIBLIOGRAPHIC.search(plain) or plain.endswith("?"):
        return True
    lettered = sum(bool(re.search(r"[A-Za-z]{2}", token)) for token in tokens)
    if lettered < 3 or (not items and _is_title(plain)):
        return True
    if _CLOSED.search(plain):
        # A run-in heading ("Implementation of the blocks.") is closed, too, but says nothing.
        says = _NUMBER.search(plain) or _SAYS.search(plain)
        return not plain.endswith(":") and (len(tokens) < 4 or (len(tokens) < 8 and not says))
    if block == "list" and items:
        return False
    # Without a stop at its end it is a statement only if it has a verb and some length.
    return len(tokens) < 6 or not _VERB.search(plain)


def _is_title(text: str) -> bool:
    """Whether all words but the small ones are written with a capital, and none of them is a verb."""
    large = [word for word in re.findall(r"[A-Za-z][\w-]*", text) if len(word) > 4]
    return len(large) >= _TITLE_WORDS and all(word[0].isupper() for word in large) and not _VERB.search(text)


def is_back_matter(headings: Sequence[str]) -> bool:
    """Whether a section holds references, thanks or links rather than what its document says."""
    return any(_BACK_MATTER.match(heading) for heading in headings)


def is_meta(text: str) -> bool:
    """Whether a sentence talks about the text, its pictures or its author rather than about the matter."""
    # "(see Chapter 13)" is by the way.
    plain = _BRACKETED.sub("", text)
    return bool(_META.search(plain) or _EXERCISE.match(without_marker(plain)))


def is_stub(text: str) -> bool:
    """Whether a sentence only leads to what stands below it."""
    return text.rstrip().endswith(":")


def is_open(text: str) -> bool:
    """Whether a sentence has no end: what stands below it may be its end ("To see the history, use")."""
    return not _CLOSED.search(text)


def form_flags(text: str, block: str) -> dict[str, float]:
    """Return what in the form of a sentence speaks for or against its opening an answer (each 0 or 1)."""
    plain = without_marker(text)
    length = len(plain.split())
    pronoun = has_pronoun(plain)
    return {
        "pronoun": float(pronoun),
        "points back": float(not pronoun and points_back(plain)),
        "summary": float(bool(_SUMMARY.match(plain))),
        "unclosed": float(not _CLOSED.search(plain)),
        "bracket": float(plain.startswith(("(", "[")) or plain.count("(") != plain.count(")")),
        "short": float(length < 7),
        "long": float(length > 60),
        "caption": float(block == "caption"),
    }

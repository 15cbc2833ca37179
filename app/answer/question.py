"""What a question asks for: its kind, its subject, what is compared, and the form that the answer should take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["definition", "how", "why", "number", "compare", "several", "formula", "code", "table", "fact"]

_I = re.IGNORECASE
_COMPARE = re.compile(
    r"\b(?:compare[sd]?|comparison|versus|vs\.?|differ|differs|different(?:ly)? from|differences?|contrast)\b", _I
)
# Each names two groups: the sides.
_SIDES = tuple(
    re.compile(pattern, _I)
    for pattern in (
        r"\b(?:differences?|comparison|contrast|distinguish|distinction)\s+(?:between\s+)?(.+?)\s+(?:and|from|with|"
        r"to)\s+(.+)",
        r"\bcompare[sd]?\s+(.+?)\s+(?:and|with|to|against)\s+(.+)",
        r"\bhow\s+(?:do|does|did|is|are)\s+(.+?)\s+(?:differ|different|compare)\w*\s+(?:from|to|with|than)\s+(.+)",
        r"\bhow\s+(?:do|does|did|are)\s+(.+?)\s+and\s+(.+?)\s+(?:differ|compare)\b",
        r"^(.+?)\s+(?:versus|vs\.?)\s+(.+)",
    )
)
_TABLE = re.compile(r"\b(?:table|spec(?:s|ifications?))\b", _I)
_FORMULA = re.compile(
    r"\b(?:formulas?|formulae|equations?|closed[- ]form|loss function|objective function|mathematical(?:ly)?|"
    r"derivation)\b",
    _I,
)
_CODE = re.compile(
    r"\b(?:code|snippet|implement(?:ation|ed|ing)?|pytorch|numpy|python|jax|tensorflow|command|script|api|in c\+\+)\b",
    _I,
)
_NUMBER = re.compile(
    r"^\s*(?:and\s+)?(?:by |to |at |in |for |on )?(?:how (?:many|much|large|big|small|long|deep|wide|fast|often|high|"
    r"low|tall|old|far)"
    r"|(?:what|which) (?:is the |are the |was the )?"
    r"(?:\w+ ){0,2}(?:number|size|percentage|fraction|share|rate|ratio|value|dimension(?:ality)?|year|score|accuracy|"
    r"bandwidth|depth|count|"
    r"cost|speed|factor|amount|throughput|latency)\b|when (?:was|were|did)|what year)",
    _I,
)
_SEVERAL = re.compile(
    r"^\s*(?:which\b|what are (?:the|some) (?:\w+ )?(?:\w+s)\b|what (?:\w+ )?(?:models|methods|approaches|ways|"
    r"techniques|"
    r"resources|papers|articles|problems|limitations|advantages|drawbacks|benefits|types|kinds)\b|name (?:some|"
    r"the)\b|list\b)",
    _I,
)
_STEPS = re.compile(
    r"^\s*(?:(?:what are|list|name|give) (?:me )?(?:the )?(?:\w+ )?(?:steps|stages|phases)|"
    r"walk me through|steps? (?:to|for)\b)",
    _I,
)
_WHY = re.compile(
    r"^\s*(?:and\s+)?(?:why\b|how come\b|what(?:'s| is| are| was) the (?:\w+ )?(?:reasons?|purpose|point|motivation|"
    r"idea|intuition|benefit|"
    r"advantage)\b|what (?:causes?|makes)\b|for what reason)",
    _I,
)
_HOW = re.compile(r"^\s*(?:and\s+)?how\b", _I)
_DO = re.compile(r"^\s*(?:and\s+)?how (?:do|can|should|would|could) (?:i|you|we|one)\b|^\s*how to\b", _I)
_DEFINITION = re.compile(
    r"^\s*(?:so |and |ok |please |can you |could you )*(?:what(?:'?s| is| are| was| were)(?: exactly| actually|"
    r" meant by)?\s+|define\s+|definition of\s+"
    r"|what do(?:es)? (?=.+ (?:mean|stand for|refer to|do|measure|represent|describe|denote)\b)|who (?:is|are)\s+|"
    r"explain\s+(?:to me\s+)?(?:what\s+)?|describe\s+"
    r"|(?:tell|teach) me (?:more )?about\s+|meaning of\s+|introduce\s+)",
    _I,
)
_TAIL = re.compile(
    r"\s+(?:mean|means|stand for|refer to|do|measure|represent|describe|denote|is|are|work|works|about)\s*$|\s+(?:to|"
    r"for) (?:a|an|me|my)\b.*$"
    r"|,?\s+(?:in (?:simple|plain|other|one|a few|your own)|according to|please|briefly|step by step|used for)\b.*$",
    _I,
)
_ARTICLE = re.compile(r"^(?:a|an|the|some|any|all)\s+", _I)
_CONTEXT = re.compile(r"\s+(?:of|in|for|at|on|by|with|from|to|as|using|used|when|during|that|which|according)\s+", _I)
_LEAD = re.compile(
    r"^\s*(?:and )?(?:(?:is|are|does|do|did|can|could|will|would|should|was|were|has|have|what|which|when|where|who|"
    r"why|how|to|the|"
    r"write|show|give|me|i|you|we|one|many|much|there|some)\b(?:['’]s)?\s+)+",
    _I,
)
_FINITE = re.compile(r"\b(?:is|are|does|do|did|was|were|has|have|can|will|should)\b", _I)
_FILLER = re.compile(
    r"^(?:the\s+|(?:\w+\s+)?)(?:formula|equation|code|implementation|definition|meaning|number|table)s?\s+(?:of|for|"
    r"behind)\s+",
    _I,
)
# A name in a question: it has a capital or a figure, and is not merely the first word.
_NAME = re.compile(r"(?<=\s)[A-Za-z]*(?:[A-Z]|\d)[\w.+-]*")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as far as its words tell.

    ``subject`` is what it is about, without article ("forget gate" of "What is the forget gate of
    an LSTM?"); ``sides`` are the two things that are compared; ``names`` are its proper names and
    what has figures in it, in lower case; ``counted`` is what a "how many" counts.
    """

    text: str
    kind: Kind
    subject: str
    sides: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    counted: str = ""
    wants_code: bool = False
    does: bool = False


def understand(text: str) -> Question:
    """Return what a question asks for."""
    plain = " ".join(text.split()).rstrip("?!. ")
    sides = _sides(plain)
    kind = _kind(plain, sides)
    subject = _subject(plain, kind)
    names = tuple(dict.fromkeys(name.strip(".").lower() for name in _NAME.findall(plain) if len(name) > 1))
    counted = re.search(r"\bhow many (?:\w+ly )?((?:[\w-]+ )?[\w-]+)", plain, _I)
    return Question(
        text,
        kind,
        subject,
        sides,
        names,
        counted.group(1).split()[0] if counted else "",
        bool(_CODE.search(plain)) or bool(_DO.match(plain)),
        bool(_DO.match(plain)),
    )


def wanted_length(text: str) -> float:
    """Return how many times the usual length an answer should have, by what the question says of it."""
    if re.search(
        r"\b(?:in (?:more |great |full )?(?:detail|depth)|at length|thorough(?:ly)?|comprehensive(?:ly)?|"
        r"long answer)\b",
        text,
        _I,
    ):
        return 2.0
    if re.search(
        r"\b(?:briefly|in (?:short|brief|one (?:sentence|line)|a (?:sentence|nutshell|few words))|tl;?dr|"
        r"short answer)\b",
        text,
        _I,
    ):
        return 0.4
    return 1.0


def _kind(text: str, sides: tuple[str, ...]) -> Kind:
    if sides or _COMPARE.search(text):
        return "compare"
    if _TABLE.search(text):
        return "table"
    if _FORMULA.search(text):
        return "formula"
    if _CODE.search(text) and re.search(
        r"\b(?:code|snippet|implementation|implement|command|script|write|show|give)\b", text, _I
    ):
        return "code"
    if _NUMBER.match(text):
        return "number"
    if _WHY.match(text):
        return "why"
    if _STEPS.match(text) or _HOW.match(text):
        return "how"
    if _SEVERAL.match(text):
        return "several"
    if _DEFINITION.match(text) or (len(text.split()) <= 5 and not _FINITE.search(text)):
        return "definition"
    return "fact"


def _sides(text: str) -> tuple[str, ...]:
    for pattern in _SIDES:
        match = pattern.search(text)
        if match:
            return tuple(_CONTEXT.split(_bare(side))[0] for side in match.groups())
    return ()


def _subject(text: str, kind: Kind) -> str:
    lead = _DEFINITION if kind == "definition" else _LEAD
    text = _TAIL.sub("", lead.sub("", text, count=1))
    text = _FILLER.sub("", _bare(text))
    if kind in ("definition", "formula", "code"):
        parts = _CONTEXT.split(text)
        return _bare(parts[0]) if parts[0] else text
    return text


def _bare(text: str) -> str:
    return _ARTICLE.sub("", _TAIL.sub("", text.strip(" ,;:\"'“”")).strip()).strip(" ,;:\"'“”")

"""What a question asks for: its kind, its subject, what is compared, and the form that the answer should take."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.answer.amount import Amount, amount_asked, counted_names
from app.answer.kind import DEFINITION, QUANTITY, SIDE_NOUN, Kind, Side, kind_of, side_of, wants_code, wants_steps
from index.asking import ASKING_VERB, QUESTION_WORD

_I = re.IGNORECASE
# Each names two groups: the sides.
_SIDES = tuple(
    re.compile(pattern, _I)
    for pattern in (
        r"\b(?:differences?|comparison|contrast|distinguish|distinction)\s+(?:between\s+)?(.+?)\s+(?:and|from|with|"
        r"to)\s+(.+)",
        r"^\W*(?:(?:please|can|could|would) (?:you )?)?compare\s+(.+?)\s+(?:and|with|to|against)\s+(.+)",
        r"\bhow\s+(?:do|does|did|is|are)\s+(.+?)\s+(?:differ(?:s|ent)?|compares?)\s+(?:from|to|with|than)\s+(.+)",
        r"\bhow\s+(?:do|does|did|are)\s+(.+?)\s+and\s+(.+?)\s+(?:differ|compare)\b",
        r"\bhow\s+(?:do|does|did)\s+(.+?)\s+improve\s+(?:on|upon|over)\s+(.+)",
        r"\bimprovements?\s+of\s+(.+?)\s+over\s+(.+)",
        r"^((?:[\w/.()-]+\s+){0,4}[\w/.()-]+)\s+(?:versus|vs\.?)\s+([^,:;]+)",
    )
)
_WHATS = re.compile(r"\b(what|who|where|how)s\b", _I)
# "X vs Y, which is better" compares X and Y.
_WHICH_ONE = re.compile(
    r"(\b(?:vs\.?|versus)\s.+?\w)(?:,| -)? which (?:one )?(?:is|are|should|do|would|works?|to)\b(?: \w+){0,4}$",
    _I,
)
# What "it" stands for in "What is X, and how does it differ from Y?"
_ITSELF = re.compile(r"^\W*(?:what|who) (?:is|are|was|were) (.+?),? (?:and|but) ", _I)
# A proper name, which has a capital or a figure, and what kind of thing it is the name of.
_CLASSED = re.compile(
    r"([\w.+-]*[A-Z\d][\w.+-]*) (?:algorithm|approach|architecture|framework|library|method|model|network|optimi[sz]er|"
    r"package|sampler|scheduler|technique|tokeni[sz]er|tool)s?"
)
# "How much longer", "by how much does": no noun follows.
_NO_NOUN = r"(?:\w+er|more|less|is|are|was|were|do|does|did|has|have|can|could|will|would|should|must)\b"
# "How many handle a token": a verb, before an article.
_MANY = re.compile(
    rf"\bhow (?:many|much) (?:\w+ly )?(?:of )?(?:the )?(?!{_NO_NOUN}(?! of)|\w+ (?:an?|the) )([\w-]+)"
    rf"(?: (?!{_NO_NOUN})([\w-]+))?",
    _I,
)
_COMPARED = re.compile(
    r"\bhow much (?:(?:more|less) (?!(?:is|are|do|does|did|of|to)\b))?((?<=more |less )\w+|\w+er|better|worse)\b", _I
)
_MEANT = re.compile(r"^\W*what does it mean (?:for (?:.+?) )?to (?:be |have |do )?(.+)", _I)
_DOES = re.compile(
    r"^\W*what do(?:es)? ((?:(?:the|an?)\s+)?\S+(?:\s+\S+)*?)\s+(?:mean|stand for|refer to|do|measure|represent|"
    r"describe|denote)\b",
    _I,
)
_TAIL = re.compile(
    r"\s+(?:mean|means|stand for|refer to|do|measure|represent|describe|denote|is|are|work|works|about)\s*$|\s+(?:to|"
    r"for) (?:a|an|me|my)\b.*$"
    r"|,?\s+(?:in (?:simple|plain|other|one|a few|your own)|according to|please|briefly|step by step|used for)\b.*$"
    r"|,?\s+and (?:how|what|when|where|why)\b.*$"
    r"|\s+(?:(?:good|meant|needed|suited|useful) )?for\s*$",
    _I,
)
# What is said before a question is put: "In RLHF, how many …", "a disc in a ring: how many …", "it is slow, why".
_ASKING = re.compile(
    rf"^(?:(?:in|for|with|within|on|at|during|under|when|if|after|before|given|of|as)\s+(?!{QUESTION_WORD})[^,?]{{3,100}},|"
    rf"(?!{QUESTION_WORD}|{ASKING_VERB}).{{3,150}}?(?:[:;]| [-–—]))\s+"
    r"(?:(?:and|so|then|roughly|about|approximately|exactly)\s+)?"
    rf"(?=(?:by |up to |to |in |at |with )?{QUESTION_WORD}|{ASKING_VERB} )",
    _I,
)
# "It" of "Raku pots leak: what is it that they lack?" is no thing to be defined.
_POINTS_BACK = re.compile(r"\b(?:it|its|they|them|this|that|these|those|there|here|causes?|things?)\b", _I)
_WHY_LAST = re.compile(rf"^(?!\W*{QUESTION_WORD}|\W*{ASKING_VERB}).*[,:;–—-]\s*(?:but |so )?why$", _I)
_ARTICLE = re.compile(r"^(?:a|an|the|some|any|all)\s+", _I)
# In lower case: "by" is no part of a sentence in "PARTITION BY clause".
# "Mixture of experts" is one name, "gate of the LSTM" is not.
_CONTEXT = re.compile(
    r"\s+(?:of(?! [a-z-]+$)|in|for|at|on|by|with|from|to|as|using|used|when|during|that|which|according)\s+"
)
_LEAD = re.compile(
    r"^\s*(?:and )?(?:(?:is|are|does|do|did|can|could|will|would|should|was|were|has|have|what|which|when|where|who|"
    r"why|how|to|the|"
    r"write|show|give|me|i|you|we|one|many|much|there|some)\b(?:['’]s)?\s+)+",
    _I,
)
_OWNED = re.compile(r"^((?:[\w-]+\s+){0,3}[\w-]+?)(?:['’]s|(?<=s)['’])\s+([\w-]+(?:\s+[\w-]+){0,3})$")
_FILLER = re.compile(
    r"^(?:the\s+|(?:\w+\s+)?)(?:formula|equation|code|implementation|definition|meaning|number|table)s?\s+(?:of|for|"
    r"behind)\s+"
    r"|^wrong\s+with\s+(?:just\s+)?"
    rf"|^(?:(?:main|key|biggest)\s+)?{SIDE_NOUN}\s+(?:of|to|in)\s+"
    r"|^(?:(?:basic|chief|core|main|overall|primary|whole)\s+)?(?:role|job|use|function|purpose|point|goal|aim|idea|"
    r"intuition|motivation)\s+(?:of|behind)\s+",
    _I,
)
# What has more words is a description, no name.
NAME_WORDS = 3
# A name in a question: it has a capital or a figure, and is not merely the first word.
_NAME = re.compile(r"(?<=\s)[A-Za-z]*(?:[A-Z]|\d)[\w.+-]*")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as far as its words tell.

    ``subject`` is what it is about, without article ("forget gate" of "What is the forget gate of
    an LSTM?"); ``sides`` are the two things that are compared; ``names`` are its proper names and
    what has figures in it, in lower case; ``counted`` is what a number is asked of, ``many`` says
    that it is a thing that can be counted ("heads"), no measure ("score"); ``does`` says that it
    asks how a person does something, or for its steps, ``side`` whether for the weak or the strong points of a thing;
    ``amount`` is the sort of number that is asked for, ``counted_names`` are the words by which a text may call what
    is counted.
    """

    text: str
    kind: Kind
    subject: str
    sides: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    counted: str = ""
    many: bool = False
    wants_code: bool = False
    does: bool = False
    side: Side = ""
    amount: Amount = "number"
    counted_names: tuple[str, ...] = ()

    @property
    def shows_code(self) -> bool:
        """Whether code may be the answer."""
        return self.wants_code or self.kind == "code"

    @property
    def side_names(self) -> tuple[str, ...]:
        """The names by which the sides are called, without their class: "Lion" of "Lion optimizer"."""
        return tuple(match[1] if (match := _CLASSED.fullmatch(side)) else side for side in self.sides)


def understand(text: str) -> Question:
    """Return what a question asks for."""
    plain = _WHATS.sub(r"\1's", _WHICH_ONE.sub(r"\1", " ".join(text.split()).rstrip("?!. ")))
    asking = _asking(plain)
    sides = _sides(plain)
    kind = kind_of(asking, bool(sides))
    if kind == "definition" and asking != plain and _POINTS_BACK.search(_subject(asking, kind)):
        kind = "fact"
    subject = _subject(asking if kind == "definition" else plain, kind)
    names = tuple(dict.fromkeys(name.strip(".").lower() for name in _NAME.findall(plain) if len(name) > 1))
    counted = _counted(plain)
    return Question(
        text,
        kind,
        subject,
        sides,
        names,
        counted,
        bool(_MANY.search(plain)),
        wants_code(plain, kind),
        wants_steps(plain),
        side_of(plain),
        amount_asked(text),
        counted_names(text, counted) if counted else (),
    )


def _asking(text: str) -> str:
    """Return the part of a question that asks."""
    return "why" if _WHY_LAST.match(text) else _ASKING.sub("", text, count=1)


def _counted(text: str) -> str:
    """Return the noun that a number is asked of: "layers" of "how many layers", "score" of "what BLEU score", or
    how two things are compared: "faster" of "how much faster".
    """
    compared = _COMPARED.search(text)
    if compared:
        return compared[1]
    many = _MANY.search(text)
    if many:
        noun, after = many.groups()
        # "attention heads" are heads, "GPU memory" is memory.
        much = re.match(r"how much\b", many.group(), _I) and not re.search(r"(?:ed|ing)$", after or "")
        return after if after and (much or (after.endswith("s") and not noun.endswith("s"))) else noun
    asked = re.match(
        rf"\W*(?:\w+ )?(?:what|which) (?:(?:is|are|was|were) the )?(?:[\w-]+ ){{0,2}}?({QUANTITY})\b", text, _I
    )
    return str(asked.group(1)) if asked else ""


def _sides(text: str) -> tuple[str, ...]:
    for pattern in _SIDES:
        match = pattern.search(text)
        if match:
            first, second = match.groups()
            itself = _ITSELF.match(text) if first.lower() in ("it", "they", "this", "that") else None
            return tuple(_CONTEXT.split(_bare(side))[0] for side in (itself[1] if itself else first, second))
    return ()


def _subject(text: str, kind: Kind) -> str:
    lead = DEFINITION if kind == "definition" else _LEAD
    meant = _MEANT.match(text)
    if meant:
        return _bare(meant[1])
    does = _DOES.match(text) if kind == "definition" else None
    text = _owned(_TAIL.sub("", does[1] if does else lead.sub("", text, count=1)))
    text = _bare(_FILLER.sub("", _bare(text)))
    if kind in ("definition", "formula", "code"):
        parts = _CONTEXT.split(text)
        return _bare(parts[0]) if parts[0] else text
    return text


def _owned(text: str) -> str:
    """Return "cell state of LSTM" for "LSTM's cell state"."""
    match = _OWNED.match(text)
    return f"{match[2]} of {match[1]}" if match else text


def _bare(text: str) -> str:
    return _ARTICLE.sub("", _TAIL.sub("", text.strip(" ,;:\"'“”")).strip()).strip(" ,;:\"'“”")

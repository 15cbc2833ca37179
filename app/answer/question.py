"""What a question asks for: its kind, its subject, what is compared, and the form that the answer should take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "definition", "how", "why", "number", "compare", "several", "formula", "code", "table", "who", "where", "when",
    "whether", "fact",
]  # fmt: skip
Side = Literal["", "limits", "benefits"]

_I = re.IGNORECASE
_COMPARE = re.compile(
    r"^\W*(?:(?:please|can|could|would) (?:you )?)?(?:compare|contrast)\b|(?<!-)\b(?:versus|vs)\b|"
    r"\bdiffer(?:s|ences?)?\b|\bdifferent(?:ly)? (?:from|to|than)\b|\bdistinguish(?:es)?\b|"
    r"\b(?:comparison|contrast) (?:of|between|with|to)\b|\bhow (?:do|does|did)\b.+\bcompare\b",
    _I,
)
# Each names two groups: the sides.
_SIDES = tuple(
    re.compile(pattern, _I)
    for pattern in (
        r"\b(?:differences?|comparison|contrast|distinguish|distinction)\s+(?:between\s+)?(.+?)\s+(?:and|from|with|"
        r"to)\s+(.+)",
        r"^\W*(?:(?:please|can|could|would) (?:you )?)?compare\s+(.+?)\s+(?:and|with|to|against)\s+(.+)",
        r"\bhow\s+(?:do|does|did|is|are)\s+(.+?)\s+(?:differ|different|compare)\w*\s+(?:from|to|with|than)\s+(.+)",
        r"\bhow\s+(?:do|does|did|are)\s+(.+?)\s+and\s+(.+?)\s+(?:differ|compare)\b",
        r"\bhow\s+(?:do|does|did)\s+(.+?)\s+improve\s+(?:on|upon|over)\s+(.+)",
        r"\b(?:advantages?|benefits?|improvements?)\s+of\s+(.+?)\s+over\s+(.+)",
        r"^(.+?)\s+(?:versus|vs\.?)\s+(.+)",
    )
)
# A proper name, which has a capital or a figure, and what kind of thing it is the name of.
_CLASSED = re.compile(
    r"([\w.+-]*[A-Z\d][\w.+-]*) (?:algorithm|approach|architecture|framework|library|method|model|network|optimi[sz]er|"
    r"package|sampler|scheduler|technique|tokeni[sz]er|tool)s?"
)
_TABLE = re.compile(
    r"\b(?:show|give|see|display|print|get|need|want)\b(?: \w+){0,3} tables?\b(?! with)|\btable of\b|"
    r"\b(?:in|as) a table\b|\bspec(?:s|ifications?)\b",
    _I,
)
_FORMULA = re.compile(
    r"\b(?:formulas?|formulae|equations?|closed[- ]form|mathematical(?:ly)?|derivation)\b"
    r"|^\W*(?:what(?:['’]s| is| are)|give|write|show|state|which) (?:me )?the (?:[\w'’-]+ ){0,6}?"
    r"(?:loss|objective|cost) functions?\b",
    _I,
)
# What asks so is not asking for a formula, whatever it speaks of.
_NO_FORMULA = re.compile(
    r"^\W*(?:and )?(?:why|who|whose|whom|when|where|is|are|was|were|do|does|did|can|could|will|would|should)\b",
    _I,
)
_CODE = re.compile(
    r"\b(?:code|snippet|implement(?:ation|ed|ing)?|pytorch|numpy|python|jax|tensorflow|command|script|api|in c\+\+)\b",
    _I,
)
# What asks for code itself, not about it ("the hash code").
_SHOWN = r"(?:code(?! ?points?)|snippets?|scripts?|examples?|implementations?|commands?|listings?|samples?)"
_ASKS_CODE = re.compile(
    r"^\W*(?:(?:please|can|could|would) (?:you )?)?(?:show|give|write|provide|print|find|get|i (?:need|want))\b"
    rf".*\b{_SHOWN}\b"
    r"|^\W*(?:what(?:'s| is| are)|which) the (?:[\w-]+ ){0,2}(?:code|commands?|snippet|script)\b(?! ?points?)"
    rf"|^\W*(?:what|which) commands?\b|^\W*(?:[\w-]+ ){{0,3}}{_SHOWN} (?:for|of|to|in|that|which)\b"
    r"|^\W*(?:re)?implement\b",
    _I,
)
_QUANTITY = (
    r"(?:number|size|percentage|fraction|share|rate|ratio|value|dimension(?:ality)?|year|score|accuracy|bandwidth|depth|"
    r"count|cost|speed|factor|amount|throughput|latency|length|width|height|version|time|date|temperature|price|frequency|"
    r"threshold|limit|budget|probability|age|distance|weight|complexity|order|default value|release)"
)
# "Weight banding" and "score matching" are names, no weight and no score.
_NO_NAME = (
    r"(?=$|[^\w\s-]| (?:of|in|for|at|on|by|with|from|to|as|per|between|does|do|did|is|are|was|were|has|have|had|can|"
    r"could|will|would|should|must|may|it|they|we|you|i|the|a|an|that|when|where|which|after|before|during|under|if|needed|"
    r"required|used|given|reached|achieved|recommended|reported)\b)"
)
_NUMBER = re.compile(
    r"^\s*(?:and\s+)?(?:by |to |at |in |for |on |since |from |with |after )?"
    r"(?:how (?:many|much|large|big|small|long|deep|wide|fast|often|high|low|tall|old|far|frequently|quickly)\b"
    r"|(?:what|which)(?:(?:['’]s| is| are| was| were) (?:the|[\w-]+['’]s?))? (?!(?:is|are|was|were)\b)"
    # "What does the temperature do?" asks for no number, "what does it cost?" does.
    r"(?!(?:do|does|did) (?!.*\b(?:costs?|weighs?|score)$))"
    rf"(?:[\w-]+ ){{0,2}}?{_QUANTITY}s?\b{_NO_NAME}"
    r"|when (?:was|were|did))",
    _I,
)
# "How much longer", "by how much does": no noun follows.
_NO_NOUN = r"(?:\w+er|more|less|is|are|was|were|do|does|did|has|have|can|could|will|would|should|must)\b"
_MANY = re.compile(
    rf"\bhow (?:many|much) (?:\w+ly )?(?:of )?(?:the )?(?!{_NO_NOUN}(?! of))([\w-]+)(?: (?!{_NO_NOUN})([\w-]+))?", _I
)
_SEVERAL = re.compile(
    r"^\s*(?:which\b|what are (?:the|some) (?:\w+ )?(?:\w+s)\b|what (?:\w+ )?(?:models|methods|approaches|ways|"
    r"techniques|"
    r"resources|papers|articles|problems|limitations|advantages|drawbacks|benefits|types|kinds)\b|name (?:some|"
    r"the)\b|list\b)",
    _I,
)
# The weak or the strong points of a thing: as a question, a heading or a lead-in names them.
LIMITS = re.compile(
    r"\b(?:limit(?:s|ation|ations|ed)?|disadvantages?|drawbacks?|downsides?|shortcomings?|weakness(?:es)?|caveats?|"
    r"problems?|issues?|pitfalls?|difficult(?:y|ies)|challenges?|restrictions?|trade-?offs?|cons|unfortunately|snags?)\b",
    _I,
)
BENEFITS = re.compile(
    r"\b(?:advantages?|benefits?|strengths?|upsides?|pros|merits?|attractive|beneficial|better|faster|efficient)\b", _I
)
_ASKS_LIMITS = re.compile(
    r"\b(?:limitations?|disadvantages?|drawbacks?|downsides?|shortcomings?|weakness(?:es)?|caveats?|problems|pitfalls?|"
    r"difficulties|challenges|restrictions|cons|(?:the|a|any) problem)\b",
    _I,
)
_ASKS_BENEFITS = re.compile(r"\b(?:advantages?|benefits?|strengths?|upsides?|pros|merits?)\b", _I)
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
_WHO = re.compile(
    r"^\s*(?:and\s+)?(?:(?:by |from |to |with )?(?:whom?|whose)\b|(?:what|which) (?:is|are|was|were)? ?(?:the )?"
    r"(?:\w+ )?(?:authors?|speakers?|inventors?|creators?|people|researchers?|persons?)\b)",
    _I,
)
_WHO_IS = re.compile(r"^\s*who (?:is|are|was|were)\s+(?!the\b)", _I)
_WHERE = re.compile(
    r"^\s*(?:and\s+)?(?:where\b|(?:in|on|at|to|from|under) (?:which|what) (?:\w+ )?(?:places?|director(?:y|ies)|files?|"
    r"folders?|layers?|locations?|paths?|branch(?:es)?|parts?|fields?|applications?|countr(?:y|ies)|cit(?:y|ies))\b)",
    _I,
)
_WHEN = re.compile(
    r"^\s*(?:and\s+)?(?:when\b|under (?:what|which) (?:conditions?|circumstances?)\b|in (?:which|what) "
    r"(?:cases?|situations?)\b)",
    _I,
)
_WHETHER = re.compile(
    r"^\s*(?:and\s+)?(?:is|are|was|were|do|does|did|can|could|will|would|should|must|may|has|have)\s+(?!i\b.*\?$)\w",
    _I,
)
_HOW = re.compile(r"^\s*(?:and\s+)?how\b", _I)
_DO = re.compile(
    r"(?:^|,)\s*(?:and\s+|but\s+)?(?:show me |tell me |explain )?"
    r"(?:how (?:do|can|should|would|could|may) (?:i|you|we|one)\b|how to\b)",
    _I,
)
_DEFINITION = re.compile(
    r"^\s*(?:so |and |ok |please |can you |could you )*(?:what(?:'?s| is| are| was| were)(?: exactly| actually|"
    r" meant by)?\s+|define\s+|definition of\s+"
    r"|what do(?:es)? (?=.+ (?:mean|stand for|refer to|do|measure|represent|describe|denote)\b)|who (?:is|are)\s+|"
    r"explain\s+(?:to me\s+)?(?:what\s+)?|describe\s+"
    r"|(?:tell|teach) me (?:more )?about\s+|meaning of\s+|introduce\s+)",
    _I,
)
# "What is X trained to predict?" asks what is done with it, not what it is.
_DONE = re.compile(
    r"^\s*what (?:is|are|was|were) (?!the ).+? \w+ed (?:to|on|by|with|in|from|as)\b|^\s*what .+ used (?:for|to)$", _I
)
_MEANT = re.compile(r"^\W*what does it mean (?:for (?:.+?) )?to (?:be |have |do )?(.+)", _I)
_TAIL = re.compile(
    r"\s+(?:mean|means|stand for|refer to|do|measure|represent|describe|denote|is|are|work|works|about)\s*$|\s+(?:to|"
    r"for) (?:a|an|me|my)\b.*$"
    r"|,?\s+(?:in (?:simple|plain|other|one|a few|your own)|according to|please|briefly|step by step|used for)\b.*$",
    _I,
)
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
    what has figures in it, in lower case; ``counted`` is what a number is asked of, ``many`` says
    that it is a thing that can be counted ("heads"), no measure ("score"); ``does`` says that it
    asks how a person does something, or for its steps, ``side`` whether for the weak or the strong points of a thing.
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
    plain = " ".join(text.split()).rstrip("?!. ")
    sides = _sides(plain)
    kind = _kind(plain, sides)
    subject = _subject(plain, kind)
    names = tuple(dict.fromkeys(name.strip(".").lower() for name in _NAME.findall(plain) if len(name) > 1))
    return Question(
        text,
        kind,
        subject,
        sides,
        names,
        _counted(plain),
        bool(_MANY.search(plain)),
        bool(_CODE.search(plain)) or bool(_DO.search(plain)),
        bool(_DO.search(plain) or _STEPS.match(plain)),
        _side(plain),
    )


def _kind(text: str, sides: tuple[str, ...]) -> Kind:
    if sides or _COMPARE.search(text):
        return "compare"
    if _TABLE.search(text):
        return "table"
    if _FORMULA.search(text) and not _NO_FORMULA.match(text):
        return "formula"
    if _ASKS_CODE.search(text) and not _DO.search(text):
        return "code"
    if _NUMBER.match(text):
        return "number"
    if _WHY.match(text):
        return "why"
    if _STEPS.match(text) or _HOW.match(text) or _DO.search(text):
        return "how"
    if _WHO.match(text) and not _WHO_IS.match(text):
        return "who"
    if _WHERE.match(text):
        return "where"
    if _WHEN.match(text):
        return "when"
    if _SEVERAL.match(text) or (_side(text) and _DEFINITION.match(text)):
        return "several"
    if _WHETHER.match(text):
        return "whether"
    if _DONE.match(text):
        return "fact"
    if _DEFINITION.match(text) or (len(text.split()) <= 5 and not _FINITE.search(text)):
        return "definition"
    return "fact"


def _side(text: str) -> Side:
    if _ASKS_LIMITS.search(text):
        return "limits"
    return "benefits" if _ASKS_BENEFITS.search(text) else ""


def _counted(text: str) -> str:
    """Return the noun that a number is asked of: "layers" of "how many layers", "score" of "what BLEU score"."""
    many = _MANY.search(text)
    if many:
        noun, after = many.groups()
        # "attention heads" are heads.
        return after if after and after.endswith("s") and not noun.endswith("s") else noun
    asked = re.match(
        rf"\W*(?:\w+ )?(?:what|which) (?:(?:is|are|was|were) the )?(?:[\w-]+ ){{0,2}}?({_QUANTITY})\b", text, _I
    )
    return str(asked.group(1)) if asked else ""


def _sides(text: str) -> tuple[str, ...]:
    for pattern in _SIDES:
        match = pattern.search(text)
        if match:
            return tuple(_CONTEXT.split(_bare(side))[0] for side in match.groups())
    return ()


def _subject(text: str, kind: Kind) -> str:
    lead = _DEFINITION if kind == "definition" else _LEAD
    meant = _MEANT.match(text)
    if meant:
        return _bare(meant[1])
    text = _owned(_TAIL.sub("", lead.sub("", text, count=1)))
    text = _FILLER.sub("", _bare(text))
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

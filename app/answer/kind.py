"""The kinds of questions, and the words by which each is known."""

from __future__ import annotations

import re
from typing import Literal

from index.asking import ASKING_VERB

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
# What asks so does not ask to be shown a formula or a table, whatever it speaks of.
_NOT_SHOWN = re.compile(
    r"^\W*(?:and )?(?:why|who|whose|whom|when|where|is|are|was|were|do|does|did|can|could|will|would|should|"
    r"(?:in )?(?:what|which) year|how (?:many|much|long))\b",
    _I,
)
_CODE = re.compile(r"\b(?:code|snippet|implement(?:ation|ed|ing)?|command|script)\b", _I)
# What is done with these may be shown by code; which parts one has, or what it is, is said.
_LIBRARIES = re.compile(r"\b(?:pytorch|numpy|python|jax|tensorflow|api|in c\+\+)\b", _I)
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
QUANTITY = (
    r"(?:number|size|percentage|fraction|share|rate|ratio|value|dimension(?:ality)?|year|score|accuracy|bandwidth|depth|"
    r"count|cost|speed|factor|amount|throughput|latency|length|width|height|version|time|date|temperature|price|frequency|"
    r"threshold|limit|budget|probability|age|distance|weight|complexity|default value|release|"
    r"capacity|perplexity|rank|resolution)"
)
# "Weight banding" and "score matching" are names, no weight and no score.
_NO_NAME = (
    r"(?=$|[^\w\s-]| (?:of|in|for|at|on|by|with|from|to|as|per|between|does|do|did|is|are|was|were|has|have|had|can|"
    r"could|will|would|should|must|may|it|they|we|you|i|the|a|an|that|when|where|which|after|before|during|under|if|needed|"
    r"required|used|given|reached|achieved|allowed|permitted|possible|supported|recommended|reported|first|last|works?)\b)"
)
_NUMBER = re.compile(
    r"^\s*(?:and\s+)?(?:roughly |about |approximately |up |by |to |at |in |for |on |of |since |from |with |within |"
    r"after )*"
    r"(?:how (?:many|much|large|big|small|long|deep|wide|fast|often|high|low|tall|old|far|frequently|quickly)\b"
    r"|(?:what|which(?! distance\b))(?:(?:['’]s| is| are| was| were) (?:the|[\w-]+['’]s?))? (?!(?:is|are|was|were)\b)"
    # "What does the temperature do?" asks for no number, "what does it cost?" does.
    r"(?!(?:do|does|did) (?!.*\b(?:costs?|weighs?|score)$))"
    rf"(?:[\w-]+ ){{0,2}}?{QUANTITY}s?\b{_NO_NAME}"
    r"|when (?:was|were|did)"
    r"|what .+ in (?:[kmgt]i?b|(?:kilo|mega|giga)?bytes|(?:milli)?seconds|minutes|hours|days|percent|"
    r"(?:kilo|milli|centi)?met(?:er|re)s|dollars|euros)\b)",
    _I,
)
_SEVERAL = re.compile(
    r"^\s*(?:which\b|what are (?:the )?(?:two|three|four|five|six|seven|eight|nine|ten|\d+) |"
    r"what are (?:the|some) (?:\w+ )?(?:\w+s)\b|what (?:\w+ )?(?:models|methods|approaches|ways|techniques|"
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
    r"difficulties|challenges|restrictions|cons|(?:the|a|any) problem)\b|\bwhat(?:['’]?s| is| was) wrong with\b",
    _I,
)
SIDE_NOUN = (
    r"(?:(?:dis)?advantages?|benefits?|cons|downsides?|drawbacks?|limitations?|pros|pros and cons|strengths?|"
    r"weakness(?:es)?)"
)
"""The pattern of a noun by which the weak or strong points of a thing are asked for."""
_SIDE_OF = re.compile(rf"^\W*(?:the )?(?:\w+ )?(?:{SIDE_NOUN}|shortcomings?) (?:of|to|in)\b", _I)
_ASKS_BENEFITS = re.compile(r"\b(?:advantages?|benefits?|strengths?|upsides?|pros|merits?)\b", _I)
_STEPS = re.compile(
    r"^\s*(?:(?:what are|list|name|give) (?:me )?(?:the )?(?:\w+ )?(?:steps|stages|phases)|"
    r"walk me through|steps? (?:to|for)\b)",
    _I,
)
_WHY = re.compile(
    r"^\s*(?:and\s+)?(?:why\b|(?:the )?reasons? (?:why|for|that)\b|how come\b|"
    r"what(?:'s| is| are| was) the (?:\w+ )?(?:reasons?|purpose|point|motivation|"
    r"idea|intuition|benefit|"
    r"advantage)\b|what (?:causes?|makes)\b|for what reason)",
    _I,
)
# Why two things differ is asked for a reason, not for a comparison.
_ASKS_WHY = re.compile(r"^\s*(?:and\s+)?(?:why|how come)\b", _I)
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
_WHETHER = re.compile(rf"^\s*(?:and\s+)?{ASKING_VERB}\s+(?!i\b.*\?$)\w", _I)
_HOW = re.compile(r"^\s*(?:and\s+)?how\b", _I)
_DO = re.compile(
    r"(?:^|,)\s*(?:and\s+|but\s+)?(?:show me |tell me |explain )?"
    r"(?:how (?:do|can|should|would|could|may) (?:i|you|we|one)\b|how to\b|"
    r"what(?:['’]s| is| would be) (?:the|a) (?:\w+ ){0,2}way (?:of|to)\b)",
    _I,
)
DEFINITION = re.compile(
    r"^\s*(?:so |and |ok |please |can you |could you )*(?:what(?:'?s| is| are| was| were)(?: exactly| actually|"
    r" meant by)?\s+|define\s+|definition of\s+"
    r"|what do(?:es)? (?!(?:you|we|i|one|they|people)\b)"
    r"(?=.+ (?:mean|stand for|refer to|do|measure|represent|describe|denote)\b)|who (?:is|are)\s+|"
    r"explain\s+(?:to me\s+)?(?:what\s+)?|describe\s+"
    r"|(?:tell|teach) me (?:more )?about\s+|meaning of\s+|introduce\s+)",
    _I,
)
_PARTICIPLE = r"(?:\w+ed|built|chosen|drawn|fed|found|given|held|kept|made|put|sent|set|shown|taught|told)"
# "What is X trained to predict?" and "What is the role of X?" ask what is done with it, not what it is.
_DONE = re.compile(
    rf"^\s*what (?:is|are|was|were) (?!the ).+? {_PARTICIPLE} (?:to|on|by|with|in|from|as)\b|"
    rf"^\s*what (?:is|are|was|were) the .+? {_PARTICIPLE} (?:to|on)\b|"
    r"^\s*what (?!.+ and what\b).+ (?:(?<!stand )for|used to)$|"
    r"^\s*what(?:'s| is| was) the (?:\w+ )?(?:role|job|use|function) of\b|"
    r"^\s*what(?:['’]s| is| are) the default\b|"
    r"^\s*what (?:is|are|was|were) [\w-]+(?<=ed) (?:to|on|by|with|in|from|as)\b|"
    r"^\s*what(?:['’]s| is| are| was| were) .+ (?:called|known as|named|(?:made|composed|built) (?:up )?of)"
    r"(?: and .+)?$",
    _I,
)
# What a thing has, which is not defined but told: its range, its goal, its effect.
_HAD = re.compile(
    r"^\s*what(?:['’]s| is| are| was| were) (?:the |an? |one |another )?(?:[\w-]+ ){0,2}(?:aim|alternative|assumption|"
    r"cause|connection|consequence|contribution|default|effect|goal|impact|influence|innovation|input|"
    r"insight|intent|intention|name|origin|outcome|output|range|relation|relationship|requirement|result|shape|"
    r"status|sum|trade-?off)s? (?:and [\w-]+ )?(?:of|for|in|behind|between|on|to)\b|"
    r"^\s*what(?:['’]s| is| was) the (?:approach|method|recipe|remedy|solution|technique|trick) (?:for|to|behind)\b",
    _I,
)
# "The fastest cache" is one of several, told of by its name; "the nearest neighbour" and "the request" are names.
_SUPERLATIVE = re.compile(
    r"^\s*what(?:['’]s| is| are| was| were) the (?:most|least|best|worst|"
    r"(?!nearest|latest|(?:for|inter|mani|requ|qu)est\b)\w{3,}est)\b",
    _I,
)
# What has one of these is no bare name ("latent space").
_NO_BARE_NAME = re.compile(r"^\W*(?:what|which|how)\b|\b(?:is|are|does|do|did|was|were|has|have|can|will|should)\b", _I)


# So many words without a verb are a name, of which the definition is asked for.
_BARE = 5


def kind_of(text: str, compared: bool) -> Kind:
    """Return what a question asks for; ``compared`` says that it names two sides."""
    if not _ASKS_WHY.match(text) and (compared or _COMPARE.search(text)):
        return "compare"
    if not _NOT_SHOWN.match(text):
        if _TABLE.search(text):
            return "table"
        if _FORMULA.search(text):
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
    bare = len(text.split()) <= _BARE and not _NO_BARE_NAME.search(text)
    if _SEVERAL.match(text) or (side_of(text) and (bare or _SIDE_OF.match(text) or DEFINITION.match(text))):
        return "several"
    if _WHETHER.match(text):
        return "whether"
    if _DONE.match(text) or _HAD.match(text) or _SUPERLATIVE.match(text):
        return "fact"
    return "definition" if bare or DEFINITION.match(text) else "fact"


def side_of(text: str) -> Side:
    """Return whether the weak or the strong points of a thing are asked for."""
    if _ASKS_LIMITS.search(text):
        return "limits"
    return "benefits" if _ASKS_BENEFITS.search(text) else ""


def wants_code(text: str, kind: Kind) -> bool:
    """Whether code may help to answer a question."""
    shown = kind in ("how", "code", "fact", "whether") and _LIBRARIES.search(text)
    return bool(_CODE.search(text) or _DO.search(text) or shown)


def wants_steps(text: str) -> bool:
    """Whether a question asks how a person does something, or for its steps."""
    return bool(_DO.search(text) or _STEPS.match(text))

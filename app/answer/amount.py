"""What sort of number a question asks for (a date, a share, a time) and of what, and whether a text tells one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from app.answer.defining import singular
from index.lexical import words

Amount = Literal["date", "version", "share", "ratio", "duration", "memory", "money", "complexity", "number"]
_I = re.IGNORECASE
# The first that fits; what fits none is any number.
_ASKS: tuple[tuple[Amount, re.Pattern[str]], ...] = (
    # "When was the rate lowered" may be told by a step.
    (
        "date",
        re.compile(
            r"\b(?:what|which) (?:year|date|day|month)\b|\bwhen (?:was|were|did)\b.*\b(?:add|announc|appear|beg[aiu]n|"
            r"born|c[ao]me out|creat|develop|discover|first|found|introduc|invent|launch|made|open|propos|publish|"
            r"releas|start|writ|wrote)",
            _I,
        ),
    ),
    ("version", re.compile(r"\b(?:what|which) (?:[\w.-]+ )?(?:versions?|releases?)\b", _I)),
    (
        "share",
        re.compile(
            r"\b(?:what|which|how (?:large|big|much of) an?) (?:\w+ )?"
            r"(?:percent(?:age)?|fraction|share|proportion)\b",
            _I,
        ),
    ),
    # "How much more memory" asks for an amount of it, too.
    (
        "ratio",
        re.compile(r"\bhow (?:much|many times) (?!(?:more|less|fewer) \w+)(?:\w+er|more|less|better|worse)\b", _I),
    ),
    # "How long is a name" asks for no time.
    (
        "duration",
        re.compile(
            r"\bhow long (?:do|does|did|will|would|has|until|before|after)\b|\bhow much time\b|"
            r"\bhow long\b.*\b(?:takes?|lasts?|train(?:ed|ing)?|run|wait)\b",
            _I,
        ),
    ),
    ("memory", re.compile(r"\bhow much (?:[\w-]+ )?(?:memory|storage|disk|space|v?ram)\b", _I)),
    (
        "money",
        re.compile(r"\bhow much (?:do|does|did|will|would)\b.*\bcosts?\b|\bhow expensive\b|\bthe price of\b", _I),
    ),
    ("complexity", re.compile(r"\b(?:time|space|computational|memory|runtime|asymptotic) complexity\b", _I)),
)
_SEVERAL = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|twenty|thirty|forty|fifty|sixty|"
    r"hundreds?|thousands?|millions?|billions?|dozens?|half"
)
_UNIT = (
    r"(?:(?:milli|micro|nano)?seconds?|secs?|min(?:ute)?s?|hours?|hrs?|days?|nights?|weeks?|months?|years?|decades?|"
    r"centur(?:y|ies)|epochs?|steps?|iterations?)"
)
_MONTH = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december|"
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.? \d)"
)
_TELLS: dict[Amount, re.Pattern[str]] = {
    "date": re.compile(rf"\b(?:1[5-9]|20)\d\d\b|\b\d0s\b|\bcentury\b|\b{_MONTH}\b", _I),
    "version": re.compile(r"\bv?\d+\.\d+|\bversions? v?\d|\bv\d|[A-Za-z][ -]?\d+\b", _I),
    "share": re.compile(
        r"\d ?\\?%|\bper ?cent|\b0?\.\d|\d/\d|\d (?:out )?of\b|"
        r"\b(?:hal(?:f|ves)|thirds?|quarters?|fifths?|tenths?|majority|all|none|most|entire|whole)\b",
        _I,
    ),
    "ratio": re.compile(
        r"\d ?(?:x\b|×|\\times|\\?%|-?fold\b|(?:dB|points?)\b)|\btimes\b|\bper ?cent|[½⅓⅔¼¾]|"
        r"\b(?:twice|doubl\w+|half|halv\w+|third|quarter|\w*fold|orders? of magnitude|factor)\b",
        _I,
    ),
    "duration": re.compile(
        rf"\b(?:\d[\d.,]*|an?|one|{_SEVERAL}|several|few|couple of)[ -]?(?:[a-z]+ )?{_UNIT}\b|"
        r"\b\d[\d.,]* ?(?:[nµum]?s|h)\b|"
        r"\b(?:daily|hourly|weekly|monthly|yearly|annually|overnight|instant\w*|immediately|forever|always|until)\b",
        _I,
    ),
    "memory": re.compile(
        r"\d ?[kmgt]i?b\b|\bbytes?\b|\bbits?\b|\bsize\b|\d[^.]{0,30}\bmemory\b|\bmemory\b[^.]{0,30}\d", _I
    ),
    # "$3$" is a formula.
    "money": re.compile(r"[$€£] ?\d[\d.,]*(?=[\s.,;:)km]|$)|\d ?(?:dollars|euros|pounds|cents|USD|EUR)\b", _I),
    "complexity": re.compile(
        r"\bO\s?[\[({$]|\\mathcal ?\{?O|\\Theta|"
        r"\b(?:quadratic|linear|logarithmic|exponential|polynomial|constant|cubic)",
        _I,
    ),
    # A formula tells a number, too.
    "number": re.compile(
        rf"[\d$½⅓⅔¼¾]|\b(?:one|{_SEVERAL}|twice|double|single|once|no(?:ne)?|zero|infinit[ey]|unlimited|any|all|both|"
        r"first|second|third)\b",
        _I,
    ),
}
CALLED = re.compile(r"\bdefault", _I)
"""What is by default is said to be so."""

# "One user" may be any; "has one user" counts.
_ONE = r"(?:(?<=has )|(?<=have )|(?<=is )|(?<=only )|(?<=just )|(?<=uses ))one"
_COUNT = rf"(?:\d[\w.,]*|{_ONE}|{_SEVERAL}|twice|double|single)"
# A number after one of these is of something else: "neurons in four layers".
_GAP = r"(?:\W+(?!(?:in|per|on|for|with|and|by|between|across)\b)\w+){0,6}?"
_VAGUE = frozenset(("number", "value", "amount", "default value", "count", "factor"))
_SMALL = re.compile(
    r"the|an?|is|are|was|were|do|does|did|what|which|of|in|at|to|by|with|for|and|default|max\w*|min\w*|typical|usual|"
    r"recommended|optimal|average|good|right|best|total|many|much|more|less|how|should|can|could|must|needed|required|used",
    _I,
)


def amount_asked(question: str) -> Amount:
    """Return the sort of number that a question for a number asks for."""
    return next((amount for amount, pattern in _ASKS if pattern.search(question)), "number")


def tells_amount(text: str, amount: Amount) -> bool:
    """Whether a text has a number of a sort."""
    return bool(_TELLS[amount].search(text))


def counted_names(question: str, counted: str) -> tuple[str, ...]:
    """Return the words by which a text may call what a number is asked of.

    "dropout rate" is called a rate or a dropout; the "default value of eps" is an eps, or a default.
    """
    names = [counted]
    if counted.lower() in _VAGUE:
        of = re.search(rf"\b{re.escape(counted)}s?(?: of| for)? (?:the )?([\w.-]+)(?: ([\w-]+))?", question, _I)
        names = [name for name in (of.groups() if of else ()) if name and not _SMALL.fullmatch(name)]
    else:
        before = re.search(rf"([\w-]+) {re.escape(counted)}\b", question, _I)
        names += [before[1]] if before and not _SMALL.fullmatch(before[1]) else []
    return (*names, "default") if CALLED.search(question) and names else tuple(names)


def stands_by(text: str, names: Iterable[str]) -> bool:
    """Whether a number stands by one of the names, before it or after it."""
    for name in names:
        # However it is spelt: "neighbours", "n_neighbors".
        noun = "|".join(map(re.escape, _spellings(name)))
        if re.search(
            rf"\b{_COUNT}[$%]?[ -](?:[\w-]+ ){{0,3}}(?:{noun})|(?<![^\W_])(?:{noun})\w*{_GAP}\W+{_COUNT}\b", text, _I
        ):
            return True
    return False


def _spellings(name: str) -> list[str]:
    """Return what a word begins with that names the same: "neighbour" and "neighbor", but not "learn" of "learning"."""
    one = singular(name)
    return [one, *(stem for stem in words(name)[:1] if stem != one and len(stem) >= len(one) - 1)]


def count_score(text: str, amount: Amount, names: Iterable[str]) -> float:
    """Return 1 where a text has the sort of number that is asked for, by what it is asked of; less for any number."""
    if amount != "complexity" and not re.search(rf"\b{_COUNT}\b", text, _I):
        return 0.0
    if tells_amount(text, amount) if amount != "number" else stands_by(text, names):
        return 1.0
    return 0.6 if re.search(r"\d", text) else 0.3

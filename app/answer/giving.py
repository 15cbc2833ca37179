"""What a sentence gives of what a question asks for: a reason, a manner, a place, a person, a decision."""

from __future__ import annotations

import re

from app.answer.kind import BENEFITS, LIMITS

_I = re.IGNORECASE
_REASON = re.compile(
    r"\b(?:because|since|due to|so that|in order to|therefore|thus|reason|otherwise|as a result|ensur(?:es?|ing)|"
    r"prevent(?:s|ing)?|"
    r"avoid(?:s|ing)?|allow(?:s|ing)?|enabl(?:es?|ing)|lead(?:s|ing)? to|cause[sd]?|makes? it|help(?:s|ing)?|to make|"
    r"unable|cannot|without|if we (?:did|do)|goal|purpose|motivat\w+|this (?:is why|means|makes|way))\b",
    _I,
)
# What gives a reason outright, not merely an effect.
_CAUSE = re.compile(
    r"\b(?:because|due to|since|so that|the reason|as a result|that is why|this is why|hence|therefore|otherwise|"
    r"caused by|owing to|thanks to)\b",
    _I,
)
_MANNER = re.compile(
    r"\b(?:by (?:\w+ly )?\w+ing|using|first|then|next|finally|step|works?|consists? of|through|via|"
    r"we (?:\w+ly )?(?:\w+)|given|takes?|"
    r"comput(?:es?|ed|ing)|appl(?:y|ies|ied)|instead|each|in which|where)\b",
    _I,
)
_CONTRAST = re.compile(
    r"\b(?:whereas|while|unlike|in contrast|instead|compared (?:to|with)|as opposed to|differ\w*|rather than|however|"
    r"except\w*|but|on the other hand|"
    r"same|similar\w*|more \w+ than|less \w+ than|\w+er than|both|outperform\w*|variant|replaces?)\b",
    _I,
)
_PLACED = re.compile(
    r"\b(?:in|on|at|under|inside|within|into|from|to|of) (?:the|a|an|its|your|each|every|this|same) (?:[\w-]+ ){0,3}?"
    r"(?:director(?:y|ies)|folders?|files?|layers?|blocks?|tables?|sections?|pages?|branch(?:es)?|memory|cache|disk|"
    r"heads?|ends?|beginning|start|top|bottom|middle|side|place|position|field|database|server|repository|university|"
    r"country|city)\b|\b(?:located|stored|found|kept|placed|inserted|resides?|lies?|occurs? in|forms? in)\b|[~/]\w+/",
    _I,
)
_PERSON = re.compile(
    r"\b[A-Z][a-zé]+(?: (?:van|von|de|la|[A-Z]\.))* [A-Z][a-zé]+\b|\bet al\b|\b(?:researchers|authors?|team)\b"
)
# Who did it, not merely who is spoken of.
_AGENT = re.compile(
    r"\bby (?:the |\w+ )?(?-i:[A-Z][\w.’'-]+)(?:,| and\b| &| et al|\s(?-i:[A-Z])|\s\()"
    r"|(?-i:[A-Z][\w’'-]+)(?: et al\.?| (?:and|&) (?-i:[A-Z][\w’'-]+))?(?: \(\d{4}\w?\))? "
    r"(?:first |originally |later )?"
    r"(?:introduced|proposed|invented|developed|discovered|created|founded|began|designed|wrote|published|coined)\b",
    _I,
)
_CONDITION = re.compile(
    r"\b(?:when|whenever|if|unless|only|once|until|after|before|during|in case|as long as|while|where|then use)\b"
    r"|\b(?:19|20)\d\d\b|\bversion \d",
    _I,
)
_DECIDES = re.compile(
    r"\b(?:not|no|never|cannot|only|always|yes|can|could|may|does|do|possible|impossible|without|none|neither|both|"
    r"regardless|faster|better|same|different|must|supports?|requires?|allows?)\b|n['’]t\b",
    _I,
)
_LISTS = re.compile(
    r"\b(?:such as|includ(?:es?|ing)|consists? of|namely|following|are:|e\.g\.|as follows)\b|:\s*$"
    r"|(?:[^,.;]+,){2,}[^,.;]* (?:and|or) |\b(?:two|three|four|five|six|several|both|various|different) \w+",
    _I,
)

# What a weak or a strong point is told by that is not called one.
_WEAK = re.compile(
    r"\b(?:at the (?:cost|price|expense) of|bad(?:ly)?|bias(?:ed)?|blurr\w+|bottlenecks?|cannot|cost(?:s|ly)|danger\w*|"
    r"degrad\w+|(?:does|do|is|are) not|doubles?|expensive|fail(?:s|ed|ures?)?|flaws?|fragile|hard(?:er)?|harm\w*|"
    r"hurt\w*|impossible|inefficien\w+|instability|lacks?|lacking|"
    r"less (?!comput|cost|expens|memory|space|time)|los(?:e|es|s of)|misleading|miss(?:es|ing)|"
    r"only (?:works?|applies|handles|supports)|overfit\w*|overhead|poor(?:ly)?|problematic|prone|quadratic\w*|"
    r"requires?|risk\w*|sensitive|slow(?:s|er|ly)?|struggles?|suffers?|too|unable|unstable|wast\w+|worse|wrong\w*)\b"
    r"|(?<!ca)n['’]t\b|\bcan['’]t\b",
    _I,
)
_STRONG = re.compile(
    r"\b(?:accura\w+|allow(?:s|ing)?|avoid(?:s|ing)?|cheap(?:er|ly)?|eas(?:y|ier|ily)|enabl(?:es?|ing)|ensur(?:es?|ing)|"
    r"fast(?:er|est)?|fewer|flexib\w+|good|help(?:s|ing)?|higher|improv\w+|less|lower|no (?:longer|need)|outperform\w*|"
    r"powerful|preserv(?:es?|ing)|prevent(?:s|ing)?|quick(?:er|ly)?|reduc(?:es?|ing)|robust\w*|safe\w*|"
    r"sav(?:es?|ing)|scal(?:es|able)|secure|simpl(?:er|y|if\w+)|stable|useful|without)\b",
    _I,
)
# What a point counts that is not called one.
_UNCALLED = 0.8
_POINTS = r"(?:(?:dis)?advantages|benefits|drawbacks|limitations|pros|cons|strengths|weaknesses)"
_BOTH_SIDES = re.compile(rf"\b{_POINTS} (?:and|or|as well as) {_POINTS}\b", _I)


def reason_score(text: str) -> float:
    """Return 1 where a sentence gives a reason outright, less where it gives a purpose or an effect."""
    return 1.0 if _CAUSE.search(text) else 0.6 if _REASON.search(text) else 0.0


def manner_score(text: str) -> float:
    """Return 1 where a sentence says how something is done."""
    return float(bool(_MANNER.search(text)))


def contrast_score(text: str) -> float:
    """Return 1 where a sentence sets one thing against another."""
    return float(bool(_CONTRAST.search(text)))


def place_score(text: str) -> float:
    """Return 1 where a sentence says where something is."""
    return float(bool(_PLACED.search(text)))


def person_score(text: str) -> float:
    """Return 1 where a sentence names who did something, less where it names a person, or speaks of people."""
    return 1.0 if _AGENT.search(text) else 0.6 * bool(_PERSON.search(text))


def condition_score(text: str) -> float:
    """Return 1 where a sentence says when: a condition, a date, a version."""
    return float(bool(_CONDITION.search(text)))


def decision_score(text: str) -> float:
    """Return 1 where a sentence says yes or no, less where it affirms or denies rather than only tells."""
    return 1.0 if re.match(r"\W*(?:yes|no)\b", text, _I) else 0.5 * bool(_DECIDES.search(text))


def listing_score(text: str) -> float:
    """Return 1 where a sentence names several things."""
    return float(bool(_LISTS.search(text)))


def side_score(text: str, side: str) -> float:
    """Return 1 where a text calls something a weak ("limits") or strong ("benefits") point, as it is asked for.

    Less where it may tell of one that it does not call so.
    """
    called, told = {"limits": (LIMITS, _WEAK), "benefits": (BENEFITS, _STRONG)}.get(side, (None, None))
    if called is None or told is None:
        return 0.0
    # "There are advantages and disadvantages" tells of neither.
    plain = _BOTH_SIDES.sub(" ", text)
    return 1.0 if called.search(plain) else _UNCALLED * bool(told.search(plain))

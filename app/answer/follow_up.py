"""A question in a conversation → one that is understood alone, by what earlier turns were about.

By rule, without a model: a pronoun that has nothing to refer to in its own question takes the
subject of the turn before; a question that names no subject is given it; any other is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from app.answer.model import Answer
from app.answer.question import understand
from index.lexical import words

_I = re.IGNORECASE
_OPENING = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|now|also|then|well|hm+|thanks|right|great|yes|no)\b[\s,.!]*)+", _I
)
_MORE = re.compile(
    r"^\W*(?:(?:please|can you|could you|and|tell me|say|give me|show me|i want(?: to know)?)\s+)*"
    r"(?:more(?: details?| about (?:it|that|this))?|go on|continue|keep going|elaborate|expand|what else|anything else|"
    r"(?:go|in(?:to)?) (?:more |deeper|further)?(?:in )?details?)(?: (?:on|about) (?:it|that|this)| please)*\W*$",
    _I,
)
_AGAIN = re.compile(
    r"^\W*(?:please\s+|(?:can|could) you\s+|and\s+)*(?:"
    r"(?:summari[sz]e|rephrase|simplify|repeat)(?:\s+(?:that|this|it))?|"
    r"(?:(?:explain|say|put)\s+(?:that|this|it)\s+)?"
    r"(?:again|more simply|in (?:simpler|simple|other|plain|fewer) (?:words|terms|english))"
    r")(?:\W+please)?\W*$",
    _I,
)
_COURTESY = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|nice|cool|perfect|good|fine|got it|i see|cheers|"
    r"thank(?:s| you)(?: (?:so|very) much| a lot)?|"
    r"hi|hello|hey|bye|goodbye|yes|no)\b\W*)+$",
    _I,
)
_BARE_WHY = re.compile(r"^\W*(?:why|how come|what for)(?:\s+(?:is (?:that|this|it)|so|not))?\W*$", _I)
_WHAT_ABOUT = re.compile(r"^\W*(?:what|how) about\s+(.+?)\W*$", _I)
_AND_X = re.compile(r"^\W*(?:and|or)\s+((?:(?:for|in|of|with|on|the|a|an)\s+)*[^\s?]+(?:\s+[^\s?]+){0,4})\W*$", _I)
_GENERIC_NOUN = (
    r"(?:method|model|technique|approach|architecture|algorithm|trick|idea|concept|paper|network|layer|thing|one|"
    r"process|mechanism|"
    r"operation|strategy|scheme|term|function|loss|formula|equation|hypothesis|system|framework|library|property|"
    r"problem|phenomenon)s?"
)
# Demonstratives point out of the question; personal pronouns do where nothing before them can be meant.
_DEMONSTRATIVE = re.compile(
    rf"\b(?:this|these|those|that(?=\s+{_GENERIC_NOUN}\b)|such)\s+{_GENERIC_NOUN}\b"
    r"|\b(?:this|these|those)\b(?=\s*(?:$|[?.,!]|(?:is|are|was|were|do|does|did|can|could|would|will|different|"
    r"differ\w*|compare\w*|"
    r"work|works|better|useful|needed|done|used|help|helps|from|to|than|with|in|so|important|true|the case|called|"
    r"mean)\b))"
    r"|(?<=\b(?:is|of|to|by|do)\s)that\b(?!\s+(?:the|a|an|we|you|i|they|it|there|this)\b)"
    r"|(?<=\b(?:was|for|can)\s)that\b|(?<=\b(?:does|from|than|like|with)\s)that\b|(?<=\babout\s)that\b",
    _I,
)
_PERSONAL = re.compile(r"\b(?:its|it|they|them|their|he|she|his|her)\b", _I)
_IMPERSONAL = re.compile(
    r"\bit\s+(?:(?:is|be|really|even|always)\s+)?(?:possible|necessary|mean|means|take|takes|make sense|matter|"
    r"important|better|"
    r"true|helpful|useful|required|worth|hard|easy)\b[^?]*\b(?:to|that|if|for|when|whether)\b|\b(?:is|was|does|"
    r"would) it (?:that|to)\b",
    _I,
)
# "How long did it take to train?" asks for the time of what was spoken of, "… to train GPT-3?" does not.
_OF_IT = re.compile(r"\bit takes? to \w+\W*$", _I)
# Sets what was spoken of against something.
_DIFFERS = re.compile(
    r"^\W*(?:(?:what(?:['’]?s| is| are|) )?(?:the )?differences? (?:to|from|with)|(?:how )?compared? (?:to|with)|"
    r"(?:versus|vs\.?))\s+(.+?)\W*$",
    _I,
)
_TWO = re.compile(r"\b(?:the two|both(?: of (?:them|these))?|which one|either(?: of them)?)\b", _I)
_ONE_OF_TWO = re.compile(r"\bthe (former|latter|first one|second one|(?:first|second)\b(?!\s+[a-z]))(?!\w)", _I)
# Two names of which this much is the same are of one series.
_ALIKE = 0.6
# Words that ask about a subject without naming one.
_ASPECTS = frozenset(
    word
    for text in """
    advantage disadvantage benefit drawback limitation weakness strength problem issue cost price difference
    example instance code implementation formula equation definition meaning detail reason purpose use
    application step result performance size number parameter layer author paper year date name work works
    working useful good better best bad important need needed happen help helps differ different compare
    compared versus show give write python pytorch math mathematics train training trained used using implement
    implemented call called mean simple simply word term terms short brief intuition idea main key exactly
    really actually much many long fast big large small often loss objective input output variant alternative
    instead else first invent invented introduced published come came figure table diagram picture source
    resource read start learn understand complexity memory speed point again practice set get make else improve
    accuracy quality hyperparameter choice choose matter task
    """.split()
    for word in words(text)
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question as it is understood.

    ``more`` says that it asks to go on with the one before, ``again`` that it asks for the same in other words.
    """

    query: str
    more: bool = False
    again: bool = False


def asks_nothing(text: str) -> bool:
    """Whether a text only thanks, greets or agrees."""
    return bool(_COURTESY.match(text))


def understood(question: str, history: Sequence[Answer]) -> FollowUp:
    """Return the question made self-contained by the turns before it, the oldest first."""
    query, topic = "", ""
    sides: tuple[str, ...] = ()
    for turn in history:
        query = _resolved(turn.question, query, topic, sides).query
        topic, sides = _topic(query, turn) or topic, understand(query).sides
    return _resolved(question, query, topic, sides)


def _resolved(question: str, before: str, topic: str, sides: tuple[str, ...]) -> FollowUp:
    if not topic:
        return FollowUp(question)
    if _MORE.match(question):
        return FollowUp(before, more=True)
    if _AGAIN.match(question):
        return FollowUp(before, again=True)
    other = _WHAT_ABOUT.match(question) or (_AND_X.match(question) if not _asks(question) else None)
    if other and not _points_out(other.group(1)):
        return FollowUp(_swapped(before, topic, other.group(1)))
    plain = _OPENING.sub("", question) or question
    if _BARE_WHY.match(plain):
        return FollowUp(_reason(before, topic))
    differs = _DIFFERS.match(plain)
    if differs and not _points_out(differs.group(1)):
        return FollowUp(f"How does {topic} differ from {differs.group(1)}?")
    if len(sides) == 2:
        pair = _named_pair(plain, sides)
        if pair:
            return FollowUp(pair)
    demonstrative = _DEMONSTRATIVE.search(plain)
    if demonstrative and "this list" not in plain.lower():
        return FollowUp(_put(plain, demonstrative, topic))
    personal = _external_pronoun(plain)
    if personal:
        return FollowUp(_put(plain, personal, topic))
    if _names_nothing(plain):
        subject = f"{sides[0]} or {sides[1]}" if len(sides) == 2 and plain.lower().startswith("which") else topic
        return FollowUp(f"{plain.rstrip('?.! ')} {_link(plain)}{subject}?")
    return FollowUp(question)


def _asks(question: str) -> bool:
    return bool(
        re.match(
            r"^\W*(?:and|or)\s+(?:what|why|how|when|where|who|which|is|are|does|do|can|could|should|in what)\b",
            question,
            _I,
        )
    )


def _points_out(text: str) -> bool:
    return bool(_PERSONAL.search(text) or re.search(r"\b(?:this|that|these|those)\b", text, _I))


def _reason(before: str, topic: str) -> str:
    """Return what "Why?" asks after a question: why what it asked of is so, else what its topic is for."""
    if understand(before).kind == "whether":
        return f"Why {before[0].lower()}{before[1:]}"
    return f"Why is {topic} used?"


def _swapped(before: str, topic: str, other: str) -> str:
    """Return the question before, asked of another subject."""
    bare = re.sub(r"^(?:the|an?)\s+", "", other.strip(), flags=_I)
    # "And v5p?" after a question on the bandwidth of "TPU v5e" asks for the bandwidth.
    alike = get_close_matches(bare.lower(), understand(before).names, 1, _ALIKE)
    at = re.search(rf"(?:\b(?:the|an?)\s+)?{re.escape(alike[0] if alike else topic)}", before, _I)
    if at and not re.match(r"(?:for|in|of|with|on)\s", other, _I):
        return before[: at.start()] + other.strip() + before[at.end() :]
    return f"{before.rstrip('?.! ')} {other.strip()}?"


def _named_pair(plain: str, sides: tuple[str, ...]) -> str:
    one = _ONE_OF_TWO.search(plain)
    if one:
        named = sides[0] if one.group(1).lower().startswith(("former", "first")) else sides[1]
        return plain[: one.start()] + named + plain[one.end() :]
    two = _TWO.search(plain)
    if two:
        joint = " or " if two.group().lower().startswith(("which", "either")) else " and "
        return plain[: two.start()] + ("which of " if joint == " or " else "") + joint.join(sides) + plain[two.end() :]
    return ""


def _external_pronoun(plain: str) -> re.Match[str] | None:
    """Return the pronoun that nothing in the question itself can be meant by."""
    if _IMPERSONAL.search(plain) and not _OF_IT.search(plain):
        return None
    match = _PERSONAL.search(plain)
    if match is None:
        return None
    if not [word for word in words(plain[: match.start()]) if word not in _ASPECTS]:
        return match
    # "How does LoRA compare to it?": the object at the end is not what the question is about.
    possessive = match.group().lower() in ("its", "their", "his", "her")
    if not possessive and re.match(r"\W*$", plain[match.end() :]):
        return match
    return None


def _put(plain: str, pronoun: re.Match[str], topic: str) -> str:
    possessive = pronoun.group().lower() in ("its", "their", "his", "her")
    named = f"{topic}'s" if possessive and not topic.endswith("s") else f"{topic}'" if possessive else topic
    return plain[: pronoun.start()] + named + plain[pronoun.end() :]


def _names_nothing(plain: str) -> bool:
    content = [word for word in words(plain) if word not in _ASPECTS]
    return not content and not re.search(r"[A-Z]{2}|\d", plain)


def _link(plain: str) -> str:
    last = plain.rstrip("?.! ").split()[-1].lower() if plain.split() else ""
    if last in ("of", "for", "in", "with", "to", "from", "about"):
        return ""
    return "for " if re.match(r"\W*(?:why|how|when|where|who)\W*$", plain, _I) else "of " if words(plain) else "about "


def _topic(query: str, turn: Answer) -> str:
    """Return what a turn was about, in the words of its question.

    The longest run of words of the question that its answer has too; else its proper names; else
    its subject as far as its form tells.
    """
    asked = understand(query)
    if len(asked.sides) == 2:
        return asked.sides[0]
    if asked.kind == "definition":
        return asked.subject
    said = _squeezed(" ".join([*(s.text for s in turn.statements), *(c.title for c in turn.citations)]))
    tokens = asked.subject.split()
    for size in range(min(5, len(tokens)), 0, -1):
        for start in range(len(tokens) - size + 1):
            run = tokens[start : start + size]
            content = [word for word in words(" ".join(run)) if word not in _ASPECTS]
            edges = words(run[0]) and words(run[-1]) and run[-1].lower() not in ("used",)
            if content and edges and _squeezed(" ".join(run)) in said and (size > 1 or len(content[0]) > 2):
                return " ".join(run).strip(",;:")
    if asked.names:
        found = [
            token.strip(",;:?")
            for token in tokens
            if token.lower().strip(",;:?'s") in asked.names or token.lower() in asked.names
        ]
        return " ".join(found) or asked.subject
    return asked.subject


def _squeezed(text: str) -> str:
    return " " + re.sub(r"\W+", " ", text.lower()).strip() + " "

"""Whether a sentence leans on the one before it: by a connective, or by a pronoun for what only that one names."""

from __future__ import annotations

import re

_I = re.IGNORECASE
# Openings that lean on what was said before.
_BACK = re.compile(
    r"^\W*(?:(?:and|but|so|then|also|thus|hence|therefore|however|moreover|furthermore|instead|otherwise|again|yet|or|"
    r"well|now|okay|indeed|similarly|likewise|conversely|additionally|finally|lastly|secondly|thirdly|next|meanwhile|"
    r"nevertheless|nonetheless|consequently|accordingly|still|plus|besides|alternatively|more generally|in contrast|"
    r"in addition|in turn|on (?:the )?(?:one|other) hand|on the contrary|as a result|for (?:this|that) reason|"
    r"that said|even so|"
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
    r"|^\W*as (?:the|its|their) names? (?:implies|imply|suggests?),?\s+(?:it|they|this|these|we)\b"
    r"|\b(?:we|i) (?:\w+ )?(?:call|term|refer to|name|dub) (?:this|these|it|them|such)\b|\bthis is (?:called|known|"
    r"where)\b",
    _I,
)
_AGAINST = re.compile(
    r"^\W*(?:but|however|rather|instead|yet|nevertheless|nonetheless|on the (?:other hand|contrary)|conversely|"
    r"in contrast|otherwise)\b(?! (?:of|than|to)\b)"
    r"|^(?:[^\s,]+\s+){0,6}[^\s,]+,\s+(?:on the other hand|however|in contrast|by contrast|conversely)\b",
    _I,
)
_AGAIN = re.compile(
    r"^\W*(?:or|in other words|put (?:differently|another way|simply)|that is(?=,| to say)|i\.e\.)\b", _I
)
# What points to another place of the text: to one who has not read it, it says little.
_ELSEWHERE = re.compile(
    r"^\W*(?:(?:and|but|so|now|also|again|note that),?\s+)?"
    r"(?:in the (?:previous|last|next|above|preceding|following|earlier|rest) (?:\w+ )?(?:sub-?section|section|chapter|"
    r"post|article|parts?|example|figure|lesson|video|paragraph|experiment)s?\b"
    r"|(?:as|like) (?:we|i|you)(?:['’]ve| have| had|['’]ll| will| can| may| might)? ?(?:just |already |also )?"
    r"(?:mentioned|discussed|saw|seen?|said|noted|described|explained|recall|remember|imagine|know)\b"
    r"|as (?:mentioned|discussed|noted|shown|seen|described|explained|illustrated)\b"
    r"|so far,? (?:we|i|you|in|the)\b|recall (?:that|how|the|from)\b"
    r"|(?:earlier|previously|above|below),? (?:we|i|you)\b)",
    _I,
)
# "It is important that …" points nowhere.
_IMPERSONAL = re.compile(
    r"^\W*it(?:['’]s| is| was| can be| may be| seems| turns out| has been|"
    r" would be)?\s+(?:\w+ly\s+)?(?:\w+\s+)?(?:that|to)\b",
    _I,
)
# "At its core, the array is …", "As their name implies, filters …": what is meant comes after.
_FORWARD = re.compile(
    r"^\W*(?:in|at|by|with|like|as|despite|for all|because of)\s+(?:its|their|his|her)\s+(?:[\w-]+\s+){0,3}[\w-]+,\s+"
    r"(?!(?:it|its|they|their|he|she|we|you|i|one|this|that|these|those|there|such)\b)",
    _I,
)


def points_back(text: str) -> bool:
    """Whether a sentence leans on the one before it, so that an answer must not open with it."""
    return bool(_BACK.match(text)) and not _stands_alone(text)


def has_pronoun(text: str) -> bool:
    """Whether a sentence speaks of something that only the sentence before it names."""
    return bool(_PRONOUN.match(text)) and not _stands_alone(text)


def contradicts(text: str) -> bool:
    """Whether a sentence is set against the one before it, so that it misleads without it."""
    return bool(_AGAINST.match(text))


def restates(text: str) -> bool:
    """Whether a sentence says in other words, or goes on with, what the one before it says."""
    return bool(_AGAIN.match(text))


def points_elsewhere(text: str) -> bool:
    """Whether a sentence begins by pointing to another place of its text."""
    return bool(_ELSEWHERE.match(text))


def _stands_alone(text: str) -> bool:
    return bool(_IMPERSONAL.match(text) or _FORWARD.match(text))

"""A question for what to read on a concept → the resources of the list that cover it, each by a sentence of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.answer.stretch import Unit, block_units, unit_at
from index.concepts import Coverage, find_concept
from index.search import Filters, Hit, Searcher

_SOURCE = (
    r"(?P<source>resources?|sources?|articles?|(?:blog ?)?posts?|blogs?|papers?|videos?|talks?|lectures?|notebooks?|"
    r"tutorials?|books?|chapters?|courses?|repos?|repositor(?:y|ies)|links?|reading|implementations?|code|explanations?|"
    r"introductions?)"
)
# "That explains" a concept; "which paper introduced it" asks who did.
_COVERS = (
    r"(?:(?:that |which )?(?:best )?(?:covers?|explains?|discuss(?:es)?|describes?|deals? with|treats?|teach(?:es)?|"
    r"go(?:es)? into|talks? about|(?:is|are) (?:on|about))(?: best)?|covering|explaining|discussing|describing|about|"
    r"on)"
)
_LEARN = r"(?:about|on|for|to (?:understand|learn(?: about)?|get into)|if i want to (?:understand|learn(?: about)?))"
_READ = r"(?:read|watch|study|look at|start with|begin with|consult)"
_MAY = r"(?:should|could|can|do|would) (?:i|we|you|one|someone|somebody|an? (?:beginner|newcomer|student|novice))"
_LISTED = r"(?:in|of|on|from) (?:the|this|my|our) list"
_CONCEPT = r"(?P<concept>.{2,120}?)\W*$"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*(?:which|what)(?: of the)? (?:\w+ )?{_SOURCE} (?:on|about|covering) (?P<concept>.{{2,80}}?) "
        rf"(?:{_MAY} {_READ}|to {_READ})(?: first| next)?\W*$",
        rf"^\W*(?:which|what)(?: of the)? (?:\w+ )?{_SOURCE}(?: {_LISTED})? {_COVERS} {_CONCEPT}",
        rf"^\W*(?:which|what) (?:\w+ )?{_SOURCE} {_MAY} {_READ}(?: first| next)? {_LEARN} {_CONCEPT}",
        rf"^\W*what {_MAY} {_READ}(?: first| next)? {_LEARN} {_CONCEPT}",
        rf"^\W*where {_MAY} (?:read|learn|find out)(?: more| something)? (?:about|on) {_CONCEPT}",
        rf"^\W*where {_MAY} (?:find|get|see) (?:an? |some |any |the |more )?{_SOURCE} (?:{_COVERS}|for|of) {_CONCEPT}",
        r"^\W*where (?:is|are) (?P<concept>.{2,80}?) (?:covered|explained|discussed|described|introduced)"
        rf"(?: {_LISTED})?\W*$",
        rf"^\W*(?:please )?(?:list|show|give|name|recommend|suggest|find)(?: me)?(?: all| some)?(?: the| an?| any)?"
        rf"(?: good| best)? {_SOURCE} (?:{_COVERS}|for) {_CONCEPT}",
        rf"^\W*(?:is|are) there (?:an? |any |some )?(?:good )?{_SOURCE} (?:{_COVERS}|for) {_CONCEPT}",
        rf"^\W*(?:what(?:['’]?s| is| are) the )?(?:any|good|best) {_SOURCE} {_LEARN} {_CONCEPT}",
        rf"^\W*who explains {_CONCEPT}",
    )
)
# What is called so is of one of these kinds; an article, a tutorial or a lesson may be anything.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "video": ("video",), "talk": ("video",), "lecture": ("video",), "paper": ("paper",), "notebook": ("notebook",),
    "repo": ("repository",), "repository": ("repository",), "book": ("book",), "chapter": ("book",),
}  # fmt: skip
_MOST = 4


@dataclass(frozen=True, slots=True)
class Recommended:
    """The resources that cover a concept, those to read first before the others, and what is said of them."""

    stretches: tuple[tuple[Hit, tuple[Unit, ...]], ...]
    notice: str


def concept_asked(question: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the concept that a question asks what to read on, and the kinds of resource that it asks for, if any."""
    match = next((match for form in _FORMS if (match := form.match(question))), None)
    if match is None:
        return None
    source = (match.groupdict().get("source") or "").lower()
    named = next((name for name in _KINDS if source.rstrip("s").replace("ie", "y").startswith(name)), "")
    if not named and re.search(r"\bwatch\b", question[: match.start("concept")], re.IGNORECASE):
        named = "video"
    return match["concept"], _KINDS.get(named, ())


def recommended(concept: str, kinds: Sequence[str], filters: Filters | None, searcher: Searcher) -> Recommended | None:
    """Return what to read on a concept; None where nothing that was read explains or discusses it."""
    admits = (filters or Filters()).admits
    covered = [
        item
        for item in find_concept(concept, searcher)
        if item.resource.read and item.depth != "mentions" and item.passages and admits(item.resource)
    ]
    of_kind = [item for item in covered if not kinds or item.resource.kind in kinds]
    told = [
        (item, stretch) for item in (of_kind or covered)[:_MOST] if (stretch := _stretch(item, searcher)) is not None
    ]
    if not told:
        return None
    instead = "" if of_kind else f"No {' or '.join(kinds)} that was read covers this; these do. "
    return Recommended(tuple(stretch for _, stretch in told), instead + _named([item for item, _ in told]))


def _stretch(item: Coverage, searcher: Searcher) -> tuple[Hit, tuple[Unit, ...]] | None:
    """Return the sentence that shows best what a resource says."""
    for hit, sentence in item.passages:
        if sentence is None:
            continue
        blocks = searcher.document(hit.chunk.resource).blocks
        unit = unit_at(block_units(blocks, sentence.span[0]), sentence.span)
        if unit is not None:
            return hit, (unit,)
    return None


def _named(items: Sequence[Coverage]) -> str:
    told = []
    for depth, verb in (("explains", "Explained"), ("discusses", "Discussed")):
        titles = [f"“{item.resource.title}”" for item in items if item.depth == depth]
        if titles:
            told.append(f"{verb} in {', '.join(titles[:-1])}{' and ' if titles[1:] else ''}{titles[-1]}.")
    return " ".join(told)

"""Stretches of documents → statements and their citations, numbered, each passage once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.answer.form import without_marker
from app.answer.model import Citation, Statement
from app.answer.stretch import WHOLE, Unit, is_bullet
from app.citation import citation_url
from index.search import Hit, Searcher
from index.spans import Span, span_text


class Numbering:
    """Numbers the passages of a conversation: one cited again keeps its number."""

    def __init__(self, earlier: Iterable[Citation] = ()) -> None:
        """Go on from the citations of earlier turns."""
        self._numbers = {_passage(citation): citation.n for citation in earlier}
        self._next = max(self._numbers.values(), default=0) + 1
        self.cited: dict[int, Citation] = {}

    def cite(self, hit: Hit, span: Span, searcher: Searcher) -> int:
        """Return the number of the citation of a span of a hit's document."""
        made = _citation(self._next, hit, span, searcher)
        number = self._numbers.setdefault(_passage(made), self._next)
        if number == self._next:
            self._next += 1
        elif number not in self.cited:
            made = _citation(number, hit, span, searcher)
        self.cited.setdefault(number, made)
        return number


def statements(
    stretches: Sequence[tuple[Hit, Sequence[Unit]]], searcher: Searcher, numbering: Numbering
) -> list[Statement]:
    """Return the statements of stretches: neighbouring sentences of one paragraph are one, with one citation."""
    made: list[Statement] = []
    for hit, stretch in _gone_on(stretches, searcher):
        document = searcher.document(hit.chunk.resource)
        for span in _joined(stretch):
            block = document.blocks[span[0]]
            text = block.text[span[1] : span[2]]
            made.append(
                Statement(
                    text if block.type in WHOLE else without_marker(text),
                    (numbering.cite(hit, span, searcher),),
                    block=block.type if block.type in WHOLE else "paragraph",
                    language=block.language,
                )
            )
    return made


def _gone_on(stretches: Sequence[tuple[Hit, Sequence[Unit]]], searcher: Searcher) -> list[tuple[Hit, Sequence[Unit]]]:
    """Return the stretches, those that go on just where the one before them ends as one with it."""
    whole: list[tuple[Hit, Sequence[Unit]]] = []
    for hit, stretch in stretches:
        if whole and whole[-1][0].chunk.resource == hit.chunk.resource:
            index, _, end = whole[-1][1][-1].span
            other, start, _ = stretch[0].span
            text = searcher.document(hit.chunk.resource).blocks[index].text
            if other == index and start >= end and not text[end:start].strip():
                whole[-1] = (whole[-1][0], [*whole[-1][1], *stretch])
                continue
        whole.append((hit, stretch))
    return whole


def _joined(stretch: Sequence[Unit]) -> list[Span]:
    spans: list[Span] = []
    for unit in stretch:
        index, _, end = unit.span
        # Items stay apart: each opens the original at itself.
        if spans and spans[-1][0] == index and not is_bullet(unit):
            spans[-1] = (index, spans[-1][1], end)
        else:
            spans.append(unit.span)
    return spans


def _citation(n: int, hit: Hit, span: Span, searcher: Searcher) -> Citation:
    document = searcher.document(hit.chunk.resource)
    block = document.blocks[span[0]]
    quote = block.text[span[1] : span[2]]
    return Citation(
        n=n,
        resource=hit.resource.url,
        title=hit.resource.title,
        url=citation_url(document, span),
        quote=quote if block.type in WHOLE else without_marker(quote),
        locator=block.locator,
        score=hit.score,
        context=_context(hit, span, searcher),
        section=hit.resource.section,
        kind=hit.resource.kind,
    )


def _context(hit: Hit, span: Span, searcher: Searcher) -> str:
    """Return the hit's text, or the cited block where a stretch went on beyond the hit."""
    blocks = searcher.document(hit.chunk.resource).blocks
    text = span_text(blocks, hit.chunk.spans)
    return text if blocks[span[0]].text[span[1] : span[2]] in text else blocks[span[0]].text


def _passage(citation: Citation) -> tuple[str, str]:
    return citation.resource, citation.quote

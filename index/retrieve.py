"""The same search as a LlamaIndex retriever, for whoever builds on LlamaIndex."""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.search import Filters, Searcher


class ConcordanceRetriever(BaseRetriever):
    """Return the ``count`` best passages of the generation that a searcher has open."""

    def __init__(self, searcher: Searcher, count: int = 10, filters: Filters | None = None) -> None:
        """Search within the filters, if given."""
        super().__init__()
        self._searcher = searcher
        self._number = count
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._searcher.search(query_bundle.query_str, self._number, self._filters)
        return [
            NodeWithScore(
                node=TextNode(
                    text=hit.chunk.text,
                    metadata={
                        "resource": hit.resource.url,
                        "title": hit.resource.title,
                        "headings": list(hit.chunk.headings),
                    },
                ),
                score=hit.score,
            )
            for hit in found.hits
        ]

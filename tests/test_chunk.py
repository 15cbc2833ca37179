"""Documents → chunks: they fit the model with their header, part where a reader would, and are the document's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from llama_index.core.schema import TextNode

from config.settings import PACKAGED_MODEL
from index.chunk import BlockNodeParser
from index.embed import token_counter
from index.search import Searcher
from index.sentences import units
from index.spans import Span
from ingest.document import Block, Document

SENTENCE = "The encoder maps each picture to a small grid of codes, which the decoder turns back into a picture. "
CODE = "def step(x, t):\n    noise = model(x, t)\n    return x - noise * rate(t)\n"
# Nothing in it to part it at but its spaces.
FORMULA = " + ".join(rf"\frac{{x_{{{n}}}}}{{\sigma_{{{n}}}^2}}" for n in range(60))


@pytest.fixture(scope="module")
def count() -> Callable[[Sequence[str]], list[int]]:
    return token_counter(PACKAGED_MODEL)[0]


@pytest.fixture(scope="module")
def parser(count: Callable[[Sequence[str]], list[int]]) -> BlockNodeParser:
    return BlockNodeParser(count, token_counter(PACKAGED_MODEL)[1])


def chunks_of(parser: BlockNodeParser, *blocks: Block, title: str = "On codes") -> tuple[Document, list[TextNode]]:
    document = Document("https://a.example/", "https://a.example/", title, blocks)
    made = parser([TextNode(text="", metadata={"document": document})])
    return document, [node for node in made if isinstance(node, TextNode)]


def spans_of(chunks: Sequence[TextNode]) -> list[Span]:
    return [span for chunk in chunks for span in chunk.metadata["spans"]]


def test_the_model_reads_256_pieces(parser: BlockNodeParser) -> None:
    assert parser.max_tokens == 256


def test_every_chunk_of_the_demo_fits_the_model_and_is_its_document_word_for_word(
    demo: Searcher, count: Callable[[Sequence[str]], list[int]]
) -> None:
    read = [row for row in demo.store.resources if row.read]
    assert read
    for row in read:
        blocks = demo.document(row.number).blocks
        for chunk in demo.store.chunks_of(row.number):
            assert count([chunk.embedded])[0] + 2 <= 256
            if chunk.is_note:
                continue
            for (index, start, end), a, b in chunk.sentences:
                assert blocks[index].text[start:end] == chunk.text[a:b]


def test_no_chunk_reaches_over_a_heading_and_each_names_those_above_it(parser: BlockNodeParser) -> None:
    _, chunks = chunks_of(
        parser,
        Block("paragraph", "Before all."),
        Block("heading", "Encoding", level=2),
        Block("paragraph", "Short."),
        Block("heading", "Loss", level=3),
        Block("paragraph", "Shorter."),
        Block("heading", "Decoding", level=2),
        Block("paragraph", "Last."),
    )
    assert [(chunk.text, chunk.metadata["headings"]) for chunk in chunks] == [
        ("Before all.", []),
        ("Short.", ["Encoding"]),
        ("Shorter.", ["Encoding", "Loss"]),
        ("Last.", ["Decoding"]),
    ]
    assert chunks[2].metadata["header"] == "On codes › Encoding › Loss"


@pytest.mark.parametrize("title", ["On codes", "A title of very many words " * 20, "x" * 3000])
def test_a_long_text_is_cut_between_sentences_and_all_of_it_is_kept(
    parser: BlockNodeParser, count: Callable[[Sequence[str]], list[int]], title: str
) -> None:
    document, chunks = chunks_of(parser, *[Block("paragraph", (SENTENCE * 9).strip())] * 3, title=title)
    assert len(chunks) > 2
    whole = [(index, *span) for index, block in enumerate(document.blocks) for span in units(block)]
    assert spans_of(chunks) == whole
    for chunk in chunks:
        assert count([f"{chunk.metadata['header']}\n{chunk.text}"])[0] + 2 <= 256
        assert chunk.text.endswith("picture.")


@pytest.mark.parametrize(
    ("kind", "text"),
    [("code", CODE * 6), ("formula", r"\frac{a}{b} + c = d " * 8), ("table", "| model | score |\n" * 12)],
)
def test_what_is_read_as_a_whole_stays_whole(parser: BlockNodeParser, kind: str, text: str) -> None:
    text = text.strip()
    filling = Block("paragraph", (SENTENCE * 8).strip())
    document, chunks = chunks_of(parser, filling, Block(kind, text), filling)  # type: ignore[arg-type]
    (held,) = [span for span in spans_of(chunks) if span[0] == 1]
    assert document.blocks[1].text[held[1] : held[2]] == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [("code", CODE * 40), ("formula", FORMULA), ("paragraph", "word " * 900 + "end."), ("paragraph", "x+" * 600)],
    ids=["code", "formula", "sentence", "one unbroken string"],
)
def test_what_alone_is_too_long_is_cut_and_nothing_of_it_is_lost(
    parser: BlockNodeParser, count: Callable[[Sequence[str]], list[int]], kind: str, text: str
) -> None:
    _, chunks = chunks_of(parser, Block(kind, text.strip()))  # type: ignore[arg-type]
    assert len(chunks) > 1
    parts = [text.strip()[start:end] for _, start, end in spans_of(chunks)]
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(count([f"{chunk.metadata['header']}\n{chunk.text}"])[0] + 2 <= 256 for chunk in chunks)


def test_references_are_not_answered_from(parser: BlockNodeParser) -> None:
    _, chunks = chunks_of(parser, Block("paragraph", "Said."), Block("reference", "A. Author. A paper. 2017."))
    assert [chunk.text for chunk in chunks] == ["Said."]
    assert not chunks_of(parser)[1]

"""Passages → an answer written by a language model, each sentence checked against what it cites."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.answer.extractive import make_citation
from app.answer.llm import ANSWER_TOKENS, language_model
from app.answer.model import Citation, Statement
from app.answer.verify import doubt
from config.errors import ModelError
from index.search import Found, Hit, Searcher
from index.sentences import sentence_spans

_PROMPT = Path(__file__).parent / "prompts" / "answer.md"
_MARKS = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
# Tokens of instructions and of the question, and three characters a token to be safe with formulas.
_OVERHEAD_TOKENS = 400
_CHARACTERS_A_TOKEN = 3
# No link or picture reaches the reader but a citation of ours.
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|https?://\S+|<[^>]+>")


def generate(
    question: str, found: Found, searcher: Searcher, on_text: Callable[[str], None] | None
) -> tuple[list[Statement], list[Citation], str]:
    """Return the statements, their citations, and a word about what failed the check.

    Raises ModelError when the model cannot be reached, is silent too long, says nothing, or says
    nothing that holds.
    """
    hits = _budgeted([hit for hit in found.hits if hit.sentences], searcher.settings.llm_context_tokens)
    text = _ask_model(question, hits, searcher, on_text)
    if "NOT COVERED" in text.upper():
        raise ModelError("it found no answer in the passages")
    statements: list[Statement] = []
    citations: dict[int, Citation] = {}
    dropped = 0
    for sentence, marks in _cited_sentences(text):
        cited = [hits[n - 1] for n in marks if 1 <= n <= len(hits)]
        if not cited:
            dropped += 1
            continue
        for hit in cited:
            if hit.chunk.number not in citations:
                best = max(hit.sentences, key=lambda s: s.score)
                citations[hit.chunk.number] = make_citation(len(citations) + 1, hit, best.span, searcher)
        numbers = tuple(dict.fromkeys(citations[hit.chunk.number].n for hit in cited))
        statements.append(Statement(sentence, numbers, doubt(sentence, [hit.chunk.embedded for hit in cited])))
    if not any(not statement.doubt for statement in statements):
        raise ModelError("nothing that it wrote is borne out by the passages it cites")
    doubted = sum(bool(statement.doubt) for statement in statements)
    notice = ""
    if doubted or dropped:
        notice = (
            f"{len(statements) - doubted} of {len(statements) + dropped} statements check out; {doubted} marked, "
            f"{dropped} without a source left out."
        )
    return statements, list(citations.values()), notice


def _budgeted(hits: Sequence[Hit], window: int) -> list[Hit]:
    room = (window - ANSWER_TOKENS - _OVERHEAD_TOKENS) * _CHARACTERS_A_TOKEN
    chosen: list[Hit] = []
    for hit in hits:
        room -= len(hit.chunk.embedded) + 20
        if room < 0 and chosen:
            break
        chosen.append(hit)
    return chosen


def _ask_model(question: str, hits: Sequence[Hit], searcher: Searcher, on_text: Callable[[str], None] | None) -> str:
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    model = language_model(searcher.settings)
    rules = _PROMPT.read_text(encoding="utf-8").format(words=searcher.settings.answer_words)
    passages = "\n\n".join(f"[{n}] {hit.chunk.embedded}" for n, hit in enumerate(hits, start=1))
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content=rules),
        ChatMessage(role=MessageRole.USER, content=f"Passages:\n\n{passages}\n\nQuestion: {question}"),
    ]
    deadline = time.monotonic() + searcher.settings.llm_timeout_seconds
    written = ""
    try:
        for part in model.stream_chat(messages):
            written += part.delta or ""
            if on_text:
                on_text(written)
            if time.monotonic() > deadline:
                raise ModelError(f"it took longer than {searcher.settings.llm_timeout_seconds:.0f} s")
    except ModelError:
        raise
    except Exception as error:  # each client has its own errors; any of them means the same here
        raise ModelError(f"{type(error).__name__}: {str(error)[:200]}") from error
    if not written.strip():
        raise ModelError("it returned nothing")
    return written


def _cited_sentences(text: str) -> list[tuple[str, list[int]]]:
    """Return (sentence without its marks, numbers it cites); marks after a full stop belong to it."""
    text = _LINK.sub(lambda match: match.group(1) or "", text)
    joined = re.sub(r"([.!?])((?:\s*\[[\d,\s]+\])+)", r"\2\1", text)
    found: list[tuple[str, list[int]]] = []
    for line in joined.splitlines():
        for start, end in sentence_spans(line):
            sentence = line[start:end]
            marks = [int(n) for group in _MARKS.findall(sentence) for n in group.split(",")]
            plain = re.sub(r"^\s*(?:[-*•#]+|\d{1,3}[.)])\s+", "", _MARKS.sub("", sentence)).strip()
            if plain:
                found.append((plain, marks))
    return found

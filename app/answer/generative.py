"""Passages → an answer written by a language model, each sentence checked against what it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from app.answer.cite import Numbering
from app.answer.llm import ANSWER_TOKENS, language_model, written_by
from app.answer.model import Answer, Statement
from app.answer.verify import doubt
from config.errors import ModelError
from index.embed import encode_queries
from index.lexical import words
from index.search import Found, Hit, Searcher, Sentence
from index.sentences import sentence_spans

_PROMPT = Path(__file__).parent / "prompts" / "answer.md"
_MARKS = re.compile(r"\s*\[(\d{1,2}(?:\s*[,;–-]\s*\d{1,2})*)\]")
# Three characters a token, to be safe with formulas; some tokens for what wraps the messages.
_CHARACTERS_A_TOKEN = 3
_WRAPPING_TOKENS = 100
# Of the conversation, the last turns and the first words of each answer.
_TURNS = 3
_TURN_CHARACTERS = 400
# Fewer statements than this share that hold make no answer.
_LEAST_HELD = 1 / 3

_TOO_LITTLE = "the source says too little of this"
# A passage cannot close itself.
_OURS = re.compile(r"<(?=/?passage)")
# No link or picture reaches the reader but a citation of ours.
_PICTURE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)|\[([^\]\d][^\]]*)\]\[[^\]]*\]")
_ADDRESS = re.compile(
    r"^\s*\[[^\]]+\]:\s*\S+.*$|</?[A-Za-z!][^>\n]{0,500}>|\b(?:https?|ftp|file|data|javascript|mailto):\S+|\bwww\.\S+",
    re.I | re.M,
)
# What may yet become one while it is being written.
_UNFINISHED = re.compile(r"(?:</?[A-Za-z!][^>\n]*|!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?|\b(?:https?|www)\S*)$", re.I)
_LATEX_LINK = re.compile(r"\\(?:href|url|includegraphics)\b(?:\[[^\]]*\])?(?:\{[^}]*\})?")


def generate(
    question: str,
    found: Found,
    searcher: Searcher,
    numbering: Numbering,
    most_words: int,
    on_text: Callable[[str], None] | None = None,
    history: Sequence[Answer] = (),
) -> tuple[list[Statement], str]:
    """Return the statements and a word about how many hold; their citations are in ``numbering``.

    ``on_text`` receives the text so far, without links, as it is written. A statement that cites
    nothing, or that its passage contradicts, is left out; one of which it says too little is marked.
    Raises ModelError when the model fails, or says nothing that holds; UsageError when the settings
    do not name a model that can be asked.
    """
    rules = _PROMPT.read_text(encoding="utf-8").format(words=most_words)
    earlier = _conversation(history)
    spent = len(rules) + len(earlier) + len(question)
    hits = _budgeted([hit for hit in found.hits if hit.sentences], searcher.settings.llm_context_tokens, spent)
    text = _ask_model(rules, _request(question, hits, earlier), searcher, on_text)
    if "NOT COVERED" in text.upper():
        raise ModelError("it found no answer in the passages")

    def similarity(statement: str, texts: Sequence[str]) -> float:
        vectors = encode_queries([statement, *texts[:40]], searcher.settings.embedding_model)
        return float((vectors[1:] @ vectors[0]).max()) if len(vectors) > 1 else 0.0

    held: list[tuple[str, list[Hit], str]] = []
    dropped = marked = 0
    for sentence, marks in _cited_sentences(text):
        cited = [hits[n - 1] for n in dict.fromkeys(marks) if 1 <= n <= len(hits)]
        wrong = doubt(sentence, [hit.chunk.embedded for hit in cited], similarity) if cited else "it cites nothing"
        if cited and wrong in ("", _TOO_LITTLE):
            held.append((sentence, cited, wrong))
            marked += bool(wrong)
        else:
            dropped += 1
    total = len(held) + dropped
    if not held or (len(held) - marked) < _LEAST_HELD * total:
        raise ModelError("too little of what it wrote is borne out by the passages that it cites")
    statements = [
        Statement(
            sentence,
            tuple(dict.fromkeys(numbering.cite(hit, _closest(sentence, hit).span, searcher) for hit in cited)),
            wrong,
        )
        for sentence, cited, wrong in held
    ]
    return statements, _count(total, marked, dropped)


def _count(total: int, marked: int, dropped: int) -> str:
    held = f"{total - marked - dropped} of {total} statements check out against the passages they cite"
    parts = [f"{marked} marked"] * bool(marked) + [f"{dropped} left out"] * bool(dropped)
    return f"{held}; {', '.join(parts)}." if parts else f"{held}."


def _conversation(history: Sequence[Answer]) -> str:
    lines = []
    for turn in history[-_TURNS:]:
        said = " ".join(statement.text for statement in turn.statements)[:_TURN_CHARACTERS]
        lines.append(f"Question: {turn.question[:_TURN_CHARACTERS]}\nAnswer: {said or 'The list does not cover this.'}")
    return "Earlier in the conversation:\n\n" + "\n\n".join(lines) + "\n\n" if lines else ""


def _budgeted(hits: Sequence[Hit], window: int, spent: int) -> list[Hit]:
    """Return the hits that fit the window beside the instructions and the answer; at least one."""
    room = (window - ANSWER_TOKENS - _WRAPPING_TOKENS) * _CHARACTERS_A_TOKEN - spent
    chosen: list[Hit] = []
    for hit in hits:
        room -= len(hit.chunk.embedded) + 30
        if room < 0 and chosen:
            break
        chosen.append(hit)
    return chosen


def _request(question: str, hits: Sequence[Hit], earlier: str) -> str:
    passages = "\n\n".join(
        f'<passage number="{n}">\n{_OURS.sub("<_", hit.chunk.embedded)}\n</passage>'
        for n, hit in enumerate(hits, start=1)
    )
    return f"{passages}\n\n{earlier}Question: {question}"


def _ask_model(rules: str, request: str, searcher: Searcher, on_text: Callable[[str], None] | None) -> str:
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    model = language_model(searcher.settings)
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content=rules),
        ChatMessage(role=MessageRole.USER, content=request),
    ]
    written = ""
    for written in written_by(model, messages, searcher.settings):
        if on_text:
            on_text(_UNFINISHED.sub("", without_links(written)))
    return without_links(written)


def without_links(text: str) -> str:
    """Return what a model wrote without links, pictures, addresses and markup; "[2](…)" stays a mark."""
    text = _PICTURE.sub("", text)
    text = _LINK.sub(lambda match: _kept(match.group(1) or match.group(2) or ""), text)
    return _ADDRESS.sub("", _LATEX_LINK.sub("", text))


def _kept(label: str) -> str:
    return f"[{label}]" if re.fullmatch(r"\d{1,2}", label.strip()) else label


def _closest(statement: str, hit: Hit) -> Sentence:
    """Return the sentence of a hit that says most of a statement; of equals, the one nearest to the question."""
    spoken = set(words(statement))
    return max(hit.sentences, key=lambda sentence: (len(spoken & set(words(sentence.text))), sentence.score))


def _cited_sentences(text: str) -> list[tuple[str, list[int]]]:
    """Return (sentence without its marks, numbers it cites); marks after a full stop belong to it."""
    joined = re.sub(
        r"([.!?])((?:\s*\[[\d,;\s–-]+\])+)", r"\2\1", re.sub(r"<think>.*?(?:</think>|$)", "", text, flags=re.S)
    )
    found: list[tuple[str, list[int]]] = []
    for line in joined.splitlines():
        for start, end in sentence_spans(line):
            sentence = line[start:end]
            marks = [int(n) for group in _MARKS.findall(sentence) for n in re.findall(r"\d+", group)]
            plain = re.sub(r"^\s*(?:[-*•#>]+|\d{1,3}[.)])\s+", "", _MARKS.sub("", sentence)).replace("**", "").strip()
            if re.search(r"\w", plain):
                found.append((plain, marks))
    return found

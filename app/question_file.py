"""A file of a person's own questions → what each asks, and what answers it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from config.errors import UsageError


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file. ``gold`` is empty for what the list does not cover."""

    line: int
    text: str
    gold: frozenset[str]
    must: re.Pattern[str] | None
    kind: str


def read_questions(file: Path) -> list[Question]:
    """Read JSON lines of ``q``, ``gold`` and, where given, ``must`` and ``kind``.

    Raises UsageError, naming the line and what is wrong with it.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {error}") from error
    questions = [_question(file, number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not questions:
        raise UsageError(f'{file}: no questions; each line is one, such as {{"q": "…", "gold": ["https://…"]}}')
    return questions


def _question(file: Path, number: int, line: str) -> Question:
    def wrong(what: str) -> UsageError:
        return UsageError(f"{file}, line {number}: {what}")

    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise wrong(f"not JSON ({error})") from error
    if not isinstance(value, dict):
        raise wrong('not an object of the form {"q": "…", "gold": ["https://…"]}')
    text, gold, must, kind = value.get("q"), value.get("gold"), value.get("must"), value.get("kind", "")
    if not isinstance(text, str) or not text.strip():
        raise wrong('"q" must be the question, a text that is not empty')
    if not isinstance(gold, list) or not all(isinstance(url, str) and url for url in gold):
        raise wrong('"gold" must be a list of the addresses that answer it ([] where the list does not cover it)')
    if not isinstance(kind, str):
        raise wrong('"kind" must be a text: the group that the question is counted in')
    if must is not None and not isinstance(must, str):
        raise wrong('"must" must be a regular expression that the right passage matches')
    if must and not gold:
        raise wrong('"must" without "gold": what is not covered has no right passage')
    try:
        pattern = re.compile(must, re.IGNORECASE) if must else None
    except re.error as error:
        raise wrong(f'"must" is not a regular expression ({error})') from error
    return Question(number, text, frozenset(gold), pattern, kind)

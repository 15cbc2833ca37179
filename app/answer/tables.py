"""The row of a table that a question asks for, under what its columns are called."""

from __future__ import annotations

import re

from app.answer.amount import tells_amount
from app.answer.question import Question
from app.table_rows import cells, is_rule
from index.lexical import words

_HEAD_ENDS = ": "


def row_asked(table: str, question: Question) -> str:
    """Return the head of a table and the row with most words of a question, as text; "" where no row has any.

    A table without a head has its first row for one.
    """
    head, *rows = [line for line in table.split("\n") if line.strip() and not is_rule(line)] or [""]
    asked = set(words(question.text))
    shared = [len(asked & set(words(row))) for row in rows]
    if not any(shared):
        return ""
    return f"{_plain(head)}{_HEAD_ENDS}{_plain(rows[shared.index(max(shared))])}"


def has_number(table: str, question: Question) -> bool:
    """Whether the row that a question asks for has a number, of the sort and the thing that it asks for."""
    text = row_asked(table, question)
    told = set(words(text))
    named = not question.counted_names or any(not told.isdisjoint(words(name)) for name in question.counted_names)
    if not (named or question.amount != "number") or not re.search(r"\d", text.partition(_HEAD_ENDS)[2]):
        return False
    return tells_amount(text, question.amount)


def _plain(line: str) -> str:
    return ", ".join(filter(None, cells(line)))

"""Conversations kept in one SQLite file of the home, so that a reload or a restart loses nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from app.answer.model import Answer, Citation, Statement
from config.errors import ConcordanceError
from index.search import Filters
from ingest.document import Locator

# In order; each runs once, when the file's user_version is below its place.
_MIGRATIONS = (
    # 2026-11: the first form
    "CREATE TABLE turns (conversation TEXT, number INTEGER, asked TEXT, answer TEXT, "
    "PRIMARY KEY (conversation, number))",
    # 2026-11: what the question was limited to
    "ALTER TABLE turns ADD COLUMN within TEXT NOT NULL DEFAULT '{}'",
    # 2026-11: a question is kept from the moment it is asked, so that leaving the page does not lose it
    "CREATE TABLE waiting (conversation TEXT PRIMARY KEY, question TEXT NOT NULL, within TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question's answer, and what it was limited to."""

    answer: Answer
    within: Filters


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that was asked and is not answered yet, and what it is limited to."""

    question: str
    within: Filters


@dataclass(frozen=True, slots=True)
class Kept:
    """One conversation of the list of them: its first question, and when it last went on (ISO 8601, UTC)."""

    conversation: str
    question: str
    asked: str


def new_conversation() -> str:
    """Return an identifier that no other conversation has."""
    return token_urlsafe(9)


class Conversations:
    """The turns of all conversations of one home."""

    def __init__(self, home: Path) -> None:
        """Open or create the file, bringing an older one up to date. Raises ConcordanceError when it cannot be used."""
        self._file = home / "conversations.sqlite"
        with self._database() as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            for number, statement in enumerate(_MIGRATIONS[version:], start=version + 1):
                with database:
                    database.execute(statement)
                    database.execute(f"PRAGMA user_version = {number}")

    def ask(self, conversation: str, question: str, within: Filters) -> None:
        """Keep a question until it is answered; it takes the place of one that still waits."""
        with self._database() as database, database:
            database.execute(
                "INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)", (conversation, question, _to_json(asdict(within)))
            )

    def waiting(self, conversation: str) -> Waiting | None:
        """Return the question of a conversation that waits for its answer."""
        with self._database() as database:
            row = database.execute(
                "SELECT question, within FROM waiting WHERE conversation = ?", (conversation,)
            ).fetchone()
        return None if row is None else Waiting(row[0], _filters(json.loads(row[1])))

    def withdraw(self, conversation: str) -> None:
        """Give up the question that waits."""
        with self._database() as database, database:
            database.execute("DELETE FROM waiting WHERE conversation = ?", (conversation,))

    def add(self, conversation: str, answer: Answer, within: Filters) -> None:
        """Append a turn; a question that waited for it waits no longer."""
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        values = (conversation, now, _to_json(asdict(within)), _to_json(asdict(answer)), conversation)
        with self._database() as database, database:
            database.execute(
                "INSERT INTO turns (conversation, number, asked, within, answer) "
                "SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ? FROM turns WHERE conversation = ?",
                values,
            )
            database.execute(
                "DELETE FROM waiting WHERE conversation = ? AND question = ?", (conversation, answer.question)
            )

    def turns(self, conversation: str) -> list[Turn]:
        """Return the turns of a conversation in order."""
        with self._database() as database:
            rows = database.execute(
                "SELECT answer, within FROM turns WHERE conversation = ? ORDER BY number", (conversation,)
            ).fetchall()
        return [Turn(_answer(json.loads(answer)), _filters(json.loads(within))) for answer, within in rows]

    def newest(self, most: int) -> list[Kept]:
        """Return the conversations that last went on, the newest first."""
        with self._database() as database:
            rows = database.execute(
                "SELECT conversation, json_extract(first.answer, '$.question'), last FROM turns AS first JOIN ("
                "SELECT conversation, max(asked) AS last, max(rowid) AS row FROM turns GROUP BY conversation"
                ") USING (conversation) WHERE first.number = 1 ORDER BY last DESC, row DESC LIMIT ?",
                (most,),
            ).fetchall()
        return [Kept(*row) for row in rows]

    def forget(self, conversation: str) -> None:
        """Remove a conversation for good."""
        with self._database() as database, database:
            database.execute("DELETE FROM turns WHERE conversation = ?", (conversation,))
            database.execute("DELETE FROM waiting WHERE conversation = ?", (conversation,))

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=10)) as database:
                yield database
        except (OSError, sqlite3.Error) as error:
            raise ConcordanceError(
                f"conversations are kept in {self._file}, which cannot be used: {error}; "
                "make room for it, or move it away for a new one"
            ) from error


def _to_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _filters(values: dict[str, Any]) -> Filters:
    return Filters(**{name: tuple(some) for name, some in _known(Filters, values).items()})


def _answer(values: dict[str, Any]) -> Answer:
    statements = tuple(
        Statement(**{**_known(Statement, s), "citations": tuple(s["citations"])}) for s in values["statements"]
    )
    citations = tuple(
        Citation(**{**_known(Citation, c), "locator": Locator(**c["locator"]), "section": tuple(c["section"])})
        for c in values["citations"]
    )
    lists = {name: tuple(values[name]) for name in ("nearest", "nearest_titles")}
    return Answer(**{**_known(Answer, values), **lists, "citations": citations, "statements": statements})


def _known(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return what this version knows of a thing that another version may have written."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}

"""Conversations kept in one SQLite file of the home, so that a reload or a restart loses nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

from app.answer.model import Answer, Citation, Statement
from ingest.document import Locator

# In order; each runs once, when the file's user_version is below its place.
_MIGRATIONS = (
    # 2026-11: the first form
    "CREATE TABLE turns (conversation TEXT, number INTEGER, asked TEXT, answer TEXT, "
    "PRIMARY KEY (conversation, number))",
)


def new_conversation() -> str:
    """Return an identifier that nobody guesses: it is all that opens a conversation."""
    return token_urlsafe(9)


class Conversations:
    """The turns of all conversations of one home."""

    def __init__(self, home: Path) -> None:
        """Open or create the file, bringing an older one up to date."""
        home.mkdir(parents=True, exist_ok=True)
        self._file = home / "conversations.sqlite"
        with closing(self._connect()) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            for number, statement in enumerate(_MIGRATIONS[version:], start=version + 1):
                with database:
                    database.execute(statement)
                    database.execute(f"PRAGMA user_version = {number}")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=10)

    def add(self, conversation: str, answer: Answer) -> None:
        """Append a turn."""
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        with closing(self._connect()) as database, database:
            database.execute(
                "INSERT INTO turns SELECT ?, coalesce(max(number), 0) + 1, ?, ? FROM turns WHERE conversation = ?",
                (conversation, now, json.dumps(asdict(answer), ensure_ascii=False), conversation),
            )

    def turns(self, conversation: str) -> list[Answer]:
        """Return the answers of a conversation in order, each with its question."""
        with closing(self._connect()) as database:
            rows = database.execute(
                "SELECT answer FROM turns WHERE conversation = ? ORDER BY number", (conversation,)
            ).fetchall()
        return [_answer(json.loads(row[0])) for row in rows]


def _answer(values: dict[str, object]) -> Answer:
    raw: dict[str, list[dict[str, object]]] = values  # type: ignore[assignment]
    citations = tuple(
        Citation(**{**c, "locator": Locator(**c["locator"]), "section": tuple(c["section"])})  # type: ignore
        for c in raw["citations"]
    )
    statements = tuple(Statement(**{**s, "citations": tuple(s["citations"])}) for s in raw["statements"])  # type: ignore
    lists = {name: tuple(raw[name]) for name in ("nearest", "nearest_titles")}
    return Answer(**{**values, **lists, "citations": citations, "statements": statements})  # type: ignore

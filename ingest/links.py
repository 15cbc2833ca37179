"""The file beside a list that says where a work is which the list names without a link; a person may edit it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.errors import ReadingListError
from config.settings import DEFAULT_LIST
from ingest.titles import Match

_HEAD = """\
# Works that the list names without a link. Concordance adds what it finds and never changes what stands here.
# link = "https://…" says where a work is; link = false says that none of the proposals is it.
"""

Answers = Mapping[str, str | bool]
"""Title of an entry → its link; False: the person wants none; True: asked before, not answered yet."""


def links_file(reading_list: Path, home: Path) -> Path:
    """Return the file of a list: beside it, or in the home for a list that ships with Concordance."""
    name = f"{reading_list.stem}.links.toml"
    shipped = reading_list.resolve().is_relative_to(DEFAULT_LIST.parent.resolve())
    return (home if shipped else reading_list.parent) / name


def read_links(file: Path) -> Answers:
    """Return what a file says. Raises ReadingListError when it cannot be read."""
    if not file.is_file():
        return {}
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReadingListError(f"{file}: {error}; correct it, or remove it to be asked again") from error
    answers: dict[str, str | bool] = {}
    for title, table in tables.items():
        link = table.get("link") if isinstance(table, dict) else None
        if isinstance(link, str) and not link.startswith(("http://", "https://")):
            raise ReadingListError(f"{file}: the link of {title!r} is not a web address; correct it")
        answers[title] = link if isinstance(link, str) or link is False else True
    return answers


def add_links(file: Path, found: Sequence[tuple[str, Match]]) -> str:
    """Append what was found for entries that a file does not know yet; return why it could not be written, or ""."""
    known = read_links(file)
    new = [_table(title, match) for title, match in found if title not in known]
    if not new:
        return ""
    try:
        head = "" if file.exists() else _HEAD
        with file.open("a", encoding="utf-8") as stream:
            stream.write(head + "".join(new))
    except OSError as error:
        return f"{file} cannot be written: {error.strerror or error}"
    return ""


def _table(title: str, match: Match) -> str:
    says = _comment(match.evidence)
    link = f"link = {_quoted(match.work.url)}"
    if match.certain:
        return f"\n[{_quoted(title)}]\n# {says}\n{link}\n"
    return f"\n[{_quoted(title)}]\n# {says}. If that is it, take the next line's # away:\n# {link}\n"


def _quoted(text: str) -> str:
    # JSON's strings are TOML's basic strings, but for DEL.
    return json.dumps(text.replace("\x7f", ""), ensure_ascii=False)


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)

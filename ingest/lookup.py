"""Entries without a link → entries with one, where a work is certainly theirs; proposals where one may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.archive import Archive
from ingest.catalogues import questions, works
from ingest.document import Document
from ingest.links import Answers, add_links, links_file, read_links
from ingest.reading_list import Entry
from ingest.resource import Resource, kind_by_words, resources_from
from ingest.titles import Match, Sought, Work, best_match, sought
from ingest.url import arxiv_id, canonical_url

# Of one build; each is two polite requests.
_MOST_LOOKED_FOR = 100
# Archived papers that nothing on the list claims; each is read once and then known.
_MOST_READ = 50
# A proposal less alike than this is noise.
_WORTH_SHOWING = 0.7

Ask = Callable[[Sequence[tuple[str, ...]]], None]
"""Groups of addresses of interfaces for programs → they are in the archive, as far as they could be had."""

Read = Callable[[Sequence[Resource]], dict[str, Document | str]]
"""Resources → what the archive's bytes of each say."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The entries, those that were found with their link; ``said``: resource → why it has that link, or none."""

    entries: tuple[Entry, ...]
    said: dict[str, str]


def look_up(
    entries: Sequence[Entry], reading_list: Path, home: Path, archive: Archive, ask: Ask | None, read: Read
) -> LookedUp:
    """Give entries without a link one: the person's answer, else a work that is certainly meant.

    A work is looked for among archived papers that no other entry names, and with ``ask`` (None
    offline) and in what was answered before, in arXiv and Crossref. Raises ReadingListError.
    """
    file = links_file(reading_list, home)
    answers = read_links(file)
    without = [entry for entry in entries if entry.url is None and (entry.titled or not entry.broken)]
    unanswered = [entry for entry in without if answers.get(entry.title, True) is True]
    likely = [entry for entry in unanswered if kind_by_words(entry) in ("paper", "article")]
    open_ = {entry: wanted for entry in likely[:_MOST_LOOKED_FOR] if (wanted := sought(entry.title))}
    matches = _archived(open_, entries, archive, read)
    rest = {entry: wanted for entry, wanted in open_.items() if entry not in matches}
    if ask is not None:
        ask([(address,) for wanted in rest.values() for one in wanted for address in questions(one.title)])
    for entry, wanted in rest.items():
        named = [work for one in wanted for address in questions(one.title) for work in works(address, archive)]
        match = best_match(wanted, named)
        if match is not None and (match.certain or match.alike >= _WORTH_SHOWING):
            matches[entry] = match
    unwritten = add_links(file, [(entry.title, match) for entry, match in matches.items()])
    return _answered(entries, answers, matches, file, unwritten)


def _archived(
    open_: dict[Entry, tuple[Sought, ...]], entries: Sequence[Entry], archive: Archive, read: Read
) -> dict[Entry, Match]:
    """Return what archived papers certainly are; only the certain, for nobody said that they belong to the list."""
    wanted = {entry: found for entry, found in open_.items() if any(one.paper for one in found)}
    if not wanted:
        return {}
    claimed = {resource.url for resource in resources_from(entries)}
    free = dict.fromkeys(url for address in archive.pages() if (url := _paper(address)) and url not in claimed)
    papers = [Resource(url, "paper", url) for url in list(free)[:_MOST_READ]]
    held = [
        Work(url, document.title, document.authors, document.date or "", "the archive")
        for url, document in read(papers).items()
        if isinstance(document, Document)
    ]
    found = {entry: match for entry, one in wanted.items() if (match := best_match(one, held)) and match.certain}
    return found


def _paper(address: str) -> str | None:
    try:
        return canonical_url(address) if arxiv_id(address) else None
    except ValueError:
        return None


def _answered(
    entries: Sequence[Entry], answers: Answers, matches: dict[Entry, Match], file: Path, unwritten: str
) -> LookedUp:
    found: list[Entry] = []
    said: dict[str, str] = {}
    for entry in entries:
        match = matches.get(entry)
        link = answers.get(entry.title) if entry.url is None else None
        if isinstance(link, str):
            entry = replace(entry, url=link)
            said[canonical_url(link)] = _from(file)
        elif match is not None and match.certain:
            entry = replace(entry, url=match.work.url)
            said[canonical_url(match.work.url)] = f"{match.evidence}; {unwritten}" if unwritten else _from(file)
        elif match is not None:
            where = unwritten or f"if that is it, say so in {file}"
            url = resources_from([entry])[0].url
            said[url] = f"{entry.unlinked}; {match.evidence}, at {match.work.url}: {where}"
        found.append(entry)
    return LookedUp(tuple(found), said)


def _from(file: Path) -> str:
    return f"its address is from {file.name}"

"""Pages that are no content: shells without their script, walls, error pages sent as successes.

A sign counts where only such a page has it: in the title or the first heading, or on a page that says hardly anything
else. So an article that merely speaks of such things is read.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingest.document import Block
from ingest.sources.html.frame import count
from ingest.sources.html.metadata import SEPARATOR, Metadata
from ingest.sources.html.parse import Element
from ingest.sources.html.wall_signs import BOT_WALL, CHALLENGE, KINDS, LOGIN, MEMBERS, PAID, PAYWALL, SHELL

# A page with more words than this says something of its own, whatever else stands in it.
_ENOUGH_WORDS = 400
_STUB_WORDS = 800
_FORM_WORDS = 100
_SHELL_WORDS = 15
# With so many words of text after it, a sign stands amid the text.
_SPOKEN_ON = 60
_LOOKED_AT = 30_000
_APP_ROOTS = ("root", "app", "__next", "___gatsby", "svelte", "__nuxt", "react-root", "main-app", "application")


def wall(page: Element, declared: Metadata, blocks: tuple[Block, ...]) -> str:
    """Return why a page is no content, or "" when it is."""
    words = _words(blocks)
    if words >= _ENOUGH_WORDS:
        return ""
    seen = _everything(page)
    if _is_stub(declared, blocks, seen):
        return PAYWALL
    besides = _words(block for block in blocks if block.type != "heading")
    if besides < _FORM_WORDS and any((field.get("type") or "").lower() == "password" for field in page.iter("input")):
        return LOGIN
    said = "\n".join(block.text for block in blocks)
    titles = _titles(declared.title, blocks)
    for kind in KINDS:
        if besides <= 2 * kind.most and any(kind.title.fullmatch(title) for title in titles):
            return kind.reason
        # What only the frame says, or is said to machines without scripts, counts where there is no text.
        if besides <= kind.most and kind.words.search(seen if words < _SHELL_WORDS else said):
            return kind.reason
    if besides < _FORM_WORDS and _is_challenged(page):
        return BOT_WALL
    if words < _SHELL_WORDS and _is_app(page):
        return SHELL
    return "the page has no text" if words < 5 else ""


def stub(page: Element, declared: Metadata, blocks: tuple[Block, ...]) -> str:
    """Return why a page that says something is still only the beginning of it, or ""."""
    words = _words(blocks)
    return PAYWALL if words < _STUB_WORDS and _is_stub(declared, blocks, _everything(page)) else ""


def _is_stub(declared: Metadata, blocks: tuple[Block, ...], seen: str) -> bool:
    """Whether a page asks for money where the rest would be, or declares itself closed and shows little.

    One invitation to subscribe is common on open pages; a label, or the page's own word, makes it a wall. What stands
    amid the text is spoken of, not asked for.
    """
    words = _words(blocks)
    closed = declared.closed or MEMBERS.search(seen) is not None
    asks = sum(1 for _ in PAID.finditer(seen))
    after = 0
    for block in reversed(blocks):
        if after > _SPOKEN_ON:
            asks -= sum(1 for _ in PAID.finditer(block.text))
        after += count(block.text)
    return (closed and (asks > 0 or words < 150)) or asks > 1 or (asks > 0 and words < 250)


def _words(blocks: Iterable[Block]) -> int:
    return sum(count(block.text) for block in blocks)


def _titles(title: str, blocks: tuple[Block, ...]) -> list[str]:
    first = [block.text for block in blocks[:3] if block.type == "heading"][:1]
    parts = [part.strip() for part in SEPARATOR.split(title)]
    return [text for text in (title, *parts, *first) if text]


def _everything(page: Element) -> str:
    """Return what stands on a page, its frame and what it says to machines without scripts included."""
    body = page.find("body")
    parts: list[str] = []
    size = 0
    for piece in (body if body is not None else page).iter():
        if isinstance(piece.tag, str) and piece.tag not in ("script", "style", "template"):
            parts.append(piece.text or "")
            size += len(parts[-1])
        parts.append(piece.tail or "")
        size += len(parts[-1])
        if size > _LOOKED_AT:
            break
    return " ".join(" ".join(parts).split())


def _is_challenged(page: Element) -> bool:
    """Whether a page runs a script by which such walls tell people from programs, and has no more to say."""
    return any(
        CHALLENGE.search(f"{script.get('src') or ''} {(script.text or '')[:5000]}") for script in page.iter("script")
    )


def _is_app(page: Element) -> bool:
    """Whether a page is a place for a program to write in: a root that frameworks name, or an element of its own."""
    body = page.find("body")
    if body is None or next(page.iter("script"), None) is None:
        return False
    return any(page.get_element_by_id(name, None) is not None for name in _APP_ROOTS) or any(
        isinstance(element.tag, str) and "-" in element.tag for element in body
    )

"""What a source becomes: a document, its blocks in order, each located in the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockType = Literal["heading", "paragraph", "list", "code", "formula", "table", "caption", "quote", "reference"]
LocatorKind = Literal["heading", "page", "time", "cell", "none"]


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a block is in the original.

    ``value`` is the heading's text (kind "heading"), the page from 1 ("page"), the second from the
    start ("time"), the cell's index from 0 ("cell"), or None ("none"). ``element_id`` is the id of
    the nearest element before the block that an address can name (``#id``), where there is one.
    """

    kind: LocatorKind = "none"
    value: str | int | float | None = None
    element_id: str | None = None

    def as_json(self) -> dict[str, str | int | float | None]:
        """Return the contract's shape: kind and value."""
        return {"kind": self.kind, "value": self.value}


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document, in reading order.

    ``text`` by type: a paragraph, heading, caption, quote or reference is one line of text as a
    reader sees it, with inline formulas as ``$LaTeX$`` and no other markup; a list is a line an
    item (``- `` or ``1. ``, nested by two spaces); code keeps its line breaks; a formula is LaTeX
    without delimiters; a table is Markdown rows. ``level`` is a heading's (1 to 6), else 0.
    ``language`` is a code block's, where the source names it.
    """

    type: BlockType
    text: str
    locator: Locator = Locator()
    level: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What one snapshot of a resource says.

    ``resource`` is the canonical URL of the resource; ``url`` is the address at which the original
    opens for a reader (citations are made from it). ``media`` tells how the original is opened at
    a place: "html", "pdf", "video", "notebook" or "markdown". ``coverage`` is the share (0 to 1)
    of the words of the original's body that the blocks hold; ``reader`` names what read it.
    ``partial`` says why the document is known to be incomplete, and is empty if it is not.
    ``snapshot`` is the digest of the bytes it was read from, ``fetched`` when (ISO 8601, UTC).
    """

    resource: str
    url: str
    title: str
    blocks: tuple[Block, ...]
    media: Literal["html", "pdf", "video", "notebook", "markdown"] = "html"
    authors: tuple[str, ...] = ()
    date: str = ""
    language: str = ""
    coverage: float = 1.0
    reader: str = ""
    partial: str = ""
    snapshot: str = ""
    fetched: str = ""

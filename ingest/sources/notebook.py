"""Notebooks: Markdown and code cells in order, text outputs kept short, each with its cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Block, Document, Locator
from ingest.resource import Resource
from ingest.sources.html.parse import tidy
from ingest.sources.markdown import markdown_blocks

_MOST_CELLS = 5000
_OUTPUT_LINES = 12
_OUTPUT_CHARACTERS = 1200
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_BLOB = re.compile(r"^/([^/]+)/([^/]+)/blob/(.+)$")


def addresses(resource: Resource) -> tuple[str, ...]:
    """Return where the notebook's bytes are: GitHub's raw host, Drive's download, or the address itself."""
    parts = urlsplit(resource.url)
    if parts.hostname == "github.com" and (match := _BLOB.match(parts.path)):
        owner, name, rest = match.groups()
        return (f"https://raw.githubusercontent.com/{owner}/{name}/{rest}", resource.url)
    if parts.hostname == "colab.research.google.com" and parts.path.startswith("/drive/"):
        key = parts.path.rsplit("/", 1)[-1]
        return (f"https://drive.google.com/uc?export=download&id={key}", resource.url)
    return (resource.url,)


def read(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a notebook. Raises ReadError when the bytes are none."""
    try:
        value = json.loads(snapshot.body)
    except (ValueError, RecursionError) as error:
        raise ReadError("not a notebook: what came is not JSON (it may need a login)") from error
    cells = _cells(value)
    blocks = tuple(block for number, cell in enumerate(cells[:_MOST_CELLS]) for block in _cell(number, cell))
    if not blocks:
        raise ReadError("the notebook is empty")
    title = next((b.text for b in blocks if b.type == "heading"), resource.title)
    return Document(
        resource=resource.url,
        url=_opens_at(resource),
        title=title,
        blocks=blocks,
        media="notebook",
        reader="notebook",
        partial=f"only the first {_MOST_CELLS} cells were read" if len(cells) > _MOST_CELLS else "",
        snapshot=snapshot.digest,
        fetched=snapshot.fetched,
    )


def _opens_at(resource: Resource) -> str:
    """Return the address that the list gives, where it opens the notebook (Colab can be sent to a cell)."""
    given = next((entry.url for entry in resource.entries if entry.url and "colab." in entry.url), None)
    return given or resource.url


def _cells(value: Any) -> list[Any]:
    if not isinstance(value, dict):
        raise ReadError("not a notebook: no cells in it")
    cells = value.get("cells")
    if cells is None and isinstance(value.get("worksheets"), list):
        cells = [c for sheet in value["worksheets"] if isinstance(sheet, dict) for c in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise ReadError("not a notebook: no cells in it")
    return cells


def _cell(number: int, cell: Any) -> Iterator[Block]:
    if not isinstance(cell, dict):
        return
    source = _text(cell.get("source", cell.get("input")))
    identifier = cell.get("id")
    metadata = cell.get("metadata")
    if not isinstance(identifier, str) and isinstance(metadata, dict):
        identifier = metadata.get("id")
    place = Locator("cell", number, identifier if isinstance(identifier, str) and len(identifier) < 100 else None)
    kind = cell.get("cell_type")
    if kind in ("markdown", "heading", "raw"):
        level = cell.get("level")
        if kind == "heading" and isinstance(level, int):
            source = f"{'#' * max(1, min(6, level))} {source}"
        for block in markdown_blocks(source, number):
            yield Block(block.type, block.text, place, block.level, block.language)
    elif kind == "code":
        if source.strip():
            yield Block("code", tidy(source).strip("\n"), place, language="python")
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            text = _output(output)
            if text:
                yield Block("code", text, place, language="text")


def _output(output: Any) -> str:
    if not isinstance(output, dict):
        return ""
    kind = output.get("output_type")
    if kind == "stream":
        text = _text(output.get("text"))
    elif kind in ("execute_result", "display_data", "pyout"):
        data = output.get("data")
        text = _text(data.get("text/plain") if isinstance(data, dict) else output.get("text"))
        if re.match(r"^<[\w.]+(?: .*)?(?: at 0x[0-9a-f]+)?>$", text.strip()):
            return ""
    elif kind in ("error", "pyerr"):
        text = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    else:
        return ""
    lines = _ANSI.sub("", text).replace("\r", "\n").split("\n")
    kept = "\n".join(lines[:_OUTPUT_LINES])[:_OUTPUT_CHARACTERS]
    return tidy(kept).strip("\n") if kept.strip() else ""


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""

"""Notebooks: Markdown and code cells in order, text outputs kept short, each with its cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Block, Document, Locator
from ingest.resource import Resource
from ingest.sources.html.parse import parse, tidy
from ingest.sources.markdown import fragment_blocks, markdown_blocks
from ingest.sources.repository import plain_blocks

_LARGEST_BYTES = 100_000_000
_MOST_CELLS = 5000
_OUTPUT_LINES = 12
_OUTPUT_CHARACTERS = 1200
_TABLE_ROWS = 12
_SAID_OF_PICTURES = re.compile(
    r"^(?:<[\w.]+(?: .*)?(?: at 0x[0-9a-f]+)?>|\[?<matplotlib\..*|Text\(.*\)|\(?<Figure .*)$", re.DOTALL
)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_BLOB = re.compile(r"^/([^/]+)/([^/]+)/blob/(.+)$")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
# What a cell is written in, when its first line says that it is none of the notebook's own language.
_MAGIC = re.compile(r"^\s*%%(bash|sh|script bash|html|javascript|js|R|julia|latex|perl|ruby|sql|cpp|cuda|writefile)\b")
_MIME = {"text": "text/plain", "html": "text/html", "latex": "text/latex", "png": "image/png", "jpeg": "image/jpeg",
         "svg": "image/svg+xml", "javascript": "application/javascript"}  # fmt: skip
"""Format 3's names of forms → content types."""
_MAGIC_NAMES = {"sh": "bash", "script bash": "bash", "js": "javascript", "writefile": ""}


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
    value = parse_notebook(snapshot.body)
    cells = _cells(value)
    language = _language(value)
    blocks = tuple(block for number, cell in enumerate(cells[:_MOST_CELLS]) for block in _cell(number, cell, language))
    if not blocks:
        raise ReadError("the notebook is empty")
    headings = [block for block in blocks if block.type == "heading"]
    title = next((block.text for block in headings if block.level == 1), headings[0].text if headings else "")
    return Document(
        resource=resource.url,
        url=_opens_at(resource),
        title=title or resource.title,
        blocks=blocks,
        media="notebook",
        reader="notebook",
        partial=f"only the first {_MOST_CELLS} cells were read" if len(cells) > _MOST_CELLS else "",
        snapshot=snapshot.digest,
        fetched=snapshot.fetched,
    )


def parse_notebook(body: bytes) -> dict[str, Any]:
    """Return a notebook's JSON, checked to be one. Raises ReadError."""
    if len(body) > _LARGEST_BYTES:
        raise ReadError(f"the notebook is larger than {_LARGEST_BYTES // 1_000_000} MB")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        page = body.lstrip()[:1] == b"<"
        raise ReadError(_page_instead(body) if page else f"not a notebook: no JSON ({error})") from error
    if not isinstance(value, dict) or not isinstance(value.get("cells", value.get("worksheets")), list):
        raise ReadError("not a notebook: no cells in it")
    return value


def _page_instead(body: bytes) -> str:
    """Return that a page stands where a notebook should, by its title, which mostly says why."""
    title = " ".join(str(parse(body, "text/html").findtext(".//title") or "").split())[:100]
    return f"not a notebook: a page came instead ({f'“{title}”; ' if title else ''}it may need a login)"


def _opens_at(resource: Resource) -> str:
    """Return the address that the list gives, where it opens the notebook (Colab can be sent to a cell)."""
    given = next((entry.url for entry in resource.entries if entry.url and "colab." in entry.url), None)
    return given or resource.url


def _cells(value: dict[str, Any]) -> list[Any]:
    cells = value.get("cells")
    if cells is None:
        # Format 3 kept its cells on worksheets.
        sheets = (sheet for sheet in value["worksheets"] if isinstance(sheet, dict))
        cells = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
    return list(cells)


def _language(value: dict[str, Any]) -> str:
    metadata = value.get("metadata")
    for place, name in (("language_info", "name"), ("kernelspec", "language"), ("kernelspec", "name")):
        part = metadata.get(place) if isinstance(metadata, dict) else None
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return re.sub(r"^(?:ir|python\d)$", lambda m: "r" if m.group() == "ir" else "python", part[name].lower())
    return "python"


def _cell(number: int, cell: Any, language: str) -> Iterator[Block]:
    if not isinstance(cell, dict):
        return
    source = _text(cell.get("source", cell.get("input")))
    place = Locator("cell", number, _identifier(cell))
    kind = cell.get("cell_type")
    if kind in ("markdown", "heading"):
        level = cell.get("level")
        if kind == "heading" and isinstance(level, int):
            source = f"{'#' * max(1, min(6, level))} {source}"
        yield from markdown_blocks(source, place)
    elif kind == "raw":
        # What stands between dashes at the head is for a program that makes pages of notebooks.
        yield from (replace(block, locator=place) for block in plain_blocks(_FRONT_MATTER.sub("", source)))
    elif kind == "code":
        if source.strip():
            magic = _MAGIC.match(source)
            named = _MAGIC_NAMES.get(magic.group(1), magic.group(1).lower()) if magic else ""
            own = cell.get("language")
            spoken = named or (own if isinstance(own, str) else language)
            yield Block("code", tidy(source).strip("\n"), place, language=spoken)
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            yield from _output(output, place)


def _identifier(cell: dict[str, Any]) -> str | None:
    """Return what Colab and others name a cell by: its own id in Colab's metadata, else the format's."""
    metadata = cell.get("metadata")
    for found in (metadata.get("id") if isinstance(metadata, dict) else None, cell.get("id")):
        if isinstance(found, str) and 0 < len(found) < 100:
            return found
    return None


def _output(output: Any, place: Locator) -> Iterator[Block]:
    if not isinstance(output, dict):
        return
    kind = output.get("output_type")
    if kind == "stream":
        # What goes to stderr are warnings and progress bars.
        text = "" if output.get("name", output.get("stream")) == "stderr" else _text(output.get("text"))
    elif kind in ("execute_result", "display_data", "pyout"):
        data = output.get("data")
        # Format 3 kept forms of a result beside its other keys, under short names.
        shown = data if isinstance(data, dict) else output
        forms = {_MIME.get(str(name), str(name)): value for name, value in shown.items()}
        if table := _table(_text(forms.get("text/html"))):
            yield Block("table", table, place)
            return
        if any(name.startswith("image/") or "widget" in name or "javascript" in name for name in forms):
            return
        if formula := _text(forms.get("text/latex")).strip().strip("$").strip():
            yield Block("formula", formula, place)
            return
        if markdown := _text(forms.get("text/markdown")).strip():
            yield from markdown_blocks(markdown[:_OUTPUT_CHARACTERS], place)
            return
        text = _text(forms.get("text/plain"))
        text = "" if _SAID_OF_PICTURES.match(text.strip()) else text
    elif kind in ("error", "pyerr"):
        text = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    else:
        return
    if short := _short(text):
        yield Block("code", short, place, language="text")


def _table(source: str) -> str:
    """Return the table that a result shows as HTML, kept short, or ""."""
    if "<table" not in source:
        return ""
    tables = [block.text for block in fragment_blocks(source) if block.type == "table"]
    lines = tables[0].split("\n") if tables else []
    return "\n".join(lines[:_TABLE_ROWS])


def _short(text: str) -> str:
    # A line that is written over is read as it stands at the end.
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in _ANSI.sub("", text).split("\n")]
    kept = "\n".join(lines[:_OUTPUT_LINES])[:_OUTPUT_CHARACTERS]
    return tidy(kept).strip("\n") if kept.strip() else ""


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""

"""Documents to and from bytes, for the cache and the generation."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, fields
from typing import Any

from ingest.document import Block, Document, Locator


def document_to_bytes(document: Document) -> bytes:
    """Return compact JSON, compressed."""
    return zlib.compress(json.dumps(asdict(document), ensure_ascii=False).encode("utf-8", "surrogatepass"), 6)


def document_from_bytes(data: bytes) -> Document:
    """Return the document that document_to_bytes wrote."""
    values: dict[str, Any] = json.loads(zlib.decompress(data))
    values["blocks"] = tuple(Block(**{**block, "locator": Locator(**block["locator"])}) for block in values["blocks"])
    values["authors"] = tuple(values["authors"])
    known = {field.name for field in fields(Document)}
    return Document(**{name: value for name, value in values.items() if name in known})

"""reStructuredText → blocks, through docutils' HTML, which is what GitHub shows."""

from __future__ import annotations

import re
from typing import Any

from config.errors import ReadError
from ingest.document import Block
from ingest.sources.html.parse import tidy
from ingest.sources.markdown import fragment_blocks

# Nothing of this machine is read, no HTML passes through, and what is wrong in a text does not stop it.
_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "syntax_highlight": "none",
    "math_output": "MathJax /",
    "initial_header_level": 1,
    "doctitle_xform": False,
    "embed_stylesheet": False,
    "_disable_config": True,
}
# What Sphinx adds to docutils: names of code and of places.
_ROLE = re.compile(r":(?:(?:py|c|cpp|js|rst|std):)?(?!math|code|raw|su[bp])[\w-]+:`~?([^`<>]+?)(?:\s*<[^`<>]*>)?`")


def restructured_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text. Raises ReadError when docutils cannot make anything of it."""
    from docutils.core import publish_parts  # 0.2 s to import, and rarely needed
    from docutils.utils import SystemMessage

    try:
        body = publish_parts(_ROLE.sub(r"``\1``", tidy(text)), writer="html5", settings_overrides=_SETTINGS)["body"]
    except (SystemMessage, RecursionError, ValueError, LookupError, AttributeError) as error:
        raise ReadError(f"not reStructuredText that can be read: {type(error).__name__}") from error
    return fragment_blocks(body)

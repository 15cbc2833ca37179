"""The rows of a table's text, which is kept as Markdown."""

from __future__ import annotations

import re

_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_BETWEEN = re.compile(r"(?<!\\)\|")


def is_rule(row: str) -> bool:
    """Whether a row is the line below a table's head."""
    return bool(_RULE.fullmatch(row.strip()))


def cells(row: str) -> list[str]:
    """Return the texts of a row's cells; ``\\|`` is a stroke within one."""
    parts = _BETWEEN.split(row.strip().removeprefix("|").removesuffix("|"))
    return [part.replace("\\|", "|").strip() for part in parts]

"""Captions in their usual forms → one: a list of {"text", "start", "duration"}, in seconds."""

from __future__ import annotations

import html
import json
import math
import re
from typing import Any

from config.errors import ReadError

Cue = dict[str, Any]
MOST_CUES = 200_000

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_TAG = re.compile(r"</?[^>\n]{0,100}>|\{\\[^}]*\}")


def parse_timed_text(text: str) -> list[Cue]:
    """Return the cues of a SubRip or WebVTT text. Raises ReadError when there are none."""
    cues: list[Cue] = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")):
        lines = part.split("\n")
        at = next((number for number, line in enumerate(lines) if _TIMES.match(line)), None)
        if at is None:
            continue
        match = _TIMES.match(lines[at])
        assert match is not None
        start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        said = " ".join(html.unescape(_TAG.sub("", line)).strip() for line in lines[at + 1 :]).strip()
        if said:
            cues.append({"text": said, "start": start, "duration": round(max(0.0, end - start), 3)})
        if len(cues) > MOST_CUES:
            raise ReadError(f"more than {MOST_CUES} captions")
    if not cues:
        raise ReadError("no captions in it: neither SubRip nor WebVTT")
    return cues


def parse_caption_json(body: bytes) -> list[Cue]:
    """Return the cues of youtube-transcript-api's JSON, checked. Raises ReadError."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not captions: {error}") from error
    if isinstance(value, dict):
        value = value.get("snippets")
    if not isinstance(value, list) or not value:
        raise ReadError("not captions: no list of text, start and duration")
    if len(value) > MOST_CUES:
        raise ReadError(f"more than {MOST_CUES} captions")
    cues: list[Cue] = []
    for number, cue in enumerate(value):
        if not isinstance(cue, dict) or not isinstance(cue.get("text"), str):
            raise ReadError(f"not captions: item {number} has no text")
        start, duration = _time(cue.get("start")), _time(cue.get("duration", 0.0))
        if start is None or duration is None:
            raise ReadError(f"not captions: item {number} has no time")
        cues.append({"text": cue["text"], "start": start, "duration": duration})
    return cues


def _time(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) and 0 <= value < 1e6 else None


def _seconds(groups: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = groups
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + float(f"0.{fraction or 0}")

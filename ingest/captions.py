"""Captions in their usual forms → cues: SubRip, WebVTT, and the JSON of YouTube, its tools and Whisper."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from config.errors import ReadError

MOST_CUES = 200_000

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,:](\d{1,3}))?"
_TIMES = re.compile(rf"^\s*{_TIME}\s*--?>\s*{_TIME}")
_TAG = re.compile(r"</?[^>\n]{0,100}>|\{\\[^}\n]*\}")
# Parts of a WebVTT file that are no cues (W3C WebVTT, 4.1).
_NOT_CUES = re.compile(r"^(?:NOTE|STYLE|REGION)\b")


class Cue(NamedTuple):
    """What is said from ``start`` on, for ``duration``, in seconds; lines of the screen parted by line breaks."""

    text: str
    start: float
    duration: float


def packed(cues: Sequence[Cue]) -> bytes:
    """Return cues as youtube-transcript-api's JSON, the form in which the archive keeps them."""
    return json.dumps([cue._asdict() for cue in cues], ensure_ascii=False).encode()


def parse_timed_text(text: str) -> list[Cue]:
    """Return the cues of a SubRip or WebVTT text. Raises ReadError when there are none.

    Read by its lines of times alone: numbers may be wrong and blank lines missing or too many.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    at = [number for number, line in enumerate(lines) if _TIMES.match(line)]
    if len(at) > MOST_CUES:
        raise ReadError(f"more than {MOST_CUES} captions")
    cues: list[Cue] = []
    for place, following in pairwise([*at, len(lines)]):
        match = _TIMES.match(lines[place])
        assert match is not None
        start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        said = list(_said(lines[place + 1 : following], last=following == len(lines)))
        if said:
            cues.append(Cue("\n".join(said), start, round(max(0.0, end - start), 3)))
    if not cues:
        raise ReadError("no captions in it: neither SubRip nor WebVTT")
    return cues


def _said(lines: Sequence[str], last: bool) -> Iterator[str]:
    """Yield the lines of a cue: up to what belongs to the next one, its number or its name after a blank line."""
    kept = list(lines)
    if (
        not last
        and kept
        and (kept[-1].strip().isdigit() or (len(kept) > 1 and kept[-1].strip() and not kept[-2].strip()))
    ):
        kept.pop()
    for number, line in enumerate(kept):
        if _NOT_CUES.match(line) and number and not kept[number - 1].strip():
            return
        clean = " ".join(html.unescape(html.unescape(_TAG.sub("", line))).split())
        if clean:
            yield clean


def parse_caption_json(body: bytes) -> list[Cue]:
    """Return the cues of a caption file in JSON, checked. Raises ReadError.

    Read are youtube-transcript-api's list, alone or as ``snippets``; YouTube's own json3 (``events`` of ``segs``);
    Whisper's ``segments``.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not captions: {error}") from error
    if isinstance(value, dict) and isinstance(value.get("events"), list):
        cues = _from_json3(_bounded(value["events"]))
    else:
        if isinstance(value, dict):
            value = value.get("snippets") or value.get("segments")
        if not isinstance(value, list) or not value:
            raise ReadError("not captions: no list of text, start and duration")
        cues = [_from_item(number, item) for number, item in enumerate(_bounded(value))]
    if not cues:
        raise ReadError("not captions: nothing is said in them")
    return cues


def _bounded(items: list[Any]) -> list[Any]:
    if len(items) > MOST_CUES:
        raise ReadError(f"more than {MOST_CUES} captions")
    return items


def _from_item(number: int, item: Any) -> Cue:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise ReadError(f"not captions: item {number} has no text")
    start = _time(item.get("start"))
    duration = _time(item.get("duration", 0.0))
    if start is not None and "duration" not in item and (end := _time(item.get("end"))) is not None:
        duration = max(0.0, end - start)
    if start is None or duration is None:
        raise ReadError(f"not captions: item {number} has no time")
    return Cue(item["text"], start, duration)


def _from_json3(events: list[Any]) -> list[Cue]:
    cues: list[Cue] = []
    for event in events:
        segments = event.get("segs") if isinstance(event, dict) else None
        if not isinstance(segments, list):
            continue
        start, duration = _time(event.get("tStartMs")), _time(event.get("dDurationMs", 0))
        text = "".join(s["utf8"] for s in segments if isinstance(s, dict) and isinstance(s.get("utf8"), str))
        if text.strip() and start is not None and duration is not None:
            cues.append(Cue(text.strip(), start / 1000, duration / 1000))
    return cues


def _time(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) and 0 <= value < 1e9 else None


def _seconds(groups: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = groups
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + float(f"0.{fraction or 0}")

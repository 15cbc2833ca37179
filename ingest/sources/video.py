"""Videos: their captions, put back into sentences, each with its second."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from config.errors import ReadError
from ingest.archive import Archive, Snapshot
from ingest.captions import Cue, parse_caption_json
from ingest.document import Block, Document, Locator
from ingest.fetch import Ask
from ingest.resource import Resource
from ingest.transcripts import fetch_captions
from ingest.url import youtube_id

# A passage of speech: about a quarter of a minute, so that a link to its start lands near every word of it.
_MOST_WORDS = 45
# Without punctuation, a pause of so many seconds parts sentences.
_PAUSE_SECONDS = 1.5
_NOISE = re.compile(
    r"\[[^\]\n]{0,40}\]|\((?:music|applause|laughter|inaudible)[^)]*\)|♪[^♪]*♪?|>>+|^\s*-\s+", re.IGNORECASE
)
_SPEAKER = re.compile(r"^\s*(?:[A-Z][A-Z .'-]{1,30}|Speaker \d+):\s+")
_END = re.compile(r"[.!?…][\"'”’)]*$")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    second: float
    pause: bool


def addresses(resource: Resource) -> tuple[str, ...]:
    """Return the watch address; captions are kept under it."""
    return (resource.url,)


def accepts(snapshot: Snapshot) -> bool:
    """Whether these are captions, not the page that shows the video."""
    return "json" in snapshot.content_type.lower() or snapshot.body.lstrip()[:1] in (b"[", b"{")


def fetched(resource: Resource) -> bool:
    """Whether captions can be fetched: from YouTube alone."""
    return youtube_id(resource.url) is not None


def receive(resource: Resource, languages: Sequence[str]) -> Callable[[Ask], Snapshot] | None:
    """Return what fetches a video's captions, or None where nothing can."""
    video = youtube_id(resource.url)
    return None if video is None else partial(fetch_captions, video, resource.url, tuple(languages))


def discovery(resource: Resource, archive: Archive) -> tuple[str, ...]:
    """Return the oEmbed address that tells a video's title, where the list does not give one (oembed.com)."""
    if youtube_id(resource.url) is None or resource.named:
        return ()
    return ("https://www.youtube.com/oembed?format=json&url=" + quote(resource.url, safe=""),)


def titled(resource: Resource, archive: Archive) -> Resource:
    """Return the resource with the title that oEmbed gave."""
    for address in discovery(resource, archive):
        snapshot = archive.get(address)
        with suppress(ValueError, TypeError, RecursionError):
            value = json.loads(snapshot.body) if snapshot else None
            if isinstance(value, dict) and isinstance(title := value.get("title"), str) and title.strip():
                return replace(resource, title=" ".join(title.split())[:300])
    return resource


def read(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a video's captions. Raises ReadError when there are none."""
    if not accepts(snapshot):
        raise ReadError("the page of a video holds no captions; import them (concordance import FILE.vtt --url …)")
    words = _words(_without_rolling(parse_caption_json(snapshot.body)))
    blocks = tuple(_passages(words))
    if not blocks:
        raise ReadError("the captions are empty")
    return Document(
        resource=resource.url,
        url=resource.url,
        title=resource.title,
        blocks=blocks,
        media="video",
        reader="captions",
        snapshot=snapshot.digest,
        fetched=snapshot.fetched,
    )


def _without_rolling(cues: list[Cue]) -> list[Cue]:
    """Return the cues without what they repeat of the one before: automatic captions roll upwards."""
    kept: list[Cue] = []
    last: list[str] = []
    for cue in sorted(cues, key=lambda cue: float(cue["start"])):
        words = _clean(str(cue["text"])).split()
        overlap = next(
            (n for n in range(min(len(last), len(words)), 1, -1) if last[-n:] == words[:n]),
            0,
        )
        # One or two words may come twice in speech; a whole line does not.
        fresh = words[overlap:] if overlap > 2 or overlap == len(words) else words
        if fresh:
            kept.append({**cue, "text": " ".join(fresh)})
            last = words
    return kept


def _clean(text: str) -> str:
    text = html.unescape(text).replace("\n", " ").replace("\u200b", "")
    return " ".join(_SPEAKER.sub("", _NOISE.sub(" ", text)).split())


def _words(cues: list[Cue]) -> list[_Word]:
    words: list[_Word] = []
    ended = 0.0
    for cue in cues:
        texts = str(cue["text"]).split()
        start, duration = float(cue["start"]), float(cue["duration"])
        for number, text in enumerate(texts):
            second = start + duration * number / len(texts)
            words.append(_Word(text, second, number == 0 and start - ended > _PAUSE_SECONDS))
        ended = max(ended, start + duration)
    return words


def _passages(words: list[_Word]) -> list[Block]:
    punctuated = sum(bool(_END.search(word.text)) for word in words) > len(words) / 60
    blocks: list[Block] = []
    current: list[_Word] = []

    def close() -> None:
        if current:
            text = " ".join(word.text for word in current)
            blocks.append(Block("paragraph", text, Locator("time", int(current[0].second))))
            current.clear()

    sentence: list[_Word] = []
    for word in words:
        if not punctuated and sentence and (word.pause or len(sentence) >= _MOST_WORDS):
            current.extend(sentence)
            sentence.clear()
            close()
        sentence.append(word)
        if punctuated and (_END.search(word.text) or len(sentence) >= 3 * _MOST_WORDS):
            if current and len(current) + len(sentence) > _MOST_WORDS:
                close()
            current.extend(sentence)
            sentence.clear()
    current.extend(sentence)
    close()
    return blocks

"""A video's captions: what YouTube answers when there are none is told apart; languages are taken by preference.

YouTube itself cannot be had here: its answers are written by hand, in the shapes that youtube-transcript-api reads.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config.errors import FetchError
from ingest.client import Response
from ingest.hosts import HeldError
from ingest.transcripts import fetch_captions
from ingest.worker import Ask

VIDEO = "concordDEMO"
SAID = {"en": "Said in English.", "de": "Auf Deutsch gesagt.", "fr": "Dit en français."}


def _track(language: str, heard: bool = False) -> dict[str, Any]:
    kind = {"kind": "asr"} if heard else {}
    return {
        "baseUrl": f"https://www.youtube.com/timedtext?v={VIDEO}&lang={language}{'&kind=asr' if heard else ''}",
        "name": {"runs": [{"text": language}]}, "languageCode": language, "isTranslatable": False, **kind,
    }  # fmt: skip


def _player(*tracks: dict[str, Any]) -> dict[str, Any]:
    renderer = {"captionTracks": list(tracks), "translationLanguages": []}
    return {"playabilityStatus": {"status": "OK"}, "captions": {"playerCaptionsTracklistRenderer": renderer}}


def _not_playable(status: str, reason: str) -> dict[str, Any]:
    return {"playabilityStatus": {"status": status, "reason": reason}}


def youtube(player: object, status: int = 200, text: str | None = None) -> Ask:
    """Return what answers in YouTube's stead: ``text`` is what every track says, ``status`` how its text is served."""

    def ask(url: str, **named: object) -> Response:
        parts = urlsplit(url)
        if parts.path == "/watch":
            return Response(url, 200, body=b'<html><script>{"INNERTUBE_API_KEY":"key"}</script></html>')
        if parts.path.startswith("/youtubei/"):
            return Response(url, 200, body=json.dumps(player).encode())
        query = parse_qs(parts.query)
        said = ("heard: " if "kind" in query else "") + SAID[query["lang"][0]] if text is None else text
        return Response(url, status, body=f'<transcript><text start="0" dur="2">{said}</text></transcript>'.encode())

    return ask


def _said(ask: Ask, *languages: str) -> str:
    snapshot = fetch_captions(VIDEO, f"https://www.youtube.com/watch?v={VIDEO}", languages, ask)
    return " ".join(cue["text"] for cue in json.loads(snapshot.body))


@pytest.mark.parametrize(
    ("languages", "said"),
    [(("en", "de"), "en"), (("de", "en"), "de"), (("it", "fr"), "fr"), (("it",), "en")],
)
def test_languages_are_taken_by_preference_and_else_the_first_there_are(languages: tuple[str, ...], said: str) -> None:
    ask = youtube(_player(_track("en"), _track("de"), _track("fr")))
    assert _said(ask, *languages) == SAID[said]


def test_what_was_written_comes_before_what_was_heard() -> None:
    both = youtube(_player(_track("en", heard=True), _track("en")))
    assert _said(both, "en") == SAID["en"]
    assert _said(youtube(_player(_track("en", heard=True))), "en") == f"heard: {SAID['en']}"


@pytest.mark.parametrize(
    ("ask", "reason", "for_good"),
    [
        (youtube({"playabilityStatus": {"status": "OK"}}), "captions are disabled", True),
        (youtube(_player()), "no captions in any language", True),
        (youtube(_player(_track("en")), text="  "), "the captions are empty", True),
        (youtube(_not_playable("ERROR", "This video is unavailable")), "no longer there", True),
        (youtube(_not_playable("LOGIN_REQUIRED", "This video may be inappropriate for some users.")), "login", False),
        (youtube(_not_playable("UNPLAYABLE", "Not in your country")), "Not in your country", False),
        (youtube([1, 2]), "could not be read", False),
        (youtube(_player(_track("en")), status=500), "no captions", False),
    ],
    ids=["disabled", "absent", "empty", "gone", "age", "country", "rubbish", "broken"],
)
def test_why_there_are_no_captions_is_told_apart(ask: Ask, reason: str, for_good: bool) -> None:
    with pytest.raises(FetchError, match=reason) as told:
        _said(ask, "en")
    assert told.value.dead is for_good
    assert not isinstance(told.value, HeldError)


@pytest.mark.parametrize(
    "ask",
    [
        youtube(_not_playable("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot")),
        youtube(_player(_track("en")), status=429),
    ],
    ids=["a bot wall", "too many requests"],
)
def test_where_youtube_blocks_a_machine_it_is_asked_no_more(ask: Ask) -> None:
    with pytest.raises(HeldError, match="blocks this machine"):
        _said(ask, "en")

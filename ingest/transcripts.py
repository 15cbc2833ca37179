"""Captions from YouTube, through youtube-transcript-api over our own bounded client."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from config.errors import FetchError
from ingest.archive import Snapshot, now
from ingest.hosts import HeldError

if TYPE_CHECKING:
    from ingest.worker import Ask

_BY_HAND = "download them (for example with yt-dlp) and import them"


def fetch_captions(video: str, url: str, languages: Sequence[str], ask: Ask) -> Snapshot:
    """Return a video's captions as they are archived: written ones first, by language; else the first there are.

    Raises FetchError; HeldError when YouTube blocks this machine, so that it is asked no more.
    """
    from youtube_transcript_api import YouTubeTranscriptApi, _errors  # 0.2 s to import, and rarely needed

    try:
        listed = YouTubeTranscriptApi(http_client=_session(ask)).list(video)
        there = list(listed)
        if not there:
            raise FetchError(f"the video has no captions in any language; {_BY_HAND}", dead=True)
        spoken = {transcript.language_code for transcript in there}
        wanted = [language for language in languages if language in spoken] or [there[0].language_code]
        cues = listed.find_transcript(wanted).fetch().to_raw_data()
    except _errors.RequestBlocked:
        reason = f"YouTube blocks this machine's requests for now; try again later, or {_BY_HAND}"
        raise HeldError(reason, transient=True) from None
    except _errors.TranscriptsDisabled:
        raise FetchError(f"captions are disabled for this video; {_BY_HAND}", dead=True) from None
    except (_errors.VideoUnavailable, _errors.InvalidVideoId):
        raise FetchError("the video is no longer there", dead=True) from None
    except _errors.AgeRestricted:
        raise FetchError(f"the video needs a login (its age limit); {_BY_HAND}") from None
    except _errors.YouTubeTranscriptApiException as error:
        raise FetchError(f"no captions: {_in_a_line(error)}; {_BY_HAND}") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError) as error:
        # The library reads YouTube's answers trustingly; xml.etree's ParseError is a SyntaxError.
        raise FetchError(f"YouTube's answer could not be read ({type(error).__name__}); {_BY_HAND}") from error
    if not any(str(cue["text"]).strip() for cue in cues):
        raise FetchError(f"the captions are empty; {_BY_HAND}", dead=True)
    body = json.dumps(cues, ensure_ascii=False).encode()
    return Snapshot(url, 200, "application/json", body, now(), record="resource")


def _session(ask: Ask) -> Any:
    from requests import Session

    session = Session()
    session.trust_env = False
    session.mount("http://", _adapter(ask))
    session.mount("https://", _adapter(ask))
    return session


def _adapter(ask: Ask) -> Any:
    """Return what lets a library built on requests ask through our client, so that every rule holds for it."""
    import requests
    from requests.adapters import BaseAdapter
    from requests.structures import CaseInsensitiveDict

    class Adapter(BaseAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
            content = request.body.encode() if isinstance(request.body, str) else request.body
            headers = _headers(request.headers)
            answer = ask(request.url, method=request.method, headers=headers, content=content, forgiving=True)
            response = requests.Response()
            response.status_code = answer.status
            response.headers = CaseInsensitiveDict(answer.headers)
            response.raw = BytesIO(answer.body)
            response._content = answer.body
            response.encoding = "utf-8"
            response.url = answer.url
            response.request = request
            return response

        def close(self) -> None:
            """Hold nothing."""

    return Adapter()


def _headers(headers: Mapping[str, str | bytes]) -> tuple[tuple[str, str], ...]:
    dropped = ("user-agent", "accept-encoding", "connection", "content-length")
    texts = ((name, value if isinstance(value, str) else value.decode("latin-1")) for name, value in headers.items())
    return tuple((name, value) for name, value in texts if name.lower() not in dropped)


def _in_a_line(error: Exception) -> str:
    cause = getattr(error, "cause", "") or str(error)
    return " ".join(str(cause).split())[:160]

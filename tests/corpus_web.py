"""The snapshot of real pages as a web: every record under its true address, captions as YouTube gives them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from warcio.archiveiterator import ArchiveIterator

from ingest.archive import Snapshot, payload_digest, snapshot_of
from ingest.captions import Cue
from ingest.url import youtube_id
from tests.loopback import Answer, Reply, Request, Web, moved


def serve_corpus(web: Web, corpus: Path) -> int:
    """Let a server answer with all of the snapshot; return how many addresses that is."""
    captions: dict[str, Sequence[Cue]] = {}
    served = 0
    with (corpus / "corpus.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream):
            snapshot = snapshot_of(record)
            if snapshot is None:
                continue
            if snapshot.record == "resource" and (video := youtube_id(snapshot.url)):
                captions[video] = json.loads(snapshot.body)
            else:
                parts = urlsplit(snapshot.url)
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                web.pages[f"{parts.hostname}{target}"] = unless_known(snapshot)
                if target.endswith("/") and target != "/":
                    # As static hosts do.
                    web.pages[f"{parts.hostname}{target[:-1]}"] = moved(target)
                served += 1
    web.pages["www.youtube.com*"] = youtube(captions)
    return served + len(captions)


def unless_known(snapshot: Snapshot) -> Answer:
    """Return what answers with a page, or with 304 to whoever has it already."""
    tag = f'"{payload_digest(snapshot.body)}"'

    def answer(request: Request) -> Reply:
        headers = (("ETag", tag),)
        if request.headers.get("if-none-match") == tag:
            return Reply(304, kind="", headers=headers)
        return Reply(body=snapshot.body, kind=snapshot.content_type, headers=headers)

    return answer


def youtube(captions: dict[str, Sequence[Cue]]) -> Answer:
    """Return what answers as YouTube does: the page of a video, what its player asks for, its timed text."""

    def answer(request: Request) -> Reply:
        query = parse_qs(urlsplit(request.target).query)
        if request.target.startswith("/watch"):
            return Reply(body=b'<html><script>{"INNERTUBE_API_KEY":"key"}</script></html>')
        if request.target.startswith("/youtubei/"):
            return Reply(body=json.dumps(_player(json.loads(request.body)["videoId"])).encode(), kind="text/json")
        if request.target.startswith("/timedtext"):
            lines = (
                f'<text start="{cue["start"]}" dur="{cue["duration"]}">{escape(escape(str(cue["text"])))}</text>'
                for cue in captions[query["v"][0]]
            )
            return Reply(body=f"<transcript>{''.join(lines)}</transcript>".encode(), kind="text/xml")
        if request.target.startswith("/oembed"):
            video = youtube_id(query["url"][0]) or ""
            return Reply(body=json.dumps({"title": f"The title of {video}"}).encode(), kind="application/json")
        return Reply(404)

    def _player(video: str) -> dict[str, object]:
        if video not in captions:
            return {"playabilityStatus": {"status": "OK"}}
        track = {
            "baseUrl": f"https://www.youtube.com/timedtext?v={video}", "name": {"runs": [{"text": "English"}]},
            "languageCode": "en", "isTranslatable": False,
        }  # fmt: skip
        tracks = {"captionTracks": [track], "translationLanguages": []}
        return {"playabilityStatus": {"status": "OK"}, "captions": {"playerCaptionsTracklistRenderer": tracks}}

    return answer

"""What a build asks the web for: what is stale, what a refresh asks again, who is asked for a copy, when it stops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from ingest.archive import Archive, Snapshot, now
from ingest.pipeline import gather
from ingest.progress import Silent
from ingest.report import Outcome
from tests.loopback import Reply, Request, Web, article

SENT = (("Date", "Wed, 01 Jan 2020 00:00:00 GMT"),)
LONG_AGO = "2020-01-01T00:00:00Z"


class Stages(Silent):
    """Keeps the names of the stages."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def start(self, stage: str, total: int) -> None:
        self.names.append(stage)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
def settings(web: Web, tmp_path: Path) -> Settings:
    file = tmp_path / "authority.pem"
    web.authority.cert_pem.write_to_path(str(file))
    return Settings(
        home=tmp_path, fetch_connect_to=f"127.0.0.1:{web.address[1]}", fetch_certificates=file,
        fetch_pause_seconds=0, fetch_pauses={}, fetch_retry_seconds=0, render=False,
    )  # fmt: skip


def gathered(settings: Settings, *names: str, refresh: bool = False, progress: Silent | None = None) -> list[Outcome]:
    """Gather a list of pages, each named by its host."""
    listing = settings.home / "list.md"
    listing.write_text("".join(f"- [{name}](https://{name}.example/page)\n" for name in names), encoding="utf-8")
    with Archive.open(settings.archive_folder) as archive:
        return list(gather(listing, archive, settings, progress or Silent(), offline=False, refresh=refresh))


def held(settings: Settings, name: str, at: str, headers: tuple[tuple[str, str], ...] = SENT) -> None:
    with Archive.open(settings.archive_folder) as archive:
        archive.put(Snapshot(f"https://{name}.example/page", 200, "text/html", article(name), at, headers=headers))


def test_what_is_stale_is_asked_again_and_what_a_person_gave_never(web: Web, settings: Settings) -> None:
    for name in ("stale", "fresh", "given"):
        web.pages[f"{name}.example/page"] = Reply(body=article(f"{name} anew"))
    held(settings, "stale", LONG_AGO)
    held(settings, "fresh", now())
    held(settings, "given", LONG_AGO, ())
    outcomes = gathered(settings, "stale", "fresh", "given")
    assert web.asked() == ["https://stale.example/page"]
    assert [outcome.document.title for outcome in outcomes if outcome.document] == ["stale anew", "fresh", "given"]


def test_a_refresh_asks_again_for_what_is_fresh_and_what_a_person_gave_never(web: Web, settings: Settings) -> None:
    for name in ("old", "fresh", "given"):
        web.pages[f"{name}.example/page"] = Reply(body=article(f"{name} anew"))
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    held(settings, "old", LONG_AGO)
    held(settings, "fresh", an_hour_ago)
    held(settings, "given", an_hour_ago, ())
    outcomes = gathered(settings, "old", "fresh", "given", refresh=True)
    assert sorted(web.asked()) == ["https://fresh.example/page", "https://old.example/page"]
    assert [outcome.document.title for outcome in outcomes if outcome.document] == ["old anew", "fresh anew", "given"]


def test_only_what_is_gone_is_looked_for_in_the_web_archive(web: Web, settings: Settings) -> None:
    web.pages |= {"walled.example/page": Reply(403), "busy.example/page": Reply(503), "gone.example/page": Reply(410)}
    gathered(settings, "walled", "busy", "gone")
    assert [url for url in web.asked("archive.org") if "web.archive" not in url] == [
        "https://archive.org/wayback/available?url=https%3A%2F%2Fgone.example%2Fpage"
    ]


def test_when_the_network_is_lost_no_further_stage_begins(
    web: Web, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def last_words(request: Request) -> Reply:
        web.stop()
        return Reply(body=article("Last"))

    # An answer of a moment ago counts as a network; here it must not.
    monkeypatch.setattr("ingest.worker._PROOF_SECONDS", 0.0)
    one = settings.model_copy(update={"fetch_parallel_hosts": 1})
    web.pages["last.example/page"] = last_words
    web.pages["gone.example/page"] = Reply(410)
    stages = Stages()
    gone, last, other = gathered(one, "gone", "last", "other", progress=stages)
    assert (gone.state, last.state) == ("failed", "read")
    assert (other.state, other.reason.split(":")[0]) == ("missing", "not in the archive, and this build was offline")
    assert [name for name in stages.names if name.startswith(("Fetching", "Looking else"))] == ["Fetching"]

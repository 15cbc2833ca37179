"""Fetching against a real server over real TLS: bounds, manners, retries, what is kept and what is asked again."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest

from config.errors import FetchError, UsageError
from config.settings import Settings
from ingest.archive import Archive, Snapshot
from ingest.client import Client, FetchLimits
from ingest.compression import decoded, zstd
from ingest.fetch import fetch_all
from ingest.guard import GuardedBackend
from ingest.held import days_ago
from ingest.hosts import HeldError, Hosts
from ingest.network import Network, network_from, online
from ingest.worker import FetchEvent, Wanted
from tests.loopback import Reply, Request, Web, article, dripping, moved, silent

QUICK = FetchLimits(
    connect_seconds=30, first_byte_seconds=30, total_seconds=60, max_bytes=200_000, max_redirects=4,
    pause_seconds=0, attempts=2, retry_seconds=0, longest_wait_seconds=0.2,
    user_agent="Concordance/test (us@example.org)",
)  # fmt: skip


# Later than anything that is held, so that all is asked for again.
ANEW = "9999"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def network(web: Web, tmp_path: Path) -> Network:
    return network_to(web, tmp_path)


def network_to(web: Web, tmp_path: Path, **settings: object) -> Network:
    file = tmp_path / "authority.pem"
    web.authority.cert_pem.write_to_path(str(file))
    connect = f"{web.address[0]}:{web.address[1]}"
    values = {"fetch_total_seconds": QUICK.total_seconds, **settings}
    return network_from(Settings(home=tmp_path, fetch_connect_to=connect, fetch_certificates=file, **values))


def fetch(
    archive: Archive, network: Network, *addresses: str, limits: FetchLimits = QUICK, since: str = ""
) -> dict[str, str]:
    """Fetch each address by itself; return address → why it failed."""
    told: dict[str, str] = {}

    def note(event: FetchEvent) -> None:
        if event.url:
            told[event.url] = event.reason

    fetch_all([Wanted((address,)) for address in addresses], archive, limits, network, note, since)
    return told


# --- what comes ---------------------------------------------------------------------------------------------------


def test_a_page_is_kept_with_its_headers_and_who_asked_is_said(web: Web, archive: Archive, network: Network) -> None:
    web.pages["example.org/a"] = Reply(body=article("A"), headers=(("ETag", '"1"'),))
    assert fetch(archive, network, "https://example.org/a") == {"https://example.org/a": ""}
    snapshot = archive.get("https://example.org/a")
    assert snapshot is not None and snapshot.body == article("A") and ("ETag", '"1"') in snapshot.headers
    assert web.log[-1].headers["user-agent"] == "Concordance/test (us@example.org)"
    assert web.log[-1].scheme == "https"


def test_redirects_are_followed_over_hosts_and_kept(web: Web, archive: Archive, network: Network) -> None:
    web.pages["old.example/x"] = moved("https://new.example/y#part")
    web.pages["new.example/y"] = moved("/z", 302)
    web.pages["new.example/z"] = Reply(body=article("Z"))
    assert fetch(archive, network, "http://old.example/x") == {"http://old.example/x": ""}
    snapshot = archive.get("http://old.example/x")
    assert snapshot is not None and snapshot.url == "https://new.example/z"
    held = archive.held("http://old.example/x")
    assert held is not None and held.location == "https://new.example/y#part"
    assert archive.held("https://new.example/y") is not None


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "two members", "two frames"])
def test_compression_is_undone(web: Web, archive: Archive, network: Network, coding: str) -> None:
    body = article("C")
    packed = {
        "gzip": gzip.compress(body), "deflate": zlib.compress(body), "br": brotli.compress(body),
        "zstd": zstd.compress(body), "two members": gzip.compress(body[:100]) + gzip.compress(body[100:]),
        "two frames": zstd.compress(body[:100]) + zstd.compress(body[100:]),
    }[coding]  # fmt: skip
    name = {"two members": "gzip", "two frames": "zstd"}.get(coding, coding)
    web.pages["example.org/c"] = Reply(body=packed, headers=(("Content-Encoding", name),))
    fetch(archive, network, "https://example.org/c")
    snapshot = archive.get("https://example.org/c")
    assert snapshot is not None and snapshot.body == body
    assert not any(name.lower() == "content-encoding" for name, _ in snapshot.headers)


BOMB = b"\0" * 20_000_000


def _packed(coding: str, body: bytes) -> Reply:
    return Reply(body=body, headers=(("Content-Encoding", coding),))


def _empty_blocks(count: int) -> bytes:
    # RFC 1951: stored blocks of no bytes. They unpack to nothing, for as long as they come.
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\0\0\0\xff\xff" * count


def _wide_zstd(body: bytes) -> bytes:
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    return packer.compress(body) + packer.flush()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
REFUSALS: dict[str, tuple[Reply, str]] = {
    "long": (Reply(body=b"x" * 200_001), "larger than 0.2 MB"),
    "long-unsaid": (Reply(raw=lambda c: c.sendall(HEAD + b"\r\n" + b"x" * 250_000)), "larger than 0.2 MB"),
    # What it says it will send is enough: nothing more comes.
    "long-said": (Reply(raw=lambda c: c.sendall(HEAD + b"Content-Length: 999999999\r\n\r\n")), "larger than 0.2 MB"),
    "unpacks-to-nothing": (
        Reply(raw=lambda c: c.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n" + _empty_blocks(60_000))),
        "larger than 0.2 MB",
    ),
    "bomb": (_packed("gzip", gzip.compress(BOMB)), "larger than 0.2 MB"),
    "brotli-bomb": (_packed("br", brotli.compress(BOMB, quality=5)), "larger than 0.2 MB"),
    "zstd-bomb": (_packed("zstd", zstd.compress(BOMB)), "larger than 0.2 MB"),
    "never-unpacks": (_packed("gzip", _empty_blocks(39_000)), "its compression breaks off"),
    "unasked": (_packed("compress", b"?"), "its compression (compress) is none that was asked"),
    "broken-gzip": (_packed("gzip", b"no gzip"), "its compression is broken"),
    "broken-brotli": (_packed("br", b"\xff" * 50), "its compression is broken"),
    "broken-zstd": (_packed("zstd", b"no zstd"), "its compression is broken"),
    # RFC 9659: who unpacks it would have to hold 128 MB.
    "wide-zstd": (_packed("zstd", _wide_zstd(b"wide")), "its compression is broken"),
    "half-gzip": (_packed("gzip", gzip.compress(article("H"))[:-30]), "breaks off"),
    "half-brotli": (_packed("br", brotli.compress(article("H"))[:-30]), "breaks off"),
    "half-zstd": (_packed("zstd", zstd.compress(article("H"))[:-30]), "breaks off"),
    "short": (Reply(body=article("S"), whole=False), "the answer broke off"),
    "headers": (Reply(headers=(("X-Long", "x" * 120_000),)), "its headers are larger than 100 kB"),
    "film": (Reply(body=b"mp4", kind="video/mp4"), "refused: video/mp4 is not a type that is read"),
    "login": (Reply(401), "401 Unauthorized: it needs a login"),
    "paywall": (Reply(402), "402 Payment Required: behind a paywall"),
    "forbidden": (Reply(403), "403 Forbidden: the site does not let programs in"),
    "gone": (Reply(410), "410 Gone"),
    "nowhere": (Reply(302), "302: a redirect to nowhere"),
    "unasked-304": (Reply(304, kind=""), "304: not an answer to this question"),
    "loop": (moved("/loop"), "more than 4 redirects"),
    "to-file": (moved("file:///etc/passwd"), "refused: scheme file"),
    "to-nothing": (moved("https://[::1"), "refused: it redirects to what is no address"),
    "not-http": (Reply(raw=lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")), "the answer broke off"),
    "teapot": (Reply(raw=lambda c: c.sendall(b"HTTP/1.1 204 None\r\n\r\n")), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_not_taken_says_why(web: Web, archive: Archive, network: Network, case: str) -> None:
    reply, reason = REFUSALS[case]
    web.pages[f"bad.example/{case}"] = reply
    url = f"https://bad.example/{case}"
    told = fetch(archive, network, url)[url]
    assert told.startswith(reason) or reason in told
    assert bool(told) == bool(reason)
    assert case != "loop" or len(web.asked()) == QUICK.max_redirects + 1
    if (reason and not reply.headers) or reply.status == 200:
        assert (archive.failure(url) or "") == told


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_is_unpacked_a_little_at_once(coding: str) -> None:
    packed = {"gzip": gzip.compress, "br": partial(brotli.compress, quality=5), "zstd": zstd.compress}[coding](BOMB)
    pieces = [len(piece) for piece in islice(decoded(iter([packed]), coding, 10_000), 20)]
    # Brotli gives what it has at hand: some ten thousand more.
    assert len(pieces) == 20 and max(pieces) < 100_000


def test_a_transfer_ends_when_all_is_stopped(web: Web, network: Network) -> None:
    web.pages["example.org/a"] = Reply(body=article("A"))
    with pytest.raises(FetchError, match="interrupted"):
        Client(QUICK, network, lambda: True).ask("https://example.org/a")


def test_a_host_that_shakes_no_hands_is_not_waited_for(web: Web, archive: Archive, network: Network) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def late() -> None:
            connection, _ = listener.accept()
            # One that comes after the time to connect, and well within the time in all.
            if web.stopped.wait(1.5):
                return
            with connection, socket.create_connection(web.address) as onward, suppress(OSError):
                onward.sendall(connection.recv(65536))
                connection.sendall(onward.recv(65536))

        threading.Thread(target=late, daemon=True).start()
        backend = GuardedBackend(60, lambda host, _: ["127.0.0.1"], lambda address: None)
        there = replace(network, backend=backend, ports=frozenset((port,)))
        with pytest.raises(FetchError, match="the host does not answer"):
            Client(replace(QUICK, connect_seconds=0.2), there).ask(f"https://late.example:{port}/")


def test_a_name_that_leads_nowhere_is_dead_and_its_robots_are_not_blamed(archive: Archive, network: Network) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    url = "https://nowhere.example/"
    told = fetch(archive, replace(network, backend=GuardedBackend(60, unknown)), url)
    assert told == {url: "the name nowhere.example does not resolve"}
    failed = archive.failed(url)
    assert failed is not None and failed.permanent


def test_nobody_holds_a_connection_open_byte_by_byte(web: Web, archive: Archive, tmp_path: Path) -> None:
    web.pages["slow.example/body"] = Reply(raw=dripping(web, HEAD + b"\r\n", b"x"))
    web.pages["slower.example/head"] = Reply(raw=dripping(web, HEAD, b"X-A: b\r\n"))
    web.pages["mute.example/"] = Reply(raw=silent(web))
    names = ("https://slow.example/body", "https://slower.example/head", "https://mute.example/")
    short = replace(QUICK, first_byte_seconds=1, total_seconds=2)
    told = fetch(archive, network_to(web, tmp_path, fetch_total_seconds=2.0), *names, limits=short)
    assert told == {
        "https://slow.example/body": "not done within 2 s",
        "https://slower.example/head": "not done within 2 s",
        "https://mute.example/": "the answer did not come in time",
    }


@pytest.mark.parametrize("host", ["stranger.example", "misnamed.example"])
def test_certificates_are_verified(web: Web, archive: Archive, network: Network, host: str) -> None:
    web.pages[f"{host}/"] = Reply(body=article("T"))
    url = f"https://{host}/"
    assert "its certificate cannot be trusted" in fetch(archive, network, url)[url]
    assert not web.log


def test_a_host_that_says_nothing_is_left_alone_after_three_times(web: Web, archive: Archive, network: Network) -> None:
    web.pages["mute.example/robots.txt"] = Reply(404)
    web.pages["mute.example*"] = Reply(raw=silent(web))
    urls = [f"https://mute.example/{number}" for number in range(6)]
    told = fetch(archive, network, *urls, limits=replace(QUICK, first_byte_seconds=0.1))
    assert len(web.asked("mute.example")) == 3
    assert "it is asked no more for now" in told[urls[-1]]


# --- manners ------------------------------------------------------------------------------------------------------


def test_one_request_at_a_time_to_a_host_and_a_few_hosts_at_once(web: Web, archive: Archive, network: Network) -> None:
    together = threading.Barrier(3)

    def meet(request: Request) -> Reply:
        if request.target == "/0":
            together.wait(5)
        return Reply(body=article(request.url))

    for name in ("a", "b", "c"):
        web.pages[f"{name}.example/robots.txt"] = Reply(404)
        web.pages[f"{name}.example*"] = meet
    urls = [f"https://{name}.example/{number}" for number in range(4) for name in ("a", "b", "c")]
    told = fetch(archive, network, *urls, limits=replace(QUICK, first_byte_seconds=5, total_seconds=10))
    assert not any(told.values())
    assert set(web.most_at_once.values()) == {1}
    assert web.most_in_all <= QUICK.parallel_hosts


def test_two_that_lead_to_one_host_ask_it_one_after_the_other(web: Web, archive: Archive, network: Network) -> None:
    two = threading.Barrier(2)

    def meet(request: Request) -> Reply:
        with suppress(threading.BrokenBarrierError):
            two.wait(0.3)
        return Reply(body=article(request.url))

    for name in ("a", "b"):
        web.pages[f"{name}.example/robots.txt"] = Reply(404)
        web.pages[f"{name}.example/"] = moved(f"https://one.example/{name}")
        web.pages[f"one.example/{name}"] = meet
    web.pages["one.example/robots.txt"] = Reply(404)
    assert not any(fetch(archive, network, "https://a.example/", "https://b.example/").values())
    assert web.most_at_once["one.example"] == 1


def test_robots_are_asked_once_and_kept_to(web: Web, archive: Archive, network: Network) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: concordance\nDisallow: /private/\nAllow: /private/but-this\n"
    web.pages["example.org/robots.txt"] = Reply(body=rules, kind="text/plain")
    for path in ("a", "b", "private/c", "private/but-this"):
        web.pages[f"example.org/{path}"] = Reply(body=article(path))
    urls = [f"https://example.org/{path}" for path in ("a", "b", "private/c", "private/but-this")]
    told = fetch(archive, network, *urls)
    assert [told[url] for url in urls] == [
        "", "", "refused: the site's robots.txt does not let programs read this page", "",
    ]  # fmt: skip
    assert sum(request.target == "/robots.txt" for request in web.log) == 1
    assert "https://example.org/private/c" not in web.asked()
    fetch(archive, network, "https://example.org/private/c")
    assert sum(request.target == "/robots.txt" for request in web.log) == 1


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (Reply(404), ""),
        (Reply(403, b"User-agent: *\nDisallow: /x", "text/plain"), ""),
        (Reply(500), "its robots.txt cannot be read"),
        (Reply(429), "its robots.txt cannot be read"),
        (Reply(501), "its robots.txt cannot be read"),
        (Reply(body=b"\xff\xfe\0garbage" * 10, kind="text/plain"), ""),
        (
            Reply(body=b"User-agent: *\nDisallow: /x\n" + b"#" * 600_000, kind="text/plain"),
            "refused: the site's robots",
        ),
        (Reply(body=b"#" * 500 * 1024 + b"\nUser-agent: *\nDisallow: /x\n", kind="text/plain"), ""),
        (moved("https://elsewhere.example/robots.txt"), "refused: the site's robots"),
        (moved("/robots.txt"), ""),
        (Reply(raw=lambda connection: None), "its robots.txt cannot be read (the answer broke off"),
        (Reply(body=b"User-agent: *\nDisallow: /x", kind="image/png"), ""),
        # Five redirects are followed, not six.
        (moved("https://chain.example/5/robots.txt"), "refused: the site's robots"),
        (moved("https://chain.example/6/robots.txt"), ""),
    ],
)
def test_answers_for_robots_mean_what_rfc_9309_says(
    web: Web, archive: Archive, network: Network, robots: Reply, reason: str
) -> None:
    web.pages["example.org/robots.txt"] = robots
    for left in range(2, 7):
        web.pages[f"chain.example/{left}/robots.txt"] = moved(f"https://chain.example/{left - 1}/robots.txt")
    web.pages["chain.example/1/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /x", kind="text/plain")
    web.pages["elsewhere.example/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /x", kind="text/plain")
    web.pages["example.org/x"] = Reply(body=article("X"))
    told = fetch(archive, network, "https://example.org/x")["https://example.org/x"]
    assert told.startswith(reason) and bool(told) == bool(reason)


def test_robots_of_another_day_are_asked_again(web: Web, archive: Archive, network: Network) -> None:
    old = Snapshot("https://example.org/robots.txt", 200, "text/plain", b"User-agent: *\nDisallow: /", days_ago(2))
    archive.put(old)
    web.pages["example.org/robots.txt"] = Reply(body=b"User-agent: *\nAllow: /", kind="text/plain")
    web.pages["example.org/a"] = Reply(body=article("A"))
    assert fetch(archive, network, "https://example.org/a") == {"https://example.org/a": ""}


def test_no_more_hosts_at_once_than_are_set(web: Web, archive: Archive, network: Network) -> None:
    three = threading.Barrier(3)

    def meet(request: Request) -> Reply:
        with suppress(threading.BrokenBarrierError):
            three.wait(0.3)
        return Reply(body=article(request.url))

    names = "abcdef"
    for name in names:
        web.pages[f"{name}.example/robots.txt"] = Reply(404)
        web.pages[f"{name}.example/"] = meet
    told = fetch(
        archive, network, *(f"https://{name}.example/" for name in names), limits=replace(QUICK, parallel_hosts=2)
    )
    assert not any(told.values())
    assert web.most_in_all == 2


def test_crawl_delay_and_pauses_are_waited_for(web: Web, archive: Archive, network: Network) -> None:
    web.pages["slow.example/robots.txt"] = Reply(body=b"User-agent: *\nCrawl-delay: 0.3\n", kind="text/plain")
    web.pages["sub.named.example/robots.txt"] = Reply(404)
    web.pages["plain.example/robots.txt"] = Reply(404)
    times: dict[str, list[float]] = {"slow.example": [], "sub.named.example": [], "plain.example": []}

    def note(request: Request) -> Reply:
        times[request.host].append(time.monotonic())
        return Reply(body=article(request.url))

    for host in times:
        web.pages[f"{host}*"] = note
    urls = [f"https://{host}/{number}" for host in times for number in range(3)]
    limits = replace(QUICK, pause_seconds=0.15, longest_wait_seconds=1, pauses=(("named.example", 0.3),))
    fetch(archive, network, *urls, limits=limits)
    for host, asked in times.items():
        least = 0.15 if host == "plain.example" else 0.3
        assert len(asked) == 3
        assert all(later - earlier >= least for earlier, later in pairwise(asked))


def test_a_host_that_is_held_is_waited_for_and_a_wait_ends_when_all_is_stopped() -> None:
    stopped = threading.Event()
    hosts = Hosts(QUICK, stopped)
    hosts.hold("busy.example", 0.1, "busy")
    began = time.monotonic()
    with hosts.turn("busy.example"):
        assert time.monotonic() - began >= 0.1
    # However long a site would have one wait between two pages.
    hosts.slow_down("slow.example", 1e9)
    assert hosts.pause("slow.example") == QUICK.longest_wait_seconds
    stopped.set()
    with pytest.raises(HeldError, match="interrupted"), hosts.turn("other.example"):
        pass


def test_transient_failures_are_tried_again_and_permanent_ones_not(
    web: Web, archive: Archive, network: Network
) -> None:
    def at_second(request: Request) -> Reply:
        return Reply(503) if len(web.asked(request.url)) < 2 else Reply(body=article("Late"))

    web.pages["example.org/busy"] = at_second
    web.pages["example.org/never"] = Reply(502)
    web.pages["example.org/cut"] = Reply(raw=lambda connection: None)
    told = fetch(archive, network, *(f"https://example.org/{name}" for name in ("busy", "never", "cut", "absent")))
    assert told["https://example.org/busy"] == ""
    assert told["https://example.org/never"] == "502 Bad Gateway"
    counts = [len(web.asked(f"/{name}")) for name in ("busy", "never", "cut", "absent")]
    assert counts == [2, 2, 2, 1]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_long_retry_after_leaves_the_host_for_the_next_build(
    web: Web, archive: Archive, network: Network, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("ingest.worker.Fetcher._sleep", lambda self, seconds: slept.append(seconds))
    later = "3600" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    web.pages["busy.example/robots.txt"] = Reply(404)
    web.pages["busy.example*"] = Reply(429, headers=(("Retry-After", later),))
    urls = [f"https://busy.example/{number}" for number in range(3)]
    told = fetch(archive, network, *urls, limits=replace(QUICK, attempts=3))
    assert len(web.asked("busy.example")) == 1
    # Before the second try of the first: after that nobody waits for a host that is held.
    assert len(slept) == 1
    assert all("429 Too Many Requests: asks to come back in 3" in reason for reason in told.values())


def test_a_short_retry_after_is_waited_for(web: Web, archive: Archive, network: Network) -> None:
    def at_second(request: Request) -> Reply:
        busy = len(web.asked("busy")) < 2
        return Reply(429, headers=(("Retry-After", "0"),)) if busy else Reply(body=article("Late"))

    web.pages["busy.example/"] = at_second
    assert fetch(archive, network, "https://busy.example/") == {"https://busy.example/": ""}


@pytest.mark.parametrize("reset", ["1800", "2000000000"])
def test_a_limit_of_requests_that_is_used_up_is_no_lasting_refusal(
    web: Web, archive: Archive, network: Network, reset: str
) -> None:
    spent = Reply(403, headers=(("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset)))
    web.pages["api.example*"] = lambda request: Reply(404) if "robots" in request.target else spent
    urls = ["https://api.example/a", "https://api.example/b"]
    told = fetch(archive, network, *urls)
    assert len(web.asked("api.example")) == 1
    until = "2033-05-18 03:33 UTC" if reset == "2000000000" else f"{datetime.now(UTC):%Y-}"
    assert all(reason.startswith(f"403: its limit of requests is used up until {until}") for reason in told.values())
    failed = archive.failed(urls[0])
    assert failed is not None and not failed.permanent


def test_who_is_waited_for_is_told(web: Web, archive: Archive, network: Network) -> None:
    for path in ("robots.txt", "a", "b"):
        web.pages[f"slow.example/{path}"] = Reply(body=article(path))
    told: list[FetchEvent] = []
    things = [Wanted((f"https://slow.example/{path}",)) for path in ("a", "b")]
    fetch_all(things, archive, replace(QUICK, pause_seconds=1.3, longest_wait_seconds=5), network, told.append)
    waited = [event.waiting for event in told if not event.url]
    assert waited and all(host == "slow.example" and 0 <= left <= 1.3 for ((host, left),) in waited)


def test_silences_count_in_a_row(web: Web, archive: Archive, network: Network) -> None:
    mute = silent(web)
    web.pages["shy.example*"] = lambda request: (
        Reply(body=article("S")) if request.target in ("/robots.txt", "/2") else Reply(raw=mute)
    )
    urls = [f"https://shy.example/{number}" for number in range(5)]
    told = fetch(archive, network, *urls, limits=replace(QUICK, first_byte_seconds=0.1))
    assert [bool(told[url]) for url in urls] == [True, True, False, True, True]
    assert not any("asked no more" in reason for reason in told.values())


def test_between_two_tries_is_a_pause_within_patience(
    web: Web, archive: Archive, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("ingest.worker.Fetcher._sleep", lambda self, seconds: slept.append(seconds))
    web.pages["example.org/never"] = Reply(502)
    limits = replace(QUICK, attempts=8, retry_seconds=4, longest_wait_seconds=5)
    fetch(archive, network, "https://example.org/never", limits=limits)
    assert len(web.asked("/never")) == 8
    assert len(slept) == 7 and 0 < max(slept) <= 5


def test_a_host_that_shuts_its_door_is_left_alone(web: Web, archive: Archive, network: Network) -> None:
    def shut(ask: object) -> Snapshot:
        raise HeldError("the door is shut", transient=True)

    told: list[FetchEvent] = []
    things = [Wanted(("https://door.example/a",), shut), Wanted(("https://door.example/b",))]
    fetch_all(things, archive, QUICK, network, told.append)
    assert [event.reason for event in told if event.url] == ["the door is shut"] * 2
    assert not web.log


def test_a_redirect_to_a_host_that_is_left_alone_is_no_fault_of_the_one_it_came_from(
    web: Web, archive: Archive, network: Network
) -> None:
    web.pages["busy.example*"] = lambda request: (
        Reply(404) if "robots" in request.target else Reply(429, headers=(("Retry-After", "3600"),))
    )
    web.pages["plain.example/robots.txt"] = Reply(404)
    for number in (1, 2):
        web.pages[f"plain.example/{number}"] = moved(f"https://busy.example/{number}")
    web.pages["plain.example/3"] = Reply(body=article("Three"))
    told = fetch(archive, network, *(f"https://plain.example/{number}" for number in (1, 2, 3)))
    assert [bool(reason) for reason in told.values()] == [True, True, False]
    assert len(web.asked("busy.example")) == 1


# --- what is not asked twice ----------------------------------------------------------------------------------------


def test_what_was_received_is_not_asked_for_again(web: Web, archive: Archive, network: Network) -> None:
    web.pages["example.org/a"] = moved("/b")
    web.pages["example.org/b"] = Reply(body=article("B"))
    urls = ("https://example.org/a", "https://example.org/absent")
    fetch(archive, network, *urls)
    before = len(web.log)
    told = fetch(archive, network, *urls)
    assert len(web.log) == before
    assert told["https://example.org/absent"] == "404 Not Found"
    fetch(archive, network, "https://example.org/absent", since=ANEW)
    assert [request.target for request in web.log[before:]] == ["/absent"]


def test_what_was_dead_a_week_ago_is_asked_again(
    web: Web, archive: Archive, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://example.org/back"
    fetch(archive, network, url)
    web.pages["example.org/back"] = Reply(body=article("Back"))
    assert fetch(archive, network, url) == {url: "404 Not Found"}
    later = datetime.now(UTC) + timedelta(days=8)
    monkeypatch.setattr("ingest.held.datetime", SimpleNamespace(now=lambda zone: later))
    assert fetch(archive, network, url) == {url: ""}


def test_a_chain_of_redirects_goes_on_where_it_broke_off(web: Web, archive: Archive, network: Network) -> None:
    web.pages["example.org/a"] = moved("/b")
    web.pages["example.org/b"] = Reply(503)
    fetch(archive, network, "https://example.org/a")
    web.pages["example.org/b"] = Reply(body=article("B"))
    fetch(archive, network, "https://example.org/a")
    assert len(web.asked("/a")) == 1
    snapshot = archive.get("https://example.org/a")
    assert snapshot is not None and snapshot.status == 200


def test_a_stale_page_is_asked_for_by_its_etag_and_304_is_a_revisit(
    web: Web, archive: Archive, network: Network, tmp_path: Path
) -> None:
    def conditional(request: Request) -> Reply:
        if request.headers.get("if-none-match") == '"v1"':
            assert request.headers["if-modified-since"] == "Mon, 23 Nov 2026 00:00:00 GMT"
            return Reply(304, kind="")
        headers = (("ETag", '"v1"'), ("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT"))
        return Reply(body=article("E"), headers=headers)

    web.pages["example.org/e"] = conditional
    url = "https://example.org/e"
    archive.put(
        Snapshot(url, 200, "text/html", article("E"), "2020-01-01T00:00:00Z",
                 headers=(("ETag", '"v1"'), ("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT")))
    )  # fmt: skip
    assert fetch(archive, network, url, since=days_ago(30)) == {url: ""}
    assert len(web.asked("/e")) == 1
    assert web.log[-1].headers["if-none-match"] == '"v1"'
    held, snapshot = archive.held(url), archive.get(url)
    assert held is not None and held.checked > "2025"
    assert snapshot is not None and snapshot.body == article("E")
    fetch(archive, network, url, since=days_ago(30))
    assert len(web.asked("/e")) == 1
    # The index is derived: made again from the WARC, it still knows.
    archive.close()
    for file in (tmp_path / "archive").glob("index.sqlite*"):
        file.unlink()
    with Archive.open(tmp_path / "archive") as again:
        known, page = again.held(url), again.get(url)
    assert known == held and page is not None and page.body == article("E")


def test_a_stale_page_that_changed_is_kept_anew_and_the_old_one_too(
    web: Web, archive: Archive, network: Network
) -> None:
    url = "https://example.org/e"
    old = Snapshot(url, 200, "text/html", article("Old"), "2020-01-01T00:00:00Z", headers=(("ETag", '"v1"'),))
    archive.put(old)
    web.pages["example.org/e"] = Reply(body=article("New"), headers=(("ETag", '"v2"'),))
    fetch(archive, network, url, since=days_ago(30))
    snapshot = archive.get(url)
    assert snapshot is not None and snapshot.body == article("New")
    assert [older.body for older in archive.older(url)] == [article("Old")]


def test_a_stale_page_that_comes_again_as_it_was_is_a_revisit(web: Web, archive: Archive, network: Network) -> None:
    url = "https://example.org/e"
    date = (("Date", "Wed, 01 Jan 2020 00:00:00 GMT"),)
    archive.put(Snapshot(url, 200, "text/html", article("E"), "2020-01-01T00:00:00Z", headers=date))
    web.pages["example.org/e"] = Reply(body=article("E"))
    for _ in range(2):
        fetch(archive, network, url, since=days_ago(30))
    assert len(web.asked("/e")) == 1
    assert not list(archive.older(url))


def test_a_redirect_that_changes_its_target_is_kept_anew(web: Web, archive: Archive, network: Network) -> None:
    web.pages["example.org/a"] = moved("/b")
    web.pages["example.org/b"] = Reply(body=article("B"))
    web.pages["example.org/c"] = Reply(body=article("C"))
    fetch(archive, network, "https://example.org/a")
    web.pages["example.org/a"] = moved("/c")
    told = fetch(archive, network, "https://example.org/a", since=ANEW)
    assert told == {"https://example.org/a": ""}
    assert web.asked()[-2:] == ["https://example.org/a", "https://example.org/c"]
    held = archive.held("https://example.org/a")
    assert held is not None and held.location == "https://example.org/c"


def test_other_ports_are_asked_where_they_are_set(web: Web, archive: Archive, network: Network, tmp_path: Path) -> None:
    web.pages["example.org/a"] = Reply(body=article("A"))
    url = "https://example.org:8443/a"
    assert fetch(archive, network, url)[url] == "refused: port 8443 (only 80 and 443 are fetched)"
    assert not web.log
    more = network_to(web, tmp_path, fetch_ports=frozenset((443, 8443)))
    assert fetch(archive, more, url) == {url: ""}


# --- the way out ---------------------------------------------------------------------------------------------------


def test_a_private_header_goes_to_its_host_by_tls_alone_and_is_kept_nowhere(
    web: Web, archive: Archive, tmp_path: Path
) -> None:
    secret = "session=3kr3t-value"
    network = network_to(web, tmp_path, fetch_headers=json.dumps({"Paid.Example": {"Cookie": secret, "X": "no"}}))
    web.pages["paid.example/"] = moved("https://other.example/")
    web.pages["other.example/"] = moved("http://paid.example/plain")
    web.pages["paid.example/plain"] = Reply(body=article("P"), headers=(("Set-Cookie", "id=9"),))
    web.pages["paid.example/echo"] = lambda request: Reply(body=article("E", str(request.headers)))
    web.pages["paid.example/header"] = Reply(body=article("H"), headers=(("X-Told", secret),))
    web.pages["paid.example/type"] = Reply(body=b"T", kind=f"video/{secret}")
    web.pages["paid.example/packed"] = _packed(secret, b"P")
    names = ("", "echo", "header", "type", "packed")
    told = fetch(archive, network, *(f"https://paid.example/{name}" for name in names))
    sent = {request.url: request.headers.get("cookie") for request in web.log if "robots" not in request.url}
    assert sent == {
        "https://paid.example/": secret, "https://other.example/": None, "http://paid.example/plain": None,
        **{f"https://paid.example/{name}": secret for name in names[1:]},
    }  # fmt: skip
    repeated = "refused: the answer repeats a private header, so it is not kept"
    assert told["https://paid.example/echo"] == told["https://paid.example/header"] == repeated
    assert told["https://paid.example/type"] == "refused: video/… is not a type that is read"
    assert told["https://paid.example/packed"] == "its compression (…) is none that was asked for"
    for file in (tmp_path / "archive").iterdir():
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        assert b"3kr3t" not in data
        assert b"id=9" not in data


def test_a_proxy_is_asked_for_everything_and_private_hosts_are_still_refused(
    web: Web, archive: Archive, tmp_path: Path
) -> None:
    passed: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def proxy() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=tunnel, args=(connection,), daemon=True).start()

    def tunnel(connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        passed.append(head.split(b"\r\n")[0].decode() + (" with login" if b"dTpwYXNzdzByZA==" in head else ""))
        onward = socket.create_connection(web.address)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")

        def pump(source: socket.socket, target: socket.socket) -> None:
            try:
                while data := source.recv(65536):
                    target.sendall(data)
            except OSError:
                pass
            finally:
                target.close()

        threading.Thread(target=pump, args=(onward, connection), daemon=True).start()
        pump(connection, onward)

    threading.Thread(target=proxy, daemon=True).start()
    file = tmp_path / "authority.pem"
    web.authority.cert_pem.write_to_path(str(file))
    settings = Settings(home=tmp_path, fetch_proxy=f"http://u:passw0rd@127.0.0.1:{port}", fetch_certificates=file)
    network = network_from(settings)
    assert online(network)
    web.pages["example.org/a"] = Reply(body=article("A"))
    urls = ["https://example.org/a", "https://127.0.0.1/", "https://169.254.169.254/latest/", "https://box.local/"]
    told = fetch(archive, network, *urls, limits=replace(QUICK, total_seconds=5, first_byte_seconds=5))
    listener.close()
    assert told[urls[0]] == ""
    assert all(told[url].startswith("refused: ") for url in urls[1:])
    assert set(passed) == {"CONNECT example.org:443 HTTP/1.1 with login"}
    assert "passw0rd" not in str(told)
    assert network.secrets == (f"http://u:passw0rd@127.0.0.1:{port}", "passw0rd", "passw0rd")


def test_the_way_out_is_that_of_the_environment_and_what_cannot_be_one_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert network_from(Settings(home=tmp_path)).proxy == "http://proxy.example:3128"
    for name, value in (
        ("fetch_headers", "{"), ("fetch_headers", '["s3cret"]'), ("fetch_proxy", "proxy.example"),
        ("fetch_connect_to", "nowhere"), ("fetch_certificates", tmp_path / "absent.pem"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=name) as raised:
            network_from(Settings(home=tmp_path, **{name: value}))
        assert "s3cret" not in str(raised.value)


def test_when_the_network_is_lost_no_link_is_blamed(
    web: Web, archive: Archive, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def last_words(request: Request) -> Reply:
        web.stop()
        return Reply(body=article("Last"))

    web.pages["a.example/1"] = last_words
    names = ["https://a.example/1", *(f"https://{name}.example/2" for name in "bcdefgh")]
    limits = replace(QUICK, parallel_hosts=1)
    # An answer of a moment ago counts as a network; here it must not.
    monkeypatch.setattr("ingest.worker._PROOF_SECONDS", 0.0)
    things = [Wanted((name,)) for name in names]
    assert fetch_all(things, archive, limits, network, lambda event: None) is False
    assert archive.get(names[0]) is not None
    assert [archive.failure(name) for name in names[1:]] == [None] * 7


def test_no_network_is_noticed_and_one_that_is_there_too(web: Web, network: Network) -> None:
    assert online(network)
    web.stop()
    assert not online(network)


def test_an_interruption_keeps_what_was_received(web: Web, archive: Archive, network: Network) -> None:
    for number in range(6):
        web.pages[f"example.org/{number}"] = Reply(body=article(str(number)))

    def interrupt(event: FetchEvent) -> None:
        raise KeyboardInterrupt

    things = [Wanted((f"https://example.org/{number}",)) for number in range(6)]
    with pytest.raises(KeyboardInterrupt):
        fetch_all(things, archive, QUICK, network, interrupt)
    assert archive.get("https://example.org/0") is not None
    received = [url for url in web.asked() if archive.get(url) is not None]
    fetch_all(things, archive, QUICK, network, lambda event: None)
    assert all(archive.get(thing.addresses[0]) is not None for thing in things)
    assert all(web.asked().count(url) == 1 for url in received)


def test_what_waits_to_be_kept_is_kept_when_interrupted_and_no_more_is_asked(
    web: Web, archive: Archive, network: Network
) -> None:
    last, over, further = threading.Event(), threading.Event(), threading.Event()

    def answer(request: Request) -> Reply:
        if request.target == "/5":
            last.set()
            over.wait(20)
        if request.target == "/6":
            further.set()
        return Reply(body=article(request.target))

    def interrupt(event: FetchEvent) -> None:
        # The last one is asked for when all before it have come.
        assert last.wait(20)
        raise KeyboardInterrupt

    web.pages["example.org/robots.txt"] = Reply(404)
    web.pages["example.org*"] = answer
    urls = [f"https://example.org/{number}" for number in range(7)]
    with pytest.raises(KeyboardInterrupt):
        fetch_all([Wanted((url,)) for url in urls], archive, QUICK, network, interrupt)
    over.set()
    assert all(archive.get(url) is not None for url in urls[:5])
    assert not further.wait(0.5)


def test_what_fails_on_our_side_is_raised_not_swallowed(web: Web, archive: Archive, network: Network) -> None:
    def broken(ask: object) -> Snapshot:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fetch_all([Wanted(("https://example.org/",), broken)], archive, QUICK, network, lambda event: None)


def test_what_a_person_gave_is_not_asked_for_again(web: Web, archive: Archive, network: Network) -> None:
    url = "https://example.org/paid"
    archive.put(Snapshot(url, 200, "text/html", article("Whole"), "2020-01-01T00:00:00Z"))
    web.pages["example.org/paid"] = Reply(body=article("Paywall"))
    fetch(archive, network, url, since=ANEW)
    assert not web.asked()

"""Pages that are a script, in a real Chromium: what they become is kept, and what they reach is what we let them."""

from __future__ import annotations

import socket
import threading
from functools import partial
from pathlib import Path

import pytest

from config.settings import Settings
from ingest.archive import Archive, Snapshot
from ingest.client import FetchLimits
from ingest.fetch import fetch_all
from ingest.guard import GuardedBackend
from ingest.network import Network
from ingest.pipeline import gather
from ingest.progress import Silent
from ingest.render import browser, render, rendered_address
from ingest.worker import FetchEvent, Wanted
from tests.loopback import Reply, Request, Web

PUBLIC = "93.184.216.34"
SHELL = b"<html><head><title>App</title></head><body><div id=root></div><script src=/app.js></script></body></html>"
WORDS = " ".join(f"The rendered mill grinds sack {n} before noon." for n in range(40))
APP = b"""
fetch("/data.json").then(r => r.json()).then(data => {
  document.getElementById("root").innerHTML = "<article><h1>Mill</h1><p>" + data.words + "</p></article>";
});
"""

pytestmark = pytest.mark.skipif(browser() is None, reason="no Chromium is installed")


def serve(web: Web, script: bytes = APP) -> None:
    web.pages |= {
        "app.example/": Reply(body=SHELL),
        "app.example/app.js": Reply(body=script, kind="application/javascript"),
        "app.example/data.json": Reply(body=f'{{"words": "{WORDS}"}}'.encode(), kind="application/json"),
    }


def test_a_page_that_is_a_script_is_rendered_kept_and_read_offline(tmp_path: Path) -> None:
    listing = tmp_path / "list.md"
    listing.write_text("- [The app](https://app.example/)\n- [A wall](https://wall.example/)\n", encoding="utf-8")
    wall = b"<html><title>Just a moment...</title><body>Checking your browser<script src=/w.js></script></body></html>"
    with Web() as web:
        serve(web)
        web.pages["wall.example/"] = Reply(body=wall)
        file = tmp_path / "authority.pem"
        web.authority.cert_pem.write_to_path(str(file))
        settings = Settings(
            home=tmp_path, fetch_connect_to=f"127.0.0.1:{web.address[1]}", fetch_certificates=file,
            fetch_pause_seconds=0, fetch_pauses={}, fetch_retry_seconds=0,
        )  # fmt: skip
        with Archive.open(settings.archive_folder) as archive:
            first = gather(listing, archive, settings, Silent(), offline=False)
            asked = web.asked()
            second = gather(listing, archive, settings, Silent(), offline=False)
            assert web.asked() == asked
    with Archive.open(settings.archive_folder) as archive:
        third = gather(listing, archive, settings, Silent(), offline=True)
    for outcomes in (first, second, third):
        app, walled = outcomes
        assert app.state == "read" and app.document is not None
        assert any("grinds sack 39 before noon" in block.text for block in app.document.blocks)
        assert app.document.url == "https://app.example/"
        assert walled.state == "failed" and "bot wall" in walled.reason
    alone = settings.model_copy(update={"home": tmp_path / "unrendered", "render": False})
    with Web() as web:
        serve(web)
        alone = alone.model_copy(update={"fetch_connect_to": f"127.0.0.1:{web.address[1]}"})
        web.authority.cert_pem.write_to_path(str(file))
        with Archive.open(alone.archive_folder) as archive:
            app, _ = gather(listing, archive, alone, Silent(), offline=False)
    assert app.state == "failed" and "JavaScript" in app.reason
    assert asked.count("https://app.example/") == 1
    assert "https://wall.example/w.js" not in asked


def test_a_page_reaches_nothing_that_is_not_public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    reached: list[object] = []

    def listen() -> None:
        while True:
            try:
                reached.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=listen, daemon=True).start()
    evil = f"""
      const local = "127.0.0.1:{port}";
      new WebSocket("ws://" + local + "/");
      new Image().src = "http://" + local + "/image";
      document.body.appendChild(document.createElement("iframe")).src = "http://" + local + "/frame";
      navigator.sendBeacon("http://" + local + "/beacon");
      const pc = new RTCPeerConnection({{iceServers: [{{urls: "turn:" + local + "?transport=tcp", username: "u",
        credential: "c"}}]}});
      pc.createDataChannel("x"); pc.createOffer().then(o => pc.setLocalDescription(o));
      const all = ["http://" + local + "/", "http://169.254.169.254/latest/", "http://10.0.0.1/", "http://[::1]/",
        "http://inner.example/", "https://app.example/leads-inside", "file:///etc/passwd"];
      Promise.allSettled(all.map(url => fetch(url).then(r => r.text()))).then(results => {{
        document.body.innerText = results.map(r => r.status).join(" ") + " {WORDS}";
        location.href = "http://" + local + "/navigate";
      }});
    """.encode()
    dialled: list[str] = []
    connect = socket.create_connection
    with Web() as web:
        serve(web, evil)
        web.pages["app.example/leads-inside"] = Reply(302, headers=(("Location", f"http://127.0.0.1:{port}/in"),))

        def counted(address: tuple[str, int], *rest: object, **named: object) -> socket.socket:
            dialled.append(address[0])
            return connect(web.address if address[0] == PUBLIC else address, *rest, **named)  # type: ignore[arg-type]

        monkeypatch.setattr("httpcore._backends.sync.socket.create_connection", counted)
        tls = Network().tls
        web.authority.configure_trust(tls)
        names = {"app.example": [PUBLIC], "inner.example": ["10.0.0.7"]}
        network = Network(GuardedBackend(10, lambda host, port: names.get(host, [host])), tls)
        told = _render(tmp_path, network)
        listener.close()
    assert told.reason == "", told
    assert not reached
    assert set(dialled) == {PUBLIC}
    with Archive.open(tmp_path / "archive") as archive:
        kept = archive.get(rendered_address("https://app.example/"))
    assert kept is not None and b"rejected " * 7 in kept.body


TRIES = b"""
const tries = {
  own: () => fetch("/data.json"),
  post: () => fetch("/data.json", {method: "POST", body: "{}"}),
  remove: () => fetch("/data.json", {method: "DELETE"}),
  elsewhere: () => fetch("https://open.example/data.json"),
  post_elsewhere: () => fetch("https://open.example/data.json", {method: "POST", body: "{}"}),
  private: () => fetch("/private.json"),
  two_hops: () => fetch("/hop/2"),
  many_hops: () => fetch("/hop/3"),
  header: () => fetch("/data.json").then(r => r.headers.get("x-told") ? r : Promise.reject()),
  worker: () => navigator.serviceWorker.register("/app.js").then(() => navigator.serviceWorker.ready),
};
new Image().src = "/picture.png";
document.head.insertAdjacentHTML("beforeend", "<link rel=stylesheet href=/style.css>");
const late = () => new Promise((_, no) => setTimeout(no, 400));
(async () => {
  let said = "";
  for (const [name, go] of Object.entries(tries))
    said += name + "=" + await Promise.race([go(), late()]).then(() => "yes", () => "no") + ";";
  document.getElementById("root").innerText = said;
})();
"""


def test_a_page_gets_scripts_and_data_and_no_more(tmp_path: Path) -> None:
    data = Reply(body=b"{}", kind="application/json", headers=(("X-Told", "1"), ("Access-Control-Allow-Origin", "*")))
    with Web() as web:
        serve(web, TRIES)
        web.pages |= {
            "app.example/robots.txt": Reply(body=b"User-agent: *\nDisallow: /private", kind="text/plain"),
            "app.example/data.json": data,
            "app.example/private.json": data,
            "open.example/data.json": data,
            "app.example/hop/0": data,
            **{f"app.example/hop/{n}": Reply(302, headers=(("Location", f"/hop/{n - 1}"),)) for n in (1, 2, 3)},
        }
        told = _render(tmp_path, _redirected(web, tmp_path))
        asked = {(request.method, request.url) for request in web.log}
    assert told.reason == "", told
    with Archive.open(tmp_path / "archive") as archive:
        kept = archive.get(rendered_address("https://app.example/"))
    assert kept is not None
    said = "own=yes;post=yes;remove=no;elsewhere=yes;post_elsewhere=no;private=no;two_hops=yes;many_hops=no;header=no;"
    assert f"{said}worker=no;".encode() in kept.body
    paths = {url.removeprefix("https://app.example") for _, url in asked}
    assert paths.isdisjoint({"/picture.png", "/style.css", "/private.json"})
    assert {method for method, _ in asked} == {"GET", "POST"}
    assert ("POST", "https://open.example/data.json") not in asked


@pytest.mark.parametrize(
    ("script", "seconds", "reason"),
    [
        (b'document.getElementById("root").innerText = "x".repeat(11000000);', 60, "larger than 10 MB"),
        (b'location.href = "about:blank";', 60, "the page went elsewhere"),
        (b"setTimeout(() => { while (true) {} }, 100);", 4, "the page could not be rendered"),
    ],
)
def test_a_page_that_comes_to_nothing_says_why(
    tmp_path: Path, script: bytes, seconds: float, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.render._START_SECONDS", 6.0)
    with Web() as web:
        serve(web, script)
        assert reason in _render(tmp_path, _redirected(web, tmp_path), seconds=seconds).reason


def test_a_page_that_never_ends_is_given_up(tmp_path: Path) -> None:
    with Web() as web:
        serve(web, b"while (true) {}")
        told = _render(tmp_path, _redirected(web, tmp_path), seconds=2)
        assert "could not be rendered" in told.reason
        serve(web, b'let n = 0; setInterval(() => fetch("/n" + n++), 5);')
        web.pages["app.example*"] = _nothing
        told = _render(tmp_path, _redirected(web, tmp_path), seconds=8)
        assert told.reason == ""
        assert len(web.asked("/n")) <= 60


def test_a_page_that_asks_slowly_for_much_gets_what_its_time_allows(tmp_path: Path) -> None:
    with Web() as web:
        serve(web, b'for (let n = 0; n < 80; n++) fetch("/n" + n);')

        def slowly(request: Request) -> Reply:
            web.stopped.wait(0.3 if request.target.startswith("/n") else 0)
            return _nothing(request)

        web.pages["app.example*"] = slowly
        assert _render(tmp_path, _redirected(web, tmp_path), seconds=8).reason == ""
        assert 0 < len(web.asked("/n")) < 40


def _nothing(request: Request) -> Reply:
    return Reply(404) if request.target == "/robots.txt" else Reply(body=b"{}", kind="application/json")


def _redirected(web: Web, folder: Path) -> Network:
    from tests.test_fetch import network_to

    return network_to(web, folder, fetch_total_seconds=10)


def _render(folder: Path, network: Network, seconds: float = 20) -> FetchEvent:
    shell = Snapshot("https://app.example/", 200, "text/html", SHELL, "2026-01-01T00:00:00Z")
    receive = partial(render, shell, browser() or "", seconds)
    told: list[FetchEvent] = []
    limits = FetchLimits(pause_seconds=0, attempts=1, retry_seconds=0)
    with Archive.open(folder / "archive") as archive:
        fetch_all([Wanted((rendered_address(shell.url),), receive)], archive, limits, network, told.append)
    return next(event for event in told if event.url)

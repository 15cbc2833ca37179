"""`concordance build` as a person runs it, against a web that moves, dies, parks and lies."""

from __future__ import annotations

import gzip
import json
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.corpus_web import unless_known, youtube
from tests.live import output, run, settled, start, what_is_indexed
from tests.loopback import Reply, Request, Web, article, moved

LIST = """# One
- [Alpha](https://alpha.example/a): a note
- [Moved](http://old.example/m?utm_source=x)
- [Gone](https://gone.example/g)
- [Soft](https://soft.example/s)
- [Parked](https://parked.example/)
- [Never kept](https://lost.example/n)
- [Walled](https://walled.example/w)

## Two
- https://www.youtube.com/watch?v=AAAAAAAAAAA
- [No captions](https://www.youtube.com/watch?v=BBBBBBBBBBB)
- [Tool](https://github.com/someone/tool)
- [Left Medium](https://medium.com/towards-data-science/quiet-gears-0123456789ab)
- [In an inbox](https://substack.com/inbox/post/12345)
- A chapter from a book
- Read paper The Slow Mathematics of Quiet Machines
- Read paper Of Gears and of Their Very Long Shadows
"""
CUES = [{"text": f"We speak of the slow lever number {n}.", "start": 4.0 * n, "duration": 4.0} for n in range(12)]


def text(subject: str) -> bytes:
    sentences = (f"The {subject} turns its wheel {n} at dawn and rests {n} hours after." for n in range(14))
    return article(subject.title(), " ".join(sentences))


def page(subject: str) -> Any:
    from ingest.archive import Snapshot

    return unless_known(Snapshot("", 200, "text/html; charset=utf-8", text(subject), ""))


def lives(web: Web) -> None:
    """Let a web be as the list above finds it."""
    web.pages |= {
        "alpha.example/a": page("alpha mill"),
        "old.example/m": moved("https://new.example/m/"),
        "new.example/m/": page("new mill"),
        "gone.example/g": Reply(410),
        "soft.example/s": Reply(body=b"<html><title>Oops</title><body><h1>Page not found</h1></body></html>"),
        "parked.example/": Reply(
            body=b"<html><title>parked.example</title><body>This domain is for sale.</body></html>"
        ),
        "walled.example/w": Reply(403),
        "raw.githubusercontent.com/someone/tool/HEAD/README.md": Reply(
            body=b"# Tool\n\nA tool that grinds its own axe every morning.\n", kind="text/plain"
        ),
        "medium.com/towards-data-science/quiet-gears-0123456789ab": Reply(404),
        "towardsdatascience.com/quiet-gears-0123456789ab/": moved("/quiet-gears/"),
        "towardsdatascience.com/quiet-gears/": page("quiet gear"),
        "substack.com/api/v1/posts/by-id/12345": Reply(
            body=json.dumps({"post": {"canonical_url": "https://writer.substack.com/p/inside"}}).encode(),
            kind="application/json",
        ),
        "writer.substack.com/p/inside": page("inner spring"),
        "www.youtube.com*": youtube({"AAAAAAAAAAA": CUES}),
        "export.arxiv.org*": arxiv,
        "export.arxiv.org/robots.txt": Reply(body=b"User-agent: *\nDisallow: /", kind="text/plain"),
        "api.crossref.org*": crossref,
        "arxiv.org/html/2101.00001": page("quiet machine"),
        "archive.org*": wayback,
        "archive.org/robots.txt": Reply(404),
        "web.archive.org/robots.txt": Reply(404),
        "web.archive.org/web/20190304050607id_/https://gone.example/g": page("gone mill"),
        "web.archive.org/web/20180203040506id_/https://soft.example/s": page("soft mill"),
        "web.archive.org/web/20170203040506id_/https://parked.example/": page("parked mill"),
    }


def wayback(request: Request) -> Reply:
    times = {"gone": "20190304050607", "soft": "20180203040506", "parked": "20170203040506"}
    name = next((name for name in times if f"{name}.example" in request.target), "")
    address = {"gone": "https://gone.example/g", "soft": "https://soft.example/s", "parked": "https://parked.example/"}
    closest = {
        "available": True, "status": "200", "timestamp": times.get(name, ""),
        "url": f"http://web.archive.org/web/{times.get(name, '')}/{address.get(name, '')}",
    }  # fmt: skip
    found = {"archived_snapshots": {"closest": closest} if name else {}}
    return Reply(body=json.dumps(found).encode(), kind="application/json")


def arxiv(request: Request) -> Reply:
    entry = (
        "<entry><id>http://arxiv.org/abs/2101.00001v2</id><title>The Slow Mathematics\n of Quiet Machines</title>"
        "<author><name>Ada Quill</name></author><published>2021-01-01T00:00:00Z</published></entry>"
    )
    known = "slow%20mathematics" in request.target or "id_list=2101.00001" in request.target
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry if known else ""}</feed>'
    return Reply(body=feed.encode(), kind="application/atom+xml")


def crossref(request: Request) -> Reply:
    work = {"DOI": "10.5555/gears", "title": ["Of Gears and Their Long Shadows"], "issued": {"date-parts": [[1999]]}}
    items = [work] if "gears" in request.target else []
    return Reply(body=json.dumps({"message": {"items": items}}).encode(), kind="application/json")


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web() as server:
        lives(server)
        yield server


@pytest.fixture(scope="module")
def built(web: Web, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[str]]:
    """Return a home in which the list was built, what the command printed, and every address asked for."""
    home = tmp_path_factory.mktemp("live") / "home"
    home.mkdir()
    (home / "list.md").write_text(LIST, encoding="utf-8")
    said = output(web, home, "build", "--list", home / "list.md", "--json")
    return home, said, [request.url for request in web.log]


@pytest.fixture
def home(built: tuple[Path, dict[str, Any], list[str]], tmp_path: Path) -> Path:
    """Return a copy of that home."""
    copy = tmp_path / "home"
    shutil.copytree(built[0], copy)
    return copy


def test_a_build_reads_what_lives_wherever_it_is_now_and_says_what_does_not(
    web: Web, built: tuple[Path, dict[str, Any], list[str]]
) -> None:
    home, said, _ = built
    found = {row["resource"]: (row["state"], row["reason"]) for row in said["resources"]}
    copy = "the Wayback Machine's copy of {}; the original is gone"
    by_hand = "open it in a browser, save the page, and import it"
    assert found == {
        "https://alpha.example/a": ("read", ""),
        "http://old.example/m": ("read", ""),
        "https://gone.example/g": ("read", copy.format("2019-03-04")),
        "https://soft.example/s": ("read", copy.format("2018-02-03")),
        "https://parked.example/": ("read", copy.format("2017-02-03")),
        "https://lost.example/n": (
            "failed",
            "404 Not Found; correct the link, or import a copy that you have; the Wayback Machine has no copy",
        ),
        "https://walled.example/w": ("failed", f"403 Forbidden: the site does not let programs in; {by_hand}"),
        "https://www.youtube.com/watch?v=AAAAAAAAAAA": ("read", ""),
        "https://www.youtube.com/watch?v=BBBBBBBBBBB": (
            "failed",
            "captions are disabled for this video; download them (for example with yt-dlp) and import them",
        ),
        "https://github.com/someone/tool": ("read", ""),
        "https://medium.com/towards-data-science/quiet-gears-0123456789ab": ("read", ""),
        "https://substack.com/inbox/post/12345": ("read", ""),
        "list:a-chapter-from-a-book": ("unlinked", "the list gives no address for it"),
        "https://arxiv.org/abs/2101.00001": ("read", "its address is from list.links.toml"),
        "list:read-paper-of-gears-and-of-their-very-long-shadows": (
            "unlinked",
            "the list gives no address for it; Crossref has “Of Gears and Their Long Shadows” (1999), its title "
            f"79% alike, at https://doi.org/10.5555/gears: if that is it, say so in {home / 'list.links.toml'}",
        ),
    }
    titles = {row["resource"]: row["title"] for row in said["resources"]}
    assert titles["https://www.youtube.com/watch?v=AAAAAAAAAAA"] == "The title of AAAAAAAAAAA"
    hit = output(web, home, "search", "gone mill turns its wheel", "--json", "-k", "1")[0]
    assert hit["resource"] == "https://gone.example/g"
    assert hit["url"].startswith("https://web.archive.org/web/20190304050607/https://gone.example/g#")


def test_what_arxiv_says_of_a_paper_is_kept_with_it(web: Web, built: tuple[Path, dict[str, Any], list[str]]) -> None:
    shown = output(web, built[0], "show", "https://arxiv.org/abs/2101.00001", "--json")
    assert (shown["title"], shown["authors"], shown["date"]) == (
        "The Slow Mathematics of Quiet Machines", ["Ada Quill"], "2021-01-01",
    )  # fmt: skip


def test_a_person_s_word_on_a_work_without_a_link_is_kept_and_heard(web: Web, home: Path) -> None:
    file = home / "list.links.toml"
    written = file.read_text(encoding="utf-8")
    assert '\nlink = "https://arxiv.org/abs/2101.00001"\n' in written
    assert '\n# link = "https://doi.org/10.5555/gears"\n' in written
    web.pages["doi.org/10.5555/gears"] = moved("https://shadows.example/gears")
    web.pages["shadows.example/gears"] = page("long shadow")
    mine = written.replace('# link = "https://doi', 'link = "https://doi').replace(
        'link = "https://arxiv.org/abs/2101.00001"', "link = false  # not this one"
    )
    file.write_text(mine, encoding="utf-8")
    said = output(web, home, "build", "--list", home / "list.md", "--json")
    found = {row["resource"]: row["state"] for row in said["resources"]}
    assert found["https://doi.org/10.5555/gears"] == "read"
    assert found["list:read-paper-the-slow-mathematics-of-quiet-machines"] == "unlinked"
    assert file.read_text(encoding="utf-8") == mine


def test_nothing_is_asked_for_twice_in_a_build_or_in_the_next(
    web: Web, built: tuple[Path, dict[str, Any], list[str]], home: Path
) -> None:
    asked = Counter(url for url in built[2] if "/youtubei/" not in url)
    assert set(asked.values()) == {1}
    before = len(web.log)
    again = output(web, home, "build", "--json")
    assert again["embedded"] == 0
    assert [row["state"] for row in again["resources"]] == [row["state"] for row in built[1]["resources"]]
    assert [request.url for request in web.log[before:]] == ["https://walled.example/w"]


def test_check_tells_the_health_of_every_link_and_leaves_the_index_alone(web: Web, home: Path) -> None:
    before, held = len(web.log), sorted(path.name for path in (home / "generations").iterdir())
    web.pages["alpha.example/a"] = Reply(503)
    found = output(web, home, "check", "--list", home / "list.md", "--json")
    assert {url: row["health"] for row in found if (url := row["resource"])} == {
        "https://alpha.example/a": "alive",
        "http://old.example/m": "moved",
        "https://gone.example/g": "gone",
        "https://soft.example/s": "gone",
        "https://parked.example/": "gone",
        "https://lost.example/n": "gone",
        "https://walled.example/w": "closed",
        "https://www.youtube.com/watch?v=AAAAAAAAAAA": "alive",
        "https://www.youtube.com/watch?v=BBBBBBBBBBB": "unread",
        "https://github.com/someone/tool": "alive",
        "https://medium.com/towards-data-science/quiet-gears-0123456789ab": "alive",
        "https://substack.com/inbox/post/12345": "alive",
        "list:a-chapter-from-a-book": "unlinked",
        "https://arxiv.org/abs/2101.00001": "alive",
        "list:read-paper-of-gears-and-of-their-very-long-shadows": "unlinked",
    }
    moved_row = next(row for row in found if row["health"] == "moved")
    assert moved_row["moved_to"] == "https://new.example/m/" and moved_row["lines"] == [3]
    assert all(row["checked"] for row in found if row["health"] != "unlinked")
    assert [request.url for request in web.log[before:]] == ["https://walled.example/w"]
    words = run(web, home, "check", "--list", home / "list.md", "--offline").stdout
    assert "now at https://new.example/m/" in words and "line 3: Moved" in words
    assert sorted(path.name for path in (home / "generations").iterdir()) == held
    web.pages["alpha.example/a"] = page("alpha mill")


def test_without_a_network_a_build_goes_on_with_what_is_held_and_check_says_so(home: Path) -> None:
    with Web() as gone:
        pass
    said = output(gone, home, "build", "--list", home / "list.md", "--json")
    assert sum(row["state"] == "read" for row in said["resources"]) == 10
    words = run(gone, home, "check", "--list", home / "list.md")
    assert "alive" in words.stdout


def test_the_first_command_without_a_network_opens_on_the_demo(home: Path, demo_home: Path) -> None:
    shutil.rmtree(home / "generations")
    shutil.rmtree(home / "archive")
    shutil.copytree(demo_home, home / "demo")
    file = home / "list.md"
    file.write_text("# One\n- [Alpha](https://alpha.example/a): a note\n", encoding="utf-8")
    with Web() as gone:
        pass
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = start(gone, home, "chat", "--no-browser", "--port", str(port), CONCORDANCE_READING_LIST=str(file))
    assert process.stderr is not None
    words = ""
    for line in process.stderr:
        words += line
        if "Opening the chat" in line:
            break
    process.kill()
    process.communicate()
    assert "so the chat opens on the demo" in words


def test_a_subscriber_s_header_opens_a_page_and_is_found_nowhere_after(web: Web, home: Path) -> None:
    secret = "subscriber=7h3-s3cr3t"
    web.pages["walled.example/w"] = lambda request: (
        Reply(body=text("walled mill")) if request.headers.get("cookie") == secret else Reply(403)
    )
    headers = json.dumps({"walled.example": {"Cookie": secret}})
    done = run(
        web, home, "check", "--list", home / "list.md", "--json",
        CONCORDANCE_FETCH_HEADERS=headers, CONCORDANCE_FETCH_PROXY="",
    )  # fmt: skip
    rows = {row["resource"]: row["health"] for row in json.loads(done.stdout)}
    assert rows["https://walled.example/w"] == "alive"
    said = (done.stdout + done.stderr).encode()
    files = [path for path in home.rglob("*") if path.is_file()]
    kept = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    assert not any(b"s3cr3t" in data for data in (said, *kept))
    web.pages["walled.example/w"] = Reply(403)


def test_a_refresh_asks_by_etag_and_what_did_not_change_costs_nothing(web: Web, home: Path) -> None:
    before = len(web.log)
    again = output(web, home, "build", "--refresh", "--json")
    asked = {request.url: request for request in web.log[before:]}
    assert "if-none-match" in asked["https://alpha.example/a"].headers
    assert "if-none-match" in asked["https://new.example/m/"].headers
    assert again["embedded"] == 0
    assert "https://www.youtube.com/watch?v=AAAAAAAAAAA" not in asked
    assert not (home / "refreshing").exists()


def test_a_change_of_the_list_costs_only_itself(web: Web, home: Path) -> None:
    web.pages["added.example/z"] = page("added mill")
    file = home / "list.md"
    lines = LIST.splitlines()
    lines.remove("- [Alpha](https://alpha.example/a): a note")
    lines.remove("- [Tool](https://github.com/someone/tool)")
    lines.append("- [Alpha](https://alpha.example/a): a note")
    lines.append("- [Added](https://added.example/z)")
    file.write_text("\n".join(lines), encoding="utf-8")
    before = len(web.log)
    said = output(web, home, "build", "--list", file, "--json")
    asked = [request.url for request in web.log[before:] if "walled" not in request.url]
    assert asked == ["https://added.example/robots.txt", "https://added.example/z"]
    added = next(r for r in output(web, home, "status", "--json")["resources"] if "added" in r["resource"])
    # Its own chunks; and the list's note on the entry that moved, for its place is part of that.
    assert said["embedded"] == added["chunks"] + 1
    assert "https://github.com/someone/tool" not in {row["resource"] for row in said["resources"]}


def test_a_build_that_is_killed_goes_on_and_ends_as_one_that_was_not(
    web: Web, built: tuple[Path, dict[str, Any], list[str]], tmp_path: Path
) -> None:
    home = tmp_path / "killed"
    home.mkdir()
    shutil.copytree(built[0] / "cache", home / "cache")
    (home / "cache" / "documents.sqlite").unlink()
    (home / "list.md").write_text(LIST, encoding="utf-8")
    with Web() as other:
        lives(other)
        had: set[str] = set()
        for address in ("new.example/m/", "towardsdatascience.com/quiet-gears/", "archive.org*", ""):
            before = len(other.log)
            killed = _killing(other, address) if address else []
            process = start(other, home, "build", "--list", home / "list.md")
            killed.append(process)
            process.communicate(timeout=600)
            assert process.returncode == (-9 if address else 0)
            twice = had & {request.url for request in other.log[before:]}
            assert not twice
            had = settled(home / "archive", {request.url for request in other.log})
            assert had
        rows, documents = what_is_indexed(other, home)
        whole = what_is_indexed(web, built[0])
        assert (json.loads(json.dumps(rows).replace(str(home), str(built[0]))), documents) == whole


def _killing(web: Web, address: str) -> list[subprocess.Popen[str]]:
    """Let the server kill, once, whoever asks for an address; the process is put into what is returned."""
    answer = web.pages[address]
    processes: list[subprocess.Popen[str]] = []

    def kill(request: Request) -> Reply:
        web.pages[address] = answer
        processes[0].kill()
        return answer(request) if callable(answer) else answer

    web.pages[address] = kill
    return processes

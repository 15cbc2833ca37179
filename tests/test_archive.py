"""The archive: what is written is found again, whatever happens to the index, the process or the file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ArchiveError
from ingest.archive import Archive, Snapshot, now

URL = "https://a.example/page"


def page(url: str = URL, text: str = "said", at: str = "2026-11-01T00:00:00Z") -> Snapshot:
    return Snapshot(url, 200, "text/html; charset=utf-8", f"<p>{text}</p>".encode(), at)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with Archive.open(folder) as opened:
        yield opened


def body(archive: Archive, url: str = URL) -> bytes | None:
    snapshot = archive.get(url)
    return None if snapshot is None else snapshot.body


def warc(folder: Path) -> Path:
    (file,) = folder.glob("*.warc.gz")
    return file


def test_the_newest_is_found_and_the_older_ones_stay(archive: Archive) -> None:
    archive.put(page(text="old", at="2026-01-01T00:00:00Z"))
    archive.put(page(text="new", at="2026-06-01T00:00:00Z"))
    assert body(archive) == b"<p>new</p>"
    assert [snapshot.body for snapshot in archive.older(URL)] == [b"<p>old</p>"]


def test_the_same_again_changes_nothing(archive: Archive, folder: Path) -> None:
    for at in ("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"):
        assert archive.put(page(text=at, at=at))
    size = warc(folder).stat().st_size
    for at in ("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"):
        # The older one too, though it is not what the newest says.
        assert not archive.put(page(text=at, at=at))
    assert not archive.put(page(text="2026-06-01T00:00:00Z", at=now()))
    assert warc(folder).stat().st_size == size


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("http://www.a.example/b/", "https://a.example/b"),
        ("https://a.example/b/index.html", "https://a.example/b/"),
        ("https://a.example/b/", "https://a.example/b/index"),
        ("https://a.example/b?x=1&y=2", "https://a.example/b?y=2&x=1&utm_source=z"),
    ],
)
def test_an_address_in_another_form_finds_the_page(archive: Archive, held: str, asked: str) -> None:
    archive.put(page(held))
    assert body(archive, asked) == b"<p>said</p>"
    assert archive.as_held(asked) == held


def test_redirects_are_followed_and_a_circle_ends(archive: Archive) -> None:
    for number, target in ((1, "/2"), (2, URL), (3, "/4"), (4, "/3")):
        headers = (("Location", target),)
        archive.put(Snapshot(f"https://a.example/{number}", 301, "", b"", "2026-01-01T00:00:00Z", headers=headers))
    archive.put(page())
    assert body(archive, "https://a.example/1") == b"<p>said</p>"
    assert body(archive, "https://a.example/3") is None


def test_pages_are_what_can_be_read(archive: Archive) -> None:
    archive.put(page())
    archive.put(Snapshot("https://a.example/a.pdf", 200, "application/pdf", b"%PDF-", now()))
    archive.put(Snapshot("https://a.example/a.css", 200, "text/css", b"p {}", now()))
    archive.put(Snapshot("https://a.example/gone", 404, "text/html", b"<p>no</p>", now()))
    assert list(archive.pages()) == [URL, "https://a.example/a.pdf"]


# --- what may happen to it --------------------------------------------------------------------------------------------


def test_a_half_written_last_record_is_dropped_with_a_word_and_the_archive_goes_on(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.put(page())
        archive.put(page("https://a.example/2"))
    whole = warc(folder).read_bytes()
    warc(folder).write_bytes(whole + whole[: len(whole) // 3])
    with Archive.open(folder) as archive:
        assert len(archive.notes) == 1 and "half written and was dropped" in archive.notes[0]
        assert warc(folder).read_bytes() == whole
        archive.put(page("https://a.example/3"))
        assert all(body(archive, f"https://a.example/{name}") for name in ("page", "2", "3"))


@given(cut=st.integers(1, 2000))
@settings(max_examples=25, deadline=None)
def test_wherever_a_file_breaks_off_what_was_whole_before_is_there(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("cut") / "archive"
    ends = []
    with Archive.open(folder) as archive:
        for number in range(3):
            archive.put(page(f"https://a.example/{number}", text=f"number {number} " * 20))
            ends.append(warc(folder).stat().st_size)
    data = warc(folder).read_bytes()[:-cut] if cut < ends[-1] else b""
    warc(folder).write_bytes(data)
    with Archive.open(folder) as archive:
        there = [body(archive, f"https://a.example/{number}") is not None for number in range(3)]
    assert there == [end <= len(data) for end in ends]


def test_damage_in_the_middle_costs_that_record_alone(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.put(page("https://a.example/1"))
        first = warc(folder).stat().st_size
        archive.put(page("https://a.example/2"))
        second = warc(folder).stat().st_size
        archive.put(page("https://a.example/3"))
    data = bytearray(warc(folder).read_bytes())
    data[first + 20 : second - 20] = bytes(second - first - 40)
    warc(folder).write_bytes(bytes(data))
    (folder / "index.sqlite").unlink()
    with Archive.open(folder) as archive:
        assert [body(archive, f"https://a.example/{n}") is not None for n in (1, 2, 3)] == [True, False, True]
        assert f"{second - first} bytes from {first} on are damaged; skipped" in archive.notes[0]


@pytest.mark.parametrize("damage", ["lost", "no database", "of another version", "of a file that is gone"])
def test_an_index_that_is_no_good_is_made_again(folder: Path, damage: str) -> None:
    with Archive.open(folder) as archive:
        archive.put(page())
        archive.revisit(URL, "2026-11-20T00:00:00Z")
    index = folder / "index.sqlite"
    if damage == "lost":
        index.unlink()
    elif damage == "no database":
        index.write_bytes(b"nothing of one " * 500)
    elif damage == "of another version":
        import sqlite3

        with sqlite3.connect(index) as database:
            database.execute("UPDATE records SET key = 'an older rule made this'")
            database.execute("PRAGMA user_version = 1")
    else:
        warc(folder).rename(folder / "concordance-00007.warc.gz")
    with Archive.open(folder) as archive:
        assert body(archive) == b"<p>said</p>"
        held = archive.held(URL)
        assert held is not None and held.checked == "2026-11-20T00:00:00Z"


def test_a_record_that_is_not_what_was_written_is_an_error_that_says_where(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.put(page())
        warc(folder).write_bytes(b"\x00" * warc(folder).stat().st_size)
        with pytest.raises(ArchiveError, match=r"concordance-00001\.warc\.gz at 0"):
            archive.get(URL)


WRITER = """
import sys
from pathlib import Path
from ingest.archive import Archive, Snapshot
with Archive.open(Path(sys.argv[1])) as archive:
    for n in range(40):
        url = f"https://a.example/{sys.argv[2]}/{n}"
        archive.put(Snapshot(url, 200, "text/html", f"<p>{url}</p>".encode() * 50, "2026-11-01T00:00:00Z"))
"""


def test_two_processes_write_at_once_and_lose_nothing(folder: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name]) for name in "ab"]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    (folder / "index.sqlite").unlink()
    with Archive.open(folder) as archive:
        assert not archive.notes
        for name in "ab":
            for number in range(40):
                url = f"https://a.example/{name}/{number}"
                assert body(archive, url) == f"<p>{url}</p>".encode() * 50


def test_what_another_process_left_half_written_is_dropped_before_writing_on(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.put(page())
        with warc(folder).open("ab") as stream:
            stream.write(warc(folder).read_bytes()[:100])
        archive.put(page("https://a.example/2"))
    (folder / "index.sqlite").unlink()
    with Archive.open(folder) as archive:
        assert not archive.notes
        assert body(archive) and body(archive, "https://a.example/2")


def test_the_usual_tool_finds_every_record_in_order(folder: Path) -> None:
    with Archive.open(folder) as archive:
        headers = (("Content-Type", "text/html"), ("Content-Encoding", "br"), ("Transfer-Encoding", "chunked"))
        archive.put(Snapshot(URL, 200, "text/html", "<p>é</p>".encode(), "2026-11-01T00:00:00Z", headers=headers))
        archive.put(Snapshot("https://v.example/", 200, "application/json", b"[]", now(), record="resource"))
        archive.put(Snapshot("https://a.example/m", 301, "", b"", now(), headers=(("Location", URL),)))
        archive.revisit(URL, "2026-11-20T00:00:00Z")
    command = [sys.executable, "-c", "from warcio.cli import main; main()", "check", "-v", str(warc(folder))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail" not in done.stdout.lower()
    assert done.stdout.count("digest pass") >= 3

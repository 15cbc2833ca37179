"""A build by the real path: what a change costs, and what happens when it is stopped, doubled or has no room."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from app.bars import bars
from app.building import PROGRESS_FILE, run_build
from config.errors import BusyError, DamagedIndexError, UsageError
from config.settings import Settings
from index.build import build
from index.generation import serving
from index.search import Searcher
from ingest.archive import Archive, Snapshot
from ingest.demo import demo_list
from ingest.progress import Silent

CONVOLUTION = "https://demo.concordance.example/convolution/receptive-field/"
_COMMAND = "from app.cli import main; main()"
# The build is killed when all is written and nothing is switched yet.
_KILLED = "import os, index.build; index.build.publish = lambda *_: os.kill(os.getpid(), 9); " + _COMMAND


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    """Return a home of its own in which the demo is built."""
    return Path(shutil.copytree(demo_home, tmp_path / "demo"))


def concordance(home: Path, *arguments: str, code: str = _COMMAND) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONCORDANCE_HOME": str(home), "CONCORDANCE_LLM": "none"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def changed(home: Path, url: str, before: bytes, after: bytes) -> None:
    """Put a newer snapshot of a page into the archive."""
    with Archive.open(home / "archive") as archive:
        snapshot = archive.get(url)
        assert snapshot is not None
        assert before in snapshot.body
        body = snapshot.body.replace(before, after)
        archive.put(Snapshot(url, 200, snapshot.content_type, body, "2026-11-24T00:00:00Z"))


def test_a_small_change_is_built_without_torch(home: Path) -> None:
    changed(home, CONVOLUTION, b"receptive field", b"field that it can perceive")
    code = f"""
import sys
from pathlib import Path
from app.building import run_build
from config.settings import Settings
built = run_build(Settings(home=Path({str(home)!r})), None, offline=True, demo=True)
print(built.embedded > 0, "torch" in sys.modules)
"""
    done = concordance(home, code=code)
    assert done.stdout.strip() == "True False", done.stderr


def test_a_build_again_embeds_nothing_and_after_a_change_that_page_alone(home: Path) -> None:
    settings = Settings(home=home)
    assert run_build(settings, None, offline=True, demo=True).embedded == 0
    changed(home, CONVOLUTION, b"receptive field", b"field that it can perceive")
    built = run_build(settings, None, offline=True, demo=True)
    searcher = Searcher(settings)
    (number,) = (row.number for row in searcher.store.resources if row.url == CONVOLUTION)
    own = [chunk for chunk in searcher.store.chunks_of(number) if not chunk.is_note]
    assert 0 < built.embedded <= len(own)
    assert any("field that it can perceive" in chunk.text for chunk in own)
    searcher.close()


def test_a_page_named_by_its_address_alone_has_its_own_title_and_the_curators_wins(home: Path, tmp_path: Path) -> None:
    base = "https://demo.concordance.example/attention"
    file = tmp_path / "list.md"
    file.write_text(f"- {base}/scaled-dot-product/\n- [Many heads]({base}/multi-head/)\n", encoding="utf-8")
    built = build(file, Settings(home=home), Silent(), offline=True)
    assert [outcome.resource.title for outcome in built.outcomes] == ["Scaled dot-product attention", "Many heads"]


def test_a_list_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    told = concordance(tmp_path / "home", "build", "--list", str(tmp_path / "none.md"), "--offline").stderr
    assert told.startswith("concordance: the reading list")
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("width", [60, 80, 120])
def test_progress_fits_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    with bars() as drawn:
        drawn.start("Reading", 1234)
        drawn.advance(1234, "Understanding " * 20)
    (line,) = capsys.readouterr().err.splitlines()
    assert len(line) <= width
    assert "1234/1234" in line
    assert re.search(r"\d:\d\d:\d\d", line)
    assert line.rstrip().endswith("…")


def test_a_malformed_address_is_reported_as_that(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.md"
    file.write_text(f"- [Only this]({CONVOLUTION})\n- [Slip](https://a.example:99999/x)\n- No link\n", encoding="utf-8")
    slip, none = build(file, Settings(home=home), Silent(), offline=True).outcomes[1:]
    assert (slip.state, none.state) == ("unlinked", "unlinked")
    assert slip.reason == "its address is malformed: https://a.example:99999/x; correct it in line 2 of the list"
    assert none.reason == "the list gives no address for it"


def test_a_searcher_keeps_its_generation_while_a_new_one_takes_over(home: Path, tmp_path: Path) -> None:
    settings = Settings(home=home)
    before = Searcher(settings)
    file = tmp_path / "list.md"
    file.write_text(f"- [Only this]({CONVOLUTION})\n", encoding="utf-8")
    build(file, settings, Silent(), offline=True)
    after = Searcher(settings)
    assert [row.title for row in after.store.resources] == ["Only this"]
    assert before.search("classifier-free guidance").hits[0].resource.title == "Classifier-free guidance"
    before.close()
    after.close()


def test_a_build_killed_at_its_end_leaves_the_old_one_answering_and_the_next_one_clean(home: Path) -> None:
    generation = serving(home / "generations")[1].name
    died = concordance(home, "build", "--demo", code=_KILLED)
    assert died.returncode < 0 or died.returncode == 1
    assert list((home / "generations").glob("*.writing"))
    answered = concordance(home, "ask", "What is LoRA?", "--json")
    assert json.loads(answered.stdout)["citations"]
    assert serving(home / "generations")[1].name == generation
    run_build(Settings(home=home), None, offline=True, demo=True)
    assert not list((home / "generations").glob("*.writing"))
    assert serving(home / "generations")[1].name != generation


def test_a_second_build_at_once_is_told_so_and_leaves_the_progress_of_the_first(home: Path) -> None:
    progress = home / PROGRESS_FILE
    progress.write_text("{}", encoding="utf-8")
    with FileLock(home / "build.lock"), pytest.raises(BusyError, match="another build is at work"):
        run_build(Settings(home=home), None, offline=True, demo=True)
    assert progress.is_file()
    progress.unlink()


def test_an_index_of_an_older_version_and_of_another_model_say_what_to_do(home: Path) -> None:
    with pytest.raises(UsageError, match=r"another-model.*concordance build"):
        Searcher(Settings(home=home, embedding_model="another-model"))
    for manifest in (home / "generations").glob("*/manifest.json"):
        raw = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps({**raw, "format": 1}), encoding="utf-8")
    with pytest.raises(DamagedIndexError, match=r"format 1.*concordance build"):
        Searcher(Settings(home=home))
    told = concordance(home, "ask", "What is LoRA?")
    assert told.returncode == 1
    assert "format 1" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_a_full_disk_is_one_clear_line_and_the_old_index_serves(home: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); " + _COMMAND
    full = concordance(home, "build", "--demo", code=limited)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert "make room there" in full.stderr
    assert json.loads(concordance(home, "ask", "What is LoRA?", "--json").stdout)["citations"]


@pytest.mark.parametrize("arguments", [("build", "--offline"), ("import", str(demo_list())), ("chat", "--no-browser")])
def test_a_home_that_cannot_be_written_is_one_clear_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    file = tmp_path / "a-file"
    file.write_text("where the home should be", encoding="utf-8")
    told = concordance(file / "home", *arguments)
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert str(file) in told.stderr
    assert "--home" in told.stderr

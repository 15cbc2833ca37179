"""The reranker, with a cross-encoder made on the spot: it is asked, obeyed and accounted for, or named as the fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertModel

from app.present import parts_json
from config.settings import Settings
from index.embed import packaged_folder
from index.rerank import READ
from index.search import Searcher
from tests.command import concordance

_COMMIT = "1" * 40
QUESTION = "How does a U-Net use skip connections?"


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(packaged_folder())


def _config(tokenizer: Any, labels: int) -> BertConfig:
    return BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        num_labels=labels, initializer_range=0.4,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reranker(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny cross-encoder whose opinions are random, firm, and the same every time."""
    folder = tmp_path_factory.mktemp("model") / "reranker"
    torch.manual_seed(3)
    model = BertForSequenceClassification(_config(tokenizer, 1))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_search_asks_it_and_follows_it(demo_home: Path, demo: Searcher, reranker: Path) -> None:
    from sentence_transformers import CrossEncoder

    before = demo.search(QUESTION, 40).hits
    searcher = Searcher(Settings(home=demo_home, reranker=str(reranker)))
    hits = searcher.search(QUESTION, 40).hits
    searcher.close()
    read, rest = hits[:READ], hits[READ:]
    pairs = [(QUESTION, hit.chunk.embedded) for hit in read]
    scores = [float(score) for score in CrossEncoder(str(reranker)).predict(pairs, show_progress_bar=False)]
    assert [hit.parts["reranker"] for hit in read] == pytest.approx(scores, abs=1e-5)
    assert max(scores) - min(scores) > 0.5
    assert [hit.chunk.number for hit in read] != [hit.chunk.number for hit in before[:READ]]
    # The rest counts for a fifth: where it speaks clearly, it is obeyed.
    assert all(one > other - 0.25 for one, other in pairwise(scores))
    assert scores[0] > 0.9 * max(scores)
    assert rest and {hit.chunk.number for hit in hits} == {hit.chunk.number for hit in before}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in rest:
        assert hit.parts["reranker"] == 0
        assert sum(part["contributes"] for part in parts_json(hit).values()) == pytest.approx(hit.score, abs=1e-3)


def test_what_it_contributed_adds_up(demo_home: Path, reranker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORDANCE_RERANKER", str(reranker))
    done = concordance("search", QUESTION, "--json", "--explain", "-k", "40", "--home", demo_home)
    assert done.returncode == 0
    rows = json.loads(done.stdout)
    assert len(rows) > 3
    for row in rows:
        contributed = {name: part["contributes"] for name, part in row["parts"].items()}
        assert sum(contributed.values()) == pytest.approx(row["score"], abs=1e-3)
        assert contributed["reranker"] == pytest.approx(0.8 * row["parts"]["reranker"]["value"], abs=1e-3)


@contextmanager
def _hub(folder: Path) -> Iterator[str]:
    """Serve a model as the Hugging Face hub serves it, under the name someone/tiny; yield the hub's address."""

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            name = path.rpartition("/")[2]
            file = folder / path.removeprefix(f"/someone/tiny/resolve/{_COMMIT}/")
            headers = {"X-Repo-Commit": _COMMIT, "ETag": f'"{name}"'}
            if path == "/api/models/someone/tiny":
                code, body = 200, json.dumps({"id": "someone/tiny", "sha": _COMMIT}).encode()
            elif "someone/tiny" not in self.path:
                code, body, headers = 404, b"{}", {"X-Error-Code": "RepoNotFound"}
            elif file.is_file():
                code, body = 200, file.read_bytes()
            else:
                code, body, headers = 404, b"{}", {**headers, "X-Error-Code": "EntryNotFound"}
            self.send_response(code)
            for key, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _asked(home: Path, model: str, hub: str, cache: Path) -> subprocess.CompletedProcess[str]:
    hub_settings = {"HF_ENDPOINT": hub, "HF_HOME": str(cache), "HF_HUB_OFFLINE": "", "NO_PROXY": "127.0.0.1"}
    environment = {**os.environ, "CONCORDANCE_RERANKER": model, **hub_settings}
    command = [sys.executable, "-c", "from app.cli import main; main()", "search", QUESTION, "--json", "--explain"]
    command += ["--home", str(home)]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=300, check=False)


def test_one_is_downloaded_once_and_then_needs_no_hub(demo_home: Path, reranker: Path, tmp_path: Path) -> None:
    with _hub(reranker) as address:
        first = _asked(demo_home, "someone/tiny", address, tmp_path)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)[0]["parts"]["reranker"]["value"] > 0
    again = _asked(demo_home, "someone/tiny", address, tmp_path)
    assert (again.returncode, again.stdout) == (0, first.stdout)


def test_one_that_cannot_be_had_is_not_asked_for_again_and_again(
    demo_home: Path, reranker: Path, tmp_path: Path
) -> None:
    with _hub(reranker) as address:
        unknown = _asked(demo_home, "someone/else", address, tmp_path)
    silent = _asked(demo_home, "someone/else", address, tmp_path)
    for done, why in ((unknown, f"{address} has no such model"), (silent, f"{address} cannot be reached")):
        assert done.returncode == 1
        assert why in done.stderr
        assert done.stderr.rstrip().endswith("the setting reranker, or leave it out")
        assert "Retrying" not in done.stderr


def _headless(folder: Path, tokenizer: Any) -> None:
    BertModel(_config(tokenizer, 1)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _of_three(folder: Path, tokenizer: Any) -> None:
    BertForSequenceClassification(_config(tokenizer, 3)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _torn(folder: Path, tokenizer: Any) -> None:
    BertForSequenceClassification(_config(tokenizer, 1)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])


def _other_sizes(folder: Path, tokenizer: Any) -> None:
    BertForSequenceClassification(_config(tokenizer, 1)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "hidden_size": 64}), encoding="utf-8")


def _no_model(folder: Path, tokenizer: Any) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (None, "cannot be loaded"),
        (_no_model, "cannot be loaded"),
        (_torn, "cannot be loaded"),
        (_other_sizes, "cannot be loaded"),
        (_headless, "is no cross-encoder (BertModel)"),
        (_of_three, "gives 3 numbers for a pair"),
    ],
)
def test_one_that_cannot_serve_is_named_with_what_to_do(
    demo_home: Path, tokenizer: Any, tmp_path: Path, make: Any, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "no such name"
    if make is not None:
        folder = tmp_path / "model"
        folder.mkdir()
        make(folder, tokenizer)
        name = str(folder)
    monkeypatch.setenv("CONCORDANCE_RERANKER", name)
    done = concordance("ask", QUESTION, "--json", "--home", demo_home)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("concordance: ")]
    assert done.returncode == 1
    assert line.startswith(f"concordance: reranker {name!r}")
    assert word in line
    assert line.endswith("the setting reranker, or leave it out")
    assert "Traceback" not in done.stderr

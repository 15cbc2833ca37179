"""The commands as a program would call them: shapes of the contract, exit codes, errors in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def run(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from app.cli import main; main()", *map(str, arguments), "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def output(*arguments: str | Path, home: Path) -> Any:
    done = run(*arguments, home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_search_has_the_shape_of_the_contract(demo_home: Path) -> None:
    hits = output("search", "skip connection", "--json", "-k", "3", home=demo_home)
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    for hit in hits:
        assert set(hit) == {"rank", "score", "resource", "title", "url", "text", "locator"}
        assert set(hit["locator"]) == {"kind", "value"}
    assert hits[0]["url"].startswith("https://demo.concordance.example/convolution/u-net/#skip-connections:~:text=")


def test_ask_has_the_shape_of_the_contract(demo_home: Path) -> None:
    answer = output("ask", "What is a U-Net?", "--json", home=demo_home)
    assert set(answer) == {"question", "abstained", "mode", "statements", "citations", "nearest", "seconds"}
    assert set(answer["citations"][0]) == {"n", "resource", "title", "url", "quote", "locator", "score"}
    assert set(answer["statements"][0]) == {"text", "citations"}


def test_find_show_and_status_have_the_shape_of_the_contract(demo_home: Path) -> None:
    found = output("find", "guidance scale", "--json", home=demo_home)
    assert set(found) == {"concept", "resources"}
    assert set(found["resources"][0]) == {
        "resource", "title", "kind", "section", "depth", "score", "read", "note", "passages",
    }  # fmt: skip
    shown = output("show", "https://www.youtube.com/watch?v=concordDEMO&t=90s", "--json", home=demo_home)
    assert set(shown) == {"resource", "title", "authors", "date", "kind", "coverage", "reader", "blocks"}
    assert all(block["locator"]["kind"] == "time" for block in shown["blocks"])
    status = output("status", "--json", home=demo_home)
    assert set(status) == {"generation", "built", "model", "chunks", "resources"}
    states = {row["resource"]: row["state"] for row in status["resources"]}
    assert states["https://demo.concordance.example/diffusion/consistency/"] == "missing"
    assert "unlinked" in states.values()


def test_show_all_prints_a_line_a_document(demo_home: Path) -> None:
    done = run("show", "--all", "--json", home=demo_home)
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(documents) == 14
    assert all(document["blocks"] for document in documents)


def test_batch_keeps_order_and_other_keys(demo_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"q": "What is LoRA?", "id": 7}\n\n{"q": "What is a VQ-VAE?"}\n', encoding="utf-8")
    done = run("ask", "--json", "--batch", file, home=demo_home)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["q"] for line in lines] == ["What is LoRA?", "What is a VQ-VAE?"]
    assert lines[0]["id"] == 7
    assert lines[0]["result"]["citations"][0]["resource"].endswith("/diffusion/lora/")


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("ask", "What?"), 1, "no index yet"),
        (("ask",), 1, "no index yet"),
        (("build", "--list", "/nowhere/list.md", "--offline"), 1, "cannot be read"),
        (("import", "/nowhere/page.html"), 1, "not taken"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_an_error_is_a_word_and_a_code(tmp_path: Path, arguments: tuple[str, ...], code: int, word: str) -> None:
    done = run(*arguments, home=tmp_path / "home") if arguments != ("nonsense",) else run("nonsense", home=tmp_path)
    assert done.returncode == code
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_batch_names_its_line(demo_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"q": "fine"}\n{"question": "not fine"}\n', encoding="utf-8")
    done = run("search", "--batch", file, home=demo_home)
    assert done.returncode == 2
    assert "line 2" in done.stderr
    assert not done.stdout

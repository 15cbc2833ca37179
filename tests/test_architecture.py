"""The two directions that hold the house together: no import upward, nothing heavy to answer a question."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "config": {"config"},
    "ingest": {"config", "ingest"},
    "index": {"config", "ingest", "index"},
    "app": {"config", "ingest", "index", "app"},
}


@pytest.mark.parametrize("package", ALLOWED)
def test_nothing_imports_upward(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            tops = {name.split(".")[0] for name in names} & ALLOWED.keys()
            assert tops <= ALLOWED[package], f"{path} imports {tops}"


def test_answering_imports_nothing_that_only_building_needs(demo_home: Path) -> None:
    code = f"""
import sys
from config.settings import Settings
from index.search import Searcher
from app.answer.ask import ask
from app import batch, look_up, present, words
assert not ask("What is a U-Net?", Searcher(Settings(home={str(demo_home)!r}))).abstained
heavy = {{"torch", "sentence_transformers", "transformers", "llama_index", "trafilatura", "streamlit"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr

"""What tests share: a home with the demo's index in it, built once by the real command's own path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.building import run_build
from config.settings import Settings
from index.search import Searcher

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: what packs them puts the time in, and each worker must know a test by one name."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    import os

    for name in list(os.environ):
        if name.startswith("CONCORDANCE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which the demo is built, with the real model."""
    home = tmp_path_factory.mktemp("home") / "demo"
    run_build(Settings(home=home), None, offline=True, demo=True)
    return home


@pytest.fixture(scope="session")
def demo(demo_home: Path) -> Iterator[Searcher]:
    """Return the demo's open index."""
    searcher = Searcher(Settings(home=demo_home))
    yield searcher
    searcher.close()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of real pages, or skip where it is not."""
    if not CORPUS.is_dir():
        pytest.skip(f"the snapshot of real pages is not at {CORPUS}")
    return CORPUS

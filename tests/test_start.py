"""start.py, as someone has it who has just cloned: what goes wrong is said, and the next try goes on."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with start.py and a project that needs what no index is asked for."""
    shutil.copy(ROOT / "start.py", tmp_path)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n", encoding="utf-8")
    (tmp_path / "constraints.txt").write_text("", encoding="utf-8")
    return tmp_path


def started(clone: Path) -> ModuleType:
    """Return start.py as a module of that folder."""
    spec = importlib.util.spec_from_file_location("started", clone / "start.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_installation_that_fails_says_so_and_leaves_nothing_that_looks_installed(clone: Path) -> None:
    # What a Python that is no more has left.
    broken = clone / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    broken.mkdir(parents=True)
    (broken / ("python.exe" if os.name == "nt" else "python")).write_text("gone", encoding="utf-8")
    environment = {**os.environ, "PIP_NO_INDEX": "1"}
    command = [sys.executable, str(clone / "start.py"), "status"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode != 0
    assert "did not finish" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((clone / ".venv").glob("installed*"))
    module = started(clone)
    assert module.works([module.PYTHON, "-m", "pip", "--version"])


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for what is installed is a shell's script")
def test_messages_name_the_command_as_it_was_started(clone: Path, tmp_path: Path) -> None:
    module = started(clone)
    module.BIN.mkdir(parents=True)
    calling = f"#!/bin/sh\nexec '{sys.executable}' -c 'from app.cli import main; main()' \"$@\"\n"
    for name, content in (("concordance", calling), ("python", "#!/bin/sh\n")):
        (module.BIN / name).write_text(content, encoding="utf-8")
        (module.BIN / name).chmod(0o755)

    def said(*arguments: str) -> str:
        command = [sys.executable, "start.py", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "CONCORDANCE_HOME": str(tmp_path / "home")}
        done = subprocess.run(
            command, cwd=clone, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        return done.stdout + done.stderr

    assert "run 'python3 start.py build'" in said("status")
    told = said("check", "--help")
    assert "Usage: python3 start.py check" in told
    assert "Example: python3 start.py check" in told


def test_what_is_installed_for_this_place_and_project_is_not_installed_again(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = started(clone)
    calls: list[list[str | Path]] = []
    monkeypatch.setattr(module, "run", lambda command, folder=None: calls.append(command))
    monkeypatch.setattr(module, "works", lambda command: True)
    module.PYTHON.parent.mkdir(parents=True)
    module.PYTHON.touch()
    module.install("test")
    module.install("test")
    module.install("")
    assert len(calls) == 1
    (clone / "constraints.txt").write_text("a==1\n", encoding="utf-8")
    module.install("")
    module.install("")
    module.install("test")
    assert len(calls) == 3

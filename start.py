"""Install what Concordance needs beside this file, once, and run it. Needs Python 3.11 or newer, nothing else.

python3 start.py                    open the chat (builds the index first if there is none)
python3 start.py test               lint, types and tests
python3 start.py ask "…"            any other concordance command
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def install(extra: str) -> None:
    """Make the virtual environment, unless it was made for this pyproject.toml already."""
    wanted = hashlib.sha256(
        (ROOT / "pyproject.toml").read_bytes() + (ROOT / "constraints.txt").read_bytes()
    ).hexdigest()
    stamp = VENV / f"installed{extra and '-' + extra}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("Installing into .venv (once; about two gigabytes, one to five minutes) …", file=sys.stderr)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
         "-c", ROOT / "constraints.txt", "-e", target]
    )  # fmt: skip
    stamp.write_text(wanted, encoding="utf-8")


def run(command: list[str | Path], folder: Path | None = None) -> None:
    """Run a command, in the caller's folder unless another is given; end with its code if it fails."""
    # pip compiles 400 MB of modules that nobody imports; so what is imported is compiled at its first use instead.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    try:
        code = subprocess.run([str(part) for part in command], cwd=folder, env=environment, check=False).returncode
    except KeyboardInterrupt:
        code = 130
    if code:
        sys.exit(code)


def main() -> None:
    """Install, then run what was asked for."""
    # Whoever starts this may have an older Python than the project asks for.
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit("Concordance needs Python 3.11 or newer; this is " + sys.version.split()[0])
    arguments = sys.argv[1:] or ["chat"]
    if arguments[0] == "test":
        install("test")
        run([PYTHON, "-m", "ruff", "check", "."], ROOT)
        run([PYTHON, "-m", "ruff", "format", "--check", "."], ROOT)
        run([PYTHON, "-m", "mypy"], ROOT)
        run([PYTHON, "-m", "pytest", *arguments[1:]], ROOT)
        return
    install("")
    run([BIN / ("concordance.exe" if os.name == "nt" else "concordance"), *arguments])


if __name__ == "__main__":
    main()

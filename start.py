"""Install what Concordance needs beside this file, once, and run it. Needs Python 3.11 or newer, nothing else.

python3 start.py                    open the chat (builds the index first if there is none)
python3 start.py test               lint, types and tests
python3 start.py ask "…"            any other concordance command
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
CHECKS = {
    "Lint": ("ruff", "check", "--quiet", "."),
    "Format": ("ruff", "format", "--check", "--quiet", "."),
    "Types": ("mypy",),
    # One more than most small machines have cores: some tests wait for a browser.
    "Tests": ("pytest", "--numprocesses=3", "--dist=loadfile", "--no-loadscope-reorder"),
}
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def install(extra: str) -> None:
    """Make the virtual environment, unless it was made for this pyproject.toml, at this place, already."""
    parts = (str(ROOT).encode(), (ROOT / "pyproject.toml").read_bytes(), (ROOT / "constraints.txt").read_bytes())
    wanted = hashlib.sha256(b"\0".join(parts)).hexdigest()
    # What the tests need holds all that the rest needs.
    stamps = [VENV / name for name in dict.fromkeys((f"installed{extra and '-' + extra}", "installed-test"))]
    if PYTHON.exists() and any(stamp.exists() and stamp.read_text(encoding="utf-8") == wanted for stamp in stamps):
        return
    print("Installing into .venv (once; about two gigabytes, one to five minutes) …", file=sys.stderr)
    if not works([PYTHON, "-m", "pip", "--version"]):
        try:
            # What another Python made, or was broken off, is made anew.
            venv.create(VENV, clear=True, with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(
                f"No virtual environment can be made in {VENV}: {error}\nOn Debian and Ubuntu: apt install python3-venv"
            )
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    try:
        run([*pip, "-c", ROOT / "constraints.txt", "-e", target])
    except SystemExit as ended:
        print(
            "\nThe installation did not finish; what pip says of it is above. Without a network, go on when there is "
            "one.\nThe same command tries again, and does not fetch again what it has.",
            file=sys.stderr,
        )
        sys.exit(ended.code)
    stamps[0].write_text(wanted, encoding="utf-8")


def works(command: list[str | Path]) -> bool:
    """Whether a command can be run at all and says that all is well."""
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


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
        for name, command in CHECKS.items():
            print(f"{name} …", file=sys.stderr)
            run([PYTHON, "-m", *command, *(arguments[1:] if name == "Tests" else ())], ROOT)
        return
    install("")
    # So that messages name what can be typed here: the command itself is not on the PATH.
    os.environ["CONCORDANCE_STARTED_AS"] = f"{'py' if os.name == 'nt' else 'python3'} {shlex.quote(sys.argv[0])}"
    run([BIN / ("concordance.exe" if os.name == "nt" else "concordance"), *arguments])


if __name__ == "__main__":
    main()

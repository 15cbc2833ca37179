"""Open the chat: an index first, if there is none, then Streamlit on this machine alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.building import demo_settings, run_build
from app.present import build_report
from config.errors import DamagedIndexError, NoIndexError, UsageError
from config.settings import Settings
from index.generation import serving

_LOCAL = ("127.0.0.1", "localhost", "::1")


def serve(settings: Settings, demo: bool, host: str, port: int, browser: bool) -> None:
    """Serve the chat until interrupted.

    Where nothing could be read (no network, an empty archive), the demo is opened in its place.
    Raises UsageError when Streamlit cannot start.
    """
    chosen = demo_settings(settings) if demo else settings
    if demo:
        _ensure(chosen, demo=True)
    elif _ensure(chosen, demo=False) == 0:
        print(
            "Nothing of the list could be read yet, so the chat opens on the demo. For your own list: "
            "concordance build --list YOUR.md",
            file=sys.stderr,
        )
        chosen = demo_settings(settings)
        _ensure(chosen, demo=True)
    if host not in _LOCAL:
        print(f"The chat is served to everyone who can reach {host}; there is no password.", file=sys.stderr)
    shown = "localhost" if host in _LOCAL else host
    print(f"The chat is at http://{shown}:{port} (stop it with Ctrl+C)", file=sys.stderr)
    command = [
        sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("chat.py")),
        f"--server.address={host}", f"--server.port={port}", f"--server.headless={str(not browser).lower()}",
        "--browser.gatherUsageStats=false", "--server.fileWatcherType=none", "--client.toolbarMode=minimal",
        "--client.showErrorDetails=none",
    ]  # fmt: skip
    environment = {**os.environ, "CONCORDANCE_HOME": str(chosen.home)}
    try:
        code = subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return
    if code not in (0, -2, 130):
        raise UsageError(f"the chat ended with code {code}; is port {port} in use? Try --port {port + 1}")


def _ensure(settings: Settings, demo: bool) -> int:
    """Build when there is no index; return the number of documents in the one that serves, or -1.

    A damaged index is left to the chat page, which says so.
    """
    try:
        return serving(settings.generations_folder)[1].documents
    except DamagedIndexError:
        return -1
    except NoIndexError:
        built = run_build(settings, None, offline=False, demo=demo)
        build_report(built)
        return sum(outcome.document is not None for outcome in built.outcomes)

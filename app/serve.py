"""Open the chat: an index first, if there is none, then Streamlit on this machine alone."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import closing
from pathlib import Path

from app.building import DEMO_ARGUMENT, building, demo_settings, run_build
from app.words import build_report
from config.command import command
from config.errors import DamagedIndexError, NoIndexError, UsageError
from config.settings import Settings
from index.generation import serving

_LOCAL = ("127.0.0.1", "localhost", "::1")
_PORTS_TRIED = 20
_NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

# Paper and ink, with one green for what can be followed.
_THEME = {
    "theme.light.primaryColor": "#1f5f5b",
    "theme.light.linkColor": "#1f5f5b",
    "theme.light.backgroundColor": "#fffefb",
    "theme.light.secondaryBackgroundColor": "#f3f1ea",
    "theme.light.textColor": "#22262a",
    "theme.light.blueTextColor": "#1f5f5b",
    "theme.light.blueBackgroundColor": "#e9f1ee",
    "theme.light.yellowBackgroundColor": "#fbecb5",
    "theme.dark.primaryColor": "#7cc4ba",
    "theme.dark.linkColor": "#8fd3c9",
    "theme.dark.backgroundColor": "#14171a",
    "theme.dark.secondaryBackgroundColor": "#1e2326",
    "theme.dark.textColor": "#e6e4de",
    "theme.dark.blueTextColor": "#a9d9d1",
    "theme.dark.blueBackgroundColor": "#1d2b2b",
    "theme.dark.yellowBackgroundColor": "#4a3f17",
    "theme.headingFont": "serif",
    "theme.linkUnderline": "false",
    "theme.baseRadius": "0.6rem",
}


def serve(settings: Settings, demo: bool, host: str, port: int, browser: bool) -> None:
    """Serve the chat until interrupted.

    Where nothing could be read (no network, an empty archive), the demo is opened in its place.
    Raises UsageError when no port is free, or the address is not this machine's.
    """
    # What is wrong with them is said now, not after a build.
    _free_port(host, port)
    if demo:
        _ensure(demo_settings(settings), demo=True)
    elif _ensure(settings, demo=False) == 0:
        print(
            f"Nothing of the list could be read yet ('{command('status')}' says why of each), so the chat opens on "
            f"the demo. Your own list replaces it: {command('build --list YOUR.md')}",
            file=sys.stderr,
        )
        _ensure(demo_settings(settings), demo=True)
    free = _free_port(host, port)
    if free != port:
        print(f"Port {port} is taken; the chat is at {free}.", file=sys.stderr)
    if host not in _LOCAL:
        print(
            f"The chat is served to everyone who can reach {host}. There is no password, and whoever asks sees "
            "all conversations.",
            file=sys.stderr,
        )
    print("Opening the chat; stop it with Ctrl+C.", file=sys.stderr)
    os.environ["CONCORDANCE_HOME"] = str(settings.home)
    _run(host, free, browser and _has_screen(), demo)


def _run(host: str, port: int, browser: bool, demo: bool) -> None:
    """Run Streamlit in this process, so that what stops the one stops the other."""
    from streamlit.web import cli

    options = {
        **_THEME,
        "server.address": host,
        "server.port": port,
        "server.headless": str(not browser).lower(),
        "server.showEmailPrompt": "false",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.level": "warning",
    }
    arguments = ["run", str(Path(__file__).with_name("chat.py"))]
    arguments += [f"--{name}={value}" for name, value in options.items()]
    if host in _LOCAL:
        # A page elsewhere whose name is pointed at this machine must not be able to ask.
        arguments += [f"--server.allowedHosts={name}" for name in ("localhost", "127.0.0.1", "::1")]
    cli.main([*arguments, *(["--", DEMO_ARGUMENT] if demo else [])], standalone_mode=False)


def _ensure(settings: Settings, demo: bool) -> int:
    """Build when there is no index; return the number of documents in the one that serves, or -1.

    A damaged index, and one that another process is building, are left to the chat's own pages.
    """
    try:
        return serving(settings.generations_folder)[1].documents
    except DamagedIndexError:
        return -1
    except NoIndexError:
        pass
    if building(settings):
        print("The index is being built already; the chat shows how far it is.", file=sys.stderr)
        return -1
    built = run_build(settings, None, offline=False, demo=demo)
    documents = sum(outcome.document is not None for outcome in built.outcomes)
    if documents and not demo:
        build_report(built)
    return documents


def _free_port(host: str, port: int) -> int:
    """Return the first port from ``port`` on that nobody listens at."""
    if not 1 <= port <= 65535:
        raise UsageError(f"--port {port}: a port is a number from 1 to 65535")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            if os.name != "nt":
                # As the server itself does: a port that was just left is free. On Windows it means something else.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except socket.gaierror as error:
                raise UsageError(f"--host {host}: {error.strerror}") from error
            except PermissionError as error:
                raise UsageError(
                    f"--port {candidate}: this user may not listen there; take one from 1024 on"
                ) from error
            except OSError as error:
                if error.errno in _NOT_HERE:
                    raise UsageError(f"--host {host}: not an address of this machine") from error
                continue
        return candidate
    raise UsageError(f"no port from {port} to {candidate} is free; name another with --port")


def _has_screen() -> bool:
    """Whether a browser can open; on a Linux server one would open in the terminal."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

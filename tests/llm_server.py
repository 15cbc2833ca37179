"""A language model's server on the loopback: speaks as OpenAI's and Ollama's do, well or badly, as it is told.

It stands in for a model, which tests cannot have; the HTTP, the streams and the clients are real.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-0123456789abcdef"
EVIL = "https://evil.example"


class Server(ThreadingHTTPServer):
    """Answers as ``behaviour`` says; ``says`` is what it writes, {1} standing for passage 1's first sentence."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = "well"
        self.says = "{1} [1] {2} [2]"
        self.requests: list[dict[str, Any]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server until the end of the block."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def passages(request: dict[str, Any]) -> list[str]:
    """Return the passages that a request holds, in order, without their headers."""
    asked = request["messages"][-1]["content"]
    found = re.findall(r'<passage number="\d+">\n(.*?)\n</passage>', asked, re.DOTALL)
    return [text.split("\n", 1)[1] for text in found]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        models = [{"name": "all-minilm:latest"}, {"name": "tiny:latest"}]
        self._whole(200, json.dumps({"models": models}) if self.path == "/api/tags" else "{}")

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append({**request, "authorization": self.headers.get("Authorization", "")})
        behaviour = self.server.behaviour
        if behaviour.isdigit():
            self._whole(int(behaviour), json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}))
        elif behaviour == "rubbish":
            self._whole(200, "<html><body>It works!</body></html>")
        elif behaviour == "no stream":
            self._whole(200, "{}", "text/event-stream")
        else:
            self._stream(self._words(request), self.path.endswith("/api/chat"))

    def _words(self, request: dict[str, Any]) -> list[str]:
        if self.server.behaviour == "empty":
            return []
        firsts = [re.split(r"(?<=[.!?])\s", text)[0] for text in passages(request)]
        said = self.server.says
        for number, first in enumerate(firsts, start=1):
            said = said.replace(f"{{{number}}}", first)
        return re.findall(r"\S+\s*", said)

    def _stream(self, words: list[str], ollama: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson" if ollama else "text/event-stream")
        self.end_headers()
        behaviour = self.server.behaviour
        for number, word in enumerate(words):
            if number == 4 and behaviour == "breaks off":
                return
            if number == 4 and behaviour == "stalls":
                self.server.released.wait(20)
                return
            self._send(word, None, ollama)
        while behaviour == "endless" and not self.server.released.is_set():
            try:
                self._send("and so on ", None, ollama)
            except OSError:
                return
        self._send("", "stop", ollama)
        if not ollama:
            self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, text: str, finish: str | None, ollama: bool) -> None:
        if ollama:
            message = {"model": "tiny", "message": {"role": "assistant", "content": text}, "done": bool(finish)}
            self.wfile.write(json.dumps(message | ({"done_reason": finish} if finish else {})).encode() + b"\n")
        else:
            choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def _whole(self, status: int, body: str, kind: str = "application/json") -> None:
        payload = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

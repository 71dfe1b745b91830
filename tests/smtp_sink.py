"""A mail server for tests that takes every message and keeps it: real sockets and the real protocol, nothing more."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Sink:
    """What arrived: the receivers named to the server, and the messages as they were sent."""

    port: int = 0
    receivers: list[str] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)


class _Talk(socketserver.StreamRequestHandler):
    sink: Sink

    def handle(self) -> None:
        """One connection: answer what a mailer says until it quits."""
        self._say("220 sink")
        while line := self.rfile.readline():
            verb = line.split(maxsplit=1)[0].upper() if line.strip() else b""
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"RCPT":
                self.sink.receivers.append(line.decode().partition("<")[2].partition(">")[0])
            if verb == b"DATA":
                self._say("354 go on")
                self.sink.messages.append(message_from_bytes(self._data(), policy=policy.default))  # type: ignore[arg-type]
            self._say("250 ok")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """A server on a free port of this machine, until the block ends."""
    sink = Sink()
    talk = type("Talk", (_Talk,), {"sink": sink})
    with _Server(("127.0.0.1", 0), talk) as server:
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()

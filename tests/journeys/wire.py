"""A wire between a browser and the server that can be cut, and one that carries requests but loses the answers."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Wire:
    """Listens on a port of its own and passes everything on; ``address`` is what the browser is told."""

    def __init__(self, server: str) -> None:
        target = urlsplit(server)
        self.target = (target.hostname or "127.0.0.1", target.port or 80)
        self.whole, self.answers = True, True
        self.open: set[socket.socket] = set()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def cut(self) -> None:
        """From now on nothing gets through; what was under way is lost."""
        self.whole = False
        self._hang_up()

    def lose_answers(self) -> None:
        """From now on requests reach the server, and its answers reach nobody."""
        self.answers = False

    def mend(self) -> None:
        """As new; connections that were left hanging are closed."""
        self._hang_up()
        self.whole = self.answers = True

    def close(self) -> None:
        self.cut()
        self.listening.close()

    def _hang_up(self) -> None:
        for end in list(self.open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.open.clear()

    def _take(self) -> None:
        while True:
            try:
                near, _where = self.listening.accept()
            except OSError:
                return
            if not self.whole:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.open |= {near, far}
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if is_answer and not self.answers:
                    break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self.open.discard(end)

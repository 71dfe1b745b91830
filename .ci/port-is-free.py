"""Says whether the demonstration may listen on a port, and what to do if not."""

import socket
import sys


def main(text: str) -> str | None:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        return f"PORT={text} is not a port: a number from 1 to 65535 is needed, for example make demo PORT=8001"
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return f"Port {port} is reserved for the system. Use another: make demo PORT=8001"
        except OSError:
            other = port + 1 if port < 65535 else 8001
            return (
                f"Port {port} is taken by another program (perhaps a demonstration that is still running). "
                f"Use another: make demo PORT={other}"
            )
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

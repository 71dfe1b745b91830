"""gunicorn's settings for the demonstration: one process, its background thread does the long work."""

import os

worker_class = "gthread"
workers = 1
threads = 8
timeout = 120
loglevel = "warning"
pidfile = os.environ["SERVER_PID"]


def when_ready(server):
    host, port = server.LISTENERS[0].sock.getsockname()[:2]
    print(
        f"\nOpen http://{host}:{port}/    (Ctrl+C stops; make demo starts again with everything that was entered)",
        flush=True,
    )

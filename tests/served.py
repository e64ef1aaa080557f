"""Builds a site and serves it on this machine only."""

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def build(project: Path, site: Path, *options: str, **environment: str) -> str:
    """Build the project strictly into the folder `site`, with further options of MkDocs; return what was said; raise RuntimeError where it fails."""
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(site.resolve()), *options],
        cwd=project,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment},  # the theme's banner is no news here
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # The exit code, not the folder: a failed build leaves a folder behind too.
    if run.returncode:
        raise RuntimeError(f"the site does not build:\n{run.stdout}")
    return run.stdout


@contextmanager
def serve(site: Path, headers: dict[str, str] | None = None) -> Iterator[str]:
    """Serve the folder, with these headers; give its address, without a slash at its end."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:  # 0: any free port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

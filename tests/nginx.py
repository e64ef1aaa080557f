"""A real nginx with deploy/nginx.conf: `nginx(site)`; `python -m tests.nginx` prints what it answers."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.browser import is_root, quiet

CONFIGURATION = Path(__file__).parent.parent / "deploy" / "nginx.conf"
# RUNLEVEL=1: only the program is wanted, not a server that starts with the machine.
APT = "apt-get update; RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx-light"
HELP = "No nginx to test with was found: install it (Debian and Ubuntu: apt install nginx-light; macOS: brew install nginx)."
MAIN = """
daemon off;
{user}
error_log stderr notice;
pid {folder}/pid;
events {{ }}
http {{
    types {{ text/html html; text/css css; application/javascript js; image/svg+xml svg; image/png png;
             application/json json; application/xml xml; text/plain txt; text/yaml yml; application/pdf pdf; }}
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/guide.conf;
}}
"""


class NoNginx(Exception):
    """No nginx was found; the message says what to do."""


class Answer(NamedTuple):
    status: int  # 0: the connection was closed without a word
    headers: dict[str, str]  # names in small letters
    body: bytes


def find() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def install() -> None:
    """Install nginx where this machine lets us; raise NoNginx where there is none in the end."""
    sudo = [] if is_root() else ["sudo", "-n"]
    if not find() and shutil.which("apt-get"):
        print("No nginx found; trying apt-get", flush=True)
        quiet([*sudo, "sh", "-c", APT])
    if not find():
        raise NoNginx(HELP)


@contextmanager
def nginx(site: Path) -> Iterator[int]:
    """Serve the site as deploy/nginx.conf says, on a free port of this machine; give the port."""
    program = find()
    if not program:
        raise NoNginx(HELP)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    guide = CONFIGURATION.read_text(encoding="utf-8")
    for line, ours in (("listen 80;", f"listen 127.0.0.1:{port};"), ("root /var/www/milia-guide;", f'root "{site.resolve()}";')):
        assert guide.count(line) == 1
        guide = guide.replace(line, ours)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "guide.conf").write_text(guide, encoding="utf-8")
        user = "user root;" if is_root() else ""  # else its workers may not read our temporary folder
        Path(folder, "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
        server = subprocess.Popen(
            [program, "-p", folder, "-c", f"{folder}/nginx.conf"], stderr=subprocess.PIPE, text=True
        )
        said = ""
        while "start worker process " not in said:
            line = server.stderr.readline()
            if not line:
                raise RuntimeError(f"nginx did not start:\n{said}")
            said += line
        try:
            yield port
        finally:
            server.terminate()
            server.communicate()


def ask(port: int, target: str, method: str = "GET", *headers: str) -> Answer:
    """Send one request just as it is given: a library would tidy up what is odd in it."""
    lines = [f"{method} {target} HTTP/1.1", "Host: milia.example", "Connection: close", *headers]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(10)
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionResetError:
            pass  # nginx closes on what is too long; what it said before counts
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    named = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answer(int(first.split()[1]) if first else 0, named, body)


# what is asked: (target, method, further headers), the status that is right
ODD = {
    "a folder without its slash": (("/care-tips", "GET"), 301),
    "a folder that holds no page": (("/assets/", "GET"), 404),
    "a page that is not there": (("/no-such-page/", "GET"), 404),
    "a dot file": (("/.git/config", "GET"), 404),
    "a dot file in a folder": (("/assets/.htpasswd", "GET"), 404),
    "the file of headers": (("/_headers", "GET"), 404),
    "the page for errors by its name": (("/404.html", "GET"), 404),
    "path traversal": (("/../../etc/passwd", "GET"), 400),
    "path traversal, encoded": (("/%2e%2e/%2e%2e/etc/passwd", "GET"), 400),
    "path traversal, encoded twice": (("/%252e%252e/etc/passwd", "GET"), 404),
    "path traversal with backslashes": (("/..\\..\\etc\\passwd", "GET"), 404),
    "a null byte": (("/index.html%00.png", "GET"), 400),
    "two slashes": (("//care-tips//", "GET"), 200),
    "an overlong address": (("/" + "a" * 20_000, "GET"), 414),
    "an overlong header": (("/", "GET", "X: " + "a" * 40_000), 400),
    "PUT": (("/index.html", "PUT", "Content-Length: 0"), 405),
    "DELETE": (("/index.html", "DELETE"), 405),
    "POST": (("/", "POST", "Content-Length: 0"), 405),
    "TRACE": (("/", "TRACE"), 405),
    "OPTIONS": (("/", "OPTIONS"), 405),
    "a method that nobody knows": (("/", "BREW"), 405),
    "a word in place of a method": (("/", "brew it"), 400),
    "a body that is too big": (("/", "POST", "Content-Length: 999999"), 405),
    "HEAD": (("/", "HEAD"), 200),
    "a part of a file": (("/assets/card.png", "GET", "Range: bytes=0-9"), 206),
}


def main() -> None:
    install()
    if sys.argv[1:] == ["--install"]:
        return
    site = Path(os.environ.get("SITE", "site"))
    if not (site / "index.html").exists():
        sys.exit(f"{site}: no page in it. Build the site first: make build.")
    asset = next(path for path in site.rglob("*.*") if re.search(r"\.[0-9a-f]{8}\.[a-z.]+$", path.name) and path.suffix != ".gz")
    with nginx(site) as port:
        for target in ("/", f"/{asset.relative_to(site).as_posix()}", "/no-such-page/"):
            answer = ask(port, target, "GET", "Accept-Encoding: gzip")
            print(f"GET {target}: {answer.status}, {len(answer.body)} bytes")
            print("\n".join(f"    {name}: {value}" for name, value in answer.headers.items()), end="\n\n")
        for name, (request, _) in ODD.items():
            answer = ask(port, *request)
            print(f"{name:<34}{answer.status:>4}  {answer.headers.get('location', '')}")


if __name__ == "__main__":
    try:
        main()
    except NoNginx as error:
        sys.exit(str(error))

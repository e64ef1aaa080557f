"""Finds a Chromium to test with: `launch(playwright)`; `python -m tests.browser` also installs one."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

# The tests need no network but the local one, so the browser is told not to look for any other.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# chromium: the browser. fonts-liberation: without any font the pages are blank.
# libatomic1: Playwright itself needs it, and a bare system lacks it.
PACKAGES = "chromium fonts-liberation libatomic1"
# `;` and not `&&`: one package source that fails must not stop the install from another.
APT = f"apt-get update; DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends {PACKAGES}"
HELP = (
    "No browser to test with could be started: install Chromium or Google Chrome"
    f" (on Debian: apt install {PACKAGES}), or set BROWSER_PATH to one."
)


class NoBrowser(Exception):
    """No browser could be started; the message says what to do."""


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def launch(playwright: Playwright) -> Browser:
    """Start the first browser that starts."""
    # Chromium refuses to start as root (as in a container) with its sandbox.
    flags = FLAGS + ["--no-sandbox"] if is_root() else FLAGS
    named = os.environ.get("BROWSER_PATH")
    if named:
        try:
            return playwright.chromium.launch(executable_path=named, args=flags)
        except Error as error:
            # What was asked for by name is never silently replaced by another.
            raise NoBrowser(f"BROWSER_PATH is {named}, which does not start as a browser.") from error
    tries = [{}, {"channel": "chrome"}, {"channel": "msedge"}]
    tries += [{"executable_path": path} for name in NAMES if (path := shutil.which(name))]
    for choice in tries:
        try:
            return playwright.chromium.launch(args=flags, **choice)
        except Error:
            continue
    raise NoBrowser(HELP)


def install_commands() -> list[list[str]]:
    """The ways to get a browser on this machine, best first."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        if is_root():
            commands.append(["sh", "-c", APT])
        elif shutil.which("sudo") and quiet(["sudo", "-n", "true"]).returncode == 0:
            commands.append(["sudo", "-n", "sh", "-c", APT])
    return commands


def quiet(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that must not ask anything, and keep what it says."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def find() -> str | None:
    """The version of the browser that `launch` starts, if any."""
    if quiet([sys.executable, "-m", "playwright", "--version"]).returncode:
        return None
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowser:
            if os.environ.get("BROWSER_PATH"):
                raise
            return None
        version = browser.version
        browser.close()
        return version


def main() -> None:
    version = find()
    for command in [] if version else install_commands():
        print(f"No browser found; trying: {' '.join(command)}", flush=True)
        run = quiet(command)
        version = find()
        if version:
            break
        # The first error says what happened, the pages of output after it do not.
        lines = run.stdout.splitlines() or ["it said nothing"]
        errors = [line for line in lines if line.startswith("E: ") or "error" in line.lower()]
        print("  That did not help:", (errors or lines[-1:])[0], flush=True)
    if not version:
        raise NoBrowser(HELP)
    print(f"Testing with Chromium {version}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except NoBrowser as error:
        sys.exit(str(error))

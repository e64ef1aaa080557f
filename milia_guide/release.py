"""`python -m milia_guide release`: one archive of the guide, ready to be served, with its checksum.

The same commit gives the same bytes, whatever the day, the time zone and the folder: the clock of the build is the
commit's (https://reproducible-builds.org/specs/source-date-epoch/). Only the PDFs differ: the browser dates them.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from milia_guide.clinics import DOWNLOADS
from milia_guide.data import Refused
from milia_guide.publish import publish

NEEDED = {
    "SITE_URL": "where the guide will stand, such as https://milia.example/",
    "PUBLISHER": "who publishes this copy, such as 'Example Clinic'",
    "CONTACT": "where readers report mistakes: an email or https:// address",
}
BESIDE = ("deploy/nginx.conf", "LICENSE", "LICENSE-CONTENT")


def ready() -> str:
    """Return the commit to release; raise Refused with one sentence for each thing that keeps it back."""
    faults = [f"{name} is not set: say {what}." for name, what in NEEDED.items() if not os.environ.get(name, "").strip()]
    commit = git("log", "-1", "--format=%H")
    if not commit:
        faults.append("This folder is no git checkout with a commit: a release is made of a commit.")
    elif changed := git("status", "--porcelain"):
        faults.append(f"There are changes that no commit has: commit or undo them first ({changed.splitlines()[0].strip()} ...).")
    if faults:
        raise Refused("\n".join(faults))
    return commit


def release(to: Path) -> Path:
    """Build the commit's site into `to`/release, pack it, and return the archive; its checksum stands beside it."""
    commit = ready()
    lost = [name for name in DOWNLOADS if not Path("docs/downloads", name).exists()]
    if lost:
        raise Refused(f"docs/downloads: {', '.join(lost)} missing. Print the handouts first: make downloads.")
    epoch = git("log", "-1", "--format=%ct")
    folder = to / "release"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str((folder / "site").resolve())],
        env={**os.environ, "SOURCE_DATE_EPOCH": epoch},
        check=True,
    )
    publish(folder / "site")
    for name in BESIDE:
        shutil.copyfile(name, folder / Path(name).name)
    # The commit's own day, in no zone but UTC.
    day = git("log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d")
    archive = to / f"milia-guide-{day}-{commit[:8]}.tar.gz"
    pack(folder, archive, int(epoch))
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(archive.name + ".sha256").write_text(f"{checksum}  {archive.name}\n", encoding="utf-8")
    return archive


def pack(folder: Path, archive: Path, epoch: int) -> None:
    """Write the folder's files into a tar.gz that says nothing of this machine: names in order, one owner, one date."""
    with archive.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=epoch) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                entry = tarfile.TarInfo(f"milia-guide/{path.relative_to(folder).as_posix()}")
                entry.size, entry.mtime, entry.mode = path.stat().st_size, epoch, 0o644
                tar.addfile(entry, path.open("rb"))


def git(*command: str) -> str:
    """Return what git says, "" where it fails."""
    done = subprocess.run(["git", *command], capture_output=True, text=True, env={**os.environ, "TZ": "UTC"})
    return "" if done.returncode else done.stdout.strip()

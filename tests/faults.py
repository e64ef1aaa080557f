"""Faults to put into a copy of the project: `python -m tests.faults` puts each in and prints what is said of it."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from milia_guide.data import Refused
from milia_guide.guide import all_problems, read_guide

def replace(path: Path, old: str, new: str) -> str:
    """Put a fault into a file; return the file's text as it was."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text


def put_in(file: Path, old: str | bytes | None, new: str | bytes | None) -> Callable[[], None]:
    """Put a fault into a file, and return what takes it out again; `old` None: the whole file, `new` None: no file."""
    was, times = (file.read_bytes(), file.stat()) if file.exists() else (None, None)
    if isinstance(old, bytes):
        assert old in was
        file.write_bytes(was.replace(old, new, 1))
    elif old is not None:
        replace(file, old, new)
    elif new is not None:
        file.write_text(new, encoding="utf-8")
    else:
        file.unlink()

    def mend() -> None:
        if was is None:
            return file.unlink()
        file.write_bytes(was)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # so that nothing is read again for nothing

    return mend


def problems() -> list[str]:
    """Return what `check` would print, for the project in the current folder."""
    try:
        return all_problems(read_guide())
    except Refused as error:
        return error.message.splitlines()


def line_of(path: Path, words: str) -> int:
    """Return the number of the first line that begins with the words, or holds them."""
    if not words:
        return 0
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if line.startswith(words)]
    found += [number for number, line in enumerate(lines, 1) if words in line]
    return found[0]


def main() -> None:
    from tests.conftest import copy_project

    refused = 0
    with tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        os.chdir(folder)
        for name, (_, file, old, new, *_) in FAULTS.items():
            mend = put_in(Path(file), old, new)
            said = problems()
            mend()
            refused += bool(said)
            print(f"{name}\n    " + ("\n    ".join(said) or "NOT REFUSED"))
        os.chdir("/")
    print(f"{len(FAULTS)} faults, {refused} refused.")


if __name__ == "__main__":
    main()

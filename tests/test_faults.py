"""Bad input: each fault is refused with one message that says where and what to do, and its mending is accepted."""

from pathlib import Path

import pytest

from tests.conftest import copy_project
from tests.faults import FAULTS, line_of, problems, put_in


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    copy_project(folder)
    return folder


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.replace(" ", "-"))
def test_a_fault_is_refused_and_its_mending_accepted(copy: Path, fault: str, monkeypatch) -> None:
    at, file, old, new, message, *more = FAULTS[fault]
    monkeypatch.chdir(copy)
    assert problems() == []
    named = Path(message.split(":")[0])
    before = line_of(named, at) if at and named.is_file() and "LINE" in message and holds(named, at) else 0
    mend = put_in(Path(file), old, new)
    try:
        line = before or (line_of(named, at) if "LINE" in message else 0)
        said = problems()
    finally:
        mend()
    wanted = [message.replace("LINE", str(line)), *more]
    assert [complaint for complaint in said if wanted[0] in complaint], said
    assert [complaint for complaint in said if not any(each in complaint for each in wanted)] == []
    assert all(": " in complaint and complaint.rstrip().endswith((".", "}", "/", "]")) for complaint in said), said
    assert problems() == []


def holds(path: Path, words: str) -> bool:
    return words in path.read_text(encoding="utf-8")


def test_there_are_many_faults() -> None:
    assert len(FAULTS) >= 70


@pytest.mark.parametrize("change", [b"\xef\xbb\xbf", b"\r\n"], ids=["a byte order mark", "line ends of Windows"])
def test_what_other_editors_write_is_accepted(copy: Path, change: bytes, monkeypatch) -> None:
    monkeypatch.chdir(copy)
    page = Path("docs/about.md")
    mend = put_in(page, b"---\n", b"---\n")
    text = page.read_bytes()
    page.write_bytes(change + text if change[:1] != b"\r" else text.replace(b"\n", change))
    said = problems()
    mend()
    assert said == []

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.document import storage
from app.document.journal import Journal
from app.document.journal_records import About
from app.document.left_behind import Found, find_left_behind, is_open_elsewhere
from app.document.manuscript import WRITER, Edit, Manuscript

HELLO = Manuscript.of_one("Hello")
OPEN = """
import sys, time
from pathlib import Path
from app.document.journal import Journal
from app.document.journal_records import About
from app.document.manuscript import Edit, Manuscript
journal = Journal.begin(Path(sys.argv[1]), About(Path(sys.argv[2])), Manuscript.of_one("Hello"))
journal.append([Edit(5, 0, Manuscript.of_one(", world"))])
print(journal.file, flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journals"


@contextmanager
def open_in_another_process(folder: Path, path: Path) -> Iterator[Path]:
    """Have another process open a document; it is killed in the end. Yields its journal."""
    command = [sys.executable, "-c", OPEN, folder, path]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    with process:
        assert process.stdout is not None
        try:
            yield Path(process.stdout.readline().strip())
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL


def left(folder: Path, text: str, about: About | None = None) -> Path:
    journal = Journal.begin(folder, about or About(), HELLO)
    journal.append([Edit(5, 0, Manuscript.of_one(text, WRITER))])
    journal.leave()
    return journal.file


def test_what_a_dead_process_left_is_found(folder: Path, tmp_path: Path) -> None:
    with open_in_another_process(folder, tmp_path / "one.md") as file:
        assert find_left_behind(folder) == Found()
    (found,) = find_left_behind(folder).documents
    assert (found.file, found.about.path) == (file, tmp_path / "one.md")
    assert (found.base.text, found.manuscript.text) == ("Hello", "Hello, world")
    assert abs((datetime.now(UTC) - found.changed_at).total_seconds()) < 60
    assert not found.is_damaged
    assert list(folder.iterdir()) == [file]
    found.discard()
    assert find_left_behind(folder) == Found()


def test_nothing_is_found_where_nothing_ever_was(folder: Path) -> None:
    assert find_left_behind(folder) == Found()


def test_what_has_no_changes_is_deleted(folder: Path) -> None:
    journal = Journal.begin(folder, About(), HELLO)
    journal.append([Edit(0, 0, Manuscript.of_one("x")), Edit(0, 1, Manuscript())])
    journal.leave()
    assert find_left_behind(folder) == Found()
    assert list(folder.iterdir()) == []


def test_what_changed_last_comes_first(folder: Path) -> None:
    for age, text in ((20, "old"), (0, "new"), (40, "older")):
        file = left(folder, text)
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    found = find_left_behind(folder).documents
    assert [document.manuscript.text[5:] for document in found] == ["new", "old", "older"]


def test_a_journal_is_read_up_to_its_damage(folder: Path) -> None:
    journal = Journal.begin(folder, About(), HELLO)
    journal.append([Edit(5, 0, Manuscript.of_one(", world"))])
    end = journal.file.stat().st_size
    journal.append([Edit(0, 5, Manuscript.of_one("Goodbye"))])
    journal.leave()
    content = bytearray(journal.file.read_bytes())
    content[end + 12] ^= 4
    journal.file.write_bytes(content)
    (found,) = find_left_behind(folder).documents
    assert found.manuscript.text == "Hello, world"
    assert found.is_damaged
    assert journal.file.exists()


@pytest.mark.parametrize("byte", [3, 30, -2], ids=["the magic line", "the head", "the only edit"])
def test_what_cannot_be_read_is_set_aside(folder: Path, byte: int) -> None:
    file, other = left(folder, "first"), left(folder, "second")
    content = bytearray(file.read_bytes())
    content[byte] ^= 4
    file.write_bytes(content)
    found = find_left_behind(folder)
    (aside,) = found.unreadable
    assert aside.read_bytes() == content
    assert [document.file for document in found.documents] == [other]
    assert set(folder.iterdir()) == {aside, other}
    assert find_left_behind(folder).unreadable == ()


def test_what_was_never_finished_is_cleared_away(folder: Path) -> None:
    file = left(folder, "text")
    file.with_suffix(".new").write_text("half a comp")
    (folder / "0123.new").write_text("half a journ")
    (folder / "4567.lock").touch()
    assert [document.file for document in find_left_behind(folder).documents] == [file]
    assert list(folder.iterdir()) == [file]


@pytest.mark.parametrize(
    ("content", "is_saved"), [(b"Hello there", True), (b"Hello", False), (b"\xff", False), (None, False)]
)
def test_what_was_saved_before_the_process_died_is_known(
    folder: Path, tmp_path: Path, content: bytes | None, is_saved: bool
) -> None:
    path = tmp_path / "one.md"
    left(folder, " there", About(path))
    if content is not None:
        path.write_bytes(content)
    (found,) = find_left_behind(folder).documents
    assert found.digest_if_saved() == (storage.digest(b"Hello there") if is_saved else None)


def test_what_has_no_file_was_not_saved(folder: Path) -> None:
    left(folder, " there")
    (found,) = find_left_behind(folder).documents
    assert found.digest_if_saved() is None


def test_a_file_is_open_elsewhere_by_any_name(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.md"
    path.touch()
    (tmp_path / "link.md").symlink_to(path)
    (tmp_path / "folder").mkdir()
    names = [path, tmp_path / "link.md", tmp_path / "folder" / ".." / "one.md"]
    own = Journal.begin(folder, About(path), HELLO)
    assert not any(is_open_elsewhere(folder, name, own) for name in names)
    assert all(is_open_elsewhere(folder, name, None) for name in names)
    with open_in_another_process(folder, tmp_path / "link.md"):
        assert all(is_open_elsewhere(folder, name, own) for name in names)
        assert not is_open_elsewhere(folder, tmp_path / "two.md", own)
    assert not any(is_open_elsewhere(folder, name, own) for name in names)
    own.end()


def test_one_window_in_this_process_is_another(folder: Path, tmp_path: Path) -> None:
    first, second = (Journal.begin(folder, About(tmp_path / "one.md"), HELLO) for _ in range(2))
    assert is_open_elsewhere(folder, tmp_path / "one.md", first)
    second.end()
    assert not is_open_elsewhere(folder, tmp_path / "one.md", first)
    first.end()

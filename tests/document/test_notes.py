"""Notes on their way to the disk and back."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.damage import DamagedError
from app.document.document import Document, open_document
from app.document.history import History
from app.document.left_behind import find_left_behind
from app.document.manuscript import WRITER, Author, Edit, Manuscript, Source
from app.document.notes import Entry, Notes, read_notes, write_notes
from app.document.recovery import find_unsaved
from app.document.storage import TextFormat
from app.paths import Paths

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOTES = Notes(
    "It is 1890.", "It rains.", (Entry("Anna", ("Miss Grey",), "She keeps the light."),), "Grey sea."
)
ENTRIES = st.builds(Entry, st.text(), st.lists(st.text()).map(tuple), st.text())
ANY = st.builds(Notes, st.text(), st.text(), st.lists(ENTRIES).map(tuple), st.text())


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path / "data")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text("Once.")
    return path


def save(document: Document, path: Path, text: str = "Once more.") -> None:
    assert document.save(path, Manuscript.of_one(text), TextFormat(), NOW) == []


@given(notes=ANY)
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, notes: Notes) -> None:
    path = tmp_path_factory.mktemp("notes") / "notes.json"
    write_notes(path, notes)
    assert read_notes(path) == notes


def test_where_there_is_no_file_there_are_no_notes(tmp_path: Path) -> None:
    assert read_notes(tmp_path / "notes.json") == Notes()
    assert not Notes()
    assert Notes(author_note="It rains.")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b'{"format":1,"memory":3,"checksum":"0"}'])
def test_something_else_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.json"
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        read_notes(path)


def test_notes_are_kept_before_the_file_is_saved_and_opened_with_it(paths: Paths, story: Path) -> None:
    open_document(paths, story).document.keep_notes(NOTES)
    assert open_document(paths, story).notes == NOTES


def test_a_file_that_is_renamed_takes_its_notes_along(paths: Paths, story: Path) -> None:
    open_document(paths, story).document.keep_notes(NOTES)
    other = story.rename(story.with_name("other.md"))
    assert open_document(paths, other).notes == NOTES


def test_saving_elsewhere_takes_the_notes_along(paths: Paths, story: Path) -> None:
    document = open_document(paths, story).document
    document.keep_notes(NOTES)
    other = story.with_name("other.md")
    save(document, other)
    document.keep_notes(Notes("Changed."))
    assert open_document(paths, other).notes == Notes("Changed.")
    assert open_document(paths, story).notes == NOTES
    document.end()


def test_notes_of_a_text_without_a_file_go_to_it_with_the_first_save(paths: Paths, story: Path) -> None:
    document = Document.untitled(paths)
    document.keep_notes(NOTES)
    save(document, story)
    assert open_document(paths, story).notes == NOTES
    assert not list(paths.journals.glob("*.notes"))
    document.end()
    assert not list(paths.journals.iterdir())


def test_notes_of_a_text_without_a_file_are_left_behind_with_it(paths: Paths) -> None:
    document = Document.untitled(paths)
    document.keep_notes(NOTES)
    document.leave()
    (left,) = find_left_behind(paths.journals).documents
    assert (left.notes, left.manuscript.text) == (NOTES, "")
    left.discard()
    assert not list(paths.journals.iterdir())


def test_a_text_that_nobody_wants_takes_its_notes_along(paths: Paths) -> None:
    document = Document.untitled(paths)
    document.keep_notes(NOTES)
    document.end()
    assert not list(paths.journals.iterdir())


def test_what_is_left_behind_of_a_file_has_the_notes_of_the_file(paths: Paths, story: Path) -> None:
    document = open_document(paths, story).document
    document.keep_notes(NOTES)
    document.record([Edit(0, 0, Manuscript.of_one("Now. "))])
    document.leave()
    (left,) = find_unsaved(paths, NOW).documents
    assert left.notes == NOTES


def test_damaged_notes_are_set_aside_and_the_file_is_opened(paths: Paths, story: Path) -> None:
    document = open_document(paths, story).document
    document.keep_notes(NOTES)
    file = History(paths.history, story).folder / "notes.json"
    file.write_bytes(file.read_bytes()[:-9])
    opened = open_document(paths, story)
    assert opened.notes == Notes()
    assert opened.unreadable_notes == file.with_name("notes.json.broken")
    assert opened.unreadable_notes.exists()
    assert opened.manuscript.text == "Once."


def test_damaged_notes_beside_a_journal_are_told_of(paths: Paths) -> None:
    document = Document.untitled(paths)
    document.keep_notes(NOTES)
    document.leave()
    (file,) = paths.journals.glob("*.notes")
    file.write_bytes(b"{}")
    found = find_left_behind(paths.journals)
    assert found.documents == ()
    (aside,) = found.unreadable
    assert aside.name.endswith(".notes.broken")


def test_notes_that_could_not_be_kept_are_kept_with_the_next_save(paths: Paths, story: Path) -> None:
    document = open_document(paths, story).document
    paths.history.mkdir(parents=True, exist_ok=True)
    folder = History(paths.history, story).folder
    folder.write_text("in the way")
    with pytest.raises(OSError, match=r"."):
        document.keep_notes(NOTES)
    folder.unlink()
    save(document, story)
    assert open_document(paths, story).notes == NOTES
    document.end()


def test_notes_that_could_not_follow_a_first_save_stay_beside_the_journal(paths: Paths, story: Path) -> None:
    document = Document.untitled(paths)
    document.keep_notes(NOTES)
    paths.history.mkdir(parents=True, exist_ok=True)
    History(paths.history, story).folder.write_text("in the way")
    assert document.save(story, Manuscript.of_one("Once more."), TextFormat(), NOW)  # the text alone is safe
    document.record([Edit(0, 0, Manuscript.of_one("Now. "))])
    document.leave()
    (left,) = find_unsaved(paths, NOW).documents
    assert (left.about.path, left.notes) == (story, NOTES)


def test_notes_that_are_emptied_are_empty(paths: Paths, story: Path) -> None:
    document = open_document(paths, story).document
    document.keep_notes(NOTES)
    document.keep_notes(Notes())
    assert open_document(paths, story).notes == Notes()


DYING = """
import os, signal, sys
from pathlib import Path
from app.document.document import Document, open_document
from app.document.notes import Notes
from app.paths import Paths
paths, file = Paths.under(Path(sys.argv[1])), sys.argv[2]
document = open_document(paths, Path(file)).document if file else Document.untitled(paths)
document.keep_notes(Notes("It is 1890."))
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


@pytest.mark.parametrize("has_file", [True, False])
def test_notes_outlive_a_program_that_is_killed(
    tmp_path: Path, paths: Paths, story: Path, has_file: bool
) -> None:
    command = [sys.executable, "-c", DYING, str(tmp_path / "data"), str(story) if has_file else ""]
    assert subprocess.run(command, cwd=ROOT, timeout=120).returncode != 0
    if has_file:
        assert open_document(paths, story).notes == Notes("It is 1890.")
    else:
        (left,) = find_unsaved(paths, NOW).documents
        assert left.notes == Notes("It is 1890.")


def test_notes_that_a_save_would_write_over_are_set_down_as_a_text_first(paths: Paths, story: Path) -> None:
    other = story.with_name("other.md")
    other.write_text("Twice.")
    open_document(paths, other).document.keep_notes(NOTES)
    document = open_document(paths, story).document
    document.keep_notes(Notes("Mine."))
    assert document.replaced_notes is None
    save(document, other)
    assert open_document(paths, other).notes == Notes("Mine.")
    assert document.replaced_notes is not None
    text = document.replaced_notes.read_text(encoding="utf-8")
    for words in ("It is 1890.", "It rains.", "Anna, Miss Grey\nShe keeps the light.", "Grey sea."):
        assert words in text
    document.replaced_notes = None
    document.keep_notes(Notes("Changed."))
    assert document.replaced_notes is None  # those were its own
    document.end()


def test_a_text_without_notes_loses_none_of_the_file_that_it_is_saved_over(paths: Paths, story: Path) -> None:
    open_document(paths, story).document.keep_notes(NOTES)
    document = Document.untitled(paths)
    save(document, story)
    assert open_document(paths, story).notes == Notes()
    assert document.replaced_notes is not None
    assert "It is 1890." in document.replaced_notes.read_text(encoding="utf-8")
    document.end()


def test_of_two_windows_with_one_file_neither_loses_its_notes(paths: Paths, story: Path) -> None:
    first, second = open_document(paths, story).document, open_document(paths, story).document
    texts = []
    for document, memory in ((first, "One."), (second, "Two."), (second, "Three."), (first, "Four.")):
        document.replaced_notes = None
        document.keep_notes(Notes(memory))
        texts.append(document.replaced_notes and document.replaced_notes.read_text(encoding="utf-8"))
    assert texts == [None, "Memory\nOne.\n", None, "Memory\nThree.\n"]
    assert open_document(paths, story).notes == Notes("Four.")


def test_notes_that_cannot_be_read_are_told_of_and_cost_nothing_else(paths: Paths, story: Path) -> None:
    document = open_document(paths, story).document
    written = Manuscript.of("Once more.", ((4, WRITER), (6, Source(Author.CONTINUATION, "a model"))))
    assert document.save(story, written, TextFormat(), NOW) == []
    document.end()
    file = History(paths.history, story).folder / "notes.json"
    file.mkdir()
    opened = open_document(paths, story)
    assert (opened.notes, opened.unreadable_notes) == (Notes(), file)
    assert opened.manuscript == written


def test_notes_beside_a_damaged_journal_come_back(paths: Paths) -> None:
    document = Document.untitled(paths)
    document.keep_notes(NOTES)
    document.leave()
    (journal,) = paths.journals.glob("*.journal")
    journal.write_bytes(b"something else")
    found = find_left_behind(paths.journals)
    assert [aside.name for aside in found.unreadable] == [f"{journal.name}.broken"]
    (left,) = found.documents
    assert (left.notes, left.manuscript, left.about.path) == (NOTES, Manuscript(), None)
    assert find_left_behind(paths.journals).documents == (left,)  # until the writer chooses
    left.discard()
    assert find_left_behind(paths.journals).documents == ()


def test_notes_that_no_file_took_are_kept_once_it_does(paths: Paths, story: Path) -> None:
    document = open_document(paths, story).document
    document.record([])
    paths.history.mkdir(parents=True, exist_ok=True)
    folder = History(paths.history, story).folder
    folder.write_text("in the way")
    with pytest.raises(OSError, match=r"."):
        document.keep_notes(NOTES)
    document.end()
    folder.unlink()
    assert find_unsaved(paths, NOW).documents == ()
    assert open_document(paths, story).notes == NOTES
    assert not list(paths.journals.iterdir())

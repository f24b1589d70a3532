import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.document.document import (
    FOUND,
    NOT_TEXT,
    ON_PAGE,
    ChangedElsewhereError,
    Document,
    OnDisk,
    open_document,
)
from app.document.history import History
from app.document.left_behind import find_left_behind
from app.document.manuscript import EARLIER, WRITER, Author, Edit, Manuscript, Source
from app.document.recovery import find_unsaved
from app.document.storage import TextFormat
from app.errors import InklingError
from app.paths import Paths

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
MODEL = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path / "inkling")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_bytes(b"Once.\r\n")
    return path


def versions(paths: Paths, path: Path) -> list[tuple[str, str]]:
    """Return text and note of each version, the oldest first."""
    kept = History(paths.history, path).versions
    return [(kept.load(one).text, one.note) for one in reversed(kept.generations())]


def typed(text: str, position: int = 0) -> list[Edit]:
    return [Edit(position, 0, Manuscript.of_one(text, WRITER))]


def test_a_new_text_has_no_name_and_its_words_are_kept_at_once(paths: Paths) -> None:
    document = Document.untitled(paths)
    assert (document.name, document.path) == ("", None)
    assert document.find().state is OnDisk.GONE
    document.record(typed("Hello"))
    document.leave()
    (left,) = find_left_behind(paths.journals).documents
    assert (left.about.path, left.manuscript) == (None, Manuscript.of_one("Hello", WRITER))


def test_who_died_right_behind_a_save_has_nothing_unsaved(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    document.record(typed("X"))
    path.write_bytes(b"XOnce.\r\n")  # as a save would, just before its version is kept
    document.leave()
    assert find_unsaved(paths, NOW).documents == ()
    assert versions(paths, path) == [("XOnce.\n", "")]
    assert find_left_behind(paths.journals).documents == ()


def test_what_was_saved_or_given_up_is_not_offered(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    document.record(typed("X"))
    document.save(path, Manuscript.of_one("XOnce.\n"), document.format, NOW)
    document.leave()
    given_up = Document.untitled(paths)
    given_up.record(typed("X"))
    given_up.end()
    assert find_left_behind(paths.journals).documents == ()


def test_a_save_keeps_format_version_and_authors(paths: Paths, path: Path) -> None:
    opened = open_document(paths, path)
    assert opened.manuscript == Manuscript.of_one("Once.\n", EARLIER)
    assert opened.document.format == TextFormat(newline="\r\n")
    written = Manuscript.of("Once more.\n", [(4, EARLIER), (5, MODEL), (2, EARLIER)])
    assert opened.document.save(path, written, opened.document.format, NOW) == []
    assert path.read_bytes() == b"Once more.\r\n"
    assert versions(paths, path) == [("Once.\n", FOUND), ("Once more.\n", "")]
    assert open_document(paths, path).manuscript == written


def test_authors_of_what_others_left_alone_stay(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    written = Manuscript.of("Mine here.\nTheirs.\n", [(11, MODEL), (8, WRITER)])
    document.save(path, written, TextFormat(), NOW)
    path.write_text("Mine here.\nOthers wrote this.\n")
    assert open_document(paths, path).manuscript.runs[0] == (11, MODEL)


def test_a_file_that_others_changed_is_not_written_over(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    before = path.stat()
    path.write_bytes(b"Othe.\r\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    mine = Manuscript.of_one("Mine.\n", WRITER)
    with pytest.raises(ChangedElsewhereError) as caught:
        document.save(path, mine, document.format, NOW)
    assert path.read_bytes() == b"Othe.\r\n"
    assert caught.value.finding.file.text == "Othe.\n"
    path.write_bytes(b"Again.\r\n")
    with pytest.raises(ChangedElsewhereError):  # what the writer let go of was something else
        document.save(path, mine, document.format, NOW, caught.value.finding.digest)
    document.save(path, mine, document.format, NOW, document.find().digest)
    assert path.read_bytes() == b"Mine.\r\n"
    assert ("Again.\n", FOUND) in versions(paths, path)


def test_taking_the_others_text_keeps_both(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    document.record(typed("X"))
    path.write_bytes(b"Theirs.\n")
    theirs = document.keep_both(Manuscript.of("XOnce.\n", [(1, WRITER), (6, EARLIER)]), document.find(), NOW)
    assert theirs == Manuscript.of_one("Theirs.\n", EARLIER)
    document.adopt(document.find(), theirs)
    assert document.find().state is OnDisk.UNCHANGED
    assert document.format == TextFormat()
    assert versions(paths, path) == [("XOnce.\n", ON_PAGE), ("Theirs.\n", FOUND)]
    document.record(typed("Y"))
    document.leave()
    (left,) = find_left_behind(paths.journals).documents
    assert (left.base.text, left.manuscript.text) == ("Theirs.\n", "YTheirs.\n")


def test_notices_what_others_did_to_the_file(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    assert document.find().state is OnDisk.UNCHANGED
    path.write_bytes(b"Twice\r\n")
    assert document.find().state is OnDisk.CHANGED
    path.write_bytes(b"\0")
    assert (document.find().state, document.find().digest) == (OnDisk.CHANGED, NOT_TEXT)
    path.write_bytes(b"Once.\r\n")
    assert document.find().state is OnDisk.UNCHANGED
    path.unlink()
    assert document.find().state is OnDisk.GONE


def test_a_file_that_is_gone_is_written_anew(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    path.unlink()
    document.save(path, Manuscript.of_one("Mine.\n"), document.format, NOW)
    assert path.read_bytes() == b"Mine.\r\n"


def test_saving_under_another_name_keeps_what_stood_there(paths: Paths, path: Path, tmp_path: Path) -> None:
    document = open_document(paths, path).document
    other = tmp_path / "other.md"
    other.write_text("Something else.\n")
    document.save(other, Manuscript.of_one("Once.\n"), TextFormat(), NOW)
    assert document.path == other
    assert versions(paths, other) == [("Something else.\n", FOUND), ("Once.\n", "")]
    assert versions(paths, path) == []


def test_a_second_window_is_told(paths: Paths, path: Path) -> None:
    first = open_document(paths, path)
    assert not first.is_open_elsewhere
    first.document.record([])
    assert open_document(paths, path).is_open_elsewhere
    assert not first.document.is_open_elsewhere()
    first.document.end()
    assert not open_document(paths, path).is_open_elsewhere


def test_a_full_state_folder_hinders_no_save_and_is_told(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    paths.state.parent.mkdir(parents=True)
    paths.state.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="state"):
        document.record(typed("X"))
    assert document.save(path, Manuscript.of_one("XOnce.\n"), document.format, NOW) == []
    assert path.read_bytes() == b"XOnce.\r\n"
    paths.state.unlink()
    document.record(typed("Y"))
    document.leave()
    (left,) = find_left_behind(paths.journals).documents
    assert (left.base.text, left.manuscript.text) == ("XOnce.\n", "YXOnce.\n")


def test_a_version_that_cannot_be_kept_is_told_behind_the_save(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    paths.data.parent.mkdir(parents=True)
    paths.data.write_text("a file where the folder should be")
    problems = document.save(path, Manuscript.of_one("Mine.\n"), document.format, NOW)
    assert problems
    assert path.read_bytes() == b"Mine.\r\n"


def test_a_file_is_opened_even_where_its_history_cannot_be_read(paths: Paths, path: Path) -> None:
    open_document(paths, path).document.save(path, Manuscript.of_one("Mine.\n", WRITER), TextFormat(), NOW)
    sidecar = History(paths.history, path).folder / "provenance.json"
    sidecar.unlink()
    sidecar.mkdir()
    assert open_document(paths, path).manuscript.text == "Mine.\n"


def test_a_full_data_folder_does_not_bring_back_what_was_saved(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    document.record(typed("X"))
    path.write_bytes(b"XOnce.\r\n")
    document.leave()
    paths.data.write_text("a file where the folder should be")
    assert find_unsaved(paths, NOW).documents == ()


def test_what_was_recorded_and_not_taken_is_brought_along(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    paths.state.parent.mkdir(parents=True)
    paths.state.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="state"):
        document.record(typed("X"))
    paths.state.unlink()
    document.record(typed("Y", 1))
    document.leave()
    (left,) = find_left_behind(paths.journals).documents
    assert left.manuscript.text == "XYOnce.\n"


def test_only_a_text_can_be_taken(paths: Paths, path: Path) -> None:
    document = open_document(paths, path).document
    path.write_bytes(b"\0")
    with pytest.raises(InklingError, match="not a text"):
        document.keep_both(Manuscript(), document.find(), NOW + timedelta(hours=1))

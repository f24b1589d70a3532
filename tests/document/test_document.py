from pathlib import Path

import pytest

from app.document.document import Document, OnDisk
from app.document.storage import TextFormat, load


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_bytes(b"Once.\r\n")
    return path


def test_a_new_text_has_no_name_and_nothing_to_lose() -> None:
    document = Document()
    assert document.name == ""
    assert document.is_saved
    assert document.on_disk() is OnDisk.GONE


def test_edits_make_it_unsaved_and_a_save_makes_it_saved(path: Path) -> None:
    document = Document(path, load(path))
    document.edited()
    assert not document.is_saved
    document.saved(path, "digest")
    assert document.is_saved


def test_undo_leads_back_to_the_saved_text_at_a_new_revision(path: Path) -> None:
    document = Document(path, load(path))
    document.edited()
    document.edited()
    document.returned_to_saved_text()
    assert document.is_saved
    assert document.revision == 2
    document.edited()
    assert not document.is_saved


def test_the_files_format_is_kept(path: Path) -> None:
    assert Document(path, load(path)).format == TextFormat(newline="\r\n")


def test_notices_what_others_did_to_the_file(path: Path) -> None:
    document = Document(path, load(path))
    assert document.on_disk() is OnDisk.UNCHANGED
    path.write_bytes(b"Twice\r\n")
    assert document.on_disk() is OnDisk.CHANGED
    path.write_bytes(b"\0")
    assert document.on_disk() is OnDisk.CHANGED
    path.write_bytes(b"Once.\r\n")
    assert document.on_disk() is OnDisk.UNCHANGED
    path.unlink()
    assert document.on_disk() is OnDisk.GONE

"""The commands around the document, at the real window: versions, statistics, who wrote what."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPushButton

from app.document.manuscript import WRITER, Author
from app.engines.scripted import ScriptedEngine
from tests.ui.conftest import KEY, Sit, Writer
from ui.dialogs.versions import VersionsWindow


def authors(writer: Writer) -> list[tuple[str, Author]]:
    manuscript = writer.inkling.manuscript.take()
    begin, found = 0, []
    for length, source in manuscript.runs:
        found.append((manuscript.text[begin : begin + length], source.author))
        begin += length
    return found


def test_a_version_is_restored_as_one_step(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = sit_down(file=story)
    writer.place_caret(5)
    for words in (" Twice.", " Thrice."):
        writer.type(words)
        writer.save()
    writer.inkling.actions["versions"].trigger()
    window = writer.inkling.window.findChild(VersionsWindow)
    versions = window.findChild(QListWidget)
    restore = next(b for b in window.findChildren(QPushButton) if b.text() == "Restore")
    writer.wait_for(lambda: versions.count() > 0 and restore.isEnabled())
    versions.setCurrentRow(versions.count() - 1)  # the oldest
    writer.settle()
    writer.wait_for(restore.isEnabled)
    writer.qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert writer.text == "Once."
    assert story.read_text() == "Once. Twice. Thrice."
    writer.page.undo()
    assert writer.text == "Once. Twice. Thrice."
    assert not writer.page.document().isModified()


def test_a_text_without_a_file_has_no_versions_yet(sit_down: Sit) -> None:
    writer = sit_down()
    writer.inkling.actions["versions"].trigger()
    assert "Each save keeps a version" in writer.said()


def test_who_wrote_what_survives_saving_and_opening(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Earlier.")
    writer = sit_down(ScriptedEngine([" it", " snowed"]), file=story)
    writer.place_caret(8)
    writer.type(" Then")
    writer.continue_text()
    writer.wait_for_stream()
    expected = [
        ("Earlier.", Author.EARLIER),
        (" Then", Author.WRITER),
        (" it snowed", Author.CONTINUATION),
    ]
    assert authors(writer) == expected
    writer.save()
    assert story.read_text() == "Earlier. Then it snowed"
    writer.open(story)
    assert authors(writer) == expected
    assert writer.inkling.manuscript.take().runs[1][1] == WRITER


def test_the_tint_is_switched_by_its_command(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    writer.paste_all("Earlier words.")
    assert writer.page.extraSelections() == []
    writer.press(KEY.Key_W, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    writer.wait_for(lambda: writer.page.extraSelections() != [])
    assert writer.inkling.actions["provenance"].isChecked()
    writer.inkling.actions["provenance"].trigger()
    assert writer.page.extraSelections() == []


def test_the_statistics_open(sit_down: Sit) -> None:
    writer = sit_down()
    writer.type("Three little words")
    writer.inkling.actions["statistics"].trigger()
    assert writer.inkling.documents.statistics.isVisible()

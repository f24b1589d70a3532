"""Notes at the real window, with keys and mouse."""

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QPushButton, QWidget

from app.document.history import History
from app.document.notes import Entry, Notes
from app.engines.prompts import FittedPassage, Passage, Prompt, as_passages, as_text
from app.engines.protocols import Prefilled
from app.engines.scripted import ScriptedEngine
from app.paths import Paths
from app.settings import GHOST
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.test_recovery import leave, offer, press
from ui.controllers.notes_controller import LONGEST_MS
from ui.panels.entries_editor import EntriesEditor
from ui.panels.notes_panel import NotesPanel

NOTES = Notes("It is 1890.", "It rains.", (Entry("Anna", ("Miss Grey",), "She is tall."),), "A grey sea.")


class Reader(ScriptedEngine):
    """Notes which prompts it was asked to read."""

    def __init__(self) -> None:
        super().__init__((" on",) * 3)
        self.read: list[Prompt] = []

    def prefill(self, prompt: Prompt) -> Generator[Prefilled, None, bool]:
        self.read.append(prompt)
        return (yield from super().prefill(prompt))


class Small(ScriptedEngine):
    """Has room for three words of notes."""

    def fit(self, prompt: Prompt) -> list[FittedPassage]:
        return [self._three(one) if one.kind != "text" else one_of(one) for one in as_passages(prompt)]

    def _three(self, passage: Passage) -> FittedPassage:
        words = passage.text.split()
        return FittedPassage(passage, " ".join(words[:3]), len(words[:3]), len(words[3:]))


def one_of(passage: Passage) -> FittedPassage:
    return FittedPassage(passage, passage.text, len(passage.text.split()), 0)


def notes_panel(writer: Writer) -> NotesPanel:
    return writer.inkling.causal_tools.steering.notes_panel


def kept(writer: Writer) -> Notes:
    return writer.inkling.documents.notes.notes


def key(writer: Writer, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    writer.qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def write(writer: Writer, text: str) -> None:
    """Type where the keyboard is."""
    writer.qtbot.keyClicks(QApplication.focusWidget(), text)


def tab_to(writer: Writer, widget: QWidget) -> None:
    """Walk there as the keyboard does."""
    for _ in range(20):
        if QApplication.focusWidget() is widget:
            return
        key(writer, KEY.Key_Tab)
    raise AssertionError("Tab does not lead there")


def click(writer: Writer, label: str) -> None:
    buttons = notes_panel(writer).findChildren(QPushButton)
    button = next(button for button in buttons if button.text().replace("&", "") == label)
    writer.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def open_story(sit_down: Sit, story: Path) -> Writer:
    writer = sit_down(file=story)
    writer.wait_for(lambda: writer.text)
    return writer


def open_notes(writer: Writer) -> None:
    writer.press(KEY.Key_F9)
    assert writer.inkling.panels.shown == "notes"


def note(writer: Writer, notes: Notes) -> None:
    """Write notes as the panel does."""
    notes_panel(writer).show_notes(notes)
    notes_panel(writer).edited.emit()


@pytest.fixture
def engine() -> Reader:
    return Reader()


@pytest.fixture
def writer(sit_down: Sit, engine: Reader) -> Writer:
    writer = sit_down(engine)
    writer.inkling.settings.change(GHOST, False)
    return writer


def test_f9_opens_the_notes_and_closes_them(writer: Writer) -> None:
    open_notes(writer)
    assert writer.inkling.actions["notes"].isChecked()
    assert QApplication.focusWidget() is notes_panel(writer).memory.edit
    key(writer, KEY.Key_F9)
    assert writer.inkling.panels.shown == ""
    assert not writer.inkling.actions["notes"].isChecked()
    assert writer.page.hasFocus()


def test_every_note_is_written_with_the_keyboard_alone(writer: Writer) -> None:
    panel = notes_panel(writer)
    open_notes(writer)
    write(writer, "It is 1890.")
    key(writer, KEY.Key_Tab)
    write(writer, "It rains.")
    add = next(b for b in panel.findChildren(QPushButton) if b.text() == "A&dd")
    tab_to(writer, add)
    key(writer, KEY.Key_Space)
    write(writer, "Anna")
    key(writer, KEY.Key_Tab)
    write(writer, "Miss Grey, the girl,")
    key(writer, KEY.Key_Tab)
    write(writer, "She is tall.")
    tab_to(writer, panel.style_sample.edit)
    write(writer, "A grey sea.")
    entry = Entry("Anna", ("Miss Grey", "the girl"), "She is tall.")
    assert kept(writer) == Notes("It is 1890.", "It rains.", (entry,), "A grey sea.")


def test_undo_stays_in_the_field(writer: Writer) -> None:
    writer.type("Once")
    open_notes(writer)
    write(writer, "It is 1890.")
    key(writer, KEY.Key_Z, CTRL)
    assert kept(writer).memory != "It is 1890."
    assert writer.text == "Once"


def test_continue_reads_the_notes(writer: Writer, engine: Reader) -> None:
    note(writer, NOTES)
    writer.type("Anna")
    writer.continue_text()
    writer.wait_for_stream()
    assert engine.prompts == ["A grey sea.\n\nIt is 1890.\n\nShe is tall.\n\nIt rains.\n\nAnna"]
    assert writer.text == "Anna on on on"


def test_notes_alone_are_enough_to_begin_with(writer: Writer, engine: Reader) -> None:
    note(writer, Notes(memory="It is 1890."))
    writer.continue_text()
    writer.wait_for_stream()
    assert engine.prompts == ["It is 1890.\n\n"]
    assert writer.text == "on on on"


def test_a_changed_note_is_read_while_the_writer_rests(writer: Writer, engine: Reader) -> None:
    writer.type("Once")
    writer.wait_for(lambda: engine.read)
    open_notes(writer)
    write(writer, "It is 1890.")
    writer.wait_for(lambda: as_text(engine.read[-1]) == "It is 1890.\n\nOnce")


def test_beside_each_note_stands_how_much_of_it_is_read(writer: Writer) -> None:
    writer.type("Anna")
    note(writer, NOTES)
    open_notes(writer)
    panel = notes_panel(writer)
    writer.wait_for(lambda: panel.memory.count == "3 tokens")
    assert (panel.author_note.count, panel.style_sample.count) == ("2 tokens", "3 tokens")
    entries = panel.findChild(QListWidget)
    assert entries.item(0).text() == "Anna · 3 tokens"
    writer.inkling.panels.close_panel()
    writer.type("bel came")  # nobody speaks of Anna any more
    open_notes(writer)
    writer.wait_for(lambda: entries.item(0).text() == "Anna")
    assert not panel.cut_shown


def test_what_is_left_out_is_said_in_the_panel_alone(sit_down: Sit) -> None:
    writer = sit_down(Small())
    writer.type("Anna")
    note(writer, Notes("It is the year of 1890.", entries=NOTES.entries))
    open_notes(writer)
    panel = notes_panel(writer)
    writer.wait_for(lambda: panel.cut_shown)
    assert panel.cut_shown == ("The notes are longer than the model can read. Left out: 3 tokens of Memory.")
    assert panel.memory.count == "3 of 6 tokens"
    assert not writer.notices


def test_entries_are_chosen_removed_and_put_back(writer: Writer) -> None:
    tom = Entry("Tom", (), "He is old.")
    note(writer, Notes(entries=(*NOTES.entries, tom)))
    open_notes(writer)
    editor = notes_panel(writer).findChild(EntriesEditor)
    entries = editor.findChild(QListWidget)
    name = editor.findChild(QLineEdit)
    tab_to(writer, entries)
    key(writer, KEY.Key_Down)
    assert name.text() == "Tom"
    key(writer, KEY.Key_Up)
    key(writer, KEY.Key_Delete)
    assert kept(writer).entries == (tom,)
    assert name.text() == "Tom"
    click(writer, "Put Back")
    assert kept(writer).entries == (*NOTES.entries, tom)
    assert name.text() == "Anna"


def test_notes_are_kept_with_the_file_and_shown_with_it(sit_down: Sit, tmp_path: Path) -> None:
    story, other = tmp_path / "story.md", tmp_path / "other.md"
    story.write_text("Once.")
    other.write_text("Twice.")
    writer = open_story(sit_down, story)
    note(writer, NOTES)
    writer.open(other)
    assert kept(writer) == notes_panel(writer).notes == Notes()
    writer.open(story)
    assert kept(writer) == notes_panel(writer).notes == NOTES
    writer.inkling.actions["new"].trigger()
    writer.settle()
    assert kept(writer) == notes_panel(writer).notes == Notes()


def test_notes_on_an_unsaved_text_are_asked_about_and_go_with_the_file(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    assert not writer.inkling.window.isWindowModified()
    note(writer, NOTES)
    assert writer.inkling.window.isWindowModified()
    writer.inkling.files._write_to(tmp_path / "new.md", None)
    writer.settle()
    assert not writer.inkling.window.isWindowModified()
    writer.inkling.actions["new"].trigger()
    writer.settle()
    assert kept(writer) == Notes()
    writer.open(tmp_path / "new.md")
    assert kept(writer) == NOTES


def test_notes_on_a_text_without_a_file_come_back_with_it(sit_down: Sit) -> None:
    writer = sit_down()
    writer.type("Once.")
    note(writer, NOTES)
    leave(writer)
    writer = sit_down()
    writer.wait_for(lambda: offer(writer))
    assert "With notes" in offer(writer).findChild(QListWidget).item(0).text()
    press(writer, "Bring Back")
    writer.wait_for(lambda: offer(writer) is None)
    assert writer.text == "Once."
    assert kept(writer) == notes_panel(writer).notes == NOTES
    leave(writer)  # and once more
    writer = sit_down()
    writer.wait_for(lambda: offer(writer))
    press(writer, "Bring Back")
    writer.wait_for(lambda: offer(writer) is None)
    assert kept(writer) == NOTES


def test_notes_alone_come_back_too(sit_down: Sit) -> None:
    writer = sit_down()
    note(writer, NOTES)
    leave(writer)
    writer = sit_down()
    writer.wait_for(lambda: offer(writer))
    press(writer, "Bring Back")
    writer.wait_for(lambda: offer(writer) is None)
    assert kept(writer) == NOTES
    assert writer.inkling.window.isWindowModified()


def test_notes_that_are_damaged_are_told_of(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    note(writer, NOTES)
    writer.inkling.documents.notes.flush()
    writer.settle()
    (file,) = tmp_path.rglob("notes.json")
    file.write_text("{}")
    writer.open(story)
    assert "The notes on “story.md” are damaged and cannot be read." in writer.said()
    assert kept(writer) == Notes()
    assert file.with_name("notes.json.broken").exists()


def test_a_disk_that_takes_no_notes_is_told_of_once(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    history = writer.inkling.documents.files.document._paths.history
    history.parent.mkdir(parents=True, exist_ok=True)
    history.write_text("in the way")
    for memory in ("One.", "Two."):
        note(writer, Notes(memory=memory))
        writer.inkling.documents.notes.flush()
        writer.settle()
    assert writer.said().count("The notes cannot be kept") == 1


def test_a_change_is_on_the_disk_within_two_seconds(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    assert LONGEST_MS <= 1000
    open_notes(writer)
    write(writer, "It is 1890.")
    writer.wait_for(lambda: list(tmp_path.rglob("notes.json")))
    writer.settle()
    assert History(Paths.under(tmp_path).history, story).notes()[0] == Notes("It is 1890.")


def test_saving_under_another_name_takes_the_notes_along(sit_down: Sit, tmp_path: Path) -> None:
    story, other = tmp_path / "story.md", tmp_path / "other.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    note(writer, NOTES)
    writer.inkling.files._write_to(other, None)
    writer.settle()
    note(writer, Notes("Another."))
    writer.save()
    writer.open(story)
    assert kept(writer) == NOTES
    writer.open(other)
    assert kept(writer) == Notes("Another.")

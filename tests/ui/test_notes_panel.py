"""Notes at the real window, with keys and mouse."""

from collections.abc import Generator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QPushButton, QWidget

from app.document.notes import Entry, Notes
from app.engines.prompts import FittedPassage, Passage, Prompt, as_passages, as_text
from app.engines.protocols import Prefilled
from app.engines.scripted import ScriptedEngine
from app.settings import GHOST
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.test_continue import ENDLESS
from ui.panels.entries_editor import EntriesEditor
from ui.panels.notes_panel import NotesPanel

NOTES = Notes("It is 1890.", "It rains.", (Entry("Anna", ("Miss Grey",), "She is tall."),), "A grey sea.")
LEFT = Qt.MouseButton.LeftButton


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


def button(writer: Writer, label: str) -> QPushButton:
    buttons = notes_panel(writer).findChildren(QPushButton)
    return next(button for button in buttons if button.text().replace("&", "") == label)


def click(writer: Writer, label: str) -> None:
    writer.qtbot.mouseClick(button(writer, label), LEFT)


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
    tab_to(writer, button(writer, "Add"))
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


def test_every_entry_that_was_removed_can_be_put_back(writer: Writer) -> None:
    """A key that is held down removes them all."""
    entries = tuple(Entry(name, (), f"{name} is here.") for name in ("Zoe", "Anna", "Tom"))
    note(writer, Notes(entries=entries))
    writer.type("Once")
    open_notes(writer)
    tab_to(writer, notes_panel(writer).findChild(QListWidget))
    for _ in entries:
        key(writer, KEY.Key_Delete)
    assert kept(writer).entries == ()
    assert QApplication.focusWidget() is button(writer, "Put Back")
    for left in (1, 2, 3):
        key(writer, KEY.Key_Z, CTRL)
        assert len(kept(writer).entries) == left
    assert kept(writer).entries == entries
    assert writer.text == "Once"
    key(writer, KEY.Key_Z, CTRL)  # nothing more was removed, so it means the page again
    assert writer.text != "Once"


def test_keywords_are_parted_by_the_commas_of_any_script(writer: Writer) -> None:
    note(writer, Notes(entries=(Entry("Anna"),)))
    open_notes(writer)
    keywords = notes_panel(writer).findChildren(QLineEdit)[1]
    tab_to(writer, keywords)
    QApplication.clipboard().setText("安娜、格雷小姐，她،آنا, Miss Grey")
    key(writer, KEY.Key_V, CTRL)
    assert kept(writer).entries[0].keywords == ("安娜", "格雷小姐", "她", "آنا", "Miss Grey")


def test_an_entry_that_is_not_read_says_so(writer: Writer) -> None:
    writer.type("Tom")
    note(writer, Notes(entries=NOTES.entries))
    open_notes(writer)
    labels = notes_panel(writer).entries.findChildren(QLabel)
    writer.wait_for(lambda: "not read here" in [label.text() for label in labels])


def test_of_entries_without_a_name_each_says_whether_it_is_read(writer: Writer) -> None:
    note(writer, Notes(entries=(Entry("", ("Tom",), "He is old."), Entry("", ("Anna",), "She is tall."))))
    writer.type("Anna")
    open_notes(writer)
    rows = notes_panel(writer).findChild(QListWidget)
    writer.wait_for(lambda: "3 tokens" in rows.item(1).text())
    assert [rows.item(row).text() for row in (0, 1)] == ["Without a name", "Without a name · 3 tokens"]


def test_what_gets_the_keyboard_comes_into_sight(writer: Writer) -> None:
    note(writer, NOTES)
    writer.inkling.window.resize(1000, 400)
    open_notes(writer)
    panel = notes_panel(writer)
    style = panel.style_sample.edit
    assert style.visibleRegion().isEmpty()
    key(writer, KEY.Key_S, Qt.KeyboardModifier.AltModifier)
    assert QApplication.focusWidget() is style
    writer.wait_for(lambda: style.visibleRegion().boundingRect() == style.rect())
    key(writer, KEY.Key_M, Qt.KeyboardModifier.AltModifier)
    writer.wait_for(lambda: panel.memory.edit.visibleRegion().boundingRect() == panel.memory.edit.rect())


def test_nothing_moves_under_the_mouse(writer: Writer) -> None:
    note(writer, NOTES)
    writer.inkling.window.resize(1000, 400)
    open_notes(writer)
    QApplication.processEvents()
    panel = notes_panel(writer)
    field, bar = panel.author_note.edit, panel.verticalScrollBar()
    bar.setValue(field.mapTo(panel.widget(), field.rect().center()).y())  # its upper half is out of sight
    place = bar.value()
    assert 0 < place < bar.maximum()
    window = writer.inkling.window
    point = field.mapTo(window, field.rect().bottomLeft()) + QPoint(20, -10)
    QTest.mousePress(window.windowHandle(), LEFT, pos=point)  # as the system sends it
    assert QApplication.focusWidget() is field
    writer.qtbot.wait(50)
    assert bar.value() == place
    QTest.mouseRelease(window.windowHandle(), LEFT, pos=point)


def test_no_access_key_is_given_twice(writer: Writer) -> None:
    note(writer, NOTES)
    open_notes(writer)
    click(writer, "Remove")
    click(writer, "Add")
    panel = notes_panel(writer)
    texts = [label.text() for kind in (QLabel, QPushButton) for label in panel.findChildren(kind)]
    texts += [action.text() for action in writer.inkling.window.menuBar().actions()]
    keys = [text[text.index("&") + 1].upper() for text in texts if "&" in text]
    assert len(keys) == 10 + 5
    assert len(set(keys)) == len(keys)


def test_every_field_has_a_name_for_screen_readers(writer: Writer) -> None:
    note(writer, NOTES)
    open_notes(writer)
    names = []
    while notes_panel(writer).isAncestorOf(QApplication.focusWidget()):
        focus = QApplication.focusWidget()
        names.append(focus.accessibleName() or focus.text().replace("&", ""))
        key(writer, KEY.Key_Tab)
    assert names == [
        "Memory",
        "Author’s note",
        "Story entries",
        "Add",
        "Remove",
        "Name",
        "Keywords, separated by commas",
        "Facts",
        "Style sample",
    ]


def test_f6_comes_back_to_the_note_that_was_written(writer: Writer) -> None:
    open_notes(writer)
    key(writer, KEY.Key_Tab)
    here = QApplication.focusWidget()
    key(writer, KEY.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is writer.page
    key(writer, KEY.Key_F6)
    assert QApplication.focusWidget() is here


def test_many_entries_are_chosen_and_edited_as_few_are(writer: Writer) -> None:
    entries = tuple(Entry(f"Name {n}", (), f"Fact {n}.") for n in range(200))
    note(writer, Notes(entries=entries))
    writer.type("Then Name 150 came")
    open_notes(writer)
    rows = notes_panel(writer).findChild(QListWidget)
    tab_to(writer, rows)
    key(writer, KEY.Key_End)
    assert rows.currentRow() == 199
    assert notes_panel(writer).findChild(QLineEdit).text() == "Name 199"
    key(writer, KEY.Key_Return)
    write(writer, "0")
    assert kept(writer).entries[199].name == "Name 1990"
    writer.wait_for(lambda: rows.item(150).text() == "Name 150 · 2 tokens")
    assert rows.item(15).text() == "Name 15"


def test_notes_are_edited_while_a_stream_runs(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(ENDLESS, seconds_per_token=0.01))
    writer.inkling.settings.change(GHOST, False)
    writer.type("Once")
    writer.continue_text()
    writer.wait_for(lambda: " on" in writer.text)
    open_notes(writer)
    write(writer, "It is 1890.")
    assert writer.inkling.continuation.is_streaming
    assert kept(writer) == Notes("It is 1890.")
    length = len(writer.text)
    writer.wait_for(lambda: len(writer.text) > length)
    writer.inkling.continuation.stop()
    writer.wait_for_stream()
    assert "1890" not in writer.text

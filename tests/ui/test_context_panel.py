"""What the model would read, at the real window."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QTextEdit

from app.document.notes import Entry, Notes
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.settings import GHOST, THEME
from tests.ui.conftest import KEY, Sit, Writer
from tests.ui.test_notes_panel import Small, note
from ui.controllers.context_controller import REST_MS
from ui.panels.context_panel import ContextPanel
from ui.theme import Colours

SHIFT = Qt.KeyboardModifier.ShiftModifier
NOTES = Notes("It is 1890.", "It rains.", (Entry("Anna", (), "She is tall."),), "A grey sea.")


def panel(writer: Writer) -> ContextPanel:
    return writer.inkling.causal_tools.steering.context_panel


def shown(writer: Writer) -> str:
    return panel(writer).findChild(QTextEdit).toPlainText()


def said(writer: Writer) -> list[str]:
    labels = panel(writer).findChildren(QLabel)
    return [label.text() for label in labels if label.isVisibleTo(panel(writer)) and label.text()]


def look(writer: Writer) -> None:
    writer.press(KEY.Key_F9, SHIFT)
    assert writer.inkling.panels.shown == "context"


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    writer = sit_down()
    writer.inkling.settings.change(GHOST, False)
    return writer


def test_every_part_stands_under_its_name_with_its_tokens(writer: Writer) -> None:
    writer.type("Anna came")
    note(writer, NOTES)
    look(writer)
    writer.wait_for(lambda: shown(writer))
    assert shown(writer).split("\n") == [
        "Style sample · 3 tokens",
        "A grey sea.↵↵",
        "Memory · 3 tokens",
        "It is 1890.↵↵",
        "Story entry: Anna · 3 tokens",
        "She is tall.↵↵",
        "Author’s note · 2 tokens",
        "It rains.↵↵",
        "Text · 2 tokens",
        "Anna came",
    ]
    words = said(writer)
    assert any(text.startswith("13 of the ") for text in words)
    for name in ("Style sample", "Memory", "Story entry", "Author’s note", "Text"):
        assert name in words  # in the legend
    assert not [text for text in words if "Left out" in text]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_part_stands_on_its_colour(writer: Writer, theme: str) -> None:
    writer.type("Anna came")
    note(writer, NOTES)
    look(writer)
    writer.wait_for(lambda: shown(writer))
    writer.inkling.settings.change(THEME, theme)
    document = panel(writer).findChild(QTextEdit).document()
    colours = Colours.named(theme)
    grounds = [document.findBlockByNumber(n).blockFormat().background().color().name() for n in (1, 3, 5, 7)]
    assert grounds == [
        colours.style_ground,
        colours.memory_ground,
        colours.entry_ground,
        colours.note_ground,
    ]


def test_it_follows_the_caret_and_the_notes_while_it_is_open(writer: Writer) -> None:
    writer.type("Anna came")
    look(writer)
    writer.wait_for(lambda: shown(writer) == "Text · 2 tokens\nAnna came")
    writer.page.setFocus()
    writer.type(" up")
    writer.wait_for(lambda: shown(writer) == "Text · 3 tokens\nAnna came up")
    writer.place_caret(4)
    writer.wait_for(lambda: shown(writer) == "Text · 1 token\nAnna")
    note(writer, Notes(author_note="It rains."))
    writer.wait_for(lambda: "It rains." in shown(writer))
    writer.inkling.panels.close_panel()
    before = shown(writer)
    writer.type(" Grey")
    writer.qtbot.wait(2 * REST_MS)
    assert shown(writer) == before  # nobody looks


def test_on_an_empty_page_it_says_that_there_is_nothing(writer: Writer) -> None:
    look(writer)
    writer.wait_for(lambda: "Nothing yet: no text stands before the caret." in said(writer))
    assert shown(writer) == ""


def test_another_theme_changes_nothing_that_is_said(writer: Writer) -> None:
    look(writer)
    writer.wait_for(lambda: "Nothing yet: no text stands before the caret." in said(writer))
    before = said(writer)
    for theme in ("dark", "light"):
        writer.inkling.settings.change(THEME, theme)
        assert said(writer) == before


def test_it_waits_for_a_rest_while_the_writer_types(writer: Writer) -> None:
    look(writer)
    writer.page.setFocus()
    writer.type("Anna")
    assert writer.inkling.causal_tools.steering.context.findChild(QTimer).interval() == REST_MS
    writer.wait_for(lambda: shown(writer) == "Text · 1 token\nAnna")


def test_without_a_model_it_says_so(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(load_error=InklingError("No.")), wait=False)
    writer.wait_for(lambda: writer.notices)
    writer.type("Anna")
    look(writer)
    writer.wait_for(lambda: "No model that continues text is loaded." in said(writer))


def test_it_says_what_was_cut(sit_down: Sit) -> None:
    writer = sit_down(Small())
    writer.type("Anna came")
    note(writer, Notes("It is the year of 1890.", "It rains and rains and rains."))
    look(writer)
    writer.wait_for(lambda: shown(writer))
    assert "Left out: 3 tokens of Memory, 3 tokens of Author’s note." in said(writer)
    assert "Memory · 3 of 6 tokens" in shown(writer)


def test_its_text_can_be_selected_but_not_changed(writer: Writer) -> None:
    writer.type("Anna came")
    look(writer)
    writer.wait_for(lambda: shown(writer))
    text = panel(writer).findChild(QTextEdit)
    writer.qtbot.keyClicks(text, "x")
    assert shown(writer) == "Text · 2 tokens\nAnna came"
    text.selectAll()
    assert text.textCursor().selectedText().endswith("Anna came")
    assert text.accessibleName() == "What the model reads"

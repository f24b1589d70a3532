import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QTextEdit, QToolTip

from app.document.manuscript import EARLIER, WRITER, Author, Manuscript, Source
from app.settings import PROVENANCE, THEME, Settings
from ui.editor.highlights import Highlights
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.page import Page
from ui.editor.provenance_tint import ProvenanceTint
from ui.editor.source_looks import look_of, title_of, title_with_time
from ui.theme import Colours, Theme

MODEL = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
PASTED = Source(Author.PASTED, "", "2026-11-22T21:33:00Z")


class Desk:
    def __init__(self, qtbot) -> None:
        self.page = Page()
        qtbot.addWidget(self.page)
        self.settings = Settings()
        self.settings.change(THEME, "light")
        self.theme = Theme(self.settings, QGuiApplication.styleHints(), self.page)
        self.highlights = Highlights(self.page)
        self.tint = ProvenanceTint(self.page, self.highlights, self.theme, self.settings, self.page)
        self.page.resize(700, 400)
        self.page.show()
        qtbot.waitExposed(self.page)

    def put(self, *parts: tuple[str, Source]) -> None:
        text = "".join(part for part, _ in parts)
        ManuscriptOnPage(self.page).put(Manuscript.of(text, [(len(part), source) for part, source in parts]))

    def shown(self) -> list[tuple[str, str]]:
        return [
            (selection.cursor.selectedText(), selection.format.background().color().name())
            for selection in self.page.extraSelections()
        ]


@pytest.fixture
def desk(qtbot) -> Desk:
    return Desk(qtbot)


def test_only_what_the_writer_did_not_type_is_tinted_and_only_on_request(desk: Desk) -> None:
    desk.put(("old", EARLIER), (" mine ", WRITER), ("model\nagain", MODEL), (" pasted", PASTED))
    assert desk.shown() == []
    desk.settings.change(PROVENANCE, True)
    light = Colours.named("light")
    assert desk.shown() == [
        ("old", light.earlier),
        ("model", light.continued),
        ("again", light.continued),
        (" pasted", light.pasted),
    ]
    desk.settings.change(THEME, "dark")
    assert desk.shown()[0] == ("old", Colours.named("dark").earlier)
    desk.settings.change(PROVENANCE, False)
    assert desk.shown() == []


def test_the_tint_follows_edits(desk: Desk, qtbot) -> None:
    desk.put(("one two", MODEL))
    desk.settings.change(PROVENANCE, True)
    desk.page.setTextCursor(desk.page.text_cursor_at(3))
    qtbot.keyClicks(desk.page, "!")
    assert [text for text, _ in desk.shown()] == ["one", " two"]
    desk.page.undo()
    assert [text for text, _ in desk.shown()] == ["one two"]


def test_only_what_is_on_the_screen_is_tinted(desk: Desk, qtbot) -> None:
    desk.put(*[(f"{number}\n", MODEL) for number in range(1000)])
    desk.settings.change(PROVENANCE, True)
    at_first = [text for text, _ in desk.shown()]
    assert at_first[0] == "0"
    assert len(at_first) < 60
    desk.page.moveCursor(QTextCursor.MoveOperation.End)
    assert [text for text, _ in desk.shown()][-1] == "999"
    assert len(desk.shown()) < 60
    desk.page.moveCursor(QTextCursor.MoveOperation.Start)
    assert len(desk.shown()) == len(at_first)
    desk.page.resize(700, 800)
    assert len(desk.shown()) > 1.5 * len(at_first)


def test_a_huge_paragraph_of_many_sources_is_tinted_around_the_screen(desk: Desk) -> None:
    desk.put(*[("ab ", (MODEL, WRITER)[number % 2]) for number in range(20_000)])
    desk.settings.change(PROVENANCE, True)
    assert 100 < len(desk.shown()) <= 2_000


def test_other_marks_lie_on_top(desk: Desk) -> None:
    desk.put(("one two", MODEL))
    mark = QTextEdit.ExtraSelection()
    mark.cursor = desk.page.document().find("two")
    mark.format = QTextCharFormat()
    mark.format.setBackground(QColor("red"))
    desk.highlights.show("find", [mark])
    desk.settings.change(PROVENANCE, True)
    assert desk.shown() == [("one ", Colours.named("light").continued), ("two", "#ff0000")]


def test_the_mouse_is_told_who_it_was(desk: Desk, qtbot) -> None:
    desk.put(("mine ", WRITER), ("model", MODEL))
    place = desk.page.cursorRect(desk.page.text_cursor_at(7)).center()

    def ask(at: QPoint) -> None:
        event = QHelpEvent(QEvent.Type.ToolTip, at, desk.page.viewport().mapToGlobal(at))
        QApplication.sendEvent(desk.page.viewport(), event)

    ask(place)
    assert not QToolTip.isVisible()
    desk.settings.change(PROVENANCE, True)
    ask(place)
    assert QToolTip.text() == title_with_time(MODEL)
    ask(place + QPoint(300, 0))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_everybody_is_named() -> None:
    assert title_of(WRITER) == "Typed by hand"
    assert title_of(Source(Author.CONTINUATION)) == "Continued"
    assert title_with_time(EARLIER) == "There earlier"
    assert title_with_time(MODEL).startswith("Continued by SmolLM2: ")
    assert "2026" in title_with_time(MODEL)


def test_nobody_is_told_apart_by_colour_alone() -> None:
    """What was there earlier and what was typed differ in lightness; all others have a line of their own."""
    lines = {author: look_of(author, Colours.named("light")).underlineStyle() for author in Author}
    models_and_paste = [lines[author] for author in (Author.CONTINUATION, Author.WORD, Author.PASTED)]
    assert len(set(models_and_paste)) == 3
    assert QTextCharFormat.UnderlineStyle.NoUnderline not in models_and_paste

import pytest
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from ui.editor.highlights import Highlights
from ui.editor.page import Page


@pytest.fixture
def page(qtbot) -> Page:
    page = Page()
    page.setPlainText("One two three four.")
    qtbot.addWidget(page)
    return page


def selection(page: Page, words: str, form: QTextCharFormat) -> QTextEdit.ExtraSelection:
    made = QTextEdit.ExtraSelection()
    made.cursor = page.document().find(words)
    made.format = form
    return made


@pytest.fixture
def tint() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setBackground(QColor("red"))
    return form


@pytest.fixture
def underline() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontUnderline(True)
    return form


def shown(page: Page) -> list[tuple[str, bool, bool]]:
    """Return each marked stretch of text, whether it is tinted, and whether it is underlined."""
    return [
        (s.cursor.selectedText(), s.format.background().color() == QColor("red"), s.format.fontUnderline())
        for s in page.extraSelections()
    ]


def test_layers_show_side_by_side_and_are_cleared_alone(page, tint, underline) -> None:
    highlights = Highlights(page)
    highlights.show("a", [selection(page, "One", tint)])
    highlights.show("b", [selection(page, "four", underline)])
    assert shown(page) == [("One", True, False), ("four", False, True)]
    highlights.clear("a")
    assert shown(page) == [("four", False, True)]


def test_no_text_is_painted_twice(page, tint, underline) -> None:
    highlights = Highlights(page)
    highlights.show("a", [selection(page, word, underline) for word in ("two", "four.")])
    highlights.show("b", [selection(page, "One two three four", tint)])
    assert shown(page) == [
        ("One ", True, False),
        ("two", True, True),
        (" three ", True, False),
        ("four", True, True),
        (".", False, True),
    ]


def test_the_later_layer_lies_on_top(page, tint) -> None:
    highlights = Highlights(page)
    blue = QTextCharFormat()
    blue.setBackground(QColor("blue"))
    highlights.show("a", [selection(page, "two", tint)])
    highlights.show("b", [selection(page, "two", blue), selection(page, "two", blue)])
    assert shown(page) == [("two", False, False)]


def test_nothing_is_selected_by_an_empty_cursor(page, tint) -> None:
    empty = QTextEdit.ExtraSelection()
    empty.cursor = QTextCursor(page.document())
    empty.format = tint
    Highlights(page).show("a", [empty])
    assert shown(page) == []


def test_what_is_shown_while_qt_works_on_its_list_does_not_crash(qtbot, tint: QTextCharFormat) -> None:
    page = Page("word " * 2000)
    qtbot.addWidget(page)
    page.show()
    highlights = Highlights(page)
    many = []
    for number in range(300):
        mark = selection(page, "word", tint)
        mark.cursor.setPosition(5 * number)
        mark.cursor.setPosition(5 * number + 4, QTextCursor.MoveMode.KeepAnchor)
        many.append(mark)
    highlights.show("find", many)
    page.updateRequest.connect(lambda: highlights.show("find", many[-1:]))
    highlights.show("find", many[1:])
    assert [each.cursor.selectionStart() for each in page.extraSelections()] == [5 * 299]


def test_what_is_shown_while_qt_takes_something_over_comes_afterwards(qtbot, tint, underline) -> None:
    class Scrolling(Page):
        """Scrolls when it is given something, as a long text may, and somebody follows that."""

        depth = deepest = 0

        def setExtraSelections(self, selections):  # noqa: N802
            self.depth += 1
            self.deepest = max(self.depth, self.deepest)
            if "b" not in highlights._layers:
                highlights.show("b", [selection(self, "four", underline)])
            super().setExtraSelections(selections)
            self.depth -= 1

    page = Scrolling()
    page.setPlainText("One two three four.")
    qtbot.addWidget(page)
    highlights = Highlights(page)
    highlights.show("a", [selection(page, "One", tint)])
    assert shown(page) == [("One", True, False), ("four", False, True)]
    assert page.deepest == 1


def test_a_reserved_layer_lies_below_what_was_shown_before_it(page, tint, underline) -> None:
    highlights = Highlights(page)
    highlights.reserve("low")
    blue = QTextCharFormat()
    blue.setBackground(QColor("blue"))
    highlights.show("high", [selection(page, "two", tint)])
    highlights.show("low", [selection(page, "two", blue)])
    assert shown(page) == [("two", True, False)]

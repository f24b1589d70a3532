from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette, QTextCursor
from PySide6.QtWidgets import QTextEdit, QVBoxLayout, QWidget

from app.settings import Settings
from ui.editor.highlights import Highlights
from ui.editor.page import Page
from ui.editor.plain_text import text_of
from ui.icons import Icons
from ui.panels.find_bar import FindBar
from ui.theme import Colours, Theme

TEXT = "The fox 🙂 saw the other fox.\n狐 FOX 狐\nfoxes and a fox"


@pytest.fixture
def page(qtbot) -> Page:
    widget = Page()
    widget.setPlainText(TEXT)
    return widget


@pytest.fixture
def bar(qtbot, page: Page) -> Iterator[FindBar]:
    window = QWidget()
    qtbot.addWidget(window)
    theme = Theme(Settings(), QGuiApplication.styleHints(), window)
    bar = FindBar(page, Highlights(page), theme, Icons(theme))
    column = QVBoxLayout(window)
    column.addWidget(page)
    column.addWidget(bar)
    window.resize(700, 400)
    window.show()
    qtbot.waitExposed(window)
    yield bar
    window.close()


def look_for(qtbot, bar: FindBar, query: str) -> None:
    bar.open_find()
    bar._query.clear()
    bar._query.insert(query)  # QTest types ASCII only


def selected(page: Page) -> tuple[str, int]:
    cursor = page.textCursor()
    return cursor.selectedText(), cursor.selectionStart()


def test_typing_selects_the_first_match_and_counts_them(qtbot, bar, page) -> None:
    look_for(qtbot, bar, "fox")
    assert selected(page) == ("fox", 4)
    assert bar._count.text() == "1 of 5"
    assert len(page.extraSelections()) == 5


def test_return_goes_on_and_wraps_with_a_note(qtbot, bar, page) -> None:
    look_for(qtbot, bar, "fox")
    seen = []
    for _ in range(5):
        qtbot.keyClick(bar._query, Qt.Key.Key_Return)
        seen.append((*selected(page), bar._count.text()))
    assert [text for text, _, _ in seen] == ["fox", "FOX", "fox", "fox", "fox"]
    assert seen[0][1] == TEXT.encode("utf-16-le").index("fox.".encode("utf-16-le")) // 2
    assert [count for _, _, count in seen] == [
        "2 of 5",
        "3 of 5",
        "4 of 5",
        "5 of 5",
        "1 of 5, from the start",
    ]
    qtbot.keyClick(bar._query, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar._count.text() == "5 of 5, from the end"
    qtbot.keyClick(bar._query, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert bar._count.text() == "4 of 5"


def test_case_and_whole_words(qtbot, bar, page) -> None:
    look_for(qtbot, bar, "fox")
    bar._words.click()
    assert bar._count.text().endswith("of 4")
    bar._case.click()
    assert bar._count.text().endswith("of 3")
    bar._words.click()
    assert bar._count.text().endswith("of 4")


def test_beyond_the_basic_plane(qtbot, bar, page) -> None:
    look_for(qtbot, bar, "🙂")
    assert selected(page) == ("🙂", 8)
    look_for(qtbot, bar, "狐")
    assert bar._count.text().endswith("of 2")


def test_what_looks_like_a_pattern_is_plain_text(qtbot, bar, page) -> None:
    look_for(qtbot, bar, "fox.")
    assert bar._count.text() == "1 of 1"
    look_for(qtbot, bar, "f.x")
    assert bar._count.text() == "No matches"
    qtbot.keyClick(bar._query, Qt.Key.Key_Return)


def test_the_selection_becomes_the_query(qtbot, bar, page) -> None:
    page.moveCursor(QTextCursor.MoveOperation.NextWord)
    page.moveCursor(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
    bar.open_find()
    assert bar._query.text() == "fox"
    assert bar._query.selectedText() == "fox"
    assert selected(page) == ("fox", 4)


def test_the_current_match_stands_out_while_the_bar_is_open(qtbot, bar, page) -> None:
    def tint() -> str:
        return page.palette().color(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight).name()

    usual = page.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight).name()
    look_for(qtbot, bar, "fox")
    assert tint() == Colours.named("light").current_match
    bar.close_bar()
    assert tint() == usual


def test_escape_closes_and_gives_the_page_its_focus(qtbot, bar, page) -> None:
    look_for(qtbot, bar, "fox")
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(bar._query, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert page.extraSelections() == []
    assert selected(page) == ("fox", 4)
    bar.find_next()
    assert selected(page)[1] > 4
    assert not bar.isVisible()


def test_replace_changes_one_and_goes_on(qtbot, bar, page) -> None:
    bar.open_replace()
    qtbot.keyClicks(bar._query, "fox")
    qtbot.keyClicks(bar._replacement, "cat")
    qtbot.mouseClick(bar._replace_one, Qt.MouseButton.LeftButton)
    assert page.toPlainText().startswith("The cat 🙂 saw the other fox.")
    assert selected(page)[0] == "fox"
    page.undo()
    assert page.toPlainText() == TEXT


def test_replace_leaves_a_selection_that_is_no_match(qtbot, bar, page) -> None:
    bar.open_replace()
    qtbot.keyClicks(bar._query, "fox")
    page.moveCursor(QTextCursor.MoveOperation.Start)
    bar._replacement.setText("cat")
    bar.replace()
    assert page.toPlainText() == TEXT
    assert selected(page) == ("fox", 4)


def test_replace_all_is_one_step_back(qtbot, bar, page) -> None:
    bar.open_replace()
    qtbot.keyClicks(bar._query, "fox")
    bar._replacement.setText("🦊 fox")
    qtbot.mouseClick(bar._replace_every, Qt.MouseButton.LeftButton)
    after = "The 🦊 fox 🙂 saw the other 🦊 fox.\n狐 🦊 fox 狐\n🦊 foxes and a 🦊 fox"
    assert page.toPlainText() == after
    assert bar._count.text() == "5 replaced"
    page.undo()
    assert page.toPlainText() == TEXT
    page.redo()
    assert page.toPlainText() == after


def test_very_many_are_replaced_exactly_and_in_one_step(qtbot, bar, page) -> None:
    text = "intro\n" + "a\u00a0fox 🙂 and a fox\n" * 3000 + "outro"
    page.setPlainText(text)
    bar.open_replace()
    bar._query.setText("fox")
    bar._replacement.setText(r"\1 cat")
    bar.replace_all()
    assert text_of(page.document()) == text.replace("fox", r"\1 cat")
    page.undo()
    assert text_of(page.document()) == text
    assert not page.document().isUndoAvailable()


def test_follows_what_the_writer_types(qtbot, bar, page) -> None:
    look_for(qtbot, bar, "fox")
    page.moveCursor(QTextCursor.MoveOperation.End)
    page.insertPlainText("\nfox fox")
    qtbot.waitUntil(lambda: bar._count.text() == "7 matches")


def test_others_may_mark_the_page_too(qtbot, bar, page) -> None:
    mark = QTextEdit.ExtraSelection()
    mark.cursor = page.document().find("saw")
    bar._highlights.show("other", [mark])
    look_for(qtbot, bar, "fox")
    assert len(page.extraSelections()) == 6
    bar.close_bar()
    assert len(page.extraSelections()) == 1


def test_a_long_text_never_stops_the_window(qtbot, bar, page) -> None:
    page.setPlainText("\n".join(["The quick brown fox jumps over the lazy dog. " * 10] * 11_000))
    bar.open_find()
    bar._query.setText("fox")
    assert not bar._search.is_complete
    bar.find_next()
    slices = 0
    while not bar._search.is_complete:
        bar._search.hurry()
        slices += 1
    assert slices >= 5
    qtbot.waitUntil(lambda: bar._count.text().replace(",", "").endswith("of 110000"))
    assert selected(page)[0] == "fox"

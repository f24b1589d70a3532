import threading
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontInfo, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton

from app.settings import THEME, Settings
from tests.ui.test_folding import paragraphs
from ui.dialogs import comparison_view
from ui.dialogs.comparison_document import ComparisonDocument
from ui.dialogs.comparison_text import ComparisonText
from ui.dialogs.comparison_view import ComparisonView, Surroundings, Titled
from ui.fonts import PROSE_FAMILY
from ui.theme import Colours, Theme

OLD = "The river had risen.\n\nShe untied the rope.\n\nNobody answered."
NEW = "The river had fallen.\n\nShe untied the rope.\n\nIt was dark.\n\nNobody answered."


@pytest.fixture
def view(qtbot, surroundings: Surroundings) -> ComparisonView:
    return opened(qtbot, ComparisonView(surroundings))


def opened(qtbot, view: ComparisonView) -> ComparisonView:
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    qtbot.waitExposed(view)
    return view


def compare(qtbot, view: ComparisonView, old: str, new: str) -> None:
    title = f"Old {hash((old, new))}"
    view.compare(Titled(title, old), Titled("New", new))
    qtbot.waitUntil(lambda: title in labels(view))


def labels(view: ComparisonView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel) if label.isVisibleTo(view)]


def text_of(view: ComparisonView) -> ComparisonText:
    return view.findChild(ComparisonText)


def content(view: ComparisonView) -> ComparisonDocument:
    document = text_of(view).document()
    assert isinstance(document, ComparisonDocument)
    return document


def cell_text(view: ComparisonView, line: int, column: int) -> str:
    cell = content(view).table.cellAt(line, column)
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText()


def formats(view: ComparisonView, line: int, column: int) -> dict[str, QTextCharFormat]:
    """Return the parts of a paragraph and how each is written."""
    fragments = content(view).table.cellAt(line, column).firstCursorPosition().block().begin()
    found = {}
    while not fragments.atEnd():
        found[fragments.fragment().text()] = fragments.fragment().charFormat()
        fragments += 1
    return found


def point_in(view: ComparisonView, line: int, column: int, *, at_end: bool = False) -> QPoint:
    cell = content(view).table.cellAt(line, column)
    cursor = cell.lastCursorPosition() if at_end else cell.firstCursorPosition()
    return text_of(view).cursorRect(cursor).center() + QPoint(-4 if at_end else 4, 0)


def drag(view: ComparisonView, begin: QPoint, end: QPoint) -> None:
    viewport = text_of(view).viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseMove(viewport, end, 20)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def test_rows_stand_side_by_side(qtbot, view) -> None:
    compare(qtbot, view, OLD, NEW)
    rows = [(cell_text(view, n, 0), cell_text(view, n, 1)) for n in range(content(view).table.rows())]
    assert rows == [
        ("The river had risen.", "The river had fallen."),
        ("", ""),
        ("She untied the rope.", "She untied the rope."),
        ("", ""),
        ("", "It was dark."),
        ("", ""),
        ("Nobody answered.", "Nobody answered."),
    ]
    text = text_of(view)
    tops = [text.cursorRect(content(view).table.cellAt(2, c).firstCursorPosition()).top() for c in (0, 1)]
    assert tops[0] == tops[1]
    assert "2 differences" in labels(view)


def test_changed_words_differ_by_more_than_colour(qtbot, view, surroundings) -> None:
    compare(qtbot, view, OLD, NEW)
    removed, added = formats(view, 0, 0)["risen"], formats(view, 0, 1)["fallen"]
    assert removed.fontStrikeOut()
    assert not removed.fontUnderline()
    assert added.fontUnderline()
    assert not added.fontStrikeOut()
    assert removed.foreground().color() == QColor(surroundings.theme.colours.removed)
    assert added.foreground().color() == QColor(surroundings.theme.colours.added)
    assert not formats(view, 0, 0)["The river had "].fontStrikeOut()
    whole = content(view).table.cellAt(4, 1).format().toTableCellFormat()
    assert whole.background().color() == QColor(surroundings.theme.colours.added_ground)
    assert whole.leftBorder() > 0


def test_of_rivals_nothing_is_struck_out(qtbot, surroundings) -> None:
    view = opened(qtbot, ComparisonView(surroundings, rivals=True))
    compare(qtbot, view, OLD, NEW)
    assert formats(view, 0, 0)["risen"].fontUnderline()
    assert not formats(view, 0, 0)["risen"].fontStrikeOut()


def test_prose_is_set_in_the_font_of_the_page(qtbot, view) -> None:
    compare(qtbot, view, *paragraphs(30, 15))
    assert QFontInfo(content(view).defaultFont()).family() == PROSE_FAMILY
    fold = next(iter(formats(view, 0, 0).values()))
    assert fold.font().family() == view.font().family()


def test_folds_open_with_a_click(qtbot, view) -> None:
    compare(qtbot, view, *paragraphs(40, 2))
    line = content(view).table.rows() - 1
    assert cell_text(view, line, 0) == "…  36 unchanged paragraphs  …"
    before = text_of(view).cursorRect(content(view).cursor_at(line - 1)).top()
    QTest.mouseClick(
        text_of(view).viewport(), Qt.MouseButton.LeftButton, pos=point_in(view, line, 0, at_end=True)
    )
    assert cell_text(view, content(view).table.rows() - 1, 0).startswith("…  6 unchanged")
    assert "Paragraph 4 of many." in text_of(view).toPlainText()
    assert text_of(view).cursorRect(content(view).cursor_at(line - 1)).top() == before


def test_folds_open_with_the_keyboard(qtbot, view) -> None:
    compare(qtbot, view, *paragraphs(30, 15))
    text = text_of(view)
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Tab)
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert "Paragraph 0 of many." in text.toPlainText()
    assert "Paragraph 29 of many." not in text.toPlainText()


def test_goes_from_difference_to_difference(qtbot, view) -> None:
    compare(qtbot, view, *paragraphs(300, 3, 150, 290))
    previous, following = view.findChildren(QToolButton)
    assert not previous.isEnabled()
    QTest.mouseClick(following, Qt.MouseButton.LeftButton)
    assert "Difference 1 of 3" in labels(view)
    assert not previous.isEnabled()
    QTest.keyClick(view, Qt.Key.Key_F8)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert "Difference 3 of 3" in labels(view)
    assert not following.isEnabled()
    assert "Paragraph 290 of many." in text_of(view).textCursor().block().text()
    QTest.keyClick(view, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert "Difference 2 of 3" in labels(view)
    assert text_of(view).viewport().rect().contains(text_of(view).cursorRect())


def test_opens_at_the_first_difference(qtbot, view) -> None:
    words = "Paragraph {n}, " + "which is long, " * 60
    compare(qtbot, view, *paragraphs(40, 20, 30, words=words))
    assert "2 differences" in labels(view)
    assert text_of(view).textCursor().block().text().startswith("Paragraph 20,")
    assert text_of(view).viewport().rect().contains(text_of(view).cursorRect())


def test_goes_to_differences_on_other_pages(qtbot, view) -> None:
    words = "Paragraph {n}, " + "which is long, " * 60
    compare(qtbot, view, *paragraphs(200, *range(0, 200, 2), words=words))
    for number in range(1, 101):
        QTest.keyClick(view, Qt.Key.Key_F8)
        assert f"Difference {number} of 100" in labels(view)
        assert text_of(view).textCursor().block().text().startswith(f"Paragraph {2 * number - 2},")
    assert "more changed paragraphs" in cell_text(view, 0, 0)


def test_a_selection_is_one_column_as_it_was_written(qtbot, view) -> None:
    old, new = paragraphs(40, 2, 30)
    compare(qtbot, view, old, new)
    last = content(view).table.rows() - 2
    view.resize(900, 1200)
    drag(view, point_in(view, 2, 0), point_in(view, last, 0, at_end=True))
    text_of(view).copy()
    lines = old.split("\n")
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied == lines[lines.index(copied[0]) : lines.index(copied[-1]) + 1]
    assert len(copied) > 50  # what is folded between them comes along


def test_a_selection_within_a_paragraph_is_just_that(qtbot, view) -> None:
    compare(qtbot, view, OLD, NEW)
    QTest.mouseDClick(text_of(view).viewport(), Qt.MouseButton.LeftButton, pos=point_in(view, 0, 1))
    QTest.keyClick(text_of(view), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "The"


def test_everything_selected_is_both_texts(qtbot, view) -> None:
    compare(qtbot, view, OLD, NEW)
    QTest.keyClick(text_of(view), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    text_of(view).copy()
    assert QGuiApplication.clipboard().text() == f"{OLD}\n\n{NEW}"


def test_says_that_nothing_differs(qtbot, view) -> None:
    compare(qtbot, view, OLD, OLD)
    assert "Both are the same." in labels(view)
    assert not any(button.isEnabled() for button in view.findChildren(QToolButton))


def test_only_the_last_comparison_is_shown(qtbot, view, background) -> None:
    gate = threading.Event()
    background.run(gate.wait, lambda _: None, lambda _: None)
    for name in ("first", "second", "last"):
        view.compare(Titled(name, f"{name} {OLD}"), Titled("New", NEW))
    seen: set[str] = set()
    gate.set()
    qtbot.waitUntil(lambda: seen.update(labels(view)) or "last" in seen)
    assert not {"first", "second"} & seen


def test_says_that_it_is_busy(qtbot, surroundings, background, monkeypatch) -> None:
    monkeypatch.setattr(comparison_view, "PATIENCE_MS", 10)
    view = opened(qtbot, ComparisonView(surroundings))
    gate = threading.Event()
    background.run(gate.wait, lambda _: None, lambda _: None)
    view.compare(Titled("Old", OLD), Titled("New", NEW))
    qtbot.waitUntil(lambda: "Comparing…" in labels(view))
    gate.set()
    qtbot.waitUntil(lambda: "2 differences" in labels(view))
    assert "Comparing…" not in labels(view)


def test_follows_the_theme(qtbot, qapp, surroundings) -> None:
    settings = Settings()
    settings.change(THEME, "light")
    theme = Theme(settings, qapp.styleHints())
    view = opened(qtbot, ComparisonView(replace(surroundings, theme=theme)))
    compare(qtbot, view, OLD, NEW)
    settings.change(THEME, "dark")
    assert formats(view, 0, 0)["risen"].foreground().color() == QColor(Colours.named("dark").removed)


def test_a_line_stands_beside_the_current_difference(qtbot, view, surroundings) -> None:
    compare(qtbot, view, OLD, NEW)
    colour = QColor(surroundings.theme.colours.mark)

    def line() -> set[int]:
        image = text_of(view).viewport().grab().toImage()
        ratio = image.devicePixelRatio()
        return {y for y in range(image.height()) if image.pixelColor(round(4 * ratio), y) == colour}

    assert not line()
    QTest.keyClick(view, Qt.Key.Key_F8)
    first = line()
    QTest.keyClick(view, Qt.Key.Key_F8)
    assert first
    assert line()
    assert max(first) < min(line())
    compare(qtbot, view, NEW, OLD)
    assert not line()


def test_texts_that_look_like_a_table_stay_text(qtbot, view) -> None:
    strange = "a\ufdd0b\ufdd1c\u2029d\u2028e"
    compare(qtbot, view, strange, f"{strange} <b>more</b>")
    assert content(view).table.rows() == 1
    assert "<b>more</b>" in text_of(view).toPlainText()


def test_a_novel_takes_the_window_a_moment(qtbot, view) -> None:
    words = "Paragraph {n} has " + "some of the million words of a novel " * 6
    old, new = paragraphs(22_000, *range(0, 22_000, 44), words=words)
    begun = time.thread_time()
    compare(qtbot, view, old, new)
    QTest.keyClick(view, Qt.Key.Key_F8)
    view.grab()
    assert time.thread_time() - begun < 5  # on a slow machine
    assert "Difference 1 of 500" in labels(view)
    assert len(text_of(view).toPlainText()) < 200_000

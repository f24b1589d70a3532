"""Ghost text in mid-line: what stands behind it moves aside, with all that is painted on it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QTextCharFormat, QTextCursor, QTextLayout
from PySide6.QtWidgets import QApplication, QLabel, QTextEdit, QWidget

from app.settings import FONT_SIZE, THEME
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.ghosts import GHOST_WORDS, ghost_writer, hasten, preedit, wait_for_ghost
from ui.editor.inlay import IS_INLAY, into_layout
from ui.editor.text_areas import line_areas, origin, position_at

LINE = "One *two* three **four** five and `code` is all of it in one line, or two of them."
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    """A writer before whom ghost text stands behind the first word of a line."""
    writer = hasten(sit_down(ghost_writer()))
    writer.inkling.settings.change(THEME, "light")
    writer.paste_all(f"Above.\n\n{LINE}\n\nBelow.")
    writer.place_caret(writer.text.index("One") + 2)
    return writer


def show_ghost(writer: Writer) -> None:
    cursor = writer.page.textCursor()
    cursor.deleteChar()
    writer.type("e")
    wait_for_ghost(writer)
    assert writer.text == f"Above.\n\n{LINE}\n\nBelow."
    writer.page.viewport().repaint()


def mark(writer: Writer, words: str, colour: str = "red") -> None:
    selection = QTextEdit.ExtraSelection()
    selection.cursor = writer.page.document().find(words)
    selection.format = QTextCharFormat()
    selection.format.setBackground(QColor(colour))
    writer.inkling.highlights.show(words, [selection])


def laid_out(writer: Writer) -> str:
    block = writer.page.textCursor().block()
    begin = block.layout().preeditAreaPosition()
    return block.text()[: max(begin, 0)] + preedit(writer) + block.text()[max(begin, 0) :]


def formatted(writer: Writer) -> list[str]:
    """Return what has a format of its own in the caret's paragraph, ghost text left out."""
    text = laid_out(writer)
    kept = [each for each in spans(writer) if not each.format.hasProperty(IS_INLAY)]
    return [text[each.start : each.start + each.length] for each in kept]


def spans(writer: Writer) -> list[QTextLayout.FormatRange]:
    return writer.page.textCursor().block().layout().formats()


def point_of(writer: Writer, word: str) -> QPoint:
    """Return the middle of a word in the caret's paragraph, as it is painted."""
    block = writer.page.textCursor().block()
    start = into_layout(block, block.text().index(word))
    [area] = line_areas(block.layout(), start, start + len(word))
    return (area.center() + origin(writer.page, block)).toPoint()


def test_markdown_behind_it_keeps_its_looks(writer: Writer) -> None:
    before = formatted(writer)
    assert "two" in before
    assert "four" in before
    show_ghost(writer)
    assert formatted(writer) == before
    writer.inkling.highlighter.rehighlight()
    assert formatted(writer) == before
    writer.press(KEY.Key_Right, CTRL)
    assert formatted(writer) == before
    writer.press(KEY.Key_Escape)
    assert formatted(writer) == before
    assert not preedit(writer)


def test_a_heading_goes_on_in_it(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer()))
    writer.type("# Empty")
    wait_for_ghost(writer)
    assert "Empty" + GHOST_WORDS in "".join(formatted(writer))
    own = writer.page.textCursor().block().layout().formats()[-1]
    assert own.format.foreground().color() == QColor(writer.inkling.theme.colours.ghost)
    writer.type(" fo")
    assert "Empty" + GHOST_WORDS in "".join(formatted(writer))
    writer.press(KEY.Key_Escape)
    assert "".join(formatted(writer)) == "# Empty fo"


def test_marks_stay_on_their_words(writer: Writer) -> None:
    for words in ("three", "One *two*", "Above", "it in one line, or two of them."):
        mark(writer, words)
    all_of_them = marked(writer)
    show_ghost(writer)
    assert is_painted_red(writer, "three")
    assert is_painted_red(writer, "two")
    assert is_painted_red(writer, "them")
    assert not is_painted_red(writer, "code")
    assert not is_painted_red(writer, "five")
    assert marked(writer) == ["Above", "One"]
    mark(writer, "five")
    assert is_painted_red(writer, "five")
    writer.inkling.highlights.clear("three")
    assert not is_painted_red(writer, "three")
    mark(writer, "three")
    writer.inkling.highlights.clear("five")
    writer.press(KEY.Key_Escape)
    assert sorted(marked(writer)) == sorted(all_of_them)
    assert not any(each.format.hasProperty(IS_INLAY) for each in spans(writer))


def marked(writer: Writer) -> list[str]:
    return [selection.cursor.selectedText() for selection in writer.page.extraSelections()]


def is_painted_red(writer: Writer, word: str) -> bool:
    area = point_of(writer, word)
    image = writer.page.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    around = [area + QPoint(0, step) for step in range(-10, 11)]
    return any(image.pixelColor(each * ratio) == QColor("red") for each in around)


def test_places_on_the_page_are_those_that_are_seen(writer: Writer) -> None:
    show_ghost(writer)
    page, block = writer.page, writer.page.textCursor().block()
    for word in ("two", "three", "five", "them"):
        start = block.text().index(word)
        place = block.position() + start
        [area] = line_areas(block.layout(), start + len(GHOST_WORDS), start + len(GHOST_WORDS) + len(word))
        area.translate(origin(page, block))
        caret = page.cursorRect(page.text_cursor_at(place))
        assert abs(caret.left() - area.left()) < 2
        assert abs(caret.top() - area.top()) < 2
        for x in (area.left() + 1, area.center().x(), area.right() - 1):
            assert 0 <= position_at(page, QPointF(x, area.center().y()).toPoint()) - place < len(word)
        left = (area.topLeft() + QPointF(1, 5)).toPoint()
        assert page.cursorForPosition(left).position() == place
    in_ghost = writer.inkling.ghost.areas()[0].center().toPoint()
    assert page.cursorForPosition(in_ghost).position() == writer.caret
    end = writer.text.index("Below")
    below = page.cursorRect(page.text_cursor_at(end)).topLeft() + QPoint(1, 3)
    assert page.cursorForPosition(below).position() == end
    assert page.cursorForPosition(page.viewport().rect().bottomLeft()).position() == len(writer.text)


def test_in_the_last_line_too(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer()))
    writer.type("Empty")
    wait_for_ghost(writer)
    viewport = writer.page.viewport().rect()
    for corner in (viewport.bottomLeft(), viewport.bottomRight()):
        assert writer.page.cursorForPosition(corner).position() == len("Empty")


@pytest.mark.parametrize("word", ["two", "three", "code", "them", "Below", "Above"])
def test_a_click_places_the_caret_where_it_was_seen(writer: Writer, word: str) -> None:
    writer.inkling.settings.change(FONT_SIZE, 16.0)  # more lines with it than without it
    show_ghost(writer)
    target = writer.text.index(word)
    if word in LINE:
        point = point_of(writer, word)
    else:
        point = writer.page.cursorRect(writer.page.text_cursor_at(target + 2)).center()
    viewport = writer.page.viewport()
    writer.qtbot.mousePress(viewport, LEFT, pos=point)
    writer.qtbot.mouseMove(viewport, point + QPoint(1, 0))
    writer.qtbot.mouseRelease(viewport, LEFT, pos=point)
    assert not writer.inkling.ghost.text
    assert target <= writer.caret <= target + len(word)
    assert not writer.page.textCursor().hasSelection()


def test_a_double_click_selects_the_word_that_was_seen(writer: Writer) -> None:
    show_ghost(writer)
    point, viewport = point_of(writer, "three"), writer.page.viewport()
    writer.qtbot.mouseClick(viewport, LEFT, pos=point)
    writer.qtbot.mouseDClick(viewport, LEFT, pos=point)
    assert writer.page.textCursor().selectedText() == "three"


class Releases(QObject):
    """Notes where on a widget a button is let go."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.places: list[QPoint] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease:
            self.places.append(event.position().toPoint())
        return False


def test_the_middle_button_pastes_where_it_was_pressed(writer: Writer) -> None:
    """Qt pastes where it is let go, on platforms that have a selection to paste."""
    show_ghost(writer)
    point, viewport = point_of(writer, "three"), writer.page.viewport()
    releases = Releases(viewport)
    writer.qtbot.mouseClick(viewport, Qt.MouseButton.MiddleButton, pos=point)
    place = releases.places[-1]
    assert place != point
    assert 0 <= writer.page.cursorForPosition(place).position() - writer.text.index("three") <= len("three")


def test_a_click_after_that_is_one_where_it_is(writer: Writer) -> None:
    show_ghost(writer)
    point, viewport = point_of(writer, "three"), writer.page.viewport()
    writer.qtbot.mouseClick(viewport, LEFT, pos=point)
    writer.qtbot.wait(QApplication.doubleClickInterval() + 50)
    point = point_of(writer, "four")
    writer.qtbot.mouseClick(viewport, LEFT, pos=point)
    assert 0 <= writer.caret - writer.text.index("four") <= len("four")


def test_nothing_of_it_reaches_anything_that_is_kept_or_counted(sit_down: Sit, tmp_path: Path) -> None:
    writer = hasten(sit_down(ghost_writer()))
    file = tmp_path / "story.txt"
    file.write_text("Once more.")
    writer.open(file)
    writer.page.moveCursor(QTextCursor.MoveOperation.End)
    writer.type(" Empty")
    wait_for_ghost(writer)
    writer.inkling.documents.journal.flush()
    writer.save()
    assert writer.inkling.ghost.text == GHOST_WORDS
    assert file.read_text() == "Once more. Empty"
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Empty" in written
    assert b"anyone" not in written
    writer.wait_for(lambda: writer.inkling.word_count.words == 3)
    interface = QAccessible.queryAccessibleInterface(writer.page)
    assert interface.textInterface().characterCount() == len("Once more. Empty")
    assert interface.textInterface().text(0, 16) == "Once more. Empty"
    assert writer.inkling.manuscript.take().text == "Once more. Empty"
    writer.inkling.actions["select_all"].trigger()
    writer.inkling.actions["copy"].trigger()
    assert QApplication.clipboard().text() == "Once more. Empty"
    assert not writer.inkling.ghost.text


def test_neither_is_it_found_nor_in_the_statistics(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer()))
    writer.type("Empty")
    wait_for_ghost(writer)
    bar = writer.inkling.find_bar
    bar.open_find()
    bar._query.setText("anyone")
    writer.press(KEY.Key_F3)
    assert not writer.page.textCursor().hasSelection()
    bar.close_bar()
    statistics = writer.inkling.documents.statistics
    statistics.count_and_show()
    writer.wait_for(lambda: statistics.isVisible() and "…" not in said(statistics))
    assert "Words: 1" in said(statistics)
    statistics.close()


def said(window) -> str:
    return "\n".join(label.accessibleName() for label in window.findChildren(QLabel))

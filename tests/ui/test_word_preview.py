import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QCursor, QImage, QMouseEvent, QPainter, QTextCursor
from PySide6.QtWidgets import QApplication, QWidget

from app.engines.scripted import ScriptedEngine
from app.settings import THEME
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from ui.editor.word_preview import WordPreview

WORDS = ["big", "great", "vast"]
TEXT = "# House\n\nA *large* house stood there. Nobody came.\nTight below.\n\nMore."


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    writer = sit_down(masked=ScriptedEngine(words=WORDS))
    writer.paste_all(TEXT)
    return writer


def preview_of(writer: Writer) -> WordPreview:
    return writer.inkling.masked_tools.word_preview


def open_popup(writer: Writer, word: str = "large") -> None:
    writer.place_caret(writer.text.index(word) + 1)
    writer.press(KEY.Key_Period, CTRL)
    writer.wait_for(writer.inkling.masked_tools.word_popup.isVisible)


def press_in_popup(writer: Writer, key: Qt.Key) -> None:
    writer.qtbot.keyClick(writer.inkling.masked_tools.word_popup, key)


def grab(writer: Writer) -> QImage:
    writer.qtbot.wait(30)
    return writer.page.grab().toImage()


def place_of(writer: Writer, word: str) -> QTextCursor:
    return writer.page.document().find(word)


def area_of(writer: Writer, text: str) -> QRect:
    """Return where a text of one line stands, in the page."""
    start = writer.text.index(text)
    first = writer.page.cursorRect(writer.page.text_cursor_at(start))
    last = writer.page.cursorRect(writer.page.text_cursor_at(start + len(text)))
    return first.united(last).translated(writer.page.viewport().pos())


def is_same(one: QImage, other: QImage, outside: QRect) -> bool:
    images = QImage(one), QImage(other)
    for image in images:
        painter = QPainter(image)
        painter.fillRect(outside, Qt.GlobalColor.black)
        painter.end()
    return images[0] == images[1]


def count(image: QImage, colour: str, area: QRect) -> int:
    wanted = QColor(colour).rgb()
    return sum(
        image.pixel(x, y) == wanted
        for x in range(area.left(), area.right())
        for y in range(area.top(), area.bottom())
    )


def test_nothing_is_tried_before_the_writer_moves(writer: Writer) -> None:
    open_popup(writer)
    assert not preview_of(writer).isVisible()
    press_in_popup(writer, KEY.Key_Down)
    assert preview_of(writer).isVisible()
    assert preview_of(writer).text == "great"
    press_in_popup(writer, KEY.Key_Home)
    assert preview_of(writer).text == "big"
    press_in_popup(writer, KEY.Key_Escape)


def send_mouse(
    widget: QWidget, kind: QEvent.Type, point: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton
) -> None:
    """Tell a widget of the mouse, as the system would."""
    place = QPointF(widget.mapToGlobal(point))
    event = QMouseEvent(kind, QPointF(point), place, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def move_to(writer: Writer, row: int, offset: int = 0) -> None:
    """Move the mouse over a row."""
    popup = writer.inkling.masked_tools.word_popup
    point = popup.visualItemRect(popup.item(row)).center() + QPoint(offset, 0)
    send_mouse(popup.viewport(), QEvent.Type.MouseMove, point)


def test_the_mouse_tries_words_but_not_while_it_rests(writer: Writer) -> None:
    open_popup(writer)
    popup = writer.inkling.masked_tools.word_popup
    rest = popup.viewport().mapToGlobal(popup.visualItemRect(popup.item(1)).center())
    press_in_popup(writer, KEY.Key_Escape)
    QCursor.setPos(rest)
    open_popup(writer)
    move_to(writer, 1)
    assert popup.currentRow() == 0
    assert preview_of(writer).text == ""
    move_to(writer, 1, 1)
    assert preview_of(writer).text == "great"
    move_to(writer, 2)
    assert preview_of(writer).text == "vast"
    press_in_popup(writer, KEY.Key_Escape)


def test_the_document_never_knows(writer: Writer) -> None:
    document = writer.page.document()
    writer.type("!")
    writer.wait_for(lambda: writer.inkling.word_count._index.is_complete)
    open_popup(writer)

    def state() -> tuple[object, ...]:
        accessible = QAccessible.queryAccessibleInterface(writer.page)
        return (
            writer.text,
            document.revision(),
            document.availableUndoSteps(),
            document.isModified(),
            writer.inkling.word_count.words,
            writer.page.textCursor().selectedText(),
            accessible.text(QAccessible.Text.Value),
            [block.layout().preeditAreaText() for block in (document.firstBlock(), document.lastBlock())],
        )

    before = state()
    press_in_popup(writer, KEY.Key_Up)
    writer.qtbot.wait(400)
    assert state() == before
    writer.page.copy()
    assert QApplication.clipboard().text() == "large"
    press_in_popup(writer, KEY.Key_Escape)
    assert state() == before


def test_it_covers_the_paragraph_to_the_pixel(writer: Writer) -> None:
    writer.place_caret(len(TEXT))
    writer.page.clearFocus()
    before = grab(writer)
    preview_of(writer).show_word("large", place_of(writer, "large"))
    after = grab(writer)
    word = area_of(writer, "large")
    assert is_same(before, after, outside=word.adjusted(-1, 0, 1, 0))
    assert count(after, writer.inkling.theme.colours.accent, word) > 20
    assert count(before, writer.inkling.theme.colours.accent, word) == 0


def test_nothing_moves_outside_the_paragraph(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(words=["big", "extraordinarily and remarkably large"]))
    writer.paste_all("Above.\n\nIt was a large house" + ", and a river" * 3 + ".\nTight below.\n\nMore.")
    open_popup(writer)
    before = grab(writer)
    press_in_popup(writer, KEY.Key_Down)
    after = grab(writer)
    line = area_of(writer, "It was").adjusted(0, 0, 2000, 0)
    assert is_same(before, after, outside=line)
    assert not is_same(before, after, outside=QRect())
    press_in_popup(writer, KEY.Key_Escape)
    caret = area_of(writer, "large").adjusted(-2, 0, 2, 0)
    assert is_same(before, grab(writer), outside=caret)


@pytest.mark.parametrize("how", ["escape", "tab", "choosing", "typing", "clicking", "editing", "scrolling"])
def test_it_goes_away_by(writer: Writer, how: str) -> None:
    open_popup(writer)
    popup = writer.inkling.masked_tools.word_popup
    press_in_popup(writer, KEY.Key_Down)
    assert preview_of(writer).isVisible()
    if how == "escape":
        press_in_popup(writer, KEY.Key_Escape)
    elif how == "tab":
        press_in_popup(writer, KEY.Key_Tab)
    elif how == "choosing":
        press_in_popup(writer, KEY.Key_Return)
        assert "great" in writer.text
    elif how == "typing":
        writer.qtbot.keyClicks(popup, "x")
    elif how == "clicking":
        send_mouse(popup, QEvent.Type.MouseButtonPress, QPoint(-10, -10), Qt.MouseButton.LeftButton)
    elif how == "editing":
        writer.page.text_cursor_at(0).insertText("x\n")
    else:
        writer.page.verticalScrollBar().setValue(1)
    assert not preview_of(writer).isVisible()
    assert preview_of(writer).text == ""
    assert not popup.isVisible()


def test_it_follows_the_theme(writer: Writer) -> None:
    writer.inkling.settings.change(THEME, "light")
    preview_of(writer).show_word("great", place_of(writer, "large"))
    writer.inkling.settings.change(THEME, "dark")
    colours = writer.inkling.theme.colours
    image = grab(writer)
    area = area_of(writer, "large* house stood")
    assert count(image, colours.paper, area) > 500
    assert count(image, colours.accent, area) > 20


def test_the_sentence_is_said_as_it_would_read(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.editor.word_preview.announce", lambda widget, message: said.append(message))
    writer.paste_all("😀 First. A large house. Last.")
    open_popup(writer)
    assert said == []
    press_in_popup(writer, KEY.Key_Down)
    press_in_popup(writer, KEY.Key_Down)
    move_to(writer, 2, 1)
    assert said == ["A great house.", "A vast house."]
    press_in_popup(writer, KEY.Key_Escape)


def test_a_stream_elsewhere_goes_on_below_it(sit_down: Sit) -> None:
    engine = ScriptedEngine([" on"] * 100_000, seconds_per_token=0.01)
    writer = sit_down(engine, ScriptedEngine(words=WORDS))
    writer.paste_all("A large house.\n\nEnd")
    writer.continue_text()
    writer.wait_for(lambda: "on on" in writer.text)
    open_popup(writer)
    press_in_popup(writer, KEY.Key_Down)
    length = len(writer.text)
    writer.wait_for(lambda: len(writer.text) > length + 30)
    assert preview_of(writer).isVisible()
    press_in_popup(writer, KEY.Key_Escape)
    writer.inkling.continuation.stop()

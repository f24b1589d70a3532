from time import perf_counter

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from app.document.storage import LONGEST_PASTED_PARAGRAPH
from ui.editor.page import Page
from ui.editor.paste import MOST_CHARACTERS, MOST_HTML
from ui.editor.plain_text import text_of


@pytest.fixture
def page(qtbot) -> Page:
    page = Page()
    qtbot.addWidget(page)
    page.setPlainText("a b")
    page.moveCursor(page.textCursor().MoveOperation.End)
    page.refused = []
    page.paste_refused.connect(lambda error: page.refused.append(error.message))
    return page


def plain(text: str) -> QMimeData:
    content = QMimeData()
    content.setText(text)
    return content


def rich(html: str) -> QMimeData:
    content = QMimeData()
    content.setHtml(html)
    return content


def picture(content: QMimeData | None = None) -> QMimeData:
    content = content or QMimeData()
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    content.setImageData(image)
    return content


def paste(page: Page, content: QMimeData) -> None:
    assert page.canInsertFromMimeData(content)
    page.insertFromMimeData(content)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (plain("one\r\ntwo\rthree\u2029four\nfive"), "one\ntwo\nthree\nfour\nfive"),
        (plain("a\0b\u2028c\u00a0d 🙂"), "ab\u2028c\u00a0d 🙂"),
        (plain(" "), " "),
        (rich("<p>one <i>and</i></p><p>two</p>"), "one and\ntwo"),
        (picture(plain("words beside a picture")), "words beside a picture"),
        (picture(rich("<p>words around <img src='a.png'></p>")), "words around"),
    ],
)
def test_text_is_taken(page: Page, content: QMimeData, text: str) -> None:
    paste(page, content)
    assert text_of(page.document()) == f"a b{text}"
    assert page.refused == []
    page.undo()
    assert text_of(page.document()) == "a b"


def test_plain_text_is_taken_before_rich_text(page: Page) -> None:
    content = rich("<p>rich</p>")
    content.setText("plain")
    paste(page, content)
    assert text_of(page.document()) == "a bplain"


def test_what_is_selected_gives_way_in_the_same_step(page: Page) -> None:
    page.selectAll()
    paste(page, plain("new"))
    assert text_of(page.document()) == "new"
    page.undo()
    assert text_of(page.document()) == "a b"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (picture(), "A picture cannot be pasted here."),
        (picture(rich("<img src='http://example.com/a.png'>")), "A picture cannot be pasted here."),
        (plain("word " * (MOST_CHARACTERS // 5 + 1)), "This is too long to be pasted."),
        (rich("<b>word</b>" * (MOST_HTML // 11 + 1)), "This is too long to be pasted."),
        (
            plain("line\n" + "x" * (LONGEST_PASTED_PARAGRAPH + 1)),
            "A paragraph of more than 1,000,000 characters cannot be pasted.",
        ),
    ],
)
def test_what_a_page_cannot_hold_is_refused_in_words(page: Page, content: QMimeData, words: str) -> None:
    begun = perf_counter()
    paste(page, content)
    assert perf_counter() - begun < 2
    assert page.refused == [words]
    assert text_of(page.document()) == "a b"


def test_nothing_is_taken_from_what_holds_no_text(page: Page) -> None:
    content = QMimeData()
    content.setData("application/x-secret", b"abc")
    assert not page.canInsertFromMimeData(content)


def test_dropped_rich_text_goes_the_same_way(qtbot, page: Page) -> None:
    page.show()
    drop(page, rich("<p>dropped</p>"))
    assert "dropped" in text_of(page.document())
    drop(page, picture())
    assert page.refused == ["A picture cannot be pasted here."]


def test_addresses_are_text(page: Page) -> None:
    content = QMimeData()
    content.setUrls([QUrl("https://example.com/a")])
    paste(page, content)
    assert text_of(page.document()) == "a bhttps://example.com/a"


def drop(page: Page, content: QMimeData) -> None:
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPoint(5, 5)
    QApplication.sendEvent(page.viewport(), QDragEnterEvent(place, copy, content, left, none))
    QApplication.sendEvent(page.viewport(), QDropEvent(place, copy, content, left, none))

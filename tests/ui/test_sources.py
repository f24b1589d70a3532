"""Who wrote what, at the real window: every way in which text gets onto the page says where it comes from."""

import json
import math

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication, QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from app.document.manuscript import EARLIER, WRITER, Author, Manuscript, Source
from app.document.storage import digest
from app.engines.scripted import ScriptedEngine
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from ui.editor.clipboard import RUNS, packed, unpacked
from ui.editor.edit_capture import EditCapture
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.page import Page
from ui.editor.plain_text import text_of

MODEL = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
WORD = Source(Author.WORD, "word-mini", "2026-11-22T21:31:00Z")
FINGERPRINT = digest(b"text")
MINE = {"author": "writer", "model": "", "when": ""}
NOTHING = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot) -> Page:
    page = Page()
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return sit_down(ScriptedEngine([" and", " then"]), ScriptedEngine(words=["enormous", "big"]))


def parts(page: Page) -> list[tuple[str, Author, str]]:
    """Return what comes from whom, with the model."""
    found, begin = [], 0
    manuscript = ManuscriptOnPage(page).take()
    for length, source in manuscript.runs:
        found.append((manuscript.text[begin : begin + length], source.author, source.model))
        assert bool(source.when) == (source.author not in (Author.EARLIER, Author.WRITER))
        begin += length
    return found


def press(page: Page, text: str, key: int = 0) -> None:
    page.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, NOTHING, text))


def paste(page: Page, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    page.paste()


def plain(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


# The writer


def test_what_was_opened_was_there_earlier_and_what_is_typed_is_the_writers(writer: Writer) -> None:
    writer.paste_all("Once")
    writer.type(" upon")
    writer.press(KEY.Key_Return)
    writer.press(KEY.Key_Tab)
    assert parts(writer.page) == [("Once", Author.EARLIER, ""), (" upon\n\t", Author.WRITER, "")]


@pytest.mark.parametrize("text", ["x", "\r", "\t", "é", "\u00a0", "\u200c", "\ue000", "🙂"])
def test_what_is_typed_over_a_selection_is_the_writers(page: Page, text: str) -> None:
    ManuscriptOnPage(page).put(Manuscript.of("One two three", [(4, EARLIER), (3, MODEL), (6, EARLIER)]))
    page.setTextCursor(page.text_cursor_at(2, 6))
    press(page, text, KEY.Key_Return if text == "\r" else 0)
    written = text.replace("\r", "\n")
    assert parts(page) == [
        ("On", Author.EARLIER, ""),
        (written, Author.WRITER, ""),
        ("o", Author.CONTINUATION, "SmolLM2"),
        (" three", Author.EARLIER, ""),
    ]
    page.undo()
    assert ManuscriptOnPage(page).take().runs == ((4, EARLIER), (3, MODEL), (6, EARLIER))


def test_the_first_line_end_of_an_empty_page_is_the_writers(page: Page) -> None:
    press(page, "\r", KEY.Key_Return)
    assert parts(page) == [("\n", Author.WRITER, "")]
    page.undo()
    assert parts(page) == []


def test_what_is_typed_in_one_go_is_one_step(page: Page) -> None:
    ManuscriptOnPage(page).put(Manuscript.of_one("a", MODEL))
    page.moveCursor(QTextCursor.MoveOperation.End)
    for letter in "می\u200cخواهم\tx":
        press(page, letter)
    page.undo()
    assert parts(page) == [("a", Author.CONTINUATION, "SmolLM2")]


def test_an_input_method_writes_for_the_writer(page: Page) -> None:
    ManuscriptOnPage(page).put(Manuscript.of_one("cafe", MODEL))
    page.moveCursor(QTextCursor.MoveOperation.End)
    accent = QInputMethodEvent()
    accent.setCommitString("é", -1, 1)  # as holding a key down does on some systems
    QApplication.sendEvent(page, accent)
    QApplication.sendEvent(page, QInputMethodEvent("にほ", []))
    word = QInputMethodEvent()
    word.setCommitString("日本")
    QApplication.sendEvent(page, word)
    assert parts(page) == [("caf", Author.CONTINUATION, "SmolLM2"), ("é日本", Author.WRITER, "")]
    page.undo()
    page.undo()
    assert parts(page) == [("cafe", Author.CONTINUATION, "SmolLM2")]


@pytest.mark.parametrize("how", ["return", "accent"])
def test_redo_puts_the_caret_behind_what_it_brings_back(page: Page, how: str) -> None:
    ManuscriptOnPage(page).put(Manuscript.of_one("\ne", MODEL))
    if how == "return":
        press(page, "\r", KEY.Key_Return)
    else:
        page.setTextCursor(page.text_cursor_at(2))
        accent = QInputMethodEvent()
        accent.setCommitString("é", -1, 1)
        QApplication.sendEvent(page, accent)
    behind = page.textCursor().position()
    page.undo()
    page.setTextCursor(page.text_cursor_at(0))
    page.redo()
    assert page.textCursor().position() == behind


def test_what_the_context_menu_offers_is_the_writers(page: Page) -> None:
    ManuscriptOnPage(page).put(Manuscript.of_one("abc", MODEL))
    page.moveCursor(QTextCursor.MoveOperation.End)
    page._be_the_writer()  # as opening the menu does; its entries go past the page
    QPlainTextEdit.insertPlainText(page, "\u200f")
    assert parts(page)[-1] == ("\u200f", Author.WRITER, "")


def test_replacing_is_the_writers_and_leaves_the_rest_to_its_authors(writer: Writer) -> None:
    text = "a fox " * 2000
    on_page = ManuscriptOnPage(writer.page)
    on_page.put(Manuscript.of(text, [(6, EARLIER), (len(text) - 6, MODEL)]))
    before = on_page.take()
    bar = writer.inkling.find_bar
    bar.open_replace()
    bar._query.setText("fox")
    bar._replacement.setText("cat")
    bar.replace()
    bar.replace_all()
    after = on_page.take()
    assert after.text == text.replace("fox", "cat")
    assert after.runs[:5] == ((2, EARLIER), (3, WRITER), (1, EARLIER), (2, MODEL), (3, WRITER))
    writer.page.undo()
    writer.page.undo()
    assert on_page.take() == before


# The models


def test_a_continuation_names_its_model_and_is_taken_back_alone(writer: Writer) -> None:
    writer.type("She sat")
    writer.continue_text()
    writer.wait_for_stream()
    writer.type("!")
    assert parts(writer.page) == [
        ("She sat", Author.WRITER, ""),
        (" and then", Author.CONTINUATION, "script"),
        ("!", Author.WRITER, ""),
    ]
    writer.page.undo()
    writer.page.undo()
    assert parts(writer.page) == [("She sat", Author.WRITER, "")]
    writer.page.redo()
    assert parts(writer.page)[1:] == [(" and then", Author.CONTINUATION, "script")]


def test_ghost_text_that_is_taken_names_its_model(writer: Writer) -> None:
    writer.type("She sat")
    writer.wait_for(lambda: writer.inkling.ghost.text)
    writer.press(KEY.Key_Right, CTRL)
    writer.press(KEY.Key_Tab)
    assert parts(writer.page) == [
        ("She sat", Author.WRITER, ""),
        (" and then", Author.CONTINUATION, "script"),
    ]


def test_a_swapped_word_and_its_article_name_their_model(writer: Writer) -> None:
    writer.type("It was a large dog.")
    writer.place_caret(11)
    writer.press(KEY.Key_Period, CTRL)
    writer.wait_for(lambda: writer.inkling.masked_tools.word_popup.isVisible())
    writer.qtbot.keyClick(writer.inkling.masked_tools.word_popup, KEY.Key_1)
    title = writer.inkling.models.title("masked")
    assert parts(writer.page) == [
        ("It was ", Author.WRITER, ""),
        ("an enormous", Author.WORD, title),
        (" dog.", Author.WRITER, ""),
    ]


def test_what_an_inserted_word_pushes_aside_stays_its_authors(page: Page) -> None:
    from app.assist.word_edits import insertion, removal
    from ui.editor.edits import carry_out

    ManuscriptOnPage(page).put(Manuscript.of_one("The dog ran.", MODEL))
    carry_out(insertion("then", "The dog ran.", 0), page, page.document().firstBlock(), WORD)
    assert parts(page) == [
        ("Then ", Author.WORD, "word-mini"),
        ("the dog ran.", Author.CONTINUATION, "SmolLM2"),
    ]
    ManuscriptOnPage(page).put(Manuscript.of_one("It was a quite old dog.", MODEL))
    text = page.document().firstBlock().text()
    carry_out(removal(text, 9, 14), page, page.document().firstBlock(), WORD)
    assert parts(page) == [
        ("It was ", Author.CONTINUATION, "SmolLM2"),
        ("an", Author.WORD, "word-mini"),
        (" old dog.", Author.CONTINUATION, "SmolLM2"),
    ]


# The clipboard


def test_what_comes_from_elsewhere_is_pasted(page: Page) -> None:
    ManuscriptOnPage(page).put(Manuscript.of_one("abc", MODEL))
    page.setTextCursor(page.text_cursor_at(1, 2))
    paste(page, plain("one\r\ntwo"))
    press(page, "!")
    assert parts(page) == [
        ("a", Author.CONTINUATION, "SmolLM2"),
        ("one\ntwo", Author.PASTED, ""),
        ("!", Author.WRITER, ""),
        ("c", Author.CONTINUATION, "SmolLM2"),
    ]


def test_what_comes_from_the_page_stays_whose_it_is(page: Page) -> None:
    manuscript = Manuscript.of("a\u00a0🙂\nb c", [(3, MODEL), (2, WRITER), (2, EARLIER)])
    ManuscriptOnPage(page).put(manuscript)
    page.selectAll()
    page.cut()
    assert page.document().isEmpty()
    assert QGuiApplication.clipboard().text() == manuscript.text
    page.paste()
    assert ManuscriptOnPage(page).take() == manuscript
    other = Page()
    other.paste()
    assert ManuscriptOnPage(other).take() == manuscript


def test_what_is_dragged_stays_whose_it_is_and_goes_back_in_one_step(page: Page) -> None:
    manuscript = Manuscript.of("one two three", [(4, MODEL), (9, EARLIER)])
    on_page = ManuscriptOnPage(page)
    on_page.put(manuscript)
    page.setTextCursor(page.text_cursor_at(0, 4))
    place = QPointF(page.cursorRect(page.text_cursor_at(13)).center())
    data = page.createMimeDataFromSelection()
    drop = QDropEvent(place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NOTHING)
    page.dropEvent(drop)
    assert on_page.take() == Manuscript.of("one two threeone ", [(4, MODEL), (9, EARLIER), (4, MODEL)])
    page.undo()
    assert on_page.take() == manuscript


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b'{"text": 3}',
        json.dumps({"text": "0" * 32, "sources": [], "runs": []}).encode(),
        json.dumps({"text": FINGERPRINT, "sources": [], "runs": None}).encode(),
        json.dumps({"text": FINGERPRINT, "sources": [MINE], "runs": [[3, 0]]}).encode(),
        json.dumps({"text": FINGERPRINT, "sources": [MINE], "runs": [[math.inf, 0]]}).encode(),
    ],
)
def test_whatever_another_program_puts_beside_a_text_it_is_pasted(content: bytes) -> None:
    data = plain("text")
    data.setData(RUNS, content)
    found = unpacked(data, data.text())
    assert found.text == "text"
    assert [source.author for _, source in found.runs] == [Author.PASTED]


def test_runs_of_another_text_are_not_believed() -> None:
    data = packed(Manuscript.of_one("theirs", WRITER))
    data.setText("mine")
    assert [source.author for _, source in unpacked(data, data.text()).runs] == [Author.PASTED]


# Whole texts


def test_a_text_is_put_on_the_page_as_it_is(page: Page) -> None:
    on_page = ManuscriptOnPage(page)
    press(page, "x")  # the caret stands in text of the writer
    manuscript = Manuscript.of("é🙂\nb\n\n", [(1, MODEL), (2, EARLIER), (3, WRITER)])
    on_page.put(manuscript)
    assert on_page.take() == manuscript
    assert not page.document().isModified()
    assert not page.document().isUndoAvailable()
    on_page.put(Manuscript.of_one("plain"))
    assert on_page.take() == Manuscript.of_one("plain")
    on_page.put(Manuscript())
    assert on_page.take() == Manuscript()


def test_a_version_comes_back_in_one_step_that_touches_little(page: Page) -> None:
    on_page = ManuscriptOnPage(page)
    now = Manuscript.of("one two three", [(4, WRITER), (3, MODEL), (6, WRITER)])
    then = Manuscript.of("one 2 three", [(4, WRITER), (1, EARLIER), (6, WRITER)])
    on_page.put(now)
    changes: list[tuple[int, int, int]] = []
    page.document().contentsChange.connect(lambda *change: changes.append(change))
    on_page.replace(then)
    assert changes == [(4, 3, 1)]
    assert on_page.take() == then
    page.undo()
    assert on_page.take() == now
    assert not page.document().isUndoAvailable()
    on_page.replace(now)
    assert not page.document().isUndoAvailable()
    assert page.document().isRedoAvailable()


def test_typing_in_a_row_is_one_edit(page: Page) -> None:
    capture = EditCapture(page)
    capture.start()
    for letter in "abc":
        press(page, letter)
    page.setTextCursor(page.text_cursor_at(0))
    press(page, "x")
    first, second = capture.take_edits()
    assert (first.position, first.removed, first.inserted) == (0, 0, Manuscript.of_one("abc", WRITER))
    assert (second.position, second.removed, second.inserted) == (0, 0, Manuscript.of_one("x", WRITER))
    assert capture.take_edits() == []
    page.document().markContentsDirty(0, 2)  # nothing but looks
    assert capture.take_edits() == []
    capture.stop()
    press(page, "y")
    assert capture.take_edits() == []


def test_half_a_character_does_not_shift_what_stands_behind_it(page: Page) -> None:
    page.setPlainText("a🙂b\nc")
    cursor = page.text_cursor_at(2, 3)
    cursor.removeSelectedText()
    assert text_of(page.document()) == "a\ufffdb\nc"
    assert ManuscriptOnPage(page).take() == Manuscript.of_one("a\ufffdb\nc")
    assert page.sources.between(1, 3) == Manuscript.of_one("\ufffdb")


def test_redo_leaves_the_caret_behind_a_character_of_two_halves(page: Page) -> None:
    page.setPlainText("🙂")
    page.moveCursor(QTextCursor.MoveOperation.End)
    event = QInputMethodEvent()
    event.setCommitString("a", -2, 0)  # in front of what stands before the caret
    QApplication.sendEvent(page, event)
    page.undo()
    page.redo()
    assert text_of(page.document()) == "a🙂"
    press(page, "b")
    assert "🙂" in text_of(page.document())

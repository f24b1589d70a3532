import random

import pytest
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit

from app.document.statistics import count_words
from ui.editor.plain_text import text_of
from ui.editor.word_count import WordCount


@pytest.fixture
def page(qtbot) -> QPlainTextEdit:
    widget = QPlainTextEdit()
    qtbot.addWidget(widget)
    return widget


def settled(qtbot, counter: WordCount, document: QTextDocument) -> bool:
    qtbot.waitUntil(lambda: counter._index.is_complete)
    return counter.words == count_words(text_of(document))


def test_counts_what_is_there_and_what_is_typed(qtbot, page: QPlainTextEdit) -> None:
    page.setPlainText("One two\nthree")
    counter = WordCount(page.document(), page)
    qtbot.waitUntil(lambda: counter.words == 3)
    with qtbot.waitSignal(counter.changed) as blocker:
        page.moveCursor(QTextCursor.MoveOperation.End)
        qtbot.keyClicks(page, " four five")
    assert blocker.args == [5]


@pytest.mark.parametrize("seed", range(5))
def test_any_run_of_edits_gives_the_same_count_as_counting_anew(qtbot, page, seed: int) -> None:
    dice = random.Random(seed)
    page.setPlainText("\n".join("some words here 我们" for _ in range(50)))
    document = page.document()
    counter = WordCount(document, page)
    for _ in range(60):
        cursor = QTextCursor(document)
        end = document.characterCount() - 1
        cursor.setPosition(dice.randint(0, end))
        cursor.setPosition(min(cursor.position() + dice.randint(0, 60), end), QTextCursor.MoveMode.KeepAnchor)
        action = dice.randrange(5)
        if action == 0:
            cursor.removeSelectedText()
        elif action == 1:
            page.undo()
        elif action == 2:
            page.redo()
        else:
            cursor.insertText(dice.choice(["x", "a b\nc", "\n\n", "🙂 smile", "\n" * 5 + "end"]))
        if dice.random() < 0.2:
            assert settled(qtbot, counter, document)
    assert settled(qtbot, counter, document)
    page.setPlainText("all new")
    assert settled(qtbot, counter, document)


def test_counts_a_selection(qtbot, page: QPlainTextEdit) -> None:
    page.setPlainText("🙂 one two\nthree four\nfive six")
    counter = WordCount(page.document(), page)
    assert settled(qtbot, counter, page.document())
    cursor = page.textCursor()
    cursor.setPosition(7)
    cursor.setPosition(10, QTextCursor.MoveMode.KeepAnchor)
    assert (cursor.selectedText(), counter.words_in(cursor)) == ("two", 1)
    cursor.setPosition(26, QTextCursor.MoveMode.KeepAnchor)
    assert cursor.selectedText().endswith("five")
    assert counter.words_in(cursor) == 4


def test_a_long_text_is_counted_without_a_pause(qtbot, page: QPlainTextEdit) -> None:
    page.setPlainText("\n".join(["The quick brown fox jumps over the lazy dog. " * 10] * 11_000))
    counter = WordCount(page.document(), page)
    slices = 0
    while not counter._index.is_complete:
        counter._index.advance()
        slices += 1
    assert counter.words == 990_000
    assert slices >= 5

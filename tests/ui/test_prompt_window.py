"""Where the text begins that the model reads, while the writer writes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor, QTextDocument

from app.assist.continuation import BOUNDARY_REACH, CONTEXT_CHARACTERS, CONTEXT_STEP, build_prompt
from ui.editor.plain_text import text_of, to_utf16, utf16_length, utf16_offset
from ui.editor.prompt_window import PromptWindow

LEAST = CONTEXT_CHARACTERS // 2
MOST = CONTEXT_CHARACTERS + CONTEXT_STEP
SENTENCE = "The road came down from the hills, and nobody walked on it. "
NOVEL = (SENTENCE * 7 + "\n\n") * 100  # 42,200 characters
PIECES = [SENTENCE, "She went\u2028on", "\n\n", " ", "猫が来た。", "x" * 1500, "😀", "\u00a0"]
LONG_TEXTS = st.builds(
    lambda pieces, length: ("".join(pieces) * length)[:length],
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=30),
    st.integers(0, 30_000),
)


class Manuscript:
    """A document, the window of what is read of it, and a caret."""

    def __init__(self, text: str) -> None:
        self.document = QTextDocument()
        self.window = PromptWindow(self.document)
        self.caret = QTextCursor(self.document)
        self.caret.insertText(text)

    @property
    def read(self) -> str:
        return self.window.text_before(self.caret.position())

    @property
    def begin(self) -> int:
        """Where the window begins, in UTF-16 code units."""
        return self.caret.position() - utf16_length(self.read)

    @property
    def before(self) -> str:
        """Everything in front of the caret."""
        return to_utf16(text_of(self.document))[: 2 * self.caret.position()].decode("utf-16-le", "replace")

    def go(self, position: int) -> None:
        self.caret.setPosition(position)

    def delete(self, start: int, end: int) -> None:
        self.caret.setPosition(start)
        self.caret.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.caret.removeSelectedText()


def test_a_short_text_is_read_from_its_beginning(qapp) -> None:
    manuscript = Manuscript(NOVEL[:MOST])
    assert manuscript.read == NOVEL[:MOST]
    manuscript.go(0)
    assert manuscript.read == ""
    manuscript.caret.insertText("A title\n\n")
    manuscript.go(MOST)
    assert manuscript.read == ("A title\n\n" + NOVEL)[:MOST]


@settings(deadline=None, max_examples=50)
@given(LONG_TEXTS, st.data())
def test_of_any_text_the_end_before_the_caret_is_read(qapp, text: str, data: st.DataObject) -> None:
    manuscript = Manuscript(text)
    places = st.integers(0, len(text)).map(lambda count: utf16_offset(text, count))
    for position in data.draw(st.lists(places, min_size=1, max_size=5)):
        manuscript.go(position)
        assert manuscript.before.endswith(manuscript.read)
        length = utf16_length(manuscript.read)
        assert length <= MOST
        assert length == position or length >= LEAST
        assert manuscript.read == build_prompt(manuscript.read + ".")[:-1]  # nothing more is cut off there


@settings(deadline=None, max_examples=50)
@given(LONG_TEXTS, st.integers(20, 400))
def test_while_5000_characters_are_typed_at_the_end_the_beginning_moves_by_steps(
    qapp, text: str, at_a_time: int
) -> None:
    manuscript = Manuscript(text)
    beginnings = [manuscript.begin]
    typed = (SENTENCE * 100)[:5000]
    for start in range(0, len(typed), at_a_time):
        manuscript.caret.insertText(typed[start : start + at_a_time])
        beginnings.append(manuscript.begin)
    assert beginnings == sorted(beginnings)
    assert len(set(beginnings)) - 1 <= 5000 / CONTEXT_STEP + 1


@pytest.mark.parametrize(("start", "begins"), [(NOVEL, "The road"), ("x" * 40_000, "x")])
def test_it_moves_to_the_beginning_of_a_paragraph_where_one_is_near(qapp, start: str, begins: str) -> None:
    manuscript = Manuscript(start)
    assert manuscript.read.startswith(begins)
    assert CONTEXT_CHARACTERS - BOUNDARY_REACH <= len(manuscript.read) <= CONTEXT_CHARACTERS


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_the_beginning_stays_while_the_writer_edits_inside_the_window(qapp, data: st.DataObject) -> None:
    manuscript = Manuscript(NOVEL)
    begin, beginning = manuscript.begin, manuscript.read[:LEAST]
    room = MOST - len(manuscript.read)
    for _ in range(data.draw(st.integers(1, 10))):
        end = manuscript.document.characterCount() - 1
        manuscript.go(data.draw(st.integers(begin + LEAST, min(end, begin + MOST))))
        if room >= len(SENTENCE) and data.draw(st.booleans()):
            manuscript.caret.insertText(SENTENCE)
            room -= len(SENTENCE)
        elif data.draw(st.booleans()):
            last = manuscript.caret.position()
            manuscript.delete(max(begin + LEAST, last - 30), last)
        assert manuscript.begin == begin
        assert manuscript.read.startswith(beginning)
    manuscript.go(manuscript.document.characterCount() - 1)
    assert manuscript.begin == begin


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 30_000), st.sampled_from(["A new sentence. ", "\n\nA new paragraph", "😀", ""]))
def test_an_edit_above_the_window_changes_nothing_in_it(qapp, position: int, new: str) -> None:
    manuscript = Manuscript(NOVEL)
    before = manuscript.read
    elsewhere = QTextCursor(manuscript.document)
    elsewhere.setPosition(position)
    elsewhere.setPosition(position + 100, QTextCursor.MoveMode.KeepAnchor)
    elsewhere.insertText(new)
    assert manuscript.read == before


def test_what_is_written_at_its_beginning_belongs_to_it(qapp) -> None:
    manuscript = Manuscript(NOVEL)
    before = manuscript.read
    elsewhere = QTextCursor(manuscript.document)
    elsewhere.setPosition(manuscript.begin)
    elsewhere.insertText("And yet. ")
    assert manuscript.read == "And yet. " + before


def test_another_text_in_the_document_is_read_from_its_own_beginning(qapp) -> None:
    manuscript = Manuscript(NOVEL)
    assert manuscript.begin > 0
    manuscript.document.setPlainText("A letter")
    manuscript.go(len("A letter"))
    assert manuscript.read == "A letter"

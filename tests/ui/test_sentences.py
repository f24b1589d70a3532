import pytest
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument

from app.settings import Settings
from ui.editor.markdown_highlighter import MarkdownHighlighter
from ui.editor.passage import Passage
from ui.editor.plain_text import from_utf16, to_utf16
from ui.editor.sentences import select_sentence, sentence_places
from ui.theme import Theme


def split(text: str) -> list[str]:
    units = to_utf16(text)
    return [from_utf16(units[2 * start : 2 * end]) for start, end in sentence_places(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["She ran.", "He did not!", "Did he?"],
        ["Mr. Smith met Dr. J. R. Jones of the U.S. Army at 5 p.m. on Monday.", "They spoke."],
        ["See fig. 3 and No. 5 of vol. 2.", "They agree."],
        ["He said no.", "She left."],
        ["So do I.", "Then we agree."],
        ["“Who is there?” she called.", "Nobody answered."],
        ["“Go!”", "He went."],
        ["It was late… and dark.", "He slept."],
        ["The gate — “Shut it!” — Was open.", "He laughed."],
        ["It cost 3.50 at most.", "She paid."],
        ["Yes!", "😀👩‍👩‍👧 No."],
        ["שלום עולם.", "מה שלומך?"],
        ["你好。", "再见。"],
        ["no capital letters. but one sentence"],
        ["A line\u2028Broken in two.", "Another."],
    ],
)
def test_sentences_are_found_as_a_reader_finds_them(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences
    assert split(f"  {'   '.join(sentences)}  ") == sentences


@pytest.mark.parametrize("text", ["", "   ", "...", "* * *", "—", "😀"])
def test_what_has_no_letters_is_no_sentence(text: str) -> None:
    assert split(text) == []


def test_ten_thousand_initials_are_one_sentence() -> None:
    assert len(split("A. B. " * 5000 + "End.")) == 1


@pytest.fixture
def document(qapp) -> QTextDocument:
    return QTextDocument()


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        ("One. Two three. Four", 6, "Two three."),
        ("One. Two", 5, "Two"),
        ("One. Two", 0, "One."),
        ("“No!” she said. Two.", 2, "“No!” she said."),
        ("He met Mr. Smith. Two.", 12, "He met Mr. Smith."),
        ("- One. Two.", 3, "One."),
        ("# One. Two.", 3, "# One."),
        ("> One.", 0, "> One."),
        ("One. ", 5, "One."),
        ("* * *", 2, "* * *"),
        ("", 0, ""),
        ("no stop", 3, "no stop"),
        ("One\nTwo. Three\nFour.", 5, "Two."),
        ("你好。我很好！真的？", 4, "我很好！"),
        ("😀 One. Two.", 4, "😀 One."),
    ],
)
def test_the_sentence_at_a_place(document: QTextDocument, text: str, at: int, sentence: str) -> None:
    document.setPlainText(text)
    cursor = QTextCursor(document)
    cursor.setPosition(at)
    assert select_sentence(cursor).selectedText() == sentence


def touched(document: QTextDocument, start: int, end: int) -> list[list[str]]:
    selection = QTextCursor(document)
    selection.setPosition(start)
    selection.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    passage = Passage(selection)
    found = []
    while (part := passage.take_paragraph()) is not None:
        sentences = part.sentences()
        for sentence in sentences:
            selection.setPosition(sentence.start)
            selection.setPosition(sentence.end, QTextCursor.MoveMode.KeepAnchor)
            assert selection.selectedText() == sentence.text
        if sentences:
            found.append([sentence.text for sentence in sentences])
    assert passage.share_read == 1
    return found


def test_the_caret_means_its_paragraph(document: QTextDocument) -> None:
    document.setPlainText("Zero.\n😀 One. Two.\nThree.")
    assert touched(document, 8, 8) == [["😀 One.", "Two."]]
    assert touched(document, 0, 0) == [["Zero."]]


def test_a_selection_means_the_sentences_that_it_touches(document: QTextDocument) -> None:
    document.setPlainText("One. Two. Three.\n\nFour. Five. Six.")
    assert touched(document, 6, 26) == [["Two.", "Three."], ["Four.", "Five."]]
    assert touched(document, 4, 5) == []


def test_marks_of_lists_and_quotations_do_not_belong_to_a_sentence(document: QTextDocument) -> None:
    document.setPlainText("- One. Two.\n> 1. Three.\n2) Four.\n# Heading. No.\n---\nFive.")
    assert touched(document, 0, document.characterCount() - 1) == [
        ["One.", "Two."],
        ["Three."],
        ["Four."],
        ["Five."],
    ]


def test_fenced_code_holds_no_sentences(document: QTextDocument) -> None:
    theme = Theme(Settings(), QGuiApplication.styleHints())
    highlighter = MarkdownHighlighter(document, theme)
    document.setPlainText("One.\n```\nCode. More.\n```\nTwo.")
    highlighter.rehighlight()
    assert touched(document, 0, document.characterCount() - 1) == [["One."], ["Two."]]


def texts_of_next(passage: Passage) -> list[str]:
    part = passage.take_paragraph()
    assert part is not None
    return [sentence.text for sentence in part.sentences()]


def test_a_passage_is_read_as_it_stands_when_its_turn_comes(document: QTextDocument) -> None:
    document.setPlainText("One.\nTwo.\nThree.\nFour.")
    selection = QTextCursor(document)
    selection.setPosition(1)
    selection.setPosition(12, QTextCursor.MoveMode.KeepAnchor)
    passage = Passage(selection)
    edit = QTextCursor(document)
    assert texts_of_next(passage) == ["One."]
    assert 0 < passage.share_read < 1
    edit.insertText("😀 A new beginning.\n")
    edit.setPosition(document.toRawText().index("Three") + 1)  # the emoji counts twice
    edit.insertText("Second. ")
    assert texts_of_next(passage) == ["Two."]
    assert texts_of_next(passage) == ["Second.", "Three."]
    assert passage.take_paragraph() is None

import random
from collections.abc import Callable
from time import perf_counter

import pytest
from PySide6.QtGui import QFont, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from app.settings import THEME, Settings
from tests.waiting import wait_until
from ui.editor.markdown import LONGEST, spans_of
from ui.editor.markdown_highlighter import MarkdownHighlighter
from ui.theme import Colours, Theme

Formats = Callable[..., dict[str, QTextCharFormat]]


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def page(qtbot, settings: Settings) -> QPlainTextEdit:
    widget = QPlainTextEdit()
    qtbot.addWidget(widget)
    theme = Theme(settings, QGuiApplication.styleHints())
    theme.setParent(widget)
    widget.highlighter = MarkdownHighlighter(widget.document(), theme)
    return widget


@pytest.fixture
def marked(page: QPlainTextEdit) -> Callable[[str], list[tuple[str, str]]]:
    """Return the pieces of a text's last block with b(old), i(talic), c(ode), d(immed)."""

    def pieces(text: str) -> list[tuple[str, str]]:
        page.setPlainText(text)
        settle(page)
        block = page.document().lastBlock()
        units = block.text().encode("utf-16-le")
        found = []
        for span in block.layout().formats():
            piece = units[2 * span.start : 2 * (span.start + span.length)].decode("utf-16-le")
            kinds = kind(span.format)
            if found and found[-1][1] == kinds:
                found[-1] = (found[-1][0] + piece, kinds)
            else:
                found.append((piece, kinds))
        return found

    return pieces


def settle(page: QPlainTextEdit) -> None:
    """Let it format what a slice of time did not suffice for, when other programs had it."""
    wait_until(lambda: not page.highlighter._timer.isActive())


def kind(form: QTextCharFormat) -> str:
    letters = "b" if form.fontWeight() >= QFont.Weight.Bold else ""
    letters += "i" if form.fontItalic() else ""
    letters += "c" if form.fontFamilies() else ""
    return letters + ("d" if form.foreground().color().name() == Colours.named("light").muted else "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain prose, nothing more.", []),
        ("a *b c* d", [("*", "d"), ("b c", "i"), ("*", "d")]),
        ("a _b_ d", [("_", "d"), ("b", "i"), ("_", "d")]),
        ("**b** d", [("**", "d"), ("b", "b"), ("**", "d")]),
        ("__b__", [("__", "d"), ("b", "b"), ("__", "d")]),
        ("***b***", [("***", "d"), ("b", "bi"), ("***", "d")]),
        (
            "**a *b* c**",
            [("**", "d"), ("a ", "b"), ("*", "d"), ("b", "bi"), ("*", "d"), (" c", "b"), ("**", "d")],
        ),
        ("2 * 3 * 4", []),
        ("snake_case_name", []),
        ("a * b", []),
        ("`x*y*`", [("`", "d"), ("x*y*", "c"), ("`", "d")]),
        ("# Title", [("#", "d"), (" Title", "b")]),
        ("#tag", []),
        ("> said *she*", [("> ", "d"), ("said *", "d"), ("she", "id"), ("*", "d")]),
        ("- item", [("-", "d")]),
        ("12. item", [("12.", "d")]),
        ("12.5 litres", []),
        ("* * *", [("* * *", "d")]),
        ("🙂 *字🙂* x", [("*", "d"), ("字🙂", "i"), ("*", "d")]),
        ("```\n*code*", [("*code*", "c")]),
        ("```\ncode\n```\n*x*", [("*", "d"), ("x", "i"), ("*", "d")]),
    ],
)
def test_what_is_marked(marked, text: str, expected: list[tuple[str, str]]) -> None:
    merged: list[tuple[str, str]] = []
    for piece, kinds in expected:
        if merged and merged[-1][1] == kinds:
            merged[-1] = (merged[-1][0] + piece, kinds)
        else:
            merged.append((piece, kinds))
    assert marked(text) == merged


def test_closing_a_fence_frees_what_follows(page: QPlainTextEdit, marked) -> None:
    assert marked("```\ncode\nplain") == [("plain", "c")]
    cursor = page.textCursor()
    cursor.setPosition(page.document().findBlockByNumber(1).position() + 4)
    cursor.insertText("\n```")
    settle(page)
    assert page.document().lastBlock().layout().formats() == []


def test_taking_a_fence_out_frees_what_it_enclosed(page: QPlainTextEdit, marked) -> None:
    assert marked("```\ncode") == [("code", "c")]
    cursor = page.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    settle(page)
    assert page.document().lastBlock().layout().formats() == []


@pytest.mark.parametrize("seed", range(5))
def test_any_run_of_edits_leaves_what_formatting_anew_would(qtbot, page: QPlainTextEdit, seed: int) -> None:
    dice = random.Random(seed)
    document = page.document()
    for _ in range(150):
        cursor = QTextCursor(document)
        cursor.setPosition(dice.randrange(document.characterCount()))
        reach = min(cursor.position() + dice.randrange(8), document.characterCount() - 1)
        cursor.setPosition(reach, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(dice.choice(["", "\n", "*a*", "```", "\n```\n", "a\n\nb", "🙂 _x_", "# "]))
        if dice.random() < 0.2:
            page.undo()
    settle(page)
    incremental = all_formats(page)
    page.highlighter.rehighlight()
    settle(page)
    assert all_formats(page) == incremental


def test_a_book_is_formatted_in_slices(qtbot, page: QPlainTextEdit) -> None:
    page.setPlainText("```\n" + "\n".join(["some *words* of a line"] * 20_000))
    page.highlighter.rehighlight()
    last = page.document().lastBlock()
    assert last.layout().formats() == []
    qtbot.waitUntil(lambda: bool(last.layout().formats()))
    assert last.userState() == 1
    QTextCursor(page.document()).insertText("so no fence any more: ")
    assert last.userState() == 1
    qtbot.waitUntil(lambda: last.userState() == 0)


@pytest.mark.parametrize("sign", ["_a ", "**a ", "`" + "a``", "*_a", "> ", "* "])
def test_a_hostile_paragraph_takes_no_time(sign: str) -> None:
    begun = perf_counter()
    spans_of(sign * (LONGEST // len(sign)))
    spans_of(sign * 1_000_000)
    assert perf_counter() - begun < 30  # the square would be minutes


def test_an_input_method_and_the_signs_do_not_disturb_each_other(page: QPlainTextEdit, marked) -> None:
    marked("a *b* c")
    layout = page.document().firstBlock().layout()
    layout.setPreeditArea(3, "xy")
    page.highlighter.rehighlight()
    settle(page)
    assert [(span.start, span.length) for span in layout.formats()] == [(2, 1), (5, 1), (6, 1)]


def test_the_text_and_undo_stay_as_they_are(page: QPlainTextEdit, marked) -> None:
    marked("# *Title*")
    assert page.toPlainText() == "# *Title*"
    assert not page.document().isModified()
    assert not page.document().isUndoAvailable()


def test_takes_the_colours_of_the_theme(page: QPlainTextEdit, marked, settings: Settings) -> None:
    marked("- item")
    settings.change(THEME, "dark")
    settle(page)
    first = page.document().firstBlock().layout().formats()[0]
    assert first.format.foreground().color().name() == Colours.named("dark").muted


def all_formats(page: QPlainTextEdit) -> list[list[tuple[int, int, str]]]:
    found = []
    block = page.document().firstBlock()
    while block.isValid():
        found.append([(span.start, span.length, kind(span.format)) for span in block.layout().formats()])
        block = block.next()
    return found

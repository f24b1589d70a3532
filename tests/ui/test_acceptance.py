from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QToolTip,
    QWidget,
)

from app.assist.acceptance import AcceptanceFile, Counts, Heading, Kind, Tallies
from app.engines.scripted import ScriptedEngine
from app.settings import COUNT_TAKEN, READ_FOLLOWING, THEME
from tests.several_ways import SeveralWays
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.ghosts import GHOST_WORDS, ghost_writer, hasten, wait_for_ghost
from ui.dialogs.acceptance import Acceptance
from ui.dialogs.acceptance_chart import DAYS, AcceptanceChart


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return hasten(sit_down(ghost_writer(), ScriptedEngine(words=["big", "great", "huge"])))


def counts(writer: Writer, tmp_path: Path) -> dict[tuple[Kind, str], Counts]:
    """Return what the file holds once everything is written."""
    writer.inkling.help_tools.counting.settle()
    writer.inkling.help_tools.counting.write()
    writer.settle()
    tallies = AcceptanceFile(tmp_path / "data" / "acceptance.sqlite").read()
    return {(at.kind, at.model): one for at, one in tallies.items()}


def test_ghost_text_is_counted_once_however_it_is_taken(writer: Writer, tmp_path: Path) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Right, CTRL)
    writer.press(KEY.Key_Right, CTRL)
    writer.press(KEY.Key_Tab)
    assert writer.text == "Empty" + GHOST_WORDS
    assert counts(writer, tmp_path) == {(Kind.GHOST, "script"): Counts(1, 1, 6, len(GHOST_WORDS) - 3)}


def test_ghost_text_that_is_dismissed_was_shown(writer: Writer, tmp_path: Path) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Escape)
    assert counts(writer, tmp_path) == {(Kind.GHOST, "script"): Counts(shown=1)}


def test_a_continuation_counts_with_what_is_left_of_it(writer: Writer, tmp_path: Path) -> None:
    writer.inkling.actions["ghost"].trigger()
    writer.type("Empty")
    writer.continue_text()
    writer.wait_for_stream()
    kept = Counts(1, 1, 6, len(GHOST_WORDS) - 1)
    assert counts(writer, tmp_path) == {(Kind.CONTINUATION, "script"): kept}


def test_a_continuation_that_is_undone_while_it_runs_was_not_taken(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down(ScriptedEngine([" on"] * 100_000, seconds_per_token=0.01))
    writer.inkling.actions["ghost"].trigger()
    writer.type("Empty")
    writer.continue_text()
    writer.wait_for(lambda: " on on" in writer.text)
    writer.press(KEY.Key_Z, CTRL)
    writer.wait_for_stream()
    assert writer.text == "Empty"
    assert counts(writer, tmp_path) == {(Kind.CONTINUATION, "script"): Counts(shown=1)}


@pytest.fixture
def continued(sit_down: Sit) -> Writer:
    """A writer whose text has just been continued."""
    writer = sit_down(ScriptedEngine(takes=[[text] for text in (" a b", " c", " d", " e f g", " h", " i")]))
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.inkling.actions["ghost"].trigger()
    writer.type("Empty")
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "Empty a b"
    return writer


def test_a_continuation_that_is_undone_when_it_has_ended_was_not_taken(
    continued: Writer, tmp_path: Path
) -> None:
    continued.press(KEY.Key_Z, CTRL)
    assert counts(continued, tmp_path) == {(Kind.CONTINUATION, "script"): Counts(shown=1)}


def test_the_take_that_stays_is_the_one_that_was_taken(continued: Writer, tmp_path: Path) -> None:
    continued.press(KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    continued.press(KEY.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
    continued.wait_for_stream()
    assert continued.text == "Empty e f g"
    assert counts(continued, tmp_path) == {(Kind.CONTINUATION, "script"): Counts(2, 1, 3, len(" e f g") - 1)}


def test_what_is_cut_of_a_take_was_not_taken_and_what_is_written_into_it_is_the_writers(
    continued: Writer, tmp_path: Path
) -> None:
    continued.press(KEY.Key_Backspace)
    continued.press(KEY.Key_Backspace)
    continued.place_caret(len("Empty "))
    continued.type("x y ")
    assert continued.text == "Empty x y a"
    assert counts(continued, tmp_path) == {(Kind.CONTINUATION, "script"): Counts(1, 1, 1, len(" a") - 1)}


def test_what_is_left_of_a_continuation_counts_when_the_next_one_comes_and_when_a_file_is_opened(
    continued: Writer, tmp_path: Path
) -> None:
    continued.place_caret(0)
    continued.continue_text()
    continued.wait_for_stream()
    assert continued.text == "e f gEmpty a b"
    continued.select(len("e f gEmpty"), len(continued.text))
    continued.press(KEY.Key_Delete)  # the writer edits by now
    continued.page.document().setModified(False)
    file = tmp_path / "other.md"
    file.write_text("Another text")
    continued.open(file)
    taken = Counts(2, 2, 2 + 3, len(" a b") - 1 + len("e f g") - 1)
    assert counts(continued, tmp_path) == {(Kind.CONTINUATION, "script"): taken}


def test_what_is_put_between_two_texts_is_a_continuation(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down(SeveralWays([" A dog slept.", " It rained. And"], {" It rained.": -2.0}))
    writer.inkling.actions["ghost"].trigger()
    writer.paste_all("He ran.\n\nNight fell.")
    writer.place_caret(len("He ran."))
    writer.continue_text()
    writer.wait_for(lambda: "It rained." in writer.text)
    kept = Counts(1, 1, 2, len(" It rained.") - 1)
    assert counts(writer, tmp_path) == {(Kind.CONTINUATION, "script"): kept}


def test_other_words_are_counted(writer: Writer, tmp_path: Path) -> None:
    writer.paste_all("A large house.")
    popup = writer.inkling.masked_tools.word_popup
    for keys in ((KEY.Key_Escape,), (KEY.Key_Down, KEY.Key_Return)):
        writer.place_caret(4)
        writer.press(KEY.Key_Period, CTRL)
        writer.wait_for(popup.isVisible)
        for key in keys:
            writer.qtbot.keyClick(popup, key)
    assert writer.text == "A great house."
    model = writer.inkling.models.title("masked")
    assert counts(writer, tmp_path) == {(Kind.WORD, model): Counts(2, 1, 1, len("great") - 2)}


def test_no_keystroke_reaches_the_disk_by_itself_and_what_waits_is_written_at_the_end(
    writer: Writer, tmp_path: Path
) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Tab)
    writer.settle()
    file = tmp_path / "data" / "acceptance.sqlite"
    assert not file.exists()
    assert writer.inkling.documents.end(10_000)
    assert sum(AcceptanceFile(file).read().values(), Counts()).taken == 1


def test_nothing_of_the_text_is_in_the_file(writer: Writer, tmp_path: Path) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Tab)
    counts(writer, tmp_path)
    content = (tmp_path / "data" / "acceptance.sqlite").read_bytes()
    assert b"anyone" not in content
    assert b"Empty" not in content


def test_nothing_is_counted_when_the_writer_does_not_want_it(writer: Writer, tmp_path: Path) -> None:
    writer.inkling.settings.change(COUNT_TAKEN, False)
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Tab)
    assert counts(writer, tmp_path) == {}
    assert not (tmp_path / "data" / "acceptance.sqlite").exists()


def some_tallies() -> Tallies:
    today = date.today()
    long_ago = today - timedelta(days=DAYS)
    return {
        Heading(today, Kind.GHOST, "SmolLM2"): Counts(10, 4, 30, 120),
        Heading(today - timedelta(days=1), Kind.GHOST, "SmolLM2"): Counts(10, 1, 12, 60),
        Heading(today, Kind.WORD, "word-mini"): Counts(3, 3, 3, 9),
        Heading(long_ago, Kind.CONTINUATION, "SmolLM2"): Counts(1, 1, 100, 500),
    }


def open_window(writer: Writer, tmp_path: Path, tallies: Tallies) -> Acceptance:
    AcceptanceFile(tmp_path / "data" / "acceptance.sqlite").add(tallies)
    writer.inkling.actions["acceptance"].trigger()
    window = writer.inkling.help_tools.acceptance
    writer.wait_for(window.isVisible)
    return window


def cells(window: Acceptance) -> list[list[str]]:
    table = window.findChild(QTableWidget)
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_the_window_says_what_was_taken_by_model_and_by_day(writer: Writer, tmp_path: Path) -> None:
    window = open_window(writer, tmp_path, some_tallies())
    said = " ".join(label.text() for label in window.findChildren(QLabel))
    assert "8 of 23 suggestions taken, 45 words, 189 keystrokes saved" in said
    assert cells(window) == [
        ["SmolLM2", "Ghost text", "20", "5", "25.0 %", "42", "180"],
        ["SmolLM2", "Continue", "1", "1", "100 %", "100", "500"],
        ["word-mini", "Other words", "3", "3", "100 %", "3", "9"],
    ]
    chooser = window.findChild(QComboBox)
    writer.qtbot.keyClick(chooser, KEY.Key_Down)
    assert [row[0] for row in cells(window)][:2] == ["Today", "Yesterday"]
    assert cells(window)[0][1:] == ["13", "7", "53.8 %", "33", "129"]
    item = window.findChild(QTableWidget).item(0, 1)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Shown: 13"
    window.close()


def test_headings_stand_over_their_columns(writer: Writer, tmp_path: Path) -> None:
    window = open_window(writer, tmp_path, some_tallies())
    table = window.findChild(QTableWidget)
    heading, cell = (
        leftmost_ink(part, table.columnWidth(0)) for part in (table.horizontalHeader(), table.viewport())
    )
    assert heading == pytest.approx(cell, abs=1)
    window.close()


def leftmost_ink(part: QWidget, width: int) -> float:
    """Return where the writing begins in the upper left corner of a part of a table, in pixels."""
    row = part.grab(QRect(0, 4, width, 16)).toImage()  # above the line below the headings
    paper = row.pixelColor(0, 0)
    places = ((x, y) for x in range(row.width()) for y in range(row.height()))
    return next(x for x, y in places if row.pixelColor(x, y) != paper) / row.devicePixelRatio()


def test_the_chart_has_a_bar_for_each_day_and_says_its_numbers(writer: Writer, tmp_path: Path) -> None:
    window = open_window(writer, tmp_path, some_tallies())
    chart = window.findChild(AcceptanceChart)
    today, yesterday, before = (chart.bar(DAYS - 1 - ago) for ago in range(3))
    assert today.height() > yesterday.height() > before.height() == 0
    assert today.left() > yesterday.right() > before.left()
    assert today.height() / yesterday.height() == pytest.approx(33 / 12)
    for theme in ("light", "dark"):
        writer.inkling.settings.change(THEME, theme)
        drawn = chart.grab().toImage()
        ratio = drawn.devicePixelRatio()
        centre = today.center() * ratio
        assert drawn.pixelColor(centre.toPoint()).name() == writer.inkling.theme.colours.accent
    place = today.center().toPoint()
    QApplication.sendEvent(chart, QHelpEvent(QEvent.Type.ToolTip, place, chart.mapToGlobal(place)))
    writer.wait_for(QToolTip.isVisible)
    assert "7 of 13 suggestions taken, 33 words, 129 keystrokes saved" in QToolTip.text()
    QToolTip.hideText()
    assert "45 words, at most 33 on one day" in chart.accessibleDescription()
    window.close()


def test_an_empty_file_is_no_failure(writer: Writer, tmp_path: Path) -> None:
    window = open_window(writer, tmp_path, {})
    assert "Nothing has been counted yet." in [label.text() for label in window.findChildren(QLabel)]
    assert not button(window, "Erase").isEnabled()
    window.findChild(AcceptanceChart).grab()
    window.close()


def button(window: Acceptance, words: str) -> QPushButton:
    return next(found for found in window.findChildren(QPushButton) if words in found.text())


@pytest.mark.parametrize(("key", "is_kept"), [(KEY.Key_Escape, True), (KEY.Key_Return, True), (None, False)])
def test_erasing_asks_first_and_the_safe_answer_is_one_key_away(
    writer: Writer, tmp_path: Path, key: Qt.Key | None, is_kept: bool
) -> None:
    window = open_window(writer, tmp_path, some_tallies())
    writer.qtbot.keyClick(button(window, "Erase"), KEY.Key_Space)
    writer.wait_for(lambda: window.findChild(QMessageBox) is not None)
    box = window.findChild(QMessageBox)
    if key is not None:
        writer.qtbot.keyClick(box, key)
    else:
        answer = next(found for found in box.buttons() if found.text() == "Erase")
        writer.qtbot.mouseClick(answer, Qt.MouseButton.LeftButton)
    writer.wait_for(lambda: window.findChild(QMessageBox) is None)
    writer.settle()
    assert bool(AcceptanceFile(tmp_path / "data" / "acceptance.sqlite").read()) is is_kept
    assert bool(cells(window)) is is_kept
    window.close()


def test_return_in_the_window_does_not_erase(writer: Writer, tmp_path: Path) -> None:
    window = open_window(writer, tmp_path, some_tallies())
    writer.qtbot.keyClick(window, KEY.Key_Return)
    assert window.findChild(QMessageBox) is None
    window.close()


def test_a_folder_that_cannot_be_used_is_said_and_nothing_breaks(writer: Writer, tmp_path: Path) -> None:
    (tmp_path / "data" / "acceptance.sqlite").mkdir(parents=True)
    writer.inkling.actions["acceptance"].trigger()
    window = writer.inkling.help_tools.acceptance
    writer.wait_for(window.isVisible)
    assert any("could not be reached" in label.text() for label in window.findChildren(QLabel))
    window.close()


def test_a_mouse_rests_beside_the_bars_without_a_tip(writer: Writer, tmp_path: Path) -> None:
    window = open_window(writer, tmp_path, some_tallies())
    chart = window.findChild(AcceptanceChart)
    QApplication.sendEvent(
        chart, QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), chart.mapToGlobal(QPoint(1, 1)))
    )
    assert not QToolTip.isVisible()
    window.close()

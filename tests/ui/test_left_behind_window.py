from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QMessageBox, QPushButton

from app.document.manuscript import Manuscript
from app.document.notes import Notes
from tests.ui.test_comparison_view import labels
from ui.dialogs.comparison_text import ComparisonText
from ui.dialogs.left_behind import LeftBehindWindow

NOW = datetime.now(UTC)
DAMAGED = "The end of it is damaged; this is what can be read."


@dataclass(frozen=True)
class About:
    path: Path | None


@dataclass(frozen=True)
class Left:
    about: About
    base: Manuscript
    manuscript: Manuscript
    changed_at: datetime
    is_damaged: bool
    notes: Notes = field(default_factory=Notes)


STORY = Left(
    About(Path("/home/anna/Novels/story.md")),
    Manuscript.of_one("The river had risen."),
    Manuscript.of_one("The river had fallen by then."),
    NOW,
    True,
)
UNTITLED = Left(About(None), Manuscript(), Manuscript.of_one("Alone"), NOW - timedelta(days=3), False)


class Desk:
    """The window, what it said, and what a writer does there."""

    def __init__(self, qtbot, surroundings, *texts: Left, unreadable: tuple[Path, ...] = ()) -> None:
        self.qtbot = qtbot
        self.brought_back: list[Left] = []
        self.discarded: list[Left] = []
        self.window = LeftBehindWindow(texts, unreadable, surroundings)
        self.window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.window)
        self.window.bring_back.connect(self.brought_back.append)
        self.window.discarded.connect(self.discarded.append)
        self.window.resize(1000, 600)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.list = self.window.findChild(QListWidget)
        qtbot.waitUntil(lambda: all(" word" in entry for entry in self.entries()))

    def entries(self) -> list[str]:
        return [self.list.item(row).text() for row in range(self.list.count())]

    def click(self, text: str) -> None:
        buttons = self.window.findChildren(QPushButton)
        button = next(b for b in buttons if b.text().replace("&", "") == text and b.isVisible())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def shows(self, words: str) -> bool:
        return words in self.window.findChild(ComparisonText).toPlainText()

    def wait_for(self, label: str) -> None:
        self.qtbot.waitUntil(lambda: label in labels(self.window))


@pytest.fixture
def sit(qtbot, surroundings):
    return lambda *texts, **more: Desk(qtbot, surroundings, *texts, **more)


def test_each_text_is_listed_with_its_folder_time_and_words(sit) -> None:
    first, second = sit(STORY, UNTITLED).entries()
    assert first.split("\n")[:2] == ["story.md", "/home/anna/Novels"]
    assert first.endswith(" · 6 words")
    assert second.startswith("Untitled\n")
    assert second.endswith(" · 1 word")


def test_what_differs_is_shown_for_the_one_that_is_chosen(sit) -> None:
    desk = sit(STORY, UNTITLED)
    desk.wait_for("1 difference")
    assert {"Saved", "Not saved", DAMAGED} <= set(labels(desk.window))
    assert desk.shows("fallen by then")
    QTest.keyClick(desk.list, Qt.Key.Key_Down)
    desk.qtbot.waitUntil(lambda: desk.shows("Alone"))
    assert DAMAGED not in labels(desk.window)


def test_bringing_back_takes_a_text_off_the_list_once_that_is_done(sit) -> None:
    desk = sit(STORY, UNTITLED)
    QTest.keyClick(desk.list, Qt.Key.Key_Return)
    assert desk.brought_back == [STORY]
    assert desk.list.count() == 2
    desk.window.take_out(STORY)
    assert desk.list.count() == 1
    desk.qtbot.waitUntil(lambda: desk.shows("Alone"))
    desk.click("Bring Back")
    assert desk.brought_back == [STORY, UNTITLED]
    desk.window.take_out(UNTITLED)
    assert not desk.window.isVisible()


def test_discarding_asks_once(sit) -> None:
    desk = sit(STORY, UNTITLED)
    desk.click("Discard…")
    question = desk.window.findChild(QMessageBox)
    assert question.text() == "Discard what was not saved of “story.md”?"
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert not desk.discarded
    desk.click("Discard…")
    question = desk.window.findChildren(QMessageBox)[-1]
    sure = next(button for button in question.buttons() if button.text() == "Discard")
    assert question.defaultButton() is not sure
    QTest.mouseClick(sure, Qt.MouseButton.LeftButton)
    assert desk.discarded == [STORY]
    assert not desk.brought_back


def test_the_answer_is_about_the_text_that_was_asked_about(sit) -> None:
    desk = sit(STORY, UNTITLED)
    desk.click("Discard…")
    desk.list.setCurrentRow(1)
    question = desk.window.findChild(QMessageBox)
    sure = next(button for button in question.buttons() if button.text() == "Discard")
    QTest.mouseClick(sure, Qt.MouseButton.LeftButton)
    assert desk.discarded == [STORY]


@pytest.mark.parametrize("answer", ["Later", "Esc"])
def test_later_decides_nothing(sit, answer: str) -> None:
    desk = sit(STORY)
    if answer == "Esc":
        QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    else:
        desk.click(answer)
    assert not desk.window.isVisible()
    assert not desk.brought_back
    assert not desk.discarded


def test_what_cannot_be_read_is_told(sit) -> None:
    desk = sit(STORY, unreadable=(Path("/state/journals/a.journal.broken"),))
    words = "\n".join(labels(desk.window))
    assert "Inkling ended before this text was saved." in words
    assert "One more cannot be read. What there is of it lies in /state/journals/a.journal.broken." in words

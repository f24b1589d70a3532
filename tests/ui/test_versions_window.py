from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget

from app.document.manuscript import WRITER, Manuscript
from app.errors import InklingError
from tests.ui.test_comparison_view import labels
from ui.dialogs.comparison_text import ComparisonText
from ui.dialogs.moments import day
from ui.dialogs.version_list import VersionList
from ui.dialogs.versions import VersionsWindow

NOW = datetime.now(UTC)
TODAY = NOW.astimezone().replace(hour=0, minute=0).astimezone(UTC)


@dataclass(frozen=True)
class Kept:
    when: datetime
    words: int
    note: str
    text: str


class Versions:
    """Versions in memory; an empty text stands for a damaged one."""

    def __init__(self, *kept: Kept) -> None:
        self.kept = kept
        self.loaded: list[Kept] = []

    def generations(self) -> tuple[Kept, ...]:
        return self.kept

    def load(self, kept: Kept) -> Manuscript:
        self.loaded.append(kept)
        if not kept.text:
            raise InklingError("This version is damaged.", "Choose another one.")
        return Manuscript.of_one(kept.text, WRITER)


NEWEST = Kept(TODAY + timedelta(minutes=2), 3, "", "one two four")
MIDDLE = Kept(TODAY + timedelta(minutes=1), 1, "Before the file’s text was taken", "one two three")
OLDEST = Kept(TODAY - timedelta(days=1), 2, "", "one zero")
DAMAGED = Kept(TODAY - timedelta(days=2), 9, "", "")


class Desk:
    """The window, what is behind it, and what a writer does there."""

    def __init__(self, qtbot, surroundings, background, *kept: Kept) -> None:
        self.qtbot = qtbot
        self.page = "one two three"
        self.versions = Versions(*kept)
        self.restored: list[Manuscript] = []
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.window = VersionsWindow(
            "story.md", self.versions, background, lambda: self.page, surroundings, self.parent
        )
        self.window.restored.connect(self.restored.append)
        self.window.resize(1000, 600)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.list = self.window.findChild(VersionList)

    def wait_for(self, label: str) -> None:
        self.qtbot.waitUntil(lambda: label in labels(self.window))

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.window.findChildren(QPushButton) if b.text().replace("&", "") == text)

    def click(self, text: str) -> None:
        QTest.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def down(self) -> None:
        QTest.keyClick(self.list, Qt.Key.Key_Down)

    def entries(self) -> list[str]:
        return [self.list.item(row).text() for row in range(self.list.count())]


@pytest.fixture
def sit(qtbot, surroundings, background):
    return lambda *kept: Desk(qtbot, surroundings, background, *kept)


def test_versions_stand_below_their_days(sit) -> None:
    desk = sit(NEWEST, MIDDLE, OLDEST)
    desk.wait_for("1 difference")
    assert desk.window.windowTitle() == "Versions of “story.md”"
    days, others = desk.entries()[::3], [*desk.entries()[1:3], *desk.entries()[4:]]
    now = datetime.now(UTC)  # midnight may have passed since the tests began
    assert days == [day(version.when, now) for version in (NEWEST, OLDEST)]
    assert [entry.partition(" · ")[2] for entry in others] == [
        "3 words",
        "1 word\nBefore the file’s text was taken",
        "2 words",
    ]
    spoken = desk.list.item(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(day(NEWEST.when, datetime.now(UTC)))
    assert spoken.endswith("1 word, Before the file’s text was taken")


def test_the_newest_is_compared_with_the_page(sit) -> None:
    desk = sit(NEWEST, MIDDLE, OLDEST)
    desk.wait_for("1 difference")
    assert "On the page" in labels(desk.window)
    assert "four" in desk.window.findChild(ComparisonText).toPlainText()
    assert QApplication.focusWidget() is desk.list


def test_the_arrow_keys_choose_and_pass_over_days(sit) -> None:
    desk = sit(NEWEST, MIDDLE, OLDEST)
    desk.wait_for("1 difference")
    desk.down()
    desk.wait_for("Both are the same.")
    desk.down()
    desk.wait_for("1 difference")
    assert desk.versions.loaded == [NEWEST, MIDDLE, OLDEST]
    assert "zero" in desk.window.findChild(ComparisonText).toPlainText()


def test_a_version_is_compared_with_the_one_before_it(sit) -> None:
    desk = sit(NEWEST, MIDDLE, OLDEST)
    desk.wait_for("1 difference")
    switch = desk.window.findChild(QComboBox)
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Down)
    desk.qtbot.waitUntil(lambda: "On the page" not in labels(desk.window) and MIDDLE in desk.versions.loaded)
    desk.wait_for("1 difference")
    assert "three" in desk.window.findChild(ComparisonText).toPlainText()
    desk.list.setCurrentRow(4)
    desk.wait_for("This is the oldest version.")


def test_restoring_hands_the_version_over_and_closes(sit) -> None:
    desk = sit(NEWEST, OLDEST)
    desk.wait_for("1 difference")
    desk.click("Restore")
    assert desk.restored == [Manuscript.of_one("one two four", WRITER)]
    assert not desk.window.isVisible()


def test_return_restores_what_is_chosen(sit) -> None:
    desk = sit(NEWEST, OLDEST)
    desk.wait_for("1 difference")
    desk.down()
    desk.qtbot.waitUntil(desk.button("Restore").isEnabled)
    QTest.keyClick(desk.list, Qt.Key.Key_Return)
    assert desk.restored == [Manuscript.of_one("one zero", WRITER)]


def test_the_text_can_be_copied(sit) -> None:
    desk = sit(NEWEST)
    desk.wait_for("1 difference")
    desk.click("Copy Text")
    assert QGuiApplication.clipboard().text() == "one two four"
    assert desk.window.isVisible()


def test_a_page_that_changed_meanwhile_is_compared_again(sit) -> None:
    desk = sit(NEWEST)
    desk.wait_for("1 difference")
    desk.parent.show()
    desk.parent.activateWindow()
    desk.qtbot.waitUntil(lambda: not desk.window.isActiveWindow())
    desk.page = "one two four"
    desk.window.activateWindow()
    desk.wait_for("Both are the same.")


def test_without_versions_it_says_so(sit) -> None:
    desk = sit()
    desk.wait_for("No versions yet. Each save keeps one.")
    assert not desk.list.isVisible()
    assert not desk.button("Restore").isEnabled()
    assert not desk.button("Copy Text").isEnabled()


def test_a_damaged_version_says_so_and_cannot_be_restored(sit) -> None:
    desk = sit(NEWEST, DAMAGED)
    desk.wait_for("1 difference")
    desk.down()
    desk.wait_for("This version is damaged. Choose another one.")
    assert not desk.button("Restore").isEnabled()
    assert not desk.button("Copy Text").isEnabled()


def test_escape_closes_and_nothing_is_left_of_the_window(sit) -> None:
    desk = sit(NEWEST)
    desk.wait_for("1 difference")
    gone = []
    desk.window.destroyed.connect(lambda: gone.append(True))
    QTest.keyClick(desk.list, Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: bool(gone))
    assert not desk.restored


def test_closing_before_anything_is_there_is_quiet(sit, background) -> None:
    desk = sit(NEWEST, OLDEST)
    desk.window.close()
    background.run(lambda: None, lambda _: desk.restored.append("later"), lambda _: None)
    desk.qtbot.waitUntil(lambda: desk.restored == ["later"])

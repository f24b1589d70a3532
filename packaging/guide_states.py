"""The states of the window that the guide shows, each reached with keys and the mouse."""

import random
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.assist.acceptance import AcceptanceFile, Counts, Heading, Kind
from app.errors import InklingError
from app.paths import Paths
from screenshots import BEFORE_THE_GHOST, STREAMED, WORD, wait
from ui.application import Inkling
from ui.dialogs.versions import VersionsWindow

WIDTH, HEIGHT = 880, 520
TALL = 900  # for a panel that holds much
NARROW = 500  # too narrow for a page and a panel
PATIENCE = 300  # seconds for one step, on a machine that does much else
STILL_MS = 1500  # without a change, after which something is done
Key, Modifier = Qt.Key, Qt.KeyboardModifier
CTRL_SHIFT = Modifier.ControlModifier | Modifier.ShiftModifier
IN_LINE = " She rowed as fast as she ", "c", ", but the far bank came no nearer."
SEVERAL = " She pulled until her hands"  # goes on in several ways
BEFORE_THE_GAP = "somebody’s gate."
INSIDE, HOVERED = "untied the rope", "door"
MEMORY = "Anna is nineteen. She has never crossed the river in a flood. It is the year 1890."
AUTHORS_NOTE = "Quiet and tense. Soon she sees who holds the lantern."
ENTRY = "Anna", "the ferryman's daughter", "Stubborn, and afraid of deep water."
STYLE = "The boat went out. Nobody spoke. The oars rose and fell."
Seen = tuple[QWidget, ...]  # a window, and the popups over it


class Desk:
    """Works the window as a writer does."""

    def __init__(self, inkling: Inkling, paths: Paths) -> None:
        self.inkling = inkling
        self.paths = paths
        self.page = inkling.page
        self.window = inkling.window

    def sit_down(self) -> None:
        """Open the window and wait for the text and both models."""
        self.window.resize(WIDTH, HEIGHT)
        self.inkling.start()
        self.window.activateWindow()
        ready = self.inkling.models.is_ready
        self.wait_for(lambda: ready("causal") and ready("masked"), "the models")
        self.press(Key.Key_End, Modifier.ControlModifier)
        wait(200)

    def press(self, key: Qt.Key, modifier: Modifier = Modifier.NoModifier) -> None:
        """Press a key wherever the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.page, key, modifier)

    def type(self, text: str) -> None:
        """Type wherever the keyboard is."""
        QTest.keyClicks(QApplication.focusWidget() or self.page, text)

    def double_click(self, word: str) -> None:
        """Double-click a word of the page."""
        middle = self._middle_of(word)
        for act in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseRelease):
            act(self.page.viewport(), Qt.MouseButton.LeftButton, pos=middle)

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Let the program run until something is so.

        Raises:
            InklingError: it was not so for minutes.
        """
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise InklingError(f"Waited in vain for {what}.")
            wait(5)

    def click_behind(self, words: str) -> None:
        """Click where some words of the page end."""
        place = self.page.document().find(words)
        point = self.page.cursorRect(place).center()
        QTest.mouseClick(self.page.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def rest_with_alt(self, word: str) -> None:
        """Move the pointer onto a word of the page, with Alt held."""
        viewport, point = self.page.viewport(), QPointF(self._middle_of(word))
        none, screen = Qt.MouseButton.NoButton, QPointF(viewport.mapToGlobal(point))
        event = QMouseEvent(QEvent.Type.MouseMove, point, screen, none, none, Modifier.AltModifier)
        QApplication.sendEvent(viewport, event)

    def continue_to_the_end(self) -> None:
        """Continue, and wait until that ends by itself."""
        tools = self.inkling.causal_tools
        self.press(Key.Key_Return, Modifier.ControlModifier)
        self.wait_for(lambda: not tools.is_writing, "the continuation")

    def wait_until_still(self, look: Callable[[], object], what: str) -> None:
        """Let the program run until what is seen has changed and then stays as it is."""
        first = last = look()
        self.wait_for(lambda: look() != first, what)
        while last != (last := look()):
            wait(STILL_MS)

    def _middle_of(self, word: str) -> QPoint:
        place = self.page.document().find(word)
        end = self.page.cursorRect(place).center()
        place.setPosition(place.selectionStart())
        return (self.page.cursorRect(place).center() + end) / 2


def ghost_text(desk: Desk) -> Seen:
    """Type, and rest."""
    desk.type(BEFORE_THE_GHOST)
    desk.wait_for(lambda: desk.inkling.ghost.text, "ghost text")
    return (desk.window,)


def ghost_inside(desk: Desk) -> Seen:
    """Begin a word in the middle of a line, and rest."""
    desk.type(IN_LINE[0] + IN_LINE[2])
    for _ in IN_LINE[2]:
        desk.press(Key.Key_Left)
    desk.type(IN_LINE[1])
    desk.wait_for(lambda: desk.inkling.ghost.text, "ghost text")
    return (desk.window,)


def ghost_choices(desk: Desk) -> Seen:
    """Rest, and ask for other ghost text."""
    desk.type(SEVERAL)
    desk.wait_for(lambda: desk.inkling.ghost.text, "ghost text")
    first = desk.inkling.ghost.text
    desk.press(Key.Key_BracketRight, Modifier.AltModifier)
    desk.wait_for(lambda: desk.inkling.ghost.text not in ("", first), "other ghost text")
    return (desk.window,)


def continuation(desk: Desk) -> Seen:
    """Continue, and look while it is written."""
    whole = desk.page.document().characterCount() + STREAMED
    desk.press(Key.Key_Return, Modifier.ControlModifier)
    desk.wait_for(lambda: desk.page.document().characterCount() > whole, "the stream")
    return (desk.window,)


def takes(desk: Desk) -> Seen:
    """Continue, and swap to the second take."""
    desk.continue_to_the_end()
    desk.press(Key.Key_Down, Modifier.AltModifier)
    return (desk.window,)


def retry(desk: Desk) -> Seen:
    """Have another three written, and look while they are."""
    desk.continue_to_the_end()
    whole = desk.page.document().characterCount()
    desk.press(Key.Key_Return, CTRL_SHIFT)
    count = desk.page.document().characterCount
    desk.wait_for(lambda: count() < whole, "the old take to go")
    desk.wait_for(lambda: count() > whole - STREAMED, "the new take")
    return (desk.window,)


def all_takes(desk: Desk) -> Seen:
    """Continue, retry, and look at one of the first three."""
    desk.continue_to_the_end()
    desk.press(Key.Key_Return, CTRL_SHIFT)
    desk.wait_for(lambda: not desk.inkling.causal_tools.is_writing, "the new takes")
    desk.press(Key.Key_T, CTRL_SHIFT)
    for _ in range(4):
        desk.press(Key.Key_Down)
    return (desk.window,)


def into_the_middle(desk: Desk) -> Seen:
    """Continue where a text follows."""
    desk.click_behind(BEFORE_THE_GAP)
    desk.continue_to_the_end()
    return (desk.window,)


def look_inside(desk: Desk) -> Seen:
    """Open the panel on a word."""
    desk.click_behind(INSIDE)
    desk.press(Key.Key_Left)
    desk.press(Key.Key_L, CTRL_SHIFT)
    desk.wait_for(desk.inkling.causal_tools.insight.panel.rows.count, "the words that the model weighed")
    return (desk.window,)


def look_inside_list(desk: Desk) -> Seen:
    """Rest the pointer on a word with Alt held."""
    popup = desk.inkling.causal_tools.insight.popup
    desk.rest_with_alt(HOVERED)
    desk.wait_for(popup.isVisible, "the words that the model weighed")
    return desk.window, popup


def surprise(desk: Desk) -> Seen:
    """Tint what is unexpected."""
    desk.press(Key.Key_U, CTRL_SHIFT)
    desk.wait_until_still(lambda: len(desk.page.extraSelections()), "the tints")
    return (desk.window,)


def notes(desk: Desk) -> Seen:
    """Fill in every field of the notes."""
    desk.window.resize(WIDTH, TALL)
    panel = desk.inkling.causal_tools.steering.notes_panel
    desk.press(Key.Key_F9)
    desk.type(MEMORY)
    desk.press(Key.Key_Tab)
    desk.type(AUTHORS_NOTE)
    add = next(button for button in panel.findChildren(QPushButton) if button.text() == "A&dd")
    QTest.mouseClick(add, Qt.MouseButton.LeftButton)
    for text in ENTRY:
        desk.type(text)
        desk.press(Key.Key_Tab)
    desk.type(STYLE)
    desk.wait_for(lambda: panel.style_sample.count, "the count of tokens")
    return (desk.window,)


def context(desk: Desk) -> Seen:
    """Write notes, and see what is read of them."""
    notes(desk)
    desk.press(Key.Key_F9, Modifier.ShiftModifier)
    wait(500)
    return (desk.window,)


def panel_over_page(desk: Desk) -> Seen:
    """Open a panel in a window too narrow for it and the page."""
    desk.window.resize(NARROW, HEIGHT)
    return look_inside(desk)


def other_words(desk: Desk) -> Seen:
    """Double-click a word and try the second of those that are offered."""
    popup = desk.inkling.masked_tools.word_popup
    desk.double_click(WORD)
    desk.wait_for(popup.isVisible, "other words")
    QTest.keyClick(popup, Key.Key_Down)
    return desk.window, popup


def versions(desk: Desk) -> Seen:
    """Save twice, and compare the page with what it was before."""
    for sentence in (" The rope was wet and stiff.", " She did not look back."):
        desk.type(sentence)
        desk.press(Key.Key_S, Modifier.ControlModifier)
        desk.wait_for(lambda: desk.inkling.documents.disk.is_idle, "the save")
        wait(1100)  # a version says when it was to the second
    desk.press(Key.Key_H, Modifier.ControlModifier | Modifier.ShiftModifier)
    window = desk.window.findChild(VersionsWindow)
    window.resize(WIDTH, HEIGHT)
    wait(500)
    desk.press(Key.Key_Down)
    desk.press(Key.Key_Down)
    wait(500)
    desk.press(Key.Key_F8)
    wait(500)
    return (window,)


def command_palette(desk: Desk) -> Seen:
    """Look for a command by a few letters."""
    desk.press(Key.Key_P, Modifier.ControlModifier | Modifier.ShiftModifier)
    desk.type("take")
    return (desk.window,)


def shortcuts(desk: Desk) -> Seen:
    """Open the page of shortcuts."""
    desk.press(Key.Key_F1)
    window = desk.inkling.help_tools.shortcuts
    desk.wait_for(window.isVisible, "the shortcuts")
    window.resize(window.width(), HEIGHT)
    return (window,)


def acceptance(desk: Desk) -> Seen:
    """Look at a month that is made up."""
    window = desk.inkling.help_tools.acceptance
    AcceptanceFile(desk.paths.acceptance_file).add(made_up_month())
    desk.inkling.actions["acceptance"].trigger()
    desk.wait_for(window.isVisible, "the counts")
    window.resize(window.width(), HEIGHT - 40)
    return (window,)


STATES: Mapping[str, Callable[[Desk], Seen]] = {
    "ghost-text": ghost_text,
    "ghost-inside": ghost_inside,
    "ghost-choices": ghost_choices,
    "continue": continuation,
    "takes": takes,
    "retry": retry,
    "all-takes": all_takes,
    "into-the-middle": into_the_middle,
    "look-inside": look_inside,
    "look-inside-list": look_inside_list,
    "surprise": surprise,
    "notes": notes,
    "context": context,
    "panel-over-page": panel_over_page,
    "other-words": other_words,
    "versions": versions,
    "command-palette": command_palette,
    "shortcuts": shortcuts,
    "acceptance": acceptance,
}


def made_up_month() -> dict[Heading, Counts]:
    """Return counts of a writer who does not write every day."""
    chance, today = random.Random(7), date.today()
    month: dict[Heading, Counts] = {}
    for ago in range(30):
        if chance.random() < 0.7:
            day, words = today - timedelta(days=ago), chance.randint(20, 160)
            shown = chance.randint(30, 90)
            ghost = Counts(shown, shown // 4, words // 2, 2 * words)
            month[Heading(day, Kind.GHOST, "SmolLM2 135M Instruct")] = ghost
            month[Heading(day, Kind.CONTINUATION, "SmolLM2 135M Instruct")] = Counts(5, 2, words, 5 * words)
            month[Heading(day, Kind.WORD, "word-mini")] = Counts(8, 3, 3, 9)
    return month

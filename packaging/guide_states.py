"""The states of the window that the guide shows, each reached with keys and the mouse."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QPushButton, QToolButton

from app.assist.acceptance import AcceptanceFile, Counts, Heading, Kind
from photography import Desk, Key, Modifier, Seen, wait
from ui.dialogs.versions import VersionsWindow

SIZE = QSize(880, 520)
ROOM_FOR_LIST = 580  # below the line of a word
TALL = 900  # for a panel that holds much
NARROW = 500  # too narrow for a page and a panel
CTRL_SHIFT = Modifier.ControlModifier | Modifier.ShiftModifier
BEFORE_THE_GHOST = " There was brown water as far as the eye"
IN_LINE = " She rowed as fast as she ", "c", ", but the far bank came no nearer."
SEVERAL = " She pulled until her hands"  # goes on in several ways
STREAMED = 120  # characters that stand on the page when a picture is taken
BEFORE_THE_GAP = "somebody’s gate."
INSIDE, HOVERED = "untied the rope", "door"
WORD = "swinging"
MEMORY = "Anna is nineteen. She has never crossed the river in a flood. It is the year 1890."
AUTHORS_NOTE = "Quiet and tense. Soon she sees who holds the lantern."
ENTRY = "Anna", "the ferryman's daughter", "Stubborn, and afraid of deep water."
STYLE = "The boat went out. Nobody spoke. The oars rose and fell."


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
    weighing = desk.inkling.causal_tools.insight.surprise
    desk.wait_for(lambda: desk.page.extraSelections() and not weighing.is_running, "the tints")
    return (desk.window,)


def notes(desk: Desk) -> Seen:
    """Fill in every field of the notes."""
    desk.window.resize(SIZE.width(), TALL)
    panel = desk.inkling.causal_tools.steering.notes_panel
    desk.press(Key.Key_F9)
    desk.type(MEMORY)
    desk.press(Key.Key_Tab)
    desk.type(AUTHORS_NOTE)
    add = next(button for button in panel.findChildren(QPushButton) if button.text() == "&Add")
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
    desk.window.resize(NARROW, SIZE.height())
    return look_inside(desk)


def other_words(desk: Desk) -> Seen:
    """Double-click a word and try the second of those that are offered."""
    desk.window.resize(desk.window.width(), max(desk.window.height(), ROOM_FOR_LIST))
    wait(200)
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
    desk.press(Key.Key_H, CTRL_SHIFT)
    window = desk.window.findChild(VersionsWindow)
    window.resize(SIZE)
    wait(500)
    for _ in range(2):
        QTest.keyClick(window.findChild(QListWidget), Key.Key_Down)
    ahead = next(button for button in window.findChildren(QToolButton) if "(F8)" in button.toolTip())
    desk.wait_for(ahead.isEnabled, "the comparison")
    QTest.mouseClick(ahead, Qt.MouseButton.LeftButton)
    wait(500)
    return (window,)


def command_palette(desk: Desk) -> Seen:
    """Look for a command by a few letters."""
    desk.press(Key.Key_P, CTRL_SHIFT)
    desk.type("take")
    return (desk.window,)


def shortcuts(desk: Desk) -> Seen:
    """Open the page of shortcuts."""
    desk.press(Key.Key_F1)
    window = desk.inkling.help_tools.shortcuts
    desk.wait_for(window.isVisible, "the shortcuts")
    window.resize(window.width(), SIZE.height())
    return (window,)


def acceptance(desk: Desk) -> Seen:
    """Look at a month that is made up."""
    window = desk.inkling.help_tools.acceptance
    AcceptanceFile(desk.paths.acceptance_file).add(made_up_month())
    desk.inkling.actions["acceptance"].trigger()
    desk.wait_for(window.isVisible, "the counts")
    window.resize(window.width(), SIZE.height() - 40)
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

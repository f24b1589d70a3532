"""One table of the keys that mean something in a place of the window, beside those of the commands."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

GESTURES = ("click", "double click", "wheel", "1 to 8", "pointer at rest")


@dataclass(frozen=True)
class PlaceKeys:
    """Keys that do one thing in one place.

    place: where they mean it.
    keys: each as Qt writes it, or a gesture, alone or behind modifiers: “Ctrl+click”.
    text: what they do.
    """

    place: str
    keys: tuple[str, ...]
    text: str


GHOST_TEXT, LISTS, MARKS, FINDING, PALETTE, PAGE = (
    "Ghost text",
    "Lists of words",
    "Marks",
    "Find and replace",
    "Command palette",
    "Page and panels",
)

KEYS_ON_THE_PAGE = (
    PlaceKeys(GHOST_TEXT, ("Tab", "click"), "Take all of it"),
    PlaceKeys(GHOST_TEXT, ("Ctrl+Right",), "Take a word"),
    PlaceKeys(GHOST_TEXT, ("Ctrl+Down",), "Take the sentence"),
    PlaceKeys(GHOST_TEXT, ("Alt+]", "Alt+[", "Alt+PgDown", "Alt+PgUp"), "Leaf through other suggestions"),
    PlaceKeys(GHOST_TEXT, ("Esc",), "Dismiss it"),
    PlaceKeys(LISTS, ("double click",), "Open other words for a word"),
    PlaceKeys(LISTS, ("Alt+pointer at rest",), "Show the words that the model weighed"),
    PlaceKeys(LISTS, ("Up", "Down"), "Try a word in its sentence"),
    PlaceKeys(LISTS, ("Return", "click", "1 to 8"), "Take a word"),
    PlaceKeys(LISTS, ("Esc",), "Close the list"),
    PlaceKeys(MARKS, ("Ctrl+click",), "Take a marked word out"),
    PlaceKeys(MARKS, ("Esc",), "Clear all marks"),
    PlaceKeys(FINDING, ("Return", "Shift+Return"), "Next match, previous match"),
    PlaceKeys(FINDING, ("Esc",), "Close the bar"),
    PlaceKeys(PALETTE, ("Up", "Down", "PgUp", "PgDown"), "Move through the commands"),
    PlaceKeys(PALETTE, ("Return", "click"), "Run a command"),
    PlaceKeys(PALETTE, ("Esc",), "Close the palette"),
    PlaceKeys(PAGE, ("Ctrl+wheel",), "Make the type larger or smaller"),
    PlaceKeys(PAGE, ("F10",), "Open the menu bar"),
    PlaceKeys(PAGE, ("Esc",), "Close a panel and go back to the page"),
)


def key_name(key: str) -> str:
    """Return a key of the table as this platform writes it."""
    modifiers, _, gesture = key.rpartition("+")
    if gesture not in GESTURES:
        return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    words = QCoreApplication.translate("keys", gesture)
    if not modifiers:
        return words
    return QKeySequence(f"{modifiers}+A").toString(QKeySequence.SequenceFormat.NativeText)[:-1] + words

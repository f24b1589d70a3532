"""What keys mean while ghost text is shown."""

from enum import Enum, auto

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

IDLE_KEYS = {
    *(Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr),
    *(Qt.Key.Key_Meta, Qt.Key.Key_Super_L, Qt.Key.Key_Super_R, Qt.Key.Key_Hyper_L, Qt.Key.Key_Hyper_R),
    *(Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_ScrollLock),
    *(Qt.Key.Key_Multi_key, Qt.Key.Key_Mode_switch),
    *range(Qt.Key.Key_Dead_Grave, Qt.Key.Key_Dead_Longsolidusoverlay + 1),
}
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
BRACKETS = ("[", "]")
FORWARD = {
    Qt.LayoutDirection.LeftToRight: QKeySequence.StandardKey.MoveToNextWord,
    Qt.LayoutDirection.RightToLeft: QKeySequence.StandardKey.MoveToPreviousWord,
}
IGNORED = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier


class GhostKey(Enum):
    """What a key asks of the ghost text."""

    TAKE_ALL = auto()
    TAKE_WORD = auto()
    TAKE_SENTENCE = auto()
    NEXT = auto()
    PREVIOUS = auto()
    DISMISS = auto()


KEYS = {  # by Qt's numbers for them: a letter that Qt has no name for is none of its keys in Python
    QKeyCombination(Qt.Key.Key_Tab).toCombined(): GhostKey.TAKE_ALL,
    QKeyCombination(CONTROL, Qt.Key.Key_Down).toCombined(): GhostKey.TAKE_SENTENCE,
    QKeyCombination(ALT, Qt.Key.Key_BracketRight).toCombined(): GhostKey.NEXT,
    QKeyCombination(ALT, Qt.Key.Key_BracketLeft).toCombined(): GhostKey.PREVIOUS,
    # On many keyboards brackets need AltGr already.
    QKeyCombination(ALT, Qt.Key.Key_PageDown).toCombined(): GhostKey.NEXT,
    QKeyCombination(ALT, Qt.Key.Key_PageUp).toCombined(): GhostKey.PREVIOUS,
    QKeyCombination(Qt.Key.Key_Escape).toCombined(): GhostKey.DISMISS,
}


def meaning_of(event: QKeyEvent, direction: Qt.LayoutDirection) -> GhostKey | None:
    """Return what a key asks of ghost text in a paragraph of this direction; None where it asks nothing.

    The key that moves the caret a word forward takes a word: where text runs to the left, the left one.
    """
    if event.matches(FORWARD[direction]):
        return GhostKey.TAKE_WORD
    return KEYS.get(event.keyCombination().toCombined() & ~IGNORED.value)


def is_idle(event: QKeyEvent) -> bool:
    """Tell whether a key does nothing by itself: a modifier, a lock, or what begins an accented letter."""
    return event.key() in IDLE_KEYS


def is_stray(event: QKeyEvent) -> bool:
    """Tell whether a key that asks for another ghost text, where none is shown, would write a bracket."""
    is_press = event.type() == QEvent.Type.KeyPress
    return is_press and event.modifiers() == ALT and event.text() in BRACKETS

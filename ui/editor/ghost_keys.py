"""What keys mean while ghost text is shown."""

from enum import Enum, auto

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

MODIFIER_KEYS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
IGNORED = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier


class GhostKey(Enum):
    """What a key asks of the ghost text."""

    TAKE_ALL = auto()
    TAKE_WORD = auto()
    TAKE_SENTENCE = auto()
    NEXT = auto()
    PREVIOUS = auto()
    DISMISS = auto()


KEYS = {
    QKeyCombination(Qt.Key.Key_Tab): GhostKey.TAKE_ALL,
    QKeyCombination(CONTROL, Qt.Key.Key_Down): GhostKey.TAKE_SENTENCE,
    QKeyCombination(ALT, Qt.Key.Key_BracketRight): GhostKey.NEXT,
    QKeyCombination(ALT, Qt.Key.Key_BracketLeft): GhostKey.PREVIOUS,
    # On many keyboards brackets need AltGr already.
    QKeyCombination(ALT, Qt.Key.Key_PageDown): GhostKey.NEXT,
    QKeyCombination(ALT, Qt.Key.Key_PageUp): GhostKey.PREVIOUS,
    QKeyCombination(Qt.Key.Key_Escape): GhostKey.DISMISS,
}


def meaning_of(event: QKeyEvent, direction: Qt.LayoutDirection) -> GhostKey | None:
    """Return what a key asks of ghost text in a paragraph of this direction; None where it asks nothing.

    The key that moves the caret a word forward takes a word: where text runs to the left, the left one.
    """
    is_leftward = direction == Qt.LayoutDirection.RightToLeft
    forward = QKeySequence.StandardKey.MoveToPreviousWord if is_leftward else QKeySequence.StandardKey.MoveToNextWord
    if event.matches(forward):
        return GhostKey.TAKE_WORD
    return KEYS.get(QKeyCombination(event.modifiers() & ~IGNORED, Qt.Key(event.key())))

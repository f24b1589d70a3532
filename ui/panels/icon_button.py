"""A small button with an icon that follows the theme."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from ui.icons import Icons
from ui.theme import Theme

ICON = QSize(16, 16)


class IconButton(QToolButton):
    """A button without a label; its words are a tooltip and what screen readers say.

    Args:
        icon: the icon's name.
        words: what the button does.
    """

    def __init__(
        self,
        icon: str,
        words: str,
        theme: Theme,
        icons: Icons,
        parent: QWidget | None = None,
        *,
        checkable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._icons = icons
        self.setObjectName(icon)
        self.setIconSize(ICON)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.say(words)
        self._dress()
        theme.changed.connect(self._dress)

    def say(self, words: str) -> None:
        """Change what the button says that it does."""
        self.setToolTip(words)
        self.setAccessibleName(words)

    @Slot()
    def _dress(self) -> None:
        self.setIcon(self._icons.icon(self.objectName()))

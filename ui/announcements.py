"""What a screen reader is told beside what has the focus."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

Politeness = QAccessible.AnnouncementPoliteness


def announce(widget: QWidget, message: str, politeness: Politeness = Politeness.Polite) -> None:
    """Let a screen reader say `message`, politely: once it has done with what it is saying."""
    announcement = QAccessibleAnnouncementEvent(widget, message)
    announcement.setPoliteness(politeness)
    QAccessible.updateAccessibility(announcement)

"""The one door through which messages reach the writer."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.errors import InklingError

log = logging.getLogger(__name__)


class Severity(Enum):
    """How much a notice asks of the writer."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Action:
    """Something that the writer can do about a notice at once."""

    label: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Notice:
    """What happened, what to do about it, and perhaps a button that does it."""

    text: str
    hint: str = ""
    severity: Severity = Severity.INFORMATION
    action: Action | None = None


class Notifications(QObject):
    """Hands notices to whatever shows them."""

    posted = Signal(object)  # Notice

    def inform(self, text: str, hint: str = "", action: Action | None = None) -> None:
        """Tell the writer something that needs no answer."""
        self.posted.emit(Notice(text, hint, Severity.INFORMATION, action))

    def warn(self, text: str, hint: str = "", action: Action | None = None) -> None:
        """Tell the writer something that they should know before they go on."""
        self.posted.emit(Notice(text, hint, Severity.WARNING, action))

    def report(self, error: BaseException, action: Action | None = None) -> None:
        """Tell the writer that something failed.

        An `InklingError` speaks for itself. Anything else goes to the log, and the writer reads a calm
        sentence.
        """
        if isinstance(error, InklingError):
            notice = Notice(error.message, error.hint, Severity.ERROR, action)
        else:
            log.error("Unexpected failure", exc_info=error)
            text = self.tr("Something went wrong inside Inkling. Your text is untouched.")
            notice = Notice(text, self.tr("The log has the details."), Severity.ERROR, action)
        self.posted.emit(notice)

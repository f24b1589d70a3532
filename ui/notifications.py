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
    withdrawn = Signal(object)  # Notice: it holds no longer

    def inform(self, text: str, hint: str = "", action: Action | None = None) -> Notice:
        """Tell the writer something that needs no answer; return what can be withdrawn."""
        return self._post(Notice(text, hint, Severity.INFORMATION, action))

    def warn(self, text: str, hint: str = "", action: Action | None = None) -> Notice:
        """Tell the writer something that they should know before they go on."""
        return self._post(Notice(text, hint, Severity.WARNING, action))

    def withdraw(self, notice: Notice) -> None:
        """Take back what is not so any more, whether the writer has read it or not."""
        self.withdrawn.emit(notice)

    def report(self, error: BaseException, action: Action | None = None) -> None:
        """Tell the writer that something failed.

        An `InklingError` speaks for itself. Anything else goes to the log, and the writer reads a calm
        sentence.
        """
        if isinstance(error, InklingError):
            self._post(Notice(error.message, error.hint, Severity.ERROR, action))
        else:
            log.error("Unexpected failure", exc_info=error)
            text = self.tr("Something went wrong inside Inkling. Your text is untouched.")
            self._post(Notice(text, self.tr("The log has the details."), Severity.ERROR, action))

    def _post(self, notice: Notice) -> Notice:
        self.posted.emit(notice)
        return notice

"""Flow: from the command to marks where a sentence may not follow from the one before it."""

from collections import deque
from itertools import pairwise

from PySide6.QtCore import QObject, Signal, Slot

from app.assist.flow import reads_badly
from app.worker.engine_client import EngineClient
from app.worker.messages import Checking, Event, Failed, Joins
from ui.controllers.models_controller import ModelsController
from ui.editor.flow_marks import FlowMarks
from ui.editor.page import Page
from ui.editor.sentence_join import SentenceJoin
from ui.editor.sentences import sentences_touched_by
from ui.notifications import Notifications


class FlowController(QObject):
    """Asks the masked model about the selection or the caret's paragraph, when the writer wishes it.

    Each paragraph is a request of its own, so that marks appear as they are found and a continuation does
    not wait for the end of a long check. A paragraph's beginning is a new start and never marked.
    """

    checking_changed = Signal(bool)
    progressed = Signal(object)  # fraction; None when nothing runs
    state_changed = Signal(str)  # for the status line; empty when there is nothing to say

    def __init__(
        self,
        page: Page,
        marks: FlowMarks,
        client: EngineClient,
        models: ModelsController,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._marks = marks
        self._client = client
        self._models = models
        self._notifications = notifications
        self._paragraphs: deque[list[SentenceJoin]] = deque()  # the first is being read
        self._total = 0  # joins
        self._request_id = 0

    @property
    def is_checking(self) -> bool:
        """Whether a check is running."""
        return bool(self._paragraphs)

    @Slot()
    def check(self) -> None:
        """Check the sentences of the selection or of the caret's paragraph, in place of a check that runs."""
        if not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
            return
        self.stop()
        self._marks.clear()
        document = self._page.document()
        paragraphs = [
            [SentenceJoin(document, before, after) for before, after in pairwise(sentences)]
            for sentences in sentences_touched_by(self._page.textCursor())
        ]
        self._paragraphs.extend(joins for joins in paragraphs if joins)
        if not self._paragraphs:
            self._notifications.inform(
                self.tr("Put the caret in a paragraph of two sentences or more, or select some.")
            )
            return
        self._total = self._joins_left()
        self.checking_changed.emit(True)
        self.state_changed.emit(self.tr("Checking the flow…"))
        self.progressed.emit(0.0)
        self._ask()

    @Slot()
    def stop(self) -> None:
        """End the check at once and keep the marks that it has made."""
        if self.is_checking:
            self._client.cancel(self._request_id)
            self._end()

    def _ask(self) -> None:
        joins = self._paragraphs[0]
        sentences = [joins[0].before, *(join.after for join in joins)]
        self._request_id = self._client.read_joins(sentences, self._on_event)

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or not self.is_checking:
            return
        match event:
            case Checking():
                read = self._total - self._joins_left() + event.fraction * len(self._paragraphs[0])
                self.progressed.emit(read / self._total)
            case Joins():
                self._mark(event.probabilities)
            case Failed():
                self._end()
                self._notifications.warn(event.message, event.hint)

    def _mark(self, probabilities: tuple[float, ...]) -> None:
        joins = self._paragraphs.popleft()
        self._marks.add(
            join for join, probability in zip(joins, probabilities, strict=True) if reads_badly(probability)
        )
        if self._paragraphs:
            self._ask()
        else:
            self._end()
            self._say_what_was_found()

    def _say_what_was_found(self) -> None:
        count = len(self._marks.joins)
        if count == 0:
            self._notifications.inform(self.tr("These sentences follow well."))
        elif count == 1:
            self._notifications.inform(
                self.tr("One sentence may not follow from the one before it."), self.tr("F8 goes there.")
            )
        else:
            self._notifications.inform(
                self.tr("%n sentences may not follow from the ones before them.", "", count),
                self.tr("F8 goes to the next."),
            )

    def _end(self) -> None:
        self._paragraphs.clear()
        self.progressed.emit(None)
        self.state_changed.emit("")
        self.checking_changed.emit(False)

    def _joins_left(self) -> int:
        return sum(len(joins) for joins in self._paragraphs)

"""Flow: from the command to marks where a sentence may not follow from the one before it."""

from itertools import pairwise

from PySide6.QtCore import QObject, Signal, Slot

from app.assist.flow import reads_badly
from app.worker.engine_client import EngineClient
from app.worker.messages import Checking, Event, Failed, Joins
from ui.controllers.models_controller import ModelsController
from ui.editor.flow_marks import FlowMarks
from ui.editor.page import Page
from ui.editor.passage import Passage
from ui.editor.sentence_join import SentenceJoin
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
        self._passage: Passage | None = None
        self._asked: list[SentenceJoin] = []  # of the paragraph that is being read
        self._found = 0
        self._share_before = 0.0  # of the passage, in front of that paragraph
        self._request_id = 0

    @property
    def is_checking(self) -> bool:
        """Whether a check is running."""
        return self._passage is not None

    @Slot()
    def check(self) -> None:
        """Check the sentences of the selection or of the caret's paragraph, in place of a check that runs."""
        if not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
            return
        self.stop()
        self._marks.clear()
        self._passage = Passage(self._page.textCursor())
        self._asked = []
        self._found = 0
        self.checking_changed.emit(True)
        self.state_changed.emit(self.tr("Checking the flow…"))
        self._read_on()
        if self.is_checking:
            self._end_selection()

    @Slot()
    def stop(self) -> None:
        """End the check at once and keep the marks that it has made."""
        if self.is_checking:
            self._client.cancel(self._request_id)
            self._end()

    def _end_selection(self) -> None:
        """Put the caret where the selection begins: it would cover what an explanation tints."""
        caret = self._page.textCursor()
        if caret.hasSelection():
            caret.setPosition(caret.selectionStart())
            bar = self._page.verticalScrollBar()
            seen = bar.value()
            self._page.setTextCursor(caret)
            bar.setValue(seen)  # the writer goes on reading where they were

    def _read_on(self) -> None:
        """Ask about the next paragraph that has two sentences, or come to the end."""
        if self._passage is None:
            return
        self._share_before = self._passage.share_read
        while (sentences := self._passage.take_paragraph()) is not None:
            if len(sentences) > 1:
                document = self._page.document()
                self._asked = [SentenceJoin(document, *neighbours) for neighbours in pairwise(sentences)]
                texts = [sentence.text for sentence in sentences]
                self._request_id = self._client.read_joins(texts, self._on_event)
                self.progressed.emit(self._share_before)
                return
        self._end()
        self._say_what_was_found()

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or self._passage is None:
            return
        match event:
            case Checking():
                before, behind = self._share_before, self._passage.share_read
                self.progressed.emit(before + event.fraction * (behind - before))
            case Joins():
                self._mark(event.probabilities)
                self._read_on()
            case Failed():
                self._end()
                self._notifications.warn(event.message, event.hint)

    def _mark(self, probabilities: tuple[float, ...]) -> None:
        """Mark the joins that read badly, but for those that the writer has edited meanwhile."""
        read = zip(self._asked, probabilities, strict=True)
        bad = [join for join, probability in read if reads_badly(probability) and join.is_whole]
        self._found += len(bad)
        self._marks.add(bad)

    def _say_what_was_found(self) -> None:
        if not self._asked:
            self._notifications.inform(
                self.tr("Put the caret in a paragraph of two sentences or more, or select some.")
            )
        elif self._found == 0:
            self._notifications.inform(self.tr("These sentences follow well."))
        elif self._found == 1:
            self._notifications.inform(
                self.tr("One sentence may not follow from the one before it."), self.tr("F8 goes there.")
            )
        else:
            self._notifications.inform(
                self.tr("%n sentences may not follow from the ones before them.", "", self._found),
                self.tr("F8 goes to the next."),
            )

    def _end(self) -> None:
        self._passage = None
        self.progressed.emit(None)
        self.state_changed.emit("")
        self.checking_changed.emit(False)

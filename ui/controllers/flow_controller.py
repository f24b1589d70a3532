"""Flow: from the command to marks where a sentence may not follow from the one before it."""

from itertools import pairwise

from PySide6.QtCore import QObject, Slot

from app.assist.flow import reads_badly
from app.worker.engine_client import EngineClient, EventHandler
from app.worker.messages import Event, Joins
from ui.controllers.checker import Checker
from ui.editor.marks import Marks
from ui.editor.page import Page
from ui.editor.passage import Part
from ui.editor.sentence_join import SentenceJoin
from ui.notifications import Notifications


class FlowController(QObject):
    """The check (see `Check`) of how sentences follow one another.

    A paragraph's beginning is a new start and never marked.
    """

    def __init__(
        self,
        page: Page,
        marks: Marks,
        checker: Checker,
        client: EngineClient,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._marks = marks
        self._checker = checker
        self._client = client
        self._notifications = notifications
        self._asked: list[SentenceJoin] = []  # of the paragraph that is being read
        self._found = 0

    @Slot()
    def check(self) -> None:
        """Check the sentences of the selection or of the caret's paragraph."""
        self._checker.run(self)

    @property
    def title(self) -> str:
        """See `Check.title`."""
        return self.tr("Checking the flow")

    def begin(self) -> None:
        """See `Check.begin`."""
        self._marks.replace(SentenceJoin, [])
        self._asked = []
        self._found = 0

    def ask(self, part: Part, handler: EventHandler) -> int | None:
        """See `Check.ask`."""
        sentences = part.sentences()
        if len(sentences) < 2:
            return None
        document = self._page.document()
        self._asked = [SentenceJoin(document, *neighbours) for neighbours in pairwise(sentences)]
        return self._client.read_joins([sentence.text for sentence in sentences], handler)

    def take(self, answer: Event) -> None:
        """See `Check.take`."""
        if isinstance(answer, Joins):
            read = zip(self._asked, answer.probabilities, strict=True)
            bad = [join for join, probability in read if reads_badly(probability) and join.is_whole]
            self._found += len(bad)
            self._marks.add(bad)

    def conclude(self) -> None:
        """See `Check.conclude`."""
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

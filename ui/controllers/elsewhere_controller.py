"""What other programs do to the file behind the page."""

from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.document.document import Document, Finding, OnDisk
from app.document.manuscript import Manuscript
from app.errors import InklingError
from ui.background_queue import BackgroundQueue
from ui.controllers.files_controller import FilesController, Step
from ui.controllers.journal_controller import JournalController
from ui.dialogs.changed_elsewhere import ChangedElsewhereWindow
from ui.dialogs.comparison_view import Surroundings
from ui.dialogs.question import Answer, Question, Role
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.page import Page
from ui.file_watch import FileWatch
from ui.notifications import Action, Notifications


class ElsewhereController(QObject):
    """Tells the writer that the file was changed by another program, and lets them choose between the texts.

    Nothing is ever taken or written over unasked, and whatever they choose, both texts become versions.
    """

    def __init__(
        self,
        page: Page,
        manuscript: ManuscriptOnPage,
        files: FilesController,
        journal: JournalController,
        disk: BackgroundQueue,
        notifications: Notifications,
        surroundings: Surroundings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._page = page
        self._manuscript = manuscript
        self._files = files
        self._journal = journal
        self._disk = disk
        self._notifications = notifications
        self._surroundings = surroundings
        self._window = window
        self._told = ""  # the digest of what the writer was told of
        self._watch = FileWatch(window)
        self._watch.touched.connect(self._look)
        files.document_changed.connect(self._follow)
        files.saved.connect(self._follow)
        files.changed_elsewhere.connect(self._ask)

    def let_go(self) -> None:
        """Look no more: the program ends."""
        self._watch.follow(None)

    @Slot()
    def _follow(self) -> None:
        self._told = ""
        self._watch.follow(self._files.document.path)

    @Slot()
    def _look(self) -> None:
        document = self._files.document
        self._disk.run(document.find, partial(self._on_found, document), self._on_not_found)

    def _on_found(self, document: Document, finding: Finding) -> None:
        if document is not self._files.document:
            return
        token = finding.digest or finding.state.value
        if finding.state is OnDisk.UNCHANGED:
            self._told = ""
        elif token != self._told:
            self._told = token
            self._tell(finding)

    def _on_not_found(self, error: BaseException) -> None:
        if not isinstance(error, InklingError):  # saving will tell of one that is
            self._notifications.report(error)

    def _tell(self, finding: Finding) -> None:
        name = self._files.document.name
        if finding.state is OnDisk.GONE:
            self._notifications.warn(
                self.tr("“{name}” was moved or deleted by another program.").format(name=name),
                self.tr("Your text is still on this page. Save it, or save it elsewhere."),
                Action(self.tr("Save As…"), self._files.save_as),
            )
        else:
            self._notifications.warn(
                self.tr("“{name}” was changed by another program.").format(name=name),
                self.tr("Your text is still on this page."),
                Action(self.tr("Compare…"), lambda: self._ask(finding, None)),
            )

    @Slot(object, object)
    def _ask(self, finding: Finding, then: Step | None) -> None:
        if finding.file is None:
            self._ask_about_another_thing(finding, then)
            return
        mine, theirs = self._manuscript.take().text, finding.file.text
        question = ChangedElsewhereWindow(
            self._files.document.name, mine, theirs, self._surroundings, self._window
        )
        question.keep_mine.connect(lambda: self._files.save_over(finding.digest, then))
        question.take_theirs.connect(lambda: self._take(finding))
        question.save_as.connect(lambda: self._files.save_as_and(then))
        self._files.document_changed.connect(question.reject)
        question.show()

    def _ask_about_another_thing(self, finding: Finding, then: Step | None) -> None:
        """Ask where the file holds no text any more that could be compared."""
        Question(
            self._window,
            self.tr("“{name}” was changed by another program.").format(name=self._files.document.name),
            self.tr("It is not a text file any more. Overwriting replaces it with the text on this page."),
            (
                Answer(self.tr("Save As…"), Role.AcceptRole, lambda: self._files.save_as_and(then)),
                Answer(
                    self.tr("Overwrite"),
                    Role.DestructiveRole,
                    lambda: self._files.save_over(finding.digest, then),
                ),
                Answer(self.tr("Cancel"), Role.RejectRole),
            ),
        ).ask()

    def _take(self, finding: Finding) -> None:
        """Put the file's text on the page, once both texts are kept."""
        document, mine, now = self._files.document, self._manuscript.take(), datetime.now().astimezone()
        self._disk.run(
            lambda: document.keep_both(mine, finding, now),
            partial(self._put, document, finding),
            self._notifications.report,
        )

    def _put(self, document: Document, finding: Finding, theirs: Manuscript) -> None:
        if document is not self._files.document:
            return
        self._manuscript.replace(theirs)
        self._page.document().setModified(False)
        self._journal.flush()
        self._disk.run(lambda: document.adopt(finding, theirs), lambda _: None, self._notifications.report)

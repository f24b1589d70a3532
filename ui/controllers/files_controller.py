"""New, open, save: the conversation between the page and the writer's files."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.document.document import NO_NOTES, ChangedElsewhereError, Document, Opened, open_document
from app.document.manuscript import Manuscript
from app.document.storage import TextFormat, UnencodableError
from app.paths import Paths
from ui.background_queue import BackgroundQueue
from ui.controllers.journal_controller import JournalController
from ui.controllers.notes_controller import NotesController
from ui.dialogs.question import Answer, Question, Role
from ui.editor.file_drop import FileDrop
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.page import Page
from ui.file_dialogs import choose_file, choose_place
from ui.notifications import Action, Notifications
from ui.recent_files import RecentFiles

Step = Callable[[], object]


class FilesController(QObject):
    """Brings files to the page and back, and never loses a text on the way.

    Args:
        page: shows the text.
        manuscript: the text on the page and who wrote it.
        journal: keeps what is written until it is saved.
        notes: those of the document.
        disk: where files are read and written.
        paths: where journals and histories lie.
        notifications: hears what went wrong.
        recent: remembers the files.
        window: carries the title, the question about unsaved changes and the file dialogs.
    """

    settling = Signal()  # the writer is asked about the text, or will be: nothing may stream into it
    about_to_replace_text = Signal()
    document_changed = Signal()
    saved = Signal(object)  # Path
    changed_elsewhere = Signal(object, object)  # Finding, and the Step that waits for the save or None
    state_changed = Signal(str)  # for the status line; empty when there is nothing to say

    def __init__(
        self,
        page: Page,
        manuscript: ManuscriptOnPage,
        journal: JournalController,
        notes: NotesController,
        disk: BackgroundQueue,
        paths: Paths,
        notifications: Notifications,
        recent: RecentFiles,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._page = page
        self._manuscript = manuscript
        self._journal = journal
        self._notes = notes
        self._disk = disk
        self._paths = paths
        self._notifications = notifications
        self._recent = recent
        self._window = window
        self._document = Document.untitled(paths)
        self._saves = 0  # on their way
        self._after_saves: list[Step] = []
        self._drop = FileDrop(page, self)
        self._drop.dropped.connect(self.open)
        page.document().modificationChanged.connect(self._show_unsaved)
        journal.follow(self._document)
        notes.follow(self._document, NO_NOTES)
        notes.changed.connect(self._show_unsaved)
        self._show_title()

    @property
    def document(self) -> Document:
        """The file behind the page."""
        return self._document

    @property
    def is_unsaved(self) -> bool:
        """Whether anything would be lost with the page: its text, or notes that no file keeps yet."""
        has_loose_notes = self._document.path is None and bool(self._notes.notes)
        return self._page.document().isModified() or has_loose_notes

    @Slot()
    def new(self) -> None:
        """Start an empty text."""
        self.when_safe(lambda: self.show(Opened(Document.untitled(self._paths), Manuscript())))

    @Slot()
    def choose_and_open(self) -> None:
        """Let the writer choose a file and open it."""
        self.when_safe(lambda: choose_file(self._window, self._document.path, self._open))

    @Slot(object)
    def open(self, path: Path) -> None:
        """Open `path`."""
        self.when_safe(lambda: self._open(path.expanduser().absolute()))

    def show(self, opened: Opened) -> None:
        """Put a document on the page, in place of one that has nothing to lose."""
        left = self._document
        self.about_to_replace_text.emit()
        self._journal.let_go()
        self._manuscript.put(opened.manuscript)
        self._document = opened.document
        self._journal.follow(opened.document)
        self._notes.follow(opened.document, opened.notes)
        self._disk.run(left.end, _nothing, self._notifications.report)
        self._show_title()
        self.document_changed.emit()
        if opened.document.path is not None:
            self._recent.add(opened.document.path)
        self._tell_of(opened)

    @Slot()
    def save(self) -> None:
        """Write the text to its file, or ask for one."""
        self._save(None)

    @Slot()
    def save_as(self) -> None:
        """Let the writer choose a file and write the text to it."""
        self.save_as_and(None)

    def save_as_and(self, then: Step | None) -> None:
        """Do the same, and `then` once nothing would be lost any more."""
        choose_place(self._window, self._document.path, lambda path: self._write_to(path, then))

    def save_over(self, digest: str, then: Step | None = None) -> None:
        """Write the text to its file in place of what another program wrote there."""
        if self._document.path is not None:
            self._write_to(self._document.path, then, over=digest)

    def when_safe(self, then: Step) -> None:
        """Do `then` once nothing would be lost: now, or after the writer saved or discarded the changes.

        Nothing happens where the writer cancels or saving fails.
        """
        if self._saves:
            self._after_saves.append(then)
        elif not self.is_unsaved:
            then()
        else:
            self.settling.emit()
            Question(
                self._window,
                self.tr("Save the changes to “{name}”?").format(name=self._name()),
                self.tr("What is not saved will be lost."),
                (
                    Answer(self.tr("Save"), Role.AcceptRole, lambda: self._save(then)),
                    Answer(self.tr("Discard"), Role.DestructiveRole, then),
                    Answer(self.tr("Cancel"), Role.RejectRole),
                ),
            ).ask()

    def close(self, then: Step) -> None:
        """Take leave of the document, whose changes are saved or not wanted, and do `then`."""
        self._notes.flush()
        self._disk.run(self._document.end, lambda _: then(), lambda _: then())

    def leave(self, then: Step) -> None:
        """Keep what is not saved for the next start, without a question, and do `then`."""
        self._journal.flush()
        self._notes.flush()
        leave = self._document.leave if self.is_unsaved else self._document.end
        self._disk.run(leave, lambda _: then(), lambda _: then())

    def _open(self, path: Path) -> None:
        self.settling.emit()
        self.state_changed.emit(self.tr("Opening “{name}”…").format(name=path.name))
        self._disk.run(
            partial(open_document, self._paths, path), self._on_opened, partial(self._on_not_opened, path)
        )

    def _on_opened(self, opened: Opened) -> None:
        self.state_changed.emit("")
        self.when_safe(lambda: self.show(opened))  # the writer may have gone on writing

    def _on_not_opened(self, path: Path, error: BaseException) -> None:
        self.state_changed.emit("")
        if not path.exists():
            self._recent.remove(path)
        self._notifications.report(error)

    def _tell_of(self, opened: Opened) -> None:
        if opened.is_open_elsewhere:
            self._notifications.warn(
                self.tr("“{name}” is open in another window of Inkling too.").format(name=self._name()),
                self.tr("Write in one of them only. What is saved there will be offered to you here."),
            )
        if opened.has_mixed_line_ends:
            self._notifications.inform(
                self.tr("The lines of “{name}” end in different ways.").format(name=self._name()),
                self.tr("Saving ends all of them the way most do."),
            )
        if opened.unreadable_notes is not None:
            self._notifications.warn(
                self.tr("The notes on “{name}” cannot be read.").format(name=self._name()),
                self.tr("They lie in {file}.").format(file=opened.unreadable_notes),
            )

    def _save(self, then: Step | None) -> None:
        if self._document.path is None:
            self.save_as_and(then)
        else:
            self._write_to(self._document.path, then)

    def _write_to(
        self, path: Path, then: Step | None, form: TextFormat | None = None, over: str = ""
    ) -> None:
        """Write the text as it is now; what is typed meanwhile stays unsaved."""
        self._journal.flush()
        self._notes.flush()
        document, now = self._document, datetime.now().astimezone()
        manuscript, revision = self._manuscript.take(), self._page.document().revision()
        form = form or document.format
        self._saves += 1
        self.state_changed.emit(self.tr("Saving…"))
        self._disk.run(
            lambda: document.save(path, manuscript, form, now, over),
            lambda problems: self._on_saved(document, path, revision, problems, then),
            lambda error: self._on_not_saved(path, error, then),
        )

    def _on_saved(
        self, document: Document, path: Path, revision: int, problems: list[OSError], then: Step | None
    ) -> None:
        page = self._page.document()
        page.setModified(False)
        if page.revision() != revision:  # now Qt no longer takes the text as it was opened for a saved one
            page.setModified(True)
        self._recent.add(path)
        self._show_title()
        self.saved.emit(path)
        self._notes.tell_of_replaced(document)
        for problem in problems:
            self._notifications.warn(
                self.tr("The text is saved, but no version of it could be kept: {reason}.").format(
                    reason=problem.strerror or str(problem)
                )
            )
        self._end_save()
        if then is not None:
            self.when_safe(then)

    def _on_not_saved(self, path: Path, error: BaseException, then: Step | None) -> None:
        self._end_save()
        if isinstance(error, ChangedElsewhereError):
            self.changed_elsewhere.emit(error.finding, then)
        elif isinstance(error, UnencodableError):
            form = error.form
            save = Action(self.tr("Save in UTF-8"), lambda: self._write_to(path, then, form))
            self._notifications.report(error, save)
        else:
            self._notifications.report(error, Action(self.tr("Save As…"), lambda: self.save_as_and(then)))

    def _end_save(self) -> None:
        self._saves -= 1
        if self._saves == 0:
            self.state_changed.emit("")
            waiting, self._after_saves = self._after_saves, []
            for step in waiting:
                self.when_safe(step)

    def _show_title(self) -> None:
        """Name the file in the title bar; `[*]` is where Qt marks unsaved changes."""
        path = self._document.path
        self._window.setWindowFilePath(str(path) if path is not None else "")
        self._window.setWindowTitle(f"{self._name()}[*]")
        self._show_unsaved()

    @Slot()
    def _show_unsaved(self) -> None:
        self._window.setWindowModified(self.is_unsaved)

    def _name(self) -> str:
        return self._document.name or self.tr("Untitled")


def _nothing(_result: None) -> None:
    pass
